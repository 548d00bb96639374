"""Handing expenses in, and what is decided on them."""

from __future__ import annotations

from typing import cast

import pytest

from kworkbench.sandbox.books.money_model import Expense, ExpenseReport
from kworkbench.sandbox.context import SandboxContext
from tests.sandbox.kantata.conftest import Api, Json, Listing, messages

WORKSPACE = 325
EVERYONE = {"all_on_account": "true"}


async def expenses(api: Api, count: int = 2) -> list[int]:
    one = {"workspace_id": WORKSPACE, "date": "2026-03-01", "category": "Meals", "amount_in_cents": 1250}
    made = await api.write("POST", "/expenses", {"expenses": [one] * count})
    return [int(row_id) for row_id in made.ids]


async def hand_in(api: Api, ids: list[int], **members: object) -> Listing:
    report = {"line_item_ids": ids, "title": "March", "workspace_id": WORKSPACE, **members}
    path = "/expense_report_submissions?include=expenses,resolutions,user,workspace,external_references"
    return await api.write("POST", path, {"expense_report_submission": report})


async def test_a_report_is_handed_in(api: Api) -> None:
    ids = await expenses(api)
    reference = {"service_name": "payroll", "service_model": "Claim", "service_model_ref": "9"}
    made = await hand_in(api, ids, comment="Train", external_reference=reference)
    row = made.row
    assert (row["title"], row["comment"], row["status"], row["user_id"]) == ("March", "Train", "new", "203")
    assert (row["line_item_total_in_cents"], row["line_item_total_formatted"]) == (2500, "€25")
    assert row["expense_ids"] == [str(row_id) for row_id in ids]
    assert row["resolution_ids"] == []
    assert len(made.side("external_references")) == 1
    found = await api.page("/expenses", with_expense_report_id=made.ids[0], optional_fields="user_can_edit")
    assert {one["active_submission_id"] for one in found.rows} == set(made.ids)
    assert {one["user_can_edit"] for one in found.rows} == {False}


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"line_item_ids": []}, {"line_item_ids": "Line items are missing"}),
        ({"line_item_ids": "x"}, {"line_item_ids": "Line item ids must be whole numbers"}),
        ({"line_item_ids": [77]}, {"line_item_ids": "Expense 77 was not found"}),
        ({"title": " "}, {"title": "Title is missing"}),
        ({"title": "x" * 256}, {"title": "Title is too long (maximum is 255 characters)"}),
        ({"workspace_id": None}, {"workspace_id": "Workspace is missing"}),
        ({"user_id": 1}, {"user_id": "User does not exist"}),
    ],
)
async def test_reports_that_are_refused(api: Api, members: Json, expected: dict[str, str]) -> None:
    body: Json = {"line_item_ids": await expenses(api), "title": "March", "workspace_id": WORKSPACE}
    problems = await api.refused("POST", "/expense_report_submissions", {"expense_report_submission": body | members})
    assert messages(problems) == expected


async def test_expenses_that_cannot_be_handed_in(api: Api, context: SandboxContext) -> None:
    ids = await expenses(api, 3)
    await hand_in(api, ids[:1])
    context.books.update(Expense, ids[1], invoice_id=5001)
    context.books.update(Expense, ids[2], project_id=301)
    report: Json = {"line_item_ids": ids, "title": "March", "workspace_id": WORKSPACE}
    problems = await api.refused("POST", "/expense_report_submissions", {"expense_report_submission": report})
    assert [problem["message"] for problem in problems] == [
        f"Expense {ids[0]} is on an active report",
        f"Expense {ids[1]} is invoiced",
        f"Expense {ids[2]} belongs to another project",
    ]


