"""Writing the lines of invoices, one or many (api/productive.md section 10)."""

from __future__ import annotations

from starlette.responses import Response

from kworkbench.sandbox.books.productive_invoicing import delete_lines, free_expense, place_expense
from kworkbench.sandbox.books.productive_model import LineItem
from kworkbench.sandbox.books.store import Books, Value
from kworkbench.sandbox.books.totals import total_invoice
from kworkbench.sandbox.productive.assembly import Assembly
from kworkbench.sandbox.productive.bodies import read_item, read_items
from kworkbench.sandbox.productive.bulk import Batch
from kworkbench.sandbox.productive.call import Call
from kworkbench.sandbox.productive.invoice_tables import LINE_ITEMS
from kworkbench.sandbox.productive.line_checks import LineCheck
from kworkbench.sandbox.productive.query import wishes_of
from kworkbench.sandbox.productive.reads import shown_row
from kworkbench.sandbox.productive.wire import answer, empty


def create(call: Call) -> Response:
    """201 with the line; its invoice is recalculated."""
    assembly = _assembly(call)
    checked = LineCheck(call.books, read_item(call.body, "line_items"), None)
    found = checked.values()
    checked.refuse()
    with call.books.transaction():
        line_id = add_line(call.books, found)
        total_invoice(call.books, int(found["invoice_id"] or 0))
    return answer(assembly.single(_line(call, line_id)), 201)


def create_many(call: Call) -> Response:
    """201 with all of them, or 422 and none is made (ours)."""
    assembly, batch = _assembly(call), Batch()
    items = read_items(call.body, "line_items")
    new = [batch.values(place, LineCheck(call.books, item, None)) for place, item in enumerate(items)]
    batch.refuse()
    with call.books.transaction():
        made = [add_line(call.books, found) for found in new]
        _total(call.books, {int(found["invoice_id"] or 0) for found in new})
    return answer(assembly.collection([_line(call, line_id) for line_id in made]), 201)


def update(call: Call) -> Response:
    """200 with the line; its invoice is recalculated."""
    assembly, line = _assembly(call), _line(call, call.row_id())
    checked = LineCheck(call.books, read_item(call.body, "line_items", line.id), line)
    found = checked.values()
    checked.refuse()
    with call.books.transaction():
        _change(call.books, line, found)
        total_invoice(call.books, line.invoice_id)
    return answer(assembly.single(_line(call, line.id)))


def update_many(call: Call) -> Response:
    """200 with all of them, or 422 and nothing is changed (ours)."""
    assembly, batch = _assembly(call), Batch()
    rows = batch.rows(call, LINE_ITEMS, LineItem)
    changes = [(line, batch.values(place, LineCheck(call.books, item, line))) for place, item, line in rows]
    batch.refuse()
    with call.books.transaction():
        for line, found in changes:
            _change(call.books, line, found)
        _total(call.books, {line.invoice_id for line, _ in changes})
    return answer(
        assembly.collection([_line(call, line_id) for line_id in dict.fromkeys(one.id for one, _ in changes)])
    )


def delete(call: Call) -> Response:
    """204; the invoice is recalculated and the line's expense is free again."""
    delete_lines(call.books, [_line(call, call.row_id())])
    return empty()


def delete_many(call: Call) -> Response:
    """204, or 422 and none goes (ours)."""
    batch = Batch()
    rows = batch.rows(call, LINE_ITEMS, LineItem)
    batch.refuse()
    delete_lines(call.books, {line.id: line for _, _, line in rows}.values())
    return empty()


def add_line(books: Books, found: dict[str, Value]) -> int:
    """Adds a line behind the others of its invoice, and puts its expense onto the invoice; in a transaction."""
    owner, now = books.organization().owner_id, books.now()
    last = "SELECT coalesce(max(position), 0) + 1 FROM line_items WHERE invoice_id = ?"
    position = found.get("position") or books.scalar(last, (found["invoice_id"],))
    stamps: dict[str, Value] = {"creator_id": owner, "created_at": now, "updated_at": now}
    line_id = books.insert(LineItem, **{**found, "position": position}, **stamps)
    place_expense(books, _number(found.get("expense_id")), int(found["invoice_id"] or 0))
    return line_id


def _change(books: Books, line: LineItem, found: dict[str, Value]) -> None:
    """A tax of its own takes the line off the tax of Kantata's invoice."""
    owner = books.organization().owner_id
    own: dict[str, Value] = {"taxable": None} if "tax_value" in found else {}
    books.update(LineItem, line.id, **found, **own, updater_id=owner, updated_at=books.now())
    if "expense_id" in found and found["expense_id"] != line.expense_id:
        free_expense(books, line)
        place_expense(books, _number(found["expense_id"]), line.invoice_id)


def _total(books: Books, invoices: set[int]) -> None:
    for invoice_id in sorted(invoices):
        total_invoice(books, invoice_id)


def _number(value: Value) -> int | None:
    return None if value is None else int(value)


def _assembly(call: Call) -> Assembly:
    return Assembly(call.context, LINE_ITEMS.kind, wishes_of(call.pairs))


def _line(call: Call, line_id: int) -> LineItem:
    return shown_row(LINE_ITEMS, LineItem, call, line_id)
