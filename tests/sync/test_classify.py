"""What a status says about a write, and how long a server asks to wait (sync-engine.md section 4)."""

from __future__ import annotations

import pytest

from kworkbench.providers.base import Response
from kworkbench.sync.classify import outcome_of, wait_seconds
from kworkbench.sync.events import Outcome

NINE, HALF_PAST = "Wed, 04 Mar 2026 09:00:00 GMT", "Wed, 04 Mar 2026 09:30:00 GMT"
NINE_SECONDS = 1_772_614_800
SAID = {
    Outcome.DONE: (200, 201, 204, 299),
    Outcome.REFUSED: (400, 403, 413, 415, 418, 422),
    Outcome.SIGN_IN: (401,),
    Outcome.GONE: (404, 410),
    Outcome.CONFLICT: (409, 412),
    Outcome.BUSY: (429,),
    Outcome.UNKNOWN: (100, 301, 302, 307, 408, 500, 502, 503, 504, 599),
}


@pytest.mark.parametrize(("outcome", "status"), [(outcome, each) for outcome, many in SAID.items() for each in many])
def test_a_status_says_one_thing(outcome: Outcome, status: int) -> None:
    assert outcome_of(Response(status, {}, b"")) is outcome


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"x-ratelimit-reset": " 9 "}, 9.0),
        ({"retry-after": "7", "x-ratelimit-reset": "9"}, 7.0),
        ({"retry-after": "soon", "x-ratelimit-reset": "9"}, 9.0),
        ({"retry-after": "3600"}, 3600.0),
        ({"retry-after": "3601"}, 3600.0),
        ({"retry-after": "-1"}, None),
        ({}, None),
        ({"retry-after": HALF_PAST, "date": NINE}, 1800.0),
        ({"retry-after": NINE, "date": HALF_PAST}, 0.0),
        ({"retry-after": HALF_PAST}, None),
        ({"retry-after": "soon", "date": NINE}, None),
        ({"x-ratelimit-reset": str(NINE_SECONDS + 60), "date": NINE}, 60.0),
        ({"x-ratelimit-reset": str(NINE_SECONDS - 60), "date": NINE}, 0.0),
        ({"x-ratelimit-reset": str(NINE_SECONDS + 60)}, None),
        ({"retry-after": "99999999"}, 3600.0),
        ({"retry-after": "100000000"}, None),
    ],
)
def test_a_server_is_believed_how_long_to_wait_up_to_an_hour(headers: dict[str, str], seconds: float | None) -> None:
    assert wait_seconds(Response(429, headers, b"")) == seconds
