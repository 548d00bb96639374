"""A lane reads on one thread of its own; what nobody waits for ends."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kworkbench.domain.query import Query
from kworkbench.domain.resources import INVOICES
from kworkbench.store.reader import Reader
from kworkbench.store.source import ReadInterruptedError
from kworkbench.ui.lane import Lane
from tests.ui.standin import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    found = Bench(tmp_path)
    yield found
    found.close()


async def test_it_reads_one_after_the_other_with_one_reader(bench: Bench) -> None:
    lane = Lane(bench.current.open_reader)
    seen: list[tuple[str, Reader]] = []

    def total(reader: Reader) -> int:
        seen.append((threading.current_thread().name, reader))
        return reader.total(INVOICES)

    assert list(await asyncio.gather(lane.read(total), lane.read(total))) == [412, 412]
    assert seen[0] == seen[1]
    assert seen[0][0] != threading.current_thread().name
    lane.close()
    assert await lane.read(total) == 412
    assert seen[2][1] is not seen[0][1]
    lane.close()


@pytest.mark.parametrize("way", ["cancel", "call off", "close"])
async def test_a_read_that_nobody_wants_ends_and_one_behind_it_does_not_begin(bench: Bench, way: str) -> None:
    lane = Lane(bench.current.open_reader)
    begun, go, ended = threading.Event(), threading.Event(), threading.Event()
    second: list[int] = []

    def endless(reader: Reader) -> None:
        begun.set()
        go.wait()
        try:
            while True:
                reader.facets(INVOICES, Query())
        finally:
            ended.set()

    tasks = [asyncio.create_task(lane.read(endless))]
    await asyncio.to_thread(begun.wait)
    tasks.append(asyncio.create_task(lane.read(lambda reader: second.append(reader.total(INVOICES)))))
    await asyncio.sleep(0)
    if way == "cancel":
        for task in tasks:
            task.cancel()
    elif way == "close":
        lane.close()
    else:
        lane.call_off()
    go.set()
    problems = await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.to_thread(ended.wait)
    wanted = asyncio.CancelledError if way == "cancel" else ReadInterruptedError
    assert [type(problem) for problem in problems] == [wanted, wanted]
    assert second == []
    lane.close()
