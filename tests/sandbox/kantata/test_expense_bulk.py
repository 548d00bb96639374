"""Creating many expenses, deleting one or many, and what keeps them from being changed or deleted."""

from __future__ import annotations

import pytest

from kworkbench.sandbox.books.money_model import Expense
from kworkbench.sandbox.context import SandboxContext
from tests.sandbox.kantata.conftest import Api, Json, messages

WORKSPACE = 325  # EUR

EXPENSE: Json = {"workspace_id": WORKSPACE, "date": "2026-03-01", "category": "Lodging", "amount_in_cents": 4200}


async def test_many_expenses_are_created_in_order(api: Api) -> None:
    many = [{**EXPENSE, "notes": f"n{number}"} for number in range(100)]
    made = await api.write("POST", "/expenses", {"expenses": many})
    assert made.count == len(made.ids) == 100
    assert [row["notes"] for row in made.rows] == [f"n{number}" for number in range(100)]


async def test_one_bad_object_stops_a_bulk_create(api: Api, context: SandboxContext) -> None:
    before = context.books.scalar("SELECT count(*) FROM expenses")
    many: list[Json] = [
        EXPENSE,
        {**EXPENSE, "date": ""},
        EXPENSE,
        {**EXPENSE, "workspace_id": None, "amount_in_cents": 0},
    ]
    assert await api.refused("POST", "/expenses", {"expenses": many}) == [
        {"type": "validation", "message": "Date is missing", "field": "date", "index": 1},
        {"type": "validation", "message": "Workspace is missing", "field": "workspace_id", "index": 3},
        {"type": "validation", "message": "Amount must not be zero", "field": "amount_in_cents", "index": 3},
    ]
    assert context.books.scalar("SELECT count(*) FROM expenses") == before


@pytest.mark.parametrize(
    ("count", "sentence"), [(0, "Expenses are missing"), (101, "No more than 100 expenses can be created at once")]
)
async def test_bulk_create_has_its_limits(api: Api, count: int, sentence: str) -> None:
    problems = await api.refused("POST", "/expenses", {"expenses": [EXPENSE] * count})
    assert messages(problems) == {"base": sentence}


async def test_delete_one(api: Api) -> None:
    made = await api.write("POST", "/expenses", {"expense": EXPENSE})
    answer = await api.client.delete(f"/expenses/{made.ids[0]}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert (await api.client.get(f"/expenses/{made.ids[0]}")).status_code == 404
    assert (await api.client.delete(f"/expenses/{made.ids[0]}")).status_code == 404


@pytest.mark.parametrize("place", ["query", "body", "list", "form"])
async def test_delete_many(api: Api, place: str) -> None:
    made = await api.write("POST", "/expenses", {"expenses": [EXPENSE] * 3})
    ids = ",".join(made.ids[:2])
    answer = {
        "query": lambda: api.client.delete("/expenses.json", params={"ids": ids}),
        "body": lambda: api.client.request("DELETE", "/expenses", json={"ids": ids + "," + made.ids[0]}),
        "list": lambda: api.client.request(
            "DELETE", "/expenses", json={"ids": [int(row_id) for row_id in made.ids[:2]]}
        ),
        "form": lambda: api.client.request("DELETE", "/expenses", data={"ids[]": made.ids[:2]}),
    }[place]()
    document = (await answer).json()
    assert document["deleted"] == [int(row_id) for row_id in made.ids[:2]]
    assert document["count"] == document["meta"]["count"] == 2
    assert [row["id"] for row in document["results"]] == made.ids[:2]
    assert (await api.page("/expenses", only=",".join(made.ids))).ids == made.ids[2:]


def locked(context: SandboxContext, why: str) -> Expense:
    tail = {
        "invoiced": "WHERE invoice_id IS NOT NULL",
        "on a submitted report": "WHERE report_id IN (SELECT id FROM expense_reports WHERE status = 'new')",
        "on an approved report": "WHERE report_id IN (SELECT id FROM expense_reports WHERE status = 'approved')",
    }[why]
    also = "" if why == "invoiced" else "AND invoice_id IS NULL"
    return context.books.all(Expense, f"{tail} {also} AND deleted_at IS NULL ORDER BY id DESC")[0]


@pytest.mark.parametrize("why", ["invoiced", "on a submitted report", "on an approved report"])
async def test_locked_expenses_stay(api: Api, context: SandboxContext, why: str) -> None:
    row = locked(context, why)
    changed = await api.refused("PUT", f"/expenses/{row.id}", {"expense": {"notes": "x"}})
    assert messages(changed) == {"base": f"Expense {row.id} is {why} and cannot be changed"}
    deleted = await api.refused("DELETE", f"/expenses/{row.id}")
    assert messages(deleted) == {"base": f"Expense {row.id} is {why} and cannot be deleted"}
    assert context.books.one(Expense, row.id) == row
    shown = await api.page(
        f"/expenses/{row.id}", optional_fields="user_can_edit", from_archived_workspaces="true", on_my_account="false"
    )
    assert shown.row["user_can_edit"] is False


async def test_one_locked_expense_stops_a_bulk_delete_and_every_bad_id_is_named(
    api: Api, context: SandboxContext
) -> None:
    made = await api.write("POST", "/expenses", {"expenses": [EXPENSE] * 2})
    row = locked(context, "invoiced")
    problems = await api.refused("DELETE", "/expenses", {"ids": f"{made.ids[0]},{row.id},77,abc,{made.ids[1]}"})
    assert problems == [
        {
            "type": "validation",
            "message": f"Expense {row.id} is invoiced and cannot be deleted",
            "field": "base",
            "index": 1,
        },
        {"type": "validation", "message": "Expense 77 was not found", "field": "base", "index": 2},
        {"type": "validation", "message": "Expense abc was not found", "field": "base", "index": 3},
    ]
    assert (await api.page("/expenses", only=",".join(made.ids))).count == 2
    await api.write("DELETE", "/expenses", {"ids": ",".join(made.ids)})


@pytest.mark.parametrize(
    ("ids", "sentence"),
    [("", "Ids are missing"), (" , ", "Ids are missing"),
     (",".join(map(str, range(1, 102))), "No more than 100 expenses can be deleted at once")],
)  # fmt: skip
async def test_bulk_delete_has_its_limits(api: Api, ids: str, sentence: str) -> None:
    assert messages(await api.refused("DELETE", "/expenses", {"ids": ids})) == {"base": sentence}


@pytest.mark.parametrize("ids", [{"a": 1}, [1.5], [True], [[5]], 2.0, True])
async def test_what_is_no_list_of_ids_is_said(api: Api, ids: object) -> None:
    (problem,) = await api.refused("DELETE", "/expenses", {"ids": ids})
    assert (problem["field"], problem["message"]) == ("base", "Ids must be whole numbers with commas between them")
