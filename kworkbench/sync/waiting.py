"""Awaiting what other threads do: jobs of the writer, what the disk must take one day, and what may take long."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from kworkbench.store.cache_file import CacheError
from kworkbench.store.failing import SaveError
from kworkbench.sync.clock import Pause

T = TypeVar("T")

SAVE_AGAIN_SECONDS = 2.0


def at_once(result: T) -> Future[T]:
    """A future that has its result already."""
    future: Future[T] = Future()
    future.set_result(result)
    return future


async def wait(future: Future[T]) -> T:
    """Await a job of another thread."""
    return await asyncio.wrap_future(future)


async def saved(job: Callable[[], Future[T]], pause: Pause) -> T:
    """Do a job until the disk takes it: what the server said must not be lost to a full disk."""
    while True:
        try:
            return await wait(job())
        except (SaveError, CacheError):
            await pause(SAVE_AGAIN_SECONDS)


async def apart(work: Callable[[], T]) -> T:
    """Do on a thread of its own what may take long: nothing else waits for it, and no end of the program does."""
    future: Future[T] = Future()
    future.set_running_or_notify_cancel()

    def job() -> None:
        try:
            future.set_result(work())
        except Exception as problem:  # noqa: BLE001 - raised where it is awaited
            future.set_exception(problem)

    threading.Thread(target=job, name="kworkbench-apart", daemon=True).start()
    return await wait(future)
