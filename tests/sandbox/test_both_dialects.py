"""One set of books seen through both dialects: what is done in one is seen in the other (product.md section 12)."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.sandbox.both import Both, item
from tests.sandbox.conftest import TODAY_THERE

OPEN = """i.state = 'open' AND i.kind = 'invoice' AND i.amount_paid = 0 AND i.amount_written_off = 0
    AND (SELECT count(*) FROM invoice_projects p WHERE p.invoice_id = i.id) = 1"""


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
