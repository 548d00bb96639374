"""What an authorization server answers: through the browser a code or a refusal, to the request a token or a refusal.

Pure. Texts of the server are kept as they came; whoever shows them makes them harmless. Source: RFC 6749 sections 4.1.2
and 5.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from urllib.parse import parse_qs

from kworkbench.domain.secret import Secret, is_word
from kworkbench.lean import dataclass
from kworkbench.providers.base import Response, UnreadableAnswerError

MOST_FIELDS = 20
"""Of an answer through the browser; a longer one is none."""


class AuthorizationError(Exception):
    """The sign-in ended without a token; the message is a sentence for a person."""


class RefusedError(AuthorizationError):
    """The server refused.

    Attributes:
        said: its own words, not made harmless; empty where ours say it all.
    """

    def __init__(self, error: str, description: str) -> None:
        super().__init__(REFUSALS.get(error, "The server refused the sign-in."))
        words = () if error == DENIED else (description,) if error in REFUSALS else (error, description)
        self.said = ": ".join(filter(None, words))


class StrangerError(AuthorizationError):
    """An answer came that does not belong to what was asked."""

    def __init__(self) -> None:
        super().__init__("An answer came that does not belong to this sign-in, so it was ended. Start again.")


DENIED = "access_denied"
"""The person said no; the server's description adds nothing to that."""
REFUSALS: Mapping[str, str] = {
    DENIED: "The sign-in was refused in the browser.",
    "invalid_client": "The server does not know the application. Check --client-id and KWORKBENCH_CLIENT_SECRET.",
    "invalid_grant": "The server does not take the code from the browser, or not any more. Start again.",
    "unauthorized_client": "The application may not sign anybody in like this. Check how it is registered.",
    "invalid_request": "The server did not understand the sign-in.",
    "server_error": "The server failed. Try again later.",
    "temporarily_unavailable": "The server is busy. Try again later.",
}
"""Our sentences for the words of RFC 6749."""


@dataclass(frozen=True, slots=True)
class Code:
    """Somebody let the application in."""

    secret: Secret


Answer = Code | AuthorizationError
"""What came through the browser; an error is raised by whoever waits for it."""


def read_callback(query: str, state: str) -> Answer:
    """What the query of the browser's request says, given the state that was sent along."""
    try:
        fields = parse_qs(query, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return StrangerError()
    if not _belongs(fields.get("state", []), state):
        return StrangerError()
    codes, errors = fields.get("code", []), fields.get("error", [])
    if len(errors) == 1 and not codes:
        return RefusedError(errors[0], " ".join(fields.get("error_description", [])))
    if len(codes) == 1 and not errors and is_word(codes[0]):
        return Code(Secret(codes[0]))
    return AuthorizationError("The browser brought neither a code nor a reason. Start again.")


def _belongs(given: list[str], state: str) -> bool:
    return len(given) == 1 and hmac.compare_digest(given[0].encode("utf-8", "replace"), state.encode("ascii"))


def read_token(answer: Response) -> Secret:
    """The token in the answer to a token request.

    Raises:
        RefusedError: the answer is an error document.
        UnreadableAnswerError: it holds neither a token that could be used nor an error.
    """
    document = _document(answer.body)
    error = document.get("error")
    if 400 <= answer.status < 500 and isinstance(error, str) and error:
        description = document.get("error_description")
        raise RefusedError(error, description if isinstance(description, str) else "")
    if answer.status != 200:
        raise UnreadableAnswerError(f"The server answered {answer.status} without a token. Check the base URL.")
    token, kind = document.get("access_token"), document.get("token_type", "bearer")
    if not isinstance(kind, str) or kind.lower() != "bearer":
        raise UnreadableAnswerError("The server gave a token of a kind that is not known here.")
    if not isinstance(token, str) or not is_word(token):
        raise UnreadableAnswerError("The server's answer holds no token.")
    return Secret(token)


def _document(body: bytes) -> Mapping[str, object]:
    try:
        read: object = json.loads(body)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}
