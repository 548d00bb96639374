"""Productive's groups of filters, raw brackets, paging, sparse fields and aggregates."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.productive.api import attribute
from tests.contract.productive.groups import GROUPS, Found, Group
from tests.contract.productive.world import World

RESOURCES = ("payments", "invoices", "expenses")


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.name)
def test_group(productive: World, group: Group) -> None:
    rows = {row["id"]: row for row in productive.all("payments") if attribute(row, "paid_on")}
    days = sorted(attribute(row, "paid_on") for row in rows.values())
    amounts = sorted(attribute(row, "amount") for row in rows.values())
    first, last, limit = days[len(days) // 3], days[2 * len(days) // 3], amounts[len(amounts) // 2]
    looks = {
        id_: Found(attribute(row, "paid_on"), attribute(row, "amount"), first, last, limit) for id_, row in rows.items()
    }
    kept = {id_ for id_, look in looks.items() if group.keep(look)}
    assert kept
    assert kept < rows.keys()
    values = {"$first": first, "$last": last, "$amount": str(limit)}
    query = [(name, values.get(value, value)) for name, value in group.params]
    assert set(productive.api.ids("payments", query)) & rows.keys() == kept


@pytest.mark.parametrize("resource", RESOURCES)
@pytest.mark.parametrize(
    ("query", "number", "size"),
    [
        ("", 1, 30),
        ("page[number]=2", 2, 30),
        ("page[size]=7", 1, 7),
        ("page%5Bnumber%5D=3&page%5Bsize%5D=5", 3, 5),
        ("page[size]=200", 1, 200),
        ("page[size]=201", 1, 200),
        ("page[size]=0", 1, 30),
        ("page[size]=many", 1, 30),
        ("page[number]=0", 1, 30),
        ("page[number]=-4", 1, 30),
        ("page[number]=first", 1, 30),
        ("colour=blue", 1, 30),
        ("include=", 1, 30),
    ],
)
def test_pages(productive: World, resource: str, query: str, number: int, size: int) -> None:
    everything = productive.api.ids(resource)
    document = productive.api.ask("GET", f"/{resource}?{query}").json()
    meta = document["meta"]
    assert (meta["current_page"], meta["page_size"], meta["total_count"]) == (number, size, len(everything))
    assert [row["id"] for row in document["data"]] == everything[(number - 1) * size : number * size]


@pytest.mark.parametrize("resource", RESOURCES)
def test_past_the_end_and_empty(productive: World, resource: str) -> None:
    past = productive.api.page(resource, [("page[number]", "4000")])
    assert (past["data"], past["meta"]["current_page"]) == ([], 4000)
    none = productive.api.page(resource, [("filter[amount][gt]", "99999999999")])
    assert (none["data"], none["meta"]["total_count"], none["meta"]["total_pages"]) == ([], 0, 0)


@pytest.mark.parametrize("resource", RESOURCES)
def test_links_lead_through_the_whole_list_and_back(productive: World, resource: str) -> None:
    query = [("page[size]", "17"), ("sort", "-amount"), ("filter[amount][gt]", "10")]
    forward, document = [], productive.api.page(resource, query)
    last = document["links"]["last"]
    while True:
        forward += [row["id"] for row in document["data"]]
        if "next" not in document["links"]:
            break
        document = _follow(productive, document["links"]["next"])
    assert forward == productive.api.ids(resource, query[1:])
    assert document["data"] == _follow(productive, last)["data"]
    before = _follow(productive, document["links"]["prev"])
    assert [row["id"] for row in before["data"]] == forward[-len(document["data"]) - 17 : -len(document["data"])]


def _follow(productive: World, link: str) -> Any:
    answer = productive.api.ask("GET", link.partition("/api/v2")[2])
    assert answer.status == 200, answer
    return answer.json()


def test_sparse_fields(productive: World) -> None:
    page = productive.api.page("payments", [("fields[payments]", "paid_on,amount,colour"), ("page[size]", "3")])
    for row in page["data"]:
        assert sorted(row["attributes"]) == ["amount", "paid_on"]
        assert row["type"] == "payments"
    page = productive.api.page("expenses", [("fields[expenses]", "name"), ("page[size]", "3")])
    assert all(list(row["attributes"]) == ["name"] for row in page["data"])
    others = productive.api.page("payments", [("fields[companies]", "name"), ("page[size]", "3")])
    assert all(list(row["attributes"]) == ["name"] for row in others["included"] if row["type"] == "companies")
    assert all(len(row["attributes"]) == 10 for row in others["data"])


AGGREGATES = (
    ("payments", "total_amount", "amount"),
    ("expenses", "total_amount", "total_amount"),
    ("expenses", "total_billable_amount", "billable_amount"),
    ("expenses", "total_profit", "profit"),
)


@pytest.mark.parametrize("parameter", ["aggregate", "aggregates"])
@pytest.mark.parametrize(("resource", "name", "field"), AGGREGATES)
def test_aggregates(productive: World, resource: str, name: str, field: str, parameter: str) -> None:
    limit = sorted(attribute(row, "amount") for row in productive.all(resource))[10]
    rows = [row for row in productive.all(resource) if attribute(row, "amount") > limit]
    query = [("filter[amount][gt]", str(limit)), (parameter, name), ("page[size]", "2")]
    found = productive.api.page(resource, query)["meta"]["aggregates"][name]
    assert found["amount_default"] == sum(attribute(row, f"{field}_default") for row in rows)
    assert found["currency_default"] == attribute(rows[0], "currency_default")
    currency = attribute(rows[0], "currency_default")
    assert found.keys() == {"amount", "amount_default", "currency_default"}
    assert currency


def test_the_default_closure_of_one_payment(productive: World) -> None:
    row = productive.all("payments")[0]
    document = productive.api.ask("GET", f"/payments/{row['id']}").json()
    assert [each["type"] for each in document["included"]] == ["invoices", "companies", "people", "companies"]
    assert len(document["included"][0]["attributes"]) == 47
    assert productive.api.ask("GET", f"/payments/{row['id']}?include=invoice.company").json() == document


def test_the_feature_flag_keeps_the_time_of_day(productive: World) -> None:
    rows = productive.all("invoices")
    moments = sorted(attribute(row, "created_at")[:19] for row in rows)
    middle = moments[len(moments) // 2]
    headers = {"x-feature-flags": "filteringSkipDatetimeCastToDate"}
    answer = productive.api.ask("GET", f"/invoices?filter[created_at][gt]={middle}&page[size]=200", headers=headers)
    kept = {row["id"] for row in rows if attribute(row, "created_at")[:19] > middle}
    assert {row["id"] for row in answer.json()["data"]} == kept
    plain = productive.api.ids("invoices", [("filter[created_at][gt]", middle)])
    assert set(plain) == {row["id"] for row in rows if attribute(row, "created_at")[:10] > middle[:10]}
