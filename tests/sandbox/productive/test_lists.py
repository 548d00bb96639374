from __future__ import annotations

from typing import Any

import pytest

from kworkbench.sandbox.books.expense_rules import delete_expenses
from kworkbench.sandbox.productive.filter_table import Kind
from kworkbench.sandbox.productive.picker_tables import LISTINGS
from tests.sandbox.productive.support import Api, body, ids


def types(document: dict[str, Any]) -> set[str]:
    return {one["type"] for one in document["included"]}


async def do_something(api: Api) -> None:
    """So that there is a deleted item, its activity, and a webhook."""
    hook = body("webhooks", target_url="https://example.com/hook", event_id=2)
    assert (await api.send("POST", "/webhooks", hook)).status_code == 201
    free = ids(api.books, "SELECT id FROM expenses WHERE invoice_id IS NULL")[0]
    delete_expenses(api.books, [free])


@pytest.mark.parametrize("name", sorted(LISTINGS))
async def test_every_type_is_listed_and_shown(api: Api, name: str) -> None:
    await do_something(api)
    listed = await api.get(f"/{name}")
    first = listed["data"][0]
    assert first["type"] == name
    assert list(first) == ["id", "type", "attributes", "relationships"]
    assert first["relationships"]["organization"]["data"]["id"] == 4711
    shown = await api.get(f"/{name}/{first['id']}")
    assert shown["data"] == first
    assert list(shown) == ["data", "included", "meta"]


@pytest.mark.parametrize("name", sorted(LISTINGS))
async def test_every_filter_and_sort_of_the_tables_is_valid(api: Api, name: str) -> None:
    await do_something(api)
    listing = LISTINGS[name]
    samples = {"date": "2026-01-01", "moment": "2026-01-01", "flag": "true", "choice": "1", "text": "a"}
    for key, one in listing.filters.items():
        value = next(iter(one.choices), samples.get(one.kind.value, "1"))
        asked = f"{key}][7" if one.kind is Kind.CUSTOM else key
        await api.found(f"/{name}", f"filter[{asked}]={value}")
    for key in listing.sorts:
        up, down = await api.found(f"/{name}", f"sort={key}"), await api.found(f"/{name}", f"sort=-{key}")
        assert len(up) == len(down) > 0


async def test_pages_follow_one_another_and_cover_all(api: Api) -> None:
    seen: list[str] = []
    path = "/expenses?sort=-date&page[size]=40&filter[reimbursable]=true"
    while path:
        document = (await api.send("GET", path)).json()
        seen += [one["id"] for one in document["data"]]
        following = document["links"].get("next", "")
        assert not following or following.startswith("http://www.example.com/api/v2/expenses?sort=-date&filter%5B")
        path = following.removeprefix("http://www.example.com/api/v2")
    expected = api.books.connection.execute(
        "SELECT id FROM expenses WHERE reimbursable ORDER BY date DESC, id"
    ).fetchall()
    assert seen == [str(row[0]) for row in expected]
    assert document["meta"]["total_count"] == len(expected)


async def test_links_are_on_the_host_that_was_asked(api: Api) -> None:
    answer = await api.send("GET", "/people?page[size]=10&page[number]=2", headers={"Host": "127.0.0.1:8765"})
    links = answer.json()["links"]
    start = "http://127.0.0.1:8765/api/v2/people?"
    assert links == {
        "first": f"{start}page%5Bnumber%5D=1&page%5Bsize%5D=10",
        "last": f"{start}page%5Bnumber%5D=3&page%5Bsize%5D=10",
        "next": f"{start}page%5Bnumber%5D=3&page%5Bsize%5D=10",
        "prev": f"{start}page%5Bnumber%5D=1&page%5Bsize%5D=10",
    }


@pytest.mark.parametrize(
    ("query", "number", "size"),
    [
        ("page[size]=1000", 1, 200),
        ("page[size]=0&page[number]=0", 1, 30),
        ("page[size]=x&page[number]=-3", 1, 30),
        ("page[number]=99", 99, 30),
        ("page[number]=9999999999999", 1, 30),
        ("page[number]=99999999999999999999999", 1, 30),
        ("page[number]=٣", 1, 30),
    ],
)
async def test_odd_pages_act_as_the_nearest_right_one(api: Api, query: str, number: int, size: int) -> None:
    document = (await api.send("GET", f"/expenses?{query}")).json()
    assert (document["meta"]["current_page"], document["meta"]["page_size"]) == (number, size)
    assert (not document["data"]) is (number == 99)


async def test_no_rows_make_no_pages(api: Api) -> None:
    document = (await api.send("GET", "/payments?filter[invoice_id]=1")).json()
    assert (document["data"], document["included"]) == ([], [])
    assert (document["meta"]["total_pages"], document["meta"]["total_count"]) == (0, 0)
    assert "page%5Bnumber%5D=1&" in document["links"]["last"]


async def test_nulls_sort_last_ascending_and_first_descending(api: Api) -> None:
    up = [one["attributes"]["paid_on"] for one in (await api.get("/expenses", sort="paid_on"))["data"]]
    down = [one["attributes"]["paid_on"] for one in (await api.get("/expenses", sort="-paid_on,name"))["data"]]
    assert up[0] is not None
    assert up == sorted(up)
    assert down[0] is None


