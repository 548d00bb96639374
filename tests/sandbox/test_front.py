from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from starlette.types import ASGIApp

from kworkbench.sandbox.app import build_app
from kworkbench.sandbox.context import SandboxContext
from kworkbench.sandbox.faults import parse_fault
from kworkbench.sandbox.front import Front
from kworkbench.sandbox.kantata.app import dialect as kantata
from kworkbench.sandbox.opening import open_context
from kworkbench.sandbox.productive.app import dialect as productive
from tests.sandbox.both import TOKEN

SIGN_IN = {"Authorization": f"Bearer {TOKEN}", "X-Auth-Token": TOKEN, "X-Organization-Id": "4711"}


@pytest.fixture
def context(books_path: Path) -> Iterator[SandboxContext]:
    context = open_context(books_path, token=TOKEN)
    yield context
    context.books.close()


def client(app: ASGIApp, host: str = "127.0.0.1:8080") -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8080", headers={**SIGN_IN, "Host": host}
    )


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:8080", "localhost", "LOCALHOST:1", "[::1]:80", "[::1]", "sandbox.invalid"]
)
async def test_loopback_hosts_are_answered(context: SandboxContext, host: str) -> None:
    async with client(build_app(context), host) as http:
        assert (await http.get("/api/v1/users/me")).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "",
        "127.0.0.1:80/x",
        "127.0.0.1:a",
        "localhost:",
        "user@localhost",
        "evil.example",
        "evil.example:8080",
        "127.0.0.1.evil.example",
        "10.0.0.1",
        "[::2]",
        "localhost.evil",
    ],
)
@pytest.mark.parametrize("path", ["/api/v1/users/me", "/api/v2/people", "/"])
async def test_other_hosts_are_refused(context: SandboxContext, host: str, path: str) -> None:
    async with client(build_app(context), host) as http:
        answer = await http.get(path)
    assert answer.status_code == 403
    assert answer.json()["errors"]


@pytest.mark.parametrize(
    "path", ["/", "/api", "/api/v3/x", "/api/v1x", "/api/v10/expenses", "/favicon.ico", "/api/v1/../v9"]
)
async def test_elsewhere_there_is_nothing(context: SandboxContext, path: str) -> None:
    async with client(build_app(context)) as http:
        answer = await http.get(path)
    assert answer.status_code == 404
    assert answer.json() == {"errors": [{"type": "system", "message": "Not found"}]}


async def test_each_dialect_says_not_found_in_its_own_words(context: SandboxContext) -> None:
    async with client(build_app(context)) as http:
        one = await http.get("/api/v1/nonsense")
        other = await http.get("/api/v2/nonsense")
    assert one.status_code == other.status_code == 404
    assert "type" in one.json()["errors"][0]
    assert "title" in other.json()["errors"][0]


async def test_no_other_origin_is_let_in(context: SandboxContext) -> None:
    async with client(build_app(context)) as http:
        answer = await http.get("/api/v1/users/me", headers={"Origin": "http://evil.example"})
        before = await http.options("/api/v1/users/me", headers={"Origin": "http://evil.example"})
    assert not [name for name in (*answer.headers, *before.headers) if name.startswith("access-control")]
    assert before.status_code == 404


async def test_a_body_over_the_limit_is_refused_unread(context: SandboxContext) -> None:
    front = Front([kantata(context), productive(context)], max_body=100)
    async with client(front) as http:
        for path in ("/api/v1/expenses", "/api/v2/payments"):
            assert (await http.post(path, content=b"x" * 101)).status_code == 413
        assert (await http.post("/api/v1/expenses", json={})).status_code == 422


async def test_rate_limits_count_in_windows_per_dialect(context: SandboxContext) -> None:
    now = [1000.0]
    front = Front([kantata(context), productive(context)], limited=True, now=lambda: now[0])
    async with client(front) as http:
        assert [(await http.get("/api/v1/users/me")).status_code for _ in range(60)] == [200] * 60
        refused = await http.get("/api/v1/users/me")
        assert refused.status_code == 429
        assert refused.json()["errors"][0]["type"] == "system"
        now[0] += 4.5
        # An unknown address and a wrong token are refused before the limit is looked at.
        assert [(await http.get("/api/v2/nonsense")).status_code for _ in range(101)] == [404] * 101
        assert (await http.get("/api/v2/people", headers={"X-Auth-Token": "wrong"})).status_code == 401
        now[0] += 0.5
        assert [(await http.get("/api/v2/people/1")).status_code for _ in range(100)] == [404] * 100
        now[0] += 2.7
        late = await http.get("/api/v2/people/1")
        assert late.status_code == 429
        assert late.headers["X-RateLimit-Reset"] == late.headers["Retry-After"] == "8"
        now[0] += 7.4
        assert (await http.get("/api/v2/people/1")).status_code == 404
        assert (await http.get("/api/v1/users/me")).status_code == 429
        now[0] = 1060.0
        assert (await http.get("/api/v1/users/me")).status_code == 200


async def test_without_the_switch_nothing_is_counted(context: SandboxContext) -> None:
    async with client(build_app(context)) as http:
        assert [(await http.get("/api/v1/users/me")).status_code for _ in range(61)] == [200] * 61


async def test_a_refused_host_is_told_in_the_dialects_own_words(context: SandboxContext) -> None:
    async with client(build_app(context), "evil.example") as http:
        (error,) = (await http.get("/api/v2/people")).json()["errors"]
    assert (error["code"], error["title"]) == ("access_denied", "Access Denied")


async def test_a_fault_of_429_is_a_real_rate_limit(context: SandboxContext) -> None:
    async with client(build_app(context, [parse_fault("status=429")])) as http:
        one, other = await http.get("/api/v1/users/me"), await http.get("/api/v2/people")
    assert one.status_code == other.status_code == 429
    assert other.headers["X-RateLimit-Reset"] == other.headers["Retry-After"] == "1"
    assert other.json()["errors"][0]["limit"] == 100


@pytest.mark.parametrize(
    ("status", "title"), [(400, "Bad Request"), (409, "Conflict error"), (503, "Service Unavailable")]
)
async def test_a_fault_of_a_status_is_titled_as_productive_does(
    context: SandboxContext, status: int, title: str
) -> None:
    async with client(build_app(context, [parse_fault(f"status={status}")])) as http:
        (error,) = (await http.get("/api/v2/people")).json()["errors"]
    assert (error["status"], error["title"]) == (str(status), title)
