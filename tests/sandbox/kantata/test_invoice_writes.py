"""Writing, changing, cancelling and deleting invoices."""

from __future__ import annotations

from typing import cast

import pytest

from kworkbench.sandbox.books.model import Project
from kworkbench.sandbox.books.money_model import Expense, Invoice
from kworkbench.sandbox.context import SandboxContext
from tests.sandbox.kantata.conftest import Api, Json, Listing, messages

WORKSPACE = 325  # EUR
FEE: Json = {"notes": "Design", "amount": 500, "taxable": True}
LEAST: Json = {"workspace_id": WORKSPACE, "payment_schedule": 30, "fixed_fee_items": [FEE]}
INCLUDES = "include=workspaces,expenses,fixed_fee_items,additional_items,time_entries,external_references"


async def write(api: Api, **members: object) -> Listing:
    return await api.write("POST", f"/invoices?{INCLUDES}", {"invoice": LEAST | members})


def expense(context: SandboxContext, **columns: int | None) -> int:
    """An expense that can be invoiced on the workspace."""
    books = context.books
    books.update(Project, WORKSPACE, require_expense_approvals=0)
    row = books.all(Expense, "WHERE project_id = ? AND deleted_at IS NULL ORDER BY id DESC LIMIT 1", (WORKSPACE,))[0]
    values = {"invoice_id": None, "report_id": None, "project_amount": 1234} | columns
    copied = {name: getattr(row, name) for name in row.__slots__ if name not in {"id", *values}}
    return books.insert(Expense, **copied, **values)


async def test_the_least_that_an_invoice_needs(api: Api) -> None:
    number = (await api.client.get("/invoices/next_invoice_number.json")).json()
    made = await write(api)
    row = made.row
    assert number == {"next_invoice_number": str(row["user_invoice_number"])}
    assert (row["balance_in_cents"], row["currency"], row["status"], row["draft"]) == (50000, "EUR", "new", False)
    assert row["title"] == f"Invoice #{row['user_invoice_number']}"
    assert (row["invoice_date"], row["due_date"], row["payment_schedule"]) == ("2026-03-15", "2026-04-14", 30)
    assert (row["user_id"], row["tax_rate"], row["workspace_ids"]) == ("203", 0.0, [str(WORKSPACE)])
    assert made.side("fixed_fee_items")[cast("list[str]", row["fixed_fee_item_ids"])[0]]["amount_in_cents"] == 50000
    assert (row["additional_item_ids"], row["time_entry_ids"], row["expense_ids"]) == ([], [], [])
    again = await write(api)
    assert again.row["user_invoice_number"] == int(number["next_invoice_number"]) + 1


async def test_an_invoice_with_every_member(api: Api, context: SandboxContext) -> None:
    one = expense(context)
    reference = {"service_name": "ledger", "service_model": "Bill", "service_model_ref": "7"}
    made = await write(
        api,
        expense_ids=[one],
        additional_items=[{"notes": "Courier", "amount": "12.50", "taxable": False}],
        invoice_date="2026-02-28",
        user_invoice_number=9001,
        draft=True,
        message="Thank you",
        user_invoice_title="Phase 1",
        purchase_order="PO-1",
        project_code="X-9",
        suppress_emails=True,
        tax_rate="20",
        external_reference=reference,
    )
    row = made.row
    assert row["balance_in_cents"] == 50000 + 1250 + 1234 + 10247  # 20 percent of 51234, half up
    assert (row["draft"], row["title"], row["user_invoice_number"]) == (True, "Draft Invoice #9001", 9001)
    assert (row["invoice_date"], row["due_date"], row["tax_rate"]) == ("2026-02-28", "2026-03-30", 20.0)
    assert [row[name] for name in ("message", "user_invoice_title", "purchase_order", "project_code")] == [
        "Thank you", "Phase 1", "PO-1", "X-9",
    ]  # fmt: skip
    assert made.side("expenses")[str(one)]["is_invoiced"] is True
    assert made.side("expenses")[str(one)]["taxable"] is True
    (kept,) = made.side("external_references").values()
    assert (kept["subject_type"], kept["subject_id"]) == ("Invoice", int(made.ids[0]))


