"""The line between a home and the sandbox: what went over it is written down, and it can be held up or cut."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from kworkbench.sandbox.embedded import EmbeddedDropped, EmbeddedRefused, EmbeddedServer
from kworkbench.sync.transport import RawAnswer


@dataclass(frozen=True, slots=True)
class Sent:
    """One request as it reached the line."""

    method: str
    path: str
    body: object

    @property
    def is_write(self) -> bool:
        return self.method != "GET"


class Wire:
    """Serves requests through the embedded sandbox. `cut` refuses them all, `blocked` those whose method and path hold
    that text, `hold` keeps those of a method waiting.

    `watch` is called with each request before it is served and with its answer after; a test may end the process there.
    """

    def __init__(self, server: EmbeddedServer, told: threading.Condition) -> None:
        self.server = server
        self.cut = False
        self.blocked = ""
        self.sent: list[Sent] = []
        self.watch: Callable[[str, Sent], None] = lambda _moment, _sent: None
        self._held: frozenset[str] = frozenset()
        self._waiting: list[tuple[asyncio.AbstractEventLoop, asyncio.Future[None]]] = []
        self._arrived = told
        self._open = 0

    async def handle(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> RawAnswer:
        if self.cut or (self.blocked and self.blocked in f"{method} {target}"):
            raise ConnectionRefusedError("the line is cut")
        sent = Sent(method, unquote(target.partition("?")[0]), json.loads(body) if body else None)
        with self._arrived:
            self.sent.append(sent)
            self._open += 1
            self._arrived.notify_all()
        try:
            return await self._serve(sent, target, headers, body)
        finally:
            with self._arrived:
                self._open -= 1
                self._arrived.notify_all()

    async def _serve(self, sent: Sent, target: str, headers: Mapping[str, str], body: bytes) -> RawAnswer:
        method = sent.method
        self.watch("before", sent)
        await self._wait(method)
        pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
        try:
            answer = await self.server.handle(method, target, pairs, body, timeout=None)
        except EmbeddedRefused as problem:
            raise ConnectionRefusedError(str(problem)) from problem
        except EmbeddedDropped as problem:
            raise ConnectionResetError(str(problem)) from problem
        finally:
            self.watch("after", sent)
        return RawAnswer(answer.status, {name.decode(): value.decode() for name, value in answer.headers}, answer.body)

    @property
    def is_quiet(self) -> bool:
        """True while no request waits for its answer."""
        return not self._open

    @property
    def writes(self) -> list[Sent]:
        """What was sent but reads."""
        return [sent for sent in self.sent if sent.is_write]

    def block_after_write(self, text: str) -> None:
        """Refuse such requests from the end of the next write on."""

        def watch(moment: str, sent: Sent) -> None:
            if moment == "after" and sent.is_write:
                self.blocked = text

        self.watch = watch

    def hold(self, *methods: str) -> None:
        """Keep requests of these methods waiting from now on."""
        self._held = frozenset(methods)

    def release(self) -> None:
        """Let everything go on."""
        with self._arrived:
            self._held = frozenset()
            waiting, self._waiting = self._waiting, []
        for loop, gate in waiting:
            if not loop.is_closed():
                loop.call_soon_threadsafe(_open, gate)

    def await_request(self, method: str, count: int = 1) -> None:
        """Wait until so many requests of a method have come in all."""

        def came() -> bool:
            return sum(sent.method == method for sent in self.sent) >= count

        with self._arrived:
            assert self._arrived.wait_for(came, timeout=10), f"no {method} came: {self.sent}"

    async def _wait(self, method: str) -> None:
        """Wait while requests of the method are held; a release on another thread is either seen here or wakes it."""
        loop = asyncio.get_running_loop()
        gate: asyncio.Future[None] = loop.create_future()
        with self._arrived:
            if method not in self._held:
                return
            self._waiting.append((loop, gate))
        await gate


def _open(gate: asyncio.Future[None]) -> None:
    if not gate.done():
        gate.set_result(None)
