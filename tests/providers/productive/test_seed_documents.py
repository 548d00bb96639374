"""Every request and response that the seed prints for payments (tests/data/productive_payments.json)."""

from __future__ import annotations

import json
from typing import NamedTuple, cast

import pytest

from kworkbench.domain.changes import Args, FieldError, Op
from kworkbench.domain.records import Values
from kworkbench.providers.base import Response, Write
from kworkbench.providers.productive.provider import ProductiveProvider
from tests.providers.support import DATA, answer, nothing_known

PROVIDER = ProductiveProvider()


class Exchange(NamedTuple):
    method: str
    path: str
    request: object
    response: object


def exchanges() -> list[Exchange]:
    found = json.loads((DATA / "productive_payments.json").read_text())
    return [Exchange(one["method"], one["path"], one["request"], one["response"]) for one in found]


LIST, SHOW, CREATE, EMPTY_CREATE, UPDATE, EMPTY_UPDATE, DELETE = exchanges()

PAYMENT: Values = {
    "date": "2021-01-24",
    "invoice": "2016/01",
    "kind": "payment",
    "amount": 10000,
    "currency": "EUR",
    "note": None,
    "marker": None,
    "project": None,
    "project_id": None,
    "archived": False,
    "external": False,
    "paid_on": "2021-01-24",
}


def test_the_list_is_one_page_of_one_payment() -> None:
    page = PROVIDER.read_page("payments", answer(LIST.response), nothing_known)
    assert (page.number, page.pages, page.total) == (1, 1, 1)
    assert [record.id for record in page.records] == ["2"]
    assert page.records[0].values == {
        **PAYMENT,
        "id": "2",
        "invoice_id": "52",
        "client": "Client1165",
        "client_id": "1626",
    }


def test_the_list_brings_its_parties_but_no_half_known_invoice() -> None:
    page = PROVIDER.read_page("payments", answer(LIST.response), nothing_known)
    found = {(record.kind, record.id): record.values["name"] for record in page.related}
    assert found == {
        ("clients", "1626"): "Client1165",
        ("people", "1172"): "test first name test last name",
        ("clients", "1625"): "Organization462",
    }


@pytest.mark.parametrize(
    ("exchange", "payment_id", "invoice_id", "amount", "unpaid"),
    [(SHOW, "3", "53", 10000, -10000), (CREATE, "5", "54", 10000, -20000), (UPDATE, "8", "57", 2000, -2000)],
)
def test_one_payment_stands_first_and_its_recalculated_invoice_with_it(
    exchange: Exchange, payment_id: str, invoice_id: str, amount: int, unpaid: int
) -> None:
    records = PROVIDER.read_record("payments", answer(exchange.response), nothing_known)
    assert (records[0].kind, records[0].id, records[0].values["amount"]) == ("payments", payment_id, amount)
    (invoice,) = [record for record in records if record.kind == "invoices"]
    assert invoice.id == invoice_id
    assert invoice.values["outstanding"] == unpaid
    assert invoice.values["paid"] == -unpaid
    assert invoice.values["settlement"] == "overpaid"
    assert invoice.values["state"] == "open"
    assert invoice.values["due"] == "2021-02-03"


def test_every_document_is_kept_as_it_was_sent() -> None:
    sent = cast("dict[str, list[object]]", LIST.response)
    page = PROVIDER.read_page("payments", answer(LIST.response), nothing_known)
    assert json.loads(page.records[0].raw) == sent["data"][0]
    assert [json.loads(record.raw) for record in page.related] == sent["included"][1:]


def request(op: Op, record_id: str | None, args: Args) -> object:
    found = PROVIDER.write(Write(op, "payments", record_id, args=args), nothing_known)
    assert dict(found.headers)["Content-Type"] == "application/vnd.api+json"
    return found.method, found.path, found.body


@pytest.mark.parametrize(
    ("exchange", "op", "record_id", "args"),
    [
        (CREATE, Op.CREATE, None, {"invoice_id": "54", "amount": 10000, "date": "2021-01-24"}),
        (EMPTY_CREATE, Op.CREATE, None, {"amount": ""}),
        (UPDATE, Op.UPDATE, "8", {"amount": 2000}),
        (EMPTY_UPDATE, Op.UPDATE, "9", {"amount": None}),
        (DELETE, Op.DELETE, "11", {}),
    ],
)
def test_requests_are_the_seeds_own(exchange: Exchange, op: Op, record_id: str | None, args: Args) -> None:
    assert request(op, record_id, args) == (exchange.method, exchange.path, exchange.request)


def test_the_four_errors_of_an_empty_payment_in_order() -> None:
    refusal = PROVIDER.read_refusal("payments", answer(EMPTY_CREATE.response, 422))
    assert refusal.status == 422
    assert refusal.errors == (
        FieldError("invoice", "can't be blank"),
        FieldError("amount", "can't be blank"),
        FieldError("date", "can't be blank"),
        FieldError("date", "is not a date"),
    )
    assert json.loads(refusal.body) == EMPTY_CREATE.response


def test_the_one_error_of_an_emptied_amount() -> None:
    refusal = PROVIDER.read_refusal("payments", answer(EMPTY_UPDATE.response, 422))
    assert refusal.errors == (FieldError("amount", "can't be blank"),)


def test_a_delete_answers_nothing() -> None:
    assert DELETE.response is None
    assert PROVIDER.read_refusal("payments", Response(404, {}, b"")).errors == (
        FieldError(None, "The server answered 404 without saying why."),
    )
