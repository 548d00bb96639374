"""What happens to the books when Kantata writes an invoice, changes, cancels or deletes it.

Source: api/kantata.md section 5.3. Ours is marked "(ours)".
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

from kworkbench.sandbox.books.kantata_model import InvoiceNote
from kworkbench.sandbox.books.model import Deal, Project
from kworkbench.sandbox.books.money_model import Expense, Invoice, InvoiceAttribution
from kworkbench.sandbox.books.productive_model import LineItem, TaxRate
from kworkbench.sandbox.books.rates import rate, rate_text
from kworkbench.sandbox.books.store import Books, Value
from kworkbench.sandbox.books.totals import line_amounts, total_invoice

FIRST_NUMBER = 1001
PIECE = 2
"""The unit of a line that Kantata wrote."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is no expense: `kind` fixed_fee or additional, `amount` in minor units of the invoice's currency."""

    kind: str
    project_id: int
    amount: int
    notes: str | None = None
    taxable: bool = False
    story_id: int | None = None


@dataclass(frozen=True, slots=True)
class InvoiceEntry:
    """A new invoice: over these projects (of one currency), with these lines and expenses.

    `columns` holds what stands in the table as it was sent: subject, note, purchase_order_number, tax_rate.
    """

    projects: tuple[Project, ...]
    creator_id: int
    invoiced_on: date
    payment_schedule: int
    sequence: int
    draft: bool
    columns: dict[str, Value]
    project_code: str | None
    lines: tuple[Line, ...]
    expense_ids: tuple[int, ...]


def next_number(books: Books) -> int:
    """The number that follows the highest given so far."""
    return books.scalar("SELECT max(sequence) FROM invoices WHERE sequence IS NOT NULL") + 1 or FIRST_NUMBER


def deal_of(books: Books, project_id: int) -> Deal | None:
    """The budget of a project that invoices written in Kantata count for: its first (ours)."""
    return next(iter(books.all(Deal, "WHERE project_id = ? ORDER BY id LIMIT 1", (project_id,))), None)


def write_invoice(books: Books, entry: InvoiceEntry) -> int:
    """Records an invoice with its lines and gives its id. Opens its own transaction."""
    now = books.now()
    first = entry.projects[0]
    values: dict[str, Value] = {
        "number": f"INV-{entry.sequence}",
        "sequence": entry.sequence,
        "state": "draft" if entry.draft else "open",
        "company_id": first.company_id,
        "creator_id": entry.creator_id,
        "recipient_id": first.client_lead_id,
        "currency": first.currency,
        "exchange_rate": rate_text(rate(first.currency, books.organization().default_currency)),
        "exchange_date": entry.invoiced_on.isoformat(),
        "email_key": uuid4().hex,
        "created_at": now,
        "updated_at": now,
    }
    values |= terms(entry.invoiced_on, entry.payment_schedule) | entry.columns
    if not entry.draft:
        values |= issued(entry.invoiced_on, now)
    with books.transaction():
        invoice_id = books.insert(Invoice, **values)
        books.insert(InvoiceNote, id=invoice_id, project_code=entry.project_code)
        for project in entry.projects:
            deal = deal_of(books, project.id)
            if deal is not None:
                books.insert(InvoiceAttribution, invoice_id=invoice_id, deal_id=deal.id, amount=0)
        for line in entry.lines:
            _add(books, invoice_id, line, now)
        put_expenses(books, invoice_id, entry.expense_ids)
        recalculate(books, invoice_id)
    return invoice_id


def terms(invoiced_on: date, payment_schedule: int) -> dict[str, Value]:
    """The columns that follow from the day of an invoice and the days its client has to pay."""
    due = invoiced_on + timedelta(days=payment_schedule)
    return {
        "invoiced_on": invoiced_on.isoformat(),
        "payment_schedule": payment_schedule,
        "pay_on": due.isoformat(),
    }


def issued(invoiced_on: date, now: str) -> dict[str, Value]:
    """The columns of an invoice that is no draft any more."""
    return {"state": "open", "sent_on": invoiced_on.isoformat(), "finalized_at": now}


def put_expenses(books: Books, invoice_id: int, expense_ids: Sequence[int]) -> None:
    """Makes these the expenses of the invoice; those it had before can be invoiced again.

    An expense is taxable when its invoice has a tax rate (ours).
    """
    now = books.now()
    taxed = any(Decimal(one.tax_rate or 0) for one in books.all(Invoice, "WHERE id = ?", (invoice_id,)))
    wanted = set(expense_ids)
    held = {row.id for row in books.all(Expense, "WHERE invoice_id = ?", (invoice_id,))}
    for expense_id in sorted(held - wanted):
        books.update(Expense, expense_id, invoice_id=None, taxable=None, updated_at=now)
    for expense_id in sorted(wanted - held):
        books.update(Expense, expense_id, invoice_id=invoice_id, taxable=int(taxed), updated_at=now)


