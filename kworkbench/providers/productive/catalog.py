"""Productive as tables. Sources: api/productive.md sections 4 to 11; what nobody documents is worded as expected."""

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
from kworkbench.providers.productive import filters

T = ValueType

PAYMENT_FORM = (
    FormField(
        "invoice",
        "invoice_id",
        T.REFERENCE,
        required=True,
        on_update=False,
        picker="invoices",
        wire=("invoice", "invoice_id"),
    ),
    FormField(
        "amount",
        "amount",
        T.AMOUNT,
        required=True,
        wire=("amount",),
        hint="In the invoice's currency; a refund is negative.",
    ),
    FormField("date", "date", T.DATE, required=True, default="today", wire=("paid_on", "written_off_on")),
    FormField(
        "kind",
        "kind",
        T.CHOICE,
        on_update=False,
        choices=("payment", "write-off"),
        default="payment",
        hint="A write-off gives the amount up; no money came in.",
    ),
    FormField("note", "note", T.TEXT, wire=("note",)),
)

EXPENSE_FORM = (
    FormField("text", "text", T.TEXT, required=True, wire=("name",)),
    FormField("date", "date", T.DATE, required=True, default="today", wire=("date",)),
    FormField("currency", "currency", T.CURRENCY, required=True, wire=("currency",)),
    FormField("unit cost", "unit_amount", T.AMOUNT, required=True, wire=("amount", "unit_amount")),
    FormField("quantity", "quantity", T.QUANTITY, default="1", wire=("quantity",)),
    FormField(
        "service",
        "service_id",
        T.REFERENCE,
        required=True,
        picker="services",
        wire=("service", "service_id"),
        hint="A service of the project's budget that tracks expenses.",
    ),
    FormField("person", "person_id", T.REFERENCE, picker="people", wire=("person", "person_id")),
    FormField(
        "billable amount", "billable_amount", T.AMOUNT, wire=("billable_amount",), hint="0 where nothing is passed on."
    ),
    FormField("reimbursable", "reimbursable", T.YES_NO, wire=("reimbursable",)),
)

_INVOICES_ELSEWHERE = "Invoices are written in Productive itself; here they are read and paid."

CATALOG = Catalog(
    provider="productive",
    title="Productive",
    resources={
        "invoices": ResourceCatalog(
            resource=INVOICES,
            filters=filters.INVOICES,
            sorts={
                "number": "number",
                "client": "company_name",
                "issued": "invoiced_on",
                "due": "pay_on",
                "total": "amount_with_tax",
                "paid": "amount_paid",
                "written_off": "amount_written_off",
            },
            creates=_INVOICES_ELSEWHERE,
            updates=_INVOICES_ELSEWHERE,
            deletes=_INVOICES_ELSEWHERE,
        ),
        "payments": ResourceCatalog(
            resource=PAYMENTS,
            form=PAYMENT_FORM,
            filters=filters.PAYMENTS,
            sorts={"amount": "amount", "date": "date", "note": "note", "invoice": "invoice.number"},
        ),
        "expenses": ResourceCatalog(
            resource=EXPENSES,
            form=EXPENSE_FORM,
            filters=filters.EXPENSES,
            sorts={
                "text": "name",
                "date": "date",
                "unit_amount": "amount",
                "billable_amount": "billable_amount",
                "category": "service_type.name",
            },
            bulk_delete=100,
            locks=(Lock("invoiced", True, "It is on an invoice; Productive is expected to refuse."),),
        ),
    },
    related=(
        RelatedKind("clients", "client"),
        RelatedKind("projects", "project"),
        RelatedKind("people", "person"),
        RelatedKind("categories", "category"),
        RelatedKind("services", "service"),
    ),
    payments=PaymentRules(
        part=True,
        dated=True,
        without_invoice=False,
        refunds=True,
        write_offs=True,
        note_limit=None,
        settle_seconds=6 * 60,
    ),
)
