"""The rules of the write path, continued: lanes, waits, what belongs together, and what counts as equal."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kworkbench.domain.changes import Change, FieldError, Idem, Op, Raw, Refusal, Resolution, State
from kworkbench.domain.records import Value
from kworkbench.sync.events import (
    Check,
    Checked,
    Compared,
    Discarded,
    EngineState,
    Enqueued,
    Outcome,
    Probed,
    Reconnected,
    Resolved,
    Resumed,
    Retried,
    Send,
    Started,
    Step,
    Tell,
    Wake,
    Woken,
)
from kworkbench.sync.facts import is_far, verb_of
from kworkbench.sync.reducer import reduce
from kworkbench.sync.settling import wait_ms
from tests.sync.making import (
    ACCOUNT,
    NOW,
    NOW_MS,
    a_bulk,
    a_change,
    a_payment,
    an_edit,
    an_expense,
)
from tests.sync.test_reducer import REFUSAL, SENT, answered, run


def test_nothing_is_on_its_way_while_no_engine_runs() -> None:
    paused = EngineState(paused=True)
    expense = an_edit(2, op=Op.CREATE, lid="new:2", lane="expenses:new:2")
    state, step = reduce(paused, Enqueued((a_change(), expense), NOW_MS))
    assert step.effects == ()
    assert {change.state for change in state.changes.values()} == {State.QUEUED}
    state, step = reduce(state, Resumed(NOW_MS))
    assert step.effects == (Check(1), Check(2))
    assert state.busy == {1, 2}


def test_many_waiting_changes_ask_for_one_alarm_the_earliest() -> None:
    held = [
        an_edit(seq, lid=f"expenses:{seq}", lane=f"expenses:{seq}", state=State.HELD, not_before=NOW_MS + 1000 * seq)
        for seq in range(1, 40)
    ]
    state, step = run(Enqueued(tuple(held), NOW_MS))
    assert step.effects == (Wake(NOW_MS + 1000),)
    _, step = reduce(state, Woken(NOW_MS + 1000))
    assert [effect for effect in step.effects if isinstance(effect, Wake)] == [Wake(NOW_MS + 2000)]


def test_a_held_change_whose_time_is_over_is_released_behind_another_too() -> None:
    sending = EngineState({1: an_edit(1, state=State.SENDING, attempts=1)})
    held = an_edit(2, op=Op.DELETE, args={}, state=State.HELD, not_before=NOW_MS)
    state, step = reduce(sending, Enqueued((held,), NOW_MS))
    assert (state.changes[2].state, step.effects) == (State.QUEUED, ())


def test_a_bulk_change_keeps_its_place_in_the_lane_of_every_row() -> None:
    edit = an_edit(1, lid="expenses:2", lane="expenses:expenses:2", state=State.SENDING, attempts=1)
    later = an_edit(3, lid="expenses:3", lane="expenses:expenses:3")
    state, step = reduce(EngineState({1: edit}), Enqueued((a_bulk(2), later), NOW_MS))
    assert step.effects == ()
    state, step = reduce(state, answered(Outcome.DONE))
    assert Send(2) in step.effects
    assert Send(3) not in step.effects
    _, step = reduce(state, answered(Outcome.DONE, seq=2))
    assert Send(3) in step.effects


def test_what_was_refused_stands_in_nobodys_way() -> None:
    refused = EngineState({1: an_edit(1, state=State.REJECTED, error=REFUSAL)})
    _, step = reduce(refused, Enqueued((an_edit(2, op=Op.DELETE, args={}),), NOW_MS))
    assert step.effects == (Send(2),)


@pytest.mark.parametrize("later", [State.SENDING, State.AMBIGUOUS, State.NEEDS_YOU])
def test_what_is_tried_again_waits_for_a_later_change_of_its_lane_that_is_on_its_way(later: State) -> None:
    refused = an_edit(1, state=State.REJECTED, error=REFUSAL)
    overtaken = EngineState({1: refused, 2: an_edit(2, op=Op.DELETE, args={}, state=later, attempts=1)})
    state, step = reduce(overtaken, Retried(1, NOW_MS))
    assert step.effects == ()
    assert state.changes[1].state is State.QUEUED


def test_what_is_tried_again_waits_for_a_payment_of_its_lane_that_is_being_checked() -> None:
    refused, checked = a_change(1, state=State.REJECTED, error=REFUSAL), a_change(2)
    _, step = reduce(EngineState({1: refused, 2: checked}, busy=frozenset({2})), Retried(1, NOW_MS))
    assert step.effects == ()


def test_what_waits_for_a_record_that_was_not_made_stands_in_nobodys_way() -> None:
    refused, waiting = (
        a_change(1, state=State.REJECTED),
        a_change(2, lid="new:1", op=Op.UPDATE, args={"note": "x"}, needs=(1,)),
    )
    state, step = reduce(EngineState({1: refused, 2: waiting}), Enqueued((a_change(3, lid="new:3"),), NOW_MS))
    assert step.effects == (Check(3),)
    state, _ = reduce(state, Enqueued((a_change(4, lid="new:1"),), NOW_MS, replaces=(1,)))
    assert list(state.changes) == [2, 3, 4]


def test_giving_up_a_create_gives_up_what_was_asked_of_it() -> None:
    waiting = a_change(2, lid="new:1", op=Op.UPDATE, args={"note": "x"}, needs=(1,))
    for decision in (Discarded(1, NOW), Resolved(1, NOW, NOW_MS, Resolution.GIVE_UP)):
        unclear = EngineState({1: a_change(1, state=State.NEEDS_YOU), 2: waiting})
        state, _ = reduce(unclear, decision)
        assert not state.changes


@pytest.mark.parametrize(
    ("args", "there", "expected"),
    [
        ({"quantity": "2"}, {"quantity": "2.0"}, State.CONFIRMED),
        ({"text": None}, {"text": ""}, State.CONFIRMED),
        ({"text": "1"}, {"text": "1.0"}, State.CONFLICTED),
        ({"text": Raw("31.02.x")}, {"text": "31.02.x"}, State.CONFLICTED),
        ({"text": Raw("31.02.x")}, {"text": "a"}, State.QUEUED),
    ],
)
def test_a_comparison_takes_values_for_what_they_mean(
    args: dict[str, Value | Raw], there: dict[str, str], expected: State
) -> None:
    unclear = EngineState({1: an_edit(state=State.AMBIGUOUS, attempts=1, args=args)})
    state, _ = reduce(unclear, Compared(1, NOW, NOW_MS, (an_expense(**there),)))
    assert state.changes[1].state is expected


def test_a_marker_is_recognised_on_an_invoice_that_is_gone() -> None:
    checked = Checked(1, NOW_MS, None, (a_payment(),), Outcome.GONE)
    state, _ = run(SENT[0], checked)
    assert state.changes[1].state is State.CONFIRMED
    state, step = run(SENT[0], Checked(1, NOW_MS, None, (), Outcome.GONE))
    assert state.changes[1].state is State.REJECTED
    gone = FieldError("invoice", "The record is no longer at the server.")
    assert state.changes[1].error == Refusal(404, (gone,))
    assert Send(1) not in step.effects


def test_what_nothing_can_be_found_by_is_a_persons_to_look_for() -> None:
    unclear = EngineState({1: an_edit(op=Op.CREATE, lid="new:1", state=State.AMBIGUOUS, attempts=1)})
    state, _ = reduce(unclear, Probed(1, NOW, NOW_MS, None, looked=False))
    assert state.changes[1].state is State.NEEDS_YOU
    assert "Look for it in the list" in (state.changes[1].reason or "")


def test_a_check_that_fails_waits_longer_each_time_and_says_why() -> None:
    failed = Checked(1, NOW_MS, None, None, Outcome.UNKNOWN, tries=4, jitter=1.0, detail="The server answered 500.")
    state, step = run(SENT[0], failed)
    assert (state.changes[1].reason, state.changes[1].not_before) == ("The server answered 500.", NOW_MS + 8000)
    assert step.effects == (Wake(NOW_MS + 8000),)
    busy = replace(failed, outcome=Outcome.BUSY, wait_seconds=30.0, jitter=0.0)
    state, _ = run(SENT[0], busy)
    assert state.changes[1].not_before == NOW_MS + 30_000


def test_a_clock_that_was_put_back_holds_nothing_up_for_longer_than_any_wait() -> None:
    hour = 3_600_000
    state, step = run(Enqueued((an_edit(not_before=NOW_MS + hour),), NOW_MS))
    assert step.effects == (Wake(NOW_MS + hour),)
    _, step = reduce(state, Woken(NOW_MS - 2 * hour))
    assert step.effects == (Send(1),)


def test_what_nothing_moved_is_not_saved_again() -> None:
    sending = EngineState({1: an_edit(1, state=State.SENDING, attempts=1), 2: an_edit(2), 3: an_edit(3)})
    _, step = reduce(sending, Woken(NOW_MS))
    assert step == Step()


def test_the_line_that_is_back_brings_no_answer_home_twice() -> None:
    confirmed = EngineState({1: a_change(state=State.CONFIRMED), 2: a_change(2, state=State.REJECTED)})
    _, step = reduce(confirmed, Reconnected(ACCOUNT, NOW_MS))
    assert step == Step()


@pytest.mark.parametrize("state", [State.QUEUED, State.REJECTED, State.CONFLICTED, State.SENDING])
def test_only_what_is_unclear_can_be_resolved(state: State) -> None:
    before = EngineState({1: a_change(state=state)}, paused=True)
    for resolution in Resolution:
        after, step = reduce(before, Resolved(1, NOW, NOW_MS, resolution, "7"))
        assert (after.changes, step) == (before.changes, Step())
    assert reduce(before, Resolved(9, NOW, NOW_MS, Resolution.GIVE_UP))[1] == Step()


def test_a_start_tells_only_of_what_it_has_made_unclear() -> None:
    mail = an_edit(1, op=Op.ACTION, action="send", idem=Idem.UNMARKED, state=State.SENDING, attempts=1)
    known = a_change(2, state=State.NEEDS_YOU, attempts=1)
    _, step = reduce(EngineState(), Started(2, NOW_MS, (mail, known)))
    assert [effect for effect in step.effects if isinstance(effect, Tell)] == [Tell(1)]


@pytest.mark.parametrize(("running", "goes"), [(3, True), (4, False)])
def test_what_is_on_its_way_already_counts_among_the_four(running: int, goes: bool) -> None:
    sending = {
        seq: an_edit(seq, lid=f"expenses:{seq}", lane=f"expenses:{seq}", state=State.SENDING, attempts=1)
        for seq in range(1, running)
    }
    checked = a_change(running, lane="invoice:1")
    state = EngineState({**sending, running: checked}, busy=frozenset({running}))
    _, step = reduce(state, Enqueued((an_edit(9, lid="expenses:9", lane="expenses:9"),), NOW_MS))
    assert (Send(9) in step.effects) is goes


@pytest.mark.parametrize(
    ("tries", "jitter", "asked", "wait"),
    [
        (1, 1.0, None, 1000),
        (2, 1.0, None, 2000),
        (3, 0.5, None, 2000),
        (6, 1.0, None, 32_000),
        (7, 1.0, None, 60_000),
        (1000, 1.0, None, 60_000),
        (9, 0.0, None, 0),
        (1, 0.0, 7.0, 7000),
        (1, 1.0, 7.0, 8000),
    ],
)
def test_waits_double_up_to_a_minute_and_a_servers_wish_goes_before(
    tries: int, jitter: float, asked: float | None, wait: int
) -> None:
    assert wait_ms(tries, jitter, asked) == wait


def test_what_is_held_for_its_connection_waits_for_no_time() -> None:
    held = EngineState({1: an_edit(not_before=NOW_MS)}, facts={f"differs:{ACCOUNT}": "7"})
    state, _ = reduce(held, Woken(NOW_MS))
    assert (state.changes[1].state, state.changes[1].not_before) == (State.HELD, None)
    assert state.changes[1].reason == (
        "The first write of its kind came out other than it was shown, so the queue waits for your word."
    )
    assert reduce(state, Woken(NOW_MS + 1))[1] == Step()


def test_a_wait_that_is_over_is_noted_once_and_its_reason_stays_until_the_send() -> None:
    sending = an_edit(1, state=State.SENDING, attempts=1)
    waiting = an_edit(2, reason="The server asked to wait.", not_before=NOW_MS)
    needing = an_edit(3, lid="expenses:6", lane="expenses:6", needs=(1,), not_before=NOW_MS)
    state, _ = reduce(EngineState({1: sending, 2: waiting, 3: needing}), Woken(NOW_MS))
    assert (state.changes[2].not_before, state.changes[2].reason) == (None, "The server asked to wait.")
    assert (state.changes[3].state, state.changes[3].not_before) == (State.BLOCKED, None)
    assert reduce(state, Woken(NOW_MS + 1))[1] == Step()


def test_what_a_start_sets_free_no_longer_says_why_it_was_held() -> None:
    state, _ = reduce(
        EngineState(paused=True), Started(2, NOW_MS, (an_edit(1, state=State.HELD, reason="sign-in needed"),))
    )
    assert (state.changes[1].state, state.changes[1].reason) == (State.QUEUED, None)


# The first write of each verb on a live connection goes alone (product.md section 2).

LIVE = "productive|https://api.example.com|7|12"
PROVEN = {f"first:{LIVE}:update expenses": "good"}


def live(seq: int, **more: Any) -> Change:
    return an_edit(seq, account=LIVE, lid=f"expenses:{seq}", lane=f"expenses:{seq}", **more)


def test_a_proven_verb_waits_for_the_first_write_of_another() -> None:
    delete = live(1, op=Op.DELETE, args={})
    _, step = reduce(EngineState(facts=PROVEN), Enqueued((delete, live(2)), NOW_MS))
    assert step.effects == (Send(1),)


@pytest.mark.parametrize(
    ("going", "waits"),
    [
        (live(1, state=State.SENDING, attempts=1), True),
        (live(1, state=State.AMBIGUOUS, attempts=1), False),
        (live(1, state=State.CONFIRMED, attempts=1), False),
    ],
    ids=["on its way", "unclear", "there"],
)
def test_a_first_write_waits_for_what_is_on_its_way_and_for_nothing_else(going: Change, waits: bool) -> None:
    _, step = reduce(EngineState({1: going}, facts=PROVEN), Enqueued((live(2, op=Op.DELETE, args={}),), NOW_MS))
    assert (Send(2) not in step.effects) is waits


def test_a_first_write_waits_for_a_payment_that_is_being_checked() -> None:
    proven = {f"first:{LIVE}:create payments": "good"}
    state, _ = reduce(EngineState(facts=proven), Enqueued((a_change(1, account=LIVE),), NOW_MS))
    _, step = reduce(state, Enqueued((live(2),), NOW_MS))
    assert step.effects == ()


def test_verbs_go_by_the_names_that_earlier_versions_have_kept() -> None:
    named = {
        "update expenses": live(1),
        "update expenses in bulk": live(1, targets=("expenses:1",)),
        "approve expenses": live(1, op=Op.ACTION, action="approve"),
        "bulk_delete expenses": a_bulk(),
    }
    assert {verb_of(change): change for change in named.values()} == named


@pytest.mark.parametrize(
    ("account", "far"),
    [
        (LIVE, True),
        ("kantata|https://localhost.example.com|7|", True),
        ("kantata|http://localhost:8080|7|", False),
        ("kantata|http://localhost|7|", False),
        ("kantata|http://127.0.0.1:8080|7|", False),
        ("kantata|http://[::1]:8080|7|", False),
        (ACCOUNT, False),
    ],
)
def test_what_runs_on_this_machine_is_no_vendors_server(account: str, far: bool) -> None:
    assert is_far(account) is far
