"""Awaiting what other threads do: a job of the writer, and one that must be saved however long the disk is full."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from kworkbench.store.cache_file import CacheError
from kworkbench.store.failing import SaveError
from kworkbench.sync.clock import Pause

T = TypeVar("T")

SAVE_AGAIN_SECONDS = 2.0


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
