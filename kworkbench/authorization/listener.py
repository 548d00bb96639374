"""The address on this machine to which the browser brings its answer. It takes one, and is closed.

On 127.0.0.1 alone; a browser may open lines that it never uses, so each is served by itself. Nothing of a request is
logged. Source: sync-engine.md section 8 ("Sign-in").
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from kworkbench.authorization import pages
from kworkbench.authorization.answers import Answer, AuthorizationError, Code, StrangerError, read_callback
from kworkbench.authorization.asking import HOST, PATH
from kworkbench.authorization.pages import Page

HEAD_LIMIT = 32 * 1024
"""Bytes of a request's head."""


class PortError(AuthorizationError):
    """The port cannot be listened on."""

    def __init__(self, port: int, reason: str) -> None:
        which = f"port {port} of {HOST}" if port else f"any port of {HOST}"
        super().__init__(
            f"The browser's answer cannot be awaited on {which} ({reason}). End what uses it, or choose another "
            "--callback-port that the application is registered with."
        )


def read_head(head: bytes, host: str) -> str | Page:
    """The query of a request for the awaited address, else the page that refuses it. `host` is ours, with its port."""
    first, *lines = head.decode("latin-1").split("\r\n")
    words = first.split(" ")
    hosts = [value.strip() for name, _, value in (line.partition(":") for line in lines) if name.lower() == "host"]
    if len(words) != 3 or not words[2].startswith("HTTP/1.") or hosts != [host]:
        return pages.UNREADABLE
    path, _, query = words[1].partition("?")
    if path != PATH:
        return pages.ELSEWHERE
    return query if words[0] == "GET" else pages.OTHER_METHOD


class Listener:
    """What waits for the answer that belongs to a state."""

    def __init__(self, state: str) -> None:
        self.port = 0
        self.answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._state = state
        self._taken = False
        self._lines: set[asyncio.Task[None]] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One line of a browser, with one request on it."""
        line = asyncio.current_task()
        assert line is not None  # noqa: S101 - streams run their callback in a task
        self._lines.add(line)
        found: Answer | None = None
        try:
            with suppress(ConnectionError):  # the browser has gone; what it brought counts all the same
                page, found = await self._answered(reader)
                writer.write(page.response())
                await writer.drain()
                writer.close()
                await writer.wait_closed()
        finally:
            writer.close()
            self._lines.discard(line)
            if found is not None and not self.answer.done():
                self.answer.set_result(found)

    async def _answered(self, reader: asyncio.StreamReader) -> tuple[Page, Answer | None]:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            return pages.UNREADABLE, None
        query = read_head(head, f"{HOST}:{self.port}")
        if isinstance(query, Page):
            return query, None
        if self._taken:
            return pages.OVER, None
        self._taken = True
        answer = read_callback(query, self._state)
        if isinstance(answer, Code):
            return pages.TAKEN, answer
        return pages.STRANGER if isinstance(answer, StrangerError) else pages.NOT_SIGNED_IN, answer

    async def close(self) -> None:
        """End lines on which nothing has come."""
        for line in self._lines:
            line.cancel()
        await asyncio.gather(*self._lines, return_exceptions=True)


@asynccontextmanager
async def listening(state: str, port: int) -> AsyncIterator[Listener]:
    """Listen on a port of 127.0.0.1, any free one for 0, for the answer that belongs to a state.

    Raises:
        PortError: another program has the port.
    """
    listener = Listener(state)
    try:
        server = await asyncio.start_server(listener.serve, HOST, port, limit=HEAD_LIMIT)
    except OSError as problem:
        raise PortError(port, os.strerror(problem.errno) if problem.errno else "refused") from problem
    listener.port = server.sockets[0].getsockname()[1]
    try:
        yield listener
    finally:
        server.close()
        await listener.close()
        await server.wait_closed()
