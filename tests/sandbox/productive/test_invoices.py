from __future__ import annotations

import re
from typing import Any

import pytest

from kworkbench.sandbox.books.money_model import Invoice
from kworkbench.sandbox.books.productive_model import LineItem
from tests.sandbox.productive.support import BULK, Api, body, ids, problems

BLANK = "can't be blank"
GOOD: dict[str, Any] = {"invoiced_on": "2026-03-01", "currency": "EUR", "company_id": 111}


def at(name: str) -> str:
    return f"data/attributes/{name}"


async def draft(api: Api, **attributes: object) -> dict[str, Any]:
    answer = await api.send("POST", "/invoices", body("invoices", **GOOD, **attributes))
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()["data"]
    return made


async def line(api: Api, invoice: str, **attributes: object) -> dict[str, Any]:
    sent = {"invoice_id": invoice, "unit_price": 10000, "quantity": "2.5", "tax_rate_id": 5} | attributes
    answer = await api.send("POST", "/line_items", body("line_items", **sent))
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()["data"]
    return made


async def amounts(api: Api, invoice: str) -> tuple[int, int, int]:
    found = (await api.get(f"/invoices/{invoice}"))["data"]["attributes"]
    return found["amount"], found["amount_tax"], found["amount_with_tax"]


async def test_a_new_invoice_is_a_draft_without_number_or_amount(api: Api) -> None:
    document = body("invoices", **GOOD | {"currency": "usd"})
    document["data"]["relationships"] = {"company": {"data": {"type": "companies", "id": "112"}}}
    answer = await api.send("POST", "/invoices", document)
    made = answer.json()["data"]
    attributes = made["attributes"]
    assert (attributes["number"], attributes["finalized_at"], attributes["invoice_type_id"]) == (None, None, 1)
    assert (attributes["amount"], attributes["amount_unpaid"], attributes["paid_on"]) == (0, 0, None)
    assert (attributes["currency"], attributes["exchange_rate"], attributes["exchange_date"]) == (
        "USD", "0.92", "2026-03-01",
    )  # fmt: skip
    assert attributes["pay_on"] == "2026-03-31"
    assert re.fullmatch("[0-9a-f]{32}", attributes["email_key"])
    assert made["relationships"]["company"]["data"]["id"] == "112"
    owner = str(api.books.organization().owner_id)
    assert [made["relationships"][name]["data"]["id"] for name in ("creator", "issuer")] == [owner, owner]
    assert await api.found("/invoices", "filter[invoice_state]=1&sort=-created_at") != []


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({}, [("invoiced_on", BLANK), ("invoiced_on", "is not a date"), ("currency", BLANK), ("company", BLANK)]),
        (
            {"invoiced_on": "soon", "currency": "XXX", "company_id": 9},
            [("invoiced_on", "is not a date"), ("currency", "is not included in the list"), ("company", BLANK)],
        ),
        (GOOD | {"discount": "x", "pay_on": "1.3."}, [("discount", "is not a number"), ("pay_on", "is not a date")]),
        (GOOD | {"invoice_type_id": 3, "issuer_id": 5}, [
            ("invoice_type_id", "is not included in the list"), ("issuer", "must exist"),
        ]),
        (GOOD | {"tag_list": {}, "custom_fields": []}, []),
        (GOOD | {"tag_list": {"a": 1}, "custom_fields": ["x"]}, [
            ("tag_list", "is invalid"), ("custom_fields", "is invalid"),
        ]),
    ],
)  # fmt: skip
async def test_problems_of_a_new_invoice(
    api: Api, attributes: dict[str, object], expected: list[tuple[str, str]]
) -> None:
    answer = await api.send("POST", "/invoices", body("invoices", **attributes))
    assert answer.status_code == (422 if expected else 201)
    if expected:
        assert problems(answer) == [(at(name), detail) for name, detail in expected]


