"""The lines of an invoice are the same in both dialects, whoever wrote them, and it comes to their sum in both."""

from __future__ import annotations

from tests.sandbox.both import Both, free_expense, item


async def test_an_invoice_written_in_kantata_is_owed_in_productive(both: Both) -> None:
    made = (await both.kantata("GET", f"/invoices/{await both.written()}"))["invoices"].popitem()[1]
    assert await both.seen(int(made["id"])) == ("new", 55000, [])
    there = (await both.productive("GET", f"/invoices/{made['id']}"))["data"]["attributes"]
    assert (there["amount"], there["amount_tax"], there["pay_on"]) == (50000, 5000, made["due_date"])
    payment = await both.pay(int(made["id"]), 55000)
    assert await both.seen(int(made["id"])) == ("accepted payment", 0, [payment])
    await both.kantata("PUT", f"/invoices/{made['id']}/cancel", {}, expect=422)


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
