"""A list as a window on the cache: rows by position, read by key, never a list of all ids.

A position is reached from the nearest place that is known: rows seen before, anchors built ahead off the UI thread, the
beginning, or the end where the length is known. A list of few rows is sorted once. After a change `refresh` forgets.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from datetime import date

from kworkbench.domain.catalog import Resource
from kworkbench.domain.query import Query
from kworkbench.store.columns import SqlValue
from kworkbench.store.compile import Clause
from kworkbench.store.order import FREE, segments
from kworkbench.store.paths import Anchors, Few, Walk, build_anchors, sorted_anchors
from kworkbench.store.rows import Row, read_row, row_columns
from kworkbench.store.seek import Seeker
from kworkbench.store.source import reading, source_of
from kworkbench.store.spread import Spreader

MOST_PLACED = 64
"""Positions of so many records are remembered."""


class Window:
    """The rows of one query in its order. Cheap to make: nothing is read before the first fetch."""

    def __init__(
        self,
        db: sqlite3.Connection,
        resource: Resource,
        account: Callable[[], int],
        query: Query,
        today: Callable[[], date],
        also: Sequence[Clause] = (),
    ) -> None:
        self.resource = resource
        self.query = query
        self.generation = 0
        self._db = db
        self._account = account
        self._now = today
        self._also = tuple(also)
        self._length: int | None = None
        self._path: Walk | Few | None = None
        self._today = today()
        self._seen: tuple[int, int, list[int]] = (0, 0, [])
        self._placed: dict[str, int | None] = {}

    @property
    def length(self) -> int | None:
        """How many rows there are, where that is known: counted, told by `known`, or met at the end of a fetch."""
        return self._length if self._path is None else self._path.length

    def known(self, length: int) -> None:
        """Tell the length counted elsewhere, off the UI thread."""
        self._set_length(length)

    def take(self, anchors: Anchors) -> bool:
        """Use anchors built by `Reader.anchors`; False where the window was refreshed since they were asked for."""
        if anchors.generation != self.generation:
            return False
        with reading(self._db):
            self._begin().take(anchors)
        self._set_length(anchors.length)
        return True

    def anchors(self, generation: int = 0) -> Anchors:
        """Anchors of the whole list. Reads every row's keys: off the UI thread, on a reader of its own."""
        with reading(self._db):
            seeker = self._seeker()
            whole = Seeker(seeker.source, segments(self.resource, self.query.sort, self._today), None)
            if len(self.query.sort) > 1:
                return sorted_anchors(seeker, whole, generation)
            return build_anchors(seeker, generation)

    def count(self) -> int:
        """How many rows there are; counted once."""
        with reading(self._db):
            self._set_length(self._begin().count())
        return self.length or 0

    def fetch(self, first: int, count: int) -> list[Row]:
        """The rows at positions `first` to `first + count - 1`; fewer at the end of the list.

        Raises:
            ReadInterruptedError: called off.
        """
        first, count = max(first, 0), max(count, 0)
        if not count:
            return []
        with reading(self._db):
            numbers = self._numbers(first, count)
            rows = self._rows(numbers)
        if len(numbers) < count and (numbers or first == 0):
            self._set_length(first + len(numbers))
        return rows

    def seek(self, first: int, count: int) -> None:
        """Find rows by position without reading them; a fetch of them, or of some, is then short.

        Raises:
            ReadInterruptedError: called off.
        """
        with reading(self._db):
            self._numbers(max(first, 0), count)

    def position_of(self, lid: str) -> int | None:
        """The position of a record, or None where it is not in the list. Counts rows from the nearest anchor."""
        if lid not in self._placed:
            with reading(self._db):
                position = self._begin().position_of(lid)
            self._placed = {**(self._placed if len(self._placed) < MOST_PLACED else {}), lid: position}
        return self._placed[lid]

    def around(self, lid: str, before: int, count: int) -> list[Row] | None:
        """Up to `before` rows ahead of a record, the record, and rows after it, `count` in all; no position is counted.

        None where the record is not in the list.
        """
        with reading(self._db):
            numbers = self._begin().around(lid, before, count)
            return None if numbers is None else self._rows(numbers)

    def refresh(self) -> None:
        """The data changed, or the day: forget where rows stood and how many there were."""
        self.generation += 1
        self._length = None
        self._path = None
        self._seen = (0, 0, [])
        self._placed = {}

    def moved(self, db: sqlite3.Connection, account: Callable[[], int]) -> Window:
        """The same list on another connection to the same file, with all that is known of it."""
        window = Window(db, self.resource, account, self.query, self._now, self._also)
        window.generation, window._length = self.generation, self._length
        window._path = None if self._path is None else self._path.moved(db)
        window._today, window._seen, window._placed = self._today, self._seen, self._placed
        return window

    def _begin(self) -> Walk | Few:
        if self._path is None:
            seeker = self._seeker()
            self._path = Walk(seeker) if seeker.lead is None else Few(seeker)
            if self._length is not None:
                self._set_length(self._length)
        return self._path

    def _seeker(self) -> Seeker:
        """A new way through the list, as of today."""
        self._today = self._now()
        acct = self._account()
        source = source_of(self._db, self.resource, acct, self.query, self._today, also=self._also)
        lead = source.rare()
        if lead is not None:
            return Seeker(source, segments(self.resource, self.query.sort, self._today, FREE), lead)
        spread = Spreader(self._db, self.resource.name, acct)
        return Seeker(source, segments(self.resource, self.query.sort, self._today, spread), None)

    def _set_length(self, length: int) -> None:
        self._length = length
        if isinstance(self._path, Walk):
            self._path.length = length

    def _numbers(self, first: int, count: int) -> list[int]:
        """The numbers of rows by position; those that were read last are known."""
        begin, wanted, numbers = self._seen
        if not begin <= first <= first + count <= begin + wanted:
            numbers = self._begin().numbers(first, count)
            self._seen = (first, count, numbers)
            return numbers
        return numbers[first - begin : first - begin + count]

    def _rows(self, numbers: Sequence[int]) -> list[Row]:
        # One text for every page: SQLite keeps each statement it has prepared, with its numbers if they stand in it.
        listed = "_row IN (SELECT value FROM json_each(?))"
        sql = f"SELECT {row_columns(self.resource)} FROM {self.resource.name} WHERE {listed}"
        rows = self._db.execute(sql, (json.dumps(list(numbers)),))
        found: dict[SqlValue, Sequence[SqlValue]] = {row[0]: row for row in rows}
        return [read_row(self.resource, found[number], self._today) for number in numbers if number in found]