async def test_what_is_written_is_shown_and_found(api: Api) -> None:
    sent = {
        "number": "X-1", "subject": "Sørlandet", "note": "n", "purchase_order_number": "PO",
        "delivery_on": "2026-02-02",
        "tag_list": ["a b", "c"], "custom_fields": {"77": "blue", "78": 5}, "tax1_name": "VAT", "tax1_value": "19",
        "tax2_name": "City", "tax2_value": 2.5, "discount": 10, "export_invoice_url": "https://x.example/1",
    }  # fmt: skip
    made = await draft(api, **sent)
    shown = (await api.get(f"/invoices/{made['id']}"))["data"]["attributes"]
    read = {"tax1_value": "19.0", "tax2_value": "2.5", "discount": "10.0"}
    assert {name: shown[name] for name in sent} == sent | read
    for query in (
        "tags]=c", "tags][contains]=B", "custom_fields][77]=blue", "custom_fields][78]=5", "query]=sørl", "number]=X-1",
        "custom_fields][77][contains]=LU", "purchase_order_number]=PO", "delivery_on]=2026-02-02", "jump_query]=x-",
    ):  # fmt: skip
        assert await api.found("/invoices", f"filter[{query}") == [int(made["id"])], query
    assert int(made["id"]) not in await api.found("/invoices", "filter[custom_fields][77][not_eq]=blue")
    assert (await api.send("GET", "/invoices?filter[custom_fields]=5")).status_code == 400


def subscribed(*people: object) -> dict[str, Any]:
    linkage = [{"type": "people", "id": one} for one in people]
    return {"relationships": {"subscribers": {"data": linkage}}}


async def test_subscribers_are_kept_shown_and_found(api: Api) -> None:
    document = body("invoices", **GOOD)
    document["data"] |= subscribed("204", 201, "204")
    answer = await api.send("POST", "/invoices?include=subscribers", document)
    made = answer.json()["data"]
    linkage = [{"type": "people", "id": "204"}, {"type": "people", "id": "201"}]
    assert made["relationships"]["subscribers"] == {"data": linkage}
    assert {"204", "201"} <= {one["id"] for one in answer.json()["included"] if one["type"] == "people"}
    assert await api.found("/invoices", "filter[subscriber_id]=201") == [int(made["id"])]
    assert int(made["id"]) not in await api.found("/invoices", "filter[subscriber_id][not_eq]=204,5")
    change = {"data": {"type": "invoices", "id": made["id"], **subscribed()}}
    cleared = (await api.send("PATCH", f"/invoices/{made['id']}", change)).json()["data"]
    assert cleared["relationships"]["subscribers"] == {"data": []}


@pytest.mark.parametrize("linkage", [None, {}, [5], [{"type": "people", "id": "9"}], [{"type": "bills", "id": "204"}]])
async def test_subscribers_must_exist(api: Api, linkage: object) -> None:
    document = body("invoices", **GOOD)
    document["data"]["relationships"] = {"subscribers": {"data": linkage}}
    answer = await api.send("POST", "/invoices", document)
    assert (answer.status_code, problems(answer)) == (422, [(at("subscribers"), "must exist")])


async def test_invoicing_methods_part_the_invoices(api: Api) -> None:
    parts = [await api.found("/invoices", f"filter[invoicing_method]={number}") for number in (1, 2, 3)]
    assert all(parts)
    assert sorted(one for part in parts for one in part) == await api.found("/invoices", "")
    made = await draft(api)
    assert int(made["id"]) in await api.found("/invoices", "filter[invoicing_method]=1")


async def test_an_update_keeps_what_it_does_not_name(api: Api) -> None:
    made = await draft(api, subject="kept")
    answer = await api.send("PATCH", f"/invoices/{made['id']}", body("invoices", pay_on="2026-05-01", sent_on=""))
    attributes = answer.json()["data"]["attributes"]
    assert (answer.status_code, attributes["pay_on"], attributes["subject"]) == (200, "2026-05-01", "kept")
    answer = await api.send("PATCH", f"/invoices/{made['id']}", body("invoices", company_id=None, invoiced_on=None))
    assert problems(answer) == [
        (at("invoiced_on"), BLANK), (at("invoiced_on"), "is not a date"), (at("company"), BLANK),
    ]  # fmt: skip
    loop = await api.send("PATCH", f"/invoices/{made['id']}", body("invoices", parent_invoice_id=made["id"]))
    assert problems(loop) == [(at("parent_invoice"), "must exist")]


async def test_the_currency_stays_once_there_are_payments(api: Api) -> None:
    paid = ids(api.books, "SELECT id FROM invoices WHERE amount_paid > 0 AND currency = 'EUR'")[0]
    answer = await api.send("PATCH", f"/invoices/{paid}", body("invoices", currency="USD"))
    assert problems(answer) == [(at("currency"), "can't be changed once there are payments")]
    assert (await api.send("PATCH", f"/invoices/{paid}", body("invoices", currency="EUR"))).status_code == 200


