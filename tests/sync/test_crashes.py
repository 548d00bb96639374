"""`kill -9` at every step of every kind of write: on the next start nothing is lost and nothing doubled."""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kworkbench.domain.changes import Resolution, State
from tests.sync.checks import assert_converged
from tests.sync.crashing import POINTS, TEXT, WRITES, run, run_first_sync
from tests.sync.stage import Stage, copy_of

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no process ends like this there")

PROVIDERS = ("kantata", "productive")
AT_ONCE = frozenset(POINTS[3:5])
"""Points of a payment alone: the other writes are queued and sent in one step."""

EVERY_DAY = frozenset({POINTS[1], *POINTS[5:7], *POINTS[9:12]})
"""Points at which every kind of write is killed in the everyday tests; a payment always is, at each of them."""


def cases() -> Iterator[Any]:
    """Every kind of write at every point, the dialects in turn; the rest of them in the heavier slice."""
    for place, point in enumerate(POINTS):
        for at, what in enumerate(WRITES):
            if what == "payment" or point not in AT_ONCE:
                everyday = what == "payment" or point in EVERY_DAY
                marks = () if everyday else (pytest.mark.heavy,)
                provider = PROVIDERS[(at + place) % 2]
                yield pytest.param(provider, what, point, marks=marks, id=f"{what}-{point}")


NOT_SAVED = POINTS[0]


@pytest.fixture(scope="module")
def processes() -> multiprocessing.context.ForkServerContext:
    """Starts processes that have everything imported, from one that has no threads."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.sync.crashing"])
    return context


def kill_at(
    processes: multiprocessing.context.ForkServerContext,
    folder: Path,
    *case: str | int,
    target: Callable[..., None] = run,
) -> None:
    """Run something in another process until it is killed at its point."""
    process = processes.Process(target=target, args=(str(folder), *case))
    process.start()
    process.join(20)
    assert process.exitcode == -signal.SIGKILL, f"{case} never came to its point"


def settle(stage: Stage) -> None:
    """Let time pass until nothing is open; a payment that stays unclear is sent again, as a person would."""

    def over() -> bool:
        stage.time.advance(0.5)
        return all(one.state is State.NEEDS_YOU for one in stage.home.desk.open())

    stage.until(over, "an end")
    for change in stage.home.desk.open():
        stage.changes.resolve(change.seq, Resolution.SEND_AGAIN).result(5)
    stage.settle()


def assert_done(stage: Stage, rows: dict[str, list[str]], what: str, *, times: int) -> None:
    """The server, and so the view, holds the write so often: once, or not at all."""
    found = [stage.row(lid) for lid in rows[what]]
    if what == "payment":
        assert stage.payments_at_server(rows[what][0]) == times
        assert [row is not None and row.values["outstanding"] == 0 for row in found] == [times == 1]
    elif what == "edit":
        assert [row is not None and row.values["text"] == TEXT for row in found] == [times == 1]
    else:
        assert [row is None for row in found] == [times == 1] * len(found)


def meant(stage: Stage) -> dict[str, list[str]]:
    """The local ids that each write is about, before anything was written."""
    expenses = [row.lid for row in stage.plain_expenses()[:3]]
    invoice = stage.unpaid_invoices()[0].lid
    return {"payment": [invoice], "edit": expenses[:1], "delete": expenses[:1], "bulk delete": expenses}


@pytest.fixture(scope="module")
def rows(synced: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {}
    for provider in PROVIDERS:
        stage = Stage(copy_of(synced(provider), tmp_path_factory.mktemp(provider) / "home"), provider)
        found[provider] = meant(stage)
        stage.close()
    return found


@pytest.mark.parametrize(("provider", "what", "point"), cases())
def test_a_killed_write_is_there_exactly_once_after_the_next_start(
    processes: multiprocessing.context.ForkServerContext,
    synced: Callable[[str], Path],
    rows: dict[str, dict[str, list[str]]],
    tmp_path: Path,
    provider: str,
    what: str,
    point: str,
) -> None:
    folder = copy_of(synced(provider), tmp_path / "home")
    kill_at(processes, folder, provider, what, point)
    stage = Stage(folder, provider)
    try:
        stage.home.start()
        settle(stage)
        assert_converged(stage, *(("invoices", "payments") if what == "payment" else ("expenses",)))
        assert_done(stage, rows[provider], what, times=0 if point == NOT_SAVED else 1)
        assert len(stage.home.desk.journal()) == (0 if point == NOT_SAVED else 1)
    finally:
        stage.close()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_first_sync_that_is_killed_is_whole_after_the_next_one(
    processes: multiprocessing.context.ForkServerContext,
    synced: Callable[[str], Path],
    tmp_path: Path,
    provider: str,
) -> None:
    kill_at(processes, tmp_path, provider, 5, target=run_first_sync)
    stage, whole = Stage(tmp_path, provider), Stage(copy_of(synced(provider), tmp_path / "whole"), provider)
    try:
        assert stage.reader.ages("expenses").checked_at is None
        stage.home.start()
        assert stage.sync() == ""
        assert stage.view().keys() == whole.view().keys()
    finally:
        stage.close()
        whole.close()
