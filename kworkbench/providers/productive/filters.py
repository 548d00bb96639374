"""Every list filter that Productive documents for payments, invoices and expenses.

Sources: api/productive.md section 6; enumerated values are those of its second table.
"""

from __future__ import annotations

from kworkbench.domain.catalog import Control, Filter

C = Control

_PARTIES = "people and projects"

PAYMENTS = (
    Filter("paid-between", "paid_after,paid_before", C.DATES, "dates"),
    Filter("client_id", "company_id", C.PICKER, _PARTIES, on_cache="client_id"),
    Filter("project_id", "project_id", C.PICKER, _PARTIES),
    Filter("subsidiary_id", "subsidiary_id", C.IDS, _PARTIES),
    Filter("invoice_id", "invoice_id", C.IDS, "by id", on_cache="invoice_id"),
    Filter("paid-on", "paid_on", C.DATES, "dates"),
    Filter("written-off-on", "written_off_on", C.DATES, "dates"),
    Filter("budget_id", "budget_id", C.IDS, _PARTIES),
    Filter("number", "number", C.TEXT, "by id"),
    Filter("external-id", "external_id", C.TEXT, "external references"),
    Filter("amount", "amount", C.AMOUNTS, "amounts", on_cache="amount"),
)

_EXPORTED = (("yes", "1"), ("no", "2"))

INVOICES = (
    Filter("invoice-state", "invoice_state", C.CHOICE, "status", choices=(("draft", "1"), ("finalized", "2"))),
    Filter(
        "invoice-status",
        "invoice_status",
        C.CHOICE,
        "status",
        choices=(("unsent", "0"), ("paid", "1"), ("overdue", "2"), ("not-overdue", "3"), ("draft", "4")),
    ),
    Filter(
        "payment-status",
        "payment_status",
        C.CHOICE,
        "status",
        choices=(("paid", "1"), ("unpaid", "2"), ("part-paid", "3")),
    ),
    Filter("sent", "sent_status", C.CHOICE, "status", choices=(("yes", "1"), ("no", "2"))),
    Filter(
        "aging",
        "invoice_aging",
        C.CHOICE,
        "status",
        choices=(("other", "0"), ("under-15", "1"), ("15-45", "2"), ("over-45", "3"), ("not-overdue", "4")),
    ),
    Filter("overdue-status", "overdue_status", C.TEXT, "status"),
    Filter(
        "kind", "invoice_type", C.CHOICE, "status", on_cache="kind", choices=(("invoice", "1"), ("credit-note", "2"))
    ),
    Filter("credited", "credited", C.YES_NO, "status"),
    Filter("exported", "export_status", C.CHOICE, "status", choices=_EXPORTED),
    Filter(
        "invoicing-method",
        "invoicing_method",
        C.CHOICE,
        "status",
        choices=(("actuals", "1"), ("uninvoiced", "2"), ("percentage", "3")),
    ),
    Filter("issued", "invoiced_on", C.DATES, "dates", on_cache="issued"),
    Filter("due", "pay_on", C.DATES, "dates", on_cache="due"),
    Filter("paid-on", "paid_on", C.DATES, "dates"),
    Filter("sent-on", "sent_on", C.DATES, "dates"),
    Filter("delivered", "delivery_on", C.DATES, "dates"),
    Filter("created", "created_at", C.DATES, "dates"),
    Filter("last-activity", "last_activity_at", C.DATES, "dates"),
    Filter("fuzzy-dates", "fuzzy_dates", C.TEXT, "dates"),
    Filter("client_id", "company_id", C.PICKER, _PARTIES, on_cache="client_id"),
    Filter("project_id", "project_id", C.PICKER, _PARTIES),
    Filter("budget_id", "deal_id", C.IDS, _PARTIES),
    Filter("creator_id", "creator_id", C.PICKER, _PARTIES),
    Filter("issuer_id", "issuer_id", C.PICKER, _PARTIES),
    Filter("responsible_id", "responsible_id", C.PICKER, _PARTIES),
    Filter("subscriber_id", "subscriber_id", C.PICKER, _PARTIES),
    Filter("subsidiary_id", "subsidiary_id", C.IDS, _PARTIES),
    Filter("fuzzy-people", "fuzzy_people", C.TEXT, _PARTIES),
    Filter("total", "amount_with_tax", C.AMOUNTS, "amounts", on_cache="total"),
    Filter("outstanding", "amount_unpaid", C.AMOUNTS, "amounts", on_cache="outstanding"),
    Filter("amount-paid", "amount_paid", C.AMOUNTS, "amounts", on_cache="paid"),
    Filter("amount-written-off", "amount_written_off", C.AMOUNTS, "amounts", on_cache="written_off"),
    Filter("amount-net", "amount", C.AMOUNTS, "amounts"),
    Filter("amount-tax", "amount_tax", C.AMOUNTS, "amounts"),
    Filter("amount-credited", "amount_credited", C.AMOUNTS, "amounts"),
    Filter("amount-credited-with-tax", "amount_credited_with_tax", C.AMOUNTS, "amounts"),
    Filter("currency", "currency", C.TEXT, "amounts", on_cache="currency"),
    Filter("purchase-order", "purchase_order_number", C.TEXT, "external references"),
    Filter("tags", "tags", C.TEXT, "external references"),
    Filter("query", "query", C.TEXT, "by id"),
    Filter("full-query", "full_query", C.TEXT, "by id"),
    Filter("jump-query", "jump_query", C.TEXT, "by id"),
    Filter("number", "number", C.TEXT, "by id", on_cache="number"),
    Filter("parent-invoice", "parent_invoice_id", C.IDS, "by id"),
    Filter("id", "id", C.IDS, "by id", on_cache="id"),
)

