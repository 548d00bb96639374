"""The file of the books: opening, creating, transactions, typed reads and writes.

Thread discipline: a connection belongs to the thread (one event loop) that opened it; sqlite3 refuses any other. A
server that runs in a thread of its own opens its books there. Several processes may share a file; a writer waits up to
`BUSY_SECONDS`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from operator import attrgetter
from pathlib import Path
from typing import Self, TypeVar

from kworkbench.sandbox.books import history_schema, kantata_schema
from kworkbench.sandbox.books.kept_schema import KEPT
from kworkbench.sandbox.books.model import Organization, Row
from kworkbench.sandbox.books.moments import moment_text
from kworkbench.sandbox.books.productive_schema import PRODUCTIVE_INDEXES, PRODUCTIVE_TABLES
from kworkbench.sandbox.books.schema import INDEXES, TABLES, VERSION

BUSY_SECONDS = 10.0
DEFAULT_SIZE = 3000
CACHE_KIB = 65536
"""Most memory SQLite keeps pages in; the index that a list of 100,000 expenses walks fits."""

FIRST_DAY, LAST_DAY = date(1980, 1, 1), date(2199, 12, 31)
"""The days that sample books can reach up to."""

R = TypeVar("R", bound=Row)
Value = str | int | None
Fill = Callable[["Books", int], None]


class BooksError(Exception):
    """A file that is no usable set of books; the message is a sentence for a person."""


class Books:
    """One organization's books in one SQLite file (or in memory)."""

    def __init__(self, connection: sqlite3.Connection, *, clock: Callable[[], datetime]) -> None:
        self.connection = connection
        self.clock = clock
        self._meta: dict[str, str] = {}

    @classmethod
    def open(
        cls,
        path: Path | None,
        *,
        seed: int = 1,
        today: date,
        size: int = DEFAULT_SIZE,
        clock: Callable[[], datetime],
        fill: Fill | None = None,
    ) -> Self:
        """The books in `path` (None: in memory); a new file is filled with the sample books in one transaction.

        Args:
            path: the file; its folder must exist.
            seed: chooses the sample books; only read when the file is new, as are `today` and `size`.
            today: the day up to which the sample books reach.
            size: number of sample expenses.
            clock: the present moment, aware; stamps what is created and changed.
            fill: what to put into new books instead of the sample books (tests).

        Raises:
            BooksError: the file is no SQLite file, was made by another version of the program, or is new and cannot
                reach up to `today`.
        """
        connection = sqlite3.connect(str(path) if path else ":memory:", isolation_level=None, timeout=BUSY_SECONDS)
        connection.create_function("fold", 1, _fold, deterministic=True)
        connection.create_function("holds", 2, _holds, deterministic=True)
        books = cls(connection, clock=clock)
        try:
            books._prepare(seed=seed, today=today, size=size, fill=fill)
        except sqlite3.DatabaseError as error:
            connection.close()
            raise BooksError(
                f"{path} cannot be used as sandbox books: {error}. Move it away or reset the sandbox."
            ) from error
        except BooksError:
            connection.close()
            raise
        return books

    @property
    def today(self) -> date:
        """The day the sample books reach up to."""
        return date.fromisoformat(self._meta["today"])

    @property
    def seed(self) -> int:
        """The number that chose the sample books."""
        return int(self._meta["seed"])

    @property
    def books_id(self) -> str:
        """16 hex digits that tell one creation of the books from another."""
        return self._meta["books_id"]

    def now(self) -> str:
        """The present moment as the books keep it."""
        return moment_text(self.clock())

    def organization(self) -> Organization:
        """The one organization.

        Raises:
            BooksError: books filled without one.
        """
        for found in self.all(Organization, "LIMIT 1"):
            return found
        raise BooksError("These books hold no organization. Reset the sandbox.")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside are kept together when it ends, or none of them when it is left by an exception.

        No other process writes meanwhile, so what was read inside still holds. Inside another one it is part of that.
        """
        if self.connection.in_transaction:
            yield
            return
        with self._begun("BEGIN IMMEDIATE"):
            yield

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All reads inside see the books as they are at the first of them, whatever other processes write."""
        with self._begun("BEGIN"):
            yield

    @contextmanager
    def rehearsal(self) -> Iterator[None]:
        """All writes inside can be read inside and are taken back when it ends."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            self.connection.execute("ROLLBACK")

    @contextmanager
    def _begun(self, begin: str) -> Iterator[None]:
        self.connection.execute(begin)
        try:
            yield
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")

    def one(self, kind: type[R], row_id: int | None) -> R | None:
        """The row with that id, or None."""
        if row_id is None:
            return None
        return next(iter(self.all(kind, "WHERE id = ?", (row_id,))), None)

    def all(self, kind: type[R], tail: str = "", values: Sequence[Value] = ()) -> list[R]:
        """The rows of a table, narrowed and ordered by what follows `FROM table` in `tail`."""
        return self.read(kind, f"SELECT {columns(kind)} FROM {kind.TABLE} {tail}", values)  # noqa: S608 - names of ours

    def many(self, kind: type[R], ids: Iterable[int]) -> dict[int, R]:
        """The rows with these ids, by id; unknown ids are left out."""
        wanted = sorted(set(ids))
        found: dict[int, R] = {}
        for start in range(0, len(wanted), 500):
            part = wanted[start : start + 500]
            found |= {row.id: row for row in self.all(kind, f"WHERE id IN ({marks(len(part))})", part)}
        return found

    def read(self, kind: type[R], sql: str, values: Sequence[Value] = ()) -> list[R]:
        """The rows a statement gives whose columns are `columns(kind)` in that order."""
        flags = _flags(kind)
        rows = self.connection.execute(sql, values)
        return [kind(*_with_flags(row, flags)) for row in rows]

    def scalar(self, sql: str, values: Sequence[Value] = ()) -> int:
        """The one whole number a statement gives; 0 for no row or NULL."""
        row = self.connection.execute(sql, values).fetchone()
        return int(row[0] or 0) if row else 0

    def insert(self, kind: type[Row], /, **values: Value) -> int:
        """Adds a row and gives its id. Columns left out take their defaults."""
        names = ", ".join(values)
        sql = f"INSERT INTO {kind.TABLE} ({names}) VALUES ({marks(len(values))})"  # noqa: S608 - names of ours
        row_id = self.connection.execute(sql, list(values.values())).lastrowid
        return int(row_id or 0)

    def insert_many(self, kind: type[Row], names: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
        """Adds rows from an iterable, one at a time in memory; each holds the values of `names`."""
        sql = f"INSERT INTO {kind.TABLE} ({', '.join(names)}) VALUES ({marks(len(names))})"  # noqa: S608 - names of ours
        self.connection.executemany(sql, rows)

    def update(self, kind: type[Row], row_id: int, /, **values: Value) -> None:
        """Changes columns of one row."""
        names = ", ".join(f"{name} = ?" for name in values)
        self.connection.execute(f"UPDATE {kind.TABLE} SET {names} WHERE id = ?", [*values.values(), row_id])  # noqa: S608

    def delete(self, kind: type[Row], row_id: int) -> None:
        """Removes one row for good."""
        self.connection.execute(f"DELETE FROM {kind.TABLE} WHERE id = ?", (row_id,))  # noqa: S608

    def close(self) -> None:
        """Closes the file."""
        self.connection.close()

    def _prepare(self, *, seed: int, today: date, size: int, fill: Fill | None) -> None:
        self.connection.execute("PRAGMA journal_mode = DELETE")
        self.connection.execute("PRAGMA synchronous = EXTRA")
        self.connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        if not self._filled():
            with self.transaction():
                if not self._filled():
                    self._create(seed=seed, today=today, size=size, fill=fill)
        self._meta = dict(self.connection.execute("SELECT key, value FROM meta"))
        if self._meta.get("version") != str(VERSION):
            raise BooksError(
                "These sandbox books were made by another version of the program. "
                "`kworkbench sandbox reset` makes new ones."
            )
        self.connection.execute("PRAGMA foreign_keys = ON")

    def _filled(self) -> bool:
        return bool(self.scalar("SELECT count(*) FROM sqlite_master WHERE name = 'meta'"))

    def _create(self, *, seed: int, today: date, size: int, fill: Fill | None) -> None:
        if not FIRST_DAY <= today <= LAST_DAY:
            raise BooksError(f"No sample books reach up to {today}. Choose a day from {FIRST_DAY} to {LAST_DAY}.")
        self._script(TABLES)
        self._script(kantata_schema.TABLES)
        self._script(PRODUCTIVE_TABLES)
        self._script(history_schema.TABLES)
        born = self.now()
        self._meta = {
            "version": str(VERSION),
            "seed": str(seed),
            "today": today.isoformat(),
            "size": str(size),
            "created_at": born,
            "books_id": sha256(f"{seed} {today} {size} {born}".encode()).hexdigest()[:16],
        }
        self._write_meta(self._meta)
        (fill or _sample_books())(self, size)
        self._script(KEPT)
        self._script(history_schema.TRIGGERS)
        self._script(INDEXES)
        self._script(kantata_schema.INDEXES)
        self._script(PRODUCTIVE_INDEXES)
        self._script(history_schema.INDEXES)
        # Without figures about the tables SQLite walks whole indexes that hold none of the columns asked for.
        self.connection.execute("ANALYZE")

    def _write_meta(self, meta: Mapping[str, str]) -> None:
        self.connection.executemany("INSERT INTO meta (key, value) VALUES (?, ?)", meta.items())

    def _script(self, script: str) -> None:
        """Runs statements one by one: `executescript` would end the open transaction."""
        for statement in script.split(";\n"):
            if statement.strip():
                self.connection.execute(statement)


def _fold(text: str | int | None) -> str | None:
    """The SQL function `fold(text)`: what is compared when case does not matter, in every script."""
    return None if text is None else str(text).casefold()


def _holds(text: str | int | None, folded: str) -> bool:
    """The SQL function `holds(text, part)`: whether a text contains a part that is folded already."""
    return text is not None and folded in str(text).casefold()


def _sample_books() -> Fill:
    from kworkbench.sandbox.books.samples import fill_samples  # noqa: PLC0415 - only new books need the names and texts

    return fill_samples


def marks(count: int) -> str:
    """Placeholders of a statement: `?, ?, ?`."""
    return ", ".join("?" * count)


@cache
def columns(kind: type[Row], alias: str = "") -> str:
    """The column list of a row type in its field order, each with the alias of its table if one is given."""
    prefix = f"{alias}." if alias else ""
    return ", ".join(prefix + name for name in field_names(kind))


@cache
def field_names(kind: type[Row]) -> tuple[str, ...]:
    """The column names of a row type."""
    return tuple(field.name for field in fields(kind))  # type: ignore[arg-type]  # every Row is a dataclass


def row_values(row: Row) -> tuple[Value, ...]:
    """The values of a row in its table's column order."""
    values: tuple[Value, ...] = _getter(type(row))(row)
    return values


@cache
def _getter(kind: type[Row]) -> attrgetter[tuple[Value, ...]]:
    return attrgetter(*field_names(kind))


@cache
def _flags(kind: type[Row]) -> tuple[int, ...]:
    """Places of the yes/no columns: SQLite gives 0 and 1, a document needs false and true."""
    return tuple(place for place, field in enumerate(fields(kind)) if "bool" in str(field.type))  # type: ignore[arg-type]


def _with_flags(row: tuple[Value, ...], flags: tuple[int, ...]) -> Sequence[Value]:
    if not flags:
        return row
    values = list(row)
    for place in flags:
        values[place] = None if values[place] is None else bool(values[place])
    return values
