"""Recording and deleting payments: what counts, what is refused, what becomes of the invoice."""

from __future__ import annotations

from typing import cast

import pytest

from kworkbench.sandbox.books.model import Deal
from kworkbench.sandbox.books.money_model import Invoice, InvoiceAttribution, Payment
from kworkbench.sandbox.context import SandboxContext
from tests.sandbox.kantata.conftest import Api, Json, messages

WORKSPACE = 325  # EUR


async def payable(api: Api) -> Json:
    """A pending invoice of one project that no payment touched."""
    found = await api.everything("/invoices", pending="true", include="workspaces")
    paid = {row["invoice_id"] for row in await api.everything("/external_payments")}
    return next(
        row for row in found if len(cast("list[str]", row["workspace_ids"])) == 1 and int(str(row["id"])) not in paid
    )


def payment_of(invoice: Json, **members: object) -> Json:
    workspace = cast("list[str]", invoice["workspace_ids"])[0]
    return {"external_payment": {"workspace_id": int(workspace), "invoice_id": int(str(invoice["id"])), **members}}


async def status(api: Api, invoice: Json) -> object:
    return (await api.page(f"/invoices/{invoice['id']}")).row["status"]


async def test_a_payment_is_the_whole_invoice_and_deleting_it_opens_the_invoice(api: Api) -> None:
    invoice = await payable(api)
    made = await api.write(
        "POST", "/external_payments?include=invoice", payment_of(invoice, amount_in_cents=1, message="Wire 7")
    )
    assert made.row["amount_in_cents"] == invoice["balance_in_cents"]
    assert made.row["message"] == "Wire 7"
    assert made.row["created_at"] == made.row["updated_at"] == "2026-03-15T12:00:00Z"
    assert made.row["user_id"] == 203
    assert all(isinstance(made.row[name], int) for name in ("invoice_id", "workspace_id", "user_id", "amount_in_cents"))
    assert set(made.row) == {
        "id", "amount_in_cents", "created_at", "invoice_id", "message", "updated_at", "user_id", "workspace_id",
    }  # fmt: skip
    assert made.side("invoices")[str(invoice["id"])]["status"] == "accepted payment"
    paid = (await api.page(f"/invoices/{invoice['id']}")).row
    assert paid["balance_in_cents"] == invoice["balance_in_cents"]
    answer = await api.client.delete(f"/external_payments/{made.ids[0]}.json")
    assert (answer.status_code, answer.content) == (204, b"")
    assert await status(api, invoice) == "new"
    assert (await api.client.delete(f"/external_payments/{made.ids[0]}")).status_code == 404


async def test_a_second_payment_of_the_same_invoice_is_refused(api: Api) -> None:
    invoice = await payable(api)
    await api.write("POST", "/external_payments", payment_of(invoice))
    before = (await api.page("/external_payments")).count
    problems = await api.refused("POST", "/external_payments", payment_of(invoice))
    assert problems == [{"type": "validation", "message": "Invoice is already paid", "field": "invoice_id"}]
    assert (await api.page("/external_payments")).count == before


async def test_a_part_paid_invoice_is_new_and_can_be_paid(api: Api, context: SandboxContext) -> None:
    tail = "WHERE kind = 'invoice' AND state = 'open' AND amount_paid BETWEEN 1 AND amount_total - 1"
    rows = context.books.all(Invoice, tail)
    found = await api.page("/invoices", only=",".join(str(row.id) for row in rows), include="workspaces")
    assert {row["status"] for row in found.rows} == {"new"}
    single = next(row for row in found.rows if len(cast("list[str]", row["workspace_ids"])) == 1)
    made = await api.write("POST", "/external_payments", payment_of(single))
    assert made.row["amount_in_cents"] == single["balance_in_cents"]
    assert await status(api, single) == "accepted payment"
    await api.client.delete(f"/external_payments/{made.ids[0]}")
    assert await status(api, single) == "new"


@pytest.mark.parametrize(
    ("where", "sentence"),
    [
        ("state = 'draft'", "Invoice is a draft"),
        ("state = 'cancelled'", "Invoice is cancelled"),
        ("state = 'open' AND amount_paid >= amount_total AND kind = 'invoice'", "Invoice is already paid"),
        ("kind = 'credit-note'", "Invoice does not exist"),
    ],
)
async def test_invoices_that_cannot_be_paid(api: Api, context: SandboxContext, where: str, sentence: str) -> None:
    invoice = context.books.all(Invoice, f"WHERE {where} AND deleted_at IS NULL ORDER BY id")[0]
    project = projects(context, invoice)[0]
    await unpaid(api, context, invoice, project, sentence)


