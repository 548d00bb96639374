"""Values of base records as they stand in the cache; readable on any connection."""

from __future__ import annotations

import json
import sqlite3

from kworkbench.domain.records import Value, Values


def values_of(db: sqlite3.Connection, acct: int, kind: str, record_id: str) -> Values | None:
    """The base values of one record, or None."""
    row = db.execute("SELECT vals FROM body WHERE acct = ? AND kind = ? AND id = ?", (acct, kind, record_id)).fetchone()
    return None if row is None else read_values(row[0])


def read_values(text: str) -> Values:
    """Values as they were stored; the cache is ours, so its documents are trusted."""
    values: dict[str, Value] = json.loads(text)
    return values
