"""The lists behind pickers, and the writes of those that have them."""

from __future__ import annotations

import pytest

from kworkbench.sandbox.context import SandboxContext
from tests.sandbox.kantata.conftest import Api, Json, messages

WRITTEN = [("expense_categories", "expense_category"), ("roles", "role"), ("vendors", "vendor")]


@pytest.mark.parametrize(("name", "key"), WRITTEN)
async def test_one_is_added_renamed_and_deleted(api: Api, name: str, key: str) -> None:
    made = await api.write("POST", f"/{name}", {key: {"name": "Ænglish Tea"}})
    assert made.row["name"] == "Ænglish Tea"
    changed = await api.write("PUT", f"/{name}/{made.ids[0]}.json", {key: {"name": "Tea"}})
    assert (changed.ids, changed.row["name"]) == (made.ids, "Tea")
    assert made.ids[0] in (await api.page(f"/{name}", per_page=200)).ids
    answer = await api.client.delete(f"/{name}/{made.ids[0]}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert made.ids[0] not in (await api.page(f"/{name}", per_page=200)).ids
    gone = await api.page(f"/{name}", only_active="false", per_page=200)
    assert (made.ids[0] in gone.ids) == (name != "vendors")
    await api.refused("PUT", f"/{name}/{made.ids[0]}", {key: {"name": "x"}}, status=404)
    await api.refused("DELETE", f"/{name}/{made.ids[0]}", status=404)


async def test_roles_of_a_workspace_are_those_of_its_participants(api: Api, context: SandboxContext) -> None:
    sql = """SELECT DISTINCT p.role_id FROM people p JOIN memberships m ON m.person_id = p.id
        WHERE m.project_id = 325 AND p.role_id IS NOT NULL ORDER BY 1"""
    expected = {str(row[0]) for row in context.books.connection.execute(sql)}
    made = await api.write("POST", "/roles", {"role": {"name": "Nobody's"}})
    found = await api.page("/roles", for_workspace=325, only_active="false", per_page=200)
    assert set(found.ids) == expected
    assert made.ids[0] in (await api.page("/roles", per_page=200)).ids


@pytest.mark.parametrize(("name", "key"), WRITTEN)
@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("", "Name is missing"),
        (" ", "Name is missing"),
        (["a"], "Name is not a text"),
        ("x" * 256, "Name is too long (maximum is 255 characters)"),
    ],
)
async def test_names_that_are_refused(api: Api, name: str, key: str, value: object, sentence: str) -> None:
    body: Json = {key: {"name": value}}
    assert messages(await api.refused("POST", f"/{name}", body)) == {"name": sentence}
    row_id = (await api.page(f"/{name}", per_page=1)).ids[0]
    assert messages(await api.refused("PUT", f"/{name}/{row_id}", body)) == {"name": sentence}


@pytest.mark.parametrize("path", ["/expense_categories/1", "/vendors/126", "/attachments/80001", "/expense_budgets/1"])
async def test_what_has_no_show_route(api: Api, path: str) -> None:
    await api.refused("GET", path, status=404)


async def test_a_vendor_is_archived_referenced_and_kept_while_it_is_in_use(api: Api) -> None:
    used = next(row for row in (await api.page("/vendors", per_page=200)).rows if row["in_use"])
    path = f"/vendors/{used['id']}"
    problems = await api.refused("DELETE", path)
    assert messages(problems) == {"base": f"Vendor {used['id']} is in use and cannot be deleted"}
    reference = {"service_name": "ledger", "service_model": "Supplier", "service_model_ref": "4"}
    body: Json = {"vendor": {"archived": True, "external_reference": reference}}
    changed = await api.write("PUT", f"{path}?include=external_references", body)
    assert changed.row["archived"] is True
    assert len(changed.row["external_reference_ids"]) == 1  # type: ignore[arg-type]
    assert used["id"] in (await api.page("/vendors", archived="true")).ids
    assert used["id"] not in (await api.page("/vendors", archived="false", per_page=200)).ids
    back = await api.write("PUT", path, {"vendor": {"archived": "false", "name": "Zulu & Co"}})
    assert back.row["archived"] is False
    named = await api.page("/expenses", order="vendor_name:desc", include="vendor", per_page=1)
    assert named.side("vendors")[str(named.row["vendor_id"])]["name"] == "東横イン"
    rising = await api.everything("/expenses", order="vendor_name:asc", include="vendor")
    ids = [row["vendor_id"] for row in rising if row["vendor_id"]]
    assert ids.index(used["id"]) > ids.index(next(row_id for row_id in ids if row_id != used["id"]))


async def test_currencies_are_a_bare_list(api: Api) -> None:
    rows = (await api.client.get("/currencies.json")).json()
    assert {"iso_code": "JPY", "name": "Japanese Yen", "symbol": "¥", "subunit_to_unit": 1} in rows
    for text in ("eur", "EURO", "€"):
        found = (await api.client.get("/currencies", params={"matching": text})).json()
        assert [row["iso_code"] for row in found] == ["EUR"]


