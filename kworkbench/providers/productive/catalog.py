"""Productive as tables. Sources: api/productive.md sections 4 to 11; what nobody documents is worded as expected."""

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
from kworkbench.providers.productive import filters, includes

if TYPE_CHECKING:
    from kworkbench.domain.actions import Action

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

_OWN_FIELDS = FormField(
    "own fields",
    "custom_field",
    T.KEYED,
    wire=("custom_fields",),
    hint="Number of the field and value: 77=blue; 78=5.",
)
"""Fields that the organization has made: the contract has no list of their names."""

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
    FormField("markup", "markup", T.QUANTITY, wire=("markup",), hint="In percent; it wins over the billable amount."),
    FormField("reimbursable", "reimbursable", T.YES_NO, wire=("reimbursable",)),
    FormField("reimbursed on", "reimbursed_on", T.DATE, wire=("reimbursed_on",), copied=False),
    FormField("pay on", "pay_on", T.DATE, wire=("pay_on",)),
    FormField("paid on", "paid_on", T.DATE, wire=("paid_on",), copied=False),
    FormField("vendor", "vendor_id", T.REFERENCE, picker="clients", wire=("vendor", "vendor_id")),
    FormField("tax rate", "tax_rate_id", T.REFERENCE, picker="tax_rates", wire=("tax_rate", "tax_rate_id")),
    FormField("tax", "tax_inclusion", T.CHOICE, choices=("exclusive", "inclusive"), wire=("tax_inclusion",)),
    FormField("rejected because", "rejected_reason", T.TEXT, on_create=False, wire=("rejected_reason",)),
    FormField(
        "receipt id",
        "receipt_id",
        T.ID,
        wire=("attachment_id", "attachment"),
        hint="Of a file at Productive.",
        copied=False,
    ),
    FormField("order id", "purchase_order_id", T.ID, wire=("purchase_order_id", "purchase_order")),
    FormField("position", "position", T.NUMBER, wire=("position",), copied=False),
    _OWN_FIELDS,
)

INVOICE_FORM = (
    FormField("client", "client_id", T.REFERENCE, required=True, picker="clients", wire=("company", "company_id")),
    FormField("issued", "issued", T.DATE, required=True, default="today", wire=("invoiced_on",), copied=False),
    FormField("due", "due", T.DATE, wire=("pay_on",), copied=False, hint="Empty: as the client usually pays."),
    FormField("currency", "currency", T.CURRENCY, required=True, wire=("currency",)),
    FormField(
        "kind",
        "kind",
        T.CHOICE,
        on_update=False,
        choices=("invoice", "credit-note"),
        default="invoice",
        wire=("invoice_type_id",),
    ),
    FormField("number", "number", T.TEXT, wire=("number",), hint="Empty: given when it is finalized.", copied=False),
    FormField("subject", "subject", T.TEXT, wire=("subject",)),
    FormField("note", "note", T.TEXT, wire=("note",)),
    FormField(
        "document type",
        "document_type_id",
        T.REFERENCE,
        picker="document_types",
        wire=("document_type", "document_type_id"),
    ),
    FormField("subsidiary", "subsidiary_id", T.REFERENCE, picker="subsidiaries", wire=("subsidiary", "subsidiary_id")),
    FormField("issuer", "issuer_id", T.REFERENCE, picker="people", wire=("issuer", "issuer_id")),
    FormField(
        "credits",
        "parent_invoice_id",
        T.REFERENCE,
        picker="invoices",
        wire=("parent_invoice", "parent_invoice_id"),
        hint="The invoice that a credit note is for.",
    ),
    FormField("purchase order", "purchase_order_number", T.TEXT, wire=("purchase_order_number",)),
    FormField("discount", "discount", T.QUANTITY, wire=("discount",), hint="In percent."),
    FormField("sent on", "sent_on", T.DATE, wire=("sent_on",), copied=False),
    FormField("delivered on", "delivery_on", T.DATE, wire=("delivery_on",), copied=False),
    FormField("tags", "tags", T.TEXT, wire=("tag_list",), hint="With commas between them."),
    FormField("footer", "footer", T.TEXT, wire=("footer",)),
    _OWN_FIELDS,
    FormField("tax 1", "tax1_name", T.TEXT, wire=("tax1_name",), hint="Lines have their own tax rate since 2024."),
    FormField("tax 1 %", "tax1_value", T.QUANTITY, wire=("tax1_value",)),
    FormField("tax 2", "tax2_name", T.TEXT, wire=("tax2_name",)),
    FormField("tax 2 %", "tax2_value", T.QUANTITY, wire=("tax2_value",)),
    FormField("export link", "export_invoice_url", T.TEXT, wire=("export_invoice_url",), copied=False),
)


def _invoice_actions() -> tuple[Action, ...]:
    from kworkbench.providers.productive.actions import INVOICES as ACTIONS  # noqa: PLC0415 - with the first menu

    return ACTIONS


def _expense_actions() -> tuple[Action, ...]:
    from kworkbench.providers.productive.actions import EXPENSES as ACTIONS  # noqa: PLC0415 - with the first menu

    return ACTIONS


