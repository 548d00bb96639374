"""What a read means for the changes that are open: found again, rebased, gone, or there twice.

Whatever the read was made for. For the writer thread. Source: sync-engine.md section 5, "Refresh", and section 6.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from kworkbench.domain.changes import Change
from kworkbench.domain.records import Record
from kworkbench.sync.clock import Clock, iso, ms
from kworkbench.sync.doubles import Doubles
from kworkbench.sync.events import EngineState, Event, Probed, Seen
from kworkbench.sync.facts import doubles
from kworkbench.sync.likeness import own_among, rows_among
from kworkbench.sync.overlay import Overlay
from kworkbench.sync.probing import UNCLEAR


class Arrivals:
    """Tells the reducer what reads brought."""

    def __init__(
        self,
        state: Callable[[], EngineState],
        journal: Callable[[], Sequence[Change]],
        reduce: Callable[[Event], None],
        overlay: Overlay,
        clock: Clock,
    ) -> None:
        self._state = state
        self._journal = journal
        self._reduce = reduce
        self._overlay = overlay
        self._clock = clock
        self._doubles = Doubles()

    def read(self, account: str, records: Sequence[Record], changed: Iterable[str]) -> None:
        """Take in what a read brought; `changed` are the local ids of the rows it moved."""
        self._recognise(account, records)
        moved = set(changed)
        touching = self._overlay.changes_of(account)
        seen = tuple(record for record in records if record.lid in moved and touching(record.lid))
        if seen:
            now = self._clock.now()
            self._reduce(Seen(account, iso(now), ms(now), seen))
        for double in self._doubles.found(account, records, self._journal(), moved):
            self._reduce(double)

    def gone(self, account: str, lids: Iterable[str]) -> None:
        """Take in that records are no longer at the server, by the Gone rule."""
        gone = tuple(lids)
        self.forget(account, gone)
        touching = self._overlay.changes_of(account)
        twice = {lid for one in doubles(self._state().facts) for lid in one.lids}
        lost = tuple(lid for lid in gone if lid in twice or touching(lid))
        if lost:
            now = self._clock.now()
            self._reduce(Seen(account, iso(now), ms(now), gone=lost))

    def forget(self, account: str, lids: Collection[str]) -> None:
        """These records are no longer at the server: whatever comes with their markers is counted without them."""
        self._doubles.forget(account, lids)

    def _recognise(self, account: str, records: Iterable[Record]) -> None:
        """Settle unclear creates whose marker is there, of several rows in one request those that are."""
        unclear = [
            change
            for change in self._state().changes.values()
            if change.account == account and change.marker and change.state in UNCLEAR
        ]
        marked = [record for record in records if record.values.get("marker")] if unclear else []
        now = self._clock.now()
        for change in unclear if marked else ():
            found, rows = own_among(change, marked), rows_among(change, marked)
            if found is not None or rows:
                self._reduce(Probed(change.seq, iso(now), ms(now), found, rows=rows))
