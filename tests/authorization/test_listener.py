"""The address that awaits the browser: what it takes, what it shows, and how waiting ends."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kworkbench.authorization import pages
from kworkbench.authorization.answers import Code, RefusedError, StrangerError
from kworkbench.authorization.flow import PATIENCE_SECONDS, Application, LateError, Ways, token_by_browser
from kworkbench.authorization.listener import HEAD_LIMIT, Listener, PortError, listening, read_head
from kworkbench.authorization.pages import Page
from kworkbench.domain.secret import Secret
from kworkbench.providers.base import Request, Response
from tests.sync.virtual import VirtualTime

STATE = "the-state"
HOST = "127.0.0.1:8765"


def head(line: str, host: str = HOST) -> bytes:
    return f"{line}\r\nHost: {host}\r\nUser-Agent: x\r\n\r\n".encode("latin-1")


@pytest.mark.parametrize(
    ("request_head", "expected"),
    [
        (head("GET /callback?code=a&state=b HTTP/1.1"), "code=a&state=b"),
        (head("GET /callback HTTP/1.0"), ""),
        (head("GET /favicon.ico HTTP/1.1"), pages.ELSEWHERE),
        (head("GET /callback/?code=a HTTP/1.1"), pages.ELSEWHERE),
        (head("GET http://127.0.0.1:8765/callback?code=a HTTP/1.1"), pages.ELSEWHERE),
        (head("POST /callback?code=a HTTP/1.1"), pages.OTHER_METHOD),
        (head("HEAD /callback?code=a HTTP/1.1"), pages.OTHER_METHOD),
        (head("GET /callback?code=a HTTP/2"), pages.UNREADABLE),
        (head("GET /callback?code=a"), pages.UNREADABLE),
        (head("GET /callback?code=a HTTP/1.1", "rebound.example.com:8765"), pages.UNREADABLE),
        (head("GET /callback?code=a HTTP/1.1", f"{HOST}\r\nHost: {HOST}"), pages.UNREADABLE),
        (b"GET /callback?code=a HTTP/1.1\r\n\r\n", pages.UNREADABLE),
        (b"\x16\x03\x01\x02\r\n\r\n", pages.UNREADABLE),
    ],
)
def test_only_a_get_of_the_awaited_address_is_read(request_head: bytes, expected: str | Page) -> None:
    assert read_head(request_head, HOST) == expected


@given(st.binary(max_size=300))
def test_no_bytes_are_more_than_an_unreadable_request(sent: bytes) -> None:
    assert read_head(sent, HOST) == pages.UNREADABLE


@pytest.mark.parametrize("page", [each for each in vars(pages).values() if isinstance(each, Page)])
def test_every_page_keeps_to_itself(page: Page) -> None:
    top, _, body = page.response().partition(b"\r\n\r\n")
    lines = top.decode().split("\r\n")
    assert lines[0] == f"HTTP/1.1 {page.status}"
    headers = dict(line.split(": ", 1) for line in lines[1:])
    assert headers["Content-Length"] == str(len(body))
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert page.title.encode() in body
    assert b"http" not in body


async def sent(port: int, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    await writer.drain()
    whole = await reader.read()
    writer.close()
    return whole


async def asked(listener: Listener, query: str) -> bytes:
    return await sent(listener.port, head(f"GET /callback?{query} HTTP/1.1", f"127.0.0.1:{listener.port}"))


def with_listener(test: Callable[[Listener], Awaitable[None]]) -> None:
    async def run() -> None:
        async with listening(STATE, 0) as listener:
            await test(listener)

    asyncio.run(run())


def test_one_answer_is_taken_and_none_after_it() -> None:
    async def test(listener: Listener) -> None:
        assert b"200 OK" in await asked(listener, f"code=first&state={STATE}")
        assert b"410 Gone" in await asked(listener, f"code=second&state={STATE}")
        assert await listener.answer == Code(Secret("first"))

    with_listener(test)


def test_another_address_and_an_idle_line_keep_nobody_from_answering() -> None:
    async def test(listener: Listener) -> None:
        _, idle = await asyncio.open_connection("127.0.0.1", listener.port)
        assert b"404 Not Found" in await sent(
            listener.port, head("GET /favicon.ico HTTP/1.1", f"127.0.0.1:{listener.port}")
        )
        assert b"400 Bad Request" in await sent(listener.port, b"GET /" + b"a" * (HEAD_LIMIT + 10))
        assert not listener.answer.done()
        await asked(listener, f"code=c&state={STATE}")
        assert await listener.answer == Code(Secret("c"))
        idle.close()

    with_listener(test)


def test_another_state_ends_the_waiting() -> None:
    async def test(listener: Listener) -> None:
        page = await asked(listener, "code=stolen&state=other")
        assert b"400 Bad Request" in page
        assert b"stolen" not in page
        assert isinstance(await listener.answer, StrangerError)

    with_listener(test)


def test_a_refusal_is_told_without_its_text() -> None:
    async def test(listener: Listener) -> None:
        page = await asked(listener, f"error=access_denied&error_description=%3Cscript%3E&state={STATE}")
        assert b"You are not signed in" in page
        assert b"script" not in page
        assert isinstance(await listener.answer, RefusedError)

    with_listener(test)


def test_what_a_browser_brought_counts_though_it_left_at_once() -> None:
    async def test(listener: Listener) -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        writer.write(head(f"GET /callback?code=c&state={STATE} HTTP/1.1", f"127.0.0.1:{listener.port}"))
        await writer.drain()
        writer.close()
        assert await listener.answer == Code(Secret("c"))

    with_listener(test)


def test_only_this_machine_can_reach_it() -> None:
    async def test(listener: Listener) -> None:
        with socket.socket() as other:
            other.bind(("127.0.0.2", listener.port))  # free, so not every address is listened on

    with_listener(test)


def test_a_port_in_use_is_told() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        async def run() -> None:
            async with listening(STATE, port):
                raise AssertionError("two listen on one port")

        with pytest.raises(PortError, match=f"port {port} of 127.0.0.1 .Address already in use.*--callback-port"):
            asyncio.run(run())


class Unasked:
    """A server that must not be asked."""

    async def send(self, request: Request) -> Response:
        raise AssertionError(request)

    async def close(self) -> None:
        raise AssertionError


def test_two_minutes_without_an_answer_end_it() -> None:
    shown: list[str] = []

    async def run() -> None:
        waits = asyncio.Event()
        time = VirtualTime(on_pause=waits.set)
        application = Application("https://app.example.com/oauth", "app", 0, None)
        ways = Ways(Unasked(), lambda address, back: shown.extend([address, back]), time.pause, lambda _: STATE)
        waiting = asyncio.ensure_future(token_by_browser(application, ways))
        await waits.wait()
        time.advance(PATIENCE_SECONDS - 1)
        await asyncio.sleep(0)
        assert not waiting.done()
        time.advance(1)
        await waiting

    with pytest.raises(LateError) as caught:
        asyncio.run(run())
    assert str(caught.value) == (
        "No answer came within 2 minutes. Start again; where the browser showed an error instead of a question, "
        f"register {shown[1]} with the application."
    )
