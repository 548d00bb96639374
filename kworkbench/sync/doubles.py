"""Finds rows that stand twice at the server although one was asked for: two with the marker of one change.

Only where the assumptions of sync-engine.md section 6 fail. It is told, never mended: no row is deleted by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kworkbench.domain.changes import Change
from kworkbench.domain.records import Record


class Doubles:
    """What reads have shown of the markers of our creates: a line can double what was sent once. Writer thread only."""

    def __init__(self) -> None:
        self._ids: dict[int, set[str]] = {}

    def found(
        self, account: str, records: Sequence[Record], journal: Iterable[Change]
    ) -> Iterator[tuple[Change, tuple[str, ...]]]:
        """Changes of which these records show one more row than was known; with the ids of all rows."""
        marked = [(record.values["marker"], record.id) for record in records if record.values.get("marker")]
        if not marked:
            return
        ours = {one.marker: one for one in journal if one.account == account and one.marker}
        for marker, record_id in marked:
            change = ours.get(marker) if isinstance(marker, str) else None
            if change is None:
                continue
            ids = self._ids.setdefault(change.seq, set())
            known = len(ids)
            ids.add(record_id)
            if len(ids) > max(known, 1):
                yield change, tuple(sorted(ids))
