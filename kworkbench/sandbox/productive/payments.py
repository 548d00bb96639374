"""Writing payments (api/productive.md section 7)."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from kworkbench.sandbox.books.model import Invoice, Payment
from kworkbench.sandbox.books.rules import PaymentEntry, change_payment, delete_payment, record_payment
from kworkbench.sandbox.books.store import Books, Value
from kworkbench.sandbox.productive import bodies
from kworkbench.sandbox.productive.assembly import Assembly
from kworkbench.sandbox.productive.bodies import FieldError, Item, blank, read_item
from kworkbench.sandbox.productive.call import Call
from kworkbench.sandbox.productive.errors import BLANK, CANCELLED, NOT_A_DATE, Problem, invalid
from kworkbench.sandbox.productive.list_tables import PAYMENTS
from kworkbench.sandbox.productive.query import wishes_of
from kworkbench.sandbox.productive.reads import shown_row
from kworkbench.sandbox.productive.wire import answer, empty


def create(call: Call) -> Response:
    """201 with the payment and its recalculated invoice."""
    assembly = Assembly(call.context, PAYMENTS.kind, wishes_of(call.pairs))
    checked = _Check(call.books, read_item(call.body, "payments"), None)
    values = checked.values()
    invoice = checked.invoice
    if invoice is None or checked.problems:
        raise invalid(checked.problems)
    payment_id = record_payment(
        call.books,
        PaymentEntry(
            amount=int(values["amount"] or 0),
            currency=invoice.currency,
            creator_id=call.books.organization().owner_id,
            invoice_id=invoice.id,
            paid_on=_text(values.get("paid_on")),
            written_off_on=_text(values.get("written_off_on")),
            note=_text(values.get("note")),
            external_id=_text(values.get("external_id")),
        ),
    )
    return answer(assembly.single(shown_row(PAYMENTS, Payment, call, payment_id)), 201)


def update(call: Call) -> Response:
    """200 with the payment; moving it to another invoice recalculates both (ours)."""
    assembly = Assembly(call.context, PAYMENTS.kind, wishes_of(call.pairs))
    payment = _payment(call)
    checked = _Check(call.books, read_item(call.body, "payments", payment.id), payment)
    values = checked.values()
    if checked.problems:
        raise invalid(checked.problems)
    if checked.invoice is not None and checked.invoice.id != payment.invoice_id:
        values |= {"invoice_id": checked.invoice.id, "currency": checked.invoice.currency}
    change_payment(call.books, payment, **values)
    return answer(assembly.single(shown_row(PAYMENTS, Payment, call, payment.id)))


def delete(call: Call) -> Response:
    """204; the invoice is recalculated."""
    delete_payment(call.books, _payment(call))
    return empty()


def _payment(call: Call) -> Payment:
    return shown_row(PAYMENTS, Payment, call, call.row_id())


def _text(value: Value) -> str | None:
    return None if value is None else str(value)


@dataclass(slots=True)
class _Check:
    """The checks of a payment in the seed's order: invoice, amount, paid_on; then the other dates and texts.

    On an update (`payment` given) only what was sent is checked.
    """

    books: Books
    item: Item
    payment: Payment | None
    problems: list[Problem]
    invoice: Invoice | None

    def __init__(self, books: Books, item: Item, payment: Payment | None) -> None:
        self.books, self.item, self.payment = books, item, payment
        self.problems, self.invoice = [], None

    def values(self) -> dict[str, Value]:
        """The columns to write; `problems` and `invoice` are set in passing."""
        self._check_invoice()
        values = self._amount() | self._days()
        for name in ("note", "external_id"):
            if self.item.sent(name):
                try:
                    values[name] = bodies.text(self.item.attributes[name])
                except FieldError as problem:
                    self.problems.append(Problem(name, str(problem)))
        return values

    def _due(self, name: str) -> bool:
        return self.payment is None or self.item.sent(name)

    def _check_invoice(self) -> None:
        """An unknown invoice counts as blank; a cancelled one takes no payment (ours)."""
        sent, invoice_id = self.item.related("invoice", "invoices")
        if self.payment is not None and not sent:
            return
        invoice = self.books.one(Invoice, invoice_id)
        same = self.payment is not None and invoice_id == self.payment.invoice_id
        if invoice is None or invoice.deleted_at:
            self.problems.append(Problem("invoice", BLANK))
        elif invoice.cancelled_at and not same:
            self.problems.append(Problem("invoice", CANCELLED))
        else:
            self.invoice = invoice

    def _amount(self) -> dict[str, Value]:
        """Zero and negative amounts are accepted: a refund (ours)."""
        if not self._due("amount"):
            return {}
        raw = self.item.attributes.get("amount")
        if blank(raw):
            self.problems.append(Problem("amount", BLANK))
            return {}
        try:
            return {"amount": bodies.minor(raw)}
        except FieldError as problem:
            self.problems.append(Problem("amount", str(problem)))
            return {}

    def _days(self) -> dict[str, Value]:
        """A blank `paid_on` makes two errors (seed), unless `written_off_on` stands in for it (ours)."""
        values: dict[str, Value] = {}
        problems: list[Problem] = []
        for name in ("paid_on", "written_off_on"):
            if self.item.sent(name):
                try:
                    values[name] = bodies.day(self.item.attributes[name])
                except FieldError as problem:
                    problems.append(Problem(name, str(problem)))
        kept = self.payment.written_off_on if self.payment else None
        written_off = self.item.attributes.get("written_off_on", kept)
        touched = self._due("paid_on") or self.item.sent("written_off_on")
        paid_on = self.item.attributes.get("paid_on", self.payment.paid_on if self.payment else None)
        if touched and blank(paid_on) and blank(written_off):
            problems = [Problem("paid_on", BLANK), Problem("paid_on", NOT_A_DATE), *problems]
        self.problems += problems
        return values
