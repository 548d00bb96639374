"""Two servers on one file, as `sandbox serve` beside a workbench: nothing is lost, nothing is paid twice."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import httpx
import pytest

from kworkbench.sandbox.app import build_app
from kworkbench.sandbox.context import SandboxContext
from kworkbench.sandbox.opening import open_context
from tests.sandbox.both import TOKEN
from tests.sandbox.conftest import Start

WRITERS = 20
JSON_API = "application/vnd.api+json"
HEADERS = {"Authorization": f"Bearer {TOKEN}", "X-Auth-Token": TOKEN}


def test_twenty_writers_at_once_are_all_kept(start: Start) -> None:
    urls = [httpx.URL(start()), httpx.URL(start())]
    with httpx.Client(base_url=urls[0], headers=HEADERS) as reader, ThreadPoolExecutor(WRITERS) as pool:
        pending = reader.get("/invoices?pending=true&include=workspaces&per_page=200").json()["invoices"].values()
        first, second = [one for one in pending if len(one["workspace_ids"]) == 1][:2]
        barrier = Barrier(WRITERS)

        def part(number: int) -> int:
            url = urls[number % 2].copy_with(path="/api/v2/payments")
            sent = {"amount": number + 1, "paid_on": "2026-03-01", "invoice_id": first["id"]}
            document = {"data": {"type": "payments", "attributes": sent}}
            barrier.wait(10)
            return httpx.post(url, json=document, headers={**HEADERS, "Content-Type": JSON_API}).status_code

        def whole(number: int) -> int:
            sent = {"workspace_id": second["workspace_ids"][0], "invoice_id": second["id"]}
            barrier.wait(10)
            url = f"{urls[number % 2]}/external_payments"
            return httpx.post(url, json={"external_payment": sent}, headers=HEADERS).status_code

        before = unpaid(urls[1], first["id"])
        assert Counter(pool.map(part, range(WRITERS))) == {201: WRITERS}
        assert unpaid(urls[0], first["id"]) == before - sum(range(WRITERS + 1))
        owed, paid = unpaid(urls[0], second["id"]), f"/external_payments?invoice_id={second['id']}"
        kept = reader.get(paid).json()["count"]
        assert Counter(pool.map(whole, range(WRITERS))) == {200: 1, 422: WRITERS - 1}
        assert reader.get(paid).json()["count"] == kept + 1
        assert unpaid(urls[1], second["id"]) == owed - second["balance_in_cents"]


def unpaid(url: httpx.URL, invoice_id: str) -> int:
    answer = httpx.get(url.copy_with(path=f"/api/v2/invoices/{invoice_id}"), headers=HEADERS)
    return int(answer.json()["data"]["attributes"]["amount_unpaid"])


@pytest.fixture
def context(books_path: Path) -> Iterator[SandboxContext]:
    context = open_context(books_path, token=TOKEN)
    yield context
    context.books.close()


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/api/v1/external_payments", {"external_payment": {"workspace_id": 301, "amount_in_cents": 5}}),
        ("DELETE", "/api/v1/external_payments/20001", {}),
        ("POST", "/api/v1/expenses", {"expense": {"workspace_id": 301}}),
        ("PUT", "/api/v1/expenses/50002", {"expense": {"notes": "x"}}),
        ("DELETE", "/api/v1/expenses", {"ids": "50002,1"}),
        ("POST", "/api/v2/payments", {"data": {"type": "payments", "attributes": {"invoice_id": 5001}}}),
        ("PATCH", "/api/v2/payments/20001", {"data": {"type": "payments", "attributes": {"amount": 5}}}),
        ("DELETE", "/api/v2/payments/20001", {}),
        ("POST", "/api/v2/expenses", {"data": {"type": "expenses", "attributes": {"service_id": 2}}}),
        ("DELETE", "/api/v2/expenses/50002", {}),
    ],
)
async def test_while_a_write_is_checked_nobody_else_writes(
    context: SandboxContext, books_path: Path, method: str, path: str, body: dict[str, object]
) -> None:
    """The other server tries before each statement; were it let in, what was checked would not hold any more."""
    tried: list[str] = []
    other = sqlite3.connect(books_path, isolation_level=None, timeout=0)

    def meanwhile(statement: str) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK")):
            tried.append(outcome(other, "UPDATE roles SET name = 'other'"))

    headers = {**HEADERS, "Content-Type": JSON_API if "/v2/" in path else "application/json"}
    transport = httpx.ASGITransport(build_app(context))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=headers) as client:
        context.books.connection.set_trace_callback(meanwhile)
        await client.request(method, path, json=body)
        context.books.connection.set_trace_callback(None)
    other.close()
    assert set(tried) == {"database is locked"}


def outcome(connection: sqlite3.Connection, statement: str) -> str:
    """What becomes of a write; nothing may be raised where SQLite calls back."""
    try:
        connection.execute(statement)
    except sqlite3.OperationalError as error:
        return str(error)
    return "done"


@pytest.mark.parametrize("path", ["/api/v1/external_payments", "/api/v2/payments"])
async def test_a_list_is_read_as_one_state_of_the_books(context: SandboxContext, books_path: Path, path: str) -> None:
    """Rows that were counted cannot be deleted by another server before they are read."""
    tried: list[str] = []
    other = sqlite3.connect(books_path, isolation_level=None, timeout=0)

    def meanwhile(statement: str) -> None:
        if "LIMIT" in statement and "payments" in statement:
            tried.append(outcome(other, "DELETE FROM memberships"))

    transport = httpx.ASGITransport(build_app(context))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=HEADERS) as client:
        context.books.connection.set_trace_callback(meanwhile)
        answer = await client.get(path)
        context.books.connection.set_trace_callback(None)
    other.close()
    assert answer.status_code == 200
    assert tried == ["database is locked"]
