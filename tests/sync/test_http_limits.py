"""What a hostile server may send, and where a request may go (sync-engine.md section 8, "Limits" and "URLs")."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Mapping

import httpx
import pytest

from kworkbench.domain.secret import Secret
from kworkbench.providers.base import Request, Response
from kworkbench.sync import http
from kworkbench.sync.http import BODY_LIMIT, DEPTH_LIMIT, HttpTransport, InProcessCarrier, is_shallow
from kworkbench.sync.transport import RawAnswer, TransportError

BASE = "https://api.example.com/api/v2"
TOKEN = {"X-Auth-Token": "secret"}


class Answering(httpx.AsyncBaseTransport):
    """Answers every request with the same, and writes down what came."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self.requests: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self.answer


def exchanged(answer: httpx.Response, request: Request | None = None) -> tuple[Response, list[httpx.Request]]:
    carrier = Answering(answer)

    async def run() -> Response:
        transport = HttpTransport(BASE, lambda: TOKEN, carrier=carrier)
        try:
            return await transport.send(request or Request("GET", "/expenses"))
        finally:
            await transport.close()

    return asyncio.run(run()), carrier.requests


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (nested(DEPTH_LIMIT), True),
        (nested(DEPTH_LIMIT + 1), False),
        (b'{"a":' * (DEPTH_LIMIT + 1) + b"1" + b"}" * (DEPTH_LIMIT + 1), False),
        (json.dumps({"text": "[" * 5000}).encode(), True),
        (json.dumps({"text": '"\\"[{' * 500, "rows": [[{}]] * 300}).encode(), True),
        (b'"[[[' + b"[" * 100, True),
        (b"[" * 100_000, False),
        (b"", True),
        (b"not json at all", True),
    ],
)
def test_a_text_is_shallow_by_its_nesting_and_not_by_the_brackets_in_its_texts(body: bytes, expected: bool) -> None:
    assert is_shallow(body) is expected


def test_a_body_that_is_nested_too_deep_is_unreadable_and_its_status_is_known() -> None:
    answer, _ = exchanged(httpx.Response(201, content=nested(100)))
    assert (answer.status, answer.body) == (201, b"")


def test_a_body_beyond_the_limit_after_decompression_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    assert BODY_LIMIT == 32 * 1024 * 1024
    monkeypatch.setattr(http, "BODY_LIMIT", 100_000)
    bomb = httpx.Response(200, headers={"content-encoding": "gzip"}, content=gzip.compress(b" " * 200_000))
    with pytest.raises(TransportError) as problem:
        exchanged(bomb)
    assert problem.value.sent


def test_a_redirect_is_never_followed_and_the_token_stays_here() -> None:
    answer, requests = exchanged(httpx.Response(302, headers={"location": "http://elsewhere.example.com/"}))
    assert answer.status == 302
    assert [str(request.url) for request in requests] == [f"{BASE}/expenses"]


@pytest.mark.parametrize("path", ["@elsewhere.example.com/x", ".elsewhere.example.com/x", "x", ":8080/x"])
def test_a_path_that_leads_elsewhere_is_not_sent_and_bears_no_token(path: str) -> None:
    transport = HttpTransport("https://api.example.com", lambda: TOKEN, carrier=Answering(httpx.Response(200)))
    with pytest.raises(TransportError, match="another server") as problem:
        asyncio.run(transport.send(Request("GET", path)))
    assert not problem.value.sent


def test_the_token_goes_to_the_configured_origin() -> None:
    _, requests = exchanged(httpx.Response(200, content=b"{}"))
    assert requests[0].headers["x-auth-token"] == "secret"


class Stalling(httpx.AsyncByteStream):
    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()


def test_an_answer_that_stalls_half_way_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "STALL_SECONDS", 0.01)
    with pytest.raises(TransportError, match="took too long") as problem:
        exchanged(httpx.Response(200, stream=Stalling()))
    assert problem.value.sent


@pytest.mark.parametrize(("method", "seconds"), [("GET", 10.0), ("POST", 200.0), ("DELETE", 200.0)])
def test_a_read_waits_ten_seconds_for_its_answer_to_begin_and_a_write_longer_than_the_server_may_take(
    method: str, seconds: float
) -> None:
    _, requests = exchanged(httpx.Response(200), Request(method, "/expenses"))
    assert requests[0].extensions["timeout"]["read"] == seconds


async def silent(_method: str, _target: str, _headers: Mapping[str, str], _body: bytes) -> RawAnswer:
    await asyncio.Event().wait()
    raise AssertionError("nobody answers")


class Silent(Answering):
    """Never begins an answer, and heeds no timeout of its own."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        await asyncio.Event().wait()
        return self.answer


@pytest.mark.parametrize("carrier", [InProcessCarrier(silent), Silent(httpx.Response(200))])
def test_a_read_whose_answer_never_begins_is_given_up(
    carrier: httpx.AsyncBaseTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "HEADER_SECONDS", 0.01)
    monkeypatch.setattr(http, "CONNECT_SECONDS", 0.01)
    transport = HttpTransport(BASE, lambda: TOKEN, carrier=carrier)
    with pytest.raises(TransportError, match="took too long") as problem:
        asyncio.run(transport.send(Request("GET", "/expenses")))
    assert problem.value.sent


def test_nothing_of_the_answer_decides_where_the_next_request_goes() -> None:
    links: Mapping[str, object] = {"links": {"next": "http://elsewhere.example.com/api/v2/expenses?page=2"}}
    _, requests = exchanged(httpx.Response(200, json=links))
    assert {request.url.host for request in requests} == {"api.example.com"}


def test_a_form_goes_out_as_a_form() -> None:
    request = Request("POST", "/token", form={"code": Secret("a b&c"), "grant_type": Secret("authorization_code")})
    _, (sent,) = exchanged(httpx.Response(200), request)
    assert sent.headers["content-type"] == "application/x-www-form-urlencoded"
    assert sent.content == b"code=a+b%26c&grant_type=authorization_code"
