"""Each parameter of the lists behind pickers against the whole list: exactly the rows that fit come, and not all."""

from __future__ import annotations

import pytest

from kworkbench.sandbox.context import SandboxContext
from tests.sandbox.kantata.conftest import Api, Json
from tests.sandbox.kantata.filters.support import Fits, check

WORKSPACES: list[tuple[dict[str, str], Fits]] = [
    ({"archived": "only"}, lambda row: row["archived"] is True),
    ({"archived": "exclude"}, lambda row: row["archived"] is False),
    ({"include_archived": "false"}, lambda row: row["archived"] is False),
    ({"can_create_line_items": "true"}, lambda row: row["can_create_line_items"] is True),
    ({"requiring_expense_approval": "true"}, lambda row: row["require_expense_approvals"] is True),
    ({"matching": "film"}, lambda row: any(word.lower().startswith("film") for word in str(row["title"]).split(" "))),
    ({"search": "oduct"}, lambda row: "oduct" in str(row["title"]).lower()),
    ({"only": "325,337"}, lambda row: row["id"] in ("325", "337")),
    ({"except": "325,337"}, lambda row: row["id"] not in ("325", "337")),
]


@pytest.mark.parametrize(("params", "fits"), WORKSPACES, ids=lambda part: str(part) if isinstance(part, dict) else "")
async def test_workspaces(api: Api, whole: dict[str, list[Json]], params: dict[str, str], fits: Fits) -> None:
    await check(api, whole, "/workspaces", params, fits)


async def test_workspaces_hide_archived_ones_by_default(api: Api, whole: dict[str, list[Json]]) -> None:
    live = {row["id"] for row in whole["/workspaces"] if not row["archived"]}
    assert {row["id"] for row in await api.everything("/workspaces")} == live
    assert (await api.page("/workspaces", archived="include")).count == len(whole["/workspaces"])
    own = await api.page("/workspaces", on_my_account="true")
    assert 0 < own.count < len(live)
    mine = await api.page("/workspaces", has_participation="true")
    assert 0 < mine.count < len(live)


async def test_users(api: Api, shared: SandboxContext) -> None:
    people = shared.books.scalar("SELECT count(*) FROM people WHERE deactivated_at IS NULL AND is_user")
    staff = await api.page("/users", on_my_account="true", per_page=200)
    assert staff.count == people
    leavers = await api.page("/users", on_my_account="true", show_disabled="true", per_page=200)
    assert leavers.count == shared.books.scalar("SELECT count(*) FROM people WHERE is_user")
    assert leavers.count > staff.count
    one = staff.rows[3]
    assert (await api.page("/users", by_full_name=one["full_name"], on_my_account="true")).ids == [one["id"]]
    assert (await api.page("/users", by_email_address=one["email_address"], on_my_account="true")).ids == [one["id"]]
    first = str(one["full_name"]).split(" ", maxsplit=1)[0]
    assert one["id"] in (await api.page("/users", matching=first[:3], on_my_account="true")).ids
    assert one["id"] in (await api.page("/users", search=first[1:4], on_my_account="true")).ids
    inside = await api.page("/users", participant_in=325, per_page=200)
    assert inside.count == shared.books.scalar(
        "SELECT count(*) FROM memberships m JOIN people p ON p.id = m.person_id "
        "WHERE m.project_id = 325 AND p.deactivated_at IS NULL"
    )
    assert (await api.page("/users", account_id=4711, participant_in=325)).count <= inside.count
    assert (await api.page("/users", account_id=1, on_my_account="true")).count == 0


async def test_small_lists(api: Api, shared: SandboxContext) -> None:
    live = await api.page("/expense_categories", per_page=200)
    every = await api.page("/expense_categories", per_page=200, only_active="false")
    assert live.count == shared.books.scalar("SELECT count(*) FROM service_types WHERE archived_at IS NULL")
    assert every.count == shared.books.scalar("SELECT count(*) FROM service_types")
    assert (await api.page("/expense_categories", matching=str(live.rows[0]["name"])[:4])).ids[0] == live.ids[0]
    vendors = await api.page("/vendors", per_page=200)
    assert (await api.page("/vendors", archived="true")).count + (
        await api.page("/vendors", archived="false")
    ).count == vendors.count
    stories = await api.page("/stories", workspace_id=325)
    assert {row["workspace_id"] for row in stories.rows} == {"325"}
