"""Time that stands still until a test moves it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

MORNING = datetime(2026, 3, 31, 9, 41, tzinfo=UTC)


class VirtualTime:
    """A clock and the pauses that go with it; wall time and monotonic time move together.

    `on_pause` is called on the thread that pauses, whenever a pause has begun.
    """

    def __init__(self, start: datetime = MORNING, on_pause: Callable[[], None] = lambda: None) -> None:
        self.on_pause = on_pause
        self._start = start
        self._seconds = 0.0
        self._lock = threading.Lock()
        self._sleepers: list[tuple[float, asyncio.AbstractEventLoop, asyncio.Future[None]]] = []

    def jump(self, seconds: float) -> None:
        """Set the wall clock forward or back, as a person or a time server does; what waits, waits on."""
        self._start += timedelta(seconds=seconds)

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._seconds)

    def monotonic(self) -> float:
        return self._seconds

    async def pause(self, seconds: float) -> None:
        """Wait until `advance` has moved the clock so far; next to no time is one turn of the loop."""
        if seconds < 0.01:
            await asyncio.sleep(0)
            return
        loop = asyncio.get_running_loop()
        woken: asyncio.Future[None] = loop.create_future()
        with self._lock:
            self._sleepers.append((self._seconds + seconds, loop, woken))
        self.on_pause()
        await woken

    def advance(self, seconds: float) -> None:
        """Move the clock and wake whoever waits until then; from any thread."""
        with self._lock:
            self._seconds += seconds
            due = [one for one in self._sleepers if one[0] <= self._seconds]
            self._sleepers = [one for one in self._sleepers if one[0] > self._seconds]
        for _, loop, woken in due:
            if not loop.is_closed():
                loop.call_soon_threadsafe(_wake, woken)


def _wake(woken: asyncio.Future[None]) -> None:
    if not woken.done():
        woken.set_result(None)
