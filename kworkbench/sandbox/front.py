"""What stands before both dialects: the Host check, the body limit, the rate limit, and 500 instead of an exception."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Sequence

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, Response
from starlette.types import Message, Receive, Scope, Send

from kworkbench.sandbox.dialect import Dialect
from kworkbench.sandbox.faults import ConnectionDropped
from kworkbench.sandbox.hosts import is_loopback
from kworkbench.sandbox.limits import Limiter, hand_over

EMBEDDED_HOST = "sandbox.invalid"
"""The host that in-process requests name; the name can never be resolved (RFC 2606)."""

MAX_BODY = 16 * 1024 * 1024

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\[\]:/]+)(?::[0-9]{1,5})?")

logger = logging.getLogger(__name__)


def plain_document(status: int, message: str) -> Response:
    """The error document where no dialect lives."""
    return JSONResponse({"errors": [{"type": "system", "message": message}]}, status)


class Front:
    """Both dialects as one application; it never lets an exception of a handler out.

    `limited` turns the dialects' rate limits on; `now` gives seconds that only go up; `after_write` is called when a
    request that may have written is answered.
    """

    def __init__(
        self,
        dialects: Sequence[Dialect],
        *,
        limited: bool = False,
        max_body: int = MAX_BODY,
        now: Callable[[], float] = time.monotonic,
        after_write: Callable[[], None] | None = None,
    ) -> None:
        self._dialects = tuple(dialects)
        self._max_body = max_body
        self._after_write = after_write
        self._limiters = {
            one.prefix: Limiter((one.rate_limit, *one.more_limits), now)
            for one in dialects
            if limited and one.rate_limit
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request; any other kind of connection is left alone."""
        if scope["type"] != "http":
            return
        dialect = self._dialect(scope["path"])
        document = dialect.document if dialect else plain_document
        refusal = self._refusal(scope, dialect)
        if refusal is None:
            body = await whole_body(receive, self._max_body)
            if body is not None and dialect is not None:
                await _guarded(dialect, body, scope, send)
                if self._after_write is not None and scope["method"] not in ("GET", "HEAD"):
                    self._after_write()
                return
            refusal = document(413, f"The body is larger than {self._max_body} bytes.")
        await refusal(scope, receive, send)

    def document(self, path: str, status: int) -> Response:
        """The error document of the dialect that lives at `path`, for a fault; a 429 asks to wait for a second."""
        dialect = self._dialect(path)
        if status == 429 and dialect is not None and dialect.rate_limit is not None:
            return dialect.rate_limit.refusal(1)
        return (dialect.document if dialect else plain_document)(status, f"The sandbox was asked to answer {status}.")

    def _dialect(self, path: str) -> Dialect | None:
        for dialect in self._dialects:
            if path == dialect.prefix or path.startswith(f"{dialect.prefix}/"):
                return dialect
        return None

    def _refusal(self, scope: Scope, dialect: Dialect | None) -> Response | None:
        if not is_ours(Headers(scope=scope).get("host", "")):
            document = dialect.document if dialect else plain_document
            return document(403, "The sandbox answers only to a loopback host.")
        if dialect is None:
            return plain_document(404, "Not found")
        limiter = self._limiters.get(dialect.prefix)
        if limiter is not None and dialect.counts_itself:
            hand_over(scope, limiter)
            return None
        return limiter.refusal() if limiter else None


def is_ours(host: str) -> bool:
    """Whether a Host header names a loopback address or this process; a name of the outside may be rebound to us."""
    found = _HOST.fullmatch(host)
    name = found[1].lower() if found else ""
    return name == EMBEDDED_HOST or is_loopback(name)


async def _guarded(dialect: Dialect, body: bytes, scope: Scope, send: Send) -> None:
    started = False

    async def watch(message: Message) -> None:
        nonlocal started
        started = True
        await send(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    try:
        await dialect.app(scope, receive, watch)
    except Exception:
        logger.exception("The sandbox failed on %s %s", scope["method"], scope["path"])
        if started:
            raise ConnectionDropped from None
        await dialect.document(500, "The sandbox failed on this request.")(scope, receive, send)


async def whole_body(receive: Receive, limit: int) -> bytes | None:
    """The body of the request, or None when it is larger than `limit` bytes."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise ConnectionDropped
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > limit:
            return None
        if not message.get("more_body", False):
            return b"".join(parts)
