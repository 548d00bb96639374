"""Synced books with enough unpaid invoices, made once for each dialect, and copied for each case."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from kworkbench.domain.query import Query
from kworkbench.domain.records import Values
from kworkbench.domain.resources import RESOURCES
from kworkbench.store.reader import Reader, Row
from tests.sync.stage import TODAY, Stage, copy_of

PROVIDERS = ("kantata", "productive")
UNPAID = 4

_OF_ONE_PROJECT = """
    SELECT invoice_id FROM payments JOIN invoices ON invoices.id = invoice_id
    WHERE invoices.kind = 'invoice' AND invoices.state = 'open' AND written_off_on IS NULL
    GROUP BY invoice_id HAVING count(*) = 1 AND invoice_id IN (SELECT id FROM invoices WHERE amount_unpaid = 0)
    ORDER BY invoice_id DESC LIMIT {count}"""
_UNPAY = (
    "DELETE FROM payments WHERE invoice_id = ?",
    "UPDATE invoices SET amount_paid = 0, amount_unpaid = amount_total, paid_on = NULL WHERE id = ?",
)


class Templates:
    """The synced homes that cases start from, one for each dialect, below `folder`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._made: dict[str, Path] = {}

    def copy(self, provider: str, folder: Path) -> Path:
        """A home of that dialect: everything read, nothing open."""
        if provider not in self._made:
            self._made[provider] = _made(self.folder / provider, provider)
        return copy_of(self._made[provider], folder)


def _made(folder: Path, provider: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    stage = Stage(folder, provider)
    try:
        stage.home.start()
        assert stage.sync("invoices") == ""
        _unpay(folder / "sandbox.db", UNPAID)
        assert stage.sync() == ""
        assert len(payable(stage)) >= UNPAID, "the sample books have too few invoices of one project"
    finally:
        stage.close()
    return folder


def _unpay(books: Path, count: int) -> None:
    """Take the payments of some paid invoices away, as if nobody had recorded them yet."""
    with closing(sqlite3.connect(books)) as db, db:
        for (invoice_id,) in db.execute(_OF_ONE_PROJECT.format(count=3 * count)).fetchall():
            for statement in _UNPAY:
                db.execute(statement, (invoice_id,))


def payable(stage: Stage) -> list[Row]:
    """Open invoices of one project with nothing paid, in the order of their ids."""
    return sorted(stage.unpaid_invoices(), key=lambda row: row.lid)


def all_rows(cache: Path, account: str) -> dict[str, Values]:
    """Every row of a cache's view, read anew: local id -> values."""
    reader = Reader.open(cache, account, lambda: TODAY)
    try:
        found: dict[str, Values] = {}
        for resource in RESOURCES.values():
            window = reader.rows(resource, Query())
            found |= {row.lid: row.values for row in window.fetch(0, window.count())}
        return found
    finally:
        reader.close()
