"""Deleted items and bringing them back (api/productive.md section 14)."""

from __future__ import annotations

from starlette.responses import Response

from kworkbench.sandbox.books.productive_invoicing import restore_expense, restore_invoice
from kworkbench.sandbox.books.productive_model import DeletedItem
from kworkbench.sandbox.productive.assembly import Assembly
from kworkbench.sandbox.productive.bodies import read_action
from kworkbench.sandbox.productive.call import Call
from kworkbench.sandbox.productive.picker_tables import DELETED_ITEMS
from kworkbench.sandbox.productive.query import wishes_of
from kworkbench.sandbox.productive.reads import shown_row
from kworkbench.sandbox.productive.wire import answer

RESTORE = {"expense": restore_expense, "invoice": restore_invoice}


def restore(call: Call) -> Response:
    """200 with the item as it was; it is listed no more (ours)."""
    assembly = Assembly(call.context, DELETED_ITEMS.kind, wishes_of(call.pairs))
    item = shown_row(DELETED_ITEMS, DeletedItem, call, call.row_id())
    read_action(call.body, "deleted_items", item.id)
    response = answer(assembly.single(item))
    RESTORE[item.item_type](call.books, item.item_id)
    return response
