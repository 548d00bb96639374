"""The filters and sort keys of payments and expenses, one line each (api/productive.md sections 4 and 6).

The SQL speaks of the aliases that a listing gives. Money is in minor units. A filter on what the sandbox does not keep
compares with NULL: it is accepted and matches nothing (ours). Searches look into the texts named here (ours).
"""

from __future__ import annotations

from kworkbench.sandbox.books import differences
from kworkbench.sandbox.books.kantata_model import Mark
from kworkbench.sandbox.productive import resources
from kworkbench.sandbox.productive.filter_table import (
    choice,
    custom,
    day,
    flag,
    ids,
    moment,
    search,
    search_days,
    since,
    text,
    until,
    whole,
)
from kworkbench.sandbox.productive.listing import THROUGH_PROJECT, Few, Listing, Money, Walk

_DEAL_NAME = """(SELECT min(d.name) FROM deals d
    JOIN invoice_attributions a ON a.deal_id = d.id WHERE a.invoice_id = {})"""
_PROJECT_NAME = """(SELECT min(r.title) FROM projects r JOIN deals d ON d.project_id = r.id
    JOIN invoice_attributions a ON a.deal_id = d.id WHERE a.invoice_id = {})"""
_CLIENT_NAME = "(SELECT c.name FROM companies c JOIN invoices n ON n.company_id = c.id WHERE n.id = {})"


def _of_invoice(name: str) -> Few:
    names = f"SELECT id, {name.format('invoices.id')} AS name FROM invoices"  # noqa: S608 - names of ours
    return Few("payments_by_invoice", "p.invoice_id", names)


_PAYMENT_DAY = "coalesce(p.paid_on, p.written_off_on)"

PAYMENTS = Listing(
    resources.PAYMENTS,
    "p",
    differences.PRODUCTIVE_PAYMENTS,
    filters={
        "invoice_id": ids("p.invoice_id"),
        "company_id": ids("i.company_id"),
        "project_id": ids("project.id", THROUGH_PROJECT.format(column="p.invoice_id")),
        "budget_id": ids("deal_id", "p.invoice_id IN (SELECT invoice_id FROM invoice_attributions WHERE {})"),
        "subsidiary_id": ids("i.subsidiary_id"),
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
        "invoice.deal.name": _DEAL_NAME.format("p.invoice_id"),
        "invoice.deal.project.name": _PROJECT_NAME.format("p.invoice_id"),
        "invoice.deal.company.name": _CLIENT_NAME.format("p.invoice_id"),
    },
    joins={"i": "invoices i ON i.id = p.invoice_id"},
    aggregates={"total_amount": Money("p.amount", "p.currency", "i.exchange_rate")},
    narrow="payments_of_lists",
    ways={one.format("p.invoice_id"): _of_invoice(one) for one in (_DEAL_NAME, _PROJECT_NAME, _CLIENT_NAME)},
)

_PERSON = text("first_name || ' ' || last_name", "e.person_id IN (SELECT id FROM people WHERE {})")
_AROUND = (
    text("name", "e.service_type_id IN (SELECT id FROM service_types WHERE {})"),
    text("name", "e.vendor_id IN (SELECT id FROM companies WHERE {})"),
    text("title", "e.project_id IN (SELECT id FROM projects WHERE {})"),
)
_IN_SECTION = """e.service_id IN (
    SELECT service.id FROM services service JOIN sections section ON section.id = service.section_id WHERE {})"""
_NAME = text("e.name", folded="e.folded")
_PROFIT = "(e.billable_amount - e.total)"
_REVENUE = "(e.billable_amount * (e.approval = 'approved'))"
_WITH_TAX = "(e.amount * (1000000 + e.tax_parts))"
_BILLED = f"(e.marks & {Mark.ON_DRAFT | Mark.ON_INVOICE:d})"
_APPROVAL = choice(
    _1="e.approval = 'approved'",
    _2="e.approval IN ('none', 'submitted')",
    _3="e.approval = 'rejected'",
    _4="e.approval = 'approved' AND e.approver_id IS NULL",
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
        "responsible_id": ids("manager_id", "e.project_id IN (SELECT id FROM projects WHERE {})"),
        "vendor_id": ids("e.vendor_id"),
        "invoice_id": ids("e.invoice_id"),
        "purchase_order_id": ids("e.purchase_order_id"),
        "section_name": text("section.name", _IN_SECTION),
        "name": _NAME,
        "query": search(_NAME),
        "jump_query": search(_NAME),
        "full_query": search(_NAME, *_AROUND, _PERSON),
        "fuzzy_dates": search_days("e.date", "e.pay_on", "e.paid_on", "e.reimbursed_on"),
        "fuzzy_people": search(_PERSON),
        "custom_fields": custom("e.custom_fields"),
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
        "recognized_revenue": whole(_REVENUE),
        "profit": whole(_PROFIT),
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
            _1=f"{_BILLED} = 0", _2=f"{_BILLED} = {Mark.ON_DRAFT:d}", _3=f"{_BILLED} = {Mark.ON_INVOICE:d}"
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
        "profit": _PROFIT,
        "created_at": "e.created_at",
        "draft": "e.draft",
        "amount_with_tax": _WITH_TAX,
        "recognized_revenue": _REVENUE,
        "tax_rate_id": "e.tax_rate_id",
        "custom_fields": "e.custom_fields",
        "invoicing_status": _BILLED,
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
        "total_profit": Money(_PROFIT, "e.currency", "e.exchange_rate"),
    },
    narrow="expenses_of_lists",
    ways={
        "e.name": Walk("listed_by_notes"),
        "e.date": Walk("listed_by_date"),
        "e.created_at": Walk("listed_by_created"),
        "e.amount": Walk("sorted_by_amount"),
        "e.billable_amount": Walk("sorted_by_billable", "sorted_by_billable_down"),
        _PROFIT: Walk("sorted_by_profit", "sorted_by_profit_down"),
        _REVENUE: Walk("sorted_by_revenue", "sorted_by_revenue_down"),
        _WITH_TAX: Walk("sorted_by_taxed"),
        _BILLED: Few("sorted_by_billed"),
        "e.pay_on": Few("sorted_by_pay_on"),
        "e.paid_on": Few("sorted_by_paid_on"),
        "e.draft": Few("sorted_by_draft"),
        "e.tax_rate_id": Few("sorted_by_tax_rate"),
        "e.custom_fields": Few("sorted_by_custom_fields"),
        "t.name": Few("expenses_by_type", "e.service_type_id", "SELECT id, name FROM service_types"),
        "s.name": Few("expenses_by_service", "e.service_id", "SELECT id, name FROM services"),
        "d.name": Few("expenses_by_deal", "e.deal_id", "SELECT id, name FROM deals"),
        "c.name": Few("expenses_by_company", "e.company_id", "SELECT id, name FROM companies"),
        "r.title": Few("spent_by_project", "e.project_id", "SELECT id, title AS name FROM projects"),
    },
)
