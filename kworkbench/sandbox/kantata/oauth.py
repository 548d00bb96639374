"""Signing an application in: the page that asks, the code, the token. Source: api/kantata.md section 1.

It lives below `/oauth`, on the address of the API. Ours: applications are not registered, so any `client_id` is one; a
`redirect_uri` must lead to this machine; a code that was asked for without PKCE is redeemed with a `client_secret`,
which is not compared with anything; `state` is echoed; errors of the token address are those of RFC 6749.
"""

from __future__ import annotations

import html
import ipaddress
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send

from kworkbench.sandbox.books.store import Books
from kworkbench.sandbox.context import SandboxContext
from kworkbench.sandbox.dialect import Dialect
from kworkbench.sandbox.kantata.bodies import read_body, read_query
from kworkbench.sandbox.kantata.errors import MEDIA_TYPE, Refusal, document, not_found, refusal_document, unreadable
from kworkbench.sandbox.kantata.grants import METHODS, Asked, give_code, needs_secret, redeem, revoke

PREFIX = "/oauth"
MAX_PENDING = 100

Fields = Mapping[str, str]

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Sandbox: let an application in?</title></head>
<body><h1>Let {client} in?</h1>
<p>The application {client} asks to read and change the sandbox's books. It will be sent to {target}.</p>
<form method="post" action="/oauth/authorize"><input type="hidden" name="ticket" value="{ticket}">
<button type="submit" name="decision" value="allow">Let it in</button>
<button type="submit" name="decision" value="deny">Refuse</button></form></body></html>
"""

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
}


@dataclass(frozen=True, slots=True)
class _TokenRefusal(Exception):  # noqa: N818 - an answer, not a fault
    """An error document of the token address; `error` is a word of RFC 6749."""

    error: str
    message: str
    status: int = 400


def dialect(context: SandboxContext) -> Dialect:
    """The addresses of the flow, over the books of `context`."""
    desk = _Desk(context.books)
    routes = [
        Route(f"{PREFIX}/authorize", _Address({"GET": desk.ask, "POST": desk.decide})),
        Route(f"{PREFIX}/token", _Address({"POST": desk.token})),
        Route(f"{PREFIX}/revoke", _Address({"POST": desk.end})),
    ]
    return Dialect(PREFIX, Router(routes, redirect_slashes=False, default=_Address({})), document)


class _Address:
    """One address: its methods, and refusals as documents."""

    def __init__(self, methods: Mapping[str, Callable[[Request], Awaitable[Response]]]) -> None:
        self._methods = methods

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        handler = self._methods.get("GET" if request.method == "HEAD" else request.method)
        try:
            if handler is None:
                raise not_found()
            response = await handler(request)
        except Refusal as refusal:
            response = refusal_document(refusal, with_field=False)
        except _TokenRefusal as refusal:
            body = {"error": refusal.error, "error_description": refusal.message}
            response = _json(body, refusal.status)
        await response(scope, receive, send)


class _Desk:
    """What the addresses do. What was asked waits under a ticket until somebody decides, so that no other page can."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._pending: dict[str, Asked] = {}

    async def ask(self, request: Request) -> Response:
        """The page on which a person lets an application in or not."""
        fields = dict(read_query(request.scope["query_string"]))
        asked = _asked(fields)
        error = _problem(fields)
        if error:
            return _back(asked, {"error": error[0], "error_description": error[1]})
        ticket = secrets.token_urlsafe(24)
        while len(self._pending) >= MAX_PENDING:
            self._pending.pop(next(iter(self._pending)))
        self._pending[ticket] = asked
        client, target = html.escape(asked.client_id), html.escape(asked.redirect_uri)
        return HTMLResponse(_PAGE.format(client=client, target=target, ticket=ticket), headers=_HEADERS)

    async def decide(self, request: Request) -> Response:
        """Back to the application, with a code or with a refusal."""
        fields = await _form(request)
        asked = self._pending.pop(fields.get("ticket", ""), None)
        if asked is None:
            raise unreadable("The page is no longer valid. Start again in the application.")
        if fields.get("decision") != "allow":
            message = "The resource owner denied the request."
            return _back(asked, {"error": "access_denied", "error_description": message})
        return _back(asked, {"code": give_code(self._books, asked)})

    async def token(self, request: Request) -> Response:
        """A token for a code."""
        fields = await _form(request)
        if fields.get("grant_type") != "authorization_code":
            raise _TokenRefusal("unsupported_grant_type", "Only authorization_code is supported.")
        missing = [name for name in ("client_id", "code", "redirect_uri") if not fields.get(name)]
        if missing:
            raise _TokenRefusal("invalid_request", f"Missing: {', '.join(missing)}.")
        if needs_secret(self._books, fields["code"]) and not fields.get("client_secret"):
            raise _TokenRefusal("invalid_client", "client_secret is missing.", 401)
        asked = Asked(fields["client_id"], fields["redirect_uri"])
        with self._books.transaction():
            token = redeem(self._books, fields["code"], asked, fields.get("code_verifier", ""))
        if token is None:
            raise _TokenRefusal("invalid_grant", "The code is not valid, not any more, or not for this request.")
        return _json({"access_token": token, "token_type": "bearer"})

    async def end(self, request: Request) -> Response:
        """Revokes a token."""
        revoke(self._books, (await _form(request)).get("token", ""))
        return _json({})


def _json(body: dict[str, str], status: int = 200) -> Response:
    return JSONResponse(body, status, headers={"Cache-Control": "no-store"}, media_type=MEDIA_TYPE)


async def _form(request: Request) -> dict[str, str]:
    tree = await read_body(await request.body(), request.headers.get("content-type", ""))
    return {name: value for name, value in tree.items() if isinstance(value, str)}


def _asked(fields: Fields) -> Asked:
    """What is asked.

    Raises:
        Refusal: 400; nobody can be sent back to an address that is not on this machine.
    """
    if not fields.get("client_id"):
        raise unreadable("client_id is missing.")
    target = fields.get("redirect_uri", "")
    if not _leads_here(target):
        raise unreadable("redirect_uri must be an http address of this machine, like http://127.0.0.1:8765/callback.")
    challenge = fields.get("code_challenge") or None
    method = fields.get("code_challenge_method") or "plain"
    return Asked(fields["client_id"], target, fields.get("state"), challenge, method if challenge else None)


def _leads_here(target: str) -> bool:
    try:
        parts = urlsplit(target)
        host = parts.hostname or ""
        local = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and local and not parts.fragment


def _problem(fields: Fields) -> tuple[str, str] | None:
    """What is wrong with a request that can be sent back."""
    if fields.get("response_type") != "code":
        return "unsupported_response_type", "response_type must be code."
    if fields.get("code_challenge") and (fields.get("code_challenge_method") or "plain") not in METHODS:
        return "invalid_request", f"code_challenge_method must be one of {', '.join(METHODS)}."
    return None


def _back(asked: Asked, answer: dict[str, str]) -> Response:
    if asked.state is not None:
        answer["state"] = asked.state
    separator = "&" if urlsplit(asked.redirect_uri).query else "?"
    return RedirectResponse(f"{asked.redirect_uri}{separator}{urlencode(answer)}", 302, headers=dict(_HEADERS))
