"""Walking an order by key: from a place forward or backward, over the segments of the order."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from kworkbench.lean import dataclass
from kworkbench.store.columns import SqlValue
from kworkbench.store.compile import Clause
from kworkbench.store.order import Segment, SqlKey
from kworkbench.store.source import Source


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands: its segment and the values of the segment's keys."""

    segment: int
    values: tuple[SqlValue, ...]
    row: int


class Seeker:
    """Finds places of a source in an order. `lead` is the one clause that may use its own index, or None."""

    def __init__(self, source: Source, order: Sequence[Segment], lead: Clause | None) -> None:
        self.source = source
        self.lead = lead
        self._order = order
        self._where = source.where(lead=lead)

    def moved(self, db: sqlite3.Connection) -> Seeker:
        """The same on another connection."""
        return Seeker(self.source.moved(db), self._order, self.lead)

    def walk(
        self, start: Place | None, count: int, *, skip: int = 0, inclusive: bool = True, backward: bool = False
    ) -> list[Place]:
        """Up to `count` places from `start` on (None: from the very end it walks from), after `skip` of them."""
        found: list[Place] = []
        last = len(self._order)
        begin = (last - 1 if backward else 0) if start is None else start.segment
        for number in range(begin, -1 if backward else last, -1 if backward else 1):
            if len(found) >= count:
                break
            edge = start if start is not None and number == start.segment else None
            step = self._page(number, edge, count - len(found), skip, inclusive=inclusive, backward=backward)
            if not step and skip:
                skip -= self._count(number, edge, inclusive=inclusive, backward=backward)
                continue
            found += step
            skip = 0
        return found

    def place_of(self, lid: str) -> Place | None:
        """Where that record stands, or None where it is not in the list."""
        for number, segment in enumerate(self._order):
            sql = f"{self._select(segment, segment.where)} AND _lid = ?"
            row = self.source.db.execute(sql, (*self.source.params, lid)).fetchone()
            if row is not None:
                return Place(number, tuple(row[1:]), row[0])
        return None

    def count_before(self, place: Place, start: Place | None = None, *, most: int | None = None) -> int:
        """How many rows stand before that place, from `start` on (None: from the beginning); `most` are enough."""
        first = 0 if start is None else start.segment
        rows = 0
        for number in range(first, place.segment + 1):
            edge = start if start is not None and number == first else None
            rows += self._count(number, edge, until=place if number == place.segment else None, most=most)
            if most is not None and rows >= most:
                break
        return rows

    def count_from(self, place: Place, *, most: int | None = None) -> int:
        """How many rows stand at that place and behind it; `most` are enough."""
        rows = 0
        for number in range(place.segment, len(self._order)):
            rows += self._count(number, place if number == place.segment else None, most=most)
            if most is not None and rows >= most:
                break
        return rows

    def numbers(self) -> list[int]:
        """The numbers of all rows in order; for few rows only."""
        found: list[int] = []
        for segment in self._order:
            by = ", ".join(f"{key.sql} {'DESC' if key.descending else 'ASC'}" for key in segment.keys)
            sql = f"SELECT _row FROM {self.source.table} WHERE {self._where} AND {segment.where} ORDER BY {by}"
            found += [number for (number,) in self.source.db.execute(sql, self.source.params)]
        return found

    def every(self, stride: int) -> tuple[list[str], int]:
        """The local ids at positions 0, `stride`, 2 x `stride` and so on, and how many rows there are in all."""
        found: list[str] = []
        length = 0
        for segment in self._order:
            by = ", ".join(f"{key.sql} {'DESC' if key.descending else 'ASC'}" for key in segment.keys)
            inner = f"""SELECT _lid, row_number() OVER (ORDER BY {by}) - 1 + ? AS at, count(*) OVER () AS n
                FROM {self.source.table} WHERE {self._where} AND {segment.where}"""
            sql = f"SELECT _lid, n FROM ({inner}) WHERE at % {stride} = 0"
            rows = self.source.db.execute(sql, (length, *self.source.params)).fetchall()
            found += [lid for lid, _ in rows]
            length += rows[0][1] if rows else self._count(self._order.index(segment), None)
        return found, length

    def stands_after(self, one: Place, other: Place) -> bool:
        """True where `one` comes behind `other` in the order."""
        if one.segment != other.segment:
            return one.segment > other.segment
        for key, a, b in zip(self._order[one.segment].keys, one.values, other.values, strict=True):
            if a != b:
                return _is_greater(a, b) is not key.descending
        return False

    def _page(
        self, number: int, edge: Place | None, count: int, skip: int, *, inclusive: bool, backward: bool
    ) -> list[Place]:
        segment = self._order[number]
        within, values = self._within(segment, edge, inclusive=inclusive, backward=backward)
        by = ", ".join(f"{key.sql} {'DESC' if key.descending != backward else 'ASC'}" for key in segment.keys)
        sql = f"{self._select(segment, within)} ORDER BY {by} LIMIT ? OFFSET ?"
        rows = self.source.db.execute(sql, (*self.source.params, *values, count, skip))
        return [Place(number, tuple(row[1:]), row[0]) for row in rows]

    def _count(
        self,
        number: int,
        edge: Place | None,
        *,
        inclusive: bool = True,
        backward: bool = False,
        until: Place | None = None,
        most: int | None = None,
    ) -> int:
        segment = self._order[number]
        within, values = self._within(segment, edge, until, inclusive=inclusive, backward=backward)
        rows = f"{self.source.table} WHERE {self._where} AND {within}"
        sql = f"SELECT count(*) FROM {rows if most is None else f'(SELECT 1 FROM {rows} LIMIT {most})'}"
        return int(self.source.db.execute(sql, (*self.source.params, *values)).fetchone()[0])

    def _select(self, segment: Segment, within: str) -> str:
        keys = ", ".join(key.sql for key in segment.keys)
        return f"SELECT _row, {keys} FROM {self.source.table} WHERE {self._where} AND {within}"

    def _within(
        self, segment: Segment, edge: Place | None, until: Place | None = None, *, inclusive: bool, backward: bool
    ) -> tuple[str, tuple[SqlValue, ...]]:
        """The condition of a segment's rows from one place on and up to another, with its values."""
        start, first = self._bound(segment, edge, inclusive=inclusive, backward=backward)
        end, last = self._bound(segment, until, inclusive=False, backward=True)
        falls = segment.keys[0].descending
        is_below = (edge is not None and falls != backward) or (until is not None and not falls)
        return f"{segment.below if is_below else segment.where}{start}{end}", (*first, *last)

    def _bound(
        self, segment: Segment, edge: Place | None, *, inclusive: bool, backward: bool
    ) -> tuple[str, tuple[SqlValue, ...]]:
        if edge is None:
            return "", ()
        sql, values = beyond(segment.keys, edge.values, inclusive=inclusive, backward=backward)
        return f" AND {sql}", values


