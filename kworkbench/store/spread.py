"""How the values of a column are cut where further sort keys follow it: by value, where few values hold many rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from kworkbench.store.columns import SqlValue
from kworkbench.store.order import Part, Spread

MOST_VALUES = 64
MOST_SEGMENTS = 256
"""An order is cut into no more segments than this, since a record is looked for in all of them."""

LARGE = 4_000
"""A value with fewer rows is sorted as it is met; of one with more, the next key's index is walked."""


class Spreader(Spread):
    """Cuts columns of one account's table, as long as there are not too many segments."""

    def __init__(self, db: sqlite3.Connection, table: str, acct: int) -> None:
        self._db = db
        self._from = f"FROM {table} WHERE _acct = {acct}"
        self._known: dict[str, tuple[Part, ...] | None] = {}
        self._room = MOST_SEGMENTS

    def parts(self, column: str) -> tuple[Part, ...] | None:
        """The parts of the column's values in rising order; None where its own index should lead."""
        if column not in self._known:
            parts = None if "(" in column else self._cut(column)
            if parts is not None and len(parts) > self._room:
                parts = None
            self._known[column] = parts
            self._room //= max(1, len(parts or ()))
        return self._known[column]

    def holds_many(self, condition: str) -> bool:
        """True where too many rows fit to be sorted for one page."""
        sql = f"SELECT count(*) FROM (SELECT 1 {self._from} AND {condition} LIMIT {LARGE})"
        return int(self._db.execute(sql).fetchone()[0]) >= LARGE

    def _cut(self, column: str) -> tuple[Part, ...] | None:
        values = self._values(column)
        if values is None or not all(_is_plain(value) for value in values):
            return None
        parts: list[Part] = []
        small: list[SqlValue] = []
        for value in values:
            if self.holds_many(f"{column} = {_literal(value)}"):
                parts += _between(column, small)
                small = []
                parts.append((f"+{column} = {_literal(value)}", True))
            else:
                small.append(value)
        parts += _between(column, small)
        return tuple(parts) if any(alike for _, alike in parts) else None

    def _values(self, column: str) -> list[SqlValue] | None:
        """All values but NULL in rising order, each found by one seek; None for too many."""
        sql = f"SELECT min({column}) {self._from}"
        value = self._db.execute(sql).fetchone()[0]
        found: list[SqlValue] = []
        while value is not None:
            found.append(value)
            if len(found) > MOST_VALUES:
                return None
            value = self._db.execute(f"{sql} AND {column} > ?", (value,)).fetchone()[0]
        return found


def _between(column: str, values: list[SqlValue]) -> Iterable[Part]:
    if values:
        yield f"{column} >= {_literal(values[0])} AND {column} <= {_literal(values[-1])}", False


def _is_plain(value: SqlValue) -> bool:
    return isinstance(value, int) or (isinstance(value, str) and "\0" not in value)


def _literal(value: SqlValue) -> str:
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"