async def test_an_invoice_written_as_a_form(api: Api) -> None:
    content = (
        "invoice[workspace_ids][]=325&invoice[payment_schedule]=14"
        "&invoice%5Badditional_items%5D%5B%5D%5Bamount%5D=500&invoice[additional_items][][notes]=a"
        "&invoice[additional_items][][amount]=2.5&invoice[additional_items][][taxable]=true"
    )
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = await api.client.post("/invoices?include=additional_items", content=content, headers=headers)
    assert answer.status_code == 200, answer.text
    items = answer.json()["additional_items"].values()
    assert [(item["amount_in_cents"], item["notes"], item["taxable"]) for item in items] == [
        (50000, "a", False), (250, None, True),
    ]  # fmt: skip


async def test_an_invoice_over_several_projects(api: Api, context: SandboxContext) -> None:
    other = context.books.scalar("SELECT id FROM projects WHERE currency = 'EUR' AND id <> ?", (WORKSPACE,))
    items = [FEE, {**FEE, "workspace_id": other, "amount": 100}]
    made = await api.write(
        "POST",
        f"/invoices?{INCLUDES}",
        {"invoice": {"workspace_ids": [WORKSPACE, other], "payment_schedule": 0, "fixed_fee_items": items}},
    )
    assert made.row["workspace_ids"] == sorted([str(WORKSPACE), str(other)])
    sql = """SELECT d.project_id, a.amount FROM invoice_attributions a JOIN deals d ON d.id = a.deal_id
        WHERE a.invoice_id = ?"""
    assert dict(context.books.connection.execute(sql, (made.ids[0],))) == {WORKSPACE: 50000, other: 10000}


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"workspace_id": None}, {"workspace_id": "Workspace is missing"}),
        ({"workspace_id": 1}, {"workspace_id": "Workspace does not exist"}),
        ({"workspace_ids": [WORKSPACE, 1]}, {"workspace_ids": "Workspace does not exist"}),
        ({"workspace_id": "x"}, {"workspace_id": "Workspace must be whole numbers"}),
        ({"payment_schedule": None}, {"payment_schedule": "Payment schedule is missing"}),
        ({"payment_schedule": -1}, {"payment_schedule": "Payment schedule must be from 0 to 3650 days"}),
        ({"fixed_fee_items": []}, {"base": "Invoice must have at least one line"}),
        ({"fixed_fee_items": "x"}, {"fixed_fee_items": "Fixed fee items must be a list of objects"}),
        ({"fixed_fee_items": [{"notes": "x"}]}, {"fixed_fee_items": "Fixed fee items 1: Amount is missing"}),
        ({"fixed_fee_items": [FEE, {"amount": "1.005"}]},
         {"fixed_fee_items": "Fixed fee items 2: Amount has more decimals than EUR"}),
        ({"fixed_fee_items": [{"amount": 0}]}, {"fixed_fee_items": "Fixed fee items 1: Amount must not be zero"}),
        ({"additional_items": [{"amount": 5, "workspace_id": 301}]},
         {"additional_items": "Additional items 1: Workspace is not one of the invoice"}),
        ({"fixed_fee_items": [{"amount": 5, "story_id": 1}]},
         {"fixed_fee_items": "Fixed fee items 1: Story does not exist"}),
        ({"time_entry_ids": [5]}, {"time_entry_ids": "Time entry 5 was not found"}),
        ({"billing_milestone_ids": [6]}, {"billing_milestone_ids": "Billing milestone 6 was not found"}),
        ({"expense_ids": [77]}, {"expense_ids": "Expense 77 was not found"}),
        ({"expense_ids": ["x"]}, {"expense_ids": "Expense ids must be whole numbers"}),
        ({"invoice_date": "soon"}, {"invoice_date": "Invoice date is not a valid date"}),
        ({"invoice_date": "9999-12-31"}, {"invoice_date": "Invoice date is out of range"}),
        ({"fixed_fee_items": [FEE] * 501}, {"fixed_fee_items": "Fixed fee items are more than 500"}),
        ({"tax_rate": 101}, {"tax_rate": "Tax rate must be from 0 to 100"}),
        ({"tax_rate": "a"}, {"tax_rate": "Tax rate is not a number"}),
        ({"user_invoice_number": 0}, {"user_invoice_number": "Invoice number must be greater than zero"}),
        ({"draft": "maybe"}, {"draft": "Draft is neither true nor false"}),
        ({"project_code": "x" * 256}, {"project_code": "Project code is too long (maximum is 255 characters)"}),
    ],
)  # fmt: skip
async def test_invoices_that_are_refused(
    api: Api, context: SandboxContext, members: Json, expected: dict[str, str]
) -> None:
    before = context.books.scalar("SELECT count(*) FROM invoices")
    assert messages(await api.refused("POST", "/invoices", {"invoice": LEAST | members})) == expected
    assert context.books.scalar("SELECT count(*) FROM invoices") == before


