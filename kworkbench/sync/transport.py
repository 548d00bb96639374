"""What carries a request to a server, and what is known when no answer comes. No HTTP library is imported here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from kworkbench.lean import dataclass
from kworkbench.providers.base import Request, Response


class TransportError(Exception):
    """A request brought no answer.

    Attributes:
        sent: False only where it is certain that nothing reached the server.
    """

    def __init__(self, message: str, *, sent: bool) -> None:
        super().__init__(message)
        self.sent = sent


class Transport(Protocol):
    """Sends one request to one connection's server."""

    async def send(self, request: Request) -> Response:
        """The answer.

        Raises:
            TransportError: no answer came.
        """

    async def close(self) -> None:
        """Let go of every socket."""


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """An answer of a server in the same process: status, headers in any case, whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


Handle = Callable[[str, str, Mapping[str, str], bytes], Awaitable[RawAnswer]]
"""Serves (method, path with query, headers, body) inside the process.

Raises `ConnectionRefusedError` where nothing was sent, any other `ConnectionError` where the answer is lost.
"""
