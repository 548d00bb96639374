"""Whatever is sent, every answer is the dialect's own: a document, an error document or nothing - and never a 500.

The requests are thrown with seeded dice around valid ones, so that many get past the first check.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from urllib.parse import quote, unquote

import pytest
from starlette.types import ASGIApp, Message

from kworkbench.sandbox.app import build_app
from kworkbench.sandbox.context import SandboxContext
from kworkbench.sandbox.kantata.app import ROUTES
from kworkbench.sandbox.kantata.expense_reports import SUBMISSIONS
from kworkbench.sandbox.kantata.expenses import EXPENSES
from kworkbench.sandbox.kantata.invoices import INVOICES
from kworkbench.sandbox.kantata.stories import ROUTED_STORIES
from kworkbench.sandbox.kantata.workspaces import WORKSPACES
from kworkbench.sandbox.opening import open_context
from kworkbench.sandbox.productive.picker_tables import LISTINGS
from tests.sandbox.both import TOKEN

REQUESTS = 1400

ODD: tuple[object, ...] = (
    None, True, False, 0, 1, -1, 1.5, -0.0, 1e308, 5e-324, 10**12, 10**15, -(10**12), 2**63 - 1, 2**63, -(2**63) - 1,
    10**40, "", " ", "0", "-1", "1e3", "nan", "١٢٣", "²", "\0", "a\0b", "\ud800", "\U0001f600", "\u202e", "%", "_",
    "2026-02-30", "0000-00-00", "0001-01-01", "9999-12-31", "2026-03-01", "10000-01-01", "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00", "true", "null", "[]", [], {}, [None], {"id": 1}, "EUR", "jpy", "XXX", "x" * 3000,
    "9" * 400, "0." + "0" * 60 + "1", "1000000", ",", ":", "1,2,3", "2026-01-01:2025-01-01", "id:desc", "-amount",
)  # fmt: skip

PRODUCTIVE_GOOD: dict[str, dict[str, object]] = {
    "payments": {"amount": 100, "paid_on": "2026-03-01", "invoice_id": 5001},
    "expenses": {"name": "Taxi", "date": "2026-03-01", "currency": "EUR", "amount": 100, "service_id": 2},
    "invoices": {"invoiced_on": "2026-03-01", "currency": "EUR", "company_id": 111},
    "line_items": {"invoice_id": 5001, "unit_price": 100, "quantity": 2, "tax_rate_id": 1},
    "attachments": {"name": "a.pdf", "content_type": "application/pdf"},
    "webhooks": {"target_url": "https://example.com", "event_id": 2},
}
PRODUCTIVE_ACTIONS = {
    "invoices": "finalize send send_einvoice export export_update preview".split(),
    "expenses": "approve unapprove reject unreject export export_update".split(),
    "deleted_items": ["restore"],
}
PRODUCTIVE_DOINGS = ("line_items/generate", "expenses/copy")
PRODUCTIVE_MORE = (
    "written_off_on note external_id quantity billable_amount person_id vendor_id attachment_id pay_on paid_on "
    "reimbursable reimbursed_on rejected_reason markup custom_fields tax_inclusion tax_rate_id position number subject "
    "discount tag_list tax1_value parent_invoice_id invoice_type_id expense_id unit_id size template_id approver_id "
    "budget_ids date_from invoicing_method"
).split()
KANTATA_GOOD: dict[str, dict[str, object]] = {
    "external_payment": {"workspace_id": 301, "amount_in_cents": 500},
    "expense": {"workspace_id": 301, "date": "2026-03-01", "category": "Food", "amount_in_cents": 500},
    "invoice": {"workspace_id": 301, "payment_schedule": 30, "fixed_fee_items": [{"amount": 5}]},
    "expense_report_submission": {"workspace_id": 301, "title": "March", "line_item_ids": [50001]},
    "attachment": {"type": "receipt", "filename": "a.pdf"},
    "expense_category": {"name": "Tea"},
    "vendor": {"name": "Tea Ltd"},
    "role": {"name": "Taster"},
}
KANTATA_MORE = (
    "invoice_id message expense_category_id foreign_exchange_amount user_id notes billable receipt_id story_id "
    "vendor_id reimbursable external_reference expense_budget_id workspace_ids expense_ids time_entry_ids "
    "additional_items invoice_date user_invoice_number draft project_code tax_rate suppress_emails comment archived "
    "data"
).split()
KANTATA_WRITES: dict[str, list[tuple[str, str, str]]] = {
    "invoice": [
        ("POST", "/invoices", ""),
        ("PUT", "/invoices/{}", "invoices"),
        ("PUT", "/invoices/{}/cancel", "invoices"),
        ("DELETE", "/invoices/{}", "invoices"),
    ],
    "expense_report_submission": [
        ("POST", "/expense_report_submissions", ""),
        ("PUT", "/expense_report_submissions/{}/approve", "expense_reports"),
        ("PUT", "/expense_report_submissions/{}/cancel", "expense_reports"),
    ],
    "attachment": [
        ("POST", "/attachments", ""),
        ("POST", "/attachments/{}/upload", "attachments"),
        ("PUT", "/attachments/{}", "attachments"),
        ("PUT", "/attachments/{}/sync", "attachments"),
        ("DELETE", "/attachments/{}", "attachments"),
    ],
    "expense_category": [("POST", "/expense_categories", ""), ("PUT", "/expense_categories/{}", "service_types")],
    "vendor": [("POST", "/vendors", ""), ("PUT", "/vendors/{}", "companies"), ("DELETE", "/vendors/{}", "companies")],
    "role": [("POST", "/roles", ""), ("PUT", "/roles/{}", "roles")],
}
"""What is written below each top key that no route of its own is thrown for: method, path, table of its ids."""

BARE = ("/currencies", "/invoices/next_invoice_number", "/attachments")
"""Paths of Kantata whose answers are no envelopes, or not always."""

PARAMETERS = [
    *"page per_page limit offset only order include optional_fields search".split(),
    *{**EXPENSES.filters, **INVOICES.filters, **WORKSPACES.filters, **ROUTED_STORIES.filters, **SUBMISSIONS.filters},
]


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: str = ""
    kind: str = "application/json"
    body: bytes = b""


class Thrower:
    """Requests for both dialects, with ids that exist."""

    def __init__(self, seed: int, books: SandboxContext) -> None:
        self.dice = Random(seed)  # noqa: S311 - no secret
        tables = (
            "invoices", "payments", "expenses", "projects", "people", "services", "companies", "attachments",
            "expense_reports", "service_types", "roles", "line_items",
        )  # fmt: skip
        self.ids = {
            table: [row[0] for row in books.books.connection.execute(f"SELECT id FROM {table} LIMIT 50")]  # noqa: S608
            for table in tables
        }

    def throw(self) -> Request:
        return self._productive() if self.dice.random() < 0.5 else self._kantata()

    def _value(self) -> object:
        roll = self.dice.random()
        if roll < 0.5:
            return self.dice.choice(ODD)
        if roll < 0.8:
            row_id = self.dice.choice(self.dice.choice(list(self.ids.values())))
            return row_id if roll < 0.65 else str(row_id)
        if roll < 0.9:
            names = ("id", "type", "data", "source_value", "source_currency", "service_name", "status")
            return {name: self._value() for name in self.dice.sample(names, self.dice.randrange(4))}
        return [self._value() for _ in range(self.dice.randrange(3))]

    def _members(self, good: dict[str, object], more: list[str]) -> dict[str, object]:
        members = dict(good) if self.dice.random() < 0.7 else {}
        for name in self.dice.sample([*good, *more], self.dice.randrange(4)):
            members[name] = self._value()
        return members

    def _query(self, names: list[str]) -> str:
        pairs = []
        for _ in range(self.dice.randrange(4)):
            value = self._value()
            text = value if isinstance(value, str) else json.dumps(value)
            name = self.dice.choice(names) + self.dice.choice(["", "", "", "", "[]", "[", "[gt]"])
            pairs.append(f"{quote(name, safe='[]')}={quote(text.encode('utf-8', 'surrogatepass'))}")
        return "&".join(pairs)

    def _spoiled(self, document: object) -> bytes:
        body = json.dumps(document if self.dice.random() < 0.97 else self._value()).encode()
        if self.dice.random() < 0.03:
            place = self.dice.randrange(len(body))
            return body[:place] + bytes([self.dice.randrange(256)]) + body[place + 1 :]
        return body

    def _address(self, table: str) -> str:
        known = self.ids.get(table) or [1, 2, 3]
        one = self.dice.choice(known if self.dice.random() < 0.9 else ODD)
        return quote(str(one).encode("utf-8", "surrogatepass"), safe="")

    def _productive(self) -> Request:
        kind = self.dice.choice(list(PRODUCTIVE_GOOD))
        if self.dice.random() < 0.25:
            good = self.dice.choice(list(PRODUCTIVE_GOOD.values()))
            return self._acting(self._members(good, PRODUCTIVE_MORE))
        if self.dice.random() < 0.4:
            name = self.dice.choice(list(LISTINGS))
            filters = [f"filter[{one}]" for one in LISTINGS[name].filters] + ["filter[$op]", "filter[0][amount]"]
            paging = ["page[number]", "page[size]", "page[after]", "sort", "include", "aggregate", "fields[payments]"]
            address = f"/{self._address(kind)}" if name == kind and self.dice.random() < 0.3 else ""
            return Request("GET", f"/api/v2/{name}{address}", self._query(filters + paging))
        one: dict[str, object] = {
            "type": kind,
            "attributes": self._members(PRODUCTIVE_GOOD[kind], PRODUCTIVE_MORE),
        }
        if self.dice.random() < 0.3:
            one["relationships"] = {self.dice.choice(["invoice", "service", "person"]): {"data": self._value()}}
        method = self.dice.choice(["POST", "PATCH", "DELETE"])
        if kind in ("expenses", "line_items") and self.dice.random() < 0.3:
            many = [one | {"id": self.dice.choice(self.ids[kind])} for _ in range(self.dice.randrange(4))]
            bulk = "application/vnd.api+json; ext=bulk"
            path = "expenses/bulk_approve" if self.dice.random() < 0.3 else kind
            return Request(method, f"/api/v2/{path}", kind=bulk, body=self._spoiled({"data": many}))
        path = f"/api/v2/{kind}" + ("" if method == "POST" else f"/{self._address(kind)}")
        return Request(method, path, kind="application/vnd.api+json", body=self._spoiled({"data": one}))

    def _acting(self, attributes: dict[str, object]) -> Request:
        """A request for one of the actions."""
        body = self._spoiled({"data": {"attributes": attributes}}) if self.dice.random() < 0.7 else b""
        plain = "application/vnd.api+json"
        if self.dice.random() < 0.2:
            path = self.dice.choice(PRODUCTIVE_DOINGS)
            data = attributes if path.startswith("line") else {"type": "expenses", "attributes": attributes}
            return Request("POST", f"/api/v2/{path}", kind=plain, body=self._spoiled({"data": data}))
        kind = self.dice.choice(list(PRODUCTIVE_ACTIONS))
        action = self.dice.choice(PRODUCTIVE_ACTIONS[kind])
        row = self._address(kind) if kind != "deleted_items" else str(2 * self.dice.choice(self.ids["expenses"]))
        method, query = ("GET", self._query(["budget_ids", "tax_rate_id"])) if action == "preview" else ("PATCH", "")
        return Request(method, f"/api/v2/{kind}/{row}/{action}", query, kind=plain, body=body)

    def _kantata(self) -> Request:
        if self.dice.random() < 0.4:
            path = self.dice.choice(list(ROUTES)).replace("{id}", self._address("expenses"))
            return Request("GET", f"/api/v1{path}{self.dice.choice(['', '.json'])}", self._query(PARAMETERS))
        top = self.dice.choice(list(KANTATA_GOOD))
        members = self._members(KANTATA_GOOD[top], KANTATA_MORE)
        method, path = "POST", "/external_payments"
        body: dict[str, object] = {top: members}
        if top in KANTATA_WRITES:
            method, path, table = self.dice.choice(KANTATA_WRITES[top])
            path = path.format(self._address(table)) if table else path
            body |= {"direct": self._value()} if self.dice.random() < 0.3 else {}
        if top == "expense":
            method = self.dice.choice(["POST", "PUT", "DELETE"])
            path = "/expenses" if method != "PUT" else f"/expenses/{self._address('expenses')}"
            if method == "DELETE":
                body = {"ids": self._value()}
            elif method == "POST" and self.dice.random() < 0.3:
                body = {"expenses": [members, self._members(KANTATA_GOOD[top], KANTATA_MORE)]}
        if self.dice.random() < 0.2:
            form = "&".join(f"{top}[{name}]={quote(json.dumps(value))}" for name, value in members.items())
            return Request(method, f"/api/v1{path}", kind="application/x-www-form-urlencoded", body=form.encode())
        return Request(method, f"/api/v1{path}", body=self._spoiled(body))


async def ask(app: ASGIApp, request: Request) -> tuple[int, bytes, bytes]:
    """Status, content type and body of the answer."""
    head: list[Message] = []
    body = b""

    async def receive() -> Message:
        return {"type": "http.request", "body": request.body, "more_body": False}

    async def send(message: Message) -> None:
        nonlocal body
        if message["type"] == "http.response.start":
            head.append(message)
        body += message.get("body", b"")

    headers = {"host": "localhost", "authorization": f"Bearer {TOKEN}", "x-auth-token": TOKEN}
    headers["content-type"] = request.kind
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http", "method": request.method,
        "path": unquote(request.path), "raw_path": request.path.encode(), "root_path": "",
        "query_string": request.query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": None, "server": None,
    }  # fmt: skip
    await app(scope, receive, send)
    (start,) = head
    return int(start["status"]), dict(start["headers"]).get(b"content-type", b""), body


def check(request: Request, status: int, kind: bytes, body: bytes) -> None:
    """That an answer is one of its dialect."""
    if status == 204:
        assert body == b"", request
        return
    productive = request.path.startswith("/api/v2")
    assert kind == (b"application/vnd.api+json" if productive else b"application/json") + b"; charset=utf-8", request
    document = json.loads(body)
    if status in (200, 201):
        if not productive and request.path.removeprefix("/api/v1").removesuffix(".json") in BARE:
            return
        assert {"data", "meta"} <= document.keys() if productive else {"count", "results"} <= document.keys(), request
        return
    assert status in (400, 403, 404, 405, 409, 415, 422), (request, body)
    assert list(document) == ["errors"], request
    for error in document["errors"]:
        if productive:
            assert (error["status"], list(error)[:4]) == (str(status), ["status", "code", "title", "detail"]), request
        else:
            assert error["type"] in ("system", "validation"), request
            assert error["message"], request


@pytest.fixture
def context(books_path: Path) -> Iterator[SandboxContext]:
    context = open_context(books_path, token=TOKEN)
    context.books.connection.execute("PRAGMA synchronous = OFF")
    yield context
    context.books.close()


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_no_request_breaks_the_server(context: SandboxContext, seed: int) -> None:
    app = build_app(context)
    thrower = Thrower(seed, context)
    statuses: Counter[int] = Counter()
    for _ in range(REQUESTS):
        request = thrower.throw()
        status, kind, body = await ask(app, request)
        check(request, status, kind, body)
        statuses[status] += 1
    assert statuses.keys() >= {200, 201, 204, 400, 404, 422}
    assert statuses[200] + statuses[201] > REQUESTS // 10
    assert context.books.connection.execute("PRAGMA foreign_key_check").fetchall() == []


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "PUT", "PATCH", "FOO"])
@pytest.mark.parametrize("path", ["/api/v1/invoices", "/api/v2/invoices", "/api/v1/none", "/api/v2/none", "/api/v2"])
async def test_no_method_breaks_the_server(context: SandboxContext, method: str, path: str) -> None:
    status, kind, body = await ask(build_app(context), Request(method, path, kind="application/vnd.api+json"))
    assert status in ((200, 404) if method == "HEAD" else (404, 405))
    check(Request(method, path), status, kind, body)
