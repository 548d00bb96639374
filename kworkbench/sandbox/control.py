"""A small route beside the dialects that sets the faults while the server runs; only a served sandbox has it (ours).

`GET /sandbox/faults` tells the faults that are armed, `PUT` replaces them by `{"faults": ["delay=3", ...]}`, `DELETE`
disarms all. Every answer tells what is armed then. Nothing disturbs or limits it. It asks for the token in either
vendor's header and for a loopback host, so that no page in a browser can reach it.
"""

from __future__ import annotations

import json
from hmac import compare_digest

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from kworkbench.sandbox.disturb import FaultMiddleware
from kworkbench.sandbox.faults import FaultError, parse_fault
from kworkbench.sandbox.front import MAX_BODY, is_ours, plain_document, whole_body

PATH = "/sandbox/faults"
_BODY = 'Send {"faults": ["delay=3", ...]} as JSON; an empty list disarms all.'


class Control:
    """The server with its control route in front. `faults` are those that it starts with, as they were written."""

    def __init__(self, disturbed: FaultMiddleware, token: str, faults: tuple[str, ...] = ()) -> None:
        self._disturbed = disturbed
        self._app: ASGIApp = disturbed
        self._token = token
        self._armed = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] != "http" or scope["path"] != PATH:
            await self._app(scope, receive, send)
            return
        response = await self._answer(Request(scope, receive))
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if not is_ours(request.headers.get("host", "")):
            return plain_document(403, "The sandbox answers only to a loopback host.")
        if not self._knows(request):
            return plain_document(401, "The token is missing or wrong.")
        if request.method == "PUT":
            body = await whole_body(request.receive, MAX_BODY)
            try:
                self._arm(_texts(body or b""))
            except FaultError as problem:
                return plain_document(422, str(problem))
        elif request.method == "DELETE":
            self._arm(())
        elif request.method not in {"GET", "HEAD"}:
            return plain_document(405, "GET tells the faults, PUT replaces them, DELETE disarms all.")
        return JSONResponse({"faults": list(self._armed)})

    def _knows(self, request: Request) -> bool:
        scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
        sent = [request.headers.get("x-auth-token", ""), bearer.strip() if scheme.lower() == "bearer" else ""]
        return any(compare_digest(one.encode(), self._token.encode()) for one in sent)

    def _arm(self, texts: tuple[str, ...]) -> None:
        self._disturbed.arm([parse_fault(text) for text in texts])
        self._armed = texts


def _texts(body: bytes) -> tuple[str, ...]:
    try:
        document = json.loads(body.decode())
    except (ValueError, RecursionError):
        raise FaultError(_BODY) from None
    texts = document.get("faults") if isinstance(document, dict) else None
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise FaultError(_BODY)
    return tuple(texts)
