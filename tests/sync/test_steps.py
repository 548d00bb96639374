"""A step: its rows are written while the disk takes it, seen once it has, and stand as before where it does not."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from kworkbench.domain.changes import Draft, Op, State
from kworkbench.domain.records import Record
from kworkbench.store.cache import Cache
from kworkbench.store.connecting import Cell, OutboxCursor
from kworkbench.store.failing import SaveError
from kworkbench.sync.events import Outcome
from tests.sync.crashing import around
from tests.sync.making import ACCOUNT
from tests.sync.table import BASE, Table, a_payment_draft, an_edit_draft, outstanding


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    made = Table(tmp_path)
    made.put(*BASE)
    yield made
    made.close()


class Disk:
    """The outbox's connection, with something that happens before each commit."""

    def __init__(self, db: sqlite3.Connection, before_commit: Callable[[], None]) -> None:
        self._db = db
        self._before_commit = before_commit

    @property
    def in_transaction(self) -> bool:
        return self._db.in_transaction

    def execute(self, sql: str, parameters: Sequence[Cell] | Mapping[str, Cell] = (), /) -> OutboxCursor:
        if sql == "COMMIT":
            self._before_commit()
        return self._db.execute(sql, parameters)

    def close(self) -> None:
        self._db.close()


def laid_over(table: Table, monkeypatch: pytest.MonkeyPatch, before_commit: Callable[[], None]) -> None:
    db = table.outbox._db
    assert isinstance(db, sqlite3.Connection)
    monkeypatch.setattr(table.outbox, "_db", Disk(db, before_commit))


def test_rows_are_written_while_the_disk_takes_the_step_and_seen_once_it_has(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    folded = threading.Event()
    seen: list[tuple[bool, object]] = []

    def before_commit() -> None:
        seen.append((folded.wait(5), outstanding(table)))

    undo = around(Cache, "fold_ahead", after=lambda *_: folded.set())
    with monkeypatch.context() as patch:
        laid_over(table, patch, before_commit)
        table.save(a_payment_draft())
    undo()
    assert seen == [(True, 10000)]
    assert outstanding(table) == 6000


def test_a_step_that_the_disk_does_not_take_leaves_everything_as_it_was(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    table.save(an_edit_draft())
    before, opened, journal = table.view(), table.desk.open(), table.desk.journal()
    table.effects.clear()
    table.notices.clear()

    def full() -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        laid_over(table, patch, full)
        with pytest.raises(SaveError, match="Nothing was saved"):
            table.save(a_payment_draft())
        with pytest.raises(SaveError, match="Nothing was saved"):
            table.save(an_edit_draft(text="c", replaces=opened[0].seq))
    assert (table.view(), table.desk.open(), table.desk.journal()) == (before, opened, journal)
    assert (table.effects, table.notices) == ([], [])
    kept = table.save(a_payment_draft())[0]
    assert table.state(kept.seq) is State.QUEUED
    assert outstanding(table) == 6000
    table.reopen()
    assert outstanding(table) == 6000


def test_a_record_is_named_only_once_the_disk_has_taken_its_name(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    change = table.save(a_payment_draft())[0]
    table.check(change.seq)
    named: list[str | None] = []
    payment = Record("payments", "77", {"id": "77", "invoice_id": "9", "amount": 4000, "currency": "EUR"})
    with monkeypatch.context() as patch:
        laid_over(table, patch, lambda: named.append(table.desk.remote_id(change.account, change.lid)))
        table.answer(change.seq, Outcome.DONE, records=(payment,))
    assert change.op is Op.CREATE
    assert named == [None]
    assert table.desk.remote_id(change.account, change.lid) == "77"


def test_a_row_that_a_bulk_change_no_longer_is_about_loses_its_mark(table: Table) -> None:
    befores = {lid: {"text": f"text {lid[-1]}"} for lid in ("expenses:5", "expenses:6")}
    both = Draft(
        ACCOUNT, Op.UPDATE, "expenses", "new:b", args={"text": "same"}, targets=tuple(befores), befores=befores,
        hold_seconds=5.0,
    )  # fmt: skip
    (change,) = table.save(both)
    already = Record("expenses", "5", {"id": "5", "text": "same", "amount": 5, "currency": "EUR"})

    def arrive() -> None:
        moved = table.cache.put(ACCOUNT, (already,), 7, table.desk.changes_of(ACCOUNT))
        table.desk.arrivals.read(ACCOUNT, (already,), moved)

    table.writer.submit(arrive).result(5)
    left = table.desk.change(change.seq)
    assert left is not None
    assert left.targets == ("expenses:6",)
    marks = {lid: found.mark for lid in befores if (found := table.row(lid)) is not None}
    assert marks == {"expenses:5": "", "expenses:6": "~"}
