from __future__ import annotations

from typing import Any

import pytest

from kworkbench.sandbox.books.model import Attachment, Organization
from kworkbench.sandbox.books.money_model import Expense
from tests.sandbox.productive.support import BULK, Api, body, ids, problems

WAITING = "SELECT id FROM expenses WHERE approval IN ('none', 'submitted') ORDER BY id"
APPROVED = "SELECT id FROM expenses WHERE approval = 'approved' ORDER BY id"
REJECTED = "SELECT id FROM expenses WHERE approval = 'rejected' ORDER BY id"
FREE = "SELECT id FROM expenses WHERE invoice_id IS NULL ORDER BY id"
NOW = "2026-03-03T10:40:00.000+01:00"


async def act(api: Api, row_id: int, action: str, **attributes: object) -> dict[str, Any]:
    document = body("expenses", **attributes) if attributes else None
    answer = await api.send("PATCH", f"/expenses/{row_id}/{action}", document)
    assert answer.status_code == 200, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data


async def test_approval_is_given_and_taken_back(api: Api) -> None:
    row_id = ids(api.books, WAITING)[0]
    data = await act(api, row_id, "approve")
    assert (data["attributes"]["approved"], data["attributes"]["approved_at"]) == (True, NOW)
    assert data["relationships"]["approver"]["data"]["id"] == str(api.books.organization().owner_id)
    assert row_id in await api.found("/expenses", "filter[approval_status]=1")
    assert await act(api, row_id, "approve") == data
    data = await act(api, row_id, "unapprove")
    assert (data["attributes"]["approved"], data["attributes"]["approved_at"]) == (False, None)
    assert data["relationships"]["approver"]["data"] is None
    assert await act(api, row_id, "unapprove") == data


async def test_rejection_is_given_a_reason_and_taken_back(api: Api) -> None:
    row_id = ids(api.books, WAITING)[0]
    data = await act(api, row_id, "reject", approver_id=203, rejected_reason="No receipt", note="again")
    attributes = data["attributes"]
    assert (attributes["rejected"], attributes["rejected_reason"], attributes["rejected_at"]) == (
        True,
        "No receipt",
        NOW,
    )
    assert data["relationships"]["rejecter"]["data"]["id"] == "203"
    kept = api.books.one(Expense, row_id)
    assert kept
    assert kept.note == "again"
    data = await act(api, row_id, "unreject")
    assert (data["attributes"]["rejected"], data["attributes"]["rejected_reason"]) == (False, None)


@pytest.mark.parametrize(
    ("sql", "action"), [(APPROVED, "reject"), (REJECTED, "approve"), (APPROVED, "unreject"), (REJECTED, "unapprove")]
)
async def test_the_opposite_is_in_conflict(api: Api, sql: str, action: str) -> None:
    row_id = ids(api.books, sql)[0]
    before = api.books.one(Expense, row_id)
    answer = await api.send("PATCH", f"/expenses/{row_id}/{action}")
    assert (answer.status_code, answer.json()["errors"][0]["title"]) == (409, "Conflict error")
    assert api.books.one(Expense, row_id) == before


async def test_problems_of_a_decision(api: Api) -> None:
    row_id = ids(api.books, WAITING)[0]
    answer = await api.send("PATCH", f"/expenses/{row_id}/approve", body("expenses", approver_id=5, note=[]))
    assert problems(answer) == [("data/attributes/approver", "must exist"), ("data/attributes/note", "is invalid")]
    assert (await api.send("PATCH", f"/expenses/{row_id}/approve", body("payments"))).status_code == 409
    assert (await api.send("PATCH", f"/expenses/{row_id}/approve", raw=b"{")).status_code == 400
    assert (await api.send("PATCH", "/expenses/5/approve")).status_code == 404