@pytest.mark.parametrize(
    "document", [None, body("invoices"), {"data": {"attributes": {}}}, body("invoices", number=" ")]
)
async def test_finalizing_gives_the_next_number_once(api: Api, document: object) -> None:
    highest = api.books.scalar("SELECT max(sequence) FROM invoices")
    made = await draft(api)
    answer = await api.send("PATCH", f"/invoices/{made['id']}/finalize", document)
    attributes = answer.json()["data"]["attributes"]
    assert (answer.status_code, attributes["number"]) == (200, f"INV-{highest + 1}")
    assert attributes["finalized_on"] == "2026-03-03"
    again = await api.send("PATCH", f"/invoices/{made['id']}/finalize", body("invoices", number="other"))
    assert again.json() == answer.json()


async def test_finalizing_takes_the_number_it_is_given(api: Api) -> None:
    made = await draft(api, number="mine")
    kept = await api.send("PATCH", f"/invoices/{made['id']}/finalize")
    assert kept.json()["data"]["attributes"]["number"] == "mine"
    other = await draft(api, number="mine")
    answer = await api.send("PATCH", f"/invoices/{other['id']}/finalize", body("invoices", number="mine"))
    assert answer.json()["data"]["attributes"]["number"] == "mine"
    assert (await api.send("PATCH", f"/invoices/{other['id']}/finalize", body("payments"))).status_code == 409
    assert (await api.send("PATCH", "/invoices/1/finalize")).status_code == 404


async def test_a_draft_is_not_sent_nor_exported(api: Api) -> None:
    made = await draft(api)
    for action in ("send", "export", "export_update"):
        answer = await api.send("PATCH", f"/invoices/{made['id']}/{action}")
        assert problems(answer) == [(at("base"), "is a draft")]
    await api.send("PATCH", f"/invoices/{made['id']}/finalize")
    early = await api.send("PATCH", f"/invoices/{made['id']}/export_update")
    assert problems(early) == [(at("base"), "was not exported")]
    mail = {"data": {"to": ["a@b.example"], "subject": "Hello"}}
    sent = await api.send("PATCH", f"/invoices/{made['id']}/send", mail)
    assert (sent.status_code, sent.json()["data"]["attributes"]["sent_on"]) == (200, "2026-03-03")
    for action in ("export", "export_update"):
        answer = await api.send("PATCH", f"/invoices/{made['id']}/{action}")
        assert answer.json()["data"]["attributes"]["exported_at"] == "2026-03-03T10:40:00.000+01:00"
    refused = await api.send("PATCH", f"/invoices/{made['id']}/send_einvoice")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (403, "access_denied")


async def test_only_a_draft_is_deleted_and_its_payments_go_with_it(api: Api) -> None:
    final = ids(api.books, "SELECT id FROM invoices WHERE finalized_at IS NOT NULL")[0]
    refused = await api.send("DELETE", f"/invoices/{final}")
    assert (refused.status_code, refused.json()["errors"][0]["title"]) == (409, "Conflict error")
    made = await draft(api)
    paid = await api.send("POST", "/payments", body("payments", invoice_id=made["id"], amount=5, paid_on="2026-03-01"))
    payment = paid.json()["data"]["id"]
    await line(api, made["id"])
    assert (await api.send("DELETE", f"/invoices/{made['id']}")).status_code == 204
    for path in (f"/invoices/{made['id']}", f"/payments/{payment}"):
        assert (await api.send("GET", path)).status_code == 404
    assert await api.found("/line_items", f"filter[invoice_id]={made['id']}") == []


