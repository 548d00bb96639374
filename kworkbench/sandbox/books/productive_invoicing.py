"""What happens to the books when an invoice and its lines come, change or go, as Productive has it.

Source: api/productive.md section 10. Ours is marked "(ours)".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from kworkbench.sandbox.books.model import Expense, Invoice, InvoiceAttribution, Service
from kworkbench.sandbox.books.productive_model import LineItem, TaxRate
from kworkbench.sandbox.books.rates import half_up
from kworkbench.sandbox.books.rules import settle_invoice
from kworkbench.sandbox.books.store import Books


@dataclass(frozen=True, slots=True)
class LineAmounts:
    """What a line comes to, in minor units of the invoice's currency: after its discount before tax, and the tax."""

    amount: int
    tax: int


def line_amounts(*, unit_price: int, quantity: str, discount: str | None, tax: str | None) -> LineAmounts:
    """The amounts of `quantity` times `unit_price`; discount and tax in percent, each rounded half up (ours)."""
    amount = half_up(Decimal(quantity) * unit_price * (100 - Decimal(discount or 0)) / 100)
    return LineAmounts(amount, half_up(amount * Decimal(tax or 0) / 100))


def tax_percent(rate: TaxRate) -> str:
    """Both components of a tax rate together, in percent: the second is not put on top of the first (ours)."""
    return str(Decimal(rate.primary_value) + Decimal(rate.secondary_value or 0))


def total_invoice(books: Books, invoice_id: int) -> None:
    """Recalculates an invoice from its lines: totals, what is unpaid, its budgets, its credits; in a transaction.

    The discount of the invoice lowers net and tax alike (ours). Lines hang on a budget by their service.
    """
    invoice = books.one(Invoice, invoice_id)
    if invoice is None:
        return
    lines = books.all(LineItem, "WHERE invoice_id = ?", (invoice_id,))
    share = (100 - Decimal(invoice.discount or 0)) / 100
    net, tax = (half_up(sum(one) * share) for one in ([x.amount for x in lines], [x.amount_tax for x in lines]))
    books.update(Invoice, invoice_id, amount_net=net, amount_tax=tax, amount_total=net + tax)
    settle_invoice(books, invoice_id)
    _attribute(books, invoice_id, lines)
    credit_parent(books, invoice.parent_invoice_id)


def _attribute(books: Books, invoice_id: int, lines: Iterable[LineItem]) -> None:
    """Brings the parts that belong to budgets in line with the lines; a part that stays keeps its id."""
    due: dict[int, int] = defaultdict(int)
    for line in lines:
        service = books.one(Service, line.service_id)
        if service is not None:
            due[service.deal_id] += line.amount
    for kept in books.all(InvoiceAttribution, "WHERE invoice_id = ? ORDER BY id", (invoice_id,)):
        if kept.deal_id in due:
            books.update(InvoiceAttribution, kept.id, amount=due.pop(kept.deal_id))
        else:
            books.delete(InvoiceAttribution, kept.id)
    for deal_id, amount in due.items():
        books.insert(InvoiceAttribution, invoice_id=invoice_id, deal_id=deal_id, amount=amount)


def credit_parent(books: Books, parent_id: int | None) -> None:
    """Recalculates what the credit notes of an invoice come to; in a transaction."""
    if parent_id is None:
        return
    notes = "SELECT coalesce(-sum({}), 0) FROM invoices WHERE parent_invoice_id = ? AND kind = 'credit-note'"
    live = f"{notes} AND deleted_at IS NULL"
    books.update(
        Invoice,
        parent_id,
        credited_net=books.scalar(live.format("amount_net"), (parent_id,)),
        credited_total=books.scalar(live.format("amount_total"), (parent_id,)),
    )


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


def place_expense(books: Books, expense_id: int | None, invoice_id: int | None) -> None:
    """Puts an expense on an invoice, or takes it off (None), as its line comes or goes; in a transaction."""
    if expense_id is not None:
        books.update(Expense, expense_id, invoice_id=invoice_id, updated_at=books.now())


def delete_lines(books: Books, lines: Iterable[LineItem]) -> None:
    """Removes lines for good, frees their expenses and recalculates the invoices. Opens its own transaction."""
    with books.transaction():
        touched = set()
        for line in lines:
            books.delete(LineItem, line.id)
            place_expense(books, line.expense_id, None)
            touched.add(line.invoice_id)
        for invoice_id in sorted(touched):
            total_invoice(books, invoice_id)