STORIES = [
    ({}, "NOT archived AND deleted_at IS NULL AND NOT todo AND {live}"),
    ({"show_archived": "true"}, "deleted_at IS NULL AND NOT todo AND {live}"),
    ({"show_deleted": "true"}, "NOT archived AND NOT todo AND {live}"),
    ({"show_todos": "true"}, "NOT archived AND deleted_at IS NULL AND {live}"),
    ({"show_from_archived_workspaces": "true"}, "{plain}"),
    ({"workspace_id": "325"}, "{plain} AND {live} AND project_id = 325"),
    ({"with_projects": "325,337,x"}, "{plain} AND {live} AND project_id IN (325, 337)"),
    ({"story_type": "issue"}, "{plain} AND {live} AND story_type = 'issue'"),
    ({"completed": "true"}, "{plain} AND {live} AND state = 'completed'"),
    ({"uncompleted": "true"}, "{plain} AND {live} AND state <> 'completed'"),
    ({"parents_only": "true"}, "{plain} AND {live} AND parent_id IS NULL"),
    ({"time_trackable_on_workspace_id": "325"}, "{plain} AND {live} AND time_trackable AND project_id = 325"),
    ({"search": "TYPEFACE"}, "{plain} AND {live} AND title LIKE '%typeface%'"),
]


@pytest.mark.parametrize(("params", "where"), STORIES, ids=lambda part: str(part) if isinstance(part, dict) else "")
async def test_stories(api: Api, context: SandboxContext, params: dict[str, str], where: str) -> None:
    live = "project_id IN (SELECT id FROM projects WHERE archived_at IS NULL)"
    plain = "NOT archived AND deleted_at IS NULL AND NOT todo"
    sql = f"SELECT id FROM stories WHERE {where.format(live=live, plain=plain)}"  # noqa: S608 - texts of this test
    expected = {str(row[0]) for row in context.books.connection.execute(sql)}
    total = context.books.scalar("SELECT count(*) FROM stories")
    assert 0 < len(expected) < total
    assert {row["id"] for row in await api.everything("/stories", **params)} == expected


@pytest.mark.parametrize("order", ["due_date", "start_date", "priority_level", "position"])
async def test_stories_are_ordered(api: Api, order: str) -> None:
    member = order.removesuffix("_level")
    rows = await api.everything("/stories", order=f"{order}:desc")
    values = [(row[member], -int(str(row["id"]))) for row in rows]
    assert values == sorted(values, reverse=True)


async def test_a_story_shows_its_family(api: Api) -> None:
    child = next(row for row in await api.everything("/stories") if row["parent_id"])
    found = await api.page(f"/stories/{child['id']}", include="parent,ancestors")
    assert found.row["ancestor_ids"] == [child["parent_id"]]
    assert set(found.side("stories")) == {child["id"], child["parent_id"]}
    above = await api.page(f"/stories/{child['parent_id']}", include="sub_stories", optional_fields="sub_story_count")
    assert above.row["sub_story_ids"] == [child["id"]]
    assert above.row["sub_story_count"] == 1


async def test_budgets_of_a_project_and_what_was_spent_on_them(api: Api) -> None:
    budgets = await api.page("/expense_budgets", workspace_id=325, include="workspace")
    assert {row["workspace_id"] for row in budgets.rows} == set(budgets.side("workspaces")) == {"325"}
    budget = budgets.rows[0]
    expense = {"workspace_id": 325, "date": "2026-03-01", "category": "Meals", "amount_in_cents": 777}
    body: Json = {"expense": expense | {"expense_budget_id": int(str(budget["id"]))}}
    made = await api.write("POST", "/expenses?include=expense_budget", body)
    assert made.row["expense_budget_id"] == budget["id"]
    after = made.side("expense_budgets")[str(budget["id"])]
    assert after["used_in_cents"] == int(str(budget["used_in_cents"])) + 777
    other: Json = {"expense": expense | {"workspace_id": 337, "expense_budget_id": int(str(budget["id"]))}}
    problems = await api.refused("POST", "/expenses", other)
    assert messages(problems) == {"expense_budget_id": "Expense budget does not exist"}


@pytest.mark.parametrize("order", ["title", "status", "price", "start_date", "due_date"])
async def test_workspaces_are_ordered(api: Api, order: str) -> None:
    def key(row: Json) -> object:
        if order == "status":
            return not row["archived"]
        value = row["price_in_cents" if order == "price" else order]
        return (value is not None, value.casefold() if isinstance(value, str) else value or 0)

    rows = await api.everything("/workspaces", include_archived="true", order=f"{order}:asc")
    assert [key(row) for row in rows] == sorted(key(row) for row in rows)  # type: ignore[type-var]


async def test_workspaces_by_who_sees_their_money(api: Api, context: SandboxContext) -> None:
    found = await api.everything("/workspaces", include_archived="true", financials_viewable_by_user="205")
    sql = "SELECT project_id FROM memberships WHERE person_id = 205"
    assert {row["id"] for row in found} == {str(row[0]) for row in context.books.connection.execute(sql)}
    lead = context.books.scalar("SELECT client_lead_id FROM projects WHERE id = 325")
    assert (await api.page("/workspaces", financials_viewable_by_user=lead)).count == 0
    assert (await api.page("/workspaces", workspace_groups="1,2")).count == 0
