from __future__ import annotations

import json

from starlette.responses import Response

from kworkbench.sandbox.dialect import RateLimit
from kworkbench.sandbox.limits import Limiter
from kworkbench.sandbox.productive.app import LIMIT, ORGANIZATION_LIMIT


def plain(name: str, requests: int, period: int) -> RateLimit:
    return RateLimit(requests, period, lambda seconds: Response(f"{name} {seconds}", 429))


def said(limiter: Limiter) -> str | None:
    refused = limiter.refusal()
    return None if refused is None else bytes(refused.body).decode()


def test_each_limit_has_its_own_window_and_a_refused_request_is_not_counted() -> None:
    now = [0.0]
    limiter = Limiter([plain("short", 2, 10), plain("long", 5, 100)], lambda: now[0])
    assert [said(limiter) for _ in range(4)] == [None, None, "short 10", "short 10"]
    now[0] = 10.0
    assert [said(limiter) for _ in range(3)] == [None, None, "short 10"]
    now[0] = 20.0
    assert [said(limiter) for _ in range(2)] == [None, "long 80"]
    now[0] = 99.2
    assert said(limiter) == "long 1"
    now[0] = 100.0
    assert said(limiter) is None


def test_a_refusal_of_productive_names_the_limit_that_was_reached() -> None:
    for limit, numbers in ((LIMIT, (100, 10)), (ORGANIZATION_LIMIT, (4000, 1800))):
        refused = limit.refusal(7)
        (error,) = json.loads(bytes(refused.body))["errors"]
        assert (error["limit"], error["period"]) == (limit.requests, limit.period) == numbers
        assert refused.headers["X-RateLimit-Reset"] == refused.headers["Retry-After"] == "7"
