"""Signing an application in, as one that was not written for the sandbox would do it."""

from __future__ import annotations

import base64
import dataclasses
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from kworkbench.sandbox.app import build_app
from kworkbench.sandbox.context import SandboxContext
from kworkbench.sandbox.kantata.oauth import MAX_PENDING
from tests.sandbox.kantata.conftest import NOW, TOKEN

VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
ASKED = {"response_type": "code", "client_id": "app<1>", "redirect_uri": "http://127.0.0.1:9/done?a=1", "state": "s&1"}
PKCE = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}


@pytest.fixture
async def browser(context: SandboxContext) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(build_app(context))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield client


async def ticket(browser: httpx.AsyncClient, **asked: str) -> str:
    page = await browser.get("/oauth/authorize", params=ASKED | asked)
    assert page.status_code == 200, page.text
    assert page.headers["content-type"].startswith("text/html")
    assert "app&lt;1&gt;" in page.text
    found = re.search(r'name="ticket" value="([^"]+)"', page.text)
    assert found
    return found[1]


async def decide(browser: httpx.AsyncClient, decision: str = "allow", **asked: str) -> dict[str, str]:
    """What the application gets back."""
    form = {"ticket": await ticket(browser, **asked), "decision": decision}
    answer = await browser.post("/oauth/authorize", data=form)
    assert answer.status_code == 302
    return returned(answer)


def returned(answer: httpx.Response) -> dict[str, str]:
    target = urlsplit(answer.headers["location"])
    assert (target.scheme, target.netloc, target.path) == ("http", "127.0.0.1:9", "/done")
    return {name: values[0] for name, values in parse_qs(target.query).items()}


async def redeem(browser: httpx.AsyncClient, code: str, **fields: str) -> httpx.Response:
    body = {"grant_type": "authorization_code", "code": code, "client_id": ASKED["client_id"]}
    return await browser.post("/oauth/token", data=body | {"redirect_uri": ASKED["redirect_uri"]} | fields)


async def listed(browser: httpx.AsyncClient, token: str) -> int:
    return (await browser.get("/api/v1/expenses", headers={"Authorization": f"Bearer {token}"})).status_code


@pytest.mark.parametrize(
    ("asked", "proof"),
    [
        (PKCE, {"code_verifier": VERIFIER}),
        ({"code_challenge": VERIFIER, "code_challenge_method": "plain"}, {"code_verifier": VERIFIER}),
        ({"code_challenge": VERIFIER}, {"code_verifier": VERIFIER}),
        ({}, {"client_secret": "shh"}),
    ],
)
async def test_a_code_becomes_a_token_that_lives_until_it_is_revoked(
    browser: httpx.AsyncClient, asked: dict[str, str], proof: dict[str, str]
) -> None:
    back = await decide(browser, **asked)
    assert (back["state"], back["a"]) == ("s&1", "1")
    answer = await redeem(browser, back["code"], **proof)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    document = answer.json()
    assert document["token_type"] == "bearer"
    assert await listed(browser, document["access_token"]) == 200
    assert await listed(browser, TOKEN) == 200
    again = await redeem(browser, back["code"], **proof)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    for _ in range(2):
        assert (await browser.post("/oauth/revoke", data={"token": document["access_token"]})).status_code == 200
    assert await listed(browser, document["access_token"]) == 401


async def test_a_refusal_is_told_to_the_application(browser: httpx.AsyncClient) -> None:
    back = await decide(browser, "deny")
    assert back["error"] == "access_denied"
    assert back["error_description"]
    assert back["state"] == "s&1"
    assert "code" not in back


@pytest.mark.parametrize(
    ("asked", "fields", "status", "error"),
    [
        (PKCE, {"code_verifier": "w" * 64}, 400, "invalid_grant"),
        (PKCE, {}, 400, "invalid_grant"),
        (PKCE, {"client_secret": "shh"}, 400, "invalid_grant"),
        ({}, {}, 401, "invalid_client"),
        ({}, {"client_secret": "s", "client_id": "other"}, 400, "invalid_grant"),
        ({}, {"client_secret": "s", "redirect_uri": "http://127.0.0.1:9/else"}, 400, "invalid_grant"),
        ({}, {"client_secret": "s", "redirect_uri": ""}, 400, "invalid_request"),
        ({}, {"grant_type": "refresh_token"}, 400, "unsupported_grant_type"),
    ],
)
async def test_codes_that_are_not_redeemed(
    browser: httpx.AsyncClient, asked: dict[str, str], fields: dict[str, str], status: int, error: str
) -> None:
    back = await decide(browser, **asked)
    answer = await redeem(browser, back["code"], **fields)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert "access_token" not in answer.json()


@pytest.mark.parametrize(("minutes", "status"), [(10, 200), (11, 400)])
async def test_a_code_lives_ten_minutes(
    browser: httpx.AsyncClient, context: SandboxContext, minutes: int, status: int
) -> None:
    back = await decide(browser)
    context.books.clock = lambda: NOW + timedelta(minutes=minutes)
    assert (await redeem(browser, back["code"], client_secret="shh")).status_code == status


@pytest.mark.parametrize(
    "asked",
    [
        {"client_id": ""},
        {"redirect_uri": ""},
        {"redirect_uri": "https://example.com/done"},
        {"redirect_uri": "http://127.0.0.1.example.com/"},
        {"redirect_uri": "http://[::1/"},
        {"redirect_uri": "javascript:alert(1)"},
        {"redirect_uri": "//127.0.0.1/x"},
        {"redirect_uri": "http://127.0.0.1/#x"},
    ],
)
async def test_nobody_is_sent_to_an_address_elsewhere(browser: httpx.AsyncClient, asked: dict[str, str]) -> None:
    answer = await browser.get("/oauth/authorize", params=ASKED | asked)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["type"] == "system"


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge": "x", "code_challenge_method": "S512"}, "invalid_request"),
    ],
)
async def test_what_cannot_be_asked_is_told_to_the_application(
    browser: httpx.AsyncClient, asked: dict[str, str], error: str
) -> None:
    answer = await browser.get("/oauth/authorize", params=ASKED | asked)
    assert answer.status_code == 302
    assert returned(answer)["error"] == error


async def test_a_decision_needs_the_page_it_was_made_on(browser: httpx.AsyncClient) -> None:
    first = await ticket(browser)
    for number in range(MAX_PENDING):
        await ticket(browser, state=str(number))
    for form in ({"decision": "allow"}, {"decision": "allow", "ticket": "x"}, {"decision": "allow", "ticket": first}):
        assert (await browser.post("/oauth/authorize", data=form)).status_code == 400


@pytest.mark.parametrize(
    ("method", "path"), [("DELETE", "/oauth/token"), ("GET", "/oauth/token"), ("GET", "/oauth/none"), ("GET", "/oauth")]
)
async def test_what_is_not_there(browser: httpx.AsyncClient, method: str, path: str) -> None:
    answer = await browser.request(method, path)
    assert (answer.status_code, answer.json()["errors"][0]["message"]) == (404, "Not found")


async def test_a_token_outlives_the_server(context: SandboxContext, browser: httpx.AsyncClient) -> None:
    back = await decide(browser)
    token = (await redeem(browser, back["code"], client_secret="shh")).json()["access_token"]
    later = build_app(dataclasses.replace(context, token="another"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(later), base_url="http://localhost") as client:
        assert await listed(client, token) == 200
        assert await listed(client, TOKEN) == 401
