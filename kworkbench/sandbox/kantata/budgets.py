"""Expense budgets, the plans of a project's expenses. Source: api/kantata.md sections 6 and 9; the members are ours."""

from __future__ import annotations

from collections.abc import Sequence

from kworkbench.sandbox.books.kantata_model import ExpenseBudget
from kworkbench.sandbox.books.model import Project
from kworkbench.sandbox.books.moments import whole_seconds
from kworkbench.sandbox.kantata.call import Look
from kworkbench.sandbox.kantata.collection import Collection, Include, Record, linked
from kworkbench.sandbox.kantata.filters import changes, number
from kworkbench.sandbox.kantata.money import base_unit, symbol
from kworkbench.sandbox.kantata.stories import STORIES
from kworkbench.sandbox.kantata.workspaces import WORKSPACES


def budget_record(row: ExpenseBudget, look: Look) -> Record:
    """A plan for expenses; `used_in_cents` is what was spent on it, in the project's subunits."""
    project = look.one(Project, row.project_id)
    currency = project.currency if project else look.organization.default_currency
    return {
        "id": str(row.id),
        "title": row.title,
        "description": row.description,
        "amount_in_cents": row.amount,
        "used_in_cents": look.figure("budget_used", row.id),
        "currency": currency,
        "currency_symbol": symbol(currency),
        "currency_base_unit": base_unit(currency),
        "fixed_fee": row.fixed_fee,
        "burns_budget": row.burns_budget,
        "billable": row.billable,
        "expected_by": row.expected_by,
        "workspace_id": str(row.project_id),
        "story_id": None if row.story_id is None else str(row.story_id),
        "created_at": whole_seconds(row.created_at),
        "updated_at": whole_seconds(row.updated_at),
    }


_USED = "SELECT sum(project_amount) FROM expenses WHERE expense_budget_id = value AND deleted_at IS NULL"


def _prepare(look: Look, rows: Sequence[ExpenseBudget]) -> None:
    look.warm(Project, {row.project_id for row in rows})
    look.gather("budget_used", _USED, [row.id for row in rows])


BUDGETS: Collection[ExpenseBudget] = Collection(
    name="expense_budgets",
    kind=ExpenseBudget,
    alias="b",
    record=budget_record,
    orders={"created_at": "b.created_at"},
    default_order="created_at:desc",
    filters=changes("b.") | {"workspace_id": number("b.project_id = ?")},
    includes={
        "workspace": Include(WORKSPACES.side(), linked(lambda row: row.project_id)),
        "story": Include(STORIES.side(), linked(lambda row: row.story_id)),
    },
    prepare=_prepare,
)
