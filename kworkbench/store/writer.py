"""The one thread of a process that owns both read-write connections, and the jobs it does in turn.

What a person asks for goes before what a sync brings, so a key that saves never waits behind a page of rows. Upkeep
runs when there is nothing else to do, and gives way.
Source: sync-engine.md section 2 (one connection per file, one writer).
"""

from __future__ import annotations

import itertools
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

R = TypeVar("R")

URGENT, USUAL, STOP, IDLE = 0, 1, 2, 3


class Writer:
    """Runs jobs one at a time on its own thread, urgent ones first, in order of arrival otherwise."""

    def __init__(self, name: str = "kworkbench-writer") -> None:
        self._jobs: queue.PriorityQueue[tuple[int, int, Callable[[], None] | None]] = queue.PriorityQueue()
        self._order = itertools.count()
        self._lock = threading.Lock()
        self._closed = False
        self._parts: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._second: threading.Thread | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def is_wanted(self) -> bool:
        """True while an urgent job waits, and once the writer closes; for an idle job, to give way."""
        waiting = self._jobs.queue
        return self._closed or (bool(waiting) and waiting[0][0] == URGENT)

    def submit(self, job: Callable[[], R], *, urgent: bool = False, idle: bool = False) -> Future[R]:
        """Run `job` on the writer thread; its result or exception is the future's.

        An idle job runs when nothing else waits, and not at all where the writer is closed before.

        Raises:
            RuntimeError: the writer was closed; the job will never run.
        """
        future: Future[R] = Future()
        with self._lock:
            if self._closed:
                raise RuntimeError("The writer is closed.")
            self._jobs.put((URGENT if urgent else IDLE if idle else USUAL, next(self._order), _run_of(job, future)))
        return future

    def beside(self, part: Callable[[], R]) -> Future[R]:
        """Run part of the present job on a second thread, while the job waits for a disk. For jobs.

        The job waits for it before it ends, so that still only one thread at a time uses what the writer owns.
        """
        if self._second is None:
            self._second = threading.Thread(target=self._run_parts, name=f"{self._thread.name}-beside", daemon=True)
            self._second.start()
        future: Future[R] = Future()
        self._parts.put(_run_of(part, future))
        return future

    def close(self) -> None:
        """Finish every job already given but idle ones, then end the thread."""
        with self._lock:
            self._closed = True
            self._jobs.put((STOP, next(self._order), None))
        self._thread.join()
        if self._second is not None:
            self._parts.put(None)
            self._second.join()

    def _run(self) -> None:
        while True:
            _, _, job = self._jobs.get()
            if job is None:
                return
            job()

    def _run_parts(self) -> None:
        while (part := self._parts.get()) is not None:
            part()


def _run_of(job: Callable[[], R], future: Future[R]) -> Callable[[], None]:
    def run() -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            future.set_result(job())
        except BaseException as problem:  # noqa: BLE001 - handed to whoever waits for the future
            future.set_exception(problem)

    return run
