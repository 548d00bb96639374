"""The rows of `kantata_schema`: one frozen dataclass per table, its fields the table's columns in their order."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag
from typing import ClassVar

from kworkbench.sandbox.books.model import Row


class Mark(IntFlag):
    """What `Expense.marks` says of the expense's project, report and invoice."""

    ARCHIVED = 1
    EXTERNAL = 2
    NEEDS_APPROVAL = 4
    SUBMITTED = 8
    APPROVED = 16
    ON_DRAFT = 32
    ON_INVOICE = 64


@dataclass(frozen=True, slots=True)
class ExpenseBudget:
    """A plan for expenses of a project; `amount` in minor units of the project's currency."""

    TABLE: ClassVar[str] = "expense_budgets"
    id: int
    project_id: int
    story_id: int | None
    title: str
    description: str | None
    amount: int
    fixed_fee: bool
    burns_budget: bool
    billable: bool
    expected_by: str | None
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class InvoiceItem:
    """A line of an invoice that is no expense; a view of `LineItem`, not a table. `kind`: fixed_fee, additional.

    `amount` is in minor units of the invoice's currency. Only a line that Productive wrote may have no project.
    """

    TABLE: ClassVar[str] = "invoice_items"
    id: int
    kind: str
    invoice_id: int
    project_id: int | None
    story_id: int | None
    notes: str | None
    amount: int
    taxable: bool
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class InvoiceNote:
    """What Kantata keeps of the invoice with this id; `cancelled_expenses` is a JSON list of ids it listed before."""

    TABLE: ClassVar[str] = "invoice_notes"
    id: int
    project_code: str | None
    cancelled_expenses: str


@dataclass(frozen=True, slots=True)
class Upload:
    """A direct upload under way, with its attachment's id; `size` in bytes, None until the file has come."""

    TABLE: ClassVar[str] = "uploads"
    id: int
    size: int | None
    content_type: str | None


@dataclass(frozen=True, slots=True)
class Grant:
    """A `code` or `token` of the authorization flow; `spent_at` is when it was used up or revoked."""

    TABLE: ClassVar[str] = "oauth_grants"
    id: int
    kind: str
    digest: str
    client_id: str
    redirect_uri: str | None
    challenge: str | None
    challenge_method: str | None
    created_at: str
    spent_at: str | None


KANTATA_ROWS: tuple[type[Row], ...] = (ExpenseBudget, InvoiceItem, InvoiceNote, Upload, Grant)