async def test_invoices_of_other_or_several_projects_cannot_be_paid(api: Api, context: SandboxContext) -> None:
    found = await payable(api)
    invoice = context.books.one(Invoice, int(str(found["id"])))
    assert invoice is not None
    (project,) = projects(context, invoice)
    other = context.books.all(Deal, "WHERE project_id <> ?", (project,))[0]
    await unpaid(api, context, invoice, other.project_id, "Invoice belongs to another project")
    context.books.insert(InvoiceAttribution, invoice_id=invoice.id, deal_id=other.id, amount=0)
    await unpaid(api, context, invoice, project, "Invoice must belong to exactly one project")


async def unpaid(api: Api, context: SandboxContext, invoice: Invoice, project: int, sentence: str) -> None:
    """Pays, is refused on the invoice and leaves the books as they were."""
    before = context.books.scalar("SELECT count(*) FROM payments")
    body: Json = {"external_payment": {"workspace_id": project, "invoice_id": invoice.id}}
    problems = await api.refused("POST", "/external_payments", body)
    assert problems == [{"type": "validation", "message": sentence, "field": "invoice_id"}]
    assert context.books.scalar("SELECT count(*) FROM payments") == before
    assert context.books.one(Invoice, invoice.id) == invoice


def projects(context: SandboxContext, invoice: Invoice) -> list[int]:
    sql = "SELECT project_id FROM invoice_projects WHERE invoice_id = ?"
    return [row[0] for row in context.books.connection.execute(sql, (invoice.id,))]


async def test_a_payment_of_a_project(api: Api) -> None:
    made = await api.write(
        "POST", "/external_payments", {"external_payment": {"workspace_id": WORKSPACE, "amount_in_cents": 12550}}
    )
    assert made.row["invoice_id"] is None
    assert made.row["amount_in_cents"] == 12550
    assert made.row["message"] is None
    assert (await api.client.delete(f"/external_payments/{made.ids[0]}")).status_code == 204


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({}, {"workspace_id": "Workspace is missing", "amount_in_cents": "Amount is missing"}),
        ({"workspace_id": 1, "amount_in_cents": 0},
         {"workspace_id": "Workspace does not exist", "amount_in_cents": "Amount must be greater than zero"}),
        ({"workspace_id": WORKSPACE, "amount_in_cents": -5}, {"amount_in_cents": "Amount must be greater than zero"}),
        ({"workspace_id": WORKSPACE, "amount_in_cents": "12.5"}, {"amount_in_cents": "Amount is not a whole number"}),
        ({"workspace_id": "x", "amount_in_cents": 10**15},
         {"workspace_id": "Workspace is not a whole number", "amount_in_cents": "Amount is out of range"}),
        ({"workspace_id": WORKSPACE, "amount_in_cents": True}, {"amount_in_cents": "Amount is not a whole number"}),
        ({"workspace_id": WORKSPACE, "amount_in_cents": 5, "message": "x" * 256},
         {"message": "Message is too long (maximum is 255 characters)"}),
        ({"workspace_id": WORKSPACE, "amount_in_cents": 5, "message": {"a": 1}}, {"message": "Message is not a text"}),
        ({"workspace_id": WORKSPACE, "invoice_id": 1}, {"invoice_id": "Invoice does not exist"}),
        ({"workspace_id": WORKSPACE, "invoice_id": "no"}, {"invoice_id": "Invoice is not a whole number"}),
        ({"workspace_id": 10**40, "amount_in_cents": 5}, {"workspace_id": "Workspace is out of range"}),
    ],
)  # fmt: skip
async def test_payment_refusals(api: Api, members: Json, expected: dict[str, str]) -> None:
    before = (await api.page("/external_payments")).count
    assert messages(await api.refused("POST", "/external_payments", {"external_payment": members})) == expected
    assert (await api.page("/external_payments")).count == before


async def test_write_offs_cannot_be_reached(api: Api, context: SandboxContext) -> None:
    row = context.books.all(Payment, "WHERE written_off_on IS NOT NULL")[0]
    assert (await api.client.get(f"/external_payments/{row.id}")).status_code == 404
    assert (await api.client.delete(f"/external_payments/{row.id}")).status_code == 404
    assert context.books.one(Payment, row.id) == row
