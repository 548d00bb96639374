"""The vendors' rate limits: requests counted in windows of a fixed length."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from starlette.responses import Response
from starlette.types import Scope

from kworkbench.sandbox.dialect import RateLimit

_KEY = "kworkbench.limiter"


class Window:
    """One limit; its first window is opened by the first request. `now` gives seconds that only go up."""

    def __init__(self, limit: RateLimit, now: Callable[[], float]) -> None:
        self._limit = limit
        self._now = now
        self._end = -math.inf
        self._count = 0

    def refusal(self) -> Response | None:
        """What to answer when the window is full; None when there is room."""
        now = self._now()
        if now >= self._end:
            self._end, self._count = now + self._limit.period, 0
        if self._count >= self._limit.requests:
            return self._limit.refusal(max(1, math.ceil(self._end - now)))
        return None

    def count(self) -> None:
        """One request more."""
        self._count += 1


class Limiter:
    """Several limits that each request must keep at once; only one that is let through is counted."""

    def __init__(self, limits: Sequence[RateLimit], now: Callable[[], float]) -> None:
        self._windows = [Window(limit, now) for limit in limits]

    def refusal(self) -> Response | None:
        """The refusal of the first limit that is reached, or None, and the request is counted."""
        for window in self._windows:
            refused = window.refusal()
            if refused is not None:
                return refused
        for window in self._windows:
            window.count()
        return None


def hand_over(scope: Scope, limiter: Limiter) -> None:
    """Leaves the counting of a request to its dialect."""
    scope[_KEY] = limiter


def limiter_of(scope: Scope) -> Limiter | None:
    """What was handed over; None when nothing is counted."""
    found = scope.get(_KEY)
    return found if isinstance(found, Limiter) else None
