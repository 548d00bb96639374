"""One set of books seen through both dialects: what is done in one is seen in the other (product.md section 12)."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from kworkbench.sandbox.app import build_app
from kworkbench.sandbox.books.store import Books
from kworkbench.sandbox.opening import open_context
from tests.sandbox.conftest import TOKEN

JSON_API = "application/vnd.api+json"
NOW = datetime(2026, 3, 15, 23, 30, tzinfo=UTC)
TODAY_THERE = "2026-03-16"
"""The day of `NOW` where the organization is, an hour ahead."""

Document = dict[str, Any]


class Both:
    """A client of each dialect over the same books."""

    def __init__(self, books: Books, client: httpx.AsyncClient) -> None:
        self.books = books
        self._client = client

    async def kantata(self, method: str, path: str, body: Document | None = None, *, expect: int = 200) -> Document:
        """The answer's document; {} for an empty one."""
        headers = {"Authorization": f"Bearer {TOKEN}"}
        answer = await self._client.request(method, f"/api/v1{path}", json=body, headers=headers)
        assert answer.status_code == expect, answer.text
        return answer.json() if answer.content else {}

    async def productive(self, method: str, path: str, body: Document | None = None, *, expect: int = 200) -> Document:
        """The answer's document; {} for an empty one."""
        headers = {"X-Auth-Token": TOKEN, "Content-Type": JSON_API}
        answer = await self._client.request(method, f"/api/v2{path}", json=body, headers=headers)
        assert answer.status_code == expect, answer.text
        return answer.json() if answer.content else {}

    async def pay(self, invoice_id: int, amount: int, **more: object) -> str:
        """Records a payment in Productive and gives its id."""
        days = {} if "written_off_on" in more else {"paid_on": "2026-03-01"}
        attributes = {"invoice_id": invoice_id, "amount": amount, **days, **more}
        made = await self.productive("POST", "/payments", item("payments", attributes), expect=201)
        return str(made["data"]["id"])

    async def seen(self, invoice_id: int) -> tuple[str, int, list[str]]:
        """An invoice's status and its payments in Kantata, with what is unpaid in Productive between them."""
        shown = await self.kantata("GET", f"/invoices/{invoice_id}")
        paid = await self.kantata("GET", f"/external_payments?invoice_id={invoice_id}&order=id:asc")
        left = await self.productive("GET", f"/invoices/{invoice_id}")
        status = shown["invoices"][str(invoice_id)]["status"]
        return status, left["data"]["attributes"]["amount_unpaid"], [one["id"] for one in paid["results"]]

    async def written(self, **members: object) -> int:
        """The id of an invoice over 500.00 and 10 percent that is written in Kantata."""
        fee = {"notes": "Design", "amount": 500, "taxable": True}
        invoice = {"workspace_id": 301, "payment_schedule": 30, "tax_rate": 10, "fixed_fee_items": [fee], **members}
        (made,) = (await self.kantata("POST", "/invoices", {"invoice": invoice}))["invoices"]
        return int(made)

    async def line(self, invoice_id: int, **attributes: object) -> str:
        """The id of a line over 40.00 and 20 percent that is written in Productive."""
        sent = {"invoice_id": invoice_id, "unit_price": 4000, "quantity": "1", "tax_rate_id": 5, **attributes}
        made = await self.productive("POST", "/line_items", item("line_items", sent), expect=201)
        return str(made["data"]["id"])

    async def totals(self, invoice_id: int) -> tuple[int, int, int]:
        """Net and tax in Productive, and the total in Kantata, which must be their sum."""
        there = (await self.productive("GET", f"/invoices/{invoice_id}"))["data"]["attributes"]
        here = (await self.kantata("GET", f"/invoices/{invoice_id}"))["invoices"][str(invoice_id)]
        return there["amount"], there["amount_tax"], here["balance_in_cents"]

    async def expense(self, row_id: int | str) -> tuple[Document, Document]:
        """An expense as Kantata's record and as Productive's attributes."""
        path = f"/expenses/{row_id}?from_archived_workspaces=true&on_my_account=false"
        there = await self.productive("GET", f"/expenses/{row_id}")
        return (await self.kantata("GET", path))["expenses"][str(row_id)], there["data"]["attributes"]

    def invoice(self, where: str) -> tuple[int, int, int]:
        """Id, total and first project of an invoice that nothing was paid on."""
        sql = f"""SELECT i.id, i.amount_total, min(x.project_id) FROM invoices i
            JOIN invoice_projects x ON x.invoice_id = i.id WHERE {where} GROUP BY i.id ORDER BY i.id LIMIT 1"""  # noqa: S608
        row = self.books.connection.execute(sql).fetchone()
        return int(row[0]), int(row[1]), int(row[2])


