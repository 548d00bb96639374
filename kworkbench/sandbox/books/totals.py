"""What an invoice comes to: the one rule of both dialects.

Every line of an invoice is a row of `line_items`, whoever wrote it, and an invoice is the sum of its lines. A line for
an expense that is on the invoice bears the expense's id; Kantata's fixed fees and additional items are the lines
without one (`invoice_items`), among them those written in Productive. Sources: api/productive.md
section 10, api/kantata.md section 5.3. Ours is marked "(ours)".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from kworkbench.sandbox.books.model import Service
from kworkbench.sandbox.books.money_model import Invoice, InvoiceAttribution
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


def total_invoice(books: Books, invoice_id: int, *, keep_parts: bool = False) -> None:
    """Recalculates an invoice from its lines: totals, what is unpaid, its budgets, its credits; in a transaction.

    The discount of the invoice lowers net and tax alike (ours). Lines hang on a budget by their service; with
    `keep_parts` a budget without lines stays with a part of 0.
    """
    invoice = books.one(Invoice, invoice_id)
    if invoice is None:
        return
    lines = books.all(LineItem, "WHERE invoice_id = ?", (invoice_id,))
    share = (100 - Decimal(invoice.discount or 0)) / 100
    net, tax = (half_up(sum(one) * share) for one in ([x.amount for x in lines], [x.amount_tax for x in lines]))
    books.update(Invoice, invoice_id, amount_net=net, amount_tax=tax, amount_total=net + tax)
    settle_invoice(books, invoice_id)
    _attribute(books, invoice_id, lines, keep_parts=keep_parts)
    credit_parent(books, invoice.parent_invoice_id)


def _attribute(books: Books, invoice_id: int, lines: Iterable[LineItem], *, keep_parts: bool) -> None:
    """Brings the parts that belong to budgets in line with the lines; a part that stays keeps its id.

    A part of 0 was named without lines, and stays.
    """
    due: dict[int, int] = defaultdict(int)
    for line in lines:
        service = books.one(Service, line.service_id)
        if service is not None:
            due[service.deal_id] += line.amount
    for kept in books.all(InvoiceAttribution, "WHERE invoice_id = ? ORDER BY id", (invoice_id,)):
        if kept.deal_id in due:
            books.update(InvoiceAttribution, kept.id, amount=due.pop(kept.deal_id))
        elif keep_parts:
            books.update(InvoiceAttribution, kept.id, amount=0)
        elif kept.amount:
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
