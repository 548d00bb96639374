"""Clients that were not written for the sandbox: a JSON:API library, and plain HTTP that follows what documents say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
import requests
from jsonapi_requests import orm
from jsonapi_requests.request_factory import ApiClientError

from tests.contract.wires import ORGANIZATION, TOKEN, served


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("generic")) as wire:
        yield wire.origin


def _sign(request: requests.PreparedRequest) -> requests.PreparedRequest:
    request.headers.update({"X-Auth-Token": TOKEN, "X-Organization-Id": ORGANIZATION})
    return request


@pytest.fixture(params=[True, False], ids=["with a slash at the end", "without"])
def models(origin: str, request: pytest.FixtureRequest) -> tuple[Any, Any]:
    """Models of payments and invoices as the library's manual makes them."""
    root = f"{origin}/api/v2"
    api = orm.OrmApi.config(
        {"API_ROOT": root, "AUTH": _sign, "TIMEOUT": 20, "APPEND_SLASH": request.param, "RETRIES": 1}
    )
    connection = api

    class Invoice(orm.ApiModel):  # type: ignore[misc]
        class Meta:
            type = "invoices"
            api = connection

        number = orm.AttributeField("number")

    class Company(orm.ApiModel):  # type: ignore[misc]
        class Meta:
            type = "companies"
            api = connection

    class Person(orm.ApiModel):  # type: ignore[misc]
        class Meta:
            type = "people"
            api = connection

    class Payment(orm.ApiModel):  # type: ignore[misc]
        class Meta:
            type = "payments"
            api = connection

        amount = orm.AttributeField("amount")
        paid_on = orm.AttributeField("paid_on")
        note = orm.AttributeField("note")
        invoice = orm.RelationField("invoice")

    return Payment, Invoice


def test_a_json_api_library_lists_filters_and_follows_relationships(models: tuple[Any, Any]) -> None:
    model, _ = models
    first = model.get_list(params={"page[size]": 3, "sort": "-amount"})
    second = model.get_list(params={"page[size]": 3, "page[number]": 2, "sort": "-amount"})
    amounts = [payment.amount for payment in (*first, *second)]
    assert amounts == sorted(amounts, reverse=True)
    assert len({payment.id for payment in (*first, *second)}) == 6
    one = first[0]
    found = model.get_list(params={"filter[invoice_id]": one.invoice.id})
    assert one.id in [payment.id for payment in found]
    assert {payment.invoice.id for payment in found} == {one.invoice.id}
    assert one.invoice.number == found[0].invoice.number


def test_a_json_api_library_creates_changes_and_deletes(models: tuple[Any, Any]) -> None:
    model, invoices = models
    invoice = invoices.get_list(params={"filter[invoice_state]": 2})[0]
    payment = model()
    payment.amount, payment.paid_on, payment.invoice = 12345, "2026-02-03", invoice
    payment.save()
    assert model.exists(payment.id)
    payment.note = "changed"
    payment.save()
    again = model.from_id(payment.id)
    assert (again.note, again.amount, again.invoice.id) == ("changed", 12345, invoice.id)
    payment.delete()
    assert not model.exists(payment.id)


def test_a_json_api_library_shows_what_was_wrong(models: tuple[Any, Any]) -> None:
    model, _ = models
    payment = model()
    payment.amount = "much"
    with pytest.raises(ApiClientError) as caught:
        payment.save()
    assert caught.value.status_code == 422
    assert b"data/attributes/invoice" in caught.value.content


@pytest.fixture
def plain(origin: str) -> Iterator[httpx.Client]:
    """Nothing but HTTP, and the headers that the two manuals ask for."""
    headers = {"X-Auth-Token": TOKEN, "X-Organization-Id": ORGANIZATION, "Authorization": f"Bearer {TOKEN}"}
    with httpx.Client(base_url=origin, headers=headers, timeout=20) as client:
        yield client


def _linked_pages(plain: httpx.Client, url: str) -> Iterator[Any]:
    while url:
        reply = plain.get(url)
        assert reply.status_code == 200, reply.text
        document = reply.json()
        yield document
        url = document["links"].get("next", "")


def test_plain_http_on_productive(plain: httpx.Client) -> None:
    pages = list(_linked_pages(plain, "/api/v2/expenses?page[size]=50"))
    rows = [row for page in pages for row in page["data"]]
    assert len({row["id"] for row in rows}) == len(rows) == pages[0]["meta"]["total_count"]
    wanted = rows[0]["relationships"]["service"]["data"]
    query = urlencode({"filter[service_id]": wanted["id"]})
    found = [row for page in _linked_pages(plain, f"/api/v2/expenses?{query}") for row in page["data"]]
    assert {row["id"] for row in found} == {
        row["id"] for row in rows if row["relationships"]["service"]["data"] == wanted
    }
    typed = {"Content-Type": "application/vnd.api+json"}
    data = {
        "type": "expenses",
        "attributes": {"name": "Taxi", "date": "2026-02-03", "currency": "EUR", "amount": 1900},
        "relationships": {"service": {"data": wanted}},
    }
    made = plain.post("/api/v2/expenses", json={"data": data}, headers=typed)
    assert made.status_code == 201, made.text
    url = f"/api/v2/expenses/{made.json()['data']['id']}"
    change = {"type": "expenses", "id": made.json()["data"]["id"], "attributes": {"name": "Night taxi"}}
    assert plain.patch(url, json={"data": change}, headers=typed).json()["data"]["attributes"]["name"] == "Night taxi"
    assert plain.request("DELETE", url).status_code in (204, 415)
    assert plain.request("DELETE", url, headers=typed).status_code in (204, 404)
    assert plain.get(url).status_code == 404


def _kantata_rows(plain: httpx.Client, query: dict[str, str]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    number, last = 1, 1
    while number <= last:
        document = plain.get("/api/v1/expenses.json", params={**query, "page": str(number), "per_page": "50"}).json()
        rows += [document[result["key"]][result["id"]] for result in document["results"]]
        number, last = number + 1, document["meta"]["page_count"]
    return rows


def test_plain_http_on_kantata(plain: httpx.Client) -> None:
    rows = _kantata_rows(plain, {})
    assert len({row["id"] for row in rows}) == len(rows) == plain.get("/api/v1/expenses").json()["count"]
    wanted = rows[0]["workspace_id"]
    found = _kantata_rows(plain, {"workspace_id": wanted})
    assert {row["id"] for row in found} == {row["id"] for row in rows if row["workspace_id"] == wanted}
    form = {
        "expense[workspace_id]": wanted,
        "expense[date]": "2026-02-03",
        "expense[category]": "Travel",
        "expense[amount_in_cents]": "1900",
    }
    made = plain.post("/api/v1/expenses", data=form)
    assert made.status_code == 200, made.text
    url = f"/api/v1/expenses/{made.json()['results'][0]['id']}"
    changed = plain.put(url, json={"expense": {"category": "Night taxi"}}).json()
    assert changed["expenses"][url.rpartition("/")[2]]["category"] == "Night taxi"
    assert plain.delete(url).status_code == 204
    assert plain.get(url).status_code == 404
