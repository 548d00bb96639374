"""Creating, changing and deleting expenses, one or many. Source: api/kantata.md sections 4.3 and 4.4.

Ours: a bulk write keeps all or nothing and names every bad object; an expense that is invoiced, or on a submitted or
approved report, is refused with 422 on `base`; `workspace_id` in an update is ignored; a write sees rows that default
filters hide.
"""

from __future__ import annotations

from kworkbench.sandbox.books.expense_rules import delete_expenses, lock_of
from kworkbench.sandbox.books.model import Project
from kworkbench.sandbox.books.money_model import Expense, ExpenseReport
from kworkbench.sandbox.kantata.bodies import Tree
from kworkbench.sandbox.kantata.call import Call
from kworkbench.sandbox.kantata.collection import Record
from kworkbench.sandbox.kantata.envelope import envelope
from kworkbench.sandbox.kantata.errors import Problem, invalid, not_found, unreadable
from kworkbench.sandbox.kantata.expense_fields import Columns, columns_of, project_of
from kworkbench.sandbox.kantata.expenses import EXPENSES
from kworkbench.sandbox.kantata.reference_writes import keep_reference, read_reference
from kworkbench.sandbox.kantata.values import Members, member

MAX_BULK = 100
_LOCKS = {"invoiced": "invoiced", "submitted": "on a submitted report", "approved": "on an approved report"}


def create_expenses(call: Call) -> Record:
    """Creates the expense below `expense`, or all below `expenses`.

    Raises:
        Refusal: 422, one entry per problem, with `index` in a bulk; nothing is stored then.
    """
    trees, bulk = _objects(call.body)
    drafts: list[tuple[Columns, Columns | None]] = []
    problems: list[Problem] = []
    for index, tree in enumerate(trees):
        members = Members(tree, index if bulk else None)
        project = project_of(call, members)
        columns = columns_of(call, members, project, None) if project else _unplaced(call, members)
        drafts.append((columns | _placed(call, project), read_reference(members)))
        problems += members.problems
    if problems:
        raise invalid(problems)
    return _reply(call, _insert(call, drafts))


def update_expense(call: Call) -> Record:
    """Changes the members sent.

    Raises:
        Refusal: 404, or 422 with one entry per problem.
    """
    row = _live(call, call.row_id)
    if row is None:
        raise not_found()
    if locked := _locked(call, row, "changed"):
        raise invalid([locked])
    project = call.look.one(Project, row.project_id)
    if project is None:
        raise not_found()
    members = Members(member(call.body, "expense"))
    columns = columns_of(call, members, project, row)
    reference = read_reference(members)
    if members.problems:
        raise invalid(members.problems)
    with call.books.transaction():
        call.books.update(Expense, row.id, **columns, updated_at=call.books.now())
        if reference:
            keep_reference(call, "expenses", row.id, reference)
    return _reply(call, [row.id])


def delete_expense(call: Call) -> None:
    """Deletes one expense.

    Raises:
        Refusal: 404, or 422 when it is locked.
    """
    row = _live(call, call.row_id)
    if row is None:
        raise not_found()
    if locked := _locked(call, row, "deleted"):
        raise invalid([locked])
    delete_expenses(call.books, [row.id])


def delete_many(call: Call) -> Record:
    """Deletes the expenses named by `ids`, all or none; the reply shows what was removed and lists it in `deleted`.

    Raises:
        Refusal: 422, one entry per bad id.
    """
    problems: list[Problem] = []
    rows: dict[int, Expense] = {}
    words = _ids(call)
    for index, word in enumerate(words):
        row = _live(call, int(word)) if word.isascii() and word.isdigit() and len(word) < 19 else None
        problem = _locked(call, row, "deleted") if row else Problem(f"Expense {word[:40]} was not found", "base")
        if problem:
            problems.append(Problem(problem.message, problem.field, index))
        elif row:
            rows[row.id] = row
    if problems:
        raise invalid(problems)
    reply = envelope(EXPENSES, call, list(rows.values()))
    delete_expenses(call.books, rows)
    return reply | {"deleted": list(rows)}


def _objects(body: Tree) -> tuple[list[Tree], bool]:
    many = body.get("expenses")
    if many is None:
        return [member(body, "expense")], False
    if not isinstance(many, list):
        raise unreadable("The member expenses must be a list of objects.")
    trees = [tree for tree in many if isinstance(tree, dict)]
    if len(trees) != len(many):
        raise unreadable("The member expenses must be a list of objects.")
    if not trees:
        raise invalid([Problem("Expenses are missing", "base")])
    if len(trees) > MAX_BULK:
        raise invalid([Problem(f"No more than {MAX_BULK} expenses can be created at once", "base")])
    return trees, True


def _unplaced(call: Call, members: Members) -> Columns:
    """Checks the other members of an object without a project, so that all its problems come in one answer."""
    first = call.books.all(Project, "ORDER BY id LIMIT 1")
    return columns_of(call, members, first[0], None) if first else {}


def _placed(call: Call, project: Project | None) -> Columns:
    if project is None:
        return {}
    return {"project_id": project.id, "company_id": project.company_id, "creator_id": call.look.caller}


def _insert(call: Call, drafts: list[tuple[Columns, Columns | None]]) -> list[int]:
    now = call.books.now()
    made: list[int] = []
    with call.books.transaction():
        for columns, reference in drafts:
            defaults: Columns = {"name": "", "person_id": call.look.caller, "created_at": now, "updated_at": now}
            made.append(call.books.insert(Expense, **(defaults | columns)))
            if reference:
                keep_reference(call, "expenses", made[-1], reference)
    return made


def _reply(call: Call, ids: list[int]) -> Record:
    rows = call.books.many(Expense, ids)
    return envelope(EXPENSES, call, [rows[row_id] for row_id in ids])


def _live(call: Call, row_id: int) -> Expense | None:
    row = call.books.one(Expense, row_id)
    return row if row is not None and row.deleted_at is None else None


def _locked(call: Call, row: Expense, verb: str) -> Problem | None:
    lock = lock_of(row, call.look.one(ExpenseReport, row.report_id))
    return Problem(f"Expense {row.id} is {_LOCKS[lock]} and cannot be {verb}", "base") if lock else None


def _ids(call: Call) -> list[str]:
    value = call.body.get("ids")
    parts = value if isinstance(value, list) else [value]
    if not all(part is None or type(part) in {int, str} for part in parts):
        raise invalid([Problem("Ids must be whole numbers with commas between them", "base")])
    texts = ",".join("" if part is None else str(part) for part in parts).split(",")
    words = list(dict.fromkeys(word.strip() for word in texts if word.strip()))
    if not words:
        raise invalid([Problem("Ids are missing", "base")])
    if len(words) > MAX_BULK:
        raise invalid([Problem(f"No more than {MAX_BULK} expenses can be deleted at once", "base")])
    return words
