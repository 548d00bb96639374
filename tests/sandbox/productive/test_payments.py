from __future__ import annotations

from typing import Any

import pytest

from kworkbench.sandbox.books.money_model import Invoice, Payment
from tests.sandbox.productive.support import BULK, Api, ids, problems

BLANK = "can't be blank"
OPEN = "SELECT id FROM invoices WHERE state = 'open' AND kind = 'invoice' AND amount_unpaid > 0 AND amount_paid = 0"


def at(name: str) -> str:
    return f"data/attributes/{name}"


def body(invoice: int | None = None, /, **attributes: object) -> dict[str, Any]:
    data: dict[str, Any] = {"type": "payments", "attributes": attributes}
    if invoice is not None:
        data["relationships"] = {"invoice": {"data": {"type": "invoices", "id": str(invoice)}}}
    return {"data": data}


def open_invoice(api: Api) -> Invoice:
    found = api.books.one(Invoice, ids(api.books, OPEN)[0])
    assert found
    return found


async def test_a_full_payment_settles_the_invoice_and_its_delete_opens_it_again(api: Api) -> None:
    invoice = open_invoice(api)
    answer = await api.send("POST", "/payments", body(invoice.id, amount=invoice.amount_total, paid_on="2026-03-01"))
    assert answer.status_code == 201
    included = answer.json()["included"][0]["attributes"]
    assert (included["amount_unpaid"], included["paid_on"]) == (0, "2026-03-01")
    assert (await api.send("DELETE", f"/payments/{answer.json()['data']['id']}")).status_code == 204
    shown = await api.get(f"/invoices/{invoice.id}")
    assert shown["data"]["attributes"]["amount_unpaid"] == invoice.amount_total
    assert shown["data"]["attributes"]["paid_on"] is None


async def test_a_write_off_is_no_money_received(api: Api) -> None:
    invoice = open_invoice(api)
    answer = await api.send("POST", "/payments", body(invoice.id, amount=100, written_off_on="2026-03-01"))
    assert answer.status_code == 201
    included = answer.json()["included"][0]["attributes"]
    assert (included["amount_paid"], included["amount_written_off"]) == (0, 100)
    assert included["amount_unpaid"] == invoice.amount_total - 100


@pytest.mark.parametrize("number", [True, False])
async def test_the_flat_form_takes_an_invoice_id(api: Api, number: bool) -> None:
    invoice = open_invoice(api)
    value = invoice.id if number else str(invoice.id)
    answer = await api.send("POST", "/payments", body(amount="1250.0", paid_on="2026-03-01", invoice_id=value))
    assert answer.status_code == 201
    assert answer.json()["data"]["attributes"]["amount"] == 1250
    assert answer.json()["data"]["relationships"]["invoice"]["data"]["id"] == str(invoice.id)


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"amount": "12,50"}, [("amount", "is not a number")]),
        ({"amount": True}, [("amount", "is not a number")]),
        ({"amount": [1]}, [("amount", "is not a number")]),
        ({"amount": "1e3"}, [("amount", "is not a number")]),
        ({"amount": 10**12 + 1}, [("amount", "must be less than or equal to 1000000000000")]),
        ({"amount": -(10**300)}, [("amount", "must be greater than or equal to -1000000000000")]),
        ({"amount": None}, [("amount", BLANK)]),
        ({"paid_on": "soon"}, [("paid_on", "is not a date")]),
        ({"paid_on": "2026-02-30"}, [("paid_on", "is not a date")]),
        ({"paid_on": None}, [("paid_on", BLANK), ("paid_on", "is not a date")]),
        ({"written_off_on": "x"}, [("written_off_on", "is not a date")]),
        ({"note": ["x"]}, [("note", "is invalid")]),
        ({"note": "nul\0"}, [("note", "is invalid")]),
        ({"external_id": {}}, [("external_id", "is invalid")]),
        ({"amount": "", "paid_on": "31.12."}, [("amount", BLANK), ("paid_on", "is not a date")]),
    ],
)
async def test_problems_of_a_new_payment(
    api: Api, attributes: dict[str, object], expected: list[tuple[str, str]]
) -> None:
    invoice = open_invoice(api)
    sent = {"amount": 100, "paid_on": "2026-03-01"} | attributes
    answer = await api.send("POST", "/payments", body(invoice.id, **sent))
    assert answer.status_code == 422
    assert problems(answer) == [(at(name), detail) for name, detail in expected]


async def test_an_unknown_invoice_counts_as_blank_and_a_cancelled_one_is_named(api: Api) -> None:
    cancelled = ids(api.books, "SELECT id FROM invoices WHERE state = 'cancelled'")[0]
    for invoice, detail in ((cancelled, "is cancelled"), (7, BLANK), (10**30, BLANK)):
        answer = await api.send("POST", "/payments", body(invoice, amount=1, paid_on="2026-03-01"))
        assert problems(answer) == [(at("invoice"), detail)]


