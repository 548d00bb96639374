"""Writing expense categories, roles and vendors. Source: api/kantata.md section 6.

Ours: the name is required and has 255 characters at most; what was deleted is not found any more; a role is deleted
softly as a category is; a vendor that is in use is not deleted (422 on `base`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic

from kworkbench.sandbox.books.model import Company, Role, ServiceType
from kworkbench.sandbox.books.store import R, Value
from kworkbench.sandbox.kantata.call import Call
from kworkbench.sandbox.kantata.collection import Collection, Record
from kworkbench.sandbox.kantata.envelope import envelope
from kworkbench.sandbox.kantata.errors import Problem, invalid, not_found
from kworkbench.sandbox.kantata.pickers import CATEGORIES, ROLES, VENDORS
from kworkbench.sandbox.kantata.reference_writes import keep_reference, read_reference
from kworkbench.sandbox.kantata.values import Members, member

MAX_NAME = 255


@dataclass(frozen=True, slots=True)
class Picker(Generic[R]):
    """How a resource is written.

    Attributes:
        key: the top key of a write.
        alive: the condition of those that are not deleted.
        gone: the column that says when one was deleted; None removes it for good.
        archives: whether a change may set `archived`.
        references: whether `external_reference` is taken.
        fixed: what every new row has.
    """

    key: str
    kind: type[R]
    of: Collection[R]
    alive: str
    gone: str | None
    archives: bool = False
    references: bool = True
    fixed: tuple[tuple[str, Value], ...] = ()


CATEGORY = Picker(
    "expense_category", ServiceType, CATEGORIES, "archived_at IS NULL", gone="archived_at", references=False
)
ROLE = Picker("role", Role, ROLES, "deleted_at IS NULL", gone="deleted_at")
VENDOR = Picker("vendor", Company, VENDORS, "kind = 'vendor'", gone=None, archives=True, fixed=(("kind", "vendor"),))


def create_one(picker: Picker[R], call: Call) -> Record:
    """Adds one.

    Raises:
        Refusal: 422, one entry per problem.
    """
    members = Members(member(call.body, picker.key))
    columns = _columns(members, required=True)
    reference = read_reference(members) if picker.references else None
    if members.problems:
        raise invalid(members.problems)
    now = call.books.now()
    with call.books.transaction():
        row_id = call.books.insert(picker.kind, **dict(picker.fixed), **columns, created_at=now, updated_at=now)
        keep_reference(call, picker.of.name, row_id, reference)
    return _reply(picker, call, row_id)


def update_one(picker: Picker[R], call: Call) -> Record:
    """Changes the members sent.

    Raises:
        Refusal: 404, or 422 with one entry per problem.
    """
    row = _alive(picker, call)
    members = Members(member(call.body, picker.key))
    columns = _columns(members, required=False)
    now = call.books.now()
    archived = members.flag("archived", "Archived") if picker.archives else None
    if archived is not None:
        columns["archived_at"] = now if archived else None
    reference = read_reference(members) if picker.references else None
    if members.problems:
        raise invalid(members.problems)
    with call.books.transaction():
        call.books.update(picker.kind, row.id, **columns, updated_at=now)
        keep_reference(call, picker.of.name, row.id, reference)
    return _reply(picker, call, row.id)


def delete_one(picker: Picker[R], call: Call) -> None:
    """Deletes one.

    Raises:
        Refusal: 404, or 422 when it is in use.
    """
    row = _alive(picker, call)
    now = call.books.now()
    if picker.gone:
        call.books.update(picker.kind, row.id, **{picker.gone: now}, updated_at=now)
        return
    if call.books.scalar("SELECT EXISTS (SELECT 1 FROM expenses WHERE vendor_id = ?)", (row.id,)):
        raise invalid([Problem(f"Vendor {row.id} is in use and cannot be deleted", "base")])
    call.books.delete(picker.kind, row.id)


def _columns(members: Members, *, required: bool) -> dict[str, Value]:
    if not members.given("name"):
        if required or members.has("name"):
            members.refuse("name", "Name is missing")
        return {}
    name = members.text("name", "Name", MAX_NAME)
    return {} if name is None else {"name": name}


def _alive(picker: Picker[R], call: Call) -> R:
    for row in call.books.all(picker.kind, f"WHERE id = ? AND {picker.alive}", (call.row_id,)):
        return row
    raise not_found()


def _reply(picker: Picker[R], call: Call, row_id: int) -> Record:
    return envelope(picker.of, call, call.books.all(picker.kind, "WHERE id = ?", (row_id,)))
