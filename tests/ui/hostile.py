"""Two hundred texts that a server could send to harm a terminal, and books in which every text is one of them."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import cycle
from pathlib import Path

from tests.ui.test_safe import HOSTILE

COUNT = 200
PAYLOAD = "\x1b]52;c;aGFybQ==\x07"
_PARTS = (
    PAYLOAD, "\x1b[2J", "\x1b[31m", "\x1bP+q544e\x1b\\", "\x9b5n", "\x9d0;title\x9c", "\x07", "\x00", "\r", "\n",
    "\x7f", "\x85", "[@click=app.quit]", "[@click=app.simulate_key('d')]", "[/]", "[/x]", "[bold red]", "[link=http://x]",
    "[", "\\[", "]", "\u202e", "\u2066", "\u200b", "\u061c", "\ufeff", "\U000e0041", "\u2028", "Åkerlund", "会議室",
    "e\u0301\u0301", "x" * 300,
)  # fmt: skip


def texts() -> tuple[str, ...]:
    """The same two hundred each time; none holds a lone surrogate, which no file can keep."""
    chance = random.Random(7)  # noqa: S311 - a choice of texts
    kept = [text for text in HOSTILE if text.isprintable() or text.encode("utf-8", "ignore").decode() == text]
    mixed = ["".join(chance.choices(_PARTS, k=chance.randint(1, 5))) for _ in range(COUNT - len(kept))]
    return (*kept, *mixed)


_COLUMNS = {
    "invoices": ("client", "project", "subject", "creator", "currency"),
    "payments": ("invoice", "client", "project", "note", "creator"),
    "expenses": ("text", "category", "project", "person", "service", "creator"),
}
_KEYS = frozenset(
    {"client", "project", "subject", "creator", "note", "text", "category", "person", "service", "name", "number"}
)


def poison(cache: Path) -> None:
    """Put a hostile text into every text of the books of a cache, numbers and dates left as they are."""
    source: Iterator[str] = cycle(texts())
    with closing(sqlite3.connect(cache)) as db, db:
        for table, columns in _COLUMNS.items():
            there = {row[1] for row in db.execute(f"PRAGMA table_info({table})")}
            wanted = [column for column in columns if column in there and column != "currency"]
            for (number,) in db.execute(f"SELECT _row FROM {table}").fetchall():  # noqa: S608 - our names
                sets = ", ".join(f"{column} = ?" for column in wanted)
                values = [next(source) for _ in wanted]
                db.execute(f"UPDATE {table} SET {sets} WHERE _row = ?", (*values, number))  # noqa: S608
        for number, values in db.execute("SELECT rowid, vals FROM body").fetchall():
            document = json.loads(values)
            if isinstance(document, dict):
                changed = {key: next(source) if key in _KEYS else value for key, value in document.items()}
                db.execute("UPDATE body SET vals = ? WHERE rowid = ?", (json.dumps(changed), number))
