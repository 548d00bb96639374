"""Kantata OX as tables. Sources: api/kantata.md sections 3 to 7; what nobody documents is worded as expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kworkbench.domain.catalog import (
    Catalog,
    ExpenseRules,
    FormField,
    Lock,
    PaymentRules,
    Rate,
    RelatedKind,
    ResourceCatalog,
    ValueType,
)
from kworkbench.domain.filters import with_filters
from kworkbench.domain.resources import EXPENSES, INVOICES, PAYMENTS
from kworkbench.providers.kantata import filters, includes

if TYPE_CHECKING:
    from kworkbench.domain.actions import Action

T = ValueType

PAYMENT_FORM = (
    FormField(
        "project", "project_id", T.REFERENCE, required=True, picker="projects", wire=("workspace_id", "workspace")
    ),
    FormField(
        "invoice",
        "invoice_id",
        T.REFERENCE,
        picker="invoices",
        wire=("invoice_id", "invoice"),
        hint="Paid in full. Without an invoice the payment stands on the project alone and settles nothing.",
    ),
    FormField(
        "amount",
        "amount",
        T.AMOUNT,
        wire=("amount_in_cents",),
        hint="Only without an invoice: else Kantata takes the invoice's amount.",
    ),
    FormField("note", "note", T.TEXT, wire=("message",), hint="At most 255 characters. Kantata keeps no payment date."),
)

_REFERENCE = FormField(
    "reference",
    "external_reference",
    T.KEYED,
    keys=(
        "service_name",
        "service_model",
        "service_model_ref",
        "status",
        "external_status",
        "external_message",
        "external_link",
        "locked",
    ),
    wire=("external_reference",),
    hint="To another system: service_name=…; service_model=…; service_model_ref=… and what else is known.",
    copied=False,
)
"""One reference that is written with the record; those it has stand in its detail."""

EXPENSE_FORM = (
    FormField(
        "project",
        "project_id",
        T.REFERENCE,
        required=True,
        on_update=False,
        picker="projects",
        wire=("workspace_id", "workspace"),
    ),
    FormField("date", "date", T.DATE, required=True, default="today", wire=("date",)),
    FormField(
        "category",
        "category_id",
        T.REFERENCE,
        required=True,
        picker="categories",
        wire=("expense_category_id", "category", "expense_category"),
    ),
    FormField("amount", "amount", T.AMOUNT, required=True, wire=("amount_in_cents", "foreign_exchange_amount")),
    FormField(
        "currency",
        "currency",
        T.CURRENCY,
        wire=("source_currency",),
        hint="Another one than the project's is converted by Kantata.",
    ),
    FormField("person", "person_id", T.REFERENCE, picker="people", wire=("user_id", "user")),
    FormField("text", "text", T.TEXT, wire=("notes",)),
    FormField("billable", "billable", T.YES_NO, wire=("billable", "is_billable")),
    FormField("reimbursable", "reimbursable", T.YES_NO, wire=("reimbursable",)),
    FormField("vendor", "vendor_id", T.REFERENCE, picker="vendors", wire=("vendor_id", "vendor")),
    FormField("task id", "story_id", T.ID, wire=("story_id", "story"), hint="The number of a task of the project."),
    FormField(
        "budget",
        "expense_budget_id",
        T.REFERENCE,
        picker="expense_budgets",
        wire=("expense_budget_id", "expense_budget"),
        hint="An expense budget of the project. A project takes budgets or tasks, not both.",
    ),
    FormField(
        "receipt id",
        "receipt_id",
        T.ID,
        wire=("receipt_id", "receipt"),
        hint="The number of a file at Kantata.",
        copied=False,
    ),
    _REFERENCE,
)

INVOICE_FORM = (
    FormField(
        "project",
        "project_id",
        T.REFERENCE,
        required=True,
        on_update=False,
        picker="projects",
        wire=("workspace_id", "workspace_ids", "workspace"),
    ),
    FormField("issued", "issued", T.DATE, required=True, default="today", wire=("invoice_date",), copied=False),
    FormField("days to pay", "payment_schedule", T.NUMBER, required=True, default="30", wire=("payment_schedule",)),
    FormField(
        "lines",
        "lines",
        T.LINES,
        on_update=False,
        wire=("additional_items", "fixed_fee_items"),
        hint="1200 Design; 50 Hosting +tax. Needed unless there are expenses.",
    ),
    FormField(
        "expenses",
        "expense_ids",
        T.TEXT,
        wire=("expense_ids",),
        hint="Numbers with commas. In an edit these replace all that are on it.",
        copied=False,
    ),
    FormField("draft", "draft", T.YES_NO, default="yes", wire=("draft",), copied=False),
    FormField("e-mail nobody", "suppress_emails", T.YES_NO, on_update=False, default="yes", wire=("suppress_emails",)),
    FormField(
        "number",
        "number",
        T.TEXT,
        wire=("user_invoice_number", "number"),
        hint="Empty: the next one.",
        copied=False,
        foretold=True,
    ),
    FormField("title", "subject", T.TEXT, wire=("user_invoice_title", "title")),
    FormField("message", "message", T.TEXT, wire=("message",)),
    FormField("purchase order", "purchase_order", T.TEXT, wire=("purchase_order",)),
    FormField("project code", "project_code", T.TEXT, wire=("project_code",)),
    FormField("tax rate", "tax_rate", T.QUANTITY, wire=("tax_rate",), hint="In percent, on the lines with +tax."),
    _REFERENCE,
)

_PAID = Lock("settlement", "paid", "It is paid; Kantata is expected to refuse.")
_CANCELLED = Lock("state", "cancelled", "It is cancelled; Kantata is expected to refuse.")
_EXPENSE_LOCKS = (
    Lock("invoiced", True, "It is on an invoice; Kantata is expected to refuse."),
    Lock("approval", "approved", "On an approved expense report; expected to be refused."),
    Lock("approval", "submitted", "On a submitted expense report; expected to be refused."),
)


def _invoice_actions() -> tuple[Action, ...]:
    from kworkbench.providers.kantata.actions import INVOICES as ACTIONS  # noqa: PLC0415 - with the first menu

    return ACTIONS


def _expense_actions() -> tuple[Action, ...]:
    from kworkbench.providers.kantata.actions import EXPENSES as ACTIONS  # noqa: PLC0415 - with the first menu

    return ACTIONS


_TIMES = ("created", "updated", "creator", "creator_id")
_REFERENCES = (
    "has_ref",
    "ref_service",
    "ref_model",
    "ref_id",
    "ref_status",
    "ref_external_status",
    "ref_message",
)
RARE = {
    "invoices": (
        *_TIMES,
        "tax_rate",
        "purchase_order",
        "project_code",
        "payment_schedule",
        "recipient",
        "message",
        "project_ids",
        *_REFERENCES,
    ),
    "payments": _TIMES,
    "expenses": (
        "created",
        "updated",
        "client",
        "vendor",
        "vendor_id",
        "submitted",
        "cleared",
        "needs_approval",
        "mine",
        "report_id",
        "recent_report_id",
        "expense_budget_id",
        "taxable",
        "foreign",
        "story_id",
        "role_id",
        *_REFERENCES,
    ),
}
"""Rare fields of Kantata's records, by list."""


