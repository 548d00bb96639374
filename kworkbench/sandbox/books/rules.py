"""What happens to the books when a payment comes, changes or goes; the same for both dialects.

Sources: api/productive.md section 7 ("Effects on the invoice"), api/kantata.md section 3.3. Ours is marked "(ours)".
"""

from __future__ import annotations

from dataclasses import dataclass

from kworkbench.sandbox.books.money_model import Invoice, Payment
from kworkbench.sandbox.books.store import Books


@dataclass(frozen=True, slots=True)
class Settlement:
    """What an invoice's payments come to, in minor units of its currency; `paid_on` is the day it was settled."""

    paid: int
    written_off: int
    unpaid: int
    paid_on: str | None


def settle(total: int, payments: list[Payment]) -> Settlement:
    """The settlement of an invoice of `total` minor units by its payments.

    The day is that of the payment that leaves nothing outstanding; later money that opens the invoice again clears it
    (ours). A credit note has a negative total and is settled when nothing is left to give back (ours).
    """
    paid = written_off = 0
    paid_on: str | None = None
    for payment in sorted(payments, key=_order):
        if payment.written_off_on is None:
            paid += payment.amount
        else:
            written_off += payment.amount
        rest = total - paid - written_off
        settled = rest >= 0 if total < 0 else rest <= 0
        paid_on = (paid_on or _day(payment)) if settled else None
    return Settlement(paid, written_off, total - paid - written_off, paid_on)


def settle_invoice(books: Books, invoice_id: int) -> None:
    """Recalculates an invoice from its payments; call it inside the transaction that changed them."""
    invoice = books.one(Invoice, invoice_id)
    if invoice is None:
        return
    result = settle(invoice.amount_total, books.all(Payment, "WHERE invoice_id = ?", (invoice_id,)))
    books.update(
        Invoice,
        invoice_id,
        amount_paid=result.paid,
        amount_written_off=result.written_off,
        amount_unpaid=result.unpaid,
        paid_on=result.paid_on,
        updated_at=books.now(),
    )


@dataclass(frozen=True, slots=True)
class PaymentEntry:
    """What a dialect knows about a payment that is to be recorded.

    `amount` is in minor units of `currency`: the invoice's, or the project's for a payment without invoice. Exactly one
    of `paid_on` and `written_off_on` is set, as ISO days.
    """

    amount: int
    currency: str
    creator_id: int
    invoice_id: int | None = None
    project_id: int | None = None
    paid_on: str | None = None
    written_off_on: str | None = None
    note: str | None = None
    external_id: str | None = None


def record_payment(books: Books, entry: PaymentEntry) -> int:
    """Records a payment, recalculates its invoice and gives the payment's id. Opens its own transaction."""
    now = books.now()
    with books.transaction():
        payment_id = books.insert(
            Payment,
            invoice_id=entry.invoice_id,
            project_id=entry.project_id or filing_project(books, entry.invoice_id),
            creator_id=entry.creator_id,
            amount=entry.amount,
            currency=entry.currency,
            paid_on=entry.paid_on,
            written_off_on=entry.written_off_on,
            note=entry.note,
            external_id=entry.external_id,
            created_at=now,
            updated_at=now,
        )
        if entry.invoice_id is not None:
            settle_invoice(books, entry.invoice_id)
    return payment_id


def change_payment(books: Books, payment: Payment, **values: str | int | None) -> None:
    """Changes columns of a payment and recalculates the invoices it leaves and joins. Opens its own transaction."""
    moved_to = values.get("invoice_id", payment.invoice_id)
    with books.transaction():
        if moved_to != payment.invoice_id and isinstance(moved_to, int):
            values["project_id"] = filing_project(books, moved_to)
        books.update(Payment, payment.id, **values, updated_at=books.now())
        for invoice_id in {payment.invoice_id, moved_to}:
            if isinstance(invoice_id, int):
                settle_invoice(books, invoice_id)


def delete_payment(books: Books, payment: Payment) -> None:
    """Removes a payment for good and recalculates its invoice. Opens its own transaction."""
    with books.transaction():
        books.delete(Payment, payment.id)
        if payment.invoice_id is not None:
            settle_invoice(books, payment.invoice_id)


def filing_project(books: Books, invoice_id: int | None) -> int | None:
    """The project a payment of that invoice is filed under in Kantata: the first of the invoice's projects (ours)."""
    if invoice_id is None:
        return None
    sql = "SELECT min(project_id) FROM invoice_projects WHERE invoice_id = ?"
    return books.scalar(sql, (invoice_id,)) or None


def invoice_project_ids(books: Books, invoice_id: int) -> list[int]:
    """The projects an invoice covers, ascending."""
    sql = "SELECT project_id FROM invoice_projects WHERE invoice_id = ? ORDER BY project_id"
    return [int(row[0]) for row in books.connection.execute(sql, (invoice_id,))]


def _day(payment: Payment) -> str:
    return payment.paid_on or payment.written_off_on or payment.created_at[:10]


def _order(payment: Payment) -> tuple[str, int]:
    return _day(payment), payment.id