async def test_includes_add_to_what_comes_unasked(api: Api) -> None:
    deep = "invoice.invoice_attributions.budget.project"
    assert types(await api.get("/payments")) == {"invoices", "companies", "people"}
    more = await api.get("/payments", include=deep)
    assert types(more) == {"invoices", "companies", "people", "invoice_attributions", "deals", "projects"}
    keys = [(one["type"], one["id"]) for one in more["included"]]
    assert len(keys) == len(set(keys))
    wide = "deal.project,deal.company,service.service_type,attachment,approver,creator,vendor"
    assert types(await api.get("/expenses", include=wide)) == {
        *"deals projects companies services service_types people attachments".split()
    }
    assert types(await api.get("/invoices", include="invoice_attributions.budget.project")) >= {"deals", "projects"}
    assert types(await api.get("/organization_memberships", include="person")) == {"people"}


async def test_every_linkage_of_an_include_is_included(api: Api) -> None:
    document = await api.get("/invoices", include="invoice_attributions.budget.project", page_size=200)
    there = {(one["type"], one["id"]) for one in document["included"]}
    linked = [
        (one["type"], one["id"])
        for row in document["data"]
        for one in row["relationships"]["invoice_attributions"]["data"]
    ]
    assert linked
    assert set(linked) <= there


async def test_an_unknown_include_is_refused(api: Api) -> None:
    for path in ("nothing", "invoice.nothing", "invoice.bill_to.x", "organization", "invoice..company"):
        answer = await api.send("GET", f"/payments?include={path}")
        assert answer.status_code == 400
        error = answer.json()["errors"][0]
        assert error["title"] == "Unsupported Include"
        assert error["detail"] == f"Include '{path}' is not supported on this endpoint"
    assert (await api.send("GET", "/payments?include=")).status_code == 200


async def test_sparse_fields_keep_id_and_type(api: Api) -> None:
    document = (await api.send("GET", "/payments?fields[payments]=amount,invoice,nothing&fields[people]=email")).json()
    assert list(document["data"][0]["attributes"]) == ["amount"]
    assert list(document["data"][0]["relationships"]) == ["invoice"]
    person = next(one for one in document["included"] if one["type"] == "people")
    assert (list(person["attributes"]), person["relationships"]) == (["email"], {})


async def test_invoices_tell_drafts_and_credit_notes_and_cancelled_ones(api: Api) -> None:
    rows = (await api.get("/invoices", page_size=200))["data"]
    draft = ids(api.books, "SELECT id FROM invoices WHERE state = 'draft'")
    credit = ids(api.books, "SELECT id FROM invoices WHERE kind = 'credit-note'")
    cancelled = ids(api.books, "SELECT id FROM invoices WHERE state = 'cancelled'")
    assert [int(row["id"]) for row in rows if row["attributes"]["finalized_at"] is None] == draft
    assert [int(row["id"]) for row in rows if row["attributes"]["invoice_type_id"] == 2] == credit
    assert [int(row["id"]) for row in rows if row["attributes"]["deleted_at"]] == cancelled
    included = (await api.get("/payments"))["included"][0]["attributes"]
    assert "finalized_at" not in included


async def test_the_modern_shape_includes_only_what_is_asked_for(api: Api) -> None:
    modern = Api(api.books, modern=True)
    row_id = (await api.get("/payments"))["data"][0]["id"]
    shown = await modern.get(f"/payments/{row_id}")
    assert list(shown) == ["data", "meta"]
    assert shown["meta"] == {}
    assert shown["data"]["relationships"]["invoice"] == {"meta": {"included": False}}
    assert shown["data"]["relationships"]["organization"]["data"]["id"] == "4711"
    seed = (await api.get(f"/payments/{row_id}"))["data"]["attributes"]
    assert shown["data"]["attributes"] == {**seed, "created_at": shown["data"]["attributes"]["created_at"]}
    asked = await modern.get(f"/payments/{row_id}", include="invoice")
    assert asked["data"]["relationships"]["invoice"]["data"]["id"] == asked["included"][0]["id"]
    assert list((await modern.get("/payments"))["meta"]) == [
        *"current_page total_pages total_count page_size max_page_size".split()
    ]


@pytest.mark.parametrize("query", ["", "&filter[paid_after]=2025-06-01", "&filter[number][contains]=INV-100"])
async def test_a_sum_is_that_of_the_whole_filtered_list(api: Api, query: str) -> None:
    rows = (await api.send("GET", f"/payments?page[size]=200{query}")).json()["data"]
    answer = await api.send("GET", f"/payments?page[size]=1&aggregate=total_amount{query}")
    assert answer.json()["meta"]["aggregates"] == {
        "total_amount": {
            "amount": sum(row["attributes"]["amount"] for row in rows),
            "amount_default": sum(row["attributes"]["amount_default"] for row in rows),
            "currency_default": "EUR",
        }
    }
    assert "aggregates" not in (await api.get("/payments"))["meta"]


async def test_expenses_have_three_sums_and_others_none(api: Api) -> None:
    rows = (await api.get("/expenses", page_size=200))["data"]
    query = "aggregates=total_amount,total_billable_amount,total_profit,total_amount"
    found = (await api.send("GET", f"/expenses?{query}")).json()["meta"]["aggregates"]
    assert list(found) == ["total_amount", "total_billable_amount", "total_profit"]
    for name, attribute in zip(found, ("total_amount", "billable_amount", "profit"), strict=True):
        assert found[name]["amount"] == sum(row["attributes"][attribute] for row in rows)
    for path in ("/payments?aggregate=total_profit", "/companies?aggregate=total_amount"):
        answer = await api.send("GET", path)
        error = answer.json()["errors"][0]
        assert (answer.status_code, error["title"]) == (400, "Unsupported Aggregate")