async def test_projects_of_one_invoice_share_a_currency(api: Api, context: SandboxContext) -> None:
    other = context.books.scalar("SELECT id FROM projects WHERE currency = 'USD'")
    problems = await api.refused("POST", "/invoices", {"invoice": LEAST | {"workspace_ids": [WORKSPACE, other]}})
    assert messages(problems) == {"workspace_ids": "Workspaces must share a currency"}


@pytest.mark.parametrize("sentence", ["is invoiced already", "belongs to another project", "is not approved"])
async def test_expenses_that_cannot_be_invoiced(api: Api, context: SandboxContext, sentence: str) -> None:
    columns = {
        "is invoiced already": {"invoice_id": 5001},
        "belongs to another project": {"project_id": 301},
        "is not approved": {},
    }[sentence]
    one = expense(context, **columns)
    if sentence == "is not approved":
        context.books.update(Project, WORKSPACE, require_expense_approvals=1)
    problems = await api.refused("POST", "/invoices", {"invoice": LEAST | {"expense_ids": [one]}})
    assert messages(problems) == {"expense_ids": f"Expense {one} {sentence}"}


async def test_a_list_of_expenses_replaces_the_one_before(api: Api, context: SandboxContext) -> None:
    one, two = expense(context), expense(context)
    made = await write(api, expense_ids=[one])
    path = f"/invoices/{made.ids[0]}?{INCLUDES}"
    changed = await api.write("PUT", path, {"invoice": {"expense_ids": [two], "workspace_id": 301}})
    assert changed.row["expense_ids"] == [str(two)]
    assert changed.row["workspace_ids"] == [str(WORKSPACE)]
    assert changed.row["balance_in_cents"] == made.row["balance_in_cents"]
    assert (await api.page(f"/expenses/{one}")).row["is_invoiced"] is False
    emptied = await api.write("PUT", path, {"invoice": {"expense_ids": []}})
    assert (emptied.row["expense_ids"], emptied.row["balance_in_cents"]) == ([], 50000)


async def test_the_last_line_stays(api: Api, context: SandboxContext) -> None:
    one = expense(context)
    made = await write(api, expense_ids=[one], fixed_fee_items=[])
    problems = await api.refused("PUT", f"/invoices/{made.ids[0]}", {"invoice": {"expense_ids": []}})
    assert messages(problems) == {"base": "Invoice must have at least one line"}
    assert (await api.page(f"/expenses/{one}")).row["is_invoiced"] is True


async def test_a_change_is_partial_and_moves_the_due_day(api: Api) -> None:
    made = await write(api, draft=True, message="a", project_code="P")
    path = f"/invoices/{made.ids[0]}?{INCLUDES}"
    changed = await api.write("PUT", path, {"invoice": {"payment_schedule": 10, "message": "b"}})
    assert {name: value for name, value in changed.row.items() if made.row[name] != value} == {
        "payment_schedule": 10, "due_date": "2026-03-25", "message": "b",
    }  # fmt: skip
    later = await api.write("PUT", path, {"invoice": {"invoice_date": "2026-04-01", "project_code": None}})
    assert (later.row["due_date"], later.row["project_code"]) == ("2026-04-11", None)
    taxed = await api.write("PUT", path, {"invoice": {"tax_rate": 7.5}})
    assert taxed.row["balance_in_cents"] == 53750


