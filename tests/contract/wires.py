"""The sandbox, reached in this process or over loopback, and the answers that come back."""

from __future__ import annotations

import asyncio
import http.client
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import httpx

from kworkbench.sandbox.app import build_app
from kworkbench.sandbox.context import SandboxContext
from kworkbench.sandbox.front import EMBEDDED_HOST
from kworkbench.sandbox.opening import open_context

T = TypeVar("T")

TOKEN = "contract-token"
TODAY = date(2026, 3, 15)
SIZE = 180
ORGANIZATION = "4711"
SECONDS = 20.0
"""How long an answer may take before the request counts as hanging."""


@dataclass(frozen=True)
class Answer:
    """A whole answer; names of headers in small letters."""

    request: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The document, which nobody may change.

        Raises:
            AssertionError: the body is no JSON.
        """
        return self._document

    @cached_property
    def _document(self) -> Any:
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise AssertionError(f"{self}: no JSON") from error

    def __str__(self) -> str:
        return f"{self.request} -> {self.status} {self.body[:600].decode(errors='replace')}"


class Wire(Protocol):
    """A way to the sandbox."""

    name: str
    origin: str
    writes: int
    """How many requests may have changed the books."""

    def send(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Asks; `target` is the path with its query, as it goes over the wire."""
        ...


@dataclass
class InProcess:
    """Calls the application itself; the books are in memory."""

    modern_shape: bool = False
    rate_limit: bool = False
    name: str = "in process"
    origin: str = f"http://{EMBEDDED_HOST}"
    writes: int = 0
    _client: httpx.AsyncClient = field(init=False, repr=False)
    _runner: asyncio.Runner = field(init=False, repr=False)

    def open(self) -> SandboxContext:
        """Makes the books and the application; call `close` afterwards."""
        made = open_context(None, token=TOKEN, today=TODAY, size=SIZE)
        context = replace(made, modern_shape=self.modern_shape)
        transport = httpx.ASGITransport(build_app(context, rate_limit=self.rate_limit))
        self._client = httpx.AsyncClient(transport=transport, base_url=self.origin)
        self._runner = asyncio.Runner()
        return context

    def send(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """See `Wire`."""
        self.writes += method not in ("GET", "HEAD")
        return self._runner.run(self._ask(method, target, headers, body))

    async def _ask(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        async with asyncio.timeout(SECONDS):
            reply = await self._client.request(method, target, headers=dict(headers), content=body)
        found = {name.lower(): value for name, value in reply.headers.items()}
        return Answer(f"{method} {target}", reply.status_code, found, reply.content)

    def close(self) -> None:
        """Ends the client and its loop."""
        self._runner.run(self._client.aclose())
        self._runner.close()


@dataclass
class Loopback:
    """Speaks plain HTTP with a served sandbox, over one connection that stays open."""

    host: str
    port: int
    name: str = "over loopback"
    writes: int = 0
    _connection: http.client.HTTPConnection = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.origin = f"http://{self.host}:{self.port}"
        self._connection = http.client.HTTPConnection(self.host, self.port, timeout=SECONDS)

    def send(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """See `Wire`."""
        self.writes += method not in ("GET", "HEAD")
        try:
            self._connection.request(method, target, body=body or None, headers=dict(headers))
            reply = self._connection.getresponse()
            found = {name.lower(): value for name, value in reply.getheaders()}
            return Answer(f"{method} {target}", reply.status, found, reply.read())
        except (OSError, http.client.HTTPException):
            self._connection.close()
            raise

    def close(self) -> None:
        """Ends the connection."""
        self._connection.close()


@contextmanager
def in_process(*, modern_shape: bool = False, rate_limit: bool = False) -> Iterator[InProcess]:
    """The sandbox in this process, over books of its own."""
    wire = InProcess(modern_shape=modern_shape, rate_limit=rate_limit)
    context = wire.open()
    try:
        yield wire
    finally:
        wire.close()
        context.books.close()


@contextmanager
def served(folder: Path) -> Iterator[Loopback]:
    """A sandbox of its own process with its books in `folder`."""
    options = {"data": str(folder / "books.db"), "token": TOKEN, "today": TODAY.isoformat(), "size": str(SIZE)}
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    command = [sys.executable, "-m", "kworkbench", "sandbox", "serve", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            address = httpx.URL(json.loads(process.stdout.readline())["kantata"])
            assert address.port is not None
            wire = Loopback(address.host, address.port)
            try:
                yield wire
            finally:
                wire.close()
        finally:
            process.terminate()
            process.wait(SECONDS)


class Fresh(Generic[T]):
    """Something read from the wire once and again only after a request that may have changed it."""

    def __init__(self, wire: Wire, read: Callable[[], T]) -> None:
        self._wire = wire
        self._read = read
        self._seen = -1
        self._value: T | None = None

    def get(self) -> T:
        """The value as of now."""
        if self._value is None or self._seen != self._wire.writes:
            self._value = self._read()
            self._seen = self._wire.writes
        return self._value


def today() -> date:
    """The server's own day; the books end earlier, on `TODAY`."""
    return datetime.now(UTC).date()
