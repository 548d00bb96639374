"""Every request and response pair of seed 002, whole documents, keys in their order."""

from __future__ import annotations

import json
from typing import Any

import httpx

from kworkbench.sandbox.books.money_model import Payment
from tests.sandbox.productive import examples
from tests.sandbox.productive.examples import CREATE, DAY, LIST, SHOW, UPDATE, open_example
from tests.sandbox.productive.support import Api

FIRST_PAGE = "http://www.example.com/api/v2/payments?page%5Bnumber%5D=1&page%5Bsize%5D=30"


def assert_same(answer: httpx.Response, expected: dict[str, Any], status: int = 200) -> None:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/vnd.api+json; charset=utf-8"
    assert json.dumps(answer.json(), indent=1) == json.dumps(expected, indent=1)


async def test_list() -> None:
    api = Api(open_example(LIST, {2: 10000}))
    paging = {"current_page": 1, "total_pages": 1, "total_count": 1, "page_size": 30, "max_page_size": 200}
    expected = {
        "data": [examples.payment_resource(LIST, 10000)],
        "included": examples.included(LIST, 10000),
        "links": {"first": FIRST_PAGE, "last": FIRST_PAGE},
        "meta": {**paging, **examples.meta()},
    }
    assert_same(await api.send("GET", "/payments"), expected)


async def test_show() -> None:
    api = Api(open_example(SHOW, {3: 10000}))
    assert_same(await api.send("GET", "/payments/3"), examples.single(SHOW, 10000, 10000))


async def test_create_answers_with_the_recalculated_invoice() -> None:
    api = Api(open_example(CREATE, {4: 10000}))
    body = {
        "data": {
            "type": "payments",
            "attributes": {"amount": 10000, "paid_on": DAY},
            "relationships": {"invoice": {"data": {"type": "invoices", "id": "54"}}},
        }
    }
    assert_same(await api.send("POST", "/payments", body), examples.single(CREATE, 10000, 20000), 201)


async def test_create_without_anything_names_all_four_problems_in_order() -> None:
    api = Api(open_example(CREATE, {4: 10000}))
    answer = await api.send("POST", "/payments", {"data": {"type": "payments", "attributes": {"amount": ""}}})
    expected = {
        "errors": [
            examples.error("invoice", "can't be blank"),
            examples.error("amount", "can't be blank"),
            examples.error("paid_on", "can't be blank"),
            examples.error("paid_on", "is not a date"),
        ]
    }
    assert_same(answer, expected, 422)
    assert len(api.books.all(Payment)) == 1


async def test_update_answers_with_the_recalculated_invoice() -> None:
    api = Api(open_example(UPDATE, {8: 10000}))
    body = {"data": {"type": "payments", "attributes": {"amount": 2000}}}
    assert_same(await api.send("PATCH", "/payments/8", body), examples.single(UPDATE, 2000, 2000))


async def test_update_with_an_empty_amount_complains_of_that_alone() -> None:
    api = Api(open_example(UPDATE, {9: 10000}))
    answer = await api.send("PATCH", "/payments/9", {"data": {"type": "payments", "attributes": {"amount": ""}}})
    assert_same(answer, {"errors": [examples.error("amount", "can't be blank")]}, 422)


async def test_delete_has_no_content() -> None:
    api = Api(open_example(UPDATE, {11: 10000}))
    answer = await api.send("DELETE", "/payments/11")
    assert (answer.status_code, answer.content) == (204, b"")
    assert (await api.send("GET", "/payments/11")).status_code == 404
