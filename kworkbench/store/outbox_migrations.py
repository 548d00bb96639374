"""The tables of `outbox.db`, and how a file of an earlier program is brought up to them. Forward only.

A file of every earlier version is kept under `tests/store/fixtures`. Source: sync-engine.md sections 3 and 7.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kworkbench.store.connecting import OutboxConnection
from kworkbench.store.failing import NewerOutboxError

SCHEMA_VERSION = 2

_FIRST = """
CREATE TABLE meta(k TEXT PRIMARY KEY, v) WITHOUT ROWID;
CREATE TABLE mutation(
  seq INTEGER PRIMARY KEY AUTOINCREMENT, mid TEXT NOT NULL UNIQUE, account TEXT NOT NULL, op TEXT NOT NULL,
  kind TEXT NOT NULL, lid TEXT NOT NULL, targets TEXT NOT NULL, lane TEXT NOT NULL, gesture TEXT NOT NULL,
  args TEXT NOT NULL, pre TEXT NOT NULL,
  idem TEXT NOT NULL CHECK(idem IN('natural','guarded','marked','unmarked')),
  marker TEXT, pre_image TEXT, state TEXT NOT NULL, reason TEXT, error TEXT,
  attempts INTEGER NOT NULL DEFAULT 0, epoch INTEGER, not_before INTEGER,
  response TEXT, applied INTEGER NOT NULL DEFAULT 0, key TEXT, created_at TEXT NOT NULL, closed_at TEXT);
CREATE INDEX mutation_open ON mutation(state, seq);
CREATE UNIQUE INDEX mutation_key ON mutation(account, key) WHERE key IS NOT NULL AND state <> 'cancelled';
CREATE TABLE alias(account TEXT, lid TEXT, kind TEXT, remote_id TEXT NOT NULL, PRIMARY KEY(account, lid)) WITHOUT ROWID;
CREATE TABLE attempt(
  seq INTEGER, n INTEGER, phase TEXT, at TEXT, status INTEGER, outcome TEXT, request_id TEXT, epoch INTEGER);
CREATE INDEX attempt_of ON attempt(seq);
CREATE TABLE request(id INTEGER PRIMARY KEY AUTOINCREMENT, verb TEXT NOT NULL, seq INTEGER, argument TEXT,
  account TEXT);
"""

_SECOND = """
ALTER TABLE mutation ADD COLUMN action TEXT NOT NULL DEFAULT '';
ALTER TABLE mutation ADD COLUMN each TEXT NOT NULL DEFAULT '{}';
ALTER TABLE mutation ADD COLUMN befores TEXT NOT NULL DEFAULT '{}';
ALTER TABLE mutation ADD COLUMN expects TEXT NOT NULL DEFAULT '{}';
ALTER TABLE mutation ADD COLUMN needs TEXT NOT NULL DEFAULT '[]';
ALTER TABLE mutation ADD COLUMN again TEXT NOT NULL DEFAULT '';
ALTER TABLE mutation ADD COLUMN undoes INTEGER;
ALTER TABLE mutation ADD COLUMN theirs TEXT;
ALTER TABLE mutation ADD COLUMN differences TEXT NOT NULL DEFAULT '[]';
ALTER TABLE attempt ADD COLUMN sent TEXT NOT NULL DEFAULT '';
ALTER TABLE attempt ADD COLUMN answer TEXT NOT NULL DEFAULT '';
"""

STEPS: Mapping[int, str] = {1: _FIRST, 2: _SECOND}
"""What each version added to the one before; a new file takes all of them."""


def refuse_newer(db: OutboxConnection) -> None:
    """Leave a file alone that this program cannot know.

    Raises:
        NewerOutboxError: a newer program wrote it.
    """
    if _version(db) > SCHEMA_VERSION:
        raise NewerOutboxError(
            "The outbox was written by a newer kworkbench, so nothing can be saved. Install that version to go on."
        )


def bring_up(db: OutboxConnection) -> None:
    """Make the tables of this version, whatever an older file held; all steps are one transaction."""
    if _version(db) == SCHEMA_VERSION:
        return
    db.execute("BEGIN IMMEDIATE")
    try:
        for version in range(_version(db) + 1, SCHEMA_VERSION + 1):
            for statement in _statements(STEPS[version]):
                db.execute(statement)
            db.execute(f"PRAGMA user_version={version}")
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def _statements(text: str) -> Sequence[str]:
    return [part for part in text.split(";") if part.strip()]


def _version(db: OutboxConnection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])
