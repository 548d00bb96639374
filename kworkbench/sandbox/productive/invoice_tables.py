"""The filters and sort keys of invoices and their lines, one line each (api/productive.md sections 4, 6 and 10).

Ours: an invoice is overdue from the day after its due day on, sent or not; its status looks at the draft first, then at
the payment, then at whether it was sent; the responsible ones are the managers of its projects; whatever is written was
made by the first invoicing method. A cancelled invoice has no status.
"""

from __future__ import annotations

from kworkbench.sandbox.books import differences
from kworkbench.sandbox.productive import resources
from kworkbench.sandbox.productive.filter_table import (
    Filter,
    Kind,
    choice,
    custom,
    day,
    decimal,
    flag,
    ids,
    moment,
    search,
    search_days,
    text,
    whole,
)
from kworkbench.sandbox.productive.listing import THROUGH_PROJECT, Listing

_OWED = "i.state <> 'cancelled' AND i.amount_unpaid > 0"
_ISSUED = "i.state = 'open'"
_UNPAID = f"{_ISSUED} AND i.amount_unpaid > 0"
_OVERDUE = f"{_UNPAID} AND i.pay_on < @today"
_DAYS_OVERDUE = "julianday(@today) - julianday(i.pay_on)"
_STATUS = choice(
    _0=f"{_UNPAID} AND i.sent_on IS NULL",
    _1=f"{_ISSUED} AND i.amount_unpaid <= 0",
    _2=f"{_OVERDUE} AND i.sent_on IS NOT NULL",
    _3=f"{_UNPAID} AND i.sent_on IS NOT NULL AND i.pay_on >= @today",
    _4="i.state = 'draft'",
)
_PERSON = text("first_name || ' ' || last_name", "i.creator_id IN (SELECT id FROM people WHERE {})")

INVOICES = Listing(
    resources.INVOICES,
    "i",
    differences.PRODUCTIVE_INVOICES,
    filters={
        "id": ids("i.id"),
        "number": text("i.number"),
        "company_id": ids("i.company_id"),
        "project_id": ids("project.id", THROUGH_PROJECT.format(column="i.id")),
        "deal_id": ids("deal_id", "i.id IN (SELECT invoice_id FROM invoice_attributions WHERE {})"),
        "creator_id": ids("i.creator_id"),
        "parent_invoice_id": ids("i.parent_invoice_id"),
        "subsidiary_id": ids("i.subsidiary_id"),
        "issuer_id": ids("i.issuer_id"),
        "responsible_id": ids("project.manager_id", THROUGH_PROJECT.format(column="i.id")),
        "subscriber_id": ids("value", "EXISTS (SELECT 1 FROM json_each(i.subscribers) WHERE {})"),
        "query": search("i.number", "i.subject", "c.name"),
        "jump_query": search("i.number"),
        "full_query": search("i.number", "i.subject", "c.name", "i.purchase_order_number"),
        "fuzzy_dates": search_days("i.invoiced_on", "i.pay_on", "i.paid_on", "i.sent_on", "i.delivery_on"),
        "fuzzy_people": search(_PERSON),
        "tags": Filter(Kind.TEXT, "value", within="EXISTS (SELECT 1 FROM json_each(i.tags) WHERE {})"),
        "custom_fields": custom("i.custom_fields"),
        "amount": whole("i.amount_net"),
        "amount_tax": whole("i.amount_tax"),
        "amount_with_tax": whole("i.amount_total"),
        "amount_paid": whole("i.amount_paid"),
        "amount_unpaid": whole("i.amount_unpaid"),
        "amount_written_off": whole("i.amount_written_off"),
        "amount_credited": whole("i.credited_net"),
        "amount_credited_with_tax": whole("i.credited_total"),
        "credited": flag("(i.credited_total <> 0)"),
        "currency": text("i.currency"),
        "purchase_order_number": text("i.purchase_order_number"),
        "invoiced_on": day("i.invoiced_on"),
        "pay_on": day("i.pay_on"),
        "paid_on": day("i.paid_on"),
        "sent_on": day("i.sent_on"),
        "delivery_on": day("i.delivery_on"),
        "created_at": moment("i.created_at"),
        "last_activity_at": moment("i.updated_at"),
        "status": _STATUS,
        "invoice_status": _STATUS,
        "overdue_status": choice(_1=_OVERDUE, _2=f"NOT ({_OVERDUE})"),
        "invoice_aging": choice(
            _0=f"NOT ({_UNPAID})",
            _1=f"{_OVERDUE} AND {_DAYS_OVERDUE} < 15",
            _2=f"{_OVERDUE} AND {_DAYS_OVERDUE} BETWEEN 15 AND 45",
            _3=f"{_OVERDUE} AND {_DAYS_OVERDUE} > 45",
            _4=f"{_UNPAID} AND i.pay_on >= @today",
        ),
        "invoicing_method": choice(**{f"_{number}": f"i.invoicing_method = {number}" for number in (1, 2, 3)}),
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
        "amount_credited": "i.credited_net",
        "amount_credited_with_tax": "i.credited_total",
        "amount_paid": "i.amount_paid",
        "amount_tax": "i.amount_tax",
        "amount_with_tax": "i.amount_total",
        "amount_written_off": "i.amount_written_off",
        "company_name": "c.name",
        "created_at": "i.created_at",
        "credited": "(i.credited_total <> 0)",
        "custom_fields": "i.custom_fields",
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
    narrow="invoices_of_lists",
)

LINE_ITEMS = Listing(
    resources.LINE_ITEMS,
    "l",
    "l.invoice_id NOT IN (SELECT id FROM invoices WHERE deleted_at IS NOT NULL)",
    filters={
        "id": ids("l.id"),
        "invoice_id": ids("l.invoice_id"),
        "service_id": ids("l.service_id"),
        "expense_id": ids("l.expense_id"),
        "creator_id": ids("l.creator_id"),
        "updater_id": ids("l.updater_id"),
        "service_type_id": ids("s.service_type_id"),
        "unit_id": ids("l.unit_id"),
        "description": text("l.description"),
        "discount": decimal("l.discount"),
        "tax_name": text("l.tax_name"),
        "tax_value": decimal("l.tax_value"),
    },
    # No source names a sort key of lines; these are ours.
    sorts={"position": "l.position", "created_at": "l.created_at"},
    joins={"s": "services s ON s.id = l.service_id"},
)
