"""The attributes of what holds money: payments, invoices, attributions, expenses (api/productive.md 7, 10, 11)."""

from __future__ import annotations

from kworkbench.sandbox.books.model import Expense, Invoice, InvoiceAttribution, Payment
from kworkbench.sandbox.productive.loaded import Loaded, decimal_text, in_currency
from kworkbench.sandbox.productive.wire import Document

INVOICE_TYPES = {"invoice": 1, "credit-note": 2}
INVOICE_AMOUNTS = {
    "amount": "amount_net",
    "amount_tax": "amount_tax",
    "amount_with_tax": "amount_total",
    "amount_paid": "amount_paid",
    "amount_written_off": "amount_written_off",
    "amount_unpaid": "amount_unpaid",
}
"""The amounts of an invoice in the seed's order, each with the column it stands in."""


def payment(row: Payment, loaded: Loaded) -> Document:
    """The ten attributes of a payment; its reporting currency is the invoice's (seed)."""
    invoice = loaded.get(Invoice, row.invoice_id)
    rate = invoice.exchange_rate if invoice else "1.0"
    return {
        "paid_on": row.paid_on,
        "written_off_on": row.written_off_on,
        "note": row.note,
        "external_id": row.external_id,
        "currency": row.currency,
        "currency_default": loaded.organization.default_currency,
        "currency_normalized": row.currency,
        "amount": row.amount,
        "amount_default": loaded.in_default(row.amount, row.currency, rate),
        "amount_normalized": row.amount,
    }


def invoice(row: Invoice, loaded: Loaded) -> Document:
    """The 47 attributes of an invoice in the seed's order. A cancelled invoice bears `deleted_at` (ours)."""
    head: Document = {
        "number": row.number,
        "subject": row.subject,
        "invoiced_on": row.invoiced_on,
        "sent_on": row.sent_on,
        "pay_on": row.pay_on,
        "delivery_on": row.delivery_on,
        "paid_on": row.paid_on,
        "discount": decimal_text(row.discount),
        "tax1_name": row.tax_name,
        "tax1_value": decimal_text(row.tax_rate) if row.tax_name else None,
        "tax2_name": None,
        "tax2_value": None,
        "deleted_at": loaded.moment(row.cancelled_at),
        "tag_list": [],
        "note": row.note,
        "exported_at": loaded.moment(row.exported_at),
        "export_integration_type_id": None,
        "note_interpolated": row.note,
        "email_key": row.email_key,
        "purchase_order_number": row.purchase_order_number,
        "export_invoice_url": None,
        "company_reference_id": None,
        "created_at": loaded.moment(row.created_at),
        "exchange_rate": decimal_text(row.exchange_rate),
        "exchange_date": row.exchange_date,
        "custom_fields": None,
        "currency": row.currency,
        "currency_default": loaded.organization.default_currency,
        "currency_normalized": row.currency,
    }
    for name, column in INVOICE_AMOUNTS.items():
        minor: int = getattr(row, column)
        head[name] = minor
        head[f"{name}_default"] = loaded.in_default(minor, row.currency, row.exchange_rate)
        head[f"{name}_normalized"] = minor
    return head


def invoice_extras(row: Invoice, loaded: Loaded) -> Document:
    """What `/invoices` adds to the seed's attributes: without it a draft or a credit note cannot be told (ours)."""
    return {
        "updated_at": loaded.moment(row.updated_at),
        "last_activity_at": loaded.moment(row.updated_at),
        "finalized_on": None if row.finalized_at is None else (loaded.moment(row.finalized_at) or "")[:10],
        "finalized_at": loaded.moment(row.finalized_at),
        "invoice_type_id": INVOICE_TYPES[row.kind],
    }


def attribution(row: InvoiceAttribution, loaded: Loaded) -> Document:
    """The part of an invoice that belongs to a budget, in the invoice's currency."""
    invoice = loaded.get(Invoice, row.invoice_id)
    currency = invoice.currency if invoice else loaded.organization.default_currency
    rate = invoice.exchange_rate if invoice else "1.0"
    return {
        "amount": row.amount,
        "amount_default": loaded.in_default(row.amount, currency, rate),
        "amount_normalized": row.amount,
        "currency": currency,
        "currency_default": loaded.organization.default_currency,
        "currency_normalized": currency,
    }


def expense(row: Expense, loaded: Loaded) -> Document:
    """The attributes of 2021 in their order, then quantity, totals and draft; normalized is the budget's currency."""
    head: Document = {
        "name": row.name,
        "date": row.date,
        "pay_on": row.pay_on,
        "paid_on": row.paid_on,
        "position": row.position,
        "invoiced": row.invoiced,
        "approved": row.approval == "approved",
        "approved_at": loaded.moment(row.approved_at),
        "rejected": row.approval == "rejected",
        "rejected_reason": row.rejected_reason,
        "rejected_at": loaded.moment(row.rejected_at),
        "deleted_at": loaded.moment(row.deleted_at),
        "reimbursable": row.reimbursable,
        "reimbursed_on": row.reimbursed_on,
        "exchange_rate": decimal_text(row.exchange_rate),
        "exchange_date": row.exchange_date,
        "created_at": loaded.moment(row.created_at),
        "currency": row.currency,
        "currency_default": loaded.organization.default_currency,
        "currency_normalized": row.project_currency,
    }
    profit = row.billable_amount - row.total
    for name, minor in {"amount": row.amount, "billable_amount": row.billable_amount, "profit": profit}.items():
        head |= _three(name, minor, row, loaded)
    return head | {"quantity": row.quantity} | _three("total_amount", row.total, row, loaded) | {"draft": row.draft}


def _three(name: str, minor: int, row: Expense, loaded: Loaded) -> Document:
    return {
        name: minor,
        f"{name}_default": loaded.in_default(minor, row.currency, row.exchange_rate),
        f"{name}_normalized": in_currency(minor, row.currency, row.project_currency, row.project_rate),
    }
