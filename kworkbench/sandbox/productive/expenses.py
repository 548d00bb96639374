"""Writing expenses, one or many (api/productive.md section 11)."""

from __future__ import annotations

from starlette.responses import Response

from kworkbench.sandbox.books.expense_rules import Lock, delete_expenses, lock_of
from kworkbench.sandbox.books.money_model import Expense
from kworkbench.sandbox.books.store import Value
from kworkbench.sandbox.productive.assembly import Assembly
from kworkbench.sandbox.productive.bodies import Item, read_item
from kworkbench.sandbox.productive.bulk import Batch
from kworkbench.sandbox.productive.call import Call
from kworkbench.sandbox.productive.errors import BLANK, Problem, invalid
from kworkbench.sandbox.productive.expense_checks import ExpenseCheck
from kworkbench.sandbox.productive.list_tables import EXPENSES
from kworkbench.sandbox.productive.query import wishes_of
from kworkbench.sandbox.productive.reads import shown_row
from kworkbench.sandbox.productive.wire import Json, answer, empty

INVOICED = "is invoiced and can't be deleted"
COPIED = (
    "name currency amount quantity billable_amount reimbursable person_id vendor_id tax_rate_id tax_inclusion"
).split()
"""What a copy takes over besides the service; `custom_fields` stay with the original (ours)."""


def create(call: Call) -> Response:
    """201. Deal, project and category are those of the service.

    With approval switched off it is approved at once, by nobody (ours).
    """
    assembly = Assembly(call.context, EXPENSES.kind, wishes_of(call.pairs))
    checked = ExpenseCheck(call.books, read_item(call.body, "expenses"), None)
    found = checked.values()
    checked.refuse()
    found.setdefault("person_id", call.books.organization().owner_id)
    return _made(call, assembly, found)


def copy(call: Call) -> Response:
    """201 with an expense like `template_id`, on its service or another, under its name or another.

    Ours: it is of the same day, not paid, not decided on, not invoiced, and has no receipt.
    """
    assembly = Assembly(call.context, EXPENSES.kind, wishes_of(call.pairs))
    item = read_item(call.body, "expenses")
    _, template_id = item.related("template", "expenses")
    template = call.books.one(Expense, template_id)
    if template is None or template.deleted_at is not None:
        raise invalid([Problem("template_id", BLANK)])
    attributes = {name: getattr(template, name) for name in COPIED} | {"date": template.date}
    asked = {name: value for name, value in item.attributes.items() if name in {"name", "service_id"}}
    service: dict[str, Json] = {} if "service" in item.relationships else {"service_id": template.service_id}
    relationships = {name: value for name, value in item.relationships.items() if name == "service"}
    checked = ExpenseCheck(call.books, Item(None, {**service, **attributes, **asked}, relationships), None)
    found = checked.values()
    checked.refuse()
    return _made(call, assembly, found)


def _made(call: Call, assembly: Assembly, found: dict[str, Value]) -> Response:
    organization, now = call.books.organization(), call.books.now()
    standing: dict[str, Value] = {"created_at": now, "updated_at": now, "creator_id": organization.owner_id}
    if not organization.expense_approvals:
        standing |= {"approval": "approved", "approved_at": now}
    with call.books.transaction():
        expense_id = call.books.insert(Expense, **found, **standing)
    return answer(assembly.single(shown_row(EXPENSES, Expense, call, expense_id)), 201)


def update(call: Call) -> Response:
    """200. An approved or invoiced expense may be edited (ours)."""
    assembly = Assembly(call.context, EXPENSES.kind, wishes_of(call.pairs))
    expense = _expense(call, call.row_id())
    checked = ExpenseCheck(call.books, read_item(call.body, "expenses", expense.id), expense)
    found = checked.values()
    checked.refuse()
    with call.books.transaction():
        call.books.update(Expense, expense.id, **found, updated_at=call.books.now())
    return answer(assembly.single(shown_row(EXPENSES, Expense, call, expense.id)))


def update_many(call: Call) -> Response:
    """200 with all of them, or 422 and nothing is changed (ours)."""
    assembly, batch = Assembly(call.context, EXPENSES.kind, wishes_of(call.pairs)), Batch()
    changes: dict[int, dict[str, Value]] = {}
    for place, item, expense in batch.rows(call, EXPENSES, Expense):
        found = batch.values(place, ExpenseCheck(call.books, item, expense))
        changes.setdefault(expense.id, {}).update(found)
    batch.refuse()
    now = call.books.now()
    with call.books.transaction():
        for expense_id, found in changes.items():
            call.books.update(Expense, expense_id, **found, updated_at=now)
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
    batch = Batch()
    rows = batch.rows(call, EXPENSES, Expense)
    for place, _, expense in rows:
        if _locked(expense):
            batch.fail(place, "base", INVOICED)
    batch.refuse()
    delete_expenses(call.books, [expense.id for _, _, expense in rows])
    return empty()


def _expense(call: Call, row_id: int) -> Expense:
    return shown_row(EXPENSES, Expense, call, row_id)


def _locked(expense: Expense) -> bool:
    return lock_of(expense, None) is Lock.INVOICED