@pytest.mark.parametrize("listed", [True, False])
async def test_many_are_approved_at_once_or_none(api: Api, listed: bool) -> None:
    def document(rows: list[int]) -> dict[str, Any]:
        if listed:
            return {"data": [{"type": "expenses", "id": str(row)} for row in rows]}
        return {"data": {"type": "expenses", "attributes": {"ids": rows}}}

    waiting, rejected = ids(api.books, WAITING)[:2], ids(api.books, REJECTED)[0]
    bulk: dict[str, Any] = {"headers": {"Content-Type": BULK}}
    answer = await api.send("PATCH", "/expenses/bulk_approve", document([waiting[0], rejected, 5]), **bulk)
    assert problems(answer) == [("data/1/attributes/base", "is rejected"), ("data/2/id", "was not found")]
    assert waiting[0] in ids(api.books, WAITING)
    answer = await api.send("PATCH", "/expenses/bulk_approve", document(waiting), **bulk)
    assert answer.status_code == 200
    assert [(one["id"], one["attributes"]["approved"]) for one in answer.json()["data"]] == [
        (str(one), True) for one in waiting
    ]
    assert (await api.send("PATCH", "/expenses/bulk_approve", document(waiting))).status_code == 415


async def test_without_approvals_a_new_expense_is_approved_at_once(api: Api) -> None:
    api.books.update(Organization, api.books.organization().id, expense_approvals=0)
    service = ids(api.books, "SELECT id FROM services WHERE expense_tracking_enabled")[0]
    sent = {"name": "Taxi", "date": "2026-03-01", "currency": "EUR", "amount": 5, "service_id": service}
    answer = await api.send("POST", "/expenses", body("expenses", **sent))
    assert answer.json()["data"]["attributes"]["approved_at"] == NOW


async def test_exporting_twice_is_in_conflict(api: Api) -> None:
    row_id = ids(api.books, "SELECT id FROM expenses WHERE exported_at IS NULL")[0]
    assert (await api.send("PATCH", f"/expenses/{row_id}/export_update")).status_code == 409
    await act(api, row_id, "export")
    assert (await api.send("PATCH", f"/expenses/{row_id}/export")).status_code == 409
    await act(api, row_id, "export_update")
    assert row_id in await api.found("/expenses", "filter[export_status]=1")


async def test_a_copy_is_a_new_expense_like_its_template(api: Api) -> None:
    template = ids(api.books, APPROVED)[0]
    old = (await api.get(f"/expenses/{template}"))["data"]
    answer = await api.send("POST", "/expenses/copy", body("expenses", template_id=template))
    assert answer.status_code == 201
    new = answer.json()["data"]
    same = "name date currency amount billable_amount quantity total_amount_default reimbursable".split()
    assert [new["attributes"][name] for name in same] == [old["attributes"][name] for name in same]
    assert new["relationships"]["service"] == old["relationships"]["service"]
    assert (new["id"] != old["id"], new["attributes"]["approved"]) == (True, False)
    other = ids(api.books, "SELECT id FROM services WHERE expense_tracking_enabled ORDER BY id DESC")[0]
    answer = await api.send(
        "POST", "/expenses/copy", body("expenses", template_id=template, service_id=other, name="B")
    )
    named = answer.json()["data"]
    assert (named["attributes"]["name"], named["relationships"]["service"]["data"]["id"]) == ("B", str(other))
    answer = await api.send("POST", "/expenses/copy", body("expenses", template_id=5))
    assert problems(answer) == [("data/attributes/template_id", "can't be blank")]


async def test_a_markup_wins_over_a_billable_amount(api: Api) -> None:
    row_id = ids(api.books, FREE)[0]
    sent = body(
        "expenses", amount=1000, quantity=2, markup="12.5", billable_amount=1, tax_rate_id=5, custom_fields={"7": "x"}
    )
    attributes = (await api.send("PATCH", f"/expenses/{row_id}", sent)).json()["data"]["attributes"]
    assert (attributes["billable_amount"], attributes["profit"]) == (2250, 250)
    modern = (await Api(api.books, modern=True).get(f"/expenses/{row_id}"))["data"]["attributes"]
    assert (modern["amount_with_tax"], modern["total_amount_with_tax"], modern["markup"]) == (1200, 2400, "12.5")
    assert (modern["custom_fields"], modern["quantity_received"]) == ({"7": "x"}, "0.0")
    assert await api.found("/expenses", "filter[custom_fields][7]=x") == [row_id]
    inclusive = body("expenses", tax_inclusion="inclusive", markup="")
    await api.send("PATCH", f"/expenses/{row_id}", inclusive)
    modern = (await Api(api.books, modern=True).get(f"/expenses/{row_id}"))["data"]["attributes"]
    assert (modern["amount_with_tax"], modern["billable_amount"]) == (1000, 2250)


