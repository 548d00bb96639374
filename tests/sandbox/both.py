"""A client of each dialect over the same books."""

from __future__ import annotations

from typing import Any

import httpx

from kworkbench.sandbox.books.store import Books

TOKEN = "t-123"
JSON_API = "application/vnd.api+json"

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


async def free_expense(both: Both) -> int:
    """An expense over 9.00 on the workspace of `Both.written`, that can be invoiced."""
    both.books.connection.execute("UPDATE projects SET require_expense_approvals = 0 WHERE id = 301")
    expense = {"workspace_id": 301, "date": "2026-03-01", "category": "Meals", "amount_in_cents": 900}
    (row,) = (await both.kantata("POST", "/expenses", {"expense": expense}))["expenses"]
    return int(row)
