"""Homes: undo before anything is sent, restarts, a second process beside the first, and disks that refuse."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from kworkbench.domain.changes import Change, State
from kworkbench.store.failing import SaveError
from kworkbench.store.watched import LATELY
from kworkbench.sync.desk import Desk
from kworkbench.sync.events import Admission, Event, Woken
from kworkbench.sync.follower import Follower
from kworkbench.sync.home import Files, Home
from kworkbench.sync.lanes import OTHER_ACCOUNT, SIGN_IN
from kworkbench.sync.notices import ConnectionState, RowsChanged
from tests.sync.checks import assert_converged, assert_paid_once, marks, outstanding
from tests.sync.conftest import Open
from tests.sync.stage import TOKEN, Stage
from tests.sync.virtual import VirtualTime


def test_what_is_taken_back_in_time_was_never_sent(stage: Stage) -> None:
    stage.hold_for(5.0)
    before = stage.view()
    stage.pay(stage.unpaid_invoices()[0])
    stage.delete("expenses", *stage.plain_expenses()[:3])
    assert len(stage.changes.held()) == 2
    assert stage.changes.held_seconds() == pytest.approx(5.0)
    stage.time.advance(4.9)
    asked = len(stage.wire.sent)
    for _ in range(2):
        taken = stage.changes.take_back().result(5)
        assert taken is not None
    assert stage.changes.take_back().result(5) is None
    assert stage.view() == before
    stage.time.advance(60)
    assert stage.sync("invoices") == ""
    assert not stage.wire.writes
    assert [one.path for one in stage.wire.sent[asked:] if "payments" in one.path] == []


def test_what_is_not_taken_back_goes_when_its_time_is_over(stage: Stage) -> None:
    stage.hold_for(5.0)
    invoice = stage.unpaid_invoices()[0]
    change = stage.pay(invoice)
    stage.time.advance(5.1)
    stage.until(lambda: stage.change(change.seq).state is not State.HELD)
    assert stage.changes.take_back().result(5) is None
    assert_paid_once(stage, invoice)


def test_waiting_changes_are_woken_once_each(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.hold_for(5.0)
    woken: list[Woken] = []
    real = stage.home.desk.post  # type: ignore[union-attr]

    def post(event: Event) -> Future[None]:
        if isinstance(event, Woken):
            woken.append(event)
        return real(event)

    monkeypatch.setattr(stage.home.desk, "post", post)
    for row in stage.plain_expenses()[:12]:
        stage.delete("expenses", row)
        stage.time.advance(0.25)
    stage.settle()
    assert 1 <= len(woken) <= 13


def test_a_gesture_held_when_the_program_ends_goes_out_after_the_next_start(stage: Stage) -> None:
    stage.hold_for(5.0)
    invoice = stage.unpaid_invoices()[0]
    stage.pay(invoice)
    stage.home.close()
    stage.time.advance(3600)
    stage.home = stage.open_home()
    assert outstanding(stage, invoice) == 0
    stage.home.start()
    assert_paid_once(stage, invoice)


@pytest.fixture
def other(stage: Stage) -> Iterator[Home]:
    """A second process over the files of the first; it is not started yet."""
    home = stage.open_home()
    yield home
    home.close()


def shown(home: Home, seq: int) -> State:
    return next(change.state for change in home.desk.journal() if change.seq == seq)


def test_a_second_process_appends_and_the_first_one_sends(stage: Stage, other: Home) -> None:
    assert isinstance(other.desk, Follower)
    assert not other.is_sender
    other.start()
    invoice = stage.unpaid_invoices()[0]
    draft = stage.payments.drafts(stage.payments.plan("", invoice.lid))[0]
    change = other.desk.enqueue((draft,)).result(5)[0]
    assert change.state is State.QUEUED
    stage.time.advance(0.6)
    stage.until(lambda: any(one.seq == change.seq for one in stage.home.desk.journal()))
    assert_paid_once(stage, invoice)
    stage.until(lambda: shown(other, change.seq) is State.CLOSED)
    assert len(stage.wire.writes) == 1


def test_a_second_process_is_heard_at_its_first_word_after_a_long_quiet(stage: Stage, other: Home) -> None:
    desk = stage.home.desk
    assert isinstance(desk, Desk)
    assert not all(desk.is_due for _ in range(3 * LATELY))
    draft = stage.payments.drafts(stage.payments.plan("", stage.unpaid_invoices()[0].lid))[0]
    change = other.desk.enqueue((draft,)).result(5)[0]
    stage.time.advance(0.6)
    stage.until(lambda: any(one.seq == change.seq for one in desk.journal()))


def soon(stage: Stage, holds: Callable[[], bool]) -> None:
    """Let the sender look into the outbox again and again, until something holds."""

    def held() -> bool:
        stage.time.advance(0.6)
        return holds()

    stage.until(held)


def test_a_second_process_takes_back_and_decides_through_requests(stage: Stage, other: Home) -> None:
    other.start()
    row = stage.plain_expenses()[0]
    stage.hold_for(60.0)
    review = stage.deletes.review("expenses", [row.lid], lambda _lid: True)
    change = other.desk.enqueue(stage.deletes.drafts(review.toggle(row.lid) if not review.going else review)).result(5)[
        0
    ]
    soon(stage, lambda: marks(stage) == {row.lid: "-"})
    taken = other.desk.take_back().result(5)
    assert [one.seq for one in taken] == [change.seq]
    soon(stage, lambda: shown(other, change.seq) is State.CANCELLED)
    stage.until(lambda: not marks(stage))
    stage.time.advance(120)
    assert not stage.wire.writes


def test_a_second_process_tells_of_rows_again_once_the_sender_has_folded_them(stage: Stage, other: Home) -> None:
    told: list[RowsChanged] = []
    other.hub.subscribe(lambda notice: told.append(notice) if isinstance(notice, RowsChanged) else None)
    stage.hold_for(5.0)
    stage.delete("expenses", stage.plain_expenses()[0])
    looks = []
    for _ in range(3):
        other.desk.poll().result(5)  # type: ignore[union-attr]
        looks.append(len(told))
    assert looks == [1, 2, 2]


def test_a_second_process_does_not_promise_to_take_back_what_may_be_sent_already(stage: Stage, other: Home) -> None:
    stage.hold_for(5.0)
    stage.delete("expenses", stage.plain_expenses()[0])
    stage.time.advance(4.0)
    assert other.desk.take_back().result(5) == ()


def test_a_second_process_replaces_nothing_that_may_be_sent_at_any_moment(stage: Stage, other: Home) -> None:
    stage.wire.cut = True
    change = stage.edit(stage.plain_expenses()[0], text="offline")
    stage.until(lambda: stage.change(change.seq).reason == "offline")
    state = stage.forms.reopen(change.seq)
    draft = stage.forms.draft(state, {**state.texts, "text": "again"})
    with pytest.raises(SaveError, match="on its way"):
        other.desk.enqueue((draft,)).result(5)


def test_a_second_process_asks_the_first_for_a_refresh(stage: Stage, other: Home) -> None:
    other.start()
    row = stage.plain_expenses()[0]
    stage.server_writes("UPDATE expenses SET name = 'Changed elsewhere' WHERE id = ?", int(row.id or 0))
    assert other.refresh(stage.account, ("expenses",), full=True).result(5) == ""
    stage.time.advance(0.6)

    def came() -> bool:
        found = stage.row(row.lid)
        return found is not None and found.values["text"] == "Changed elsewhere"

    stage.until(came)


def test_the_next_one_takes_over_when_the_sender_ends(stage: Stage, other: Home) -> None:
    other.start()
    stage.wire.cut = True
    invoice = stage.unpaid_invoices()[0]
    change = stage.pay(invoice)
    stage.home.close()
    stage.wire.cut = False
    stage.until(lambda: other.is_sender, "a new sender")
    stage.home, before = other, stage.home
    try:
        stage.time.advance(60)
        assert_paid_once(stage, invoice)
        assert stage.change(change.seq).epoch == 3
        assert len(stage.wire.writes) == 1
    finally:
        stage.home = before


def test_an_offline_start_asks_nothing_of_the_server(open_stage: Open) -> None:
    stage = open_stage("kantata", started=False)
    stage.home.close()
    stage.home = stage.open_home(sends=False)
    stage.home.start()
    assert stage.sync() != ""
    assert stage.wire.sent == []
    assert len(stage.rows("expenses")) == 60


def test_another_accounts_changes_are_kept_and_never_sent(stage: Stage) -> None:
    invoice = stage.unpaid_invoices()[0]
    draft = stage.payments.drafts(stage.payments.plan("", invoice.lid))[0]
    foreign = [stage.save(replace(draft, account=f"someone|{n}", lid=f"new:{n}"))[0] for n in range(5)]
    stage.until(lambda: all(stage.change(one.seq).state is State.HELD for one in foreign))
    assert {stage.change(one.seq).reason for one in foreign} == {"sign-in needed"}
    mine = stage.pay(invoice)
    stage.await_state(mine.seq, State.CLOSED)
    assert len(stage.wire.writes) == 1


def test_a_sign_in_that_is_refused_holds_changes_until_it_is_accepted(stage: Stage) -> None:
    stage.faults("status=401")
    change = stage.edit(stage.plain_expenses()[0], text="signed out")
    stage.await_state(change.seq, State.HELD)
    stage.until(lambda: stage.home.line(stage.account).sign_in)
    stage.time.advance(3600)
    assert not stage.wire.writes
    stage.faults()
    assert stage.sync("expenses") == ""
    assert_converged(stage)
    assert len(stage.wire.writes) == 1


def test_a_token_that_was_stored_anew_is_taken_up_by_the_write_that_meets_a_401(stage: Stage) -> None:
    invoice = stage.unpaid_invoices()[0]
    assert stage.sync("invoices") == ""
    stage.token = "revoked meanwhile"
    stage.pay(invoice)
    assert_paid_once(stage, invoice)
    assert stage.token_looks == 1
    assert not any(isinstance(one, ConnectionState) and one.sign_in for one in stage.notices)


def test_without_another_token_a_change_is_held_and_goes_when_there_is_one(stage: Stage) -> None:
    stage.token = stage.kept_token = "revoked meanwhile"
    change = stage.edit(stage.plain_expenses()[0], text="signed out")
    held = stage.await_state(change.seq, State.HELD)
    assert held.reason == SIGN_IN
    assert stage.home.line(stage.account).sign_in
    assert not stage.wire.writes
    stage.kept_token = TOKEN
    stage.changes.retry(change.seq).result(5)
    assert_converged(stage)
    assert len(stage.wire.writes) == 1


def test_closing_ends_every_wait(stage: Stage) -> None:
    stage.wire.hold("GET")
    reading: Future[str] = stage.home.refresh(stage.account, ("invoices",))
    stage.wire.await_request("GET")
    stage.home.close()
    assert reading.cancelled()
    stage.wire.release()
    stage.home = stage.open_home()
    stage.home.start()
    assert stage.sync("invoices") == ""


def files_below(folder: Path) -> Files:
    return Files(folder / "outbox.db", folder / "cache.db", folder / "sender.lock")


def blocked_lock(folder: Path) -> None:
    (folder / "sender.lock").mkdir()


def blocked_cache(folder: Path) -> None:
    (folder / "cache.db").mkdir()


def blocked_outbox(folder: Path) -> None:
    (folder / "outbox.db").mkdir()


@pytest.mark.parametrize("block", [blocked_lock, blocked_cache, blocked_outbox])
def test_a_home_that_cannot_be_opened_is_a_sentence_and_holds_nothing(
    tmp_path: Path, block: Callable[[Path], None]
) -> None:
    block(tmp_path)
    with pytest.raises(SaveError, match=r"cannot be (opened|made) .*Check"):
        Home(files_below(tmp_path), lambda _account, _notice: None, VirtualTime())
    for name in ("outbox.db", "cache.db", "sender.lock"):
        if (tmp_path / name).is_dir():
            (tmp_path / name).rmdir()
    home = Home(files_below(tmp_path), lambda _account, _notice: None, VirtualTime())
    assert home.is_sender
    home.close()


def test_a_disk_that_is_full_when_the_answer_comes_loses_nothing(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    invoice = stage.unpaid_invoices()[0]
    stage.wire.hold("POST")
    change = stage.pay(invoice)
    stage.wire.await_request("POST")
    failed: list[int] = []

    def full(of: Change) -> None:
        failed.append(of.seq)
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(stage.home._outbox, "save", full)
        stage.wire.release()
        stage.until(lambda: bool(failed), "a save that failed")
        assert stage.change(change.seq).state is State.SENDING
    stage.settle()
    assert_paid_once(stage, invoice)
    assert len(stage.wire.writes) == 1


def test_an_outbox_of_a_newer_program_is_left_alone_and_lists_can_be_read(stage: Stage) -> None:
    stage.home.close()
    with closing(sqlite3.connect(stage.files.outbox)) as db:
        db.execute("PRAGMA user_version=99")
    before = stage.files.outbox.read_bytes()
    stage.home = stage.open_home()
    stage.home.start()
    assert "newer kworkbench" in " ".join(stage.home.notes)
    assert stage.rows("invoices")
    with pytest.raises(SaveError, match="nothing can be saved"):
        stage.edit(stage.plain_expenses()[0], text="x")
    assert "newer kworkbench" in stage.sync("invoices")
    assert stage.files.outbox.read_bytes() == before


def closed(home: Home, seq: int) -> bool:
    return any(one.seq == seq and one.state is State.CLOSED for one in home.desk.journal())


def test_a_process_that_sends_nothing_gives_way_to_one_that_sends(stage: Stage) -> None:
    stage.home.close()
    offline = stage.home = stage.open_home(sends=False)
    offline.start()
    change = stage.edit(stage.plain_expenses()[0], text="From the train")
    assert offline.is_sender
    other = stage.open_home()
    try:
        assert not other.is_sender
        other.start()
        stage.until(lambda: other.is_sender and not offline.is_sender, "the hand-over")
        stage.until(lambda: closed(other, change.seq))
        later = stage.edit(stage.plain_expenses()[1], text="Still on the train")
        stage.time.advance(0.6)
        stage.until(lambda: closed(other, later.seq))
    finally:
        other.close()


def test_a_read_only_run_sends_nothing_that_was_queued_before_it(stage: Stage) -> None:
    stage.wire.cut = True
    change = stage.edit(stage.plain_expenses()[0], text="Queued before")
    stage.home.close()
    stage.wire.cut = False
    stage.home = stage.open_home(admission=Admission({stage.account: "This run is read-only."}))
    stage.home.start()
    held = stage.await_state(change.seq, State.HELD)
    assert stage.sync("expenses") == ""
    stage.time.advance(60)
    assert (held.reason, stage.wire.writes) == ("This run is read-only.", [])
    stage.restart()
    stage.await_settled()
    assert len(stage.wire.writes) == 1


def test_an_account_that_another_process_connects_gets_what_waited_for_it(stage: Stage) -> None:
    stage.home.close()
    told: list[Admission] = []
    stage.home = stage.open_home(admission=Admission({}), news=lambda: told.pop() if told else None)
    stage.home.start()
    invoice = stage.unpaid_invoices()[0]
    change = stage.pay(invoice)
    assert stage.await_state(change.seq, State.HELD).reason == OTHER_ACCOUNT
    assert not stage.wire.writes
    told.append(Admission({stage.account: ""}))
    soon(stage, lambda: stage.change(change.seq).state is State.CLOSED)
    assert_paid_once(stage, invoice)


def test_an_account_that_another_process_connects_is_known_as_soon_as_it_is_asked_for(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.home.close()
    make, told, known = stage.make_link, [Admission({stage.account: ""})], list[Admission]()
    monkeypatch.setattr(stage, "make_link", lambda account, notice: make(account, notice) if known else None)

    def news() -> Admission | None:
        known.extend(told)
        return told.pop() if told else None

    stage.home = stage.open_home(admission=Admission({}), news=news)
    stage.home.start()
    assert stage.sync("expenses") == ""


def test_a_sign_in_that_another_process_stores_is_taken_up_without_a_key(stage: Stage) -> None:
    stage.home.close()
    told: list[Admission] = []
    stage.home = stage.open_home(admission=Admission({stage.account: ""}), news=lambda: told.pop() if told else None)
    stage.home.start()
    stage.token = stage.kept_token = "revoked meanwhile"
    change = stage.edit(stage.plain_expenses()[0], text="signed out")
    assert stage.await_state(change.seq, State.HELD).reason == SIGN_IN
    stage.kept_token = TOKEN
    told.append(Admission({}))
    soon(stage, lambda: stage.change(change.seq).state is State.CLOSED)
    assert len(stage.wire.writes) == 1
