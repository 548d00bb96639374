"""Lines of invoices that are no expenses: fixed fees and additional items. Source: api/kantata.md section 5.3.

Their records are ours: what a line is created with, its amount in cents, and what it belongs to.
"""

from __future__ import annotations

from kworkbench.sandbox.books.kantata_model import InvoiceItem
from kworkbench.sandbox.books.moments import whole_seconds
from kworkbench.sandbox.kantata.call import Look
from kworkbench.sandbox.kantata.collection import Collection, Record


def item_record(row: InvoiceItem, _look: Look) -> Record:
    """A line; only a fixed fee may belong to a story."""
    record: Record = {
        "id": str(row.id),
        "notes": row.notes,
        "amount_in_cents": row.amount,
        "taxable": row.taxable,
        "invoice_id": str(row.invoice_id),
        "workspace_id": None if row.project_id is None else str(row.project_id),
        "created_at": whole_seconds(row.created_at),
        "updated_at": whole_seconds(row.updated_at),
    }
    if row.kind == "fixed_fee":
        record["story_id"] = None if row.story_id is None else str(row.story_id)
    return record


FIXED_FEE_ITEMS = Collection(
    name="fixed_fee_items",
    kind=InvoiceItem,
    alias="f",
    record=item_record,
    orders={"id": "f.id"},
    default_order="id:asc",
)

ADDITIONAL_ITEMS = Collection(
    name="additional_items",
    kind=InvoiceItem,
    alias="t",
    record=item_record,
    orders={"id": "t.id"},
    default_order="id:asc",
)
