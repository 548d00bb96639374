"""What both vendors do to a client that asks too often, when the limits are on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contract.kantata.api import Kantata
from tests.contract.productive.api import Productive
from tests.contract.wires import Answer, InProcess, in_process


@pytest.fixture
def limited() -> Iterator[InProcess]:
    with in_process(rate_limit=True) as wire:
        yield wire


def _until_refused(ask: Kantata | Productive, path: str, most: int) -> tuple[int, Answer]:
    for number in range(most + 1):
        answer = ask.ask("GET", path)
        if answer.status != 200:
            return number, answer
    raise AssertionError(f"{most + 1} requests were let through")


def test_productive_lets_a_hundred_requests_through_in_ten_seconds(limited: InProcess) -> None:
    number, answer = _until_refused(Productive(limited), "/payments/20001", 100)
    assert (number, answer.status) == (100, 429)
    assert 0 <= int(answer.headers["x-ratelimit-reset"]) <= 10
    assert answer.headers["retry-after"] == answer.headers["x-ratelimit-reset"]
    error = answer.json()["errors"][0]
    assert (error["limit"], error["period"]) == (100, 10)
    assert error["title"] == "Too many requests"


def test_kantata_refuses_sooner_or_later(limited: InProcess) -> None:
    _, answer = _until_refused(Kantata(limited), "/users/me", 600)
    assert answer.status == 429
    assert answer.json()["errors"][0]["type"] == "system"
