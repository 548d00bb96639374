"""What happens to the books when Kantata writes an invoice, changes, cancels or deletes it.

Source: api/kantata.md section 5.3. Ours is marked "(ours)".
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from uuid import uuid4

from kworkbench.sandbox.books.kantata_model import InvoiceItem, InvoiceNote
from kworkbench.sandbox.books.model import Deal, Expense, Invoice, InvoiceAttribution, Project
from kworkbench.sandbox.books.rates import rate, rate_text
from kworkbench.sandbox.books.rules import invoice_project_ids, settle_invoice
from kworkbench.sandbox.books.store import Books, Value

FIRST_NUMBER = 1001


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
    """Brings an invoice's amounts, and the part of each project, up to its lines; call it inside a transaction.

    Tax is the rate of the lines that are taxable, rounded half up once (ours).
    """
    invoice = books.one(Invoice, invoice_id)
    if invoice is None:
        return
    shares = dict.fromkeys(invoice_project_ids(books, invoice_id), 0)
    taxable = 0
    for project_id, amount, taxed in _lines(books, invoice_id):
        shares[project_id] = shares.get(project_id, 0) + amount
        taxable += amount if taxed else 0
    net = sum(shares.values())
    tax = int((Decimal(invoice.tax_rate or 0) * taxable / 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    for project_id, share in shares.items():
        _attribute(books, invoice_id, project_id, share)
    books.update(Invoice, invoice_id, amount_net=net, amount_tax=tax, amount_total=net + tax)
    settle_invoice(books, invoice_id)


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


def _add(books: Books, invoice_id: int, line: Line, now: str) -> None:
    books.insert(
        InvoiceItem,
        kind=line.kind,
        invoice_id=invoice_id,
        project_id=line.project_id,
        story_id=line.story_id,
        notes=line.notes,
        amount=line.amount,
        taxable=int(line.taxable),
        created_at=now,
        updated_at=now,
    )


def _lines(books: Books, invoice_id: int) -> list[tuple[int, int, bool]]:
    """Project, amount and whether it is taxable, of every line of an invoice."""
    items = books.all(InvoiceItem, "WHERE invoice_id = ?", (invoice_id,))
    expenses = books.all(Expense, "WHERE invoice_id = ? AND deleted_at IS NULL", (invoice_id,))
    return [(item.project_id, item.amount, item.taxable) for item in items] + [
        (expense.project_id, expense.project_amount, bool(expense.taxable)) for expense in expenses
    ]


def _attribute(books: Books, invoice_id: int, project_id: int, share: int) -> None:
    """Gives a project its part of an invoice: all of it to the budget that had a part of it already."""
    tail = "a WHERE a.invoice_id = ? AND a.deal_id IN (SELECT id FROM deals WHERE project_id = ?) ORDER BY a.id"
    held = books.all(InvoiceAttribution, tail, (invoice_id, project_id))
    if held:
        books.update(InvoiceAttribution, held[0].id, amount=share)
        for other in held[1:]:
            books.delete(InvoiceAttribution, other.id)
