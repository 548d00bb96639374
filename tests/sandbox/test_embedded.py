from __future__ import annotations

import asyncio
import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kworkbench.sandbox.embedded import EmbeddedDropped, EmbeddedRefused, EmbeddedResponse, EmbeddedServer
from kworkbench.sandbox.faults import parse_fault
from kworkbench.sandbox.front import EMBEDDED_HOST
from tests.sandbox.both import TOKEN
from tests.sandbox.conftest import PAYMENT, TODAY

HEADERS = [
    (b"Host", EMBEDDED_HOST.encode()),
    (b"Authorization", f"Bearer {TOKEN}".encode()),
    (b"Content-Type", b"application/json"),
]
PAYMENTS = "/api/v1/external_payments"

Start = Callable[..., EmbeddedServer]


@pytest.fixture
def start(books_path: Path) -> Iterator[Start]:
    started: list[EmbeddedServer] = []

    def begin(*faults: str) -> EmbeddedServer:
        server = EmbeddedServer(books_path, token=TOKEN, faults=[parse_fault(text) for text in faults])
        server.start()
        started.append(server)
        return server

    yield begin
    for server in started:
        server.stop()


async def ask(
    server: EmbeddedServer, method: str, path: str, body: bytes = b"", seconds: float = 10
) -> EmbeddedResponse:
    return await server.handle(method, path, HEADERS, body, timeout=seconds)


async def count(server: EmbeddedServer) -> int:
    answer = await ask(server, "GET", f"{PAYMENTS}?per_page=1")
    assert answer.status == 200
    return int(json.loads(answer.body)["count"])


async def test_both_dialects_answer_from_the_same_books(start: Start) -> None:
    server = start()
    before = await count(server)
    made = await ask(server, "POST", PAYMENTS, PAYMENT)
    assert made.status == 200
    assert dict(made.headers)[b"content-type"] == b"application/json; charset=utf-8"
    assert await count(server) == before + 1
    headers = [(b"host", b"localhost"), (b"X-Auth-Token", TOKEN.encode()), (b"X-Organization-Id", b"4711")]
    other = await server.handle("GET", "/api/v2/payments?page[size]=1", headers, timeout=10)
    assert other.status == 200
    assert b'"payments"' in other.body