EXPENSES = (
    Filter("paid", "status", C.CHOICE, "status", choices=(("yes", "1"), ("no", "2"))),
    Filter(
        "approval-status",
        "approval_status",
        C.CHOICE,
        "status",
        choices=(("approved", "1"), ("not-approved", "2"), ("rejected", "3"), ("auto-approved", "4")),
    ),
    Filter(
        "reimbursement",
        "reimbursement",
        C.CHOICE,
        "status",
        choices=(("not-reimbursable", "1"), ("needs-reimbursing", "2"), ("reimbursed", "3")),
    ),
    Filter(
        "invoicing-status",
        "invoicing_status",
        C.CHOICE,
        "status",
        choices=(("not-invoiced", "1"), ("drafted", "2"), ("finalized", "3")),
    ),
    Filter("invoiced", "invoiced", C.YES_NO, "status", on_cache="invoiced"),
    Filter("reimbursable", "reimbursable", C.YES_NO, "status", on_cache="reimbursable"),
    Filter("exported", "export_status", C.CHOICE, "status", choices=_EXPORTED),
    Filter("date", "date_after,date_before", C.DATES, "dates", on_cache="date"),
    Filter("on", "date", C.DATES, "dates", on_cache="date"),
    Filter("due-between", "pay_on_after,pay_on_before", C.DATES, "dates"),
    Filter("paid-between", "paid_on_after,paid_on_before", C.DATES, "dates"),
    Filter("pay-on", "pay_on", C.DATES, "dates"),
    Filter("paid-on", "paid_on", C.DATES, "dates"),
    Filter("reimbursed-on", "reimbursed_on", C.DATES, "dates"),
    Filter("created", "created_at", C.DATES, "dates"),
    Filter("fuzzy-dates", "fuzzy_dates", C.TEXT, "dates"),
    Filter("client_id", "company_id", C.PICKER, _PARTIES, on_cache="client_id"),
    Filter("project_id", "project_id", C.PICKER, _PARTIES, on_cache="project_id"),
    Filter("person_id", "person_id", C.PICKER, _PARTIES, on_cache="person_id"),
    Filter("budget_id", "deal_id", C.IDS, _PARTIES),
    Filter("quote_id", "quote_id", C.IDS, _PARTIES),
    Filter("service_id", "service_id", C.PICKER, _PARTIES, on_cache="service_id"),
    Filter("category_id", "service_type_id", C.PICKER, _PARTIES, on_cache="category_id"),
    Filter("section", "section_name", C.TEXT, _PARTIES),
    Filter("creator_id", "creator_id", C.PICKER, _PARTIES),
    Filter("approver_id", "approver_id", C.PICKER, _PARTIES),
    Filter("responsible_id", "responsible_id", C.PICKER, _PARTIES),
    Filter("vendor_id", "vendor_id", C.PICKER, _PARTIES),
    Filter("fuzzy-people", "fuzzy_people", C.TEXT, _PARTIES),
    Filter("unit-cost", "amount", C.AMOUNTS, "amounts", on_cache="unit_amount"),
    Filter("billable-amount", "billable_amount", C.AMOUNTS, "amounts", on_cache="billable_amount"),
    Filter("recognized-revenue", "recognized_revenue", C.AMOUNTS, "amounts"),
    Filter("profit", "profit", C.AMOUNTS, "amounts"),
    Filter("text", "name", C.TEXT, "by id", on_cache="text"),
    Filter("query", "query", C.TEXT, "by id"),
    Filter("full-query", "full_query", C.TEXT, "by id"),
    Filter("jump-query", "jump_query", C.TEXT, "by id"),
    Filter("invoice_id", "invoice_id", C.IDS, "by id"),
    Filter("purchase-order", "purchase_order_id", C.IDS, "by id"),
)
