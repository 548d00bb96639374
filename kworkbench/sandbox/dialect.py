"""What the server needs to know about a vendor's dialect: where it lives, what answers, how it says no."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from starlette.responses import Response
from starlette.types import ASGIApp


@dataclass(frozen=True, slots=True)
class RateLimit:
    """How many requests are answered per `period` seconds, and the refusal of one more.

    `refusal` gets the whole seconds until the window resets.
    """

    requests: int
    period: int
    refusal: Callable[[int], Response]


@dataclass(frozen=True, slots=True)
class Dialect:
    """One vendor's API as an application below `prefix` (`/api/v1`).

    `document` makes the error document of this dialect for what no handler answers: an HTTP status and a sentence.
    `rate_limit` is only applied when the server is asked to; None means the dialect has none. `more_limits` hold beside
    it. With `counts_itself` the dialect asks its limiter (`limits`) where its order of checks has it, else the server
    does before anything else.
    """

    prefix: str
    app: ASGIApp
    document: Callable[[int, str], Response]
    rate_limit: RateLimit | None = None
    more_limits: tuple[RateLimit, ...] = ()
    counts_itself: bool = False
