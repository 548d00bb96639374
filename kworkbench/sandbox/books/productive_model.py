"""The rows of the tables that only Productive shows (`productive_schema`), under the conventions of `model`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from kworkbench.sandbox.books.model import Row


@dataclass(frozen=True, slots=True)
class Subsidiary:
    """A part of the firm that invoices under its own name."""

    TABLE: ClassVar[str] = "subsidiaries"
    id: int
    name: str
    invoice_number_format: str
    archived_at: str | None
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class TaxRate:
    """A tax of one or two components in percent, as decimal texts."""

    TABLE: ClassVar[str] = "tax_rates"
    id: int
    name: str
    primary_name: str | None
    primary_value: str
    secondary_name: str | None
    secondary_value: str | None
    subsidiary_id: int | None
    archived_at: str | None
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class DocumentType:
    """A template of documents. `exportable_type_id`: 1 invoice."""

    TABLE: ClassVar[str] = "document_types"
    id: int
    name: str
    exportable_type_id: int
    note: str | None
    footer: str | None
    locale: str
    subsidiary_id: int | None
    archived_at: str | None
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class ExchangeRate:
    """A day on which rates were fixed; the rates are those of `rates`."""

    TABLE: ClassVar[str] = "exchange_rates"
    id: int
    date: str


@dataclass(frozen=True, slots=True)
class LineItem:
    """A line of an invoice. Money is in minor units of the invoice's currency."""

    TABLE: ClassVar[str] = "line_items"
    id: int
    invoice_id: int
    position: int
    description: str | None
    service_id: int | None
    expense_id: int | None
    creator_id: int
    updater_id: int | None
    unit_id: int | None
    unit_price: int
    quantity: str
    discount: str | None
    tax_rate_id: int | None
    tax_name: str | None
    tax_value: str | None
    amount: int
    amount_tax: int
    manual_entry: bool
    created_at: str
    updated_at: str
    # Kantata only.
    kind: str = "additional"
    story_id: int | None = None
    taxable: bool | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A group of services of a budget."""

    TABLE: ClassVar[str] = "sections"
    id: int
    deal_id: int
    name: str
    position: int
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class DeletedItem:
    """An expense or an invoice that was deleted and can be restored; a view, not a table."""

    TABLE: ClassVar[str] = "deleted_items"
    id: int
    item_type: str
    item_id: int
    name: str
    location: str
    deleter_id: int
    created_at: str


PRODUCTIVE_ROWS: tuple[type[Row], ...] = (
    Subsidiary,
    TaxRate,
    DocumentType,
    ExchangeRate,
    LineItem,
    Section,
    DeletedItem,
)
