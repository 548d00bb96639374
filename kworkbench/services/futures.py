"""Small steps on futures of other threads, so that a service can shape a result without waiting for it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")


def chained(first: Future[A], then: Callable[[A], B]) -> Future[B]:
    """A future of `then(result)`; an exception of either is its exception. `then` runs on the first one's thread."""
    second: Future[B] = Future()

    def done(over: Future[A]) -> None:
        try:
            second.set_result(then(over.result()))
        except Exception as problem:  # noqa: BLE001 - handed to whoever waits for the future
            second.set_exception(problem)

    first.add_done_callback(done)
    return second


def ended(result: A) -> Future[A]:
    """A future that has its result at once."""
    future: Future[A] = Future()
    future.set_result(result)
    return future


def failed(problem: Exception) -> Future[B]:
    """A future that failed at once."""
    future: Future[B] = Future()
    future.set_exception(problem)
    return future
