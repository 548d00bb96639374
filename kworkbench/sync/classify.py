"""From an answer to its outcome: the table of sync-engine.md section 4, "What an outcome means"."""

from __future__ import annotations

from kworkbench.providers.base import Response
from kworkbench.sync.events import Outcome

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
    """Seconds a server asked to wait (`Retry-After`, else `X-RateLimit-Reset`), at most an hour."""
    for name in ("retry-after", "x-ratelimit-reset"):
        text = answer.headers.get(name, "")
        if text.strip().isdigit():
            return min(float(text), 3600.0)
    return None
