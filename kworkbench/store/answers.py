"""What a server answered to filters that only it can evaluate: which records fit, and as of when.

An answer stays until it is asked again; once rows of the account have changed it is stale: it may be another by now.
Source: sync-engine.md sections 3 (`query`, `query_row`) and 5.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping

from kworkbench.domain.records import lid_of
from kworkbench.lean import dataclass

MOST = 200
"""Answers kept of one account; the oldest go first."""

_KEEP = """INSERT INTO answer(acct, key, kind, issue_seq, fetched_at, stale) VALUES(?, ?, ?, ?, ?, ?)
ON CONFLICT(acct, key) DO UPDATE SET issue_seq = excluded.issue_seq, fetched_at = excluded.fetched_at,
  stale = excluded.stale WHERE excluded.issue_seq > issue_seq RETURNING id"""
_OLD = "SELECT id FROM answer WHERE acct = ? ORDER BY issue_seq DESC LIMIT -1 OFFSET ?"


@dataclass(frozen=True, slots=True)
class Answer:
    """When a question was answered (ISO time, UTC), and whether rows have changed since."""

    fetched_at: str
    stale: bool


class Answers:
    """The answers of all accounts, inside the writer's transaction."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._moved: dict[int, int] = {}

    def keep(self, acct: int, kind: str, key: str, ids: Iterable[str], asked: tuple[int, str]) -> None:
        """Store the ids that an answer named; `asked` is the number of its first request, and when that was.

        One that was asked before the answer that stands here changes nothing.
        """
        issue_seq, at = asked
        stale = int(self._moved.get(acct, 0) > issue_seq)
        row = self._db.execute(_KEEP, (acct, key, kind, issue_seq, at, stale)).fetchone()
        if row is None:
            return
        self._drop(row[0], whole=False)
        named = [(row[0], lid_of(kind, each)) for each in dict.fromkeys(ids)]
        self._db.executemany("INSERT INTO answer_row(answer, lid) VALUES(?, ?)", named)
        for (old,) in self._db.execute(_OLD, (acct, MOST)).fetchall():
            self._drop(old, whole=True)

    def moved(self, acct: int, issue_seq: int) -> None:
        """Rows of the account are others than when its answers came."""
        self._moved[acct] = max(issue_seq, self._moved.get(acct, 0))
        self._db.execute("UPDATE answer SET stale = 1 WHERE acct = ? AND stale = 0", (acct,))

    def forget(self, acct: int) -> None:
        """Drop every answer of an account."""
        for (old,) in self._db.execute("SELECT id FROM answer WHERE acct = ?", (acct,)).fetchall():
            self._drop(old, whole=True)

    def _drop(self, answer: int, *, whole: bool) -> None:
        self._db.execute("DELETE FROM answer_row WHERE answer = ?", (answer,))
        if whole:
            self._db.execute("DELETE FROM answer WHERE id = ?", (answer,))


def answers_of(db: sqlite3.Connection, acct: int, kind: str) -> Mapping[str, Answer]:
    """The answers about a list by their keys; readable on any connection."""
    rows = db.execute("SELECT key, fetched_at, stale FROM answer WHERE acct = ? AND kind = ?", (acct, kind))
    return {key: Answer(fetched_at, bool(stale)) for key, fetched_at, stale in rows}
