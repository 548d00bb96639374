"""Which row stands at which place: the window's order, but rows with a change of one's own keep their place.

A record paid here may no longer match the query, or sort elsewhere; it stays where the eye is until the query is run
again (product.md section 4).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from kworkbench.store.reader import Row


class RowSource(Protocol):
    """A window over a query's rows, as the store gives it."""

    def fetch(self, first: int, count: int) -> list[Row]:
        """Rows by position; fewer at the end."""

    def count(self) -> int:
        """How many rows there are."""

    def position_of(self, lid: str) -> int | None:
        """Where a record stands, None if it does not match."""

    def refresh(self) -> None:
        """Rows have changed."""


class Places:
    """The order of rows on the screen, with pins for rows that keep their place."""

    def __init__(self, source: RowSource, row: Callable[[str], Row | None]) -> None:
        """`row` reads one record by its local id, None if it is gone."""
        self._source = source
        self._row = row
        self._pins: dict[str, int] = {}
        self._pinned: dict[int, Row] = {}
        self._positions: list[int] = []
        self._faded: frozenset[str] = frozenset()

    @property
    def extra(self) -> int:
        """Rows on the screen that no longer match the query."""
        return len(self._pinned) - len(self._positions)

    @property
    def kept(self) -> frozenset[str]:
        """Local ids of the rows that keep their place."""
        return frozenset(self._pins)

    def is_faded(self, lid: str) -> bool:
        """True for a row that stays although it no longer matches."""
        return lid in self._faded

    def fetch(self, first: int, count: int) -> list[Row]:
        """The rows from place `first` on; fewer at the end."""
        if not self._pinned:
            return self._source.fetch(first, count)
        start = self._position(first - sum(place < first for place in self._pinned))
        window = (row for row in self._source.fetch(start, count + len(self._pins)) if row.lid not in self._pins)
        rows: list[Row] = []
        for place in range(first, first + count):
            row = self._pinned.get(place) or next(window, None)
            if row is None:
                break
            rows.append(row)
        return rows

    def row_now(self, lid: str) -> Row | None:
        """A record as it is now, whether it matches or not; None if it is gone."""
        return self._row(lid)

    def place_of(self, lid: str) -> int | None:
        """Where a record stands on the screen, None where it does not."""
        if lid in self._pins:
            return self._pins[lid]
        position = self._source.position_of(lid)
        if position is None or not self._pinned:
            return position
        place = position - sum(at < position for at in self._positions)
        for at in sorted(self._pinned):
            place += at <= place
        return place

    def shows(self, lid: str) -> bool:
        """True for a record of the list."""
        return self.place_of(lid) is not None

    def refresh(
        self,
        keep: Callable[[Row, int | None], bool],
        shown: Sequence[tuple[str, int]],
        changed: Collection[str] | None = None,
    ) -> None:
        """Rows have changed. `shown` are records with their places; those that `keep` is true of stay there.

        Args:
            keep: given the record as it is now and its position in the window, None where it no longer matches.
            shown: local ids with the places they stood at.
            changed: local ids of all that are known to have changed, where they are few. More may have since; they are
                found by what no longer stands among the shown.
        """
        self._source.refresh()
        if changed is not None and shown:
            stays = {row.lid for row in self.fetch(shown[0][1], shown[-1][1] - shown[0][1] + 1)}
            shown = [(lid, place) for lid, place in shown if lid in changed or lid not in stays]
        wanted = {lid: place for lid, place in shown if lid not in self._pins}
        for lid, place in wanted.items():
            row = self._row(lid)
            if row is not None and keep(row, self._source.position_of(lid)):
                self._pins[lid] = place
        self._read_pins()

    def _position(self, index: int) -> int:
        """The window's position of the row that is number `index` among those without a pin."""
        for position in self._positions:
            index += position <= index
        return index

    def _read_pins(self) -> None:
        rows = {lid: row for lid in self._pins if (row := self._row(lid)) is not None}
        where = {lid: self._source.position_of(lid) for lid in rows}
        self._positions = sorted(position for position in where.values() if position is not None)
        self._faded = frozenset(lid for lid, position in where.items() if position is None)
        order = sorted(rows, key=lambda lid: self._pins[lid])
        self._pins = {lid: self._pins[lid] for lid in order}
        before_last = self._pins[order[-1]] - len(order) if order else -1
        if before_last >= 0 and not self._source.fetch(self._position(before_last), 1):
            free = self._source.count() - len(self._positions)
            self._pins = {lid: min(self._pins[lid], free + index) for index, lid in enumerate(order)}
        self._pinned = {place: rows[lid] for lid, place in self._pins.items()}
