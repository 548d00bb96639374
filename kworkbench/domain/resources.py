"""The three resources as tables: their fields, columns, first order and facets. The same for every provider.

Field names and their order are those of product.md section 3; columns those of screens.md section 2.
"""

from __future__ import annotations

from kworkbench.domain.catalog import Field, Resource, SortKey, ValueType
from kworkbench.lean import replace

T = ValueType

STATUSES = ("overdue", "unpaid", "part-paid", "paid", "overpaid", "written-off", "draft", "cancelled")

_COMMON = (
    Field("client_id", "client id", T.ID, listed=False, picks="clients"),
    Field("project_id", "project id", T.ID, listed=False, picks="projects"),
    Field("archived", "archived", T.YES_NO, listed=False),
    Field("external", "external", T.YES_NO, listed=False),
)


def _rare(*fields: Field) -> tuple[Field, ...]:
    """Fields as further ones of a resource."""
    return tuple(replace(field, rare=True) for field in fields)


_TIMES = (
    Field("created", "created", T.DATE),
    Field("updated", "updated", T.DATE),
    Field("creator", "created by", T.TEXT),
    Field("creator_id", "creator id", T.ID, picks="people"),
)

_WHEREABOUTS = (
    Field("project_ids", "project ids", T.SEVERAL, picks="projects"),
    Field("budget_ids", "budget ids", T.SEVERAL, picks="budgets"),
)

_REFERENCES = (
    Field("has_ref", "has references", T.YES_NO),
    Field("ref_service", "reference service", T.SEVERAL),
    Field("ref_model", "reference model", T.SEVERAL),
    Field("ref_id", "reference id", T.SEVERAL),
    Field("ref_status", "reference status", T.SEVERAL),
    Field("ref_external_status", "status there", T.SEVERAL),
    Field("ref_message", "message there", T.SEVERAL),
)
"""What other systems know of a record: of each reference one line in every field."""

INVOICES = Resource(
    name="invoices",
    singular="invoice",
    title="Invoices",
    key="1",
    fields=(
        Field("id", "id", T.ID),
        Field("number", "number", T.TEXT, searched=True),
        Field("kind", "kind", T.CHOICE, choices=("invoice", "credit-note")),
        Field("client", "client", T.TEXT, searched=True),
        Field("project", "project", T.TEXT, searched=True),
        Field("issued", "issued", T.DATE),
        Field("due", "due", T.DATE),
        Field("status", "status", T.CHOICE, choices=STATUSES, stored=False),
        Field("state", "state", T.CHOICE, choices=("draft", "open", "cancelled")),
        Field(
            "settlement",
            "settlement",
            T.CHOICE,
            choices=("unpaid", "part-paid", "paid", "overpaid", "written-off"),
        ),
        Field("late", "late", T.DAYS, stored=False),
        Field("total", "total", T.AMOUNT),
        Field("outstanding", "outstanding", T.AMOUNT),
        Field("currency", "currency", T.CURRENCY),
        Field("subject", "subject", T.TEXT, listed=False, searched=True),
        Field("paid", "paid", T.AMOUNT, listed=False),
        Field("written_off", "written off", T.AMOUNT, listed=False),
        Field("several_projects", "several projects", T.YES_NO, listed=False),
        *_COMMON,
    ),
    narrow=("number", "client", "due", "status", "outstanding", "currency", "late"),
    added=("total", "issued", "project", "kind"),
    order=(
        "number",
        "client",
        "project",
        "kind",
        "issued",
        "due",
        "status",
        "total",
        "outstanding",
        "currency",
        "late",
    ),
    sum_field="outstanding",
    day_field="issued",
    first_sort=(SortKey("late", descending=True), SortKey("issued", descending=True)),
    facets=("status", "currency", "client"),
    rare=_rare(
        *_TIMES,
        Field("sent_on", "sent", T.DATE),
        Field("paid_on", "paid on", T.DATE),
        Field("delivery_on", "delivered", T.DATE),
        Field("finalized", "finalized", T.DATE),
        Field("cancelled", "cancelled", T.DATE),
        Field("net", "net", T.AMOUNT),
        Field("tax", "tax", T.AMOUNT),
        Field("credit_net", "credited net", T.AMOUNT),
        Field("credit_total", "credited", T.AMOUNT),
        Field("has_credit", "has a credit note", T.YES_NO),
        Field("tax_rate", "tax rate", T.QUANTITY),
        Field("discount", "discount", T.QUANTITY),
        Field("exported", "exported", T.YES_NO),
        Field("purchase_order", "purchase order", T.TEXT),
        Field("purchase_order_number", "purchase order", T.TEXT),
        Field("project_code", "project code", T.TEXT),
        Field("payment_schedule", "days to pay", T.QUANTITY),
        Field("recipient", "recipient", T.TEXT),
        Field("message", "message", T.TEXT),
        Field("note", "note", T.TEXT),
        Field("footer", "footer", T.TEXT),
        Field("tag", "tags", T.SEVERAL),
        Field("tax1_name", "tax 1", T.TEXT),
        Field("tax1_value", "tax 1 in percent", T.QUANTITY),
        Field("tax2_name", "tax 2", T.TEXT),
        Field("tax2_value", "tax 2 in percent", T.QUANTITY),
        Field("export_invoice_url", "page there", T.TEXT),
        Field("custom_field", "own fields", T.KEYED),
        Field("budget", "budget", T.TEXT),
        *_WHEREABOUTS,
        *_REFERENCES,
    ),
)

