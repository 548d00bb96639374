"""What a person decides about a change, field by field (sync-engine.md section 4)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kworkbench.domain.changes import Change, FieldError, Idem, Op, Refusal, Resolution, State
from kworkbench.sync.events import (
    Admission,
    Admitted,
    Applied,
    Apply,
    Checked,
    Compare,
    Compared,
    EngineState,
    Enqueued,
    Probe,
    Probed,
    Reconnected,
    Replaced,
    Resolved,
    Retried,
    Send,
    Started,
    Step,
    TakenBack,
    Tell,
    Woken,
)
from kworkbench.sync.lanes import DIFFERS
from kworkbench.sync.reducer import reduce
from tests.sync.making import ACCOUNT, NOW, NOW_MS, a_change, a_payment, an_edit, an_expense, an_invoice

LATER = NOW_MS + 60_000
REFUSAL = Refusal(422, (FieldError("amount", "can't be blank"),))


@pytest.mark.parametrize("state", [State.SENDING, State.AMBIGUOUS, State.NEEDS_YOU, State.CONFIRMED])
def test_what_may_stand_at_the_server_is_not_tried_again(state: State) -> None:
    before = EngineState({1: a_change(state=state, attempts=1)})
    after, step = reduce(before, Retried(1, NOW_MS))
    assert (after.changes, step) == (before.changes, Step())


def test_a_change_that_is_over_cannot_be_tried_again() -> None:
    assert reduce(EngineState(), Retried(9, NOW_MS))[1] == Step()


def test_what_is_tried_again_begins_anew_and_keeps_what_was_before() -> None:
    pre = {"outstanding": 10000, "currency": "EUR"}
    refused = a_change(state=State.REJECTED, reason="x", error=REFUSAL, attempts=3, not_before=LATER, pre=pre)
    state, _ = reduce(EngineState({1: refused}), Retried(1, NOW_MS))
    again = state.changes[1]
    assert (again.error, again.attempts, again.not_before, again.pre) == (None, 0, None, {"currency": "EUR"})


def test_trying_again_accepts_the_balance_that_was_shown_and_no_other() -> None:
    state, _ = reduce(EngineState({1: a_change()}), Checked(1, NOW_MS, an_invoice(5000), ()))
    state, _ = reduce(state, Retried(1, NOW_MS))
    assert state.changes[1].pre["outstanding"] == 5000
    state, step = reduce(state, Checked(1, NOW_MS, an_invoice(2500), ()))
    assert state.changes[1].state is State.CONFLICTED
    assert Send(1) not in step.effects


def test_a_conflict_of_several_rows_that_is_tried_again_is_none_any_more() -> None:
    rows = ("expenses:1", "expenses:2")
    conflict = an_edit(lid="new:9", targets=rows, pre={"text": "a"}, theirs={"expenses:1.text": "c"})
    state, _ = reduce(EngineState({1: replace(conflict, state=State.CONFLICTED)}), Retried(1, NOW_MS))
    again = state.changes[1]
    assert again.theirs is None
    assert [again.before(lid) for lid in rows] == [{"text": "c"}, {"text": "a"}]


def unclear() -> EngineState:
    known = a_change(state=State.NEEDS_YOU, attempts=1, error=REFUSAL, theirs={"candidates": "78"}, response="<html>")
    return EngineState({1: known})


def test_what_is_sent_again_by_a_persons_word_begins_anew() -> None:
    state, _ = reduce(unclear(), Resolved(1, NOW, NOW_MS, Resolution.SEND_AGAIN))
    again = state.changes[1]
    assert (again.error, again.theirs, again.response, again.not_before) == (None, None, None, None)
    assert again.attempts == 1


def test_what_a_person_has_found_is_read_anew_and_not_from_an_answer_nobody_could_read() -> None:
    state, step = reduce(unclear(), Resolved(1, NOW, NOW_MS, Resolution.FOUND, "78"))
    assert (state.changes[1].theirs, state.changes[1].response) == (None, None)
    assert step.effects == (Apply(1),)


def test_only_what_is_held_for_its_undo_time_is_taken_back_by_its_gesture() -> None:
    signed_out = an_edit(1, state=State.HELD, gesture="g")
    offline = an_edit(2, lid="expenses:6", lane="expenses:6", not_before=LATER, gesture="g")
    held = an_edit(3, lid="expenses:7", lane="expenses:7", state=State.HELD, not_before=LATER, gesture="g")
    other = an_edit(4, lid="expenses:8", lane="expenses:8", state=State.HELD, not_before=LATER, gesture="h")
    state, _ = reduce(EngineState({1: signed_out, 2: offline, 3: held, 4: other}), TakenBack("g", NOW))
    assert list(state.changes) == [1, 2, 4]


# What is held for its account, and what sets it free.


def test_what_waits_for_its_time_is_held_at_once_for_another_account_and_a_gesture_when_its_time_is_over() -> None:
    waits, gesture = an_edit(1, not_before=LATER), an_edit(2, lid="expenses:6", state=State.HELD, not_before=LATER)
    barred = EngineState(admission=Admission({}), paused=True)
    state, _ = reduce(barred, Enqueued((waits, gesture), NOW_MS))
    assert [(one.state, one.not_before) for one in state.changes.values()] == [(State.HELD, None), (State.HELD, LATER)]
    state, _ = reduce(state, Woken(LATER))
    assert {one.reason for one in state.changes.values()} == {
        "It was made under another sign-in. Sign in as before to send it, or discard it."
    }
    state, _ = reduce(state, Admitted(Admission({ACCOUNT: ""}), LATER))
    assert {(one.state, one.reason) for one in state.changes.values()} == {(State.QUEUED, None)}


def test_what_a_persons_word_sets_free_no_longer_says_that_it_waits_for_it() -> None:
    held = an_edit(2, state=State.HELD, reason=DIFFERS)
    still = EngineState({2: held}, facts={f"differs:{ACCOUNT}": "1", f"differing:{ACCOUNT}": "x"}, paused=True)
    state, _ = reduce(still, Resolved(1, NOW, NOW_MS, Resolution.GO_ON))
    assert (state.changes[2].state, state.changes[2].reason) == (State.QUEUED, None)


# What the line that is back sets free, and what not.


@pytest.mark.parametrize(
    "change",
    [
        an_edit(reason="The server asked to wait.", not_before=LATER),
        an_edit(state=State.HELD, reason="offline", not_before=LATER),
        an_edit(state=State.HELD, reason=DIFFERS),
        an_edit(state=State.REJECTED, reason="offline"),
        an_edit(reason="sign-in needed", not_before=LATER),
    ],
    ids=["asked to wait", "held to be undone", "waits for a word", "refused", "queued"],
)
def test_the_line_that_is_back_ends_no_other_wait(change: object) -> None:
    before = EngineState({1: change}, paused=True)  # type: ignore[dict-item]
    after, _ = reduce(before, Reconnected(ACCOUNT, NOW_MS))
    assert after.changes == before.changes


def test_the_line_of_one_account_sets_nothing_of_another_free() -> None:
    before = EngineState({1: an_edit(reason="offline", not_before=LATER), 2: a_change(2, state=State.AMBIGUOUS)})
    after, step = reduce(before, Reconnected("another", NOW_MS))
    assert after.changes == before.changes
    assert not [effect for effect in step.effects if isinstance(effect, Send | Probe)]


@pytest.mark.parametrize("state", [State.AMBIGUOUS, State.NEEDS_YOU])
def test_the_line_that_is_back_looks_for_what_is_unclear(state: State) -> None:
    payment, edit = a_change(1, state=state, attempts=1), an_edit(2, state=state, attempts=1)
    _, step = reduce(EngineState({1: payment, 2: edit}), Reconnected(ACCOUNT, NOW_MS))
    assert step.effects == (Probe(1), Compare(2))


MAIL = an_edit(op=Op.ACTION, action="send", args={}, idem=Idem.UNMARKED, attempts=1)
UNTOLD = an_edit(op=Op.ACTION, action="approve", args={}, attempts=1)
"""Its effect is recognised by nothing."""


@pytest.mark.parametrize("change", [MAIL, UNTOLD], ids=["outward", "without an effect to see"])
def test_what_no_record_can_tell_is_read_no_more_once_a_person_was_asked(change: Change) -> None:
    asked = replace(change, state=State.NEEDS_YOU)
    _, started = reduce(EngineState(), Started(2, NOW_MS, (asked,)))
    _, back = reduce(EngineState({1: asked}), Reconnected(ACCOUNT, NOW_MS))
    assert (started.effects, back.effects) == ((), ())
    for answer in (Compared(1, NOW, NOW_MS, (an_expense(text="a"),)), Compared(1, NOW, NOW_MS, ())):
        state, step = reduce(EngineState({1: asked}), answer)
        assert (state.changes, step) == ({1: asked}, Step())


@pytest.mark.parametrize("change", [MAIL, UNTOLD], ids=["outward", "without an effect to see"])
def test_what_no_record_can_tell_and_nobody_was_asked_about_still_comes_before_a_person(change: Change) -> None:
    unclear = replace(change, state=State.AMBIGUOUS)
    state, step = reduce(EngineState(), Started(2, NOW_MS, (unclear,)))
    assert step.effects == (Compare(1),)
    state, step = reduce(state, Compared(1, NOW, NOW_MS, ()))
    assert state.changes[1].state is State.NEEDS_YOU
    assert step.effects == (Tell(1),)


@pytest.mark.parametrize("idem", [Idem.UNMARKED, Idem.MARKED, Idem.NATURAL])
def test_a_create_is_looked_for_at_each_start_whatever_a_person_was_asked(idem: Idem) -> None:
    asked = a_change(1, state=State.NEEDS_YOU, attempts=1, idem=idem)
    state, step = reduce(EngineState(), Started(2, NOW_MS, (asked,)))
    assert step.effects == (Probe(1),)
    state, _ = reduce(state, Probed(1, NOW, NOW_MS, a_payment()))
    assert state.changes[1].state is State.CONFIRMED


# Who takes whose place.


def test_what_is_corrected_by_what_is_over_itself_is_over_all_the_same() -> None:
    state, _ = reduce(EngineState({1: a_change(state=State.REJECTED)}), Replaced(1, 9, NOW, NOW_MS))
    assert not state.changes


def test_of_several_new_changes_the_one_of_the_same_kind_takes_the_place() -> None:
    needs_it = an_edit(2, needs=(1,), state=State.BLOCKED)
    refused = EngineState({1: a_change(state=State.REJECTED), 2: needs_it})
    expense = an_edit(3, op=Op.CREATE, lid="new:3", lane="expenses:new:3")
    state, _ = reduce(refused, Enqueued((expense, a_change(4, lid="new:4")), NOW_MS, replaces=(1,)))
    assert list(state.changes) == [2, 3, 4]
    assert state.changes[2].needs == (4,)
    assert state.changes[2].reason == "It needs change 4 (queued)."


def test_a_correction_moves_nothing_but_what_needed_the_one_before() -> None:
    refused = EngineState({1: an_edit(state=State.REJECTED), 2: an_edit(2, lid="expenses:6", not_before=LATER)})
    _, step = reduce(refused, Enqueued((an_edit(3),), NOW_MS, replaces=(1,)))
    assert 2 not in {change.seq for change in step.changed}


# Late and foreign events.


@pytest.mark.parametrize("idem", list(Idem))
def test_absence_tells_a_person_who_was_asked_nothing_new(idem: Idem) -> None:
    asked = EngineState({1: a_change(state=State.NEEDS_YOU, attempts=1, idem=idem)})
    after, step = reduce(asked, Probed(1, NOW, NOW_MS, None, settled=True))
    assert (after.changes, step) == (asked.changes, Step())


def test_a_person_is_asked_once_about_what_went_outside() -> None:
    mail = an_edit(op=Op.ACTION, action="send", idem=Idem.UNMARKED, state=State.NEEDS_YOU, attempts=1)
    asked = EngineState({1: mail})
    assert reduce(asked, Compared(1, NOW, NOW_MS, (an_expense(),)))[1] == Step()


@pytest.mark.parametrize("state", [State.QUEUED, State.REJECTED, State.CONFIRMED])
def test_a_comparison_tells_nothing_of_what_is_clear(state: State) -> None:
    before = EngineState({1: an_edit(state=state, not_before=LATER)})
    assert reduce(before, Compared(1, NOW, NOW_MS, (an_expense(text="b"),)))[0].changes == before.changes
    assert reduce(before, Compared(9, NOW, NOW_MS, ()))[0].changes == before.changes


@pytest.mark.parametrize("state", [State.QUEUED, State.AMBIGUOUS, State.REJECTED])
def test_only_what_is_confirmed_is_closed_by_its_answer(state: State) -> None:
    before = EngineState({1: an_edit(state=state, not_before=LATER)})
    after, step = reduce(before, Applied(1, NOW))
    assert (after.changes, step) == (before.changes, Step())
    assert reduce(before, Applied(9, NOW))[1] == Step()


def test_order_is_that_of_the_numbers_and_not_of_arrival() -> None:
    state = EngineState(paused=True)
    for seq in (5, 3, 4):
        state, _ = reduce(state, Enqueued((an_edit(seq, op=Op.ACTION),), NOW_MS))
    assert list(state.changes) == [3, 4, 5]
    _, step = reduce(replace(state, paused=False), Woken(NOW_MS))
    assert step.effects == (Send(3),)
