"""Finds rows that stand twice at the server although one was asked for: two with one marker.

Only where the assumptions of sync-engine.md section 6 fail. It is told, never mended: no row is deleted by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from kworkbench.domain.changes import Change
from kworkbench.domain.marker import stem_of
from kworkbench.domain.records import Record, lid_of
from kworkbench.sync.events import Doubled


class Doubles:
    """What reads have shown of the markers of our creates: a line can double what was sent once. Writer thread only."""

    def __init__(self) -> None:
        self._ids: dict[tuple[str, str, str], set[str]] = {}
        self._gone: set[tuple[str, str]] = set()

    def found(
        self, account: str, records: Sequence[Record], journal: Iterable[Change], taken: Collection[str] = ()
    ) -> Iterator[Doubled]:
        """What these records show one more row of than was known; with the ids of all rows.

        `taken`: local ids of those that the cache took over. What is gone is back with them alone: another answer was
        asked for before it went.
        """
        self._gone -= {(account, lid) for lid in taken}
        marked = [
            (str(marker), record)
            for record in records
            if (marker := record.values.get("marker")) and (account, record.lid) not in self._gone
        ]
        if not marked:
            return
        ours = {_stem(one): one for one in journal if one.account == account and one.marker}
        for marker, record in marked:
            change = ours.get(marker) or ours.get(stem_of(marker))
            row = None if change is None or change.kind != record.kind else _row(change, marker)
            if change is None or row is None:
                continue
            ids = self._ids.setdefault((account, record.kind, marker), set())
            known = len(ids)
            ids.add(record.id)
            if len(ids) > max(known, 1):
                yield Doubled(change, tuple(sorted(ids)), row)

    def forget(self, account: str, lids: Collection[str]) -> None:
        """These records are no longer at the server."""
        for (owner, kind, _), ids in self._ids.items():
            lost = {record_id for record_id in ids if owner == account and lid_of(kind, record_id) in lids}
            self._gone |= {(owner, lid_of(kind, record_id)) for record_id in lost}
            ids.difference_update(lost)


def _stem(change: Change) -> str:
    """By what the markers of a change are known: its own, or what those of its rows have in common."""
    marker = change.marker or ""
    return stem_of(marker) if change.is_bulk else marker


def _row(change: Change, marker: str) -> int | None:
    """Which of its rows bears a marker, from 0; None for none."""
    return next((number for number, each in enumerate(change.markers.values()) if each == marker), None)