async def test_lines_make_the_amounts_of_the_invoice(api: Api) -> None:
    made = await draft(api, discount=10)
    service = ids(api.books, "SELECT id FROM services WHERE deal_id = 401")[0]
    first = await line(api, made["id"], service_id=service, description="Design", discount="20")
    attributes = first["attributes"]
    assert (attributes["amount"], attributes["amount_tax"], attributes["amount_with_tax"]) == (20000, 4000, 24000)
    assert (attributes["quantity"], attributes["discount"], attributes["name"]) == ("2.5", "20.0", "Design")
    assert (attributes["tax_value"], attributes["position"], attributes["manual_entry"]) == ("20.0", 1, True)
    second = await line(api, made["id"], unit_price="99.5", quantity=1, tax_rate_id=7)
    assert (second["attributes"]["amount"], second["attributes"]["position"]) == (100, 2)
    assert await amounts(api, made["id"]) == (18090, 3600, 21690)
    linked = (await api.get(f"/invoices/{made['id']}", include="invoice_attributions.budget"))["included"]
    assert [one["attributes"]["amount"] for one in linked if one["type"] == "invoice_attributions"] == [20000]
    assert await api.found("/invoices", f"filter[deal_id]=401&filter[id]={made['id']}") == [int(made["id"])]
    await api.send("PATCH", f"/line_items/{first['id']}", body("line_items", discount=None))
    assert (await amounts(api, made["id"]))[0] == 22590
    await api.send("PATCH", f"/invoices/{made['id']}", body("invoices", discount=None))
    assert (await amounts(api, made["id"]))[0] == 25100
    assert (await api.send("DELETE", f"/line_items/{first['id']}")).status_code == 204
    assert await amounts(api, made["id"]) == (100, 0, 100)
    assert await api.found("/invoices", f"filter[deal_id]=401&filter[id]={made['id']}") == []


async def test_problems_of_lines(api: Api) -> None:
    answer = await api.send("POST", "/line_items", body("line_items"))
    assert problems(answer) == [(at(name), BLANK) for name in ("invoice", "unit_price", "quantity", "tax_rate")]
    wrong = {"invoice_id": 7, "unit_price": "x", "quantity": "-1", "tax_rate_id": 99, "unit_id": 4, "service_id": 99999}
    answer = await api.send("POST", "/line_items", body("line_items", **wrong))
    assert [pointer for pointer, _ in problems(answer)] == [
        at(name) for name in ("invoice", "unit_price", "quantity", "tax_rate", "unit_id", "service")
    ]
    taken = ids(api.books, "SELECT id FROM expenses WHERE invoice_id IS NOT NULL")[0]
    made = await draft(api)
    good = {"invoice_id": made["id"], "unit_price": 5, "quantity": 1, "tax_rate_id": 1}
    answer = await api.send("POST", "/line_items", body("line_items", **good, expense_id=taken))
    assert problems(answer) == [(at("expense"), "is on another invoice")]
    answer = await api.send("POST", "/line_items", body("line_items", **good | {"unit_price": 10**12, "quantity": 9}))
    assert problems(answer)[0][0] == at("quantity")


async def test_lines_in_bulk_go_whole_or_not_at_all(api: Api) -> None:
    made = await draft(api)
    bulk: dict[str, Any] = {"headers": {"Content-Type": BULK}}
    good = {
        "type": "line_items",
        "attributes": {"invoice_id": made["id"], "unit_price": 7, "quantity": 1, "tax_rate_id": 1},
    }
    answer = await api.send("POST", "/line_items", {"data": [good, {"type": "line_items"}]}, **bulk)
    assert [pointer for pointer, _ in problems(answer)] == [
        f"data/1/attributes/{name}" for name in ("invoice", "unit_price", "quantity", "tax_rate")
    ]
    answer = await api.send("POST", "/line_items", {"data": [good, good]}, **bulk)
    assert answer.status_code == 201
    first, second = (one["id"] for one in answer.json()["data"])
    changes = [{"type": "line_items", "id": first, "attributes": {"unit_price": 9}}]
    unknown = {"type": "line_items", "id": "99999", "attributes": {}}
    refused = await api.send("PATCH", "/line_items", {"data": [*changes, unknown]}, **bulk)
    assert problems(refused) == [("data/1/id", "was not found")]
    assert (await amounts(api, made["id"]))[0] == 14
    changed = await api.send("PATCH", "/line_items", {"data": changes}, **bulk)
    assert (changed.status_code, (await amounts(api, made["id"]))[0]) == (200, 16)
    both = {"data": [{"type": "line_items", "id": int(one)} for one in (first, second)]}
    assert (await api.send("DELETE", "/line_items", both, **bulk)).status_code == 204
    assert await amounts(api, made["id"]) == (0, 0, 0)