def beyond(
    keys: Sequence[SqlKey], values: Sequence[SqlValue], *, inclusive: bool, backward: bool
) -> tuple[str, tuple[SqlValue, ...]]:
    """The condition that a row stands at (if inclusive) or after `values`, or before them when walking backward.

    Keys of one direction are compared as one row value, which an index can seek; others key by key. Where the first is
    an expression or directions differ, a bound on it leads, which an index can seek.
    """
    falling = [key.descending != backward for key in keys]
    if len(set(falling)) == 1 and None not in values:
        sign = ("<" if falling[0] else ">") + ("=" if inclusive else "")
        holes = ", ".join("?" * len(keys))
        row = f"({', '.join(key.sql for key in keys)}) {sign} ({holes})"
        if "(" not in keys[0].sql:
            return row, tuple(values)
        return f"{keys[0].sql} {sign[0]}= ? AND {row}", (values[0], *values)
    ways: list[str] = []
    params: list[SqlValue] = [values[0]]
    equal: list[str] = []
    for at, (key, value) in enumerate(zip(keys, values, strict=True)):
        if value is not None:
            ways.append(" AND ".join([*equal, f"{key.sql} {'<' if falling[at] else '>'} ?"]))
            params += values[: at + 1]
        equal.append(f"{key.sql} IS ?")
    if inclusive:
        ways.append(" AND ".join(equal))
        params += values
    lead = f"{keys[0].sql} {'<=' if falling[0] else '>='} ?"
    return f"{lead} AND ({' OR '.join(f'({way})' for way in ways)})", tuple(params)


def _is_greater(one: SqlValue, other: SqlValue) -> bool:
    """As SQLite orders the values of one column: nothing first."""
    if one is None or other is None:
        return one is not None
    if isinstance(one, str) or isinstance(other, str):
        return str(one) > str(other)
    return one > other
