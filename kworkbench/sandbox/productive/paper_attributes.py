"""The attributes of what stands beside invoices: lines, subsidiaries, tax rates, document types (sections 10, 12, 14).

Receipts and deleted items stand here, too.
"""

from __future__ import annotations

from kworkbench.sandbox.books.model import Attachment
from kworkbench.sandbox.books.money_model import Invoice
from kworkbench.sandbox.books.productive_model import (
    DeletedItem,
    DocumentType,
    ExchangeRate,
    LineItem,
    Section,
    Subsidiary,
    TaxRate,
)
from kworkbench.sandbox.books.rates import IN_EUR, rate, rate_text
from kworkbench.sandbox.productive.loaded import Loaded, decimal_text
from kworkbench.sandbox.productive.wire import Document


def line_item(row: LineItem, loaded: Loaded) -> Document:
    """A line; its currency, rate and reporting currency are the invoice's."""
    invoice = loaded.get(Invoice, row.invoice_id)
    currency = invoice.currency if invoice else loaded.organization.default_currency
    rate_of = invoice.exchange_rate if invoice else "1.0"
    head: Document = {
        "description": row.description,
        "name": row.description,
        "position": row.position,
        "quantity": row.quantity,
        "unit_id": row.unit_id,
        "discount": decimal_text(row.discount),
        "tax_name": row.tax_name,
        "tax_value": decimal_text(row.tax_value),
        "manual_entry": row.manual_entry,
        "created_at": loaded.moment(row.created_at),
        "updated_at": loaded.moment(row.updated_at),
        "currency": currency,
        "currency_default": loaded.organization.default_currency,
        "currency_normalized": currency,
    }
    amounts = {"amount": row.amount, "amount_tax": row.amount_tax, "amount_with_tax": row.amount + row.amount_tax}
    for name, minor in {"unit_price": row.unit_price, **amounts}.items():
        head |= loaded.amounts(name, minor, currency, rate_of)
    return head


def subsidiary(row: Subsidiary, loaded: Loaded) -> Document:
    """A part of the firm; it keeps no facility costs (ours)."""
    return {
        "name": row.name,
        "invoice_number_format": row.invoice_number_format,
        "invoice_number_scope": None,
        "archived_at": loaded.moment(row.archived_at),
        "show_delivery_date": False,
        "export_integration_type_id": None,
        "invoice_logo_url": None,
        "facility_costs": 0,
        "facility_costs_default": 0,
        "facility_costs_normalized": 0,
        "created_at": loaded.moment(row.created_at),
    }


def tax_rate(row: TaxRate, loaded: Loaded) -> Document:
    """A tax; its components in percent."""
    return {
        "name": row.name,
        "primary_component_name": row.primary_name,
        "primary_component_value": row.primary_value,
        "secondary_component_name": row.secondary_name,
        "secondary_component_value": row.secondary_value,
        "archived_at": loaded.moment(row.archived_at),
    }


def document_type(row: DocumentType, loaded: Loaded) -> Document:
    """A template of documents."""
    return {
        "name": row.name,
        "exportable_type_id": row.exportable_type_id,
        "note": row.note,
        "footer": row.footer,
        "locale": row.locale,
        "archived_at": loaded.moment(row.archived_at),
    }


def exchange_rate(row: ExchangeRate, loaded: Loaded) -> Document:
    """What one unit of the default currency is in others; the sandbox's rates are the same every day (ours)."""
    own = loaded.organization.default_currency
    return {"date": row.date, "rates": {code: rate_text(rate(own, code)) for code in IN_EUR}}


def attachment(row: Attachment, loaded: Loaded) -> Document:
    """A receipt's description; the sandbox keeps no bytes, so its addresses are null (ours)."""
    return {
        "name": row.filename,
        "content_type": row.content_type,
        "size": row.size,
        "url": None,
        "thumb": None,
        "temp_url": None,
        "resized": False,
        "created_at": loaded.moment(row.created_at),
        "deleted_at": loaded.moment(row.deleted_at),
        "attachment_type": row.kind,
        "message_id": None,
        "external_id": None,
        "attachable_type": "Expense",
    }


def section(row: Section, _loaded: Loaded) -> Document:
    """A group of services; the members are ours."""
    return {"name": row.name, "position": row.position}


def deleted_item(row: DeletedItem, loaded: Loaded) -> Document:
    """What was deleted, where it was and when."""
    return {
        "name": row.name,
        "item_type": row.item_type,
        "item_id": row.item_id,
        "location": row.location,
        "created_at": loaded.moment(row.created_at),
    }
