"""Activities, webhooks and pages by cursor (api/productive.md sections 3 and 14)."""

from __future__ import annotations

from typing import Any

import pytest

from kworkbench.sandbox.books.money_model import Expense, Invoice
from tests.sandbox.productive.support import BULK, Api, body, problems

HOOK = body("webhooks", target_url="http://127.0.0.1:9/told", event_id=32, name="Payments")


async def activities(api: Api, query: str = "") -> list[dict[str, Any]]:
    answer = await api.send("GET", f"/activities?{query}")
    assert answer.status_code == 200, answer.text
    return [one["attributes"] for one in answer.json()["data"]]


async def test_the_history_begins_with_the_books(api: Api) -> None:
    assert await activities(api) == []


async def test_a_payment_tells_of_itself_and_of_its_invoice(api: Api) -> None:
    invoice = api.books.all(Invoice, "WHERE state = 'open' AND amount_unpaid > 1000 ORDER BY id LIMIT 1")[0]
    made = await api.send(
        "POST", "/payments", body("payments", invoice_id=invoice.id, amount=500, paid_on="2026-03-01")
    )
    number = made.json()["data"]["id"]
    await api.send("PATCH", f"/payments/{number}", body("payments", note="bank"))
    await api.send("DELETE", f"/payments/{number}")
    found = await activities(api, f"filter[invoice_id]={invoice.id}")
    told = [(one["event"], one["item_type"]) for one in found]
    changed = ("update", "invoice")
    assert told == [("create", "payment"), changed, ("update", "payment"), ("delete", "payment"), changed]
    assert {"amount": [None, 500]} in found[0]["changeset"]
    assert found[2]["changeset"] == [{"note": [None, "bank"]}]
    assert {"note": ["bank", None]} in found[3]["changeset"]
    names = [next(iter(one)) for one in found[1]["changeset"]]
    assert {"amount_paid", "amount_unpaid"} <= set(names)
    assert (found[0]["parent_type"], found[0]["parent_id"], found[0]["parent_name"]) == (
        "invoice", invoice.id, invoice.number,
    )  # fmt: skip
    assert (found[0]["root_type"], found[0]["root_id"]) == ("company", invoice.company_id)
    assert found[0]["created_at"] == "2026-03-03T10:40:00.000+01:00"


async def test_an_expense_is_made_changed_and_deleted(api: Api) -> None:
    row = api.books.all(Expense, "WHERE invoice_id IS NULL AND service_id IS NOT NULL ORDER BY id LIMIT 1")[0]
    await api.send("PATCH", f"/expenses/{row.id}", body("expenses", name="Taxi", pay_on="2026-04-01"))
    await api.send("PATCH", f"/expenses/{row.id}", body("expenses", name="Taxi"))
    await api.send("DELETE", f"/expenses/{row.id}")
    changed, deleted = await activities(api, f"filter[expense_id]={row.id}&filter[item_type]=expense")
    assert changed["changeset"] == [{"name": [row.name, "Taxi"]}, {"pay_on": [row.pay_on, "2026-04-01"]}]
    assert (deleted["event"], deleted["item_name"], deleted["changeset"]) == ("delete", "Taxi", [])
    assert len(await activities(api, f"filter[deal_id]={row.deal_id}&filter[company_id]={row.company_id}")) == 2


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("filter[event]=delete", 2),
        ("filter[event]=create", 0),
        ("filter[type]=2", 2),
        ("filter[type]=1", 0),
        ("filter[after]=2026-03-03", 2),
        ("filter[after]=2026-03-04", 0),
        ("filter[before]=2026-03-03", 2),
        ("filter[before]=2026-03-02", 0),
        ("filter[item_type]=invoice", 0),
        ("sort=-created_at", 2),
    ],
)
async def test_filters_of_activities(api: Api, query: str, found: int) -> None:
    rows = [row.id for row in api.books.all(Expense, "WHERE invoice_id IS NULL ORDER BY id LIMIT 2")]
    gone = {"data": [{"type": "expenses", "id": str(row_id)} for row_id in rows]}
    assert (await api.send("DELETE", "/expenses", gone, headers={"Content-Type": BULK})).status_code == 204
    assert len(await activities(api, query)) == found


async def test_a_webhook_is_kept(api: Api) -> None:
    made = (await api.send("POST", "/webhooks", HOOK)).json()["data"]
    shown = made["attributes"]
    assert (shown["event_id"], shown["state_id"], len(shown["signature_token"])) == (32, 3, 32)
    changed = await api.send("PATCH", f"/webhooks/{made['id']}", body("webhooks", event_id=33))
    assert changed.json()["data"]["attributes"]["event_id"] == 33
    assert await api.found("/webhooks", "filter[event_id]=33") == [int(made["id"])]
    assert (await api.send("DELETE", f"/webhooks/{made['id']}")).status_code == 204
    assert await api.found("/webhooks", "") == []


@pytest.mark.parametrize(
    ("wrong", "detail"),
    [
        ({"target_url": ""}, "can't be blank"),
        ({"target_url": "ftp://example.com"}, "is invalid"),
        ({"target_url": "http://[::1"}, "is invalid"),
        ({"event_id": 3}, "is not included in the list"),
    ],
)
async def test_a_webhook_needs_an_address_and_an_event(api: Api, wrong: dict[str, Any], detail: str) -> None:
    answer = await api.send("POST", "/webhooks", body("webhooks", **{**HOOK["data"]["attributes"], **wrong}))
    assert answer.status_code == 422
    assert problems(answer) == [(f"data/attributes/{next(iter(wrong))}", detail)]


@pytest.mark.parametrize("query", ["", "&filter[reimbursable]=true", "&filter[person_id]=201,202,203", "&sort=id"])
async def test_cursors_lead_through_the_whole_list(api: Api, query: str) -> None:
    expected = await api.found("/expenses", query)
    seen: list[int] = []
    path = f"/expenses?page[after]=&page[size]=7{query}"
    while path:
        document = (await api.send("GET", path)).json()
        seen += [int(one["id"]) for one in document["data"]]
        assert list(document["meta"])[:3] == ["page_size", "max_page_size", "organization_features"]
        path = document["links"].get("next", "").removeprefix("http://www.example.com/api/v2")
    assert seen == expected


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("page[after]=&page[number]=1", "keyset_conflict"),
        ("page[after]=&sort=-id", "keyset_unsupported_sort"),
        ("page[after]=&sort=name", "keyset_unsupported_sort"),
        ("page[after]=what", "keyset_invalid_cursor"),
        ("page[after]=aWQ6LTE=", "keyset_invalid_cursor"),
        ("page[after]=%C3%A4", "keyset_invalid_cursor"),
    ],
)
async def test_cursors_that_are_refused(api: Api, query: str, code: str) -> None:
    answer = await api.send("GET", f"/expenses?{query}")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, code)