_WHEREABOUTS = ("budget", "budget_ids", "project_ids")
RARE = {
    "invoices": (
        "created",
        "updated",
        "creator",
        "creator_id",
        "sent_on",
        "paid_on",
        "delivery_on",
        "finalized",
        "cancelled",
        "net",
        "tax",
        "credit_net",
        "credit_total",
        "has_credit",
        "discount",
        "exported",
        "purchase_order_number",
        "note",
        "footer",
        "tag",
        "tax1_name",
        "tax1_value",
        "tax2_name",
        "tax2_value",
        "export_invoice_url",
        "custom_field",
        *_WHEREABOUTS,
    ),
    "payments": ("created", "paid_on", "written_off_on", "external_id", *_WHEREABOUTS),
    "expenses": (
        "created",
        "updated",
        "creator",
        "creator_id",
        "pay_on",
        "paid_on",
        "reimbursed_on",
        "approved_on",
        "approver",
        "approver_id",
        "rejected_reason",
        "draft",
        "client",
        "budget",
        "budget_id",
        "section",
        "vendor",
        "vendor_id",
        "profit",
        "revenue",
        "gross",
        "tax_rate_id",
        "markup",
        "tax_inclusion",
        "position",
        "custom_field",
        "note",
    ),
}
"""Rare fields of Productive's records, by list."""


_RESTORED = "Expected to come back as it was, under its own id. Productive does not say what else it brings back"

CATALOG = Catalog(
    provider="productive",
    title="Productive",
    resources={
        "invoices": ResourceCatalog(
            resource=with_filters(INVOICES, filters.INVOICES, RARE["invoices"]),
            form=INVOICE_FORM,
            filters=filters.INVOICES,
            includes=includes.INVOICES,
            sorts={
                "number": "number",
                "subject": "subject",
                "client": "company_name",
                "issued": "invoiced_on",
                "due": "pay_on",
                "sent_on": "sent_on",
                "delivery_on": "delivery_on",
                "cancelled": "deleted_at",
                "created": "created_at",
                "updated": "last_activity_at",
                "net": "amount",
                "tax": "amount_tax",
                "total": "amount_with_tax",
                "paid": "amount_paid",
                "written_off": "amount_written_off",
                "credit_net": "amount_credited",
                "credit_total": "amount_credited_with_tax",
                "has_credit": "credited",
                "discount": "discount",
                "purchase_order_number": "purchase_order_number",
                "custom_field": "custom_fields",
            },
            locks=(
                Lock("state", "open", "It is finalized; Productive is expected to refuse."),
                Lock("state", "cancelled", "It is cancelled; Productive is expected to refuse."),
            ),
            edit_locks=(Lock("state", "cancelled", "It is cancelled; Productive is expected to refuse."),),
            actions=_invoice_actions,
            restores=_RESTORED,
        ),
        "payments": ResourceCatalog(
            resource=with_filters(PAYMENTS, filters.PAYMENTS, RARE["payments"]),
            form=PAYMENT_FORM,
            filters=filters.PAYMENTS,
            includes=includes.PAYMENTS,
            sorts={
                "amount": "amount",
                "date": "date",
                "paid_on": "paid_on",
                "written_off_on": "written_off_on",
                "note": "note",
                "invoice": "invoice.number",
                "client": "invoice.deal.company.name",
                "project": "invoice.deal.project.name",
                "budget": "invoice.deal.name",
            },
            anew_loses="its id, and what accounting or anybody else keeps under it",
        ),
        "expenses": ResourceCatalog(
            resource=with_filters(EXPENSES, filters.EXPENSES, RARE["expenses"]),
            form=EXPENSE_FORM,
            filters=filters.EXPENSES,
            includes=includes.EXPENSES,
            sorts={
                "id": "id",
                "text": "name",
                "date": "date",
                "pay_on": "pay_on",
                "paid_on": "paid_on",
                "created": "created_at",
                "unit_amount": "amount",
                "gross": "amount_with_tax",
                "billable_amount": "billable_amount",
                "profit": "profit",
                "revenue": "recognized_revenue",
                "category": "service_type.name",
                "service": "service_name",
                "client": "deal.company.name",
                "project": "deal.project.name",
                "budget": "deal.name",
                "draft": "draft",
                "invoiced": "invoicing_status",
                "tax_rate_id": "tax_rate_id",
                "custom_field": "custom_fields",
            },
            bulk_delete=100,
            bulk_update=100,
            locks=(Lock("invoiced", True, "It is on an invoice; Productive is expected to refuse."),),
            actions=_expense_actions,
            anew_loses="its id, its approval, its receipt, and references to it",
            restores=_RESTORED,
        ),
    },
    related=(
        RelatedKind("clients", "client"),
        RelatedKind("projects", "project"),
        RelatedKind("people", "person"),
        RelatedKind("categories", "category"),
        RelatedKind("services", "service"),
        RelatedKind("tax_rates", "tax rate", optional=True),
        RelatedKind("document_types", "document type", optional=True),
        RelatedKind("subsidiaries", "subsidiary", optional=True),
        RelatedKind("budgets", "budget", optional=True),
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
    expenses=ExpenseRules(on_service=True, text_required=True, converts=False, billed_amount=True),
    rates=(Rate(100, 10.0), Rate(4_000, 1_800.0)),
)
