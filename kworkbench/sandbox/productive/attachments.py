"""Receipts: their descriptions only, bytes stay out of the sandbox (api/productive.md section 11, ours)."""

from __future__ import annotations

from starlette.responses import Response

from kworkbench.sandbox.books.model import Attachment, Row
from kworkbench.sandbox.books.money_model import Expense, Invoice
from kworkbench.sandbox.books.store import Value
from kworkbench.sandbox.productive import values
from kworkbench.sandbox.productive.assembly import Assembly
from kworkbench.sandbox.productive.bodies import Item, read_item
from kworkbench.sandbox.productive.call import Call
from kworkbench.sandbox.productive.checks import FieldChecks, Values
from kworkbench.sandbox.productive.picker_tables import ATTACHMENTS
from kworkbench.sandbox.productive.query import wishes_of
from kworkbench.sandbox.productive.reads import shown_row
from kworkbench.sandbox.productive.wire import answer, empty

OWNERS: dict[str, tuple[str, type[Row]]] = {"expense": ("expenses", Expense), "invoice": ("invoices", Invoice)}
"""What an attachment may hang on."""


def create(call: Call) -> Response:
    """201 with the description; `expense` or `invoice` says what it hangs on."""
    assembly = _assembly(call)
    found, owners = _checked(call, read_item(call.body, "attachments"), fresh=True)
    now = call.books.now()
    stamps: dict[str, Value] = {"created_at": now, "updated_at": now}
    with call.books.transaction():
        owner = call.books.organization().owner_id
        row_id = call.books.insert(Attachment, **{"size": 0, **found}, creator_id=owner, **stamps)
        _hang(call, row_id, owners)
    return answer(assembly.single(_row(call, row_id)), 201)


def update(call: Call) -> Response:
    """200 with the description."""
    assembly, row = _assembly(call), _row(call, call.row_id())
    found, owners = _checked(call, read_item(call.body, "attachments", row.id), fresh=False)
    with call.books.transaction():
        call.books.update(Attachment, row.id, **found, updated_at=call.books.now())
        _hang(call, row.id, owners)
    return answer(assembly.single(_row(call, row.id)))


def delete(call: Call) -> Response:
    """204; what it hung on has no attachment any more."""
    row, now = _row(call, call.row_id()), call.books.now()
    with call.books.transaction():
        call.books.update(Attachment, row.id, deleted_at=now, updated_at=now)
        for _, kind in OWNERS.values():
            free = f"UPDATE {kind.TABLE} SET attachment_id = NULL WHERE attachment_id = ?"  # noqa: S608 - names of ours
            call.books.connection.execute(free, (row.id,))
    return empty()


def _checked(call: Call, item: Item, *, fresh: bool) -> tuple[Values, Values]:
    """The columns of the attachment, and what it hangs on."""
    checks = FieldChecks(call.books, item, fresh=fresh)
    found = checks.required("name", values.text, "filename") | checks.required("content_type", values.text)
    found |= checks.unless_blank("size", values.minor)
    owners: Values = {}
    for name, (wire, kind) in OWNERS.items():
        owners |= checks.relation(name, wire, kind, nullable=False)
    checks.refuse()
    return found, owners


def _hang(call: Call, row_id: int, owners: Values) -> None:
    for name, (_, kind) in OWNERS.items():
        owner_id = owners.get(f"{name}_id")
        if owner_id is not None:
            call.books.update(kind, int(owner_id), attachment_id=row_id, updated_at=call.books.now())


def _assembly(call: Call) -> Assembly:
    return Assembly(call.context, ATTACHMENTS.kind, wishes_of(call.pairs))


def _row(call: Call, row_id: int) -> Attachment:
    return shown_row(ATTACHMENTS, Attachment, call, row_id)
