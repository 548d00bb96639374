"""How often a server is asked: tokens, blocks, and a breaker that opens, waits and is half-opened by one cheap read."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kworkbench.domain.catalog import Rate
from kworkbench.providers.base import Request, Response
from kworkbench.sync.classify import wait_seconds
from kworkbench.sync.limits import FAILURES, HARD, Breaker, Bucket
from kworkbench.sync.traffic import Traffic
from kworkbench.sync.transport import TransportError
from tests.sync.virtual import VirtualTime

GET, POST = Request("GET", "/x"), Request("POST", "/x")


@given(st.lists(st.floats(0.0, 3.0), max_size=200), st.integers(1, 20), st.floats(0.5, 20.0))
def test_no_period_ever_sees_more_requests_than_twice_the_rate_and_no_long_run_more_than_the_rate(
    steps: list[float], requests: int, seconds: float
) -> None:
    bucket, now, gone = Bucket(Rate(requests, seconds), 0.0), 0.0, []
    for step in steps:
        now += step
        if bucket.wait(now) == 0.0:
            gone.append(now)
    for at in gone:
        assert sum(at <= other < at + seconds for other in gone) <= 2 * requests
    assert len(gone) <= requests + now * requests / seconds + 1e-6


def test_who_waits_as_long_as_it_is_told_may_go() -> None:
    bucket = Bucket(Rate(2, 10.0), 100.0)
    assert [bucket.wait(100.0) for _ in range(2)] == [0.0, 0.0]
    wait = bucket.wait(100.0)
    assert wait == pytest.approx(5.0)
    assert bucket.wait(100.0 + wait + 1e-9) == 0.0


def test_a_server_that_asked_to_wait_is_not_asked_before() -> None:
    bucket = Bucket(Rate(100, 10.0), 0.0)
    bucket.block(0.0, 7.0)
    bucket.block(1.0, 2.0)
    assert bucket.wait(5.0) == pytest.approx(2.0)
    assert bucket.wait(7.0) == 0.0


def opened() -> Breaker:
    breaker = Breaker()
    for at in range(FAILURES):
        assert breaker.lets(float(at), cheap=False)
        breaker.failed(float(at))
    return breaker


def test_five_failures_within_half_a_minute_open_the_breaker_for_fifteen_seconds() -> None:
    breaker = opened()
    assert not breaker.lets(4.1, cheap=False)
    assert not breaker.lets(18.9, cheap=True)
    assert breaker.wait(4.0) == 15.0


def test_failures_far_apart_open_nothing() -> None:
    breaker = Breaker()
    for at in range(20):
        breaker.failed(at * 8.0)
    assert breaker.lets(200.0, cheap=False)


def test_an_answer_between_them_begins_the_count_anew() -> None:
    breaker = Breaker()
    for at in range(FAILURES - 1):
        breaker.failed(float(at))
    breaker.answered()
    breaker.failed(5.0)
    assert breaker.lets(6.0, cheap=False)


def test_one_cheap_read_at_a_time_tries_whether_the_server_answers_again() -> None:
    breaker = opened()
    assert not breaker.lets(20.0, cheap=False)
    assert breaker.lets(20.0, cheap=True)
    assert not breaker.lets(20.0, cheap=True)
    breaker.unreached()
    assert breaker.lets(21.0, cheap=True)
    breaker.answered()
    assert breaker.lets(21.0, cheap=False)


def test_each_failed_try_doubles_the_wait_up_to_five_minutes() -> None:
    breaker, now, waits = opened(), 4.0, []
    for _ in range(7):
        waits.append(breaker.wait(now))
        now += waits[-1]
        assert breaker.lets(now, cheap=True)
        breaker.failed(now)
    assert waits == [15.0, 30.0, 60.0, 120.0, 240.0, 300.0, 300.0]


def waited(traffic: Traffic, time: VirtualTime, request: Request) -> bool:
    """Whether a request has to wait now."""

    async def run() -> bool:
        task = asyncio.ensure_future(traffic.enter(request))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        waits = not task.done()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return waits

    return asyncio.run(run())


def test_after_a_429_everything_waits_as_long_as_the_server_asked() -> None:
    time = VirtualTime()
    traffic = Traffic(time, time.pause)
    traffic.answered(Response(429, {"retry-after": "30"}, b""))
    assert waited(traffic, time, POST)
    time.advance(29.0)
    assert waited(traffic, time, GET)
    time.advance(1.1)
    assert not waited(traffic, time, GET)


def test_the_hard_cap_holds_for_every_server() -> None:
    time = VirtualTime()
    traffic = Traffic(time, time.pause)

    async def many() -> None:
        for _ in range(HARD.requests):
            await traffic.enter(GET)

    asyncio.run(many())
    assert waited(traffic, time, GET)


def test_a_server_that_only_fails_is_left_alone_and_nothing_is_sent() -> None:
    time = VirtualTime()
    traffic = Traffic(time, time.pause)
    for _ in range(FAILURES):
        traffic.answered(Response(503, {}, b""))
    with pytest.raises(TransportError, match="asked again in 15 seconds") as refused:
        asyncio.run(traffic.enter(GET))
    assert not refused.value.sent
    time.advance(15.0)
    asyncio.run(traffic.enter(GET, cheap=True))
    traffic.answered(Response(200, {}, b""))
    asyncio.run(traffic.enter(POST))


def test_refusals_and_a_line_that_is_down_are_not_counted() -> None:
    time = VirtualTime()
    traffic = Traffic(time, time.pause)
    for _ in range(20):
        traffic.answered(Response(422, {}, b""))
        traffic.lost(TransportError("refused", sent=False))
    asyncio.run(traffic.enter(POST))
    for _ in range(FAILURES):
        traffic.lost(TransportError("the line broke", sent=True))
    with pytest.raises(TransportError):
        asyncio.run(traffic.enter(POST))


def test_reads_yield_to_a_write_that_waits() -> None:
    time = VirtualTime()
    traffic = Traffic(time, time.pause, (Rate(1, 10.0),))
    order: list[str] = []

    async def go(name: str, request: Request) -> None:
        await traffic.enter(request)
        order.append(name)

    async def run() -> None:
        await traffic.enter(GET)
        write = asyncio.ensure_future(go("write", POST))
        await asyncio.sleep(0)
        read = asyncio.ensure_future(go("read", GET))
        for _ in range(60):
            await asyncio.sleep(0)
            time.advance(0.5)
            await asyncio.sleep(0)
        await asyncio.gather(write, read)

    asyncio.run(run())
    assert order == ["write", "read"]


DATE = "Tue, 31 Mar 2026 09:41:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": " 7 ", "x-ratelimit-reset": "60"}, 7.0),
        ({"x-ratelimit-reset": "60"}, 60.0),
        ({"retry-after": "99999"}, 3600.0),
        ({"retry-after": "Tue, 31 Mar 2026 09:42:30 GMT", "date": DATE}, 90.0),
        ({"retry-after": "Tue, 31 Mar 2026 09:40:00 GMT", "date": DATE}, 0.0),
        ({"x-ratelimit-reset": "1774950120", "date": DATE}, 60.0),
        ({"x-ratelimit-reset": "1774950120"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "9" * 400}, None),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "\u0663"}, None),
        ({}, None),
    ],
)
def test_how_long_a_server_asked_to_wait_is_a_span_or_a_moment_of_its_own_clock(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert wait_seconds(Response(429, headers, b"")) == seconds
