"""What lists have in common beyond filters: search, switched-off defaults, members asked for in a body."""

from __future__ import annotations

import pytest

from kworkbench.sandbox.books.model import Project
from kworkbench.sandbox.context import SandboxContext
from tests.sandbox.kantata.conftest import Api, Json


async def test_a_search_puts_the_best_first_whatever_the_order(api: Api, context: SandboxContext) -> None:
    titles = ("Deep quay", "Underquay cable", "QUAYSIDE hotel", "North quay ferry")
    for place, title in enumerate(titles):
        context.books.update(Project, 301 + place, title=title, archived_at=None)
    found = await api.page("/workspaces", search="quay", order="title:asc")
    shown = [row["title"] for row in found.rows]
    assert (shown[0], set(shown[1:3]), shown[3:]) == (titles[2], {titles[0], titles[3]}, [titles[1]])


@pytest.mark.parametrize("text", ["ÅKERLUND", "åkerlund", "kerl"])
async def test_a_search_folds_case_in_every_script(api: Api, text: str) -> None:
    found = await api.page("/users", search=text, on_my_account="false", participant_in=301)
    assert [row["full_name"] for row in found.rows] == ["Björn Åkerlund"]


async def test_default_filters_can_be_switched_off_for_one_request(api: Api, context: SandboxContext) -> None:
    everything = await api.page("/expenses", from_archived_workspaces="true", on_my_account="false")
    assert (await api.page("/expenses", apply_default_filters="false")).count == everything.count
    assert (await api.page("/expenses", apply_default_filters="true")).count < everything.count
    both = await api.page("/expenses", apply_default_filters="false", on_my_account="true")
    assert both.count == (await api.page("/expenses", from_archived_workspaces="true")).count
    hidden = str(context.books.scalar("SELECT max(id) FROM expenses WHERE marks & 1 AND deleted_at IS NULL"))
    assert (await api.client.get(f"/expenses/{hidden}")).status_code == 404
    assert (await api.page(f"/expenses/{hidden}", apply_default_filters="false")).ids == [hidden]


async def test_a_write_may_ask_for_members_in_its_body(api: Api) -> None:
    expense = {"workspace_id": 325, "date": "2026-03-01", "category": "Meals", "amount_in_cents": 100}
    body: Json = {"expense": expense, "include": "workspace", "optional_fields": ["user_can_edit"], "only": "7"}
    made = await api.write("POST", "/expenses", body)
    assert made.row["user_can_edit"] is True
    assert list(made.side("workspaces")) == ["325"]
    form = {"include": "user", "optional_fields[]": "user_can_edit", "expense[notes]": "x"}
    answer = await api.client.put(f"/expenses/{made.ids[0]}", data=form)
    assert list(answer.json()["users"]) == ["203"]
