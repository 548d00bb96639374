"""The server inside the workbench's own process: its own thread and event loop, no port opened.

A handler runs in a task of its own in the server's thread. Whatever the caller does - its timeout, its cancellation,
the end of its event loop - the handler runs to its end, as behind a network. Source: sync-engine.md section 8.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
import threading
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from urllib.parse import unquote

from starlette.types import Message, Scope

from kworkbench.sandbox.app import build_app
from kworkbench.sandbox.books.store import DEFAULT_SIZE, Books, BooksError
from kworkbench.sandbox.context import SandboxContext
from kworkbench.sandbox.disturb import FaultMiddleware
from kworkbench.sandbox.faults import ConnectionDropped, Fault
from kworkbench.sandbox.opening import open_context, system_clock

logger = logging.getLogger(__name__)

STOP_SECONDS = 5.0

HeaderPairs = Sequence[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class EmbeddedResponse:
    """A whole answer."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


class EmbeddedDropped(Exception):  # noqa: N818 - the loss of an answer, not an error of ours
    """The connection ended without a whole answer; `status` is that of its beginning, None when there was none."""

    def __init__(self, status: int | None = None) -> None:
        super().__init__("The sandbox ended the connection.")
        self.status = status


class EmbeddedRefused(Exception):  # noqa: N818 - as a refused connection: nothing was sent
    """The server is not started, or was stopped."""


Outcome = EmbeddedResponse | EmbeddedDropped
Deliver = Callable[[Outcome], None]


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    target: str
    headers: HeaderPairs
    body: bytes

    def scope(self) -> Scope:
        path, _, query = self.target.partition("?")
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": self.method.upper(),
            "scheme": "http",
            "path": unquote(path),
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": [(name.lower(), value) for name, value in self.headers],
            "client": None,
            "server": None,
        }


class EmbeddedServer:
    """Serves one file of books to this process.

    The file is filled with sample books when the first request needs it. `start` and `stop` may be called from any
    thread, `handle` from any event loop.

    Args:
        books_path: the file, in a folder that is made if missing; None keeps the books in memory.
        token: what requests must carry.
        seed: chooses the sample books, as do `today` (None: the day of creation) and `size` (number of expenses).
        faults: what goes wrong on purpose; `set_faults` replaces them.
        clock: the present moment, aware.
        kantata_field: whether Kantata's validation errors name their field.
    """

    def __init__(
        self,
        books_path: Path | None,
        *,
        token: str,
        seed: int = 1,
        today: date | None = None,
        size: int = DEFAULT_SIZE,
        faults: Sequence[Fault] = (),
        clock: Callable[[], datetime] = system_clock,
        kantata_field: bool = True,
    ) -> None:
        self._open: Callable[[], SandboxContext] = partial(
            open_context,
            books_path,
            token=token,
            seed=seed,
            today=today,
            size=size,
            clock=clock,
            kantata_field=kantata_field,
        )
        self._faults = tuple(faults)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._books: Books | None = None
        self._app: FaultMiddleware | None = None
        self._tasks: set[asyncio.Task[Outcome]] = set()

    def start(self) -> None:
        """Starts the thread; the books are opened by the first request. Started already: nothing happens."""
        with self._lock:
            if self._loop is not None:
                return
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=self._run, args=(self._loop,), name="sandbox", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Ends the thread and closes the books. Requests that still wait lose their answers."""
        with self._lock:
            loop, thread = self._loop, self._thread
            self._loop = self._thread = None
        if loop is None or thread is None:
            return
        loop.call_soon_threadsafe(loop.stop)
        thread.join(STOP_SECONDS)

    def set_faults(self, faults: Sequence[Fault]) -> None:
        """Replaces the faults for the requests that come from now on."""
        with self._lock:
            self._faults = tuple(faults)
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._arm)

    async def handle(
        self,
        method: str,
        path_and_query: str,
        headers: HeaderPairs = (),
        body: bytes = b"",
        *,
        timeout: float | None,  # noqa: ASYNC109 - a transport is given its timeout as a number
    ) -> EmbeddedResponse:
        """Answers one request; `headers` must hold `host` (`front.EMBEDDED_HOST`), `timeout` is in seconds.

        Raises:
            EmbeddedDropped: the answer, or the rest of it, is lost; the handler may have run.
            EmbeddedRefused: the server does not run; nothing was sent.
            TimeoutError: no answer in time; the handler still runs to its end.
        """
        caller = asyncio.get_running_loop()
        answer: asyncio.Future[Outcome] = caller.create_future()

        def settle(outcome: Outcome) -> None:
            if not answer.done():
                answer.set_result(outcome)

        def deliver(outcome: Outcome) -> None:
            with suppress(RuntimeError):  # the caller's loop is closed: nobody waits for this any more
                caller.call_soon_threadsafe(settle, outcome)

        with self._lock:
            if self._loop is None:
                raise EmbeddedRefused("The sandbox is not running.")
            self._loop.call_soon_threadsafe(self._spawn, _Request(method, path_and_query, headers, body), deliver)
        async with asyncio.timeout(timeout):
            outcome = await answer
        if isinstance(outcome, EmbeddedDropped):
            raise outcome
        return outcome

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_forever()
            for task in (unended := tuple(self._tasks)):  # the set forgets tasks as they end
                task.cancel()
            if unended:
                loop.run_until_complete(asyncio.wait(unended))
        finally:
            if self._books is not None:
                self._books.close()
            self._books = self._app = None
            loop.close()

    def _arm(self) -> None:
        if self._app is not None:
            self._app.arm(self._faults)

    def _spawn(self, request: _Request, deliver: Deliver) -> None:
        task = asyncio.get_running_loop().create_task(self._serve(request))

        def done(ended: asyncio.Task[Outcome]) -> None:
            self._tasks.discard(ended)
            deliver(EmbeddedDropped() if ended.cancelled() else ended.result())

        self._tasks.add(task)
        task.add_done_callback(done)

    async def _serve(self, request: _Request) -> Outcome:
        answer = _Answer()
        try:
            await self._opened()(request.scope(), _body_once(request.body), answer.take)
            return answer.response()
        except ConnectionDropped:
            return EmbeddedDropped(answer.status)
        except (BooksError, OSError, sqlite3.Error) as error:
            logger.warning("The sandbox cannot use its books: %s", error)
            return _failure(str(error))
        except Exception:
            logger.exception("The sandbox failed on %s %s", request.method, request.target)
            return _failure("The sandbox failed on this request.")

    def _opened(self) -> FaultMiddleware:
        if self._app is None:
            context = self._open()
            self._books = context.books
            self._app = build_app(context, self._faults)
        return self._app


class _Answer:
    """The messages of an answer, put together."""

    def __init__(self) -> None:
        self.status: int | None = None
        self._headers: list[tuple[bytes, bytes]] = []
        self._parts: list[bytes] = []

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self._headers = list(message.get("headers", ()))
        elif message["type"] == "http.response.body":
            self._parts.append(message.get("body", b""))

    def response(self) -> EmbeddedResponse:
        return EmbeddedResponse(self.status or 500, tuple(self._headers), b"".join(self._parts))


def _body_once(body: bytes) -> Callable[[], Awaitable[Message]]:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def _failure(message: str) -> EmbeddedResponse:
    body = json.dumps({"errors": [{"type": "system", "message": message, "status": "500", "detail": message}]}).encode()
    return EmbeddedResponse(500, ((b"content-type", b"application/json"),), body)
