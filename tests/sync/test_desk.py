"""The desk: what is durable before what, which rows a step writes, and disks that fail half-way."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from kworkbench.domain.changes import Draft, Op, Resolution, State
from kworkbench.domain.records import Record
from kworkbench.store.cache_file import CacheError
from kworkbench.store.failing import SaveError
from kworkbench.store.outbox import Outbox
from kworkbench.sync.events import (
    Apply,
    Check,
    Discarded,
    Outcome,
    Probe,
    Probed,
    Resolved,
    Send,
)
from kworkbench.sync.notices import Renamed, RowsChanged
from tests.sync.making import ACCOUNT, NOW
from tests.sync.table import (
    BASE,
    NOW_MS,
    REFUSAL,
    Table,
    a_delete_draft,
    a_payment_draft,
    an_edit_draft,
    outstanding,
)


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    made = Table(tmp_path)
    made.put(*BASE)
    yield made
    made.close()


def test_a_change_is_durable_and_in_the_view_when_its_future_is_done(table: Table) -> None:
    change = table.save(a_payment_draft())[0]
    with closing(sqlite3.connect(table.folder / "outbox.db")) as other:
        assert other.execute("SELECT seq, state FROM mutation").fetchall() == [(change.seq, "queued")]
    row = table.row("new:1")
    assert row is not None
    assert (row.values["amount"], row.mark) == (4000, "*")
    assert outstanding(table) == 6000
    assert table.effects == [Check(change.seq)]


def test_no_effect_is_handed_on_before_its_row_is_durable(table: Table) -> None:
    states: list[tuple[str, ...]] = []

    def look() -> None:
        with closing(sqlite3.connect(table.folder / "outbox.db")) as other:
            states.append(tuple(state for (state,) in other.execute("SELECT state FROM mutation ORDER BY seq")))

    table.on_effects = look
    change = table.save(a_payment_draft())[0]
    table.check(change.seq)
    table.save(an_edit_draft())
    assert states == [("queued",), ("sending",), ("sending", "sending")]
    assert [effect for effect in table.effects if isinstance(effect, Send)] == [Send(1), Send(2)]


def test_a_key_that_is_known_adds_nothing(table: Table) -> None:
    first = table.save(a_payment_draft(key="k1"))
    again = table.save(a_payment_draft(key="k1", lid="new:2"))
    assert [change.seq for change in again] == [change.seq for change in first]
    both = table.save(an_edit_draft(key="k2"), an_edit_draft("expenses:6", key="k2"))
    assert len({change.seq for change in both}) == 1
    assert len(table.desk.journal()) == 2


@pytest.mark.parametrize("state", ["sending", "ambiguous", "needs_you"])
def test_nothing_takes_the_place_of_a_change_on_its_way(table: Table, state: str) -> None:
    change = table.save(a_payment_draft())[0]
    table.check(change.seq)
    if state != "sending":
        table.answer(change.seq, Outcome.UNKNOWN)
    if state == "needs_you":
        table.desk.post(Probed(change.seq, NOW, NOW_MS, None, settled=True)).result(5)
    assert table.state(change.seq) == state
    before = table.view()
    with pytest.raises(SaveError, match=r"on its way to the server\. Wait"):
        table.save(a_payment_draft(replaces=change.seq))
    assert len(table.desk.journal()) == 1
    assert table.view() == before


def test_nothing_takes_the_place_of_a_change_that_the_server_took(table: Table) -> None:
    change = table.save(an_edit_draft())[0]
    table.answer(change.seq, Outcome.DONE)
    with pytest.raises(SaveError, match="took this change meanwhile"):
        table.save(an_edit_draft(text="c", replaces=change.seq))


def test_a_corrected_change_takes_the_place_of_the_refused_one(table: Table) -> None:
    change = table.save(an_edit_draft())[0]
    table.answer(change.seq, Outcome.REFUSED, refusal=REFUSAL)
    again = table.save(an_edit_draft(text="c", replaces=change.seq))[0]
    assert (table.state(change.seq), table.state(again.seq)) == (State.CANCELLED, State.SENDING)
    row = table.row("expenses:5")
    assert row is not None
    assert (row.values["text"], row.mark) == ("c", "~")


def test_a_full_disk_leaves_everything_as_it_was(table: Table) -> None:
    kept = table.save(a_payment_draft())
    before, journal = table.view(), table.desk.journal()
    table.writer.submit(lambda: table.outbox._db.execute("PRAGMA max_page_count=1")).result()
    table.effects.clear()
    with pytest.raises(SaveError):
        table.save(an_edit_draft(text="x" * 100_000))
    assert (table.view(), table.desk.journal(), table.effects) == (before, journal, [])
    table.writer.submit(lambda: table.outbox._db.execute("PRAGMA max_page_count=100000")).result()
    table.check(kept[0].seq)
    assert table.state(kept[0].seq) is State.SENDING


@pytest.mark.parametrize("part", ["fold_ahead", "keep_fold"])
def test_a_cache_that_fails_keeps_nobody_from_saving(table: Table, monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    def full(*_: object) -> None:
        if part == "keep_fold":
            table.cache.drop_fold()
        raise CacheError("The cache cannot be written (disk full). Free some disk space.")

    with monkeypatch.context() as patch:
        patch.setattr(table.cache, part, full)
        change = table.save(a_payment_draft())[0]
    assert table.effects == [Check(change.seq)]
    assert outstanding(table) == 10000
    table.save(an_edit_draft())
    assert outstanding(table) == 6000


def test_the_newest_held_gesture_is_taken_back_first_and_nothing_is_left_of_it(table: Table) -> None:
    before = table.view()
    table.save(a_delete_draft(hold_seconds=5.0), a_delete_draft("expenses:6", hold_seconds=5.0))
    table.save(a_payment_draft(hold_seconds=5.0))
    assert [one.lid for one in table.desk.take_back().result(5)] == ["new:1"]
    assert [one.lid for one in table.desk.take_back().result(5)] == ["expenses:5", "expenses:6"]
    assert table.desk.take_back().result(5) == ()
    assert table.view() == before
    assert not [effect for effect in table.effects if isinstance(effect, Send | Check)]
    assert {one.state for one in table.desk.journal()} == {State.CANCELLED}


def test_a_record_made_here_keeps_its_row_under_the_servers_name(table: Table) -> None:
    change = table.save(a_payment_draft())[0]
    table.check(change.seq)
    table.notices.clear()
    payment = Record("payments", "77", {"id": "77", "invoice_id": "9", "amount": 4000, "currency": "EUR"})
    seen: list[tuple[bool, bool]] = []
    table.on_effects = lambda: seen.append((table.row("new:1") is None, table.row("payments:77") is not None))
    table.answer(change.seq, Outcome.DONE, records=(payment,))
    assert seen == [(True, True)]
    names = [one for one in table.notices if isinstance(one, Renamed)]
    assert names == [Renamed(ACCOUNT, "new:1", "payments:77")]
    assert table.notices.index(names[0]) < next(
        place for place, one in enumerate(table.notices) if isinstance(one, RowsChanged)
    )
    assert outstanding(table) == 6000
    assert table.desk.remote_id(ACCOUNT, "new:1") == "77"
    invoice = replace(BASE[0], values={**BASE[0].values, "outstanding": 6000, "paid": 4000})
    table.desk.apply(change, (payment, invoice), (), 5).result(5)
    assert outstanding(table) == 6000
    assert not [row for row in table.view() if row.mark]


def test_a_name_that_was_not_saved_is_not_told(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    change = table.save(a_payment_draft())[0]
    table.check(change.seq)
    table.notices.clear()

    def fails(*_: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    payment = Record("payments", "77", {"id": "77", "invoice_id": "9", "amount": 4000})
    with monkeypatch.context() as patch:
        patch.setattr(table.outbox, "add_alias", fails)
        with pytest.raises(SaveError):
            table.answer(change.seq, Outcome.DONE, records=(payment,))
    assert table.desk.remote_id(ACCOUNT, "new:1") is None
    assert table.notices == []
    table.answer(change.seq, Outcome.DONE, records=(payment,))
    assert table.desk.remote_id(ACCOUNT, "new:1") == "77"


def test_a_page_asked_for_before_a_delete_does_not_bring_the_record_back(table: Table) -> None:
    change = table.save(a_delete_draft())[0]
    table.answer(change.seq, Outcome.DONE)
    table.desk.apply(change, (), ("expenses:5",), 50).result(5)
    table.put(*BASE, issue_seq=49)
    assert table.row("expenses:5") is None
    assert table.row("expenses:6") is not None


def test_a_start_rebuilds_what_the_cache_shows_of_the_outbox(table: Table) -> None:
    table.save(a_payment_draft(hold_seconds=60.0), a_delete_draft(hold_seconds=60.0))
    expected = table.view()
    with closing(sqlite3.connect(table.folder / "cache.db")) as db:
        db.execute("DELETE FROM payments WHERE _lid = 'new:1'")
        db.execute("UPDATE expenses SET _touched = 0, _mark = '' WHERE _lid = 'expenses:5'")
        db.execute("UPDATE expenses SET _touched = 1, _mark = '~', \"text\" = 'stale' WHERE _lid = 'expenses:6'")
        db.commit()
    table.reopen()
    assert table.view() == expected


def test_a_start_takes_up_what_was_left_and_counts_the_epoch(table: Table) -> None:
    paid = table.save(a_payment_draft())[0]
    table.check(paid.seq)
    edited = table.save(an_edit_draft())[0]
    table.answer(edited.seq, Outcome.DONE, response="{}")
    deleted = table.save(a_delete_draft("expenses:6"))[0]
    table.reopen()
    assert table.state(paid.seq) is State.AMBIGUOUS
    assert {Probe(paid.seq), Apply(edited.seq)} <= set(table.effects)
    assert not [effect for effect in table.effects if isinstance(effect, Send)]
    assert table.state(deleted.seq) is State.AMBIGUOUS
    assert [one.seq for one in table.desk.journal()] == [deleted.seq, edited.seq, paid.seq]
    assert outstanding(table) == 10000


def test_what_another_process_left_is_taken_up_while_it_runs_and_at_the_start(table: Table) -> None:
    refused = table.save(an_edit_draft())[0]
    table.answer(refused.seq, Outcome.REFUSED, refusal=REFUSAL)
    with closing(Outbox.open(table.folder / "outbox.db")) as other:
        with other.transaction():
            other.append(
                [("theirs", a_delete_draft("expenses:6", hold_seconds=9.0))], gesture="g", now=NOW, now_ms=NOW_MS
            )
            other.ask("sync", account=ACCOUNT)
            other.ask("dance", seq=refused.seq)
            other.ask("retry", seq=refused.seq)
        table.desk.poll().result(5)
        assert table.state(refused.seq) is State.SENDING
        assert table.synced == [(ACCOUNT, False)]
        row = table.row("expenses:6")
        assert row is not None
        assert row.mark == "-"
        table.answer(refused.seq, Outcome.REFUSED, refusal=REFUSAL)
        with other.transaction():
            other.ask("discard", seq=refused.seq)
        table.reopen()
        assert table.state(refused.seq) is State.CANCELLED
        assert other.requests() == ()


def test_a_payment_that_a_person_found_goes_by_that_id(table: Table) -> None:
    change = table.save(a_payment_draft())[0]
    table.check(change.seq)
    table.answer(change.seq, Outcome.UNKNOWN)
    found = table.desk.ask(Resolved(change.seq, NOW, NOW_MS, Resolution.FOUND, "78")).result(5)
    assert found is not None
    assert found.state is State.CONFIRMED
    assert table.desk.remote_id(ACCOUNT, "new:1") == "78"
    table.reopen()
    assert table.desk.remote_id(ACCOUNT, "new:1") == "78"


def test_giving_up_a_create_gives_up_what_was_asked_of_it(table: Table) -> None:
    before = table.view()
    change = table.save(a_payment_draft())[0]
    table.check(change.seq)
    waiting = table.save(Draft(ACCOUNT, Op.UPDATE, "payments", "new:1", args={"note": "x"}, pre={"invoice_id": "9"}))[0]
    table.answer(change.seq, Outcome.REFUSED, refusal=REFUSAL)
    assert table.state(waiting.seq) is State.BLOCKED
    table.desk.ask(Discarded(change.seq, NOW)).result(5)
    assert table.state(waiting.seq) is State.CANCELLED
    assert table.view() == before
