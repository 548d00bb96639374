"""The checks of an invoice line, in the order invoice, unit_price, quantity, tax_rate, then the rest (ours)."""

from __future__ import annotations

from kworkbench.sandbox.books.model import Service
from kworkbench.sandbox.books.money_model import Expense, Invoice
from kworkbench.sandbox.books.productive_model import LineItem, TaxRate
from kworkbench.sandbox.books.store import Books
from kworkbench.sandbox.books.totals import line_amounts, tax_percent
from kworkbench.sandbox.productive import values
from kworkbench.sandbox.productive.bodies import Item
from kworkbench.sandbox.productive.checks import FieldChecks, Values
from kworkbench.sandbox.productive.errors import BLANK
from kworkbench.sandbox.productive.values import FieldError

ELSEWHERE = "is on another invoice"
HERE_ALREADY = "is on this invoice already"


class LineCheck(FieldChecks):
    """Checks one line. On an update (`line` given) only what was sent is checked; its invoice stays (ours)."""

    def __init__(self, books: Books, item: Item, line: LineItem | None) -> None:
        super().__init__(books, item, fresh=line is None)
        self.line = line

    def values(self) -> Values:
        """The columns to write; `problems` is filled in passing."""
        found = self._invoice() | self.required("unit_price", values.minor)
        found |= self.required("quantity", values.quantity) | self._tax()
        found |= self.optional("name", values.text, "description") | self.optional("description", values.text)
        found |= self.optional("discount", values.percent) | self.unless_blank("position", values.place)
        found |= self.unless_blank("unit_id", values.number_of(1, 2, 3))
        found |= self.relation("service", "services", Service) | self._expense()
        return found if self.problems else self._with_amounts(found)

    def _invoice(self) -> Values:
        """An unknown invoice counts as blank (ours)."""
        if self.line is not None:
            return {}
        _, invoice_id = self.item.related("invoice", "invoices")
        invoice = self.books.one(Invoice, invoice_id)
        if invoice is None or invoice.deleted_at is not None:
            return self.fail("invoice", BLANK)
        return {"invoice_id": invoice.id}

    def _tax(self) -> Values:
        """A tax rate, whose name and value the line keeps as they are now."""
        sent, rate_id = self.item.related("tax_rate", "tax_rates")
        if not sent and not self.fresh:
            return {}
        found = self.books.one(TaxRate, rate_id)
        return self.fail("tax_rate", BLANK) if found is None else tax_columns(found)

    def _expense(self) -> Values:
        """An expense stands on one invoice at a time, and there on one line (ours)."""
        found = self.relation("expense", "expenses", Expense)
        expense = self.books.one(Expense, int(found.get("expense_id") or 0))
        if expense is None:
            return found
        invoice = self.line.invoice_id if self.line else self.item.related("invoice", "invoices")[1]
        if expense.invoice_id not in {None, invoice}:
            return self.fail("expense", ELSEWHERE)
        others = "SELECT count(*) FROM line_items WHERE expense_id = ? AND invoice_id = ? AND id <> ?"
        if self.books.scalar(others, (expense.id, invoice, self.line.id if self.line else 0)):
            return self.fail("expense", HERE_ALREADY)
        return found

    def _with_amounts(self, found: Values) -> Values:
        kept = self.line
        amounts = line_amounts(
            unit_price=int(found.get("unit_price", kept.unit_price if kept else 0) or 0),
            quantity=str(found.get("quantity", kept.quantity if kept else "1.0")),
            discount=_text(found.get("discount", kept.discount if kept else None)),
            tax=_text(found.get("tax_value", kept.tax_value if kept else None)),
        )
        try:
            values.minor(amounts.amount)
        except FieldError as problem:
            return self.fail("quantity", f"times unit price {problem}")
        return found | {"amount": amounts.amount, "amount_tax": amounts.tax}


def tax_columns(rate: TaxRate) -> Values:
    """What a line keeps of its tax rate."""
    return {"tax_rate_id": rate.id, "tax_name": rate.name, "tax_value": tax_percent(rate)}


def _text(value: str | int | None) -> str | None:
    return None if value is None else str(value)