async def test_a_draft_is_issued_and_stays_issued(api: Api) -> None:
    made = await write(api, draft=True)
    assert (await api.page("/invoices", without_drafts="true", only=made.ids[0])).count == 0
    path = f"/invoices/{made.ids[0]}"
    issued = await api.write("PUT", path, {"invoice": {"draft": False}})
    assert (issued.row["draft"], issued.row["status"]) == (False, "new")
    assert (await api.page("/invoices", pending="true", only=made.ids[0])).count == 1
    problems = await api.refused("PUT", path, {"invoice": {"draft": True}})
    assert messages(problems) == {"draft": "An issued invoice cannot become a draft again"}


async def test_cancelling_frees_the_expenses_and_keeps_them_listed(api: Api, context: SandboxContext) -> None:
    one = expense(context)
    made = await write(api, expense_ids=[one])
    cancelled = await api.write("PUT", f"/invoices/{made.ids[0]}/cancel.json?{INCLUDES}", {})
    assert (cancelled.row["status"], cancelled.row["expense_ids"]) == ("cancelled", [str(one)])
    assert cancelled.row["balance_in_cents"] == made.row["balance_in_cents"]
    assert cancelled.side("expenses")[str(one)]["is_invoiced"] is False
    again = await write(api, expense_ids=[one])
    assert again.row["expense_ids"] == [str(one)]
    for verb, path, word in (("PUT", "", "cannot be changed"), ("PUT", "/cancel", "already")):
        (problem,) = await api.refused(verb, f"/invoices/{made.ids[0]}{path}", {"invoice": {"message": "x"}})
        assert word in str(problem["message"])


async def test_a_paid_invoice_is_neither_changed_nor_cancelled(api: Api) -> None:
    made = await write(api)
    payment: Json = {"external_payment": {"workspace_id": WORKSPACE, "invoice_id": int(made.ids[0])}}
    await api.write("POST", "/external_payments", payment)
    path = f"/invoices/{made.ids[0]}"
    assert messages(await api.refused("PUT", path, {"invoice": {"message": "x"}})) == {
        "base": "Invoice is paid and cannot be changed"
    }
    assert messages(await api.refused("PUT", f"{path}/cancel")) == {"base": "Invoice is paid and cannot be cancelled"}


async def test_only_a_draft_is_deleted(api: Api, context: SandboxContext) -> None:
    one = expense(context)
    draft, issued = await write(api, draft=True, expense_ids=[one]), await write(api)
    assert messages(await api.refused("PUT", f"/invoices/{draft.ids[0]}/cancel")) == {
        "base": "Invoice is a draft and cannot be cancelled. Delete it instead."
    }
    answer = await api.client.delete(f"/invoices/{draft.ids[0]}.json")
    assert (answer.status_code, answer.content) == (204, b"")
    assert (await api.client.get(f"/invoices/{draft.ids[0]}")).status_code == 404
    assert (await api.page(f"/expenses/{one}")).row["is_invoiced"] is False
    assert messages(await api.refused("DELETE", f"/invoices/{issued.ids[0]}")) == {
        "base": "Invoice is not a draft and cannot be deleted. Cancel it instead."
    }


@pytest.mark.parametrize(
    ("method", "path"), [("PUT", "/invoices/1"), ("PUT", "/invoices/1/cancel"), ("DELETE", "/invoices/1")]
)
async def test_an_invoice_that_is_not_there(api: Api, method: str, path: str) -> None:
    assert (await api.refused(method, path, status=404))[0]["message"] == "Not found"


async def test_a_credit_note_is_none_of_kantatas(api: Api, context: SandboxContext) -> None:
    note = context.books.all(Invoice, "WHERE kind = 'credit-note'")[0]
    await api.refused("PUT", f"/invoices/{note.id}", {"invoice": {"message": "x"}}, status=404)
