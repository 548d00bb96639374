"""The base: what a server said, and nothing else (invariants I4 and I9 of sync-engine.md)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import blake2b

from kworkbench.domain.records import Lookup, Record, Values
from kworkbench.domain.resources import RESOURCES
from kworkbench.domain.text import clean_text, fold_text
from kworkbench.lean import dataclass
from kworkbench.store.documents import read_values, values_of

_KNOWN = """SELECT id, issue_seq, updated_at, digest, gone FROM base
WHERE acct = ? AND kind = ? AND id IN (SELECT value FROM json_each(?))"""
_SEEN = "UPDATE base SET issue_seq = ? WHERE acct = ? AND kind = ? AND id = ?"
_PUT_BASE = """INSERT INTO base(acct, kind, id, issue_seq, updated_at, digest, gone) VALUES(?, ?, ?, ?, ?, ?, 0)
ON CONFLICT DO UPDATE SET issue_seq = excluded.issue_seq, updated_at = excluded.updated_at, digest = excluded.digest,
  gone = 0"""
_PUT_BODY = """INSERT INTO body(acct, kind, id, vals, raw, name_key) VALUES(?, ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET vals = excluded.vals, raw = excluded.raw, name_key = excluded.name_key"""
_BURY = """INSERT INTO base(acct, kind, id, issue_seq, gone) VALUES(?, ?, ?, ?, 1)
ON CONFLICT DO UPDATE SET gone = 1, digest = NULL, issue_seq = max(issue_seq, excluded.issue_seq)"""

_write_json = json.JSONEncoder(separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class _Known:
    issue_seq: int
    updated_at: str | None
    digest: bytes | None
    gone: bool


@dataclass(frozen=True, slots=True)
class _Document:
    record: Record
    vals: str
    raw: str
    digest: bytes


class Base:
    """The base rows of all accounts, inside the writer's transaction."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def accept(self, acct: int, records: Sequence[Record], issue_seq: int) -> list[Record]:
        """Store what is newer than what stands here; the records whose document changed.

        A record is newer where `issue_seq` is greater and its `updated_at` does not go back.
        """
        known = self._known(acct, records)
        changed: list[_Document] = []
        seen: list[tuple[int, int, str, str]] = []
        for record in {(record.kind, record.id): record for record in records}.values():
            have = known.get((record.kind, record.id))
            if have is not None and (issue_seq <= have.issue_seq or _goes_back(record.updated_at, have.updated_at)):
                continue
            document = _document(record)
            if have is not None and not have.gone and have.digest == document.digest:
                seen.append((issue_seq, acct, record.kind, record.id))
            else:
                changed.append(document)
        self._db.executemany(_SEEN, seen)
        self._write(acct, changed, issue_seq)
        return [document.record for document in changed]

    def bury(self, acct: int, kind: str, ids: Iterable[str], issue_seq: int | None) -> None:
        """Mark records as gone; an answer asked for before `issue_seq` (None: all heard so far) cannot revive them."""
        seq = self._latest(acct) if issue_seq is None else issue_seq
        buried = [(acct, kind, record_id) for record_id in ids]
        self._db.executemany(_BURY, [(*row, seq) for row in buried])
        self._db.executemany("DELETE FROM body WHERE acct = ? AND kind = ? AND id = ?", buried)

    def unseen(self, acct: int, kind: str, seen: frozenset[str], issue_seq: int) -> list[str]:
        """Ids that a complete scan, begun at `issue_seq`, did not bring and that nothing later brought either."""
        rows = self._db.execute(
            "SELECT id FROM base WHERE acct = ? AND kind = ? AND gone = 0 AND issue_seq < ?", (acct, kind, issue_seq)
        )
        return [record_id for (record_id,) in rows if record_id not in seen]

    def record(self, acct: int, kind: str, record_id: str) -> Record | None:
        """One record as the server last sent it."""
        row = self._db.execute(
            "SELECT vals, raw, updated_at FROM body JOIN base USING(acct, kind, id)"
            " WHERE acct = ? AND kind = ? AND id = ?",
            (acct, kind, record_id),
        ).fetchone()
        return None if row is None else Record(kind, record_id, read_values(row[0]), row[1], row[2])

    def values(self, acct: int, kind: str, ids: Iterable[str]) -> dict[str, Values]:
        """The values of several records of one kind, by id; missing ones are left out."""
        rows = self._db.execute(
            "SELECT id, vals FROM body WHERE acct = ? AND kind = ? AND id IN (SELECT value FROM json_each(?))",
            (acct, kind, json.dumps(list(ids))),
        )
        return {record_id: read_values(vals) for record_id, vals in rows}

    def lookup(self, acct: int) -> Lookup:
        """Values of any record by kind and id, read anew at each call."""

        def find(kind: str, record_id: str) -> Values | None:
            return values_of(self._db, acct, kind, record_id)

        return find

    def _known(self, acct: int, records: Sequence[Record]) -> Mapping[tuple[str, str], _Known]:
        ids: dict[str, list[str]] = {}
        for record in records:
            ids.setdefault(record.kind, []).append(record.id)
        return {
            (kind, row[0]): _Known(row[1], row[2], row[3], bool(row[4]))
            for kind, wanted in ids.items()
            for row in self._db.execute(_KNOWN, (acct, kind, json.dumps(wanted)))
        }

    def _write(self, acct: int, documents: Sequence[_Document], issue_seq: int) -> None:
        self._db.executemany(
            _PUT_BASE,
            [(acct, d.record.kind, d.record.id, issue_seq, d.record.updated_at, d.digest) for d in documents],
        )
        self._db.executemany(
            _PUT_BODY,
            [(acct, d.record.kind, d.record.id, d.vals, d.raw, _name_key(d.record)) for d in documents],
        )

    def _latest(self, acct: int) -> int:
        row = self._db.execute("SELECT max(issue_seq) FROM base WHERE acct = ?", (acct,)).fetchone()
        return int(row[0] or 0)


def _document(record: Record) -> _Document:
    vals = _write_json(dict(record.values))
    raw = clean_text(record.raw)
    return _Document(record, vals, raw, blake2b(f"{vals}\0{raw}".encode(), digest_size=12).digest())


def _name_key(record: Record) -> str | None:
    """The folded name of a related record, by which pickers find it; list records are found in their tables."""
    name = record.values.get("name")
    return None if record.kind in RESOURCES or not isinstance(name, str) else fold_text(name)


def _goes_back(new: str | None, old: str | None) -> bool:
    if new is None or old is None or new == old:
        return False
    try:
        return _moment(new) < _moment(old)
    except ValueError:
        return False


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
