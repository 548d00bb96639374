"""The writer's thread: one job at a time, urgent ones first, and every job ends in its future."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial

import pytest

from kworkbench.store.writer import Writer


@pytest.fixture
def writer() -> Iterator[Writer]:
    made = Writer()
    yield made
    made.close()


def test_jobs_run_on_one_thread_that_is_not_the_callers(writer: Writer) -> None:
    threads = {writer.submit(threading.get_ident).result(5) for _ in range(5)}
    assert len(threads) == 1
    assert threading.get_ident() not in threads


def test_urgent_jobs_go_before_usual_ones_and_keep_their_order(writer: Writer) -> None:
    done: list[str] = []
    started, go_on = threading.Event(), threading.Event()

    def first() -> None:
        started.set()
        go_on.wait(5)

    held = writer.submit(first)
    started.wait(5)
    usual = [writer.submit(partial(done.append, name)) for name in ("page 1", "page 2")]
    urgent = [writer.submit(partial(done.append, name), urgent=True) for name in ("key 1", "key 2")]
    go_on.set()
    for future in (held, *usual, *urgent):
        future.result(5)
    assert done == ["key 1", "key 2", "page 1", "page 2"]


def test_a_job_that_fails_fails_its_future_and_nothing_else(writer: Writer) -> None:
    def fails() -> None:
        raise KeyError("a fault")

    future = writer.submit(fails)
    with pytest.raises(KeyError):
        future.result(5)
    assert writer.submit(lambda: 7).result(5) == 7


def test_a_job_called_off_before_its_turn_never_runs(writer: Writer) -> None:
    started, go_on, ran = threading.Event(), threading.Event(), threading.Event()

    def first() -> None:
        started.set()
        go_on.wait(5)

    held = writer.submit(first)
    started.wait(5)
    called_off = writer.submit(ran.set)
    assert called_off.cancel()
    go_on.set()
    held.result(5)
    writer.submit(lambda: None).result(5)
    assert not ran.is_set()


def test_closing_finishes_what_was_given_and_takes_nothing_more() -> None:
    writer = Writer()
    futures = [writer.submit(partial(int, number), urgent=number % 2 == 0) for number in range(50)]
    writer.close()
    assert [future.result(0) for future in futures] == list(range(50))
    with pytest.raises(RuntimeError):
        writer.submit(lambda: None)


def test_a_part_runs_beside_its_job_on_one_more_thread(writer: Writer) -> None:
    begun = threading.Event()

    def part() -> int:
        begun.set()
        return threading.get_ident()

    def job() -> tuple[int, int]:
        beside = writer.beside(part)
        assert begun.wait(5)
        return threading.get_ident(), beside.result(5)

    threads = [writer.submit(job).result(10) for _ in range(3)]
    assert len(set(threads)) == 1
    assert len(set(threads[0])) == 2


def test_a_part_that_fails_fails_its_future(writer: Writer) -> None:
    def fails() -> None:
        raise KeyError("a fault")

    assert isinstance(writer.submit(lambda: writer.beside(fails).exception(5)).result(5), KeyError)
    assert writer.submit(lambda: writer.beside(lambda: 7).result(5)).result(5) == 7