async def test_a_refund_and_half_a_cent_are_accepted(api: Api) -> None:
    invoice = open_invoice(api)
    for sent, kept in ((-50, -50), (0, 0), ("10.5", 11), (10.4, 10)):
        answer = await api.send("POST", "/payments", body(invoice.id, amount=sent, paid_on="2026-03-01"))
        assert answer.json()["data"]["attributes"]["amount"] == kept


async def test_update_checks_only_what_is_sent(api: Api) -> None:
    payment = ids(api.books, "SELECT id FROM payments WHERE invoice_id IS NOT NULL AND paid_on IS NOT NULL")[0]
    answer = await api.send("PATCH", f"/payments/{payment}", body(note="kw:1 \u202e"))
    assert answer.status_code == 200
    assert answer.json()["data"]["attributes"]["note"] == "kw:1 \u202e"
    answer = await api.send("PATCH", f"/payments/{payment}", body(paid_on=""))
    assert problems(answer) == [(at("paid_on"), BLANK), (at("paid_on"), "is not a date")]
    answer = await api.send("PATCH", f"/payments/{payment}", body(paid_on=None, written_off_on="2026-01-05"))
    assert answer.json()["data"]["attributes"]["written_off_on"] == "2026-01-05"


async def test_a_payment_moved_to_another_invoice_recalculates_both(api: Api) -> None:
    first, second = ids(api.books, OPEN)[:2]
    made = (await api.send("POST", "/payments", body(first, amount=100, paid_on="2026-03-01"))).json()["data"]["id"]
    answer = await api.send("PATCH", f"/payments/{made}", body(second))
    assert answer.json()["included"][0]["id"] == str(second)
    amounts = [api.books.scalar("SELECT amount_paid FROM invoices WHERE id = ?", (one,)) for one in (first, second)]
    assert amounts == [0, 100]
    moved = api.books.one(Payment, int(made))
    assert moved
    assert moved.project_id == api.books.scalar(
        "SELECT min(project_id) FROM invoice_projects WHERE invoice_id = ?", (second,)
    )


async def test_type_and_id_of_the_body_must_be_those_of_the_address(api: Api) -> None:
    payment = ids(api.books, "SELECT id FROM payments WHERE invoice_id IS NOT NULL")[0]
    wrong = [
        ("POST", "/payments", {"data": {"type": "invoices", "attributes": {}}}),
        ("POST", "/payments", {"data": {"attributes": {}}}),
        ("PATCH", f"/payments/{payment}", {"data": {"type": "payments", "id": "1", "attributes": {}}}),
    ]
    for method, path, document in wrong:
        assert (await api.send(method, path, document)).status_code == 409
    same = {"data": {"type": "payments", "id": payment, "attributes": {}}}
    assert (await api.send("PATCH", f"/payments/{payment}", same)).status_code == 200


async def test_a_payment_without_invoice_is_not_shown(api: Api) -> None:
    hidden = ids(api.books, "SELECT id FROM payments WHERE invoice_id IS NULL")[0]
    for method in ("GET", "PATCH", "DELETE"):
        assert (await api.send(method, f"/payments/{hidden}", body())).status_code == 404
    listed = await api.get("/payments")
    assert listed["meta"]["total_count"] == len(ids(api.books, "SELECT id FROM payments WHERE invoice_id IS NOT NULL"))


async def test_payments_know_no_bulk(api: Api) -> None:
    answer = await api.send("POST", "/payments", {"data": []}, headers={"Content-Type": BULK})
    assert answer.status_code == 415
    answer = await api.send("DELETE", "/payments", {"data": []}, headers={"Content-Type": BULK})
    assert answer.status_code == 415
    assert (await api.send("DELETE", "/payments", {"data": []})).status_code == 405


async def test_a_linkage_of_another_type_names_no_invoice(api: Api) -> None:
    invoice = open_invoice(api)
    for linkage, status in (
        ({"type": "companies", "id": str(invoice.id)}, 422),
        ({"type": None, "id": str(invoice.id)}, 422),
        ({"type": "invoices", "id": str(invoice.id)}, 201),
        ({"id": str(invoice.id)}, 201),
    ):
        document = body(amount=100, paid_on="2026-03-01")
        document["data"]["relationships"] = {"invoice": {"data": linkage}}
        answer = await api.send("POST", "/payments", document)
        assert answer.status_code == status
        if status == 422:
            assert problems(answer) == [(at("invoice"), BLANK)]
