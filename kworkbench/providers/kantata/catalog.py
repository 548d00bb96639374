"""Kantata OX as tables. Sources: api/kantata.md sections 3 to 7; what nobody documents is worded as expected."""

from __future__ import annotations

from kworkbench.domain.catalog import (
    Catalog,
    FormField,
    Lock,
    PaymentRules,
    RelatedKind,
    ResourceCatalog,
    ValueType,
)
from kworkbench.domain.resources import EXPENSES, INVOICES, PAYMENTS
from kworkbench.providers.kantata import filters

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
)

_INVOICES_ELSEWHERE = "Invoices are written in Kantata itself; here they are read and paid."

CATALOG = Catalog(
    provider="kantata",
    title="Kantata OX",
    resources={
        "invoices": ResourceCatalog(
            resource=INVOICES,
            filters=filters.INVOICES,
            sorts={"id": "id", "issued": "invoice_date"},
            creates=_INVOICES_ELSEWHERE,
            updates=_INVOICES_ELSEWHERE,
            deletes=_INVOICES_ELSEWHERE,
        ),
        "payments": ResourceCatalog(
            resource=PAYMENTS,
            form=PAYMENT_FORM,
            filters=filters.PAYMENTS,
            sorts={"id": "id", "date": "created_at"},
            updates="Kantata cannot change a payment. Delete it and record it again.",
        ),
        "expenses": ResourceCatalog(
            resource=EXPENSES,
            form=EXPENSE_FORM,
            filters=filters.EXPENSES,
            sorts={"amount": "amount", "category": "category", "date": "date", "text": "notes"},
            bulk_delete=100,
            bulk_is_atomic=True,
            locks=(
                Lock("invoiced", True, "It is on an invoice; Kantata is expected to refuse."),
                Lock("approval", "approved", "It is on an approved expense report; Kantata is expected to refuse."),
                Lock("approval", "submitted", "It is on a submitted expense report; Kantata is expected to refuse."),
            ),
            hides=("archived:no", "external:no"),
        ),
    },
    related=(
        RelatedKind("projects", "project"),
        RelatedKind("people", "person"),
        RelatedKind("categories", "category"),
    ),
    payments=PaymentRules(
        part=False,
        dated=False,
        without_invoice=True,
        refunds=False,
        write_offs=False,
        note_limit=255,
        settle_seconds=4 * 60,
    ),
)
