"""What a history has asked for and what must be true of it: a dict of texts, a list of payments, and the promises."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field

from kworkbench.domain.changes import Change, Op, State
from kworkbench.domain.records import remote_id_of
from tests.sync.stage import Stage
from tests.sync.wire import Sent

OVER = (State.CLOSED, State.CANCELLED)
MOST_ATTEMPTS = 12
MAY_BE_THERE = "it may stand"
_LANES = "SELECT lane, count(*) FROM mutation WHERE state='sending' GROUP BY account, lane HAVING count(*) > 1"


@dataclass
class Model:
    """The books as they must be.

    Attributes:
        payments: ids of the payments that stood there at first.
        hidden: ids of records of each resource that this dialect does not show.
        his_payments: how many payments the colleague has made since.
        texts: expense id -> every text it may bear: its first, the colleague's, and those asked for here.
        gone: ids of expenses that the colleague deleted.
        saved: numbers of the changes that were called saved.
        loose: numbers of changes that were given up while it was not known whether they stand there.
        broken: promises that were broken on the way, in words.
    """

    payments: frozenset[int]
    texts: dict[int, set[str]]
    hidden: dict[str, set[str]]
    his_payments: int = 0
    gone: set[int] = field(default_factory=set)
    saved: set[int] = field(default_factory=set)
    loose: set[int] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, stage: Stage) -> Model:
        """The books before anything happens."""
        payments = frozenset(int(str(row[0])) for row in stage.server_rows("SELECT id FROM payments"))
        texts = stage.server_rows("SELECT id, name FROM expenses WHERE deleted_at IS NULL")
        there = _ids(stage)
        hidden = {resource: ids - {str(row.id) for row in stage.rows(resource)} for resource, ids in there.items()}
        return cls(payments, {int(str(number)): {str(text)} for number, text in texts}, hidden)

    def watch(self, stage: Stage, moment: str, sent: Sent) -> None:
        """At each write on the line: its row is durable (I3), and it is alone in its lane (I8)."""
        if moment != "before" or not sent.is_write:
            return
        with closing(sqlite3.connect(f"file:{stage.files.outbox}?mode=ro", uri=True)) as outbox:
            if not outbox.execute("SELECT 1 FROM mutation WHERE state='sending' LIMIT 1").fetchone():
                self.broken.append(f"I3: {sent.method} {sent.path} left before its row was durable")
            if lanes := outbox.execute(_LANES).fetchall():
                self.broken.append(f"I8: two at once in {lanes}")

    def note_saved(self, *changes: Change) -> None:
        """The person was told that these are saved."""
        self.saved |= {change.seq for change in changes}

    def may_bear(self, expense_lid: str, text: str) -> None:
        """A text was asked for, here or there."""
        if remote_id_of(expense_lid):
            self.texts.setdefault(int(remote_id_of(expense_lid) or 0), set()).add(text)

    def check_always(self, stage: Stage) -> None:
        """What holds at every moment: nothing saved is lost (I1), nothing was broken on the way, traffic is bounded."""
        assert not self.broken, self.broken
        with closing(sqlite3.connect(f"file:{stage.files.outbox}?mode=ro", uri=True)) as outbox:
            kept = {row[0]: row[1] for row in outbox.execute("SELECT seq, attempts FROM mutation")}
        assert self.saved <= kept.keys(), f"I1: lost {self.saved - kept.keys()}"
        assert max(kept.values(), default=0) <= MOST_ATTEMPTS, f"I14: {kept}"
        doubled = self._markers(stage)
        assert max(doubled.values(), default=1) == 1, f"I2: {doubled}"

    def check_end(self, stage: Stage) -> None:
        """What holds when nothing is open any more: the server holds what the journal says, and the view the same."""
        journal = [stage.change(seq) for seq in sorted(self.saved)]
        assert {change.state for change in journal} <= set(OVER)
        self._check_payments(stage, journal)
        self._check_expenses(stage, journal)
        there = _ids(stage)
        for resource, hidden in self.hidden.items():
            assert {row.id for row in stage.rows(resource)} == there[resource] - hidden, f"I7: {resource}"

    def _check_payments(self, stage: Stage, journal: list[Change]) -> None:
        """Server payments are those that were there, the colleague's, and one for each that is called done (I2)."""
        creates = [change for change in journal if change.kind == "payments" and change.op is Op.CREATE]
        markers = self._markers(stage)
        for change in creates:
            if change.seq not in self.loose:
                count = markers[str(change.marker)]
                assert count == int(change.state is State.CLOSED), f"payment {change.seq} {change.state}: {count} times"
        mine = sum(markers.values())
        there = {int(str(row[0])) for row in stage.server_rows("SELECT id FROM payments")}
        assert len(there - self.payments) == mine + self.his_payments, "server payments are not the model's"

    def _check_expenses(self, stage: Stage, journal: list[Change]) -> None:
        """Each expense bears a text that somebody asked for, and is gone where its deleting is called done."""
        rows = stage.server_rows("SELECT id, name FROM expenses WHERE deleted_at IS NULL")
        there = {int(str(number)): str(text) for number, text in rows}
        for number, text in there.items():
            assert number not in self.gone
            if number in self.texts:
                assert text in self.texts[number], f"expense {number} says {text!r}"
        deleted = {
            int(remote_id_of(lid) or 0)
            for change in journal
            if change.kind == "expenses" and change.state is State.CLOSED and change.deletes
            for lid in (change.targets or (change.lid,))
            if remote_id_of(lid)
        }
        assert not deleted & there.keys(), "what is called deleted stands there"
        lost = self.texts.keys() - there.keys() - deleted - self.gone
        loose = any(change.seq in self.loose and change.deletes for change in journal)
        assert loose or not lost, f"nobody deleted {lost}"
        for change in journal:
            if change.kind == "expenses" and change.op is Op.CREATE and change.seq not in self.loose:
                count = list(there.values()).count(str(change.args["text"]))
                done = change.state is State.CLOSED
                assert count == int(done), f"expense {change.seq} {change.state}: {count} times"

    def _markers(self, stage: Stage) -> Counter[str]:
        rows = stage.server_rows("SELECT note FROM payments WHERE note LIKE '%kw:%'")
        return Counter("kw:" + str(row[0]).rpartition("kw:")[2][:10] for row in rows)


def _ids(stage: Stage) -> dict[str, set[str]]:
    """Resource -> ids of what stands at the server."""
    sql = {"payments": "SELECT id FROM payments", "expenses": "SELECT id FROM expenses WHERE deleted_at IS NULL"}
    return {resource: {str(row[0]) for row in stage.server_rows(each)} for resource, each in sql.items()}
