"""The attributes of what holds money: payments, invoices, attributions, expenses (api/productive.md 7, 10, 11)."""

from __future__ import annotations

import json
from decimal import Decimal

from kworkbench.sandbox.books.money_model import Expense, Invoice, InvoiceAttribution, Payment
from kworkbench.sandbox.books.productive_model import TaxRate
from kworkbench.sandbox.books.rates import half_up
from kworkbench.sandbox.books.totals import tax_percent
from kworkbench.sandbox.productive.loaded import Loaded, decimal_text, in_currency
from kworkbench.sandbox.productive.wire import Document, Json

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
        **loaded.amounts("amount", row.amount, row.currency, rate),
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
        "tax2_name": row.tax2_name,
        "tax2_value": decimal_text(row.tax2_value),
        "deleted_at": loaded.moment(row.cancelled_at),
        "tag_list": json.loads(row.tags),
        "note": row.note,
        "exported_at": loaded.moment(row.exported_at),
        "export_integration_type_id": None,
        "note_interpolated": row.note,
        "email_key": row.email_key,
        "purchase_order_number": row.purchase_order_number,
        "export_invoice_url": row.export_invoice_url,
        "company_reference_id": None,
        "created_at": loaded.moment(row.created_at),
        "exchange_rate": decimal_text(row.exchange_rate),
        "exchange_date": row.exchange_date,
        "custom_fields": kept_json(row.custom_fields),
        "currency": row.currency,
        "currency_default": loaded.organization.default_currency,
        "currency_normalized": row.currency,
    }
    for name, column in INVOICE_AMOUNTS.items():
        head |= _of_invoice(name, getattr(row, column), row, loaded)
    return head


def _of_invoice(name: str, minor: int, row: Invoice, loaded: Loaded) -> Document:
    return loaded.amounts(name, minor, row.currency, row.exchange_rate)


def invoice_extras(row: Invoice, loaded: Loaded) -> Document:
    """What `/invoices` adds to the seed's attributes: without it a draft or a credit note cannot be told (ours)."""
    return {
        "updated_at": loaded.moment(row.updated_at),
        "last_activity_at": loaded.moment(row.updated_at),
        "finalized_on": None if row.finalized_at is None else (loaded.moment(row.finalized_at) or "")[:10],
        "finalized_at": loaded.moment(row.finalized_at),
        "invoice_type_id": INVOICE_TYPES[row.kind],
    }


def invoice_later(row: Invoice, loaded: Loaded) -> Document:
    """What came after the seed. Terms are days after the invoice's date (ours)."""
    exported = row.exported_at is not None
    return {
        **_of_invoice("amount_credited", row.credited_net, row, loaded),
        **_of_invoice("amount_credited_with_tax", row.credited_total, row, loaded),
        "credited": row.credited_total != 0,
        "exported": exported,
        "export_id": str(row.id) if exported else None,
        "footer": row.footer,
        "footer_interpolated": row.footer,
        "line_item_tax": True,
        "invoice_template_id": None,
        "payment_terms": None,
        "payment_terms_type": "days_after_invoice_date",
        "payment_terms_days": row.payment_schedule,
        "bank_account_details": None,
        "creation_options": {},
        "sample_data": False,
    }


def payment_later(row: Payment, loaded: Loaded) -> Document:
    """What came after the seed."""
    return {"created_at": loaded.moment(row.created_at)}


def attribution(row: InvoiceAttribution, loaded: Loaded) -> Document:
    """The part of an invoice that belongs to a budget, in the invoice's currency."""
    invoice = loaded.get(Invoice, row.invoice_id)
    currency = invoice.currency if invoice else loaded.organization.default_currency
    rate = invoice.exchange_rate if invoice else "1.0"
    return {
        **loaded.amounts("amount", row.amount, currency, rate),
        "currency": currency,
        "currency_default": loaded.organization.default_currency,
        "currency_normalized": currency,
    }


def expense(row: Expense, loaded: Loaded) -> Document:
    """The attributes of 2021 in their order, then quantity, totals, draft and own fields, which filters look at.

    Normalized is the budget's currency.
    """
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
    totals = _three("total_amount", row.total, row, loaded)
    return (
        head | {"quantity": row.quantity} | totals | {"draft": row.draft, "custom_fields": kept_json(row.custom_fields)}
    )


def expense_later(row: Expense, loaded: Loaded) -> Document:
    """What came after 2021. Only an approved expense brings revenue; status says paid (1) or not (2)."""
    exported = row.exported_at is not None
    revenue = row.billable_amount if row.approval == "approved" else 0
    return {
        "exchange_rate_normalized": decimal_text(row.project_rate),
        "quantity_received": "0.0",
        **_three("amount_with_tax", _with_tax(row.amount, row, loaded), row, loaded),
        **_three("total_amount_with_tax", _with_tax(row.total, row, loaded), row, loaded),
        **_three("recognized_revenue", revenue, row, loaded),
        "markup": decimal_text(row.markup),
        "tax_inclusion": row.tax_inclusion,
        "exported": exported,
        "exported_at": loaded.moment(row.exported_at),
        "export_id": str(row.id) if exported else None,
        "export_url": None,
        "export_integration_type_id": None,
        "company_reference_id": None,
        "external_payment_id": None,
        "allocation_status": None,
        "line_items_count": int(row.invoiced),
        "billable": row.billable,
        "status": 1 if row.paid_on else 2,
        "note": row.note,
        "updated_at": loaded.moment(row.updated_at),
    }


def _with_tax(minor: int, row: Expense, loaded: Loaded) -> int:
    """An amount with the tax of its rate on top, unless tax is in it already (ours)."""
    rate = loaded.get(TaxRate, row.tax_rate_id)
    if rate is None or row.tax_inclusion == "inclusive":
        return minor
    return half_up(minor * (100 + Decimal(tax_percent(rate))) / 100)


def kept_json(text: str | None) -> Json:
    """A JSON text of the books as the value it stands for."""
    found: Json = None if text is None else json.loads(text)
    return found


def _three(name: str, minor: int, row: Expense, loaded: Loaded) -> Document:
    return {
        name: minor,
        f"{name}_default": loaded.in_default(minor, row.currency, row.exchange_rate),
        f"{name}_normalized": in_currency(minor, row.currency, row.project_currency, row.project_rate),
    }
