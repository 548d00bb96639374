"""Two steps that belong together, facts that outlive a process, and first writes, through the real sandbox."""

from __future__ import annotations

import pytest

from kworkbench.domain.again import recorded_again
from kworkbench.domain.changes import Change, Draft, Idem, Op, Resolution, State
from kworkbench.domain.marker import new_marker
from kworkbench.providers import load
from kworkbench.store.reader import Row
from kworkbench.sync import facts
from kworkbench.sync.events import Admission, Resolved
from kworkbench.sync.facts import doubles, standstills
from tests.sync.checks import assert_converged, assert_paid_once, outstanding
from tests.sync.conftest import Open
from tests.sync.making import NOW, NOW_MS
from tests.sync.stage import Stage


def paid(stage: Stage) -> tuple[Row, Row]:
    """An invoice that was paid in full, and its payment as the server has it."""
    invoice = stage.unpaid_invoices()[0]
    stage.pay(invoice)
    stage.await_settled()
    return invoice, next(row for row in stage.rows("payments") if row.values["invoice_id"] == invoice.id)


def again(stage: Stage, invoice: Row, payment: Row, note: str) -> tuple[Change, ...]:
    amount = payment.values["amount"]
    told = {"invoice_id": invoice.id, "invoice": invoice.values["number"], "amount": amount}
    delete = Draft(stage.account, Op.DELETE, "payments", payment.lid, pre=told)
    create = Draft(
        stage.account,
        Op.CREATE,
        "payments",
        "new:again",
        args={"invoice_id": invoice.id, "project_id": invoice.values["project_id"], "note": note},
        pre={"outstanding": amount, "amount": amount, "currency": invoice.values["currency"]},
        idem=Idem.MARKED,
        marker=new_marker(lambda below: below - 1),
    )
    return stage.save(*recorded_again(delete, create))


def notes_at_server(stage: Stage, invoice: Row) -> list[str]:
    invoice_id = int(invoice.id or 0)
    return [str(row[0]) for row in stage.server_rows("SELECT note FROM payments WHERE invoice_id = ?", invoice_id)]


def test_a_payment_is_deleted_and_recorded_again(open_stage: Open) -> None:
    stage = open_stage("kantata")
    invoice, payment = paid(stage)
    first, second = again(stage, invoice, payment, "The right note")
    assert second.needs == (first.seq,)
    stage.await_settled()
    (note,) = notes_at_server(stage, invoice)
    assert note.startswith("The right note")
    assert outstanding(stage, invoice) == 0
    assert_converged(stage, "invoices", "payments")


def test_a_second_step_that_fails_stays_on_screen_and_one_key_goes_on(open_stage: Open) -> None:
    stage = open_stage("kantata")
    invoice, payment = paid(stage)
    stage.faults("status=422,route=POST:*,times=1")
    _, second = again(stage, invoice, payment, "Once more")
    refused = stage.await_state(second.seq, State.REJECTED)
    assert (refused.reason or "").startswith("deleted, not recorded again")
    assert notes_at_server(stage, invoice) == []
    stage.restart()
    row = stage.row("new:again")
    assert row is not None
    assert row.mark == "!"
    stage.changes.retry(second.seq).result(5)
    stage.await_settled()
    assert len(notes_at_server(stage, invoice)) == 1


def test_nothing_is_deleted_where_somebody_has_changed_the_balance(open_stage: Open) -> None:
    stage = open_stage("kantata")
    invoice, payment = paid(stage)
    stage.server_writes("UPDATE payments SET amount = amount - 100 WHERE invoice_id = ?", int(invoice.id or 0))
    first, _ = again(stage, invoice, payment, "Too late")
    stage.await_state(first.seq, State.CONFLICTED)
    assert len(notes_at_server(stage, invoice)) == 1


