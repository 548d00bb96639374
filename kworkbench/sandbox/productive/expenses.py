"""Writing expenses, one or many (api/productive.md section 11)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from starlette.responses import Response

from kworkbench.sandbox.books.expense_rules import Lock, delete_expenses, lock_of
from kworkbench.sandbox.books.model import Expense
from kworkbench.sandbox.books.store import Value
from kworkbench.sandbox.productive.assembly import Assembly
from kworkbench.sandbox.productive.bodies import Item, read_item, read_items
from kworkbench.sandbox.productive.call import Call
from kworkbench.sandbox.productive.errors import ApiError, Problem, invalid
from kworkbench.sandbox.productive.expense_checks import ExpenseCheck
from kworkbench.sandbox.productive.list_tables import EXPENSES
from kworkbench.sandbox.productive.query import wishes_of
from kworkbench.sandbox.productive.reads import shown_row
from kworkbench.sandbox.productive.wire import answer, empty

INVOICED = "is invoiced and can't be deleted"
UNKNOWN = "was not found"


def create(call: Call) -> Response:
    """201. With approval switched off it is approved at once; deal, project and category are those of the service."""
    assembly = Assembly(call.context, EXPENSES.kind, wishes_of(call.pairs))
    checked = ExpenseCheck(call.books, read_item(call.body, "expenses"), None)
    values = checked.values()
    if checked.problems:
        raise invalid(checked.problems)
    organization, now = call.books.organization(), call.books.now()
    standing: dict[str, Value] = {"created_at": now, "updated_at": now, "creator_id": organization.owner_id}
    if not organization.expense_approvals:
        standing |= {"approval": "approved", "approved_at": now, "approver_id": organization.owner_id}
    values.setdefault("person_id", organization.owner_id)
    with call.books.transaction():
        expense_id = call.books.insert(Expense, **values, **standing)
    return answer(assembly.single(shown_row(EXPENSES, Expense, call, expense_id)), 201)


def update(call: Call) -> Response:
    """200. An approved or invoiced expense may be edited (ours)."""
    assembly = Assembly(call.context, EXPENSES.kind, wishes_of(call.pairs))
    expense = _expense(call, call.row_id())
    checked = ExpenseCheck(call.books, read_item(call.body, "expenses", expense.id), expense)
    values = checked.values()
    if checked.problems:
        raise invalid(checked.problems)
    with call.books.transaction():
        call.books.update(Expense, expense.id, **values, updated_at=call.books.now())
    return answer(assembly.single(shown_row(EXPENSES, Expense, call, expense.id)))


def update_many(call: Call) -> Response:
    """200 with all of them, or 422 and nothing is changed (ours)."""
    assembly = Assembly(call.context, EXPENSES.kind, wishes_of(call.pairs))
    changes: dict[int, dict[str, Value]] = {}
    problems: list[Problem] = []
    for place, item, expense in _found(call, problems):
        checked = ExpenseCheck(call.books, item, expense)
        changes.setdefault(expense.id, {}).update(checked.values())
        problems += [replace(problem, item=place) for problem in checked.problems]
    if problems:
        raise invalid(sorted(problems, key=_place))
    now = call.books.now()
    with call.books.transaction():
        for expense_id, values in changes.items():
            call.books.update(Expense, expense_id, **values, updated_at=now)
    return answer(assembly.collection([_expense(call, expense_id) for expense_id in changes]))


def delete(call: Call) -> Response:
    """204; an invoiced expense is refused on `base` (ours)."""
    expense = _expense(call, call.row_id())
    if _locked(expense):
        raise invalid([Problem("base", INVOICED)])
    delete_expenses(call.books, [expense.id])
    return empty()


def delete_many(call: Call) -> Response:
    """204 when all of them go, or 422 with `data/N/...` of each that cannot, and none goes (ours)."""
    problems: list[Problem] = []
    going: list[int] = []
    for place, _, expense in _found(call, problems):
        if _locked(expense):
            problems.append(Problem("base", INVOICED, place))
        going.append(expense.id)
    if problems:
        raise invalid(sorted(problems, key=_place))
    delete_expenses(call.books, going)
    return empty()


def _found(call: Call, problems: list[Problem]) -> Iterator[tuple[int, Item, Expense]]:
    """The expenses of a bulk body with their places; an unknown id is a problem of its place (ours)."""
    for place, item in enumerate(read_items(call.body, "expenses")):
        try:
            yield place, item, _expense(call, item.row_id or 0)
        except ApiError:
            problems.append(Problem("id", UNKNOWN, place))


def _expense(call: Call, row_id: int) -> Expense:
    return shown_row(EXPENSES, Expense, call, row_id)


def _locked(expense: Expense) -> bool:
    return lock_of(expense, None) is Lock.INVOICED


def _place(problem: Problem) -> int:
    return problem.item or 0
