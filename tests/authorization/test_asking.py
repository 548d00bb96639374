"""What is asked of an authorization server, and what is read from its answers."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kworkbench.authorization.answers import (
    AuthorizationError,
    Code,
    RefusedError,
    StrangerError,
    read_callback,
    read_token,
)
from kworkbench.authorization.asking import begin, challenge
from kworkbench.domain.secret import Secret
from kworkbench.providers.base import Response, UnreadableAnswerError

STATE = "the-state"
WORDS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40)


def answer(status: int, document: object) -> Response:
    return Response(status, {}, document if isinstance(document, bytes) else json.dumps(document).encode())


def test_the_challenge_is_the_one_of_the_rfc() -> None:
    verifier = Secret("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")  # RFC 7636, appendix B
    assert challenge(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@given(client=WORDS, state=WORDS, port=st.integers(1, 65535))
def test_whatever_is_asked_arrives_as_it_was_meant(client: str, state: str, port: int) -> None:
    asking = begin(client, state, port, lambda size: f"{size:043d}")
    address = urlsplit(asking.address("https://app.example.com/oauth"))
    assert (address.netloc, address.path) == ("app.example.com", "/oauth/authorize")
    assert parse_qs(address.query) == {
        "response_type": ["code"],
        "client_id": [client],
        "redirect_uri": [f"http://127.0.0.1:{port}/callback"],
        "state": [state],
        "code_challenge": [challenge(asking.verifier)],
        "code_challenge_method": ["S256"],
    }


def test_a_token_request_shows_nothing_when_it_is_printed() -> None:
    asking = begin("app", STATE, 8765, lambda _: "verifier-of-this-attempt")
    request = asking.token_request(Secret("code-1"), Secret("secret-1"))
    assert (request.method, request.path, request.fresh) == ("POST", "/token", True)
    assert {name: value.reveal() for name, value in request.form.items()} == {
        "grant_type": "authorization_code",
        "client_id": "app",
        "client_secret": "secret-1",
        "code": "code-1",
        "redirect_uri": "http://127.0.0.1:8765/callback",
        "code_verifier": "verifier-of-this-attempt",
    }
    for secret in ("code-1", "secret-1", "verifier-of-this-attempt"):
        assert secret not in repr(request) + repr(asking)
    assert "client_secret" not in asking.token_request(Secret("code-1"), None).form


@given(code=WORDS)
def test_a_code_with_the_state_is_taken(code: str) -> None:
    assert read_callback(urlencode({"code": code, "state": STATE}), STATE) == Code(Secret(code))


@given(query=st.one_of(st.text(), WORDS.map(lambda other: urlencode({"code": "c", "state": other}))))
def test_nothing_is_taken_without_the_state(query: str) -> None:
    assert isinstance(read_callback(query, "a-state-that-nobody-guesses"), StrangerError)


@pytest.mark.parametrize("query", ["", "code=c", f"code=c&state={STATE}&state={STATE}", f"state={STATE}x&code=c"])
def test_the_state_stands_there_once_and_is_the_same(query: str) -> None:
    assert isinstance(read_callback(query, STATE), StrangerError)


def test_an_endless_query_is_not_read() -> None:
    assert isinstance(read_callback(f"state={STATE}&code=c" + "&a=b" * 100, STATE), StrangerError)


@pytest.mark.parametrize("query", ["", "code=", "code=a%0Ab", "code=a&code=b", "code=a&error=b", "error=a&error=b"])
def test_neither_a_code_nor_a_reason_is_told(query: str) -> None:
    found = read_callback(f"state={STATE}&{query}", STATE)
    assert type(found) is AuthorizationError
    assert str(found) == "The browser brought neither a code nor a reason. Start again."


@pytest.mark.parametrize(
    ("error", "sentence", "said"),
    [
        ("access_denied", "The sign-in was refused in the browser.", ""),
        ("invalid_request", "The server did not understand the sign-in.", "what it says\x1b[2J"),
        ("of_its_own", "The server refused the sign-in.", "of_its_own: what it says\x1b[2J"),
    ],
)
def test_a_refusal_is_our_sentence_and_the_servers_words_apart(error: str, sentence: str, said: str) -> None:
    found = read_callback(f"state={STATE}&error={error}&error_description={quote('what it says')}%1B%5B2J", STATE)
    assert isinstance(found, RefusedError)
    assert (str(found), found.said) == (sentence, said)


def test_an_error_without_a_description_says_its_word() -> None:
    assert RefusedError("of_its_own", "").said == "of_its_own"


@pytest.mark.parametrize("more", [{}, {"token_type": "bearer"}, {"token_type": "Bearer", "expires_in": None}])
def test_a_token_is_read(more: dict[str, object]) -> None:
    assert read_token(answer(200, {"access_token": "abc", **more})) == Secret("abc")


@pytest.mark.parametrize(
    ("status", "document", "message"),
    [
        (200, b"", "The server's answer holds no token."),
        (200, b"<html>", "The server's answer holds no token."),
        (200, [], "The server's answer holds no token."),
        (200, {}, "The server's answer holds no token."),
        (200, {"access_token": 7}, "The server's answer holds no token."),
        (200, {"access_token": "a b"}, "The server's answer holds no token."),
        (200, {"access_token": "a\r\nX-Header: b"}, "The server's answer holds no token."),
        (200, {"access_token": "a" * 10_000}, "The server's answer holds no token."),
        (200, {"access_token": "a", "token_type": "mac"}, "The server gave a token of a kind that is not known here."),
        (302, {"access_token": "a"}, "The server answered 302 without a token. Check the base URL."),
        (404, {}, "The server answered 404 without a token. Check the base URL."),
        (400, {"error": 7}, "The server answered 400 without a token. Check the base URL."),
        (500, {"error": "invalid_grant"}, "The server answered 500 without a token. Check the base URL."),
    ],
)
def test_an_answer_without_a_usable_token_is_told(status: int, document: object, message: str) -> None:
    with pytest.raises(UnreadableAnswerError) as caught:
        read_token(answer(status, document))
    assert str(caught.value) == message


@given(status=st.sampled_from([200, 201, 302, 400, 401, 404, 500]), body=st.binary(max_size=200))
def test_no_bytes_of_a_server_are_more_than_no_token(status: int, body: bytes) -> None:
    with pytest.raises(UnreadableAnswerError):
        read_token(answer(status, body))


def test_an_error_document_is_a_refusal() -> None:
    with pytest.raises(RefusedError, match="does not take the code") as caught:
        read_token(answer(400, {"error": "invalid_grant", "error_description": 7}))
    assert caught.value.said == ""
    with pytest.raises(RefusedError, match="Check --client-id and KWORKBENCH_CLIENT_SECRET") as caught:
        read_token(answer(401, {"error": "invalid_client", "error_description": "no such one"}))
    assert caught.value.said == "no such one"
