"""Deciding on expenses, and what else is done with one: approve, reject, export, copy (api/productive.md section 11).

Ours: what was approved cannot be rejected nor the other way round (409), deciding the same twice changes nothing. A
report of Kantata keeps what was decided there.
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from kworkbench.sandbox.books.model import Person
from kworkbench.sandbox.books.money_model import Expense
from kworkbench.sandbox.books.store import Books, Value
from kworkbench.sandbox.productive import values
from kworkbench.sandbox.productive.assembly import Assembly
from kworkbench.sandbox.productive.bodies import Item, read_action, read_any
from kworkbench.sandbox.productive.bulk import Batch
from kworkbench.sandbox.productive.call import Call, whole_id
from kworkbench.sandbox.productive.checks import FieldChecks, Values
from kworkbench.sandbox.productive.errors import bad_request, conflict
from kworkbench.sandbox.productive.list_tables import EXPENSES
from kworkbench.sandbox.productive.query import wishes_of
from kworkbench.sandbox.productive.reads import shown_row
from kworkbench.sandbox.productive.wire import answer

REJECTED, APPROVED = "is rejected", "is approved"
UNDECIDED: dict[str, Value] = {
    "approval": "none",
    "approver_id": None,
    "approved_at": None,
    "rejecter_id": None,
    "rejected_at": None,
    "rejected_reason": None,
}


def approve(call: Call) -> Response:
    """200; `approver_id` and `note` are optional."""
    return _decide(call, "approved", "approver_id", "approved_at")


def reject(call: Call) -> Response:
    """200; `approver_id`, `note` and `rejected_reason` are optional."""
    return _decide(call, "rejected", "rejecter_id", "rejected_at")


def unapprove(call: Call) -> Response:
    """200; the expense waits for a decision again."""
    return _reopen(call, "approved", "rejected")


def unreject(call: Call) -> Response:
    """200; the expense waits for a decision again."""
    return _reopen(call, "rejected", "approved")


def approve_many(call: Call) -> Response:
    """200 with all of them, or 422 and none is approved (ours). The ids may stand in `attributes.ids`, too."""
    assembly, batch = _assembly(call), Batch()
    rows = batch.named(call, EXPENSES, Expense, _named(call))
    for place, _, expense in rows:
        if expense.approval == "rejected":
            batch.fail(place, "base", REJECTED)
    batch.refuse()
    ids = list(dict.fromkeys(expense.id for _, _, expense in rows))
    with call.books.transaction():
        for _, _, expense in rows:
            if expense.approval != "approved":
                call.books.update(
                    Expense, expense.id, **_decision(call.books, "approved", "approver_id", "approved_at")
                )
    return answer(assembly.collection([_expense(call, expense_id) for expense_id in ids]))


def export(call: Call) -> Response:
    """200 and marked as exported; a second time is in conflict (ours)."""
    assembly, expense = _asked(call)
    if expense.exported_at is not None:
        raise conflict("The expense was exported already")
    return _exported(call, assembly, expense)


def export_update(call: Call) -> Response:
    """200 for what was exported before, else in conflict (ours)."""
    assembly, expense = _asked(call)
    if expense.exported_at is None:
        raise conflict("The expense was not exported")
    return _exported(call, assembly, expense)


def _exported(call: Call, assembly: Assembly, expense: Expense) -> Response:
    now = call.books.now()
    return _written(call, assembly, expense, {"exported_at": now, "updated_at": now})


def _asked(call: Call) -> tuple[Assembly, Expense]:
    assembly, expense = _assembly(call), _expense(call, call.row_id())
    read_action(call.body, "expenses", expense.id)
    return assembly, expense


def _decide(call: Call, approval: str, by: str, at: str) -> Response:
    assembly, expense = _assembly(call), _expense(call, call.row_id())
    checks = FieldChecks(call.books, read_action(call.body, "expenses", expense.id), fresh=False)
    found = checks.relation("approver", "people", Person, column=by) | checks.optional("note", values.text)
    if approval == "rejected":
        found |= checks.optional("rejected_reason", values.text)
    if expense.approval == _OPPOSITE[approval]:
        raise conflict(f"The expense {APPROVED if approval == 'rejected' else REJECTED}")
    checks.refuse()
    decision = {} if expense.approval == approval else _decision(call.books, approval, by, at)
    return _written(call, assembly, expense, decision | {name: value for name, value in found.items() if value})


_OPPOSITE: Mapping[str, str] = {"approved": "rejected", "rejected": "approved"}


def _decision(books: Books, approval: str, by: str, at: str) -> Values:
    now = books.now()
    return {**UNDECIDED, "approval": approval, by: books.organization().owner_id, at: now, "updated_at": now}


def _reopen(call: Call, approval: str, opposite: str) -> Response:
    assembly, expense = _assembly(call), _expense(call, call.row_id())
    checks = FieldChecks(call.books, read_action(call.body, "expenses", expense.id), fresh=False)
    note = checks.optional("note", values.text)
    if expense.approval == opposite:
        raise conflict(f"The expense {APPROVED if opposite == 'approved' else REJECTED}")
    checks.refuse()
    again: Values = {**UNDECIDED, "updated_at": call.books.now()} if expense.approval == approval else {}
    return _written(call, assembly, expense, again | note)


def _written(call: Call, assembly: Assembly, expense: Expense, found: Values) -> Response:
    if found:
        with call.books.transaction():
            call.books.update(Expense, expense.id, **found)
    return answer(assembly.single(_expense(call, expense.id)))


def _named(call: Call) -> list[Item]:
    """The expenses of a bulk body: a list of resources, or one object with `attributes.ids`."""
    found = read_any(call.body, "expenses")
    if len(found) == 1 and found[0].row_id is None and found[0].sent("ids"):
        ids = found[0].attributes["ids"]
        if not isinstance(ids, list) or not ids:
            raise bad_request("'ids' must be a list")
        return [Item(whole_id(one), {}, {}) for one in ids]
    return found


def _assembly(call: Call) -> Assembly:
    return Assembly(call.context, EXPENSES.kind, wishes_of(call.pairs))


def _expense(call: Call, row_id: int) -> Expense:
    return shown_row(EXPENSES, Expense, call, row_id)
