"""The three resources as tables: their fields, columns, first order and facets. The same for every provider.

Field names and their order are those of product.md section 3; columns those of screens.md section 2.
"""

from __future__ import annotations

from kworkbench.domain.catalog import Field, Resource, SortKey, ValueType

T = ValueType

STATUSES = ("overdue", "unpaid", "part-paid", "paid", "overpaid", "written-off", "draft", "cancelled")

_COMMON = (
    Field("client_id", "client id", T.ID, listed=False),
    Field("project_id", "project id", T.ID, listed=False),
    Field("archived", "archived", T.YES_NO, listed=False),
    Field("external", "external", T.YES_NO, listed=False),
)

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
        Field("category_id", "category id", T.ID, listed=False),
        Field("person_id", "person id", T.ID, listed=False),
        Field("service_id", "service id", T.ID, listed=False),
        Field("service", "service", T.TEXT, listed=False),
        Field("quantity", "quantity", T.QUANTITY, listed=False),
        Field("unit_amount", "unit cost", T.AMOUNT, listed=False),
        Field("billable_amount", "billable amount", T.AMOUNT, listed=False),
        Field("report_id", "report id", T.ID, listed=False),
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
)

RESOURCES = {resource.name: resource for resource in (INVOICES, PAYMENTS, EXPENSES)}
