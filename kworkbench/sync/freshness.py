"""How long what was read counts as fresh: money half a minute, lists five, currencies a day (sync-engine.md section 5).

A change makes its kind stale at once, and the invoices that a payment moved.
"""

from __future__ import annotations

from collections.abc import Mapping

from kworkbench.domain.changes import Change
from kworkbench.domain.resources import RESOURCES
from kworkbench.sync.clock import Clock

MONEY_SECONDS = 30.0
LIST_SECONDS = 300.0
FIXED_SECONDS: Mapping[str, float] = {"currencies": 86_400.0}


class Freshness:
    """When each collection was last read in this process; by the monotonic clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._read: dict[tuple[str, str], float] = {}
        self._moved: dict[tuple[str, str], float] = {}

    def begin(self) -> float:
        """The moment at which a reading begins: what it brings is as old as that."""
        return self._clock.monotonic()

    def read(self, account: str, kinds: tuple[str, ...], began: float) -> None:
        """These collections were read; what a change moved meanwhile is stale all the same."""
        for kind in kinds:
            if self._moved.get((account, kind), -1.0) < began:
                self._read[account, kind] = began

    def moved(self, change: Change) -> None:
        """A change reached the server: its kind is stale, and the invoices where it was a payment."""
        now = self._clock.monotonic()
        for kind in (change.kind, *(("invoices",) if change.kind == "payments" else ())):
            self._read.pop((change.account, kind), None)
            self._moved[change.account, kind] = now

    def stale(self, account: str, kinds: tuple[str, ...]) -> tuple[str, ...]:
        """Those of these collections that have to be read again."""
        now = self._clock.monotonic()
        return tuple(kind for kind in kinds if now - self._read.get((account, kind), float("-inf")) >= _span(kind))


def _span(kind: str) -> float:
    return FIXED_SECONDS.get(kind, MONEY_SECONDS if kind in RESOURCES else LIST_SECONDS)
