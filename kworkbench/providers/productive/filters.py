"""Every list filter that Productive documents for payments, invoices and expenses.

Sources: api/productive.md section 6; enumerated values are those of its second table. Left to the server is what no
document carries, what only the later era sends (credited amounts, issuers, subsidiaries), and searches whose places
nobody documents. Which rows an enumerated value means is worded as the sandbox's assumptions say.
"""

from __future__ import annotations

from kworkbench.domain.catalog import Control, Filter, Option

C = Control

_PARTIES = "people and projects"
_ELSEWHERE = "external references"

_OWED = "state:open outstanding:>0"
_NOT_OWED = ("-state:open", "-outstanding:>0")

_FLAG = (Option("yes", "true"), Option("no", "false"))
_ONE_TWO = (Option("yes", "1"), Option("no", "2"))

_OWN_FIELDS = Filter("custom_field", "custom_fields", C.TEXT, _ELSEWHERE, on_cache="custom_field")
"""One value of a field that the organization has made: the parameter names the field by its id."""

PAYMENTS = (
    Filter("paid_on", "paid_on", C.DATES, "dates", on_cache="paid_on"),
    Filter("paid_between", "paid_after,paid_before", C.DATES, "dates", on_cache="paid_on"),
    Filter("written_off_on", "written_off_on", C.DATES, "dates", on_cache="written_off_on"),
    Filter("client_id", "company_id", C.PICKER, _PARTIES, on_cache="client_id"),
    Filter("project_ids", "project_id", C.PICKER, _PARTIES, on_cache="project_ids"),
    Filter("budget_ids", "budget_id", C.PICKER, _PARTIES, on_cache="budget_ids"),
    Filter("subsidiary_id", "subsidiary_id", C.PICKER, _PARTIES, picks="subsidiaries"),
    Filter("amount", "amount", C.AMOUNTS, "amounts", on_cache="amount"),
    Filter("external_id", "external_id", C.TEXT, _ELSEWHERE, on_cache="external_id"),
    Filter("invoice", "number", C.TEXT, "by id", on_cache="invoice"),
    Filter("invoice_id", "invoice_id", C.IDS, "by id", on_cache="invoice_id"),
)

