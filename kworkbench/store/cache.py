"""`cache.db` for its one writer: what the server said, and the view that lists read. Used on the writer thread only."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Self

from kworkbench.domain.records import Lookup, Record, lid_of
from kworkbench.domain.resources import RESOURCES
from kworkbench.store.answers import Answers
from kworkbench.store.base import Base
from kworkbench.store.cache_file import CacheError, connect_writer
from kworkbench.store.schema import server_table
from kworkbench.store.upkeep import Upkeep
from kworkbench.store.view import ChangesOf, View

BATCH = 500

_NOTE = """INSERT INTO sync(acct, kind, loaded, total, changed_at, checked_at) VALUES(?, ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET loaded = excluded.loaded, total = excluded.total,
  changed_at = coalesce(excluded.changed_at, changed_at), checked_at = coalesce(excluded.checked_at, checked_at)"""


class Cache:
    """The cache of one home, for all its accounts."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._base = Base(db)
        self._view = View(db, self._base)
        self._upkeep = Upkeep(db)
        self._answers = Answers(db)
        self._is_open = True
        self._accounts: dict[str, int] = dict(db.execute("SELECT name, id FROM account"))
        self._known = self._accounts

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open or create the file (WAL, readable by its owner only); damaged or of another version: made anew.

        Raises:
            sqlite3.Error: the file cannot be opened or made.
            OSError: the folder cannot be made.
        """
        return cls(connect_writer(path))

    def close(self) -> None:
        """Close the connection; what is still to be kept up waits for the next one."""
        self._is_open = False
        self._db.close()

    def put(self, account: str, records: Iterable[Record], issue_seq: int, changes_of: ChangesOf) -> list[str]:
        """Take over what a server sent, in one transaction; the local ids whose rows changed.

        A record is taken where `issue_seq` is greater than that of what stands here and `updated_at` does not go back;
        one whose document is unchanged costs next to nothing. Related kinds are stored alike but have no row.
        """
        written: list[str] = []
        with self._transaction():
            acct = self._account(account)
            for batch in _batches(records):
                written += self._view.fresh(acct, self._base.accept(acct, batch, issue_seq), changes_of)
            if written:
                self._answers.moved(acct, issue_seq)
        return written

    def keep_answer(self, account: str, kind: str, key: str, ids: Iterable[str], asked: tuple[int, str]) -> None:
        """Store which records a server named when it was asked for a filter; see `Answers.keep`."""
        with self._transaction():
            self._answers.keep(self._account(account), kind, key, ids, asked)

    def refold(self, account: str, lids: Iterable[str], changes_of: ChangesOf) -> None:
        """Recompute the rows of these local ids from base and changes.

        Raises:
            CacheError: the disk does not take them, as in every other step; all of it is undone then.
        """
        self.fold_ahead(account, lids, changes_of)
        self.keep_fold()

    def fold_ahead(self, account: str, lids: Iterable[str], changes_of: ChangesOf) -> None:
        """As `refold`, but no reader sees it before `keep_fold`; nothing but that or `drop_fold` may come next."""
        with self._undoing():
            self._begin()
            self._view.refold(self._account(account), lids, changes_of)

    def keep_fold(self) -> None:
        """Show what was folded ahead."""
        with self._undoing():
            self._db.execute("COMMIT")

    def drop_fold(self) -> None:
        """Undo what was folded ahead."""
        self._roll_back()

    def remove(
        self, account: str, kind: str, ids: Iterable[str], changes_of: ChangesOf, *, issue_seq: int | None = None
    ) -> None:
        """Drop records that are gone at the server.

        An answer asked for before `issue_seq` does not bring them back; by default none heard so far does.
        """
        gone = list(ids)
        with self._transaction():
            self._bury(self._account(account), kind, gone, issue_seq, changes_of)

    def unseen(self, account: str, kind: str, seen_ids: Iterable[str], issue_seq: int) -> list[str]:
        """Ids of records that a complete scan, begun at `issue_seq`, did not bring; nothing is dropped."""
        acct = self._accounts.get(account)
        return [] if acct is None else self._base.unseen(acct, kind, frozenset(seen_ids), issue_seq)

    def base(self, account: str, kind: str, record_id: str) -> Record | None:
        """A record as the server last sent it, or None."""
        return self._base.record(self._account(account), kind, record_id)

    def lookup(self, account: str) -> Lookup:
        """The server's values of any record of the account, resources and related kinds alike."""
        return self._base.lookup(self._account(account))

    def note_sync(
        self,
        account: str,
        kind: str,
        *,
        loaded: int,
        total: int | None,
        changed_at: str | None = None,
        checked_at: str | None = None,
    ) -> None:
        """Write down how far a scan is, when something last changed and when it was last complete (ISO times)."""
        with self._transaction():
            self._upkeep.progress(kind, loaded, total, complete=checked_at is not None)
            self._db.execute(_NOTE, (self._account(account), kind, loaded, total, changed_at, checked_at))
            if checked_at is not None and kind in RESOURCES:
                self._answers.moved(self._account(account), 0)

    def note_changes(self, account: str, kind: str, changed_at: str) -> None:
        """What changed in a collection was read up to a moment (ISO); it was not gone through as a whole."""
        with self._transaction():
            self._db.execute(
                "UPDATE sync SET changed_at = ? WHERE acct = ? AND kind = ?", (changed_at, self._account(account), kind)
            )

    def last_read(self, account: str, kind: str) -> tuple[str | None, str | None]:
        """When changes of a collection were last read, and when it was last gone through as a whole (ISO times)."""
        sql = "SELECT changed_at, checked_at FROM sync WHERE acct = ? AND kind = ?"
        row = self._db.execute(sql, (self._accounts.get(account), kind)).fetchone()
        return (None, None) if row is None else (row[0], row[1])

    def settle(self) -> None:
        """No scan is under way any more: a first copy that stopped half-way gets its indexes."""
        self._upkeep.settle()

    def tidy(self, is_wanted: Callable[[], bool] = lambda: False) -> bool:
        """One short piece of upkeep; True where there is more to do. Gives way as soon as `is_wanted` says so.

        Raises:
            CacheError: the disk does not take it.
        """
        try:
            return self._is_open and self._upkeep.step(is_wanted)
        except sqlite3.Error as problem:
            raise CacheError(f"The cache cannot be kept up ({problem}). Free some disk space.") from problem

    def overlaid(self, account: str) -> list[str]:
        """Local ids whose row is not pure base, to be refolded at start-up."""
        return self._view.touched(self._account(account))

    def accounts(self) -> tuple[str, ...]:
        """Every account that has rows here."""
        return tuple(self._accounts)

    def forget(self, account: str) -> None:
        """Drop every row of an account."""
        tables = ["base", "body", "sync"]
        self._view.forget_rows()
        with self._transaction():
            acct = self._account(account)
            self._answers.forget(acct)
            for table in tables:
                self._db.execute(f"DELETE FROM {table} WHERE acct = ?", (acct,))
            for resource in RESOURCES.values():
                for table in (resource.name, server_table(resource)):
                    self._db.execute(f"DELETE FROM {table} WHERE _acct = ?", (acct,))

    def _bury(self, acct: int, kind: str, ids: list[str], issue_seq: int | None, changes_of: ChangesOf) -> None:
        self._base.bury(acct, kind, ids, issue_seq)
        self._answers.moved(acct, issue_seq or 0)
        self._view.refold(acct, [lid_of(kind, record_id) for record_id in ids], changes_of)

    def _account(self, name: str) -> int:
        """The short number under which the account's rows stand."""
        if name not in self._accounts:
            cursor = self._db.execute("INSERT INTO account(name) VALUES(?)", (name,))
            self._accounts[name] = int(cursor.lastrowid or 0)
        return self._accounts[name]

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """One step, all of it or nothing; raises `CacheError` where the disk does not take it."""
        with self._undoing():
            self._begin()
            yield
            self._db.execute("COMMIT")

    def _begin(self) -> None:
        self._known = dict(self._accounts)
        self._db.execute("BEGIN IMMEDIATE")

    @contextmanager
    def _undoing(self) -> Iterator[None]:
        """A part of a step; where it fails, the whole step is undone."""
        try:
            yield
        except BaseException as problem:
            self._roll_back()
            if isinstance(problem, sqlite3.Error):
                raise CacheError(f"The cache cannot be written ({problem}). Free some disk space.") from problem
            raise

    def _roll_back(self) -> None:
        self._accounts = self._known
        self._view.forget_rows()
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")


def _batches(records: Iterable[Record]) -> Iterator[list[Record]]:
    rest = iter(records)
    while batch := list(islice(rest, BATCH)):
        yield batch
