"""Writing payments (api/productive.md section 7)."""

from __future__ import annotations

from starlette.responses import Response

from kworkbench.sandbox.books.money_model import Payment
from kworkbench.sandbox.books.rules import PaymentEntry, change_payment, delete_payment, record_payment
from kworkbench.sandbox.books.store import Value
from kworkbench.sandbox.productive.assembly import Assembly
from kworkbench.sandbox.productive.bodies import read_item
from kworkbench.sandbox.productive.call import Call
from kworkbench.sandbox.productive.errors import invalid
from kworkbench.sandbox.productive.list_tables import PAYMENTS
from kworkbench.sandbox.productive.payment_checks import PaymentCheck
from kworkbench.sandbox.productive.query import wishes_of
from kworkbench.sandbox.productive.reads import shown_row
from kworkbench.sandbox.productive.wire import answer, empty


def create(call: Call) -> Response:
    """201 with the payment and its recalculated invoice."""
    assembly = Assembly(call.context, PAYMENTS.kind, wishes_of(call.pairs))
    checked = PaymentCheck(call.books, read_item(call.body, "payments"), None)
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
    checked = PaymentCheck(call.books, read_item(call.body, "payments", payment.id), payment)
    values = checked.values()
    checked.refuse()
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