INVOICES = (
    Filter(
        "invoice_state",
        "invoice_state",
        C.CHOICE,
        "status",
        options=(Option("draft", "1", ("state:draft",)), Option("finalized", "2", ("-state:draft",))),
    ),
    Filter(
        "invoice_status",
        "invoice_status",
        C.CHOICE,
        "status",
        options=(
            Option("unsent", "0", (f'{_OWED} sent_on:""',)),
            Option("paid", "1", ("state:open outstanding:<=0",)),
            Option("overdue", "2", (f'{_OWED} -sent_on:"" due:<today',)),
            Option("not-overdue", "3", (f'{_OWED} -sent_on:"" due:>=today',)),
            Option("draft", "4", ("state:draft",)),
        ),
    ),
    Filter(
        "payment_status",
        "payment_status",
        C.CHOICE,
        "status",
        options=(
            Option("paid", "1", ("outstanding:<=0",)),
            Option("unpaid", "2", ("-state:cancelled outstanding:>0 paid:0",)),
            Option("part-paid", "3", ("-state:cancelled outstanding:>0 -paid:0",)),
        ),
    ),
    Filter(
        "sent",
        "sent_status",
        C.YES_NO,
        "status",
        options=(Option("yes", "1", ('-sent_on:""',)), Option("no", "2", ('sent_on:""',))),
    ),
    Filter(
        "aging",
        "invoice_aging",
        C.CHOICE,
        "status",
        options=(
            Option("under-15", "1", (f"{_OWED} due:-14d..-1d",)),
            Option("15-45", "2", (f"{_OWED} due:-45d..-15d",)),
            Option("over-45", "3", (f"{_OWED} due:<-45d",)),
            Option("not-overdue", "4", (f"{_OWED} due:>=today",)),
            Option("other", "0", _NOT_OWED),
        ),
    ),
    Filter(
        "overdue",
        "overdue_status",
        C.YES_NO,
        "status",
        options=(
            Option("yes", "1", (f"{_OWED} due:<today",)),
            Option("no", "2", (*_NOT_OWED, "-due:<today")),
        ),
    ),
    Filter(
        "kind",
        "invoice_type",
        C.CHOICE,
        "status",
        on_cache="kind",
        options=(Option("invoice", "1"), Option("credit-note", "2")),
    ),
    Filter("exported", "export_status", C.YES_NO, "status", on_cache="exported", options=_ONE_TWO),
    Filter("credited", "credited", C.YES_NO, "status", options=_FLAG),
    Filter(
        "invoicing_method",
        "invoicing_method",
        C.CHOICE,
        "status",
        options=(Option("actuals", "1"), Option("uninvoiced", "2"), Option("percentage", "3")),
    ),
    Filter("issued", "invoiced_on", C.DATES, "dates", on_cache="issued"),
    Filter("due", "pay_on", C.DATES, "dates", on_cache="due"),
    Filter("paid_on", "paid_on", C.DATES, "dates", on_cache="paid_on"),
    Filter("sent_on", "sent_on", C.DATES, "dates", on_cache="sent_on"),
    Filter("delivery_on", "delivery_on", C.DATES, "dates", on_cache="delivery_on"),
    Filter("created", "created_at", C.DATES, "dates", on_cache="created"),
    Filter("updated", "last_activity_at", C.DATES, "dates", on_cache="updated"),
    Filter("fuzzy_dates", "fuzzy_dates", C.TEXT, "dates"),
    Filter("client_id", "company_id", C.PICKER, _PARTIES, on_cache="client_id"),
    Filter("project_ids", "project_id", C.PICKER, _PARTIES, on_cache="project_ids"),
    Filter("budget_ids", "deal_id", C.PICKER, _PARTIES, on_cache="budget_ids"),
    Filter("creator_id", "creator_id", C.PICKER, _PARTIES, on_cache="creator_id"),
    Filter("issuer_id", "issuer_id", C.PICKER, _PARTIES, picks="people"),
    Filter("responsible_id", "responsible_id", C.PICKER, _PARTIES, picks="people"),
    Filter("subscriber_id", "subscriber_id", C.PICKER, _PARTIES, picks="people"),
    Filter("subsidiary_id", "subsidiary_id", C.PICKER, _PARTIES, picks="subsidiaries"),
    Filter("fuzzy_people", "fuzzy_people", C.TEXT, _PARTIES),
    Filter("total", "amount_with_tax", C.AMOUNTS, "amounts", on_cache="total"),
    Filter("outstanding", "amount_unpaid", C.AMOUNTS, "amounts", on_cache="outstanding"),
    Filter("paid", "amount_paid", C.AMOUNTS, "amounts", on_cache="paid"),
    Filter("written_off", "amount_written_off", C.AMOUNTS, "amounts", on_cache="written_off"),
    Filter("net", "amount", C.AMOUNTS, "amounts", on_cache="net"),
    Filter("tax", "amount_tax", C.AMOUNTS, "amounts", on_cache="tax"),
    Filter("credited_net", "amount_credited", C.AMOUNTS, "amounts"),
    Filter("credited_total", "amount_credited_with_tax", C.AMOUNTS, "amounts"),
    Filter("currency", "currency", C.TEXT, "amounts", on_cache="currency"),
    Filter("purchase_order_number", "purchase_order_number", C.TEXT, _ELSEWHERE, on_cache="purchase_order_number"),
    Filter("tags", "tags", C.TEXT, _ELSEWHERE, on_cache="tag"),
    _OWN_FIELDS,
    Filter("query", "query", C.TEXT, "text"),
    Filter("full_query", "full_query", C.TEXT, "text"),
    Filter("jump_query", "jump_query", C.TEXT, "text"),
    Filter("number", "number", C.TEXT, "by id", on_cache="number"),
    Filter("parent_invoice_id", "parent_invoice_id", C.IDS, "by id"),
    Filter("id", "id", C.IDS, "by id", on_cache="id"),
)

