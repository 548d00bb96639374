"""A loopback proxy that loses requests and answers, resets in the middle, delays for minutes, and doubles.

Only writes meet its tricks. A delayed request is given up by the client at once and reaches the server when the test's
virtual time has come so far (`late`).
"""

from __future__ import annotations

import asyncio
import re
import socket
import struct
import threading
from collections.abc import Callable, Coroutine, Iterable
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CONNECTION = re.compile(rb"\r\nconnection: *[^\r]*", re.IGNORECASE)
_NO_LINGER = struct.pack("ii", 1, 0)
"""Closing sends a reset then, instead of an end."""


class Trick(StrEnum):
    """What becomes of one write."""

    PASSES = "it passes"
    LOSES_REQUEST = "the request is lost"
    LOSES_ANSWER = "the answer is lost"
    RESETS_REQUEST = "a reset in the middle of the request"
    RESETS_ANSWER = "a reset in the middle of the answer"
    DELAYS = "the request comes minutes later"
    DOUBLES = "the request comes twice"


class Proxy:
    """Listens on a free port until `stop`.

    Attributes:
        port: where it listens.
        writes: how many writes have come.
        on_end: called on a thread of its own whenever a request has been carried.
    """

    def __init__(self, server_url: str) -> None:
        self._target = urlsplit(server_url).port or 0
        self._tricks: list[Trick] = []
        self._delayed: list[bytes] = []
        self._open = 0
        self.on_end: Callable[[], None] = lambda: None
        self.port = 0
        self.writes = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="proxy", daemon=True)
        self._listening = threading.Event()
        self._thread.start()
        self._listening.wait(10)

    def plays(self, tricks: Iterable[Trick]) -> None:
        """From now on the writes meet these, one after another; later ones pass."""
        self._tricks = list(tricks)

    @property
    def is_quiet(self) -> bool:
        """True while no request is being carried."""
        return not self._open

    @property
    def holds(self) -> int:
        """How many delayed requests have not reached the server yet."""
        return len(self._delayed)

    def late(self) -> None:
        """Let every delayed request reach the server now."""
        while self._delayed:
            self._wait(self._forward(self._delayed.pop(0)))

    def stop(self) -> None:
        """Listen no more."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    def _run(self) -> None:
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._listening.set()
        self._loop.run_forever()
        server.close()
        self._loop.run_until_complete(_end_all())
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open += 1
        try:
            await self._carry(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self._open -= 1
            writer.close()
            threading.Thread(target=self.on_end, daemon=True).start()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        is_write = not head.startswith(b"GET")
        trick = Trick.PASSES
        if is_write:
            self.writes += 1
            trick = self._tricks.pop(0) if self._tricks else Trick.PASSES
        if trick is Trick.RESETS_REQUEST:
            _reset(writer)
            return
        found = _LENGTH.search(head)
        request = head + (await reader.readexactly(int(found[1])) if found else b"")
        if trick is Trick.LOSES_REQUEST:
            return
        if trick is Trick.DELAYS:
            self._delayed.append(request)
            _reset(writer)
            return
        answer = await self._forward(request)
        if trick is Trick.DOUBLES:
            await self._forward(request)
        if trick is Trick.LOSES_ANSWER:
            return
        whole = trick is not Trick.RESETS_ANSWER
        writer.write(answer if whole else answer[: len(answer) // 2])
        await writer.drain()
        if not whole:
            _reset(writer)

    async def _forward(self, request: bytes) -> bytes:
        """The server's whole answer; it is told to end the connection after it."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._target)
        try:
            head, gap, body = request.partition(b"\r\n\r\n")
            writer.write(_CONNECTION.sub(b"", head) + b"\r\nconnection: close" + gap + body)
            await writer.drain()
            return await reader.read(-1)
        finally:
            writer.close()


async def _end_all() -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _reset(writer: asyncio.StreamWriter) -> None:
    taken = writer.get_extra_info("socket")
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    writer.transport.abort()
