"""The sandbox inside this process, as the transport wants it; imported on the engine's thread."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path

from kworkbench.domain.secret import Secret
from kworkbench.sandbox.embedded import EmbeddedDropped, EmbeddedRefused, EmbeddedServer
from kworkbench.sandbox.faults import parse_fault
from kworkbench.sandbox.front import EMBEDDED_HOST
from kworkbench.sync.transport import RawAnswer

BASE_URLS: Mapping[str, str] = {
    "kantata": f"http://{EMBEDDED_HOST}/api/v1",
    "productive": f"http://{EMBEDDED_HOST}/api/v2",
}


class Embedded:
    """One server over the home's books, with a token of this run."""

    def __init__(self, books: Path, faults: str) -> None:
        self.token = Secret(secrets.token_urlsafe(24))
        self._server = EmbeddedServer(
            books, token=self.token.reveal(), faults=tuple(parse_fault(text) for text in faults.split())
        )
        self._server.start()

    async def handle(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> RawAnswer:
        """Serve one request; timeouts are the caller's, and never end the handler."""
        pairs = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        try:
            answer = await self._server.handle(method, target, pairs, body, timeout=None)
        except EmbeddedRefused as problem:
            raise ConnectionRefusedError(str(problem)) from problem
        except EmbeddedDropped as problem:
            raise ConnectionResetError(str(problem)) from problem
        named = {name.decode("latin-1"): value.decode("latin-1") for name, value in answer.headers}
        return RawAnswer(answer.status, named, answer.body)

    def stop(self) -> None:
        """End the server; what its handlers began, they finish."""
        self._server.stop()