def test_a_first_write_that_comes_out_otherwise_holds_the_queue_over_a_restart_until_a_word(
    open_stage: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facts, "is_live", lambda _account: True)
    stage = open_stage("productive")
    one, two = stage.plain_expenses()[:2]
    expected = Draft(
        stage.account,
        Op.UPDATE,
        "expenses",
        one.lid,
        args={"text": "b"},
        pre={"text": one.values["text"]},
        expects={"amount": -1},
    )
    first = stage.save(expected)[0]
    second = stage.edit(two, text="c")
    stage.await_state(first.seq, State.CLOSED)
    assert stage.change(first.seq).differences[-1].field == "amount"
    held = stage.await_state(second.seq, State.HELD)
    assert "waits for your word" in (held.reason or "")
    stage.restart()
    assert [found.seq for found in standstills(stage.desk.facts())] == [first.seq]
    stage.await_state(second.seq, State.HELD)
    assert len(stage.wire.writes) == 1
    stage.home.desk.ask(Resolved(first.seq, NOW, NOW_MS, Resolution.GO_ON)).result(5)
    stage.await_settled()
    assert standstills(stage.desk.facts()) == ()


def test_each_attempt_keeps_what_was_sent_and_answered(open_stage: Open) -> None:
    stage = open_stage("productive")
    change = stage.edit(stage.plain_expenses()[0], text="Kept in the journal")
    stage.await_settled()
    (attempt,) = stage.home.desk.attempts(change.seq).result(5)
    assert attempt.sent.startswith("PATCH /expenses/")
    assert "Kept in the journal" in attempt.sent
    assert "Kept in the journal" in attempt.answer
    assert attempt.status == 200


def test_a_payment_that_was_sent_again_and_comes_to_stand_twice_is_told_of_and_not_touched(stage: Stage) -> None:
    invoice = stage.unpaid_invoices()[0]
    stage.faults("drop-before,route=POST:*payments*,times=1")
    change = stage.pay(invoice)
    stage.await_state(change.seq, State.AMBIGUOUS)

    def asks() -> bool:
        stage.time.advance(30)
        return stage.change(change.seq).state is State.NEEDS_YOU

    stage.until(asks, "a person to be asked")
    stage.changes.resolve(change.seq, Resolution.SEND_AGAIN).result(5)
    stage.await_settled()
    twice(stage, invoice)

    def told() -> bool:
        stage.time.advance(20)
        return any(one.seq == change.seq for one in doubles(stage.desk.facts()))

    stage.until(told, "the second row to be told of")
    (double,) = doubles(stage.desk.facts())
    assert len(double.ids) == 2
    assert stage.payments_at_server(invoice.lid) == 2
    assert len([sent for sent in stage.wire.writes if sent.method == "DELETE"]) == 0


def a_lost_payment_goes_again(stage: Stage, payment: Row) -> None:
    """A payment that never arrived is sent once more after T_settle, without a word, and stands there once."""
    stage.delete("payments", payment)
    stage.await_settled()
    invoice, sent = stage.unpaid_invoices()[0], len(stage.wire.writes)
    stage.faults("drop-before,route=POST:*payments*,times=1")
    change = stage.pay(invoice)
    stage.await_state(change.seq, State.AMBIGUOUS)
    lost = stage.time.monotonic()

    def over() -> bool:
        stage.time.advance(20)
        return stage.change(change.seq).state is State.CLOSED

    stage.until(over)
    assert stage.time.monotonic() - lost >= load(stage.provider).catalog.payments.settle_seconds
    assert len(stage.wire.writes) - sent == 2
    assert_paid_once(stage, invoice)


def test_a_server_that_refused_a_second_payment_lets_lost_ones_be_sent_again(kantata: Stage) -> None:
    invoice, payment = paid(kantata)
    second = Draft(
        kantata.account,
        Op.CREATE,
        "payments",
        "new:second",
        args={"invoice_id": invoice.id, "project_id": invoice.values["project_id"]},
        pre={"outstanding": 0, "amount": 100, "currency": invoice.values["currency"]},
        idem=Idem.MARKED,
        marker=new_marker(lambda below: below - 1),
    )
    (change,) = kantata.save(second)
    refused = kantata.await_state(change.seq, State.REJECTED)
    assert refused.error is not None
    assert [(one.field, one.message) for one in refused.error.errors] == [("invoice", "Invoice is already paid")]
    kantata.changes.discard(change.seq).result(5)
    kantata.restart()
    a_lost_payment_goes_again(kantata, payment)