CATALOG = Catalog(
    provider="kantata",
    title="Kantata OX",
    resources={
        "invoices": ResourceCatalog(
            resource=with_filters(INVOICES, filters.INVOICES, RARE["invoices"]),
            form=INVOICE_FORM,
            filters=filters.INVOICES,
            includes=includes.INVOICES,
            sorts={"id": "id", "issued": "invoice_date", "created": "created_at", "updated": "updated_at"},
            locks=(
                Lock("state", "open", "Issued; expected to be refused. Cancel it instead."),
                _CANCELLED,
            ),
            edit_locks=(_PAID, _CANCELLED),
            actions=_invoice_actions,
        ),
        "payments": ResourceCatalog(
            resource=with_filters(PAYMENTS, filters.PAYMENTS, RARE["payments"]),
            form=PAYMENT_FORM,
            filters=filters.PAYMENTS,
            includes=includes.PAYMENTS,
            sorts={"id": "id", "created": "created_at", "updated": "updated_at"},
            updates="Kantata cannot change a payment. Delete it and record it again.",
            again=True,
            anew_loses="its id, the day it was recorded, and references to it",
        ),
        "expenses": ResourceCatalog(
            resource=with_filters(EXPENSES, filters.EXPENSES, RARE["expenses"]),
            form=EXPENSE_FORM,
            filters=filters.EXPENSES,
            includes=includes.EXPENSES,
            sorts={
                "amount": "amount",
                "category": "category",
                "created": "created_at",
                "date": "date",
                "text": "notes",
                "vendor": "vendor_name",
            },
            bulk_delete=100,
            bulk_is_atomic=True,
            bulk_create=100,
            locks=_EXPENSE_LOCKS,
            edit_locks=_EXPENSE_LOCKS,
            actions=_expense_actions,
            hides=("archived:no", "external:no"),
            anew_loses="its id, its expense report, its receipt, and references to it",
        ),
    },
    related=(
        RelatedKind("projects", "project"),
        RelatedKind("people", "person"),
        RelatedKind("categories", "category"),
        RelatedKind("vendors", "vendor"),
        RelatedKind("expense_budgets", "expense budget", optional=True),
    ),
    payments=PaymentRules(
        part=False,
        dated=False,
        without_invoice=True,
        refunds=False,
        write_offs=False,
        note_limit=255,
        settle_seconds=4 * 60,
        guarded=True,
    ),
    expenses=ExpenseRules(on_service=False, text_required=False, converts=True, billed_amount=False),
    rates=(Rate(60, 10.0),),
)
