"""The codes and tokens of the authorization flow: given, redeemed, revoked. Source: api/kantata.md section 1.

Ours: a code lives ten minutes and is good once; there are no refresh tokens; tokens live until they are revoked.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from kworkbench.sandbox.books.kantata_model import Grant
from kworkbench.sandbox.books.moments import parse_moment
from kworkbench.sandbox.books.store import Books

CODE_LIFE = timedelta(minutes=10)
METHODS = ("plain", "S256")


@dataclass(frozen=True, slots=True)
class Asked:
    """What an application asks for; `challenge` and `method` are those of PKCE, None without it."""

    client_id: str
    redirect_uri: str
    state: str | None = None
    challenge: str | None = None
    method: str | None = None


def give_code(books: Books, asked: Asked) -> str:
    """A new code for what was asked."""
    code = secrets.token_urlsafe(24)
    books.insert(
        Grant,
        kind="code",
        digest=_digest(code),
        client_id=asked.client_id,
        redirect_uri=asked.redirect_uri,
        challenge=asked.challenge,
        challenge_method=asked.method,
        created_at=books.now(),
    )
    return code


def redeem(books: Books, code: str, asked: Asked, verifier: str) -> str | None:
    """A token for a code; None when it is unknown, spent, too old or was given for something else.

    A code is spent by the attempt, whether it succeeds or not (ours).
    """
    grant = _find(books, "code", code)
    if grant is None:
        return None
    books.update(Grant, grant.id, spent_at=books.now())
    fresh = books.clock() - parse_moment(grant.created_at) <= CODE_LIFE
    meant = (grant.client_id, grant.redirect_uri) == (asked.client_id, asked.redirect_uri)
    if not (fresh and meant and _proves(grant, verifier)):
        return None
    token = secrets.token_urlsafe(32)
    books.insert(Grant, kind="token", digest=_digest(token), client_id=asked.client_id, created_at=books.now())
    return token


def needs_secret(books: Books, code: str) -> bool:
    """Whether the code was asked for without PKCE, so that only its application's secret proves who redeems it."""
    grant = _find(books, "code", code)
    return grant is not None and grant.challenge is None


def is_token(books: Books, token: str) -> bool:
    """Whether this token was given and not revoked."""
    return bool(token) and _find(books, "token", token) is not None


def revoke(books: Books, token: str) -> None:
    """Ends a token; one that was never given is no error (RFC 7009)."""
    grant = _find(books, "token", token)
    if grant is not None:
        books.update(Grant, grant.id, spent_at=books.now())


def _find(books: Books, kind: str, text: str) -> Grant | None:
    tail = "WHERE kind = ? AND digest = ? AND spent_at IS NULL"
    return next(iter(books.all(Grant, tail, (kind, _digest(text)))), None)


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _proves(grant: Grant, verifier: str) -> bool:
    if grant.challenge is None:
        return True
    proof = verifier
    if grant.challenge_method == "S256":
        proof = base64.urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
    return bool(verifier) and hmac.compare_digest(proof.encode(), grant.challenge.encode())
