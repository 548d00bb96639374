from __future__ import annotations

from typing import Any

import pytest

from kworkbench.sandbox.books.model import Project, Service
from kworkbench.sandbox.books.money_model import Expense
from tests.sandbox.productive.support import BULK, Api, ids, problems

BLANK = "can't be blank"
TRACKING = "SELECT id FROM services WHERE expense_tracking_enabled ORDER BY id"
FREE = "SELECT id FROM expenses WHERE invoice_id IS NULL ORDER BY id"
INVOICED = "SELECT id FROM expenses WHERE invoice_id IS NOT NULL ORDER BY id"


def at(name: str) -> str:
    return f"data/attributes/{name}"


def body(row_id: int | None = None, /, **attributes: object) -> dict[str, Any]:
    return {"data": item(row_id, **attributes)}


def item(row_id: int | None = None, /, **attributes: object) -> dict[str, Any]:
    return {"type": "expenses", "attributes": attributes} | ({} if row_id is None else {"id": str(row_id)})


async def test_create_derives_all_that_follows_from_the_service(api: Api) -> None:
    service = api.books.one(Service, ids(api.books, TRACKING)[0])
    assert service
    document = body(
        name="Taxi",
        date="2026-03-01",
        currency="CHF",
        amount=1250,
        quantity=2,
        service_id=service.id,
        reimbursable=True,
    )
    answer = await api.send("POST", "/expenses?include=deal.project", document)
    assert answer.status_code == 201
    attributes = answer.json()["data"]["attributes"]
    assert (attributes["total_amount"], attributes["quantity"], attributes["profit"]) == (2500, "2.0", -2500)
    assert attributes["total_amount_default"] == 2625
    assert (attributes["reimbursable"], attributes["invoiced"], attributes["approved"]) == (True, False, False)
    relationships = answer.json()["data"]["relationships"]
    assert relationships["deal"]["data"]["id"] == str(service.deal_id)
    assert relationships["service_type"]["data"]["id"] == str(service.service_type_id)
    assert relationships["person"]["data"]["id"] == str(api.books.organization().owner_id)
    assert relationships["vendor"]["data"] is None
    assert {"deals", "projects"} <= {one["type"] for one in answer.json()["included"]}


@pytest.mark.parametrize("name", ["purchase_order", "purchase_order_id"])
async def test_the_purchase_order_of_an_expense_is_kept_by_its_number(api: Api, name: str) -> None:
    row = ids(api.books, FREE)[0]
    linkage = {"data": {"type": "purchase_orders", "id": "7"}}
    sent = {"relationships": {name: linkage}} if name == "purchase_order" else {"attributes": {name: 7}}
    document = {"data": {"type": "expenses", "id": str(row), **sent}}
    answer = await api.send("PATCH", f"/expenses/{row}?include=purchase_order", document)
    assert answer.status_code == 200, answer.text
    assert answer.json()["data"]["relationships"]["purchase_order"] == linkage
    assert await api.found("/expenses", "filter[purchase_order_id]=7,8") == [row]
    await api.send("PATCH", f"/expenses/{row}", body(row, purchase_order_id=None))
    assert await api.found("/expenses", "filter[purchase_order_id]=7") == []
    answer = await api.send("PATCH", f"/expenses/{row}", body(row, purchase_order_id="seven"))
    assert problems(answer) == [(at("purchase_order"), "must exist")]


async def test_expenses_are_found_by_the_section_of_their_service(api: Api) -> None:
    document = await api.get("/services", include="section", page_size=200)
    names = {one["id"]: one["attributes"]["name"] for one in document["included"] if one["type"] == "sections"}
    travel = {
        int(one["id"])
        for one in document["data"]
        if (linkage := one["relationships"]["section"]["data"]) and names[linkage["id"]] == "Travel"
    }
    within = "SELECT s.id FROM services s JOIN sections x ON x.id = s.section_id WHERE x.name = 'Travel'"
    assert travel
    assert travel <= set(ids(api.books, within))
    expected = ids(api.books, f"SELECT id FROM expenses WHERE service_id IN ({within})")  # noqa: S608 - a text of ours
    for query in ("=Travel", "[contains]=RAV"):
        assert await api.found("/expenses", f"filter[section_name]{query}") == expected != []


