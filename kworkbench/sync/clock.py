"""Time as a parameter: wall time for people and the outbox, monotonic time for waiting."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Protocol, TypeAlias

Pause: TypeAlias = Callable[[float], Awaitable[None]]
"""Waits some seconds: `asyncio.sleep`, or virtual time in tests."""


class Clock(Protocol):
    """Where the engine and the services take time from."""

    def now(self) -> datetime:
        """The time in UTC."""

    def monotonic(self) -> float:
        """Seconds that never go back, for measuring spans inside one process."""


class SystemClock:
    """The machine's clocks."""

    def now(self) -> datetime:
        """See `Clock.now`."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """See `Clock.monotonic`."""
        return time.monotonic()


def iso(moment: datetime) -> str:
    """A moment as the outbox keeps it: ISO, UTC, milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def ms(moment: datetime) -> int:
    """A moment as wall time in ms."""
    return int(moment.timestamp() * 1000)


def local_day(moment: datetime) -> date:
    """The person's day at a moment."""
    return moment.astimezone().date()