def item(kind: str, attributes: Document) -> Document:
    return {"data": {"type": kind, "attributes": attributes}}


OPEN = """i.state = 'open' AND i.kind = 'invoice' AND i.amount_paid = 0 AND i.amount_written_off = 0
    AND (SELECT count(*) FROM invoice_projects p WHERE p.invoice_id = i.id) = 1"""


@pytest.fixture
async def both(books_path: Path) -> AsyncIterator[Both]:
    context = open_context(books_path, token=TOKEN, clock=lambda: NOW)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(build_app(context)), base_url="http://127.0.0.1"
    ) as client:
        yield Both(context.books, client)
    context.books.close()


async def test_a_payment_made_in_productive_settles_the_invoice_in_kantata(both: Both) -> None:
    invoice, total, project = both.invoice(OPEN)
    assert await both.seen(invoice) == ("new", total, [])
    payment = await both.pay(invoice, total, note="wire 7")
    assert await both.seen(invoice) == ("accepted payment", 0, [payment])
    row = (await both.kantata("GET", f"/external_payments/{payment}"))["external_payments"][payment]
    assert (row["amount_in_cents"], row["message"], row["workspace_id"]) == (total, "wire 7", project)
    await both.kantata("DELETE", f"/external_payments/{payment}", expect=204)
    await both.productive("GET", f"/payments/{payment}", expect=404)
    assert await both.seen(invoice) == ("new", total, [])


async def test_a_payment_made_in_kantata_is_one_of_its_day_in_productive(both: Both) -> None:
    invoice, total, project = both.invoice(OPEN)
    body = {"external_payment": {"workspace_id": project, "invoice_id": invoice, "amount_in_cents": 1, "message": "kw"}}
    (payment,) = (await both.kantata("POST", "/external_payments", body))["external_payments"]
    shown = (await both.productive("GET", f"/payments/{payment}"))["data"]["attributes"]
    assert (shown["amount"], shown["paid_on"], shown["note"]) == (total, TODAY_THERE, "kw")
    assert await both.seen(invoice) == ("accepted payment", 0, [payment])
    settled = (await both.productive("GET", f"/invoices/{invoice}"))["data"]["attributes"]
    assert settled["paid_on"] == TODAY_THERE
    await both.productive("DELETE", f"/payments/{payment}", expect=204)
    await both.kantata("GET", f"/external_payments/{payment}", expect=404)
    assert await both.seen(invoice) == ("new", total, [])


