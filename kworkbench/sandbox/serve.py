"""The server on a loopback port, so that any client for the two APIs can be tried on it (product.md section 12)."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import json
import os
import secrets
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import FrameType
from typing import TextIO

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from kworkbench.sandbox.app import build_app
from kworkbench.sandbox.books.store import DEFAULT_SIZE, BooksError
from kworkbench.sandbox.context import SandboxContext
from kworkbench.sandbox.control import Control
from kworkbench.sandbox.faults import ConnectionDropped, Fault, FaultError, parse_fault
from kworkbench.sandbox.front import plain_document
from kworkbench.sandbox.opening import open_context, reset

__all__ = ["ServeError", "ServeOptions", "reset", "serve"]

SMALL = DEFAULT_SIZE


class ServeError(Exception):
    """The server cannot start; the message is a sentence for a person."""


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """What `sandbox serve` was asked for.

    Attributes:
        data: the file of the books; the caller gives the embedded connections' file where none was named.
        port: 0 takes any free one.
        today: the day new sample books reach up to; None is the day of creation.
        size: number of expenses of new sample books, or `small`.
        token: what requests must carry; None makes a new one for this run.
        rate_limit: whether the vendors' limits are applied.
        faults: what goes wrong on purpose, as `parse_fault` reads it; the control route replaces them.
        modern_shape: whether Productive answers in the shape of 2024 and later.
    """

    data: Path
    host: str = "127.0.0.1"
    port: int = 0
    seed: int = 1
    today: date | None = None
    size: int | str = "small"
    token: str | None = None
    rate_limit: bool = False
    faults: tuple[str, ...] = ()
    modern_shape: bool = False


def size_of(size: int | str) -> int:
    """The number of expenses that `small` or a number means.

    Raises:
        ServeError: neither.
    """
    if size == "small":
        return SMALL
    if isinstance(size, int) and size > 0:
        return size
    raise ServeError(f"{size!r} is no size. Write small or a whole number from 1 on.")


def serve(options: ServeOptions, *, out: TextIO, stop: threading.Event | None = None) -> int:
    """Serves until SIGINT, SIGTERM or `stop` and returns 0; the ready line goes to `out` once the port listens.

    Raises:
        ServeError: not a loopback host, the port is taken, no fault, or the books cannot be used.
    """
    address = loopback_address(options.host)
    faults = _faults(options)
    ended = stop or threading.Event()
    token = options.token or secrets.token_urlsafe(24)
    with _signals(ended) as handler, _listen(address, options.port) as listener:
        try:
            context = _context(options, token)
            handler.started = True
        except _StoppedEarly:
            return 0
        try:
            disturbed = build_app(context, faults, rate_limit=options.rate_limit, tells=True)
            app = Control(disturbed, token, options.faults)
            line = _ready_line(listener, context)
            _Server(app, ended, lambda: print(line, file=out, flush=True)).run(sockets=[listener])
        finally:
            context.books.close()
    return 0


def loopback_address(host: str) -> str:
    """The address to listen on for `localhost` or a loopback address.

    Raises:
        ServeError: any other host.
    """
    if host == "localhost":
        return "127.0.0.1"
    try:
        if ipaddress.ip_address(host).is_loopback:
            return host
    except ValueError:
        pass
    raise ServeError(f"{host!r} is not a loopback address. The sandbox listens only on 127.0.0.1, ::1 or localhost.")


def _faults(options: ServeOptions) -> list[Fault]:
    try:
        return [parse_fault(text) for text in options.faults]
    except FaultError as error:
        raise ServeError(str(error)) from error


def _context(options: ServeOptions, token: str) -> SandboxContext:
    size = size_of(options.size)
    try:
        return open_context(
            options.data,
            token=token,
            seed=options.seed,
            today=options.today,
            size=size,
            modern_shape=options.modern_shape,
        )
    except BooksError as error:
        raise ServeError(str(error)) from error
    except OSError as error:
        raise ServeError(f"{options.data} cannot be opened: {error.strerror}.") from error


def _listen(address: str, port: int) -> socket.socket:
    if not 0 <= port <= 65535:
        raise ServeError(f"{port} is no port. Write one from 0 to 65535; 0 takes any free one.")
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        return socket.create_server((address, port), family=family)
    except OSError as error:
        why = os.strerror(error.errno or 0)
        raise ServeError(
            f"Port {port} of {address} cannot be listened on ({why}). --port 0 takes a free one."
        ) from error


def _ready_line(listener: socket.socket, context: SandboxContext) -> str:
    host, port = listener.getsockname()[:2]
    origin = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    return json.dumps(
        {
            "kantata": f"{origin}/api/v1",
            "productive": f"{origin}/api/v2",
            "token": context.token,
            "organization_id": context.organization_id,
            "pid": os.getpid(),
        }
    )


class _StoppedEarly(Exception):  # noqa: N818 - no error
    """A signal came before the server listened."""


class _Handler:
    """Ends what runs: before the server has started by an exception, afterwards by asking it to stop."""

    def __init__(self, stop: threading.Event) -> None:
        self.started = False
        self._stop = stop

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        if not self.started:
            raise _StoppedEarly
        self._stop.set()


@contextlib.contextmanager
def _signals(stop: threading.Event) -> Iterator[_Handler]:
    """Handles SIGINT and SIGTERM inside; outside the main thread there are no signals to handle."""
    handler = _Handler(stop)
    if threading.current_thread() is not threading.main_thread():
        yield handler
        return
    before = {number: signal.signal(number, handler) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield handler
    finally:
        for number, old in before.items():
            signal.signal(number, old)


class _Server(uvicorn.Server):
    """uvicorn that stops by an event instead of re-raising signals, and says when it is ready."""

    def __init__(self, app: ASGIApp, stop: threading.Event, ready: Callable[[], None]) -> None:
        config = uvicorn.Config(
            app,
            http=_Protocol,
            loop="asyncio",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        super().__init__(config)
        self._stop = stop
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Starts listening, then tells."""
        await super().startup(sockets=sockets)
        self._ready()

    async def on_tick(self, counter: int) -> bool:
        """Whether to end; asked ten times a second."""
        return self._stop.is_set() or await super().on_tick(counter)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leaves the signals to `_signals`."""
        yield


class _Protocol(H11Protocol):
    """HTTP whose connection really ends where a fault drops it, and that refuses what is no HTTP with a document."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wraps the application once the transport is known."""
        super().connection_made(transport)
        # asyncio does it only for sockets that name their protocol; without it each answer waits 40 ms for the peer.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        app = self.app

        async def dropping(scope: Scope, receive: Receive, send: Send) -> None:
            try:
                await app(scope, receive, send)
            except ConnectionDropped:
                transport.abort()
                while (await receive())["type"] != "http.disconnect":
                    pass

        self.app = dropping

    def send_400_response(self, msg: str) -> None:
        """Refuses a request that has no address yet, so that no dialect is known."""
        body = bytes(plain_document(400, msg).body)
        head = f"HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ncontent-length: {len(body)}"
        self.transport.write(f"{head}\r\nconnection: close\r\n\r\n".encode() + body)
        self.transport.close()