@pytest.mark.parametrize(
    ("verb", "status", "kind", "approval", "active"),
    [
        ("approve", "approved", "approval", "approved", True),
        ("reject", "rejected", "rejection", "rejected", False),
        ("cancel", "cancelled", "cancellation", "none", False),
    ],
)
async def test_a_report_is_decided_once(
    api: Api, context: SandboxContext, verb: str, status: str, kind: str, approval: str, *, active: bool
) -> None:
    ids = await expenses(api)
    made = await hand_in(api, ids)
    path = f"/expense_report_submissions/{made.ids[0]}/{verb}"
    form = {"resolution[description]": "Seen"}
    answer = await api.client.put(f"{path}.json?include=resolutions", data=form)
    assert answer.status_code == 200, answer.text
    decided = Listing(answer.json(), "expense_report_submissions")
    row = decided.row
    assert (row["status"], row["resolution_description"], row["current_resolution_creator_id"]) == (status, "Seen", 203)
    (resolution,) = decided.side("resolutions").values()
    assert (resolution["type"], resolution["current"], resolution["target_id"]) == (kind, True, int(made.ids[0]))
    assert {one.approval for one in context.books.many(Expense, ids).values()} == {approval}
    shown = await api.page("/expenses", only=",".join(map(str, ids)))
    assert {one["active_submission_id"] is not None for one in shown.rows} == {active}
    assert {one["recent_submission_id"] for one in shown.rows} == set(made.ids)
    assert messages(await api.refused("PUT", path)) == {"base": f"Expense report is {status} and cannot be {status}"}


async def test_what_was_rejected_is_handed_in_again(api: Api) -> None:
    ids = await expenses(api)
    first = await hand_in(api, ids)
    await api.write("PUT", f"/expense_report_submissions/{first.ids[0]}/reject", {})
    second = await hand_in(api, ids)
    assert (await api.page("/expenses", with_recent_expense_report_ids=first.ids[0])).count == 0
    assert (await api.page("/expenses", with_recent_expense_report_ids=second.ids[0])).count == 2
    await api.write("PUT", f"/expense_report_submissions/{second.ids[0]}/approve", {"resolution": {}})
    assert (await api.page("/expenses", approved="true", only=",".join(map(str, ids)))).count == 2


async def test_only_its_owner_cancels_a_report(api: Api) -> None:
    made = await hand_in(api, await expenses(api), user_id=205)
    path = f"/expense_report_submissions/{made.ids[0]}"
    permissions = cast("Json", made.row["permissions"])
    assert (permissions["can_cancel_submission"], permissions["can_approve_submission"]) == (False, True)
    (problem,) = await api.refused("PUT", f"{path}/cancel", status=403)
    assert problem["type"] == "system"
    assert (await api.client.get(path)).status_code == 404
    assert (await api.page(path, **EVERYONE)).row["status"] == "new"


@pytest.mark.parametrize(
    ("params", "where"),
    [
        ({}, "1"),
        ({"active": "true"}, "status IN ('new', 'approved')"),
        ({"not_cancelled": "true"}, "status <> 'cancelled'"),
        ({"statuses": "pending,rejected"}, "status IN ('new', 'rejected')"),
        ({"user_ids": "205,206"}, "person_id IN (205, 206)"),
        ({"workspace_id": "{project}"}, "project_id = {project}"),
        ({"workspace_ids": "{project},1"}, "project_id = {project}"),
    ],
)
async def test_reports_are_filtered(api: Api, context: SandboxContext, params: dict[str, str], where: str) -> None:
    project = context.books.scalar("SELECT project_id FROM expense_reports GROUP BY 1 ORDER BY count(*) DESC LIMIT 1")
    asked = {name: value.format(project=project) for name, value in params.items()}
    found = await api.everything("/expense_report_submissions", **EVERYONE, **asked)
    rows = context.books.all(ExpenseReport, f"WHERE {where.format(project=project)}")
    assert {row["id"] for row in found} == {str(row.id) for row in rows} != set()


async def test_own_reports_are_the_default(api: Api) -> None:
    own = await api.page("/expense_report_submissions")
    assert {row["user_id"] for row in own.rows} == {"203"}
    assert own.count < (await api.page("/expense_report_submissions", **EVERYONE)).count
    (problem,) = await api.refused("GET", "/expense_report_submissions?statuses=lost", status=400)
    assert problem["type"] == "system"


@pytest.mark.parametrize(
    ("order", "member"),
    [("amount", "line_item_total_in_cents"), ("status", "status"), ("title", "title"), ("created_at", "created_at")],
)
async def test_reports_are_ordered(api: Api, order: str, member: str) -> None:
    rows = await api.everything("/expense_report_submissions", **EVERYONE, order=f"{order}:asc")
    values = [row[member] for row in rows]
    assert values == sorted(values, key=lambda value: (isinstance(value, str), value))
    assert len(set(values)) > 1