EXPENSES = (
    Filter(
        "paid",
        "status",
        C.YES_NO,
        "status",
        options=(Option("yes", "1", ('-paid_on:""',)), Option("no", "2", ('paid_on:""',))),
    ),
    Filter(
        "approval_status",
        "approval_status",
        C.CHOICE,
        "status",
        options=(
            Option("approved", "1", ("approval:approved",)),
            Option("not-approved", "2", ("approval:none,submitted",)),
            Option("rejected", "3", ("approval:rejected",)),
            Option("auto-approved", "4", ('approval:approved approver_id:""',)),
        ),
    ),
    Filter(
        "reimbursement",
        "reimbursement",
        C.CHOICE,
        "status",
        options=(
            Option("not-reimbursable", "1", ("reimbursable:no",)),
            Option("needs-reimbursing", "2", ('reimbursable:yes reimbursed_on:""',)),
            Option("reimbursed", "3", ('reimbursable:yes -reimbursed_on:""',)),
        ),
    ),
    Filter(
        "invoicing_status",
        "invoicing_status",
        C.CHOICE,
        "status",
        options=(Option("not-invoiced", "1"), Option("drafted", "2"), Option("finalized", "3")),
    ),
    Filter("invoiced", "invoiced", C.YES_NO, "status", on_cache="invoiced", options=_FLAG),
    Filter("reimbursable", "reimbursable", C.YES_NO, "status", on_cache="reimbursable", options=_FLAG),
    Filter("exported", "export_status", C.YES_NO, "status", options=_ONE_TWO),
    Filter("date_between", "date_after,date_before", C.DATES, "dates", on_cache="date"),
    Filter("date", "date", C.DATES, "dates", on_cache="date"),
    Filter("pay_on", "pay_on", C.DATES, "dates", on_cache="pay_on"),
    Filter("pay_between", "pay_on_after,pay_on_before", C.DATES, "dates", on_cache="pay_on"),
    Filter("paid_on", "paid_on", C.DATES, "dates", on_cache="paid_on"),
    Filter("paid_between", "paid_on_after,paid_on_before", C.DATES, "dates", on_cache="paid_on"),
    Filter("reimbursed_on", "reimbursed_on", C.DATES, "dates", on_cache="reimbursed_on"),
    Filter("created", "created_at", C.DATES, "dates", on_cache="created"),
    Filter("fuzzy_dates", "fuzzy_dates", C.TEXT, "dates"),
    Filter("client_id", "company_id", C.PICKER, _PARTIES, on_cache="client_id"),
    Filter("project_id", "project_id", C.PICKER, _PARTIES, on_cache="project_id"),
    Filter("person_id", "person_id", C.PICKER, _PARTIES, on_cache="person_id"),
    Filter("budget_id", "deal_id", C.PICKER, _PARTIES, on_cache="budget_id"),
    Filter("quote_id", "quote_id", C.PICKER, _PARTIES, on_cache="budget_id"),
    Filter("service_id", "service_id", C.PICKER, _PARTIES, on_cache="service_id"),
    Filter("category_id", "service_type_id", C.PICKER, _PARTIES, on_cache="category_id"),
    Filter("section", "section_name", C.TEXT, _PARTIES, on_cache="section"),
    Filter("creator_id", "creator_id", C.PICKER, _PARTIES, on_cache="creator_id"),
    Filter("approver_id", "approver_id", C.PICKER, _PARTIES, on_cache="approver_id"),
    Filter("responsible_id", "responsible_id", C.PICKER, _PARTIES, picks="people"),
    Filter("vendor_id", "vendor_id", C.PICKER, _PARTIES, on_cache="vendor_id"),
    Filter("fuzzy_people", "fuzzy_people", C.TEXT, _PARTIES),
    Filter("unit_amount", "amount", C.AMOUNTS, "amounts", on_cache="unit_amount"),
    Filter("billable_amount", "billable_amount", C.AMOUNTS, "amounts", on_cache="billable_amount"),
    Filter("profit", "profit", C.AMOUNTS, "amounts", on_cache="profit"),
    Filter("recognized_revenue", "recognized_revenue", C.AMOUNTS, "amounts"),
    _OWN_FIELDS,
    Filter("text", "name", C.TEXT, "text", on_cache="text"),
    Filter("query", "query", C.TEXT, "text"),
    Filter("full_query", "full_query", C.TEXT, "text"),
    Filter("jump_query", "jump_query", C.TEXT, "text"),
    Filter("in_invoice", "invoice_id", C.IDS, "by id"),
    Filter("purchase_order_id", "purchase_order_id", C.IDS, "by id"),
)
