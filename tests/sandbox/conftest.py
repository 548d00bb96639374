"""Books for the server tests, small and the same every time."""

from __future__ import annotations

import json
import queue
import shutil
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import httpx
import pytest

from kworkbench.sandbox.app import build_app
from kworkbench.sandbox.opening import open_context
from kworkbench.sandbox.serve import ServeOptions, serve
from tests.sandbox.both import TOKEN, Both

NOW = datetime(2026, 3, 15, 23, 30, tzinfo=UTC)
TODAY_THERE = "2026-03-16"
"""The day of `NOW` where the organization is, an hour ahead."""

TODAY = date(2026, 3, 15)
PAYMENT = b'{"external_payment": {"workspace_id": 325, "amount_in_cents": 700}}'

Start = Callable[..., str]
"""Starts a server with these faults and gives Kantata's URL."""


@pytest.fixture(scope="session")
def small_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("small") / "books.db"
    open_context(path, token=TOKEN, today=TODAY, size=60).books.close()
    return path


@pytest.fixture
def books_path(small_file: Path, tmp_path: Path) -> Path:
    """Books that a test may change."""
    path = tmp_path / "books.db"
    shutil.copy(small_file, path)
    return path


class Line(StringIO):
    """Standard output of which the first line can be waited for."""

    def __init__(self) -> None:
        super().__init__()
        self.ready: queue.Queue[str] = queue.Queue()

    def flush(self) -> None:
        self.ready.put(self.getvalue())


@pytest.fixture
def start(books_path: Path) -> Iterator[Start]:
    """Serves in threads until the test ends."""
    stop = threading.Event()
    threads: list[threading.Thread] = []

    def begin(*faults: str) -> str:
        out = Line()
        options = ServeOptions(books_path, token=TOKEN, faults=faults)
        thread = threading.Thread(target=serve, args=(options,), kwargs={"out": out, "stop": stop})
        thread.start()
        threads.append(thread)
        return str(json.loads(out.ready.get(timeout=10))["kantata"])

    yield begin
    stop.set()
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()


@pytest.fixture
async def both(books_path: Path) -> AsyncIterator[Both]:
    context = open_context(books_path, token=TOKEN, clock=lambda: NOW)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(build_app(context)), base_url="http://127.0.0.1"
    ) as client:
        yield Both(context.books, client)
    context.books.close()
