"""The middleware that plays faults. It stands between the connection and the application: every loss is a real one."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kworkbench.sandbox.faults import ConnectionDropped, Fault

GARBAGE = b"\x00<<no document \xff\xfe"

Sleep = Callable[[float], Awaitable[None]]


@dataclass(slots=True)
class _Armed:
    fault: Fault
    left: int | None

    def fires(self, method: str, path: str, rng: random.Random) -> bool:
        if self.left == 0 or not self.fault.hits(method, path):
            return False
        if self.fault.probability < 1 and rng.random() >= self.fault.probability:
            return False
        if self.left is not None:
            self.left -= 1
        return True


class FaultMiddleware:
    """Plays the armed faults on the requests that they hit: every delay, then the first fault of another kind.

    `document` makes the body of a `status` fault for a path; `rng` decides probabilities; `sleep` waits.
    """

    def __init__(
        self,
        app: ASGIApp,
        faults: Sequence[Fault],
        *,
        document: Callable[[str, int], Response],
        rng: random.Random,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._app = app
        self._document = document
        self._rng = rng
        self._sleep = sleep
        self._armed = [_Armed(fault, fault.times) for fault in faults]

    def arm(self, faults: Sequence[Fault]) -> None:
        """Replace the faults; requests already under way keep theirs."""
        self._armed = [_Armed(fault, fault.times) for fault in faults]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one connection.

        Raises:
            ConnectionDropped: the answer, or the rest of it, is lost.
        """
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        delays, other = self._choose(scope["method"], scope["path"])
        for seconds in delays:
            await self._sleep(seconds)
        if other is None:
            await self._app(scope, receive, send)
        elif other.kind == "drop-before":
            raise ConnectionDropped
        elif other.kind == "status":
            await self._document(scope["path"], other.status)(scope, receive, send)
        else:
            await self._after(other, scope, receive, send)

    def _choose(self, method: str, path: str) -> tuple[list[float], Fault | None]:
        delays: list[float] = []
        other: Fault | None = None
        for armed in self._armed:
            if armed.fault.kind == "delay" and armed.fires(method, path, self._rng):
                delays.append(armed.fault.seconds)
            elif armed.fault.kind != "delay" and other is None and armed.fires(method, path, self._rng):
                other = armed.fault
        return delays, other

    async def _after(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        answer = _Answer()
        await self._app(scope, receive, answer.take)
        if fault.kind == "drop-after":
            raise ConnectionDropped
        if fault.kind == "garbage" and 200 <= answer.status < 300:
            await answer.garbled().give(send)
        elif fault.kind == "truncate" and answer.body:
            await send(answer.start)
            await send({"type": "http.response.body", "body": answer.body[: len(answer.body) // 2], "more_body": True})
            raise ConnectionDropped
        else:
            await answer.give(send)


class _Answer:
    """A whole answer of the application, held back."""

    def __init__(self) -> None:
        self.start: Message = {"type": "http.response.start", "status": 500, "headers": []}
        self.body = b""

    @property
    def status(self) -> int:
        return int(self.start["status"])

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")

    def garbled(self) -> _Answer:
        other = _Answer()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(GARBAGE)).encode())]
        status = 200 if self.status == 204 else self.status
        other.start = {"type": "http.response.start", "status": status, "headers": headers}
        other.body = GARBAGE
        return other

    async def give(self, send: Send) -> None:
        await send(self.start)
        await send({"type": "http.response.body", "body": self.body})
