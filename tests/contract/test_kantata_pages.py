"""Kantata's paging, `only`, `optional_fields` and the ways to write a request."""

from __future__ import annotations

import pytest

from tests.contract.kantata.api import Kantata, records
from tests.contract.kantata.lists import RESOURCES
from tests.contract.kantata.world import World

Meta = tuple[int, int]
"""The number and the size of a page."""

PAGES: tuple[tuple[str, Meta], ...] = (
    ("", (1, 20)),
    ("page=2", (2, 20)),
    ("page=0", (1, 20)),
    ("page=-3", (1, 20)),
    ("per_page=7", (1, 7)),
    ("per_page=7&page=3", (3, 7)),
    ("per_page=0", (1, 20)),
    ("per_page=-1", (1, 20)),
    ("per_page=200", (1, 200)),
    ("per_page=201", (1, 200)),
    ("limit=5", (1, 20)),
    ("offset=5", (1, 20)),
)
"""Parameters and the page that they mean; `limit` and `offset` count only together."""

WINDOWS: tuple[tuple[str, int, int], ...] = (
    ("limit=5&offset=3", 3, 8),
    ("limit=0&offset=0", 0, 1),
    ("limit=999&offset=0", 0, 200),
    ("limit=4&offset=-2", 0, 4),
    ("limit=4&offset=2&page=3&per_page=2", 2, 6),
)
"""Limit and offset, and the slice of the ordered list that comes."""


@pytest.mark.parametrize("resource", RESOURCES)
@pytest.mark.parametrize(("query", "meta"), PAGES)
def test_pages(kantata: World, resource: str, query: str, meta: Meta) -> None:
    everything = kantata.api.ids(resource)
    number, size = meta
    document = kantata.api.ask("GET", f"/{resource}?{query}").json()
    assert (document["meta"]["page_number"], document["meta"]["page_size"]) == meta
    assert document["count"] == len(everything)
    assert [row["id"] for row in records(document)] == everything[(number - 1) * size : number * size]


@pytest.mark.parametrize("resource", RESOURCES)
@pytest.mark.parametrize(("query", "first", "last"), WINDOWS)
def test_limit_and_offset(kantata: World, resource: str, query: str, first: int, last: int) -> None:
    everything = kantata.api.ids(resource)
    document = kantata.api.ask("GET", f"/{resource}?{query}").json()
    assert document["count"] == len(everything)
    assert [row["id"] for row in records(document)] == everything[first:last]


@pytest.mark.parametrize("resource", RESOURCES)
def test_past_the_end(kantata: World, resource: str) -> None:
    document = kantata.api.page(resource, [("page", "4000")])
    assert (document["results"], document[resource]) == ([], {})
    assert document["count"] == len(kantata.api.ids(resource))


@pytest.mark.parametrize("resource", RESOURCES)
def test_only_is_not_paged_and_still_filtered(kantata: World, resource: str) -> None:
    ids = kantata.api.ids(resource)[:30]
    found = kantata.api.page(resource, [("only", ",".join(ids)), ("per_page", "5")])
    assert [row["id"] for row in records(found)] == ids
    moment = "1999-01-01T00:00:00Z"
    assert kantata.api.page(resource, [("only", ids[0]), ("created_before", moment)])["count"] == 0


def test_only_keeps_the_default_filters(kantata: World) -> None:
    hidden = [row["id"] for row in kantata.all("expenses") if kantata.workspace(row)["archived"]]
    assert kantata.api.ids("expenses", [("only", hidden[0])]) == []
    assert kantata.api.ids("expenses", [("only", hidden[0]), ("from_archived_workspaces", "true")]) == [hidden[0]]


@pytest.mark.parametrize(
    "query",
    [
        "optional_fields=user_can_edit",
        "optional_fields[]=user_can_edit",
        "optional_fields%5B%5D=nonsense&optional_fields%5B%5D=user_can_edit",
        "optional_fields=nonsense,user_can_edit",
        "optional_fields=nonsense&optional_fields=user_can_edit",
    ],
)
def test_optional_fields(kantata: World, query: str) -> None:
    for row in records(kantata.api.ask("GET", f"/expenses?{query}").json()):
        assert isinstance(row["user_can_edit"], bool)
    for row in records(kantata.api.page("expenses")):
        assert "user_can_edit" not in row


def test_user_can_edit_is_false_once_invoiced(kantata: World) -> None:
    answers = {row["is_invoiced"]: row["user_can_edit"] for row in kantata.all("expenses") if row["is_invoiced"]}
    assert answers == {True: False}


@pytest.mark.parametrize("path", ["/expenses", "/expenses.json", "/expenses?", "/expenses?colour=blue"])
def test_ways_to_ask_for_a_list(kantata: World, path: str) -> None:
    assert kantata.api.ask("GET", path).json()["count"] == len(kantata.api.ids("expenses"))


@pytest.mark.parametrize("suffix", ["", ".json", "?include=workspace"])
@pytest.mark.parametrize("resource", RESOURCES)
def test_show(kantata: World, resource: str, suffix: str) -> None:
    row = kantata.api.rows(resource)[0]
    document = kantata.api.ask("GET", f"/{resource}/{row['id']}{suffix}").json()
    assert (document["count"], document["meta"]["page_size"]) == (1, 20)
    assert kantata.api.main(document) == row


@pytest.mark.parametrize("value", ["TRUE", "true", "1"])
def test_spellings_of_true(kantata: World, value: str) -> None:
    shown = kantata.api.ids("expenses", [("invoiced", value)])
    assert shown == kantata.api.ids("expenses", [("invoiced", "true")])
    assert shown != kantata.api.ids("expenses")


@pytest.mark.parametrize("token", ["", "wrong"])
def test_without_a_token(kantata: World, token: str) -> None:
    answer = Kantata(kantata.api.wire, token=token).ask("GET", "/expenses")
    assert answer.status == 401
    assert answer.json() == {"errors": [{"type": "oauth", "message": "Invalid OAuth 2 Request"}]}


@pytest.mark.parametrize(
    "path", ["/expenses/987654321", "/external_payments/987654321", "/invoices/987654321", "/nothing"]
)
def test_not_found(kantata: World, path: str) -> None:
    answer = kantata.api.ask("GET", path)
    assert answer.status == 404
    assert answer.json() == {"errors": [{"type": "system", "message": "Not found"}]}
