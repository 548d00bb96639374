"""Lines made of what was not invoiced yet: `POST /line_items/generate` and the preview of an invoice (section 10).

Ours: the sandbox keeps no time, so what is made are lines of expenses - billable, not rejected, of the invoice's
budgets, within the days asked for. A line bears what is billed for the expense, in the invoice's currency. Of
`display_format` nothing is made.
"""

from __future__ import annotations

from starlette.responses import Response

from kworkbench.sandbox.books.model import Deal
from kworkbench.sandbox.books.money_model import Expense, Invoice
from kworkbench.sandbox.books.productive_model import LineItem, TaxRate
from kworkbench.sandbox.books.rates import rate, rate_text
from kworkbench.sandbox.books.store import Value, marks
from kworkbench.sandbox.books.totals import line_amounts, total_invoice
from kworkbench.sandbox.productive import values
from kworkbench.sandbox.productive.assembly import Assembly
from kworkbench.sandbox.productive.bodies import Item, read_flat
from kworkbench.sandbox.productive.call import Call, whole_id
from kworkbench.sandbox.productive.checks import FieldChecks, Values
from kworkbench.sandbox.productive.errors import BLANK, MISSING
from kworkbench.sandbox.productive.invoice_tables import INVOICES, LINE_ITEMS
from kworkbench.sandbox.productive.line_checks import tax_columns
from kworkbench.sandbox.productive.lines import add_line
from kworkbench.sandbox.productive.loaded import in_currency
from kworkbench.sandbox.productive.query import wishes_of
from kworkbench.sandbox.productive.reads import shown_row
from kworkbench.sandbox.productive.wire import Json, answer

METHODS = ("uninvoiced_time_and_expenses",)
"""The one method that a source names."""

PIECE = 2


def generate(call: Call) -> Response:
    """201 with the lines that were made; none is no mistake (ours)."""
    assembly = Assembly(call.context, LINE_ITEMS.kind, wishes_of(call.pairs))
    checked = _Order(call, read_flat(call.body))
    checked.refuse()
    made = checked.carry_out()
    rows = call.books.many(LineItem, made)
    return answer(assembly.collection([rows[line_id] for line_id in made]), 201)


def preview(call: Call) -> Response:
    """200 with the lines that would be made; the caller takes everything back. Parameters as for `generate` (ours)."""
    assembly = Assembly(call.context, LINE_ITEMS.kind, wishes_of(call.pairs))
    invoice = shown_row(INVOICES, Invoice, call, call.row_id())
    asked = _attributes(call)
    if "budget_ids" not in asked:
        sql = "SELECT deal_id FROM invoice_attributions WHERE invoice_id = ? ORDER BY id"
        asked["budget_ids"] = [int(row[0]) for row in call.books.connection.execute(sql, (invoice.id,))]
    checked = _Order(call, Item(None, {**asked, "invoice_id": invoice.id}, {}))
    checked.refuse()
    made = checked.carry_out()
    rows = call.books.many(LineItem, made)
    return answer(assembly.collection([rows[line_id] for line_id in made]))


def _attributes(call: Call) -> dict[str, Json]:
    found: dict[str, Json] = dict(call.pairs)
    asked = [value for name, value in call.pairs if name.removesuffix("[]") == "budget_ids"]
    if asked:
        found["budget_ids"] = [part.strip() for value in asked for part in value.split(",")]
    return found


class _Order(FieldChecks):
    """What is to be invoiced, where, and with which tax."""

    def __init__(self, call: Call, item: Item) -> None:
        super().__init__(call.books, item, fresh=True)
        self.invoice = self._invoice()
        self.budgets = self._budgets()
        self.tax = self._tax()
        self.optional("invoicing_method", values.one_of(*METHODS))
        self.days = self.optional("date_from", values.day) | self.optional("date_to", values.day)

    def carry_out(self) -> list[int]:
        """Makes the lines and gives their ids; the expenses stand on the invoice then."""
        if self.invoice is None:
            return []
        with self.books.transaction():
            made = [add_line(self.books, self._line(expense, self.invoice)) for expense in self._expenses()]
            total_invoice(self.books, self.invoice.id)
        return made

    def _invoice(self) -> Invoice | None:
        _, invoice_id = self.item.related("invoice", "invoices")
        invoice = self.books.one(Invoice, invoice_id)
        if invoice is None or invoice.deleted_at is not None:
            self.fail("invoice", BLANK)
        return invoice

    def _budgets(self) -> list[int]:
        asked = self.item.attributes.get("budget_ids")
        if not isinstance(asked, list) or not asked:
            self.fail("budget_ids", BLANK)
            return []
        known = self.books.many(Deal, [one for one in map(whole_id, asked) if one is not None])
        if len(known) < len(set(map(str, asked))):
            self.fail("budget_ids", MISSING)
        return sorted(known)

    def _tax(self) -> Values:
        """Without a tax rate the lines bear no tax (ours)."""
        sent, rate_id = self.item.related("tax_rate", "tax_rates")
        found = self.books.one(TaxRate, rate_id)
        if found is None:
            return self.fail("tax_rate", MISSING) if sent else {}
        return tax_columns(found)

    def _expenses(self) -> list[Expense]:
        first, last = self.days.get("date_from") or "", self.days.get("date_to") or "~"
        where = (
            f"WHERE deal_id IN ({marks(len(self.budgets))}) AND invoice_id IS NULL AND billable_amount <> 0 "
            "AND approval <> 'rejected' AND deleted_at IS NULL AND date BETWEEN ? AND ? ORDER BY date, id"
        )
        return self.books.all(Expense, where, (*self.budgets, first, last))

    def _line(self, expense: Expense, invoice: Invoice) -> dict[str, Value]:
        billed = expense.billable_amount
        if expense.currency != invoice.currency:
            at = rate_text(rate(expense.currency, invoice.currency))
            billed = in_currency(billed, expense.currency, invoice.currency, at)
        tax = self.tax.get("tax_value")
        amounts = line_amounts(unit_price=billed, quantity="1.0", discount=None, tax=None if tax is None else str(tax))
        return {
            "invoice_id": invoice.id,
            "description": expense.name,
            "service_id": expense.service_id,
            "expense_id": expense.id,
            "unit_id": PIECE,
            "unit_price": billed,
            "amount": amounts.amount,
            "amount_tax": amounts.tax,
            "manual_entry": 0,
            **self.tax,
        }