async def test_the_books_are_made_when_first_needed(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "books.db"
    server = EmbeddedServer(path, token=TOKEN, today=TODAY, size=20)
    server.start()
    try:
        assert not path.exists()
        assert (await ask(server, "GET", "/api/v1/users/me")).status == 200
        assert path.exists()
    finally:
        server.stop()


async def test_books_that_cannot_be_opened_are_a_500_with_the_reason(tmp_path: Path) -> None:
    path = tmp_path / "books.db"
    path.write_bytes(b"not a database, not at all" * 100)
    server = EmbeddedServer(path, token=TOKEN)
    server.start()
    try:
        answer = await ask(server, "GET", "/api/v1/users/me")
    finally:
        server.stop()
    assert answer.status == 500
    assert str(path) in json.loads(answer.body)["errors"][0]["message"]


async def test_a_timeout_leaves_the_handler_running_to_its_end(start: Start) -> None:
    server = start("delay=50ms,route=POST:*")
    before = await count(server)
    with pytest.raises(TimeoutError):
        await ask(server, "POST", PAYMENTS, PAYMENT, seconds=0.01)
    assert await both_stored(server, before)


async def test_a_cancelled_caller_leaves_the_handler_running_to_its_end(start: Start) -> None:
    server = start("delay=50ms,route=POST:*")
    before = await count(server)
    task = asyncio.create_task(ask(server, "POST", PAYMENTS, PAYMENT))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await both_stored(server, before)


def test_a_caller_whose_loop_ends_leaves_the_handler_running_to_its_end(start: Start) -> None:
    server = start("delay=50ms,route=POST:*")
    before = asyncio.run(count(server))

    async def leave() -> None:
        with pytest.raises(TimeoutError):
            await ask(server, "POST", PAYMENTS, PAYMENT, seconds=0.01)

    asyncio.run(leave())
    assert asyncio.run(both_stored(server, before))


async def both_stored(server: EmbeddedServer, before: int) -> bool:
    """Whether the request left alone and one more are stored; the one more waits as long, so it ends after it."""
    assert (await ask(server, "POST", PAYMENTS, PAYMENT)).status == 200
    return await count(server) == before + 2


async def test_callers_of_several_threads_are_served(start: Start) -> None:
    server = start()
    before = await count(server)
    answers: list[int] = []

    def write() -> None:
        answers.append(asyncio.run(ask(server, "POST", PAYMENTS, PAYMENT)).status)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        await asyncio.to_thread(thread.join)
    assert answers == [200] * 4
    assert await count(server) == before + 4


async def test_drop_before_runs_nothing(start: Start) -> None:
    server = start("drop-before,route=POST:*,times=1")
    before = await count(server)
    with pytest.raises(EmbeddedDropped) as dropped:
        await ask(server, "POST", PAYMENTS, PAYMENT)
    assert dropped.value.status is None
    assert await count(server) == before
    assert (await ask(server, "POST", PAYMENTS, PAYMENT)).status == 200


async def test_drop_after_has_committed(start: Start, books_path: Path) -> None:
    server = start("drop-after,route=POST:*")
    before = await count(server)
    with pytest.raises(EmbeddedDropped):
        await ask(server, "POST", PAYMENTS, PAYMENT)
    assert await count(server) == before + 1
    server.stop()
    connection = sqlite3.connect(books_path)
    assert connection.execute("SELECT amount FROM payments ORDER BY id DESC LIMIT 1").fetchone() == (700,)
    connection.close()


async def test_truncate_begins_and_breaks_off(start: Start) -> None:
    server = start("truncate,route=POST:*")
    before = await count(server)
    with pytest.raises(EmbeddedDropped) as dropped:
        await ask(server, "POST", PAYMENTS, PAYMENT)
    assert dropped.value.status == 200
    assert await count(server) == before + 1


async def test_garbage_is_a_success_nobody_can_read(start: Start) -> None:
    server = start("garbage,route=POST:*", "garbage,route=DELETE:*")
    before = await count(server)
    answer = await ask(server, "POST", PAYMENTS, PAYMENT)
    assert answer.status == 200
    with pytest.raises(UnicodeDecodeError):
        json.loads(answer.body)
    assert await count(server) == before + 1
    assert (await ask(server, "POST", PAYMENTS, b"{}")).status == 422


async def test_status_answers_instead_of_the_handler(start: Start) -> None:
    server = start("status=503,route=POST:*")
    before = await count(server)
    answer = await ask(server, "POST", PAYMENTS, PAYMENT)
    assert answer.status == 503
    assert json.loads(answer.body)["errors"][0]["type"] == "system"
    assert await count(server) == before
    assert (await server.handle("POST", "/api/v2/payments", HEADERS, timeout=10)).status == 503


async def test_faults_can_be_replaced_while_it_runs(start: Start) -> None:
    server = start("status=503")
    assert (await ask(server, "GET", PAYMENTS)).status == 503
    server.set_faults([])
    assert (await ask(server, "GET", PAYMENTS)).status == 200
    server.set_faults([parse_fault("drop-before")])
    with pytest.raises(EmbeddedDropped):
        await ask(server, "GET", PAYMENTS)


async def test_stopping_ends_waiting_requests_and_refuses_new_ones(start: Start) -> None:
    server = start("delay=30")
    task = asyncio.create_task(ask(server, "GET", PAYMENTS))
    await asyncio.sleep(0)
    await asyncio.to_thread(server.stop)
    with pytest.raises(EmbeddedDropped):
        await task
    with pytest.raises(EmbeddedRefused):
        await ask(server, "GET", PAYMENTS)
    server.set_faults([])
    server.start()
    assert (await ask(server, "GET", PAYMENTS)).status == 200


async def test_a_bug_in_a_handler_is_a_logged_500(
    start: Start, books_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server = start()
    assert (await ask(server, "GET", PAYMENTS)).status == 200
    connection = sqlite3.connect(books_path)
    connection.execute("ALTER TABLE payments RENAME COLUMN note TO lost")
    connection.close()
    headers = [*HEADERS, (b"X-Auth-Token", TOKEN.encode()), (b"X-Organization-Id", b"4711")]
    for path in (PAYMENTS, "/api/v2/payments"):
        answer = await server.handle("GET", path, headers, timeout=10)
        assert answer.status == 500
        assert json.loads(answer.body)["errors"]
    assert [record.message for record in caplog.records if record.name.startswith("kworkbench")] == [
        "The sandbox failed on GET /api/v1/external_payments",
        "The sandbox failed on GET /api/v2/payments",
    ]
    assert (await ask(server, "GET", "/api/v1/users/me")).status == 200
