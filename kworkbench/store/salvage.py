"""What can still be read of a damaged outbox, written beside it as JSON lines for a person to look at.

Source: sync-engine.md section 7, "outbox.db damaged".
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

MOST_ROWS = 100_000


def salvage(damaged: Path) -> Path | None:
    """Write every change that can be read to a new file that only its owner can read; None where there is none."""
    rows = list(_rows(damaged))
    if not rows:
        return None
    target = damaged.with_suffix(".jsonl")
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as out:
        out.writelines(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
        out.flush()
        os.fsync(out.fileno())
    return target


def _rows(damaged: Path) -> Iterator[dict[str, object]]:
    """Rows one by one, in both directions: a broken page ends one walk, and the other may begin behind it."""
    try:
        db = sqlite3.connect(f"{damaged.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    except sqlite3.Error:
        return
    with closing(db):
        db.row_factory = sqlite3.Row
        seen: dict[int, dict[str, object]] = {}
        for order in ("ASC", "DESC"):
            with suppress(sqlite3.Error, UnicodeDecodeError):
                for row in db.execute(f"SELECT * FROM mutation ORDER BY rowid {order} LIMIT {MOST_ROWS}"):
                    seen.setdefault(row["seq"], {name: _plain(row[name]) for name in row.keys()})  # noqa: SIM118
        yield from (row for _, row in sorted(seen.items()))


def _plain(value: object) -> object:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value
