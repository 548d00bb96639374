"""Creating and changing one expense."""

from __future__ import annotations

import pytest

from kworkbench.sandbox.books.money_model import Expense
from kworkbench.sandbox.context import SandboxContext
from tests.sandbox.kantata.conftest import Api, Json, messages

WORKSPACE = 325  # EUR

EXPENSE: Json = {"workspace_id": WORKSPACE, "date": "2026-03-01", "category": "Lodging", "amount_in_cents": 4200}


async def test_an_expense_with_the_least_members_gets_the_defaults(api: Api) -> None:
    made = await api.write("POST", "/expenses", {"expense": EXPENSE})
    assert made.row == {
        "id": made.ids[0],
        "amount_in_cents": 4200,
        "category": "Lodging",
        "currency": "EUR",
        "currency_symbol": "€",
        "currency_base_unit": 100,
        "date": "2026-03-01",
        "foreign_exchange_amount": {},
        "is_billable": False,
        "is_invoiced": False,
        "notes": "",
        "reimbursable": False,
        "taxable": None,
        "workspace_id": "325",
        "user_id": "203",
        "story_id": None,
        "active_submission_id": None,
        "recent_submission_id": None,
        "created_at": "2026-03-15T12:00:00Z",
        "updated_at": "2026-03-15T12:00:00Z",
    }
    assert (await api.page(f"/expenses/{made.ids[0]}")).row == made.row


async def test_an_expense_with_every_member(api: Api, context: SandboxContext) -> None:
    books = context.books
    receipt = books.scalar("SELECT min(id) FROM attachments WHERE deleted_at IS NULL")
    story = books.scalar("SELECT min(id) FROM stories WHERE project_id = ?", (WORKSPACE,))
    vendor = books.scalar("SELECT min(id) FROM companies WHERE kind = 'vendor'")
    budget = books.scalar("SELECT min(id) FROM expense_budgets WHERE project_id = ?", (WORKSPACE,))
    members: Json = {
        **EXPENSE,
        "date": "2026/02/28T23:30:00-08:00",
        "amount_in_cents": -500,
        "expense_category_id": 7,
        "user_id": 205,
        "notes": "Hotel “Basel” 🏨",
        "billable": True,
        "reimbursable": "1",
        "receipt_id": receipt,
        "story_id": story,
        "vendor_id": vendor,
        "expense_budget_id": budget,
        "external_reference": {
            "service_name": "ledger",
            "service_model": "Entry",
            "service_model_ref": "E-1",
            "status": "pending",
        },
    }
    made = await api.write(
        "POST", "/expenses?include=vendor,receipt,story,expense_category,external_references", {"expense": members}
    )
    row = made.row
    assert (row["date"], row["amount_in_cents"], row["user_id"]) == ("2026-02-28", -500, "205")
    assert (row["notes"], row["is_billable"], row["reimbursable"]) == ("Hotel “Basel” 🏨", True, True)
    assert (row["receipt_id"], row["story_id"], row["vendor_id"]) == (str(receipt), str(story), str(vendor))
    assert row["expense_category_id"] == "7"
    (reference,) = made.side("external_references").values()
    assert (reference["service_model_ref"], reference["status"]) == ("E-1", "pending")
    stored = books.one(Expense, int(made.ids[0]))
    assert stored is not None
    assert stored.billable_amount == -500
    assert stored.service_id is not None


async def test_foreign_currency_overrides_the_amount(api: Api) -> None:
    foreign = {"source_value": "210.50", "source_currency": "CHF"}
    made = await api.write(
        "POST", "/expenses", {"expense": {**EXPENSE, "amount_in_cents": 1, "foreign_exchange_amount": foreign}}
    )
    assert made.row["amount_in_cents"] == 22103  # 21050 x 1.05, half up
    assert made.row["currency"] == "EUR"
    assert made.row["foreign_exchange_amount"] == {
        "date": "2026-03-01T00:00:00Z",
        "rate": 1.05,
        "source_currency": "CHF",
        "source_value": 210.5,
    }
    path = f"/expenses/{made.ids[0]}"
    changed = await api.write(
        "PUT", path, {"expense": {"foreign_exchange_amount": {"source_value": 1000, "source_currency": "JPY"}}}
    )
    assert changed.row["amount_in_cents"] == 610
    home = await api.write("PUT", path, {"expense": {"amount_in_cents": 77, "foreign_exchange_amount": {}}})
    assert (home.row["amount_in_cents"], home.row["foreign_exchange_amount"]) == (77, {})