async def test_the_attributes_stand_in_the_order_of_2021(api: Api) -> None:
    shown = await api.get(f"/expenses/{ids(api.books, FREE)[0]}")
    money = [
        f"{name}{end}" for name in ("amount", "billable_amount", "profit") for end in ("", "_default", "_normalized")
    ]
    assert list(shown["data"]["attributes"]) == [
        *"name date pay_on paid_on position invoiced approved approved_at rejected rejected_reason rejected_at".split(),
        *"deleted_at reimbursable reimbursed_on exchange_rate exchange_date created_at".split(),
        *"currency currency_default currency_normalized".split(),
        *money,
        *"quantity total_amount total_amount_default total_amount_normalized draft custom_fields".split(),
    ]


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        (
            {},
            [
                ("name", BLANK),
                ("date", BLANK),
                ("date", "is not a date"),
                ("currency", BLANK),
                ("amount", BLANK),
                ("service", BLANK),
            ],
        ),
        (
            {"name": " ", "date": "1.3.", "currency": "XXX", "amount": "a", "service_id": 99999},
            [
                ("name", BLANK),
                ("date", "is not a date"),
                ("currency", "is not included in the list"),
                ("amount", "is not a number"),
                ("service", BLANK),
            ],
        ),
    ],
)
async def test_problems_of_a_new_expense_in_their_order(
    api: Api, attributes: dict[str, object], expected: list[tuple[str, str]]
) -> None:
    answer = await api.send("POST", "/expenses", body(**attributes))
    assert answer.status_code == 422
    assert problems(answer) == [(at(name), detail) for name, detail in expected]


async def test_a_service_by_the_hour_takes_no_expenses(api: Api) -> None:
    by_hour = ids(api.books, "SELECT id FROM services WHERE NOT expense_tracking_enabled")[0]
    answer = await api.send("PATCH", f"/expenses/{ids(api.books, FREE)[0]}", body(service_id=by_hour))
    assert problems(answer) == [(at("service"), "must track expenses and be sold by the piece")]


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"quantity": "x"}, ("quantity", "is not a number")),
        ({"quantity": -1}, ("quantity", "must be greater than or equal to 0")),
        ({"billable_amount": "x"}, ("billable_amount", "is not a number")),
        ({"pay_on": "x"}, ("pay_on", "is not a date")),
        ({"reimbursable": "maybe"}, ("reimbursable", "is invalid")),
        ({"person_id": 5}, ("person", "must exist")),
        ({"person_id": None}, ("person", "must exist")),
        ({"vendor_id": "x"}, ("vendor", "must exist")),
        ({"name": ""}, ("name", BLANK)),
        ({"name": "a\0b"}, ("name", "is invalid")),
    ],
)
async def test_problems_of_an_update(api: Api, attributes: dict[str, object], expected: tuple[str, str]) -> None:
    answer = await api.send("PATCH", f"/expenses/{ids(api.books, FREE)[0]}", body(**attributes))
    assert answer.status_code == 422
    assert problems(answer) == [(at(expected[0]), expected[1])]


async def test_an_update_recalculates_and_leaves_the_rest(api: Api) -> None:
    row_id = ids(api.books, f"{FREE} LIMIT 1 OFFSET 3")[0]
    before = api.books.one(Expense, row_id)
    answer = await api.send("PATCH", f"/expenses/{row_id}", body(row_id, amount=777, quantity="1.5", vendor_id=None))
    assert answer.status_code == 200
    after = api.books.one(Expense, row_id)
    assert before
    assert after
    assert (after.total, after.vendor_id) == (1166, None)
    project = api.books.one(Project, after.project_id)
    assert project
    assert after.project_currency == project.currency
    assert (after.name, after.date, after.person_id) == (before.name, before.date, before.person_id)


async def test_an_invoiced_expense_is_not_deleted_and_says_why(api: Api) -> None:
    invoiced, free = ids(api.books, INVOICED)[0], ids(api.books, FREE)[0]
    answer = await api.send("DELETE", f"/expenses/{invoiced}")
    assert answer.status_code == 422
    assert problems(answer) == [(at("base"), "is invoiced and can't be deleted")]
    assert (await api.send("DELETE", f"/expenses/{free}")).status_code == 204
    assert (await api.send("DELETE", f"/expenses/{free}")).status_code == 404
    assert (await api.send("GET", f"/expenses/{invoiced}")).status_code == 200


