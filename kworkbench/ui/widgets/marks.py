"""Marked rows: a set of row numbers that outlives filter, sort and refresh (product.md rule 4)."""

from __future__ import annotations

from collections.abc import Iterable

from kworkbench.domain.rowset import RowSet


class Marks:
    """Which rows are marked, what was cleared last, and where a range began."""

    def __init__(self) -> None:
        self._rows = RowSet()
        self._last = RowSet()
        self._start: int | None = None
        self._before = RowSet()

    def __contains__(self, number: int) -> bool:
        return number in self._rows

    def __bool__(self) -> bool:
        return bool(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def rows(self) -> RowSet:
        """The marked rows."""
        return self._rows

    @property
    def ranging(self) -> bool:
        """True while moves mark a range."""
        return self._start is not None

    @property
    def can_bring_back(self) -> bool:
        """True where marks were cleared and none have been set since."""
        return bool(self._last) and not self._rows

    def toggle(self, number: int) -> None:
        """Mark, or unmark."""
        self._rows = self._rows.toggled(number)

    def add(self, rows: RowSet) -> None:
        """Mark these too."""
        self._rows |= rows

    def discard(self, rows: RowSet) -> None:
        """Unmark these, for good."""
        self._rows -= rows

    def clear(self) -> None:
        """Unmark all; `bring_back` restores them."""
        self._last = self._rows or self._last
        self._rows = RowSet()
        self._start = None

    def bring_back(self) -> None:
        """Mark what was cleared last."""
        self._rows |= self._last

    def range_from(self, place: int, number: int) -> None:
        """Begin a range there, or end the one that was begun."""
        if self._start is not None:
            self._start = None
            return
        self._start, self._before = place, self._rows
        self._rows |= RowSet.of((number,))

    def end_range(self) -> None:
        """Keep what the range marked."""
        self._start = None

    def span(self, place: int) -> tuple[int, int] | None:
        """First and last place of the range that reaches to `place`."""
        return None if self._start is None else (min(self._start, place), max(self._start, place))

    def mark_range(self, numbers: Iterable[int]) -> None:
        """Mark exactly these besides what was marked before the range."""
        self._rows = self._before | RowSet.of(numbers)