async def test_an_update_is_partial_and_never_moves_the_project(api: Api) -> None:
    made = await api.write(
        "POST", "/expenses", {"expense": {**EXPENSE, "notes": "a", "billable": True, "vendor_id": 135}}
    )
    changed = await api.write(
        "PUT",
        f"/expenses/{made.ids[0]}.json?include=vendor",
        {"expense": {"notes": "b", "workspace_id": 337}, "only": "7"},
    )
    assert {name: value for name, value in changed.row.items() if made.row.get(name) != value} == {
        "notes": "b",
        "vendor_id": "135",
    }
    cleared = await api.write(
        "PUT", f"/expenses/{made.ids[0]}?include=vendor", {"expense": {"vendor_id": None, "notes": None}}
    )
    assert (cleared.row["vendor_id"], cleared.row["notes"]) == (None, "")


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"date": ""}, {"date": "Date is missing"}),
        ({"date": "yesterday"}, {"date": "Date is not a valid date"}),
        ({"date": "2026-02-30"}, {"date": "Date is not a valid date"}),
        ({"date": 20260301}, {"date": "Date is not a valid date"}),
        ({"category": "  "}, {"category": "Category is missing"}),
        ({"category": "x" * 256}, {"category": "Category is too long (maximum is 255 characters)"}),
        ({"amount_in_cents": None}, {"amount_in_cents": "Amount is missing"}),
        ({"amount_in_cents": 0}, {"amount_in_cents": "Amount must not be zero"}),
        ({"amount_in_cents": "12,50"}, {"amount_in_cents": "Amount is not a whole number"}),
        ({"amount_in_cents": 1e300}, {"amount_in_cents": "Amount is out of range"}),
        ({"billable": "perhaps"}, {"billable": "Billable is neither true nor false"}),
        ({"expense_category_id": 99999}, {"expense_category_id": "Expense category does not exist"}),
        ({"user_id": 1}, {"user_id": "User does not exist"}),
        ({"vendor_id": 101}, {"vendor_id": "Vendor does not exist"}),
        ({"receipt_id": 5}, {"receipt_id": "Receipt does not exist"}),
        ({"story_id": 5}, {"story_id": "Story does not exist"}),
        ({"foreign_exchange_amount": 5}, {"foreign_exchange_amount": "Foreign exchange amount must be an object"}),
        ({"foreign_exchange_amount": {"source_value": "1"}},
         {"foreign_exchange_amount": "Source currency (none) is not known"}),
        ({"foreign_exchange_amount": {"source_value": "1e999999", "source_currency": "USD"}},
         {"foreign_exchange_amount": "Source value is not an amount in USD"}),
        ({"foreign_exchange_amount": {"source_value": "1.005", "source_currency": "USD"}},
         {"foreign_exchange_amount": "Source value is not an amount in USD"}),
        ({"foreign_exchange_amount": {"source_value": "99999999999", "source_currency": "HUF"}},
         {"foreign_exchange_amount": "Source value is out of range"}),
        ({"amount_in_cents": 10**12 + 1}, {"amount_in_cents": "Amount is out of range"}),
        ({"foreign_exchange_amount": {"source_value": "0", "source_currency": "USD"}},
         {"foreign_exchange_amount": "Amount must not be zero"}),
        ({"external_reference": {"service_name": "a", "service_model": "b", "status": "lost"}},
         {"external_reference": "External reference status must be one of successful, pending, failed"}),
    ],
)  # fmt: skip
async def test_expense_refusals_on_create_and_update(
    api: Api, context: SandboxContext, members: Json, expected: dict[str, str]
) -> None:
    made = await api.write("POST", "/expenses", {"expense": EXPENSE})
    before = context.books.all(Expense, "ORDER BY id DESC LIMIT 2")
    assert messages(await api.refused("POST", "/expenses", {"expense": {**EXPENSE, **members}})) == expected
    assert messages(await api.refused("PUT", f"/expenses/{made.ids[0]}", {"expense": members})) == expected
    assert context.books.all(Expense, "ORDER BY id DESC LIMIT 2") == before


async def test_an_empty_expense_names_everything_that_is_missing_in_order(api: Api) -> None:
    bodies: list[Json] = [{}, {"expense": {}}, {"expense": {"notes": "x"}}]
    for body in bodies:
        problems = await api.refused("POST", "/expenses", body)
        assert [problem["field"] for problem in problems] == ["workspace_id", "date", "category", "amount_in_cents"]


async def test_every_status_word_of_a_reference_is_kept(api: Api) -> None:
    for status in ("successful", "pending", "failed", "fail"):
        reference = {"service_name": "s", "service_model": "m", "service_model_ref": status, "status": status}
        made = await api.write("POST", "/expenses", {"expense": {**EXPENSE, "external_reference": reference}})
        found = await api.page("/expenses", external_reference_status=status, per_page=200)
        assert made.ids[0] in found.ids


async def test_default_filters_do_not_hide_rows_from_a_write(api: Api, context: SandboxContext) -> None:
    sql = (
        "SELECT max(e.id) FROM expenses e JOIN projects p ON p.id = e.project_id WHERE p.archived_at IS NOT NULL "
        "AND e.deleted_at IS NULL AND e.invoice_id IS NULL AND e.report_id IS NULL"
    )
    row_id = context.books.scalar(sql)
    assert row_id
    assert (await api.client.get(f"/expenses/{row_id}")).status_code == 404
    assert (await api.write("PUT", f"/expenses/{row_id}", {"expense": {"notes": "x"}})).row["notes"] == "x"
    assert (await api.client.delete(f"/expenses/{row_id}")).status_code == 204
