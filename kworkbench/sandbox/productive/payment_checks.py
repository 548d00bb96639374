"""The checks of a payment in the seed's order: invoice, amount, paid_on; then the other dates and texts."""

from __future__ import annotations

from kworkbench.sandbox.books.money_model import Invoice, Payment
from kworkbench.sandbox.books.store import Books
from kworkbench.sandbox.productive import values
from kworkbench.sandbox.productive.bodies import Item
from kworkbench.sandbox.productive.checks import FieldChecks, Values
from kworkbench.sandbox.productive.errors import BLANK, CANCELLED, NOT_A_DATE, Problem
from kworkbench.sandbox.productive.values import blank


class PaymentCheck(FieldChecks):
    """Checks a payment; on an update (`payment` given) only what was sent. `values` sets `invoice` in passing."""

    def __init__(self, books: Books, item: Item, payment: Payment | None) -> None:
        super().__init__(books, item, fresh=payment is None)
        self.payment = payment
        self.invoice: Invoice | None = None

    def values(self) -> Values:
        """The columns to write. Zero and negative amounts are accepted: a refund (ours)."""
        self._check_invoice()
        found = self.required("amount", values.minor) | self._days()
        return found | self.optional("note", values.text) | self.optional("external_id", values.text)

    def _check_invoice(self) -> None:
        """An unknown invoice counts as blank; a cancelled one takes no payment (ours)."""
        sent, invoice_id = self.item.related("invoice", "invoices")
        if self.payment is not None and not sent:
            return
        invoice = self.books.one(Invoice, invoice_id)
        same = self.payment is not None and invoice_id == self.payment.invoice_id
        if invoice is None or invoice.deleted_at:
            self.fail("invoice", BLANK)
        elif invoice.cancelled_at and not same:
            self.fail("invoice", CANCELLED)
        else:
            self.invoice = invoice

    def _days(self) -> Values:
        """A blank `paid_on` makes two errors (seed), unless `written_off_on` stands in for it (ours)."""
        before = len(self.problems)
        found = self.optional("paid_on", values.day) | self.optional("written_off_on", values.day)
        kept = self.payment
        written_off = self.item.attributes.get("written_off_on", kept.written_off_on if kept else None)
        paid_on = self.item.attributes.get("paid_on", kept.paid_on if kept else None)
        touched = self.fresh or self.item.sent("paid_on") or self.item.sent("written_off_on")
        if touched and blank(paid_on) and blank(written_off):
            self.problems[before:before] = [Problem("paid_on", BLANK), Problem("paid_on", NOT_A_DATE)]
        return found
