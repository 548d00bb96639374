"""From an answer to its outcome: the table of sync-engine.md section 4, "What an outcome means"."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

from kworkbench.providers.base import Response
from kworkbench.sync.events import Outcome

LONGEST_SECONDS = 3600.0
EPOCH_SECONDS = 1e8
"""A number beyond it is no span but a moment."""

_NAMED = {
    401: Outcome.SIGN_IN,
    404: Outcome.GONE,
    408: Outcome.UNKNOWN,
    409: Outcome.CONFLICT,
    410: Outcome.GONE,
    412: Outcome.CONFLICT,
    429: Outcome.BUSY,
}
_CLASSES = {2: Outcome.DONE, 4: Outcome.REFUSED}


def outcome_of(answer: Response) -> Outcome:
    """What a status says about a write; whether a 2xx body is readable is decided by its reader."""
    return _NAMED.get(answer.status, _CLASSES.get(answer.status // 100, Outcome.UNKNOWN))


def wait_seconds(answer: Response) -> float | None:
    """Seconds a server asked to wait (`Retry-After`, else `X-RateLimit-Reset`), at most an hour.

    Both may be a moment instead, as a date or in seconds since 1970; it is measured by the server's own `Date`.
    """
    for name in ("retry-after", "x-ratelimit-reset"):
        asked = _seconds(answer.headers.get(name, "").strip(), answer)
        if asked is not None:
            return min(max(asked, 0.0), LONGEST_SECONDS)
    return None


def _seconds(text: str, answer: Response) -> float | None:
    if text.isascii() and text.isdigit():
        value = float(text[:15])
        if value < EPOCH_SECONDS:
            return value
        now = _moment(answer.headers.get("date", ""))
        return None if now is None else value - now
    until, now = _moment(text), _moment(answer.headers.get("date", ""))
    return None if until is None or now is None else until - now


def _moment(text: str) -> float | None:
    """A date of a header as seconds since 1970."""
    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, OverflowError):
        return None
