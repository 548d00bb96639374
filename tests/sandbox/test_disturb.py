from __future__ import annotations

import random

import httpx
import pytest
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from kworkbench.sandbox.disturb import FaultMiddleware
from kworkbench.sandbox.faults import ConnectionDropped, parse_fault


async def hello(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("0123456789")(scope, receive, send)


async def empty(scope: Scope, receive: Receive, send: Send) -> None:
    await Response(status_code=204)(scope, receive, send)


def disturbed(*faults: str, seed: int = 1) -> tuple[httpx.AsyncClient, list[float]]:
    """A client of a disturbed application, and the delays that were waited."""
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    app = FaultMiddleware(
        hello,
        [parse_fault(text) for text in faults],
        document=PlainTextResponse,
        rng=random.Random(seed),  # noqa: S311 - no secret
        sleep=sleep,
    )
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x"), waited


async def test_delays_add_up_and_then_the_first_other_fault_plays() -> None:
    client, waited = disturbed("delay=1", "status=418", "delay=250ms", "status=503")
    async with client:
        answer = await client.get("/a")
    assert waited == [1.0, 0.25]
    assert (answer.status_code, answer.text) == (418, "/a")


async def test_times_run_out() -> None:
    client, waited = disturbed("delay=1,times=2", "status=503,times=1")
    async with client:
        assert [(await client.get("/")).status_code for _ in range(3)] == [503, 200, 200]
    assert waited == [1.0, 1.0]


async def test_a_fault_elsewhere_is_not_used_up() -> None:
    client, _ = disturbed("status=503,route=POST:/a,times=1")
    async with client:
        assert (await client.get("/a")).status_code == 200
        assert (await client.post("/b")).status_code == 200
        assert (await client.post("/a")).status_code == 503


async def test_probability_is_drawn_from_the_given_source() -> None:
    async def drawn(seed: int) -> list[int]:
        client, _ = disturbed("status=503,p=0.5", seed=seed)
        async with client:
            return [(await client.get("/")).status_code for _ in range(40)]

    first = await drawn(1)
    assert first == await drawn(1)
    assert first != await drawn(2)
    assert 5 < first.count(503) < 35


async def test_never_and_always() -> None:
    client, _ = disturbed("status=503,p=0", "status=502,p=1")
    async with client:
        assert [(await client.get("/")).status_code for _ in range(20)] == [502] * 20


@pytest.mark.parametrize("kind", ["truncate", "drop-before", "drop-after"])
async def test_a_lost_answer_is_a_dropped_connection(kind: str) -> None:
    client, _ = disturbed(kind)
    async with client:
        with pytest.raises(ConnectionDropped):
            await client.get("/")


async def test_an_empty_answer_cannot_be_cut_but_can_be_garbled() -> None:
    for kind, status in (("truncate", 204), ("garbage", 200)):
        rng = random.Random(1)  # noqa: S311 - no secret
        app = FaultMiddleware(empty, [parse_fault(kind)], document=PlainTextResponse, rng=rng)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as client:
            answer = await client.delete("/")
        assert answer.status_code == status
        assert bool(answer.content) == (kind == "garbage")
