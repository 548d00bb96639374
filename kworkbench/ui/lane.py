"""A thread that reads for a screen, with a reader of its own that stays open: what nobody waits for is called off."""

from __future__ import annotations

from asyncio import get_running_loop
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event, local
from typing import TYPE_CHECKING, TypeVar

from kworkbench.store.source import ReadInterruptedError

if TYPE_CHECKING:
    from kworkbench.store.reader import Reader

T = TypeVar("T")


class Lane:
    """Reads one thing after the other. Neither thread nor reader is there before the first."""

    def __init__(self, open_reader: Callable[[], Reader]) -> None:
        self._open = open_reader
        self._pool: ThreadPoolExecutor | None = None
        self._own = local()
        self._asked: set[Event] = set()

    async def read(self, work: Callable[[Reader], T]) -> T:
        """What `work` reads on the lane's thread. Whoever is cancelled while waiting here calls it off.

        Raises:
            ReadInterruptedError: all reads were called off.
        """
        if self._pool is None:
            self._pool = ThreadPoolExecutor(1, "reading")
        stale = Event()
        self._asked.add(stale)
        try:
            return await get_running_loop().run_in_executor(self._pool, partial(self._run, stale, work))
        finally:
            stale.set()
            self._asked.discard(stale)

    def call_off(self) -> None:
        """Nothing that was asked for is wanted any more; from now on it costs next to nothing."""
        for stale in self._asked:
            stale.set()

    def close(self) -> None:
        """End the thread and its reader; the next read begins anew."""
        self.call_off()
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.submit(self._close_reader)
            pool.shutdown(wait=False)

    def _run(self, stale: Event, work: Callable[[Reader], T]) -> T:
        if stale.is_set():
            raise ReadInterruptedError("Nobody waits for it.")
        reader = self._reader
        if reader is None:
            reader = self._own.reader = self._open()
            reader.save_memory()
        with reader.until(stale.is_set):
            return work(reader)

    @property
    def _reader(self) -> Reader | None:
        """The reader of the thread that asks."""
        return getattr(self._own, "reader", None)

    def _close_reader(self) -> None:
        if self._reader is not None:
            self._reader.close()