PAYMENTS = Resource(
    name="payments",
    singular="payment",
    title="Payments",
    key="2",
    fields=(
        Field("id", "id", T.ID),
        Field("date", "date", T.DATE),
        Field("invoice", "invoice", T.TEXT, searched=True),
        Field("invoice_id", "invoice id", T.ID),
        Field("client", "client", T.TEXT, searched=True),
        Field("project", "project", T.TEXT, searched=True),
        Field("kind", "kind", T.CHOICE, choices=("payment", "refund", "write-off", "project")),
        Field("amount", "amount", T.AMOUNT),
        Field("currency", "currency", T.CURRENCY),
        Field("note", "note", T.TEXT, searched=True),
        *_COMMON,
    ),
    narrow=("date", "invoice", "client", "amount", "currency", "kind"),
    added=("note", "project"),
    order=("date", "invoice", "client", "project", "amount", "currency", "kind", "note"),
    sum_field="amount",
    day_field="date",
    first_sort=(SortKey("date", descending=True),),
    facets=("kind", "currency", "client"),
    rare=_rare(
        *_TIMES,
        Field("paid_on", "paid on", T.DATE),
        Field("written_off_on", "written off on", T.DATE),
        Field("external_id", "external id", T.TEXT),
        Field("budget", "budget", T.TEXT),
        *_WHEREABOUTS,
    ),
)

EXPENSES = Resource(
    name="expenses",
    singular="expense",
    title="Expenses",
    key="3",
    fields=(
        Field("id", "id", T.ID),
        Field("date", "date", T.DATE),
        Field("category", "category", T.TEXT, searched=True),
        Field("text", "text", T.TEXT, searched=True),
        Field("project", "project", T.TEXT, searched=True),
        Field("person", "person", T.TEXT, searched=True),
        Field("amount", "amount", T.AMOUNT),
        Field("currency", "currency", T.CURRENCY),
        Field("billable", "billable", T.YES_NO),
        Field("reimbursable", "reimbursable", T.YES_NO),
        Field("invoiced", "invoiced", T.YES_NO),
        Field("approval", "approval", T.CHOICE, choices=("none", "submitted", "approved", "rejected")),
        Field("receipt", "receipt", T.YES_NO),
        Field("category_id", "category id", T.ID, listed=False, picks="categories"),
        Field("person_id", "person id", T.ID, listed=False, picks="people"),
        Field("service_id", "service id", T.ID, listed=False, picks="services"),
        Field("service", "service", T.TEXT, listed=False),
        Field("quantity", "quantity", T.QUANTITY, listed=False),
        Field("unit_amount", "unit cost", T.AMOUNT, listed=False),
        Field("billable_amount", "billable amount", T.AMOUNT, listed=False),
        *_COMMON,
    ),
    narrow=("date", "category", "text", "amount", "currency", "approval"),
    added=("project", "person", "billable", "reimbursable", "invoiced", "receipt"),
    order=(
        "date",
        "category",
        "text",
        "project",
        "person",
        "amount",
        "currency",
        "billable",
        "reimbursable",
        "invoiced",
        "receipt",
        "approval",
    ),
    sum_field="amount",
    day_field="date",
    first_sort=(SortKey("date", descending=True),),
    facets=("approval", "category", "currency", "billable", "reimbursable", "invoiced", "receipt"),
    rare=_rare(
        *_TIMES,
        Field("pay_on", "to be paid on", T.DATE),
        Field("paid_on", "paid on", T.DATE),
        Field("reimbursed_on", "reimbursed on", T.DATE),
        Field("approved_on", "approved on", T.DATE),
        Field("approver", "approver", T.TEXT),
        Field("approver_id", "approver id", T.ID, picks="people"),
        Field("rejected_reason", "rejected because", T.TEXT),
        Field("draft", "draft", T.YES_NO),
        Field("client", "client", T.TEXT),
        Field("budget", "budget", T.TEXT),
        Field("budget_id", "budget id", T.ID, picks="budgets"),
        Field("section", "section", T.TEXT),
        Field("vendor", "vendor", T.TEXT),
        Field("vendor_id", "vendor id", T.ID, picks="clients"),
        Field("profit", "profit", T.AMOUNT),
        Field("revenue", "recognized revenue", T.AMOUNT),
        Field("gross", "unit cost with tax", T.AMOUNT),
        Field("tax_rate_id", "tax rate id", T.ID),
        Field("custom_field", "own fields", T.KEYED),
        Field("note", "note", T.TEXT),
        Field("submitted", "submitted", T.YES_NO),
        Field("cleared", "cleared for invoicing", T.YES_NO),
        Field("needs_approval", "needs approval", T.YES_NO),
        Field("mine", "mine", T.YES_NO),
        Field("report_id", "report id", T.ID),
        Field("recent_report_id", "latest report id", T.ID),
        Field("expense_budget_id", "expense budget id", T.ID, picks="expense_budgets"),
        Field("markup", "markup", T.QUANTITY),
        Field("tax_inclusion", "tax", T.TEXT),
        Field("position", "position", T.QUANTITY),
        Field("taxable", "taxable", T.YES_NO),
        Field("foreign", "foreign amount", T.TEXT),
        Field("story_id", "task id", T.ID),
        Field("role_id", "role id", T.ID),
        *_REFERENCES,
    ),
)

RESOURCES = {resource.name: resource for resource in (INVOICES, PAYMENTS, EXPENSES)}
