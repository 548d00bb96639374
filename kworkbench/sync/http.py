"""The one module that speaks HTTP. A request goes out or a `TransportError` says what is known of it.

Redirects are never followed, bodies are bounded after decompression, silence has its limits, and sign-in headers go
only to the configured origin because every URL is built from it. Source: sync-engine.md sections 4 and 8.
"""

from __future__ import annotations

import asyncio
import json
import re
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from functools import cache

from kworkbench.providers.base import Request, Response
from kworkbench.sparing import LeftOut
from kworkbench.sync.transport import Handle, TransportError

with LeftOut("httpx._main"):  # its command line, which brings click and the highlighter of rich with it
    import httpx

BODY_LIMIT = 32 * 1024 * 1024
DEPTH_LIMIT = 64
STALL_SECONDS = 10.0
"""Once an answer has begun, it goes on within so long."""
CONNECT_SECONDS = 10.0
HEADER_SECONDS = 10.0
"""The answer to a read begins within so long after it was asked for."""
READ_SECONDS = 60.0
WRITE_SECONDS = 200.0
"""Longer than Kantata's own limit of three minutes, so a slow answer is not mistaken for a lost one."""


ELSEWHERE = "A request would have gone to another server, so it was not sent."
_NO_BRACKETS = bytes(code for code in range(256) if code not in b"[]{}")
_TEXT_OR_BRACKET = re.compile(rb'"(?:[^"\\]|\\.)*"?|[\[\]{}]', re.DOTALL)


class HttpTransport:
    """HTTP to one base URL."""

    def __init__(
        self, base_url: str, auth: Callable[[], Mapping[str, str]], *, carrier: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._base = base_url.rstrip("/")
        self._auth = auth
        self._carrier = carrier
        self._trust = trusted(tls=carrier is None and self._base.lower().startswith("https:"))
        self._kept = self._client(keep=True)

    async def send(self, request: Request) -> Response:
        """See `Transport.send`."""
        if not request.fresh:
            return await self._exchange(self._kept, request)
        client = self._client(keep=False)
        try:
            return await self._exchange(client, request)
        finally:
            if self._carrier is None:
                await client.aclose()

    async def close(self) -> None:
        """See `Transport.close`."""
        await self._kept.aclose()

    def _client(self, *, keep: bool) -> httpx.AsyncClient:
        limits = httpx.Limits(max_connections=8, max_keepalive_connections=4 if keep else 0)
        return httpx.AsyncClient(
            verify=self._trust, transport=self._carrier, limits=limits, follow_redirects=False, trust_env=False
        )

    async def _exchange(self, client: httpx.AsyncClient, request: Request) -> Response:
        whole, silent = (READ_SECONDS, HEADER_SECONDS) if request.method == "GET" else (WRITE_SECONDS, WRITE_SECONDS)
        built = self._built(
            client, request, httpx.Timeout(whole, connect=CONNECT_SECONDS, pool=CONNECT_SECONDS, read=silent)
        )
        try:
            async with asyncio.timeout(whole):
                async with asyncio.timeout(CONNECT_SECONDS + silent):
                    answer = await client.send(built, stream=True)
                try:
                    body = await _bounded(answer)
                finally:
                    await answer.aclose()
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as problem:
            raise TransportError(f"No connection to the server: {_name(problem)}.", sent=False) from problem
        except (httpx.HTTPError, httpx.StreamError, TimeoutError) as problem:
            raise TransportError(f"No answer came: {_name(problem)}.", sent=True) from problem
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Response(answer.status_code, headers, body if is_shallow(body) else b"")

    def _built(self, client: httpx.AsyncClient, request: Request, timeout: httpx.Timeout) -> httpx.Request:
        """The request with its sign-in, which goes to the configured origin and nowhere else.

        Raises:
            TransportError: the path leads elsewhere; nothing was sent.
        """
        if not request.path.startswith("/"):
            raise TransportError(ELSEWHERE, sent=False)
        built = client.build_request(
            request.method,
            self._base + request.path,
            params=list(request.query) or None,
            content=None if request.body is None else json.dumps(request.body, ensure_ascii=True).encode(),
            data={name: value.reveal() for name, value in request.form.items()} or None,
            headers={"accept": "application/json", **request.headers},
            timeout=timeout,
        )
        if _origin(built.url) != _origin(httpx.URL(self._base)):
            raise TransportError(ELSEWHERE, sent=False)
        built.headers.update(self._auth())
        return built


class InProcessCarrier(httpx.AsyncBaseTransport):
    """Carries requests to a server in this process, with its timeouts and drops kept honest."""

    def __init__(self, handle: Handle) -> None:
        self._handle = handle

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Serve one request through the handle."""
        body = await request.aread()
        path = request.url.raw_path.decode("ascii")
        try:
            async with asyncio.timeout(request.extensions["timeout"]["read"]):
                answer = await self._handle(request.method, path, dict(request.headers.items()), body)
        except TimeoutError as problem:
            raise httpx.ReadTimeout("no answer has begun") from problem
        except ConnectionRefusedError as problem:
            raise httpx.ConnectError(str(problem)) from problem
        except ConnectionError as problem:
            raise httpx.RemoteProtocolError(str(problem)) from problem
        return httpx.Response(answer.status, headers=dict(answer.headers), content=answer.body)


@cache
def trusted(*, tls: bool) -> ssl.SSLContext:
    """Whose certificates are taken, one for all clients: reading the list takes 3 MiB and 10 ms each time.

    Without `tls` it trusts nobody, so whatever asks for TLS all the same fails.
    """
    return httpx.create_ssl_context(trust_env=False) if tls else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def is_shallow(body: bytes) -> bool:
    """Whether a JSON text is nested no deeper than a reader can bear; what is deeper is treated as unreadable.

    Pairs of brackets are taken out from the inside, so that each turn costs one pass in C. Brackets inside texts can
    only leave some over; then the text is walked through.
    """
    brackets = body.translate(None, _NO_BRACKETS)
    for _ in range(DEPTH_LIMIT):
        if not brackets:
            return True
        shorter = brackets.replace(b"[]", b"").replace(b"{}", b"")
        if shorter == brackets:
            break
        brackets = shorter
    return not brackets or _depth(body) <= DEPTH_LIMIT


def _depth(body: bytes) -> int:
    depth = deepest = 0
    for found in _TEXT_OR_BRACKET.finditer(body):
        if found[0][:1] in (b"[", b"{"):
            depth += 1
            deepest = max(deepest, depth)
        elif found[0][:1] in (b"]", b"}"):
            depth -= 1
    return deepest


async def _parts(answer: httpx.Response) -> AsyncIterator[bytes]:
    """The parts of a body as they come, none of them later than the stall limit after the one before."""
    parts = aiter(answer.aiter_bytes())
    while True:
        async with asyncio.timeout(STALL_SECONDS):
            try:
                part = await anext(parts)
            except StopAsyncIteration:
                return
        yield part


async def _bounded(answer: httpx.Response) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in _parts(answer):
        size += len(part)
        if size > BODY_LIMIT:
            raise httpx.DecodingError("the answer is larger than 32 MiB")
        parts.append(part)
    return b"".join(parts)


def _name(problem: Exception) -> str:
    if isinstance(problem, httpx.ConnectError):
        return "it was refused"
    return "it took too long" if isinstance(problem, httpx.TimeoutException | TimeoutError) else "the line broke"