def recalculate(books: Books, invoice_id: int) -> None:
    """Brings an invoice's lines up to its expenses and its tax rate, and it up to its lines; call it in a transaction.

    A line that was written in Productive keeps its own tax.
    """
    invoice = books.one(Invoice, invoice_id)
    if invoice is None:
        return
    _line_expenses(books, invoice)
    tax = _tax(books, invoice)
    for line in books.all(LineItem, "WHERE invoice_id = ? AND taxable IS NOT NULL", (invoice_id,)):
        due = tax if line.taxable else _UNTAXED
        if Decimal(line.tax_value or 0) != Decimal(due.value):
            found = line_amounts(
                unit_price=line.unit_price, quantity=line.quantity, discount=line.discount, tax=due.value
            )
            books.update(LineItem, line.id, amount_tax=found.tax, **due.columns)
    total_invoice(books, invoice_id, keep_parts=True)


def cancel_invoice(books: Books, invoice: Invoice) -> None:
    """Cancels an invoice. It still lists its expenses, which can be invoiced again. Opens its own transaction."""
    now = books.now()
    with books.transaction():
        listed = [row.id for row in books.all(Expense, "WHERE invoice_id = ? ORDER BY id", (invoice.id,))]
        if books.one(InvoiceNote, invoice.id) is None:
            books.insert(InvoiceNote, id=invoice.id)
        books.update(InvoiceNote, invoice.id, cancelled_expenses=json.dumps(listed))
        put_expenses(books, invoice.id, ())
        books.update(Invoice, invoice.id, state="cancelled", cancelled_at=now, updated_at=now)


def delete_draft(books: Books, invoice: Invoice) -> None:
    """Takes a draft out of every list; its expenses can be invoiced again. Opens its own transaction."""
    now = books.now()
    with books.transaction():
        put_expenses(books, invoice.id, ())
        books.update(Invoice, invoice.id, deleted_at=now, updated_at=now)


@dataclass(frozen=True, slots=True)
class _Tax:
    """A tax rate as its percentage, a decimal text, with the rate of Productive's that it is, if any."""

    value: str
    rate: TaxRate | None = None

    @property
    def columns(self) -> dict[str, Value]:
        """The columns of a line that bears it."""
        return {
            "tax_rate_id": self.rate.id if self.rate else None,
            "tax_name": self.rate.name if self.rate else None,
            "tax_value": self.value,
        }


_UNTAXED = _Tax("0.0")


def _tax(books: Books, invoice: Invoice) -> _Tax:
    tail = (
        "WHERE CAST(primary_value AS REAL) = CAST(? AS REAL) AND secondary_value IS NULL AND archived_at IS NULL "
        "ORDER BY id LIMIT 1"
    )
    value = invoice.tax_rate or _UNTAXED.value
    return _Tax(value, next(iter(books.all(TaxRate, tail, (value,))), None))


def _add(books: Books, invoice_id: int, line: Line, now: str, expense: Expense | None = None) -> None:
    """Adds a line behind the others, untaxed as yet. It hangs on the project's budget by a service of it (ours)."""
    books.insert(
        LineItem,
        kind=line.kind,
        invoice_id=invoice_id,
        position=books.scalar("SELECT max(position) FROM line_items WHERE invoice_id = ?", (invoice_id,)) + 1,
        service_id=_service(books, invoice_id, line.project_id),
        expense_id=expense.id if expense else None,
        story_id=line.story_id,
        description=line.notes,
        creator_id=books.organization().owner_id,
        unit_id=PIECE,
        unit_price=line.amount,
        amount=line.amount,
        amount_tax=0,
        tax_value=_UNTAXED.value,
        taxable=int(line.taxable),
        manual_entry=int(expense is None),
        created_at=now,
        updated_at=now,
    )


def _line_expenses(books: Books, invoice: Invoice) -> None:
    """Makes a line for each expense on the invoice that has none, and removes those of expenses that left it."""
    lines = books.all(LineItem, "WHERE invoice_id = ? AND expense_id IS NOT NULL", (invoice.id,))
    held = {row.id: row for row in books.all(Expense, "WHERE invoice_id = ? ORDER BY id", (invoice.id,))}
    for line in lines:
        if line.expense_id not in held:
            books.delete(LineItem, line.id)
    lined = {line.expense_id for line in lines}
    for row in held.values():
        if row.id not in lined:
            new = Line("additional", row.project_id, row.project_amount, row.name, bool(row.taxable))
            _add(books, invoice.id, new, books.now(), row)


def _service(books: Books, invoice_id: int, project_id: int) -> int | None:
    """The first service of the project's budget on the invoice, or of its first budget."""
    sql = (
        "SELECT s.id FROM services s JOIN deals d ON d.id = s.deal_id WHERE d.project_id = ? ORDER BY "
        "d.id IN (SELECT deal_id FROM invoice_attributions WHERE invoice_id = ?) DESC, d.id, s.id LIMIT 1"
    )
    return books.scalar(sql, (project_id, invoice_id)) or None
