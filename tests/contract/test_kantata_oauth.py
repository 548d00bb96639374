"""Kantata's authorization code flow, walked through as a browser and an application would."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.contract.kantata.api import Kantata
from tests.contract.wires import Answer, Wire

BACK = "http://127.0.0.1:9/back"
APPLICATION = {"client_id": "kworkbench", "redirect_uri": BACK}
VERIFIER = "a-verifier-of-more-than-forty-three-characters-0123456789"
FORM = {"content-type": "application/x-www-form-urlencoded"}


class _Page(HTMLParser):
    """The forms of a page, each with its fields and its buttons."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.submissions: list[tuple[str, dict[str, str]]] = []
        self._action = ""
        self._fields: dict[str, str] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            assert found["method"].lower() == "post"
            self._action, self._fields = found["action"], {}
        elif tag == "input" and found.get("type") == "hidden":
            self._fields[found["name"]] = found["value"]
        elif tag == "button" or (tag == "input" and found.get("type") == "submit"):
            self.submissions.append((self._action, {**self._fields, found["name"]: found["value"]}))


def _ask_for_consent(wire: Wire, **more: str) -> _Page:
    query = urlencode({"response_type": "code", **APPLICATION, **more})
    page = wire.send("GET", f"/oauth/authorize?{query}", {}, b"")
    assert page.status == 200, page
    assert page.headers["content-type"].startswith("text/html")
    return _Page(page.body.decode())


def _submit(wire: Wire, submission: tuple[str, dict[str, str]]) -> dict[str, str]:
    """What the browser is sent back to the application with."""
    action, fields = submission
    path = urlsplit(action).path
    answer = wire.send("POST", path, {**FORM, "origin": wire.origin}, urlencode(fields).encode())
    assert answer.status in (302, 303), answer
    target = urlsplit(answer.headers["location"])
    assert f"{target.scheme}://{target.netloc}{target.path}" == BACK
    return {name: values[0] for name, values in parse_qs(target.query).items()}


def _outcome(wire: Wire, name: str, **more: str) -> dict[str, str]:
    """Asks, and presses the button that leads back with `name`."""
    for number in range(2):
        found = _submit(wire, _ask_for_consent(wire, **more).submissions[number])
        if name in found:
            return found
    raise AssertionError(f"no button leads back with {name}")


def _redeem(wire: Wire, fields: Mapping[str, str]) -> Answer:
    body = {"grant_type": "authorization_code", **APPLICATION, **fields}
    return wire.send("POST", "/oauth/token", FORM, urlencode(body).encode())


def _token(answer: Answer) -> str:
    assert answer.status == 200, answer
    document: Any = answer.json()
    assert document["token_type"].lower() == "bearer"
    assert isinstance(document["access_token"], str)
    return str(document["access_token"])


def test_consent_gives_a_code_that_works_once(wire: Wire) -> None:
    found = _outcome(wire, "code", state="s 1")
    assert found["state"] == "s 1"
    fields = {"client_secret": "secret", "code": found["code"]}
    token = _token(_redeem(wire, fields))
    assert Kantata(wire, token=token).ask("GET", "/users/me").status == 200
    assert _redeem(wire, fields).status in (400, 401)


def test_refusal_is_told_to_the_application(wire: Wire) -> None:
    found = _outcome(wire, "error", state="s2")
    assert found["error"] == "access_denied"
    assert found["error_description"]
    assert found["state"] == "s2"
    assert "code" not in found


@pytest.mark.parametrize("method", ["S256", "plain"])
def test_proof_of_possession(wire: Wire, method: str) -> None:
    hashed = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
    asked = {"code_challenge": hashed if method == "S256" else VERIFIER, "code_challenge_method": method}
    wrong = _redeem(wire, {"code": _outcome(wire, "code", **asked)["code"], "code_verifier": VERIFIER[::-1]})
    assert wrong.status in (400, 401)
    right = _redeem(wire, {"code": _outcome(wire, "code", **asked)["code"], "code_verifier": VERIFIER})
    assert Kantata(wire, token=_token(right)).ask("GET", "/expenses").status == 200


def test_a_code_is_bound_to_its_redirect(wire: Wire) -> None:
    code = _outcome(wire, "code")["code"]
    answer = _redeem(wire, {"code": code, "client_secret": "s", "redirect_uri": "http://127.0.0.1:9/elsewhere"})
    assert answer.status in (400, 401)


def test_an_unknown_code_and_an_unknown_grant(wire: Wire) -> None:
    assert _redeem(wire, {"code": "made-up", "client_secret": "s"}).status in (400, 401)
    assert _redeem(wire, {"grant_type": "wish", "code": "made-up", "client_secret": "s"}).status == 400