async def test_what_is_deleted_can_be_restored(api: Api) -> None:
    free = ids(api.books, FREE)[0]
    assert (await api.get("/deleted_items"))["data"] == []
    await api.send("DELETE", f"/expenses/{free}")
    (item,) = (await api.get("/deleted_items", include="deleter"))["data"]
    assert (item["attributes"]["item_type"], item["attributes"]["item_id"]) == ("expense", free)
    assert (item["attributes"]["created_at"], item["attributes"]["location"] != "") == (NOW, True)
    for query in ("item_type]=expense", "created_at]=2026-03-03", f"deleter_id]={api.books.organization().owner_id}"):
        assert await api.found("/deleted_items", f"filter[{query}") == [int(item["id"])]
    assert await api.found("/deleted_items", "filter[item_type]=invoice") == []
    answer = await api.send("PATCH", f"/deleted_items/{item['id']}/restore")
    assert (answer.status_code, answer.json()["data"]) == (200, item)
    assert await api.found("/expenses", f"filter[id]={free}") == [free]
    assert (await api.send("PATCH", f"/deleted_items/{item['id']}/restore")).status_code == 404


async def test_a_restored_invoice_has_its_payments_and_expenses_again(api: Api) -> None:
    made = await api.send(
        "POST", "/invoices", body("invoices", invoiced_on="2026-03-01", currency="EUR", company_id=111)
    )
    invoice = made.json()["data"]["id"]
    free = ids(api.books, FREE)[0]
    line = {"invoice_id": invoice, "unit_price": 100, "quantity": 1, "tax_rate_id": 7, "expense_id": free}
    assert (await api.send("POST", "/line_items", body("line_items", **line))).status_code == 201
    await api.send("POST", "/payments", body("payments", invoice_id=invoice, amount=100, paid_on="2026-03-01"))
    assert free in await api.found("/expenses", f"filter[invoice_id]={invoice}")
    await api.send("DELETE", f"/invoices/{invoice}")
    assert free in await api.found("/expenses", "filter[invoiced]=false")
    (item,) = (await api.get("/deleted_items"))["data"]
    assert (item["attributes"]["name"], item["attributes"]["item_type"]) == ("Draft", "invoice")
    await api.send("PATCH", f"/deleted_items/{item['id']}/restore")
    shown = (await api.get(f"/invoices/{invoice}"))["data"]["attributes"]
    assert (shown["amount_unpaid"], shown["paid_on"]) == (0, "2026-03-01")
    assert await api.found("/expenses", f"filter[invoice_id]={invoice}") == [free]


async def test_a_receipt_is_described_hung_up_and_taken_down(api: Api) -> None:
    free = ids(api.books, "SELECT id FROM expenses WHERE attachment_id IS NULL")[0]
    answer = await api.send("POST", "/attachments", body("attachments"))
    assert problems(answer) == [(f"data/attributes/{name}", "can't be blank") for name in ("name", "content_type")]
    sent = {"name": "taxi.pdf", "content_type": "application/pdf", "size": 5, "expense_id": free}
    made = (await api.send("POST", "/attachments", body("attachments", **sent))).json()["data"]
    assert made["relationships"]["expense"]["data"] == {"type": "expenses", "id": str(free)}
    shown = await api.get(f"/expenses/{free}", include="attachment")
    assert shown["data"]["relationships"]["attachment"]["data"]["id"] == made["id"]
    renamed = await api.send("PATCH", f"/attachments/{made['id']}", body("attachments", name="b.pdf"))
    assert renamed.json()["data"]["attributes"]["name"] == "b.pdf"
    assert (await api.send("DELETE", f"/attachments/{made['id']}")).status_code == 204
    assert (await api.get(f"/expenses/{free}"))["data"]["relationships"]["attachment"]["data"] is None
    assert (await api.send("GET", f"/attachments/{made['id']}")).status_code == 404
    assert api.books.one(Attachment, int(made["id"]))