async def test_a_bulk_delete_goes_whole_or_not_at_all(api: Api) -> None:
    free, invoiced = ids(api.books, FREE)[:2], ids(api.books, INVOICED)[0]
    bulk: dict[str, Any] = {"headers": {"Content-Type": BULK}}
    mixed = {"data": [item(free[0]), item(invoiced), item(5), {"type": "expenses"}, item(free[1])]}
    answer = await api.send("DELETE", "/expenses", mixed, **bulk)
    assert answer.status_code == 422
    assert problems(answer) == [
        ("data/1/attributes/base", "is invoiced and can't be deleted"),
        ("data/2/id", "was not found"),
        ("data/3/id", "was not found"),
    ]
    assert (await api.send("GET", f"/expenses/{free[0]}")).status_code == 200
    answer = await api.send("DELETE", "/expenses", {"data": [item(one) for one in free]}, **bulk)
    assert (answer.status_code, answer.content) == (204, b"")
    assert await api.found("/expenses", f"filter[id]={free[0]},{free[1]}") == []


async def test_a_bulk_update_goes_whole_or_not_at_all(api: Api) -> None:
    first, second = ids(api.books, FREE)[:2]
    bulk: dict[str, Any] = {"headers": {"Content-Type": BULK}}
    wrong = {"data": [item(first, name="Neu"), item(second, name="", amount="x")]}
    answer = await api.send("PATCH", "/expenses", wrong, **bulk)
    assert problems(answer) == [("data/1/attributes/name", BLANK), ("data/1/attributes/amount", "is not a number")]
    right = {"data": [item(first, name="Neu"), item(second, paid_on="2026-02-01")]}
    answer = await api.send("PATCH", "/expenses", right, **bulk)
    assert answer.status_code == 200
    assert [one["id"] for one in answer.json()["data"]] == [str(first), str(second)]
    assert answer.json()["data"][0]["attributes"]["name"] == "Neu"
    assert answer.json()["data"][1]["attributes"]["paid_on"] == "2026-02-01"


@pytest.mark.parametrize("document", [{"data": []}, {"data": {}}, {"data": [1]}, {}])
async def test_a_bulk_body_is_a_list_of_resources(api: Api, document: dict[str, Any]) -> None:
    answer = await api.send("DELETE", "/expenses", document, headers={"Content-Type": BULK})
    assert answer.status_code == 400


async def test_bulk_needs_its_media_type_and_single_refuses_it(api: Api) -> None:
    free = ids(api.books, FREE)[0]
    assert (await api.send("DELETE", "/expenses", {"data": [item(free)]})).status_code == 415
    answer = await api.send("DELETE", f"/expenses/{free}", headers={"Content-Type": BULK})
    assert answer.status_code == 415


@pytest.mark.parametrize(
    ("members", "pointer", "detail"),
    [
        ({"amount": 10**12, "quantity": "1000000"}, "quantity", "times amount must be less than or equal to"),
        ({"amount": -(10**12), "quantity": "1.1"}, "quantity", "times amount must be greater than or equal to -"),
        ({"amount": 10**12 + 1}, "amount", "must be less than or equal to"),
        ({"quantity": "1000000.01"}, "quantity", "must be less than or equal to 1000000"),
        ({"quantity": "-0.1"}, "quantity", "must be greater than or equal to 0"),
        ({"billable_amount": 10**20}, "billable_amount", "must be less than or equal to"),
    ],
)
async def test_what_the_books_cannot_hold_is_refused(
    api: Api, members: dict[str, object], pointer: str, detail: str
) -> None:
    row = ids(api.books, FREE)[0]
    before = api.books.one(Expense, row)
    answer = await api.send("PATCH", f"/expenses/{row}", body(currency="EUR", **members))
    ((where, said),) = problems(answer)
    assert (answer.status_code, where) == (422, at(pointer))
    assert said.startswith(detail)
    assert api.books.one(Expense, row) == before
