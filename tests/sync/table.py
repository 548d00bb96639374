"""A desk over real files with no engine behind it, and drafts to put on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from kworkbench.domain.changes import Change, Draft, FieldError, Idem, Op, Refusal, State
from kworkbench.domain.query import Query
from kworkbench.domain.records import Record
from kworkbench.domain.resources import RESOURCES
from kworkbench.store.cache import Cache
from kworkbench.store.outbox import Outbox
from kworkbench.store.reader import Reader, Row
from kworkbench.store.writer import Writer
from kworkbench.sync.desk import Desk, Outlets
from kworkbench.sync.events import (
    Answered,
    Checked,
    Effect,
    Outcome,
    Resumed,
)
from kworkbench.sync.notices import Notice
from tests.sync.making import ACCOUNT, MARKER, NOW, an_invoice
from tests.sync.virtual import MORNING, VirtualTime

NOW_MS = int(MORNING.timestamp() * 1000)
REFUSAL = Refusal(422, (FieldError("amount", "can't be blank"),))
BASE = (
    Record("invoices", "9", {**an_invoice().values, "id": "9", "state": "open", "kind": "invoice", "paid": 0}),
    Record("payments", "70", {"id": "70", "invoice_id": "9", "amount": 300, "currency": "EUR", "kind": "payment"}),
    *(
        Record("expenses", str(n), {"id": str(n), "text": f"text {n}", "amount": n, "currency": "EUR"})
        for n in (5, 6, 7)
    ),
)


class Table:
    """A desk over real files with nothing behind it: effects and notices are kept for the test to look at."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.time = VirtualTime()
        self.effects: list[Effect] = []
        self.notices: list[Notice] = []
        self.synced: list[tuple[str, bool]] = []
        self.on_effects: Callable[[], None] = lambda: None
        self.open()

    def open(self) -> None:
        self.writer = Writer()
        self.outbox = self.writer.submit(lambda: Outbox.open(self.folder / "outbox.db")).result()
        self.cache = self.writer.submit(lambda: Cache.open(self.folder / "cache.db")).result()
        self.desk = Desk(self.writer, self.outbox, self.cache, self.time)
        self.desk.connect(
            Outlets(self._take, self.notices.append, lambda account, full: self.synced.append((account, full)))
        )
        self.desk.start().result()
        self.desk.post(Resumed(NOW_MS)).result()
        self.reader = Reader.open(self.folder / "cache.db", ACCOUNT, MORNING.date)

    def close(self) -> None:
        self.reader.close()
        self.writer.submit(self.cache.close).result()
        self.writer.submit(self.outbox.close).result()
        self.writer.close()

    def reopen(self) -> None:
        """As after the end of the process: what was not durable is gone."""
        self.close()
        self.effects.clear()
        self.open()

    def put(self, *records: Record, issue_seq: int = 1) -> None:
        self.writer.submit(lambda: self.cache.put(ACCOUNT, records, issue_seq, self.desk.changes_of(ACCOUNT))).result()

    def save(self, *drafts: Draft) -> tuple[Change, ...]:
        return self.desk.enqueue(drafts).result(5)

    def answer(self, seq: int, outcome: Outcome, **more: Any) -> None:
        self.desk.post(Answered(seq, NOW, NOW_MS, outcome, **more)).result(5)

    def check(self, seq: int) -> None:
        self.desk.post(Checked(seq, NOW_MS, an_invoice(), ())).result(5)

    def state(self, seq: int) -> State:
        return next(one.state for one in self.desk.journal() if one.seq == seq)

    def row(self, lid: str) -> Row | None:
        return next((row for name in RESOURCES if (row := self.reader.row(RESOURCES[name], lid)) is not None), None)

    def view(self) -> list[Row]:
        """Every row, without the number of its place in the table."""
        rows: list[Row] = []
        for resource in RESOURCES.values():
            window = self.reader.rows(resource, Query())
            rows += window.fetch(0, window.count())
        return sorted((replace(row, number=0) for row in rows), key=lambda row: row.lid)

    def _take(self, effects: Sequence[Effect]) -> None:
        self.on_effects()
        self.effects.extend(effects)


def a_payment_draft(**more: Any) -> Draft:
    values: dict[str, Any] = {
        "args": {"invoice_id": "9", "amount": 4000, "date": "2026-03-04"},
        "pre": {"outstanding": 10000, "currency": "EUR"},
        "idem": Idem.MARKED,
        "marker": MARKER,
    }
    return Draft(ACCOUNT, Op.CREATE, "payments", **({"lid": "new:1"} | values | more))


def an_edit_draft(lid: str = "expenses:5", text: str = "b", **more: Any) -> Draft:
    return Draft(ACCOUNT, Op.UPDATE, "expenses", lid, args={"text": text}, pre={"text": "text 5"}, **more)


def a_delete_draft(lid: str = "expenses:5", **more: Any) -> Draft:
    return Draft(ACCOUNT, Op.DELETE, "expenses", lid, **more)


def outstanding(table: Table) -> object:
    row = table.row("invoices:9")
    assert row is not None
    return row.values["outstanding"]
