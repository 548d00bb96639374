from __future__ import annotations

import dataclasses

import pytest

from kworkbench.sandbox.context import SandboxContext
from tests.sandbox.kantata.conftest import Api, client_of

LISTS = [
    "external_payments",
    "expenses",
    "invoices",
    "workspaces",
    "users",
    "expense_categories",
    "vendors",
    "roles",
    "stories",
]


@pytest.mark.parametrize("name", LISTS)
async def test_every_list_is_an_envelope_with_and_without_json_ending(api: Api, name: str) -> None:
    plain = await api.page(f"/{name}", per_page=3)
    assert list(plain.document)[:3] == ["count", "results", name]
    assert plain.count == plain.meta["count"] > 0
    assert plain.meta["page_size"] == 3
    assert plain.meta["page_number"] == 1
    assert plain.meta["page_count"] == -(-plain.count // 3)
    assert [row["id"] for row in plain.rows] == plain.ids
    assert list(plain.side(name)) == plain.ids
    assert all(row["key"] == name for row in plain.document["results"])  # type: ignore[attr-defined]
    assert (await api.page(f"/{name}.json", per_page=3)).document == plain.document


@pytest.mark.parametrize(
    ("params", "size", "number", "rows"),
    [
        ({}, 20, 1, 20),
        ({"per_page": "201"}, 200, 1, 200),
        ({"per_page": "0"}, 20, 1, 20),
        ({"per_page": "-5", "page": "-1"}, 20, 1, 20),
        ({"per_page": "x", "page": "x"}, 20, 1, 20),
        ({"per_page": "7", "page": "3"}, 7, 3, 7),
        ({"page": "999999999999999999999"}, 20, 1, 20),
        ({"per_page": "200", "page": "99"}, 200, 99, 0),
        ({"limit": "5", "offset": "10", "page": "4", "per_page": "9"}, 5, 3, 5),
        ({"limit": "500", "offset": "-3"}, 200, 1, 200),
        ({"limit": "0", "offset": "0"}, 1, 1, 1),
        ({"limit": "5"}, 20, 1, 20),
        ({"page": "", "per_page": ""}, 20, 1, 20),
    ],
)
async def test_paging_is_clamped_and_never_an_error(
    api: Api, params: dict[str, str], size: int, number: int, rows: int
) -> None:
    found = await api.page("/expenses", **params)
    assert (found.meta["page_size"], found.meta["page_number"], len(found.ids)) == (size, number, rows)


async def test_pages_and_offsets_cover_every_row_once(api: Api) -> None:
    everything = [row["id"] for row in await api.everything("/invoices")]
    assert len(set(everything)) == len(everything) == (await api.page("/invoices")).count
    assert (await api.page("/invoices", limit=30, offset=45)).ids == everything[45:75]


async def test_an_empty_list_has_no_pages(api: Api) -> None:
    found = await api.page("/expenses", only="0", include="user,vendor")
    assert found.document == {
        "count": 0,
        "results": [],
        "expenses": {},
        "meta": {"count": 0, "page_count": 0, "page_number": 0, "page_size": 20},
        "users": {},
        "vendors": {},
    }


async def test_only_picks_by_id_and_ignores_the_rest(api: Api) -> None:
    first, second, third = (await api.page("/external_payments", per_page=3)).ids
    found = await api.page("/external_payments", only=f"{third},abc,{first},0,{second}", per_page=1, order="id:asc")
    assert found.ids == sorted([first, second, third], key=int)
    assert found.meta == {"count": 3, "page_count": 1, "page_number": 1, "page_size": 1}


async def test_includes_side_load_once_and_unknown_names_are_ignored(api: Api) -> None:
    found = await api.page("/external_payments", per_page=50, include="workspace,invoice,nonsense")
    assert set(found.side("workspaces")) == {str(row["workspace_id"]) for row in found.rows}
    assert set(found.side("invoices")) == {str(row["invoice_id"]) for row in found.rows if row["invoice_id"]}
    assert "users" not in found.document
    assert "nonsense" not in found.document


async def test_to_many_members_come_only_with_their_include(api: Api) -> None:
    bare = await api.page("/invoices", per_page=1)
    assert not [name for name in bare.row if name.endswith("_ids")]
    full = await api.page("/invoices", per_page=200, include="workspaces,expenses,time_entries,external_references")
    assert all(row["time_entry_ids"] == [] for row in full.rows)
    assert full.side("time_entries") == {}
    linked = {row_id for row in full.rows for row_id in row["workspace_ids"]}  # type: ignore[attr-defined]
    assert linked == set(full.side("workspaces"))
    assert {row_id for row in full.rows for row_id in row["expense_ids"]} == set(full.side("expenses"))  # type: ignore[attr-defined]


@pytest.mark.parametrize("spelling", ["optional_fields", "optional_fields[]"])
async def test_optional_members_only_when_asked_for(api: Api, spelling: str) -> None:
    bare = await api.page("/workspaces", per_page=1)
    assert "client_lead_name" not in bare.row
    assert "stage" not in bare.row
    asked = await api.page("/workspaces", per_page=1, **{spelling: "client_lead_name,stage,nonsense"})
    assert isinstance(asked.row["client_lead_name"], str)
    assert asked.row["stage"] == "open"
    assert "nonsense" not in asked.row


async def test_repeated_optional_fields_add_up_and_reach_side_loads(api: Api) -> None:
    pairs = [
        ("include", "workspace"),
        ("optional_fields[]", "user_can_edit"),
        ("optional_fields[]", "client_lead_name"),
    ]
    document = (await api.client.get("/expenses", params=tuple(pairs))).json()
    assert all("user_can_edit" in row for row in document["expenses"].values())
    assert all("client_lead_name" in row for row in document["workspaces"].values())


@pytest.mark.parametrize("name", LISTS)
async def test_order_falls_back_to_the_default(api: Api, name: str) -> None:
    assert (await api.page(f"/{name}", order="nonsense:desc")).ids == (await api.page(f"/{name}")).ids


@pytest.mark.parametrize(
    ("path", "order", "member"),
    [
        ("/external_payments", "id", "id"),
        ("/external_payments", "created_at", "created_at"),
        ("/external_payments", "updated_at", "updated_at"),
        ("/expenses", "amount", "amount_in_cents"),
        ("/expenses", "category", "category"),
        ("/expenses", "created_at", "created_at"),
        ("/expenses", "date", "date"),
        ("/expenses", "notes", "notes"),
        ("/invoices", "id", "id"),
        ("/invoices", "invoice_date", "invoice_date"),
        ("/invoices", "created_at", "created_at"),
        ("/invoices", "updated_at", "updated_at"),
        ("/workspaces", "created_at", "created_at"),
        ("/workspaces", "updated_at", "updated_at"),
    ],
)
async def test_each_order_sorts_both_ways_with_ties_by_id(api: Api, path: str, order: str, member: str) -> None:
    def key(row: dict[str, object]) -> object:
        return int(str(row[member])) if member == "id" else row[member]

    for direction in ("asc", "desc", "sideways"):
        rows = (await api.page(path, order=f"{order}:{direction}", per_page=200)).rows
        by_id = sorted(rows, key=lambda row: int(str(row["id"])))
        assert rows == sorted(by_id, key=key, reverse=direction == "desc")  # type: ignore[arg-type]


async def test_vendor_order_and_alphabetical_order(api: Api) -> None:
    found = await api.page("/expenses", order="vendor_name:desc", include="vendor", per_page=50)
    names = [found.side("vendors")[str(row["vendor_id"])]["name"] for row in found.rows if row["vendor_id"]]
    assert len(names) == 50
    assert names == sorted(names, key=str, reverse=True)
    users = [str(row["full_name"]).lower() for row in (await api.page("/users", order="alphabetical:desc")).rows]
    assert users == sorted(users, reverse=True)


async def test_defaults_are_newest_first(api: Api) -> None:
    assert (await api.page("/expenses")).ids == (await api.page("/expenses", order="date:desc")).ids
    assert (await api.page("/external_payments")).ids == (
        await api.page("/external_payments", order="created_at:desc")
    ).ids
    assert (await api.page("/invoices")).ids == (await api.page("/invoices", order="created_at:desc")).ids


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", "Basic t-123", "t-123", "Bearer tökén"])
async def test_no_entry_without_the_token(context: SandboxContext, header: str) -> None:
    async with client_of(context) as client:
        answer = await client.get("/expenses", headers=[(b"Authorization", header.encode())])
    assert answer.status_code == 401
    assert answer.json() == {"errors": [{"type": "oauth", "message": "Invalid OAuth 2 Request"}]}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/external_payments/20001"),
        ("DELETE", "/external_payments"),
        ("PATCH", "/expenses/1"),
        ("POST", "/users"),
        ("GET", "/nonsense"),
        ("GET", ""),
        ("GET", "/expenses/abc"),
        ("GET", "/expenses/٣"),
        ("GET", "/expenses/99999999999999999999999999"),
        ("GET", "/expenses/-1"),
        ("GET", "/external_payments/1"),
        ("DELETE", "/expenses/1"),
        ("PUT", "/expenses/1"),
        ("GET", "/expenses/%00"),
        ("GET", "/expenses/%ff"),
    ],
)
async def test_what_is_not_there_is_not_found(api: Api, method: str, path: str) -> None:
    answer = await api.client.request(method, path)
    assert answer.status_code == 404
    assert answer.json() == {"errors": [{"type": "system", "message": "Not found"}]}
    assert answer.headers["content-type"] == "application/json; charset=utf-8"


