"""The outbox's connection over apsw, whose file system can be ours."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw

from kworkbench.store.connecting import OutboxConnection

Reworded = Callable[[str], str]
"""What is said to SQLite instead of a statement: how bugs are planted."""


class ApswRow:
    """A row by the names of its columns and by their places."""

    def __init__(self, names: Sequence[str], cells: Sequence[Any]) -> None:
        self._names = names
        self._cells = cells

    def __getitem__(self, key: int | str, /) -> Any:
        return self._cells[key if isinstance(key, int) else self._names.index(key)]


class ApswCursor:
    """What a statement brought, read at once."""

    def __init__(self, rows: list[ApswRow], last: int) -> None:
        self._rows = rows
        self._last = last

    @property
    def lastrowid(self) -> int | None:
        return self._last

    def fetchone(self) -> Any:
        return self._rows.pop(0) if self._rows else None

    def fetchall(self) -> list[Any]:
        rows, self._rows = self._rows, []
        return rows


class ApswConnection:
    """See `OutboxConnection`."""

    def __init__(self, db: apsw.Connection, reworded: Reworded) -> None:
        self._db = db
        self._reworded = reworded

    @property
    def in_transaction(self) -> bool:
        return bool(self._db.in_transaction)

    def execute(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = (), /) -> ApswCursor:
        with _as_sqlite3():
            cursor = self._db.execute(self._reworded(sql), parameters or None)
            rows = [ApswRow([column[0] for column in cursor.get_description()], cells) for cells in cursor]
            return ApswCursor(rows, self._db.last_insert_rowid())

    def close(self) -> None:
        self._db.close()


def connector(vfs: str, reworded: Reworded = lambda sql: sql) -> Callable[[Path], OutboxConnection]:
    """A connection factory for `Outbox.open` over a file system of that name."""

    def connect(path: Path) -> OutboxConnection:
        with _as_sqlite3():
            return ApswConnection(apsw.Connection(str(path), vfs=vfs), reworded)

    return connect


@contextmanager
def _as_sqlite3() -> Iterator[None]:
    try:
        yield
    except apsw.Error as problem:
        told = sqlite3.OperationalError(str(problem))
        told.sqlite_errorcode = getattr(problem, "extendedresult", 0)
        raise told from problem