def test_a_connection_that_wants_it_sends_lost_payments_again_by_itself(productive: Stage) -> None:
    _, payment = paid(productive)
    productive.home.close()
    wanted = Admission({productive.account: ""}, frozenset({productive.account}))
    productive.home = productive.open_home(admission=wanted)
    productive.home.start()
    a_lost_payment_goes_again(productive, payment)


def twice(stage: Stage, invoice: Row) -> None:
    """What A1 excludes: the request that was given up takes effect after all."""
    names = [str(row[1]) for row in stage.server_rows("PRAGMA table_info(payments)")]
    columns = ", ".join(names)
    copied = ", ".join("id + 1000000" if name == "id" else name for name in names)
    stage.server_writes(
        f"INSERT INTO payments({columns}) SELECT {copied} FROM payments WHERE invoice_id = ?",  # noqa: S608
        int(invoice.id or 0),
    )


@pytest.mark.parametrize("fault", ["drop-after", "drop-before"])
def test_an_edit_of_several_rows_is_settled_row_by_row_whatever_was_lost(productive: Stage, fault: str) -> None:
    rows = productive.plain_expenses()[:3]
    productive.faults(f"{fault},route=PATCH:*,times=1")
    befores = {row.lid: {"text": row.values["text"]} for row in rows}
    draft = Draft(
        productive.account,
        Op.UPDATE,
        "expenses",
        "new:bulk",
        args={"text": "All the same"},
        targets=tuple(befores),
        befores=befores,
    )
    (change,) = productive.save(draft)
    assert {row.values["text"] for row in productive.rows("expenses") if row.lid in befores} == {"All the same"}
    productive.settle()
    assert productive.change(change.seq).state is State.CLOSED
    assert {row.values["text"] for row in productive.rows("expenses") if row.lid in befores} == {"All the same"}
    assert_converged(productive, "expenses")


def test_first_writes_that_come_out_as_shown_hold_nothing_up(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts, "is_live", lambda _account: True)
    part = "500 wire" if stage.provider == "productive" else ""
    (invoice,) = stage.unpaid_invoices()[:1]
    changes = [stage.pay(invoice, part)]
    like, other, third = stage.plain_expenses()[:3]
    state = stage.forms.new("expenses", copy_of=like.lid)
    changes.append(stage.forms.save(state, {**state.texts, "text": "A new one", "date": "2026-03-02"}).result(5))
    changes.append(stage.edit(other, text="Edited"))
    changes += stage.delete("expenses", third)
    stage.await_settled()
    assert {change.seq: stage.change(change.seq).differences for change in changes} == {one.seq: () for one in changes}
    assert standstills(stage.desk.facts()) == ()
    verbs = {key.rpartition(":")[2] for key in stage.desk.facts() if key.startswith("first:")}
    assert verbs == {"create payments", "create expenses", "update expenses", "delete expenses"}


def test_a_refresh_looks_at_once_for_what_is_unclear_marked_or_not(productive: Stage) -> None:
    productive.hold_for(0.0, marker=False)
    invoice = productive.unpaid_invoices()[0]
    productive.faults("drop-after,route=POST:*payments*,times=1", "status=503,route=GET:*payments*,times=1")
    productive.wire.watch = lambda moment, sent: (
        setattr(productive.wire, "blocked", "GET /api/v2/payments") if moment == "before" and sent.is_write else None
    )
    change = productive.pay(invoice)
    productive.time.advance(2.0)
    productive.until(lambda: advanced(productive, change.seq) is State.AMBIGUOUS)
    productive.wire.watch, productive.wire.blocked = lambda _moment, _sent: None, ""
    productive.faults()
    assert productive.sync("payments") == ""
    unclear = productive.await_state(change.seq, State.NEEDS_YOU)
    assert "looks like it" in (unclear.reason or "")


def advanced(stage: Stage, seq: int) -> State:
    stage.time.advance(0.3)
    return stage.change(seq).state
