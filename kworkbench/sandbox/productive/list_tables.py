"""The filters and sort keys of each list, one line each (api/productive.md sections 4, 6 and 12).

The SQL speaks of the aliases that a listing gives. Money is in minor units. A filter on what the sandbox does not keep
compares with NULL: it is accepted and matches nothing (ours).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kworkbench.sandbox.books import differences
from kworkbench.sandbox.productive import resources
from kworkbench.sandbox.productive.filter_table import (
    Filter,
    choice,
    day,
    flag,
    ids,
    moment,
    since,
    text,
    until,
    whole,
)
from kworkbench.sandbox.productive.resources import ResourceType


@dataclass(frozen=True, slots=True)
class Money:
    """SQL of an amount in minor units, of its currency and of the rate to the default currency."""

    amount: str
    currency: str
    rate: str


@dataclass(frozen=True, slots=True)
class Listing:
    """One list: its type, its table's alias, what of it is shown, and the tables joined where SQL speaks of them.

    `aggregates` are the sums that may be asked for.
    """

    kind: ResourceType
    alias: str
    shown: str
    filters: Mapping[str, Filter]
    sorts: Mapping[str, str]
    joins: Mapping[str, str] = field(default_factory=dict)
    aggregates: Mapping[str, Money] = field(default_factory=dict)

    def source(self, where: str, order: str = "") -> str:
        """FROM and WHERE with only the joins that conditions and order need, so that a count walks one index."""
        table = [f"{self.kind.row.TABLE} {self.alias}"]
        for alias, join in self.joins.items():
            if f"{alias}." in f"{where} {order}":
                table.append(f"LEFT JOIN {join}")
        return f"FROM {' '.join(table)} WHERE {self.shown} AND {where}"


_OF_INVOICE = "i.id IN (SELECT invoice_id FROM {table} WHERE {{}})"
_THROUGH_PROJECT = "{column} IN (SELECT invoice_id FROM invoice_projects WHERE {{}})"

_DEAL_NAME = """(SELECT min(d.name) FROM deals d
    JOIN invoice_attributions a ON a.deal_id = d.id WHERE a.invoice_id = p.invoice_id)"""
_PROJECT_NAME = """(SELECT min(r.title) FROM projects r
    JOIN invoice_projects x ON x.project_id = r.id WHERE x.invoice_id = p.invoice_id)"""
_PAYMENT_DAY = "coalesce(p.paid_on, p.written_off_on)"

PAYMENTS = Listing(
    resources.PAYMENTS,
    "p",
    differences.PRODUCTIVE_PAYMENTS,
    filters={
        "invoice_id": ids("p.invoice_id"),
        "company_id": ids("i.company_id"),
        "project_id": ids("project_id", _THROUGH_PROJECT.format(column="p.invoice_id")),
        "budget_id": ids("deal_id", "p.invoice_id IN (SELECT invoice_id FROM invoice_attributions WHERE {})"),
        "subsidiary_id": ids("NULL"),
        "paid_after": since("p.paid_on"),
        "paid_before": until("p.paid_on"),
        "paid_on": day("p.paid_on"),
        "written_off_on": day("p.written_off_on"),
        "number": text("i.number"),
        "external_id": text("p.external_id"),
        "amount": whole("p.amount"),
    },
    sorts={
        "amount": "p.amount",
        "paid_on": "p.paid_on",
        "written_off_on": "p.written_off_on",
        "note": "p.note",
        "date": _PAYMENT_DAY,
        "invoice.number": "i.number",
        "invoice_number": "i.number",
        "invoice.deal.name": _DEAL_NAME,
        "invoice.deal.project.name": _PROJECT_NAME,
        "invoice.deal.company.name": "(SELECT name FROM companies WHERE id = i.company_id)",
    },
    joins={"i": "invoices i ON i.id = p.invoice_id"},
    aggregates={"total_amount": Money("p.amount", "p.currency", "i.exchange_rate")},
)

_OWED = "i.state <> 'cancelled' AND i.amount_unpaid > 0"

INVOICES = Listing(
    resources.INVOICES,
    "i",
    differences.PRODUCTIVE_INVOICES,
    filters={
        "id": ids("i.id"),
        "number": text("i.number"),
        "company_id": ids("i.company_id"),
        "project_id": ids("project_id", _THROUGH_PROJECT.format(column="i.id")),
        "deal_id": ids("deal_id", _OF_INVOICE.format(table="invoice_attributions")),
        "creator_id": ids("i.creator_id"),
        "parent_invoice_id": ids("i.parent_invoice_id"),
        "subsidiary_id": ids("NULL"),
        "amount": whole("i.amount_net"),
        "amount_tax": whole("i.amount_tax"),
        "amount_with_tax": whole("i.amount_total"),
        "amount_paid": whole("i.amount_paid"),
        "amount_unpaid": whole("i.amount_unpaid"),
        "amount_written_off": whole("i.amount_written_off"),
        "currency": text("i.currency"),
        "purchase_order_number": text("i.purchase_order_number"),
        "invoiced_on": day("i.invoiced_on"),
        "pay_on": day("i.pay_on"),
        "paid_on": day("i.paid_on"),
        "sent_on": day("i.sent_on"),
        "delivery_on": day("i.delivery_on"),
        "created_at": moment("i.created_at"),
        "last_activity_at": moment("i.updated_at"),
        "invoice_state": choice(_1="i.state = 'draft'", _2="i.state <> 'draft'"),
        "payment_status": choice(
            _1="i.amount_unpaid <= 0",
            _2=f"{_OWED} AND i.amount_paid = 0",
            _3=f"{_OWED} AND i.amount_paid <> 0",
        ),
        "sent_status": choice(_1="i.sent_on IS NOT NULL", _2="i.sent_on IS NULL"),
        "invoice_type": choice(_1="i.kind = 'invoice'", _2="i.kind = 'credit-note'"),
        "export_status": choice(_1="i.exported_at IS NOT NULL", _2="i.exported_at IS NULL"),
    },
    sorts={
        "amount": "i.amount_net",
        "amount_paid": "i.amount_paid",
        "amount_tax": "i.amount_tax",
        "amount_with_tax": "i.amount_total",
        "amount_written_off": "i.amount_written_off",
        "company_name": "c.name",
        "created_at": "i.created_at",
        "deleted_at": "i.cancelled_at",
        "delivery_on": "i.delivery_on",
        "discount": "CAST(i.discount AS REAL)",
        "invoiced_on": "i.invoiced_on",
        "last_activity_at": "i.updated_at",
        "number": "i.number",
        "pay_on": "i.pay_on",
        "purchase_order_number": "i.purchase_order_number",
        "sent_on": "i.sent_on",
        "subject": "i.subject",
    },
    joins={"c": "companies c ON c.id = i.company_id"},
)

_INVOICE_STATE = "(SELECT state FROM invoices WHERE id = e.invoice_id)"
_APPROVAL = choice(
    _1="e.approval = 'approved'",
    _2="e.approval IN ('none', 'submitted')",
    _3="e.approval = 'rejected'",
    _4="0",
)

EXPENSES = Listing(
    resources.EXPENSES,
    "e",
    differences.PRODUCTIVE_EXPENSES,
    filters={
        "id": ids("e.id"),
        "project_id": ids("e.project_id"),
        "company_id": ids("e.company_id"),
        "deal_id": ids("e.deal_id"),
        "quote_id": ids("e.deal_id"),
        "service_id": ids("e.service_id"),
        "service_type_id": ids("e.service_type_id"),
        "person_id": ids("e.person_id"),
        "creator_id": ids("e.creator_id"),
        "approver_id": ids("e.approver_id"),
        "vendor_id": ids("e.vendor_id"),
        "invoice_id": ids("e.invoice_id"),
        "name": text("e.name"),
        "date": day("e.date"),
        "date_after": since("e.date"),
        "date_before": until("e.date"),
        "pay_on": day("e.pay_on"),
        "pay_on_after": since("e.pay_on"),
        "pay_on_before": until("e.pay_on"),
        "paid_on": day("e.paid_on"),
        "paid_on_after": since("e.paid_on"),
        "paid_on_before": until("e.paid_on"),
        "reimbursed_on": day("e.reimbursed_on"),
        "created_at": moment("e.created_at"),
        "amount": whole("e.amount"),
        "billable_amount": whole("e.billable_amount"),
        "profit": whole("(e.billable_amount - e.total)"),
        "reimbursable": flag("e.reimbursable"),
        "invoiced": flag("(e.invoice_id IS NOT NULL)"),
        "status": choice(_1="e.paid_on IS NOT NULL", _2="e.paid_on IS NULL"),
        "approval_status": _APPROVAL,
        "reimbursement": choice(
            _1="NOT e.reimbursable",
            _2="e.reimbursable AND e.reimbursed_on IS NULL",
            _3="e.reimbursable AND e.reimbursed_on IS NOT NULL",
        ),
        "invoicing_status": choice(
            _1="e.invoice_id IS NULL", _2=f"{_INVOICE_STATE} = 'draft'", _3=f"{_INVOICE_STATE} <> 'draft'"
        ),
        "export_status": choice(_1="e.exported_at IS NOT NULL", _2="e.exported_at IS NULL"),
    },
    sorts={
        "id": "e.id",
        "name": "e.name",
        "date": "e.date",
        "pay_on": "e.pay_on",
        "paid_on": "e.paid_on",
        "amount": "e.amount",
        "billable_amount": "e.billable_amount",
        "profit": "(e.billable_amount - e.total)",
        "created_at": "e.created_at",
        "draft": "e.draft",
        "invoicing_status": f"coalesce(CASE {_INVOICE_STATE} WHEN 'draft' THEN 2 ELSE 3 END * (e.invoice_id > 0), 1)",
        "service_type.name": "t.name",
        "service_type_name": "t.name",
        "service_name": "s.name",
        "deal.name": "d.name",
        "deal_name": "d.name",
        "deal.company.name": "c.name",
        "deal_company_name": "c.name",
        "deal.project.name": "r.title",
        "deal_project_name": "r.title",
    },
    joins={
        "d": "deals d ON d.id = e.deal_id",
        "s": "services s ON s.id = e.service_id",
        "t": "service_types t ON t.id = e.service_type_id",
        "c": "companies c ON c.id = e.company_id",
        "r": "projects r ON r.id = e.project_id",
    },
    aggregates={
        "total_amount": Money("e.total", "e.currency", "e.exchange_rate"),
        "total_billable_amount": Money("e.billable_amount", "e.currency", "e.exchange_rate"),
        "total_profit": Money("(e.billable_amount - e.total)", "e.currency", "e.exchange_rate"),
    },
)