async def test_a_part_paid_invoice_is_new_and_kantata_pays_its_whole_balance(both: Both) -> None:
    invoice, total, project = both.invoice(OPEN)
    part = await both.pay(invoice, total // 4)
    assert await both.seen(invoice) == ("new", total - total // 4, [part])
    body = {"external_payment": {"workspace_id": project, "invoice_id": invoice}}
    (whole,) = (await both.kantata("POST", "/external_payments", body))["external_payments"]
    assert await both.seen(invoice) == ("accepted payment", -(total // 4), [part, whole])


async def test_a_write_off_is_not_shown_in_kantata_and_the_invoice_stays_new(both: Both) -> None:
    invoice, total, _ = both.invoice(OPEN)
    payment = await both.pay(invoice, total, written_off_on="2026-03-02")
    assert await both.seen(invoice) == ("new", 0, [])
    await both.kantata("GET", f"/external_payments/{payment}", expect=404)
    await both.kantata("DELETE", f"/external_payments/{payment}", expect=404)


async def test_a_payment_moved_in_productive_changes_both_invoices_in_kantata(both: Both) -> None:
    first, total, project = both.invoice(OPEN)
    second, other_total, other = both.invoice(f"{OPEN} AND x.project_id <> {project}")
    payment = await both.pay(first, total)
    await both.productive("PATCH", f"/payments/{payment}", item("payments", {"invoice_id": second}))
    assert await both.seen(first) == ("new", total, [])
    status = "accepted payment" if total >= other_total else "new"
    assert await both.seen(second) == (status, other_total - total, [payment])
    row = (await both.kantata("GET", f"/external_payments/{payment}"))["external_payments"][payment]
    assert (row["invoice_id"], row["workspace_id"]) == (second, other)


async def test_a_payment_without_invoice_is_known_to_kantata_alone(both: Both) -> None:
    body = {"external_payment": {"workspace_id": 301, "amount_in_cents": 700}}
    (payment,) = (await both.kantata("POST", "/external_payments", body))["external_payments"]
    for method, sent in (("GET", None), ("PATCH", item("payments", {"amount": 1})), ("DELETE", None)):
        await both.productive(method, f"/payments/{payment}", sent, expect=404)
    await both.kantata("GET", f"/external_payments/{payment}")


async def test_a_credit_note_and_its_payments_are_known_to_productive_alone(both: Both) -> None:
    note, total, _ = both.invoice("i.kind = 'credit-note'")
    assert total < 0
    assert (await both.productive("GET", f"/invoices/{note}"))["data"]["attributes"]["amount_with_tax"] == total
    await both.kantata("GET", f"/invoices/{note}", expect=404)
    assert (await both.kantata("GET", f"/external_payments?invoice_id={note}"))["count"] == 0
    assert (await both.productive("GET", f"/payments?filter[invoice_id]={note}"))["meta"]["total_count"] == 1


async def test_a_cancelled_invoice_takes_no_payment_from_either_side(both: Both) -> None:
    invoice, _, project = both.invoice("i.state = 'cancelled'")
    assert (await both.kantata("GET", f"/invoices/{invoice}"))["invoices"][str(invoice)]["status"] == "cancelled"
    assert (await both.productive("GET", f"/invoices/{invoice}"))["data"]["attributes"]["deleted_at"]
    body = {"external_payment": {"workspace_id": project, "invoice_id": invoice}}
    refused = await both.kantata("POST", "/external_payments", body, expect=422)
    assert refused["errors"][0]["message"] == "Invoice is cancelled"
    sent = item("payments", {"invoice_id": invoice, "amount": 1, "paid_on": "2026-03-01"})
    refused = await both.productive("POST", "/payments", sent, expect=422)
    assert refused["errors"][0]["detail"] == "is cancelled"


async def test_the_client_is_the_lead_here_and_the_company_there(both: Both) -> None:
    path = "/workspaces/301?include=primary_counterpart&optional_fields=client_lead_name"
    workspace = (await both.kantata("GET", path))["workspaces"]["301"]
    lead = (await both.productive("GET", f"/people/{workspace['primary_counterpart_id']}"))["data"]
    project = (await both.productive("GET", "/projects/301"))["data"]
    assert lead["relationships"]["company"] == project["relationships"]["company"]
    name = lead["attributes"]
    assert workspace["client_lead_name"] == f"{name['first_name']} {name['last_name']}"


async def test_a_foreign_expense_of_kantata_keeps_its_currency_in_productive(both: Both) -> None:
    body = {
        "expense": {
            "workspace_id": 301, "date": "2026-03-01", "category": "Lodging", "expense_category_id": 2,
            "foreign_exchange_amount": {"source_value": "210.50", "source_currency": "CHF"}, "notes": "Hotel Basel",
        }
    }  # fmt: skip
    (made,) = (await both.kantata("POST", "/expenses", body))["expenses"]
    here, there = await both.expense(made)
    assert (here["currency"], here["amount_in_cents"]) == ("EUR", 22103)
    assert (there["currency"], there["amount"], there["quantity"]) == ("CHF", 21050, "1.0")
    assert (there["amount_normalized"], there["name"]) == (22103, "Hotel Basel")
    linked = (await both.productive("GET", f"/expenses/{made}"))["data"]["relationships"]
    assert linked["service_type"]["data"]["id"] == "2"
    assert linked["service"]["data"]


async def test_a_quantity_of_productive_is_one_amount_in_kantata(both: Both) -> None:
    found = await both.productive("GET", "/services?filter[project_id]=301&filter[unit]=2&page[size]=1")
    attributes = {
        "name": "Proofs", "date": "2026-03-02", "currency": "EUR", "amount": 1250, "quantity": "2.5",
        "service_id": found["data"][0]["id"],
    }  # fmt: skip
    made = (await both.productive("POST", "/expenses", item("expenses", attributes), expect=201))["data"]["id"]
    here, _ = await both.expense(made)
    assert (here["amount_in_cents"], here["notes"], here["workspace_id"]) == (3125, "Proofs", "301")
    await both.kantata("PUT", f"/expenses/{made}", {"expense": {"amount_in_cents": 900, "notes": "One proof"}})
    _, there = await both.expense(made)
    assert (there["amount"], there["quantity"], there["name"]) == (900, "1.0", "One proof")
    await both.productive("PATCH", f"/expenses/{made}", item("expenses", {"name": "Back", "quantity": "2"}))
    here, _ = await both.expense(made)
    assert (here["amount_in_cents"], here["notes"]) == (1800, "Back")


@pytest.mark.parametrize("by", ["kantata", "productive"])
async def test_an_expense_deleted_in_one_is_gone_from_the_other(both: Both, by: str) -> None:
    sql = """SELECT e.id FROM expenses e JOIN projects p ON p.id = e.project_id
        WHERE e.invoice_id IS NULL AND e.report_id IS NULL AND p.archived_at IS NULL AND NOT p.external ORDER BY 1"""
    row_id = both.books.scalar(sql)
    await both.expense(row_id)
    if by == "kantata":
        await both.kantata("DELETE", f"/expenses?ids={row_id}")
    else:
        await both.productive("DELETE", f"/expenses/{row_id}", expect=204)
    await both.kantata("GET", f"/expenses/{row_id}", expect=404)
    await both.kantata("DELETE", f"/expenses/{row_id}", expect=404)
    await both.productive("GET", f"/expenses/{row_id}", expect=404)
    await both.productive("DELETE", f"/expenses/{row_id}", expect=404)


async def test_an_invoiced_expense_can_be_deleted_from_neither_side(both: Both) -> None:
    row_id = both.books.scalar("SELECT min(id) FROM expenses WHERE invoice_id IS NOT NULL")
    here = await both.kantata("DELETE", f"/expenses/{row_id}", expect=422)
    there = await both.productive("DELETE", f"/expenses/{row_id}", expect=422)
    assert "is invoiced" in here["errors"][0]["message"]
    assert "is invoiced" in there["errors"][0]["detail"]


async def test_the_lists_hold_the_same_rows_but_for_the_differences(both: Both) -> None:
    everything = "?from_archived_workspaces=true&on_my_account=false"
    expenses = await both.kantata("GET", f"/expenses{everything}")
    assert expenses["count"] == (await both.productive("GET", "/expenses"))["meta"]["total_count"]
    assert expenses["count"] > (await both.kantata("GET", "/expenses"))["count"]
    notes = await both.productive("GET", "/invoices?filter[invoice_type]=2")
    invoices = await both.productive("GET", "/invoices")
    assert (await both.kantata("GET", "/invoices"))["count"] == (
        invoices["meta"]["total_count"] - notes["meta"]["total_count"]
    )
    shown = (await both.kantata("GET", "/external_payments?per_page=200"))["external_payments"]
    there = (await both.productive("GET", "/payments?page[size]=200"))["data"]
    credits_ids = {one["id"] for one in notes["data"]}
    common = [one for one in there if one["relationships"]["invoice"]["data"]["id"] not in credits_ids]
    assert Counter((row_id, row["amount_in_cents"]) for row_id, row in shown.items() if row["invoice_id"]) == Counter(
        (one["id"], one["attributes"]["amount"]) for one in common if not one["attributes"]["written_off_on"]
    )


async def test_an_invoice_written_in_kantata_is_owed_in_productive(both: Both) -> None:
    made = (await both.kantata("GET", f"/invoices/{await both.written()}"))["invoices"].popitem()[1]
    assert await both.seen(int(made["id"])) == ("new", 55000, [])
    there = (await both.productive("GET", f"/invoices/{made['id']}"))["data"]["attributes"]
    assert (there["amount"], there["amount_tax"], there["pay_on"]) == (50000, 5000, made["due_date"])
    payment = await both.pay(int(made["id"]), 55000)
    assert await both.seen(int(made["id"])) == ("accepted payment", 0, [payment])
    await both.kantata("PUT", f"/invoices/{made['id']}/cancel", {}, expect=422)


async def free_expense(both: Both) -> int:
    """An expense over 9.00 on the workspace of `Both.written`, that can be invoiced."""
    both.books.connection.execute("UPDATE projects SET require_expense_approvals = 0 WHERE id = 301")
    expense = {"workspace_id": 301, "date": "2026-03-01", "category": "Meals", "amount_in_cents": 900}
    (row,) = (await both.kantata("POST", "/expenses", {"expense": expense}))["expenses"]
    return int(row)


async def test_the_lines_of_an_invoice_written_in_kantata_are_lines_in_productive(both: Both) -> None:
    row = await free_expense(both)
    invoice = await both.written(expense_ids=[row])
    lines = (await both.productive("GET", f"/line_items?filter[invoice_id]={invoice}"))["data"]
    shown = [(one["attributes"]["name"], one["attributes"]["amount"], one["attributes"]["amount_tax"]) for one in lines]
    assert shown == [("Design", 50000, 5000), ("", 900, 90)]
    assert [one["relationships"]["expense"]["data"] for one in lines] == [None, {"type": "expenses", "id": str(row)}]
    assert await both.totals(invoice) == (50900, 5090, 55990)
    await both.productive("DELETE", f"/line_items/{lines[1]['id']}", expect=204)
    assert (await both.expense(row))[0]["is_invoiced"] is False
    assert await both.totals(invoice) == (50000, 5000, 55000)
    await both.kantata("PUT", f"/invoices/{invoice}", {"invoice": {"expense_ids": [row]}})
    assert await both.totals(invoice) == (50900, 5090, 55990)
    await both.kantata("PUT", f"/invoices/{invoice}", {"invoice": {"expense_ids": []}})
    left = await both.productive("GET", f"/line_items?filter[invoice_id]={invoice}")
    assert [one["id"] for one in left["data"]] == [lines[0]["id"]]


async def test_a_line_added_in_productive_stands_beside_those_of_kantata(both: Both) -> None:
    invoice = await both.written()
    line = await both.line(invoice, description="Courier")
    assert await both.totals(invoice) == (54000, 5800, 59800)
    path = f"/invoices/{invoice}?include=fixed_fee_items,additional_items,workspaces"
    document = await both.kantata("GET", path)
    (added,) = document["additional_items"].values()
    assert (added["notes"], added["amount_in_cents"], added["taxable"]) == ("Courier", 4000, True)
    assert (added["workspace_id"], list(document["workspaces"])) == ("301", ["301"])
    assert [one["amount_in_cents"] for one in document["fixed_fee_items"].values()] == [50000]
    await both.kantata("PUT", f"/invoices/{invoice}", {"invoice": {"tax_rate": 0}})
    assert await both.totals(invoice) == (54000, 800, 54800)
    await both.kantata("PUT", f"/invoices/{invoice}", {"invoice": {"tax_rate": "7.5"}})
    assert await both.totals(invoice) == (54000, 3750 + 800, 58550)
    await both.productive("PATCH", f"/line_items/{line}", item("line_items", {"unit_price": 1000}))
    await both.productive("DELETE", f"/line_items/{line}", expect=204)
    assert await both.totals(invoice) == (50000, 3750, 53750)


async def test_a_tax_that_productive_gives_a_line_of_kantata_stays(both: Both) -> None:
    invoice = await both.written()
    (line,) = (await both.productive("GET", f"/line_items?filter[invoice_id]={invoice}"))["data"]
    await both.productive("PATCH", f"/line_items/{line['id']}", item("line_items", {"tax_rate_id": 5}))
    await both.kantata("PUT", f"/invoices/{invoice}", {"invoice": {"tax_rate": 1}})
    assert await both.totals(invoice) == (50000, 10000, 60000)


async def test_an_expense_is_on_an_invoice_once(both: Both) -> None:
    row = await free_expense(both)
    invoice = await both.written(expense_ids=[row])
    sent = {"invoice_id": invoice, "unit_price": 900, "quantity": "1", "tax_rate_id": 5, "expense_id": row}
    refused = await both.productive("POST", "/line_items", item("line_items", sent), expect=422)
    assert [one["source"]["pointer"] for one in refused["errors"]] == ["data/attributes/expense"]
    assert await both.totals(invoice) == (50900, 5090, 55990)


async def test_an_expense_freed_by_cancelling_stays_where_it_is_invoiced_next(both: Both) -> None:
    row = await free_expense(both)
    first = await both.written(expense_ids=[row])
    await both.kantata("PUT", f"/invoices/{first}/cancel", {})
    assert (await both.totals(first))[2] == 55990
    second = await both.written(expense_ids=[row])
    for line in (await both.productive("GET", f"/line_items?filter[invoice_id]={first}"))["data"]:
        await both.productive("DELETE", f"/line_items/{line['id']}", expect=204)
    assert (await both.productive("GET", f"/expenses?filter[invoice_id]={second}"))["meta"]["total_count"] == 1


async def test_an_expense_taken_off_a_sample_invoice_takes_its_line_along(both: Both) -> None:
    sql = """SELECT i.id FROM invoices i JOIN expenses e ON e.invoice_id = i.id
        WHERE i.state = 'open' AND i.amount_paid < i.amount_total ORDER BY 1"""
    invoice = both.books.scalar(sql)
    net, tax, total = await both.totals(invoice)
    assert net + tax == total
    spent = both.books.scalar("SELECT sum(project_amount) FROM expenses WHERE invoice_id = ?", (invoice,))
    await both.kantata("PUT", f"/invoices/{invoice}", {"invoice": {"expense_ids": []}})
    left = await both.totals(invoice)
    assert left[0] == net - spent
    await both.line(invoice)
    assert await both.totals(invoice) == (left[0] + 4000, left[1] + 800, left[2] + 4800)


async def test_a_report_decided_in_kantata_approves_the_expenses_in_productive(both: Both) -> None:
    expense = {"workspace_id": 301, "date": "2026-03-01", "category": "Meals", "amount_in_cents": 900}
    (row,) = (await both.kantata("POST", "/expenses", {"expense": expense}))["expenses"]
    report = {"workspace_id": 301, "title": "March", "line_item_ids": [int(row)]}
    body = {"expense_report_submission": report}
    (report_id,) = (await both.kantata("POST", "/expense_report_submissions", body))["expense_report_submissions"]
    await both.kantata("PUT", f"/expense_report_submissions/{report_id}/approve", {})
    here, there = await both.expense(row)
    assert here["active_submission_id"] == report_id
    assert (there["approved"], there["rejected"]) == (True, False)