async def test_a_head_is_a_get_without_its_body_and_a_slash_changes_nothing(api: Api) -> None:
    for path in ("/expenses", "/expenses.json", "/external_payments/20001", "/expenses/1"):
        whole = await api.client.get(path)
        head, slashed = await api.client.head(path), await api.client.get(f"{path}/")
        assert head.status_code == slashed.status_code == whole.status_code
        assert head.headers == whole.headers
        assert slashed.json() == whole.json()


async def test_empty_query_and_unknown_parameters_are_fine(api: Api) -> None:
    plain = await api.page("/invoices")
    assert (await api.client.get("/invoices?")).json() == plain.document
    assert (await api.page("/invoices", nonsense="1", status="new")).document == plain.document


async def test_show_gives_the_listed_record_and_takes_includes(api: Api) -> None:
    for path in ("/external_payments", "/expenses", "/invoices", "/workspaces", "/users", "/stories", "/roles"):
        listed = await api.page(path, per_page=1)
        shown = await api.page(f"{path}/{listed.ids[0]}.json", include="user,workspace")
        assert shown.ids == listed.ids
        assert set(listed.row) <= set(shown.row)
        assert shown.meta == {"count": 1, "page_count": 1, "page_number": 1, "page_size": 20}


async def test_me_is_the_owner_of_the_token(api: Api, context: SandboxContext) -> None:
    found = await api.page("/users/me")
    assert found.ids == [str(context.books.organization().owner_id)]


async def test_field_can_be_left_out(context: SandboxContext) -> None:
    async with client_of(dataclasses.replace(context, kantata_field=False)) as client:
        answer = await client.post("/external_payments", json={})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"type": "validation", "message": "Workspace is missing"},
        {"type": "validation", "message": "Amount is missing"},
    ]
