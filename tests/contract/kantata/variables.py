"""Values that Kantata's scenarios take from the books."""

from __future__ import annotations

from collections.abc import Callable

from tests.contract.kantata.api import Row
from tests.contract.kantata.world import World
from tests.contract.steps import Variables


def variables(world: World) -> Variables:
    """What scenarios may name without having saved it."""
    return Variables(
        {
            "workspace": lambda: _workspace(world, lambda row: not row["require_expense_approvals"]),
            "other_workspace": lambda: _other_workspace(world),
            "approvals_workspace": lambda: _workspace(world, lambda row: row["require_expense_approvals"]),
            "eur_workspace": lambda: _workspace(world, _is_plain_eur),
            "archived_expense": lambda: _expense(world, lambda row: world.workspace(row)["archived"]),
            "invoiced_expense": lambda: _expense(world, lambda row: row["is_invoiced"]),
            "submitted_expense": lambda: _expense(world, lambda row: _is_waiting(world, row)),
            "unapproved_expense": lambda: _expense(world, lambda row: _is_unapproved(world, row)),
            "me": lambda: int(world.me["id"]),
            "me_text": lambda: world.me["id"],
            "category": lambda: int(world.all("expense_categories")[0]["id"]),
            "vendor": lambda: int(world.all("vendors")[0]["id"]),
            "invoice_number": lambda: max(row["user_invoice_number"] for row in world.all("invoices")) + 1,
            "hidden": lambda: next(row["id"] for row in world.all("expenses") if world.workspace(row)["archived"]),
            "budget_workspace": lambda: _budget(world)[0],
            "budget": lambda: _budget(world)[1],
            "story": lambda: _story(world),
        }
    )


def _is_plain_eur(row: Row) -> bool:
    return bool(row["currency"] == "EUR" and not row["require_expense_approvals"])


def _workspace(world: World, fits: Callable[[Row], bool]) -> int:
    own = {row["id"] for row in world.all("workspaces") if row["account_id"] == _own_account(world)}
    for row in world.all("workspaces"):
        if row["id"] in own and not row["archived"] and fits(row):
            return int(row["id"])
    raise AssertionError("the books hold no such project")


def _own_account(world: World) -> int:
    accounts = [row["account_id"] for row in world.all("workspaces")]
    return int(max(accounts, key=accounts.count))


def _other_workspace(world: World) -> int:
    """A project of the first one's currency, which requires no approvals either."""
    first = _workspace(world, lambda row: not row["require_expense_approvals"])
    currency = next(row["currency"] for row in world.all("workspaces") if row["id"] == str(first))
    return _workspace(
        world,
        lambda row: row["id"] != str(first) and row["currency"] == currency and not row["require_expense_approvals"],
    )


def _expense(world: World, fits: Callable[[Row], bool]) -> str:
    for row in world.all("expenses"):
        if fits(row):
            return str(row["id"])
    raise AssertionError("the books hold no such expense")


def _is_waiting(world: World, row: Row) -> bool:
    report = world.report(row)
    return report is not None and report["status"] == "new"


def _is_unapproved(world: World, row: Row) -> bool:
    return bool(
        world.workspace(row)["require_expense_approvals"]
        and not world.workspace(row)["archived"]
        and row["active_submission_id"] is None
        and not row["is_invoiced"]
    )


def _story(world: World) -> int:
    first = _workspace(world, lambda row: not row["require_expense_approvals"])
    return next(int(row["id"]) for row in world.all("stories") if row["workspace_id"] == str(first))


def _budget(world: World) -> tuple[int, int]:
    """A live project with a budget for expenses, and that budget."""
    for row in world.all("workspaces"):
        found = world.api.ids("expense_budgets", [("workspace_id", row["id"])])
        if found and not row["archived"]:
            return int(row["id"]), int(found[0])
    raise AssertionError("the books hold no budget for expenses")
