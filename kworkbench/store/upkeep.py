"""What the cache does when nobody waits: indexes after a long first copy, and the full-text index of new rows.

Every step is short or gives way: a step that is called off has changed nothing and is taken again.
Source: performance.md "What the measurements teach" (indexes after a first copy, transactions).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from kworkbench.domain.catalog import Resource
from kworkbench.domain.resources import RESOURCES
from kworkbench.store.schema import index_sql, late_indexes, search_table

LONG_COPY = 5_000
"""A first copy of so many rows builds its indexes afterwards."""

SLICE = 500
"""Rows whose words are indexed in one step."""

MERGED_PAGES = 60
"""Pages of the full-text index that are merged after each slice; left to itself it stops for long merges."""

_OPERATIONS = 4_000
"""Steps of SQLite's machine between two looks at whether somebody waits: well below a millisecond."""

_SORTING_KIB = 4_000
"""Memory of one run of an index's sort; a run cannot be called off."""


class Upkeep:
    """The work left to do on one cache file, a step at a time, on the writer's connection."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._copying: set[str] = set()

    def progress(self, kind: str, loaded: int, total: int | None, *, complete: bool) -> None:
        """A scan of `kind` is so far: a long first copy goes without most indexes until it is complete."""
        if complete:
            self._copying.discard(kind)
        elif kind in RESOURCES and kind not in self._copying and self._is_long_copy(kind, loaded, total or 0):
            self._copying.add(kind)
            for name, _ in late_indexes(RESOURCES[kind]):
                self._db.execute(f"DROP INDEX IF EXISTS {name}")

    def settle(self) -> None:
        """No copy goes on: what was left off for it is made up for."""
        self._copying.clear()

    def step(self, is_wanted: Callable[[], bool]) -> bool:
        """Do one piece of work; True where there is more, or where it gave way because `is_wanted`."""
        job = self._next()
        if job is None:
            return False
        try:
            with self._giving_way(is_wanted):
                job()
        except sqlite3.OperationalError as problem:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            if problem.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                raise
        return True

    def _next(self) -> Callable[[], None] | None:
        have = {name for (name,) in self._db.execute("SELECT name FROM sqlite_schema")}
        for name, resource in RESOURCES.items():
            if name in self._copying:
                continue
            for index, of in late_indexes(resource):
                if index not in have:
                    return partial(self._make_index, index_sql(resource, index, of))
            if search_table(resource) in have and self._behind(resource):
                return partial(self._read_words, resource)
        return None

    def _make_index(self, sql: str) -> None:
        before = self._db.execute("PRAGMA cache_size").fetchone()[0]
        self._db.execute("PRAGMA temp_store=FILE")
        self._db.execute(f"PRAGMA cache_size=-{_SORTING_KIB}")
        try:
            self._db.execute(sql)
        finally:
            self._db.execute(f"PRAGMA cache_size={before}")

    def _read_words(self, resource: Resource) -> None:
        """Index the words of the next rows, in one transaction with the number they reach to."""
        table, words = resource.name, search_table(resource)
        done = self._done(table)
        (last,) = self._db.execute(
            f"SELECT max(_row) FROM (SELECT _row FROM {table} WHERE _row > ? ORDER BY _row LIMIT {SLICE})", (done,)
        ).fetchone()
        self._db.execute("BEGIN IMMEDIATE")
        self._db.execute(
            f"INSERT INTO {words}(rowid, _search) SELECT _row, _search FROM {table} WHERE _row > ? AND _row <= ?",
            (done, last),
        )
        self._db.execute("UPDATE searched SET row = ? WHERE kind = ?", (last, table))
        self._db.execute("COMMIT")
        self._db.execute(f"INSERT INTO {words}({words}, rank) VALUES('merge', {MERGED_PAGES})")

    def _behind(self, resource: Resource) -> bool:
        sql = f"SELECT EXISTS (SELECT 1 FROM {resource.name} WHERE _row > ?)"
        return bool(self._db.execute(sql, (self._done(resource.name),)).fetchone()[0])

    def _done(self, table: str) -> int:
        return int(self._db.execute("SELECT row FROM searched WHERE kind = ?", (table,)).fetchone()[0])

    def _is_long_copy(self, table: str, loaded: int, total: int) -> bool:
        """True at the beginning of a scan that brings many rows into a table that has few."""
        rows = f"SELECT count(*) FROM (SELECT 1 FROM {table} LIMIT {LONG_COPY})"
        return total >= LONG_COPY >= 2 * loaded and 2 * self._db.execute(rows).fetchone()[0] <= LONG_COPY

    @contextmanager
    def _giving_way(self, is_wanted: Callable[[], bool]) -> Iterator[None]:
        self._db.set_progress_handler(lambda: int(is_wanted()), _OPERATIONS)
        try:
            yield
        finally:
            self._db.set_progress_handler(None, 0)