async def test_lines_are_generated_from_expenses_that_wait(api: Api) -> None:
    sql = "FROM expenses WHERE invoice_id IS NULL AND billable_amount <> 0 AND approval <> 'rejected' AND deal_id = ?"
    deal = api.books.scalar("SELECT deal_id FROM expenses WHERE invoice_id IS NULL AND billable_amount <> 0 LIMIT 1")
    waiting = ids(api.books, f"SELECT id {sql}", deal)
    made = await draft(api)
    order = {"data": {"invoice_id": int(made["id"]), "budget_ids": [deal], "tax_rate_id": 5,
                      "invoicing_method": "uninvoiced_time_and_expenses", "display_format": "x"}}  # fmt: skip
    asked = f"/invoices/{made['id']}/preview?budget_ids={deal}&tax_rate_id=5"
    seen = (await api.send("GET", asked)).json()["data"]
    assert api.books.all(LineItem, "WHERE invoice_id = ?", (made["id"],)) == []
    answer = await api.send("POST", "/line_items/generate", order)
    assert answer.status_code == 201
    rows = answer.json()["data"]
    assert [row["attributes"]["amount"] for row in rows] == [row["attributes"]["amount"] for row in seen]
    assert sorted(int(row["relationships"]["expense"]["data"]["id"]) for row in rows) == waiting
    assert ids(api.books, f"SELECT id {sql}", deal) == []
    net, tax, _ = await amounts(api, made["id"])
    assert (net, tax) == tuple(sum(row["attributes"][name] for row in rows) for name in ("amount", "amount_tax"))
    assert net > 0
    assert await api.found("/invoices", f"filter[deal_id]={deal}&filter[id]={made['id']}") == [int(made["id"])]
    await api.send("DELETE", f"/line_items/{rows[0]['id']}")
    freed = int(rows[0]["relationships"]["expense"]["data"]["id"])
    assert ids(api.books, f"SELECT id {sql}", deal) == [freed]
    assert (await api.send("POST", "/line_items/generate", order)).json()["data"][0]["relationships"]["expense"] == {
        "data": {"type": "expenses", "id": str(freed)}
    }


async def test_problems_of_an_order_to_generate(api: Api) -> None:
    answer = await api.send("POST", "/line_items/generate", {"data": {}})
    assert problems(answer) == [(at("invoice"), BLANK), (at("budget_ids"), BLANK)]
    wrong = {"budget_ids": [1], "tax_rate_id": 99, "invoicing_method": "none", "date_from": "x"}
    answer = await api.send("POST", "/line_items/generate", {"data": {"attributes": {"invoice_id": 5001, **wrong}}})
    assert [pointer for pointer, _ in problems(answer)] == [
        at(name) for name in ("budget_ids", "tax_rate", "invoicing_method", "date_from")
    ]
    assert (await api.send("POST", "/line_items/generate", {"data": []})).status_code == 400


async def test_a_credit_note_is_credited_to_its_invoice(api: Api) -> None:
    parent = ids(api.books, "SELECT id FROM invoices WHERE state = 'open' AND kind = 'invoice' AND credited_net = 0")[0]
    made = await draft(api, invoice_type_id=2, parent_invoice_id=parent)
    await line(api, made["id"], unit_price=-100, quantity=1, tax_rate_id=5)
    kept = api.books.one(Invoice, parent)
    assert kept
    assert (kept.credited_net, kept.credited_total) == (100, 120)
    found = f"filter[amount_credited]=100&filter[credited]=true&filter[id]={parent}"
    assert await api.found("/invoices", found) == [parent]
    assert await api.found("/invoices", f"filter[parent_invoice_id]={parent}") == [int(made["id"])]
    shown = await Api(api.books, modern=True).get(f"/invoices/{parent}")
    assert shown["data"]["attributes"]["amount_credited_with_tax"] == 120
    assert (await api.send("DELETE", f"/invoices/{made['id']}")).status_code == 204
    assert await api.found("/invoices", found) == []


async def test_later_relations_stand_only_on_invoices_themselves(api: Api) -> None:
    shown = (await api.get("/invoices"))["data"][0]["relationships"]
    assert shown["subsidiary"]["data"]["type"] == "subsidiaries"
    assert shown["subscribers"] == {"data": []}
    named = "organization bill_to bill_from company document_type creator invoice_attributions attachment".split()
    inside = (await api.get("/payments"))["included"][0]
    assert list(inside["relationships"]) == named
    asked = (await api.get("/payments", include="invoice.subsidiary"))["included"]
    assert list(asked[0]["relationships"]) == [*named, "subsidiary"]
    assert "subsidiaries" in {one["type"] for one in asked}


async def test_a_document_type_comes_along_unasked(api: Api) -> None:
    made = await draft(api, document_type_id=2)
    assert [
        one["id"] for one in (await api.get(f"/invoices/{made['id']}"))["included"] if one["type"] == "document_types"
    ] == ["2"]
