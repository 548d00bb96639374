"""The member `external_reference` of a write. Source: api/kantata.md section 4.3."""

from __future__ import annotations

from kworkbench.sandbox.books.money_model import ExternalReference
from kworkbench.sandbox.books.store import Value
from kworkbench.sandbox.kantata.call import Call
from kworkbench.sandbox.kantata.values import Members

Columns = dict[str, Value]

_STATUSES = ("successful", "pending", "failed")
_SEED_STATUS = "fail"  # what the list filter of the seed calls it
_REST = ("external_message", "external_link", "external_status")


def read_reference(members: Members) -> Columns | None:
    """The columns of the reference that was sent; None if none was. Problems are noted in `members`."""
    tree = members.group("external_reference", "External reference")
    if tree is None:
        return None
    inner = Members(tree)
    columns: Columns = {}
    for name in ("service_name", "service_model", "service_model_ref", "status", *_REST):
        columns[name] = inner.text(name, "External reference")
        if name.startswith("service_") and not columns[name]:
            members.refuse("external_reference", f"External reference needs {name}")
    if columns["status"] and columns["status"] not in {*_STATUSES, _SEED_STATUS}:
        members.refuse("external_reference", f"External reference status must be one of {', '.join(_STATUSES)}")
    columns["locked"] = inner.flag("locked", "External reference") or False
    for problem in inner.problems:
        members.refuse("external_reference", problem.message)
    return columns


def keep_reference(call: Call, subject: str, row_id: int, reference: Columns | None) -> None:
    """Keeps one reference per service and model of a row: a second write replaces the first (ours)."""
    if reference is None:
        return
    key = (subject, row_id, reference["service_name"], reference["service_model"])
    tail = "WHERE subject_type = ? AND subject_id = ? AND service_name = ? AND service_model = ?"
    for old in call.books.all(ExternalReference, tail, key):
        call.books.delete(ExternalReference, old.id)
    now = call.books.now()
    values: Columns = {"subject_type": subject, "subject_id": row_id, "created_at": now, "updated_at": now}
    call.books.insert(ExternalReference, **(values | reference))
