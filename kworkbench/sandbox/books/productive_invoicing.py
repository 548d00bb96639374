"""What happens to the books when an invoice and its lines come, change or go, as Productive has it.

Source: api/productive.md section 10. Ours is marked "(ours)".
"""

from __future__ import annotations

from collections.abc import Iterable

from kworkbench.sandbox.books.money_model import Expense, Invoice
from kworkbench.sandbox.books.productive_model import LineItem
from kworkbench.sandbox.books.rules import settle_invoice
from kworkbench.sandbox.books.store import Books
from kworkbench.sandbox.books.totals import credit_parent, total_invoice


def finalize(books: Books, invoice: Invoice, number: str | None) -> None:
    """Issues a draft; without a number it gets the next one. An issued invoice stays as it is (ours)."""
    if invoice.finalized_at is not None:
        return
    now = books.now()
    with books.transaction():
        sequence = invoice.sequence
        if sequence is None and invoice.kind == "invoice":
            sequence = books.scalar("SELECT max(sequence) FROM invoices") + 1
        if number is None:
            number = invoice.number or (f"INV-{sequence}" if sequence else f"CN-{invoice.id}")
        books.update(
            Invoice,
            invoice.id,
            state="open",
            number=number,
            sequence=sequence,
            finalized_at=now,
            updated_at=now,
        )


def delete_invoice(books: Books, invoice: Invoice) -> None:
    """Takes an invoice out of every list and frees its expenses; payments vanish with it (ours)."""
    now = books.now()
    with books.transaction():
        books.update(Invoice, invoice.id, deleted_at=now, updated_at=now)
        free = "UPDATE expenses SET invoice_id = NULL, updated_at = ? WHERE invoice_id = ?"
        books.connection.execute(free, (now, invoice.id))
        credit_parent(books, invoice.parent_invoice_id)


def restore_invoice(books: Books, invoice_id: int) -> None:
    """Brings a deleted invoice back, with the expenses of its lines that are still free (ours)."""
    now = books.now()
    with books.transaction():
        books.update(Invoice, invoice_id, deleted_at=None, updated_at=now)
        take = (
            "UPDATE expenses SET invoice_id = ?1, updated_at = ?2 WHERE invoice_id IS NULL "
            "AND id IN (SELECT expense_id FROM line_items WHERE invoice_id = ?1)"
        )
        books.connection.execute(take, (invoice_id, now))
        settle_invoice(books, invoice_id)
        invoice = books.one(Invoice, invoice_id)
        credit_parent(books, invoice.parent_invoice_id if invoice else None)


def restore_expense(books: Books, expense_id: int) -> None:
    """Brings a deleted expense back as it was; not onto an invoice that is gone meanwhile (ours)."""
    with books.transaction():
        gone = "SELECT count(*) FROM expenses e JOIN invoices i ON i.id = e.invoice_id WHERE e.id = ? AND i.deleted_at"
        freed = {"invoice_id": None} if books.scalar(f"{gone} IS NOT NULL", (expense_id,)) else {}
        books.update(Expense, expense_id, deleted_at=None, updated_at=books.now(), **freed)


def place_expense(books: Books, expense_id: int | None, invoice_id: int) -> None:
    """Puts the expense of a new line on its invoice; in a transaction."""
    if expense_id is not None:
        books.update(Expense, expense_id, invoice_id=invoice_id, updated_at=books.now())


def free_expense(books: Books, line: LineItem) -> None:
    """Takes the expense of a line that goes off its invoice, unless it is on another one by now; in a transaction."""
    expense = books.one(Expense, line.expense_id)
    if expense is not None and expense.invoice_id == line.invoice_id:
        books.update(Expense, expense.id, invoice_id=None, updated_at=books.now())


def delete_lines(books: Books, lines: Iterable[LineItem]) -> None:
    """Removes lines for good, frees their expenses and recalculates the invoices. Opens its own transaction."""
    with books.transaction():
        touched = set()
        for line in lines:
            books.delete(LineItem, line.id)
            free_expense(books, line)
            touched.add(line.invoice_id)
        for invoice_id in sorted(touched):
            total_invoice(books, invoice_id)
