"""Which account may be sent to, and the first write of each verb on a live connection."""

from __future__ import annotations

from typing import Any

import pytest

from kworkbench.domain.changes import Change, Difference, Op, Resolution, State
from kworkbench.domain.records import Record
from kworkbench.lean import replace
from kworkbench.sync.events import (
    Admission,
    Admitted,
    Answered,
    Applied,
    Checked,
    EngineState,
    Enqueued,
    Outcome,
    Resolved,
    Send,
    Started,
    Step,
    Tell,
)
from kworkbench.sync.facts import is_live, standstills, verb_of
from kworkbench.sync.lanes import DIFFERS, OTHER_ACCOUNT
from kworkbench.sync.reducer import reduce
from kworkbench.sync.settling import TRIED_OFTEN
from tests.sync.making import ACCOUNT, NOW, NOW_MS, a_bulk, a_change, a_payment, an_edit, an_expense, an_invoice

LIVE = "productive|https://api.example.com|7|12"


def live(seq: int, record: int | None = None, **more: Any) -> Change:
    lid = f"expenses:{record or seq}"
    return an_edit(seq, account=LIVE, lid=lid, lane=f"expenses:{lid}", **more)


def sends(step: Step) -> list[int]:
    return [effect.seq for effect in step.effects if isinstance(effect, Send)]


def done(state: EngineState, seq: int, text: str = "b") -> tuple[EngineState, Step]:
    record = an_expense(state.changes[seq].lid.partition(":")[2], text=text)
    state, first = reduce(state, Answered(seq, NOW, NOW_MS, Outcome.DONE, (record,)))
    state, second = reduce(state, Applied(seq, NOW, NOW_MS, (record,)))
    return state, first.then(second)


def test_the_sandbox_is_not_live_and_everything_else_is() -> None:
    assert not is_live(ACCOUNT)
    assert is_live(LIVE)
    assert is_live("kantata|http://127.0.0.1:8080||")


def test_the_first_write_of_a_verb_on_a_live_connection_goes_alone() -> None:
    state, step = reduce(EngineState(), Enqueued(tuple(live(seq) for seq in (1, 2, 3)), NOW_MS))
    assert sends(step) == [1]
    _, step = done(state, 1)
    assert sends(step) == [2, 3]


def test_each_verb_has_a_first_write_of_its_own_that_waits_for_what_is_on_its_way() -> None:
    state, _ = reduce(EngineState(), Enqueued((live(1), live(2)), NOW_MS))
    state, step = done(state, 1)
    assert sends(step) == [2]
    state, step = reduce(state, Enqueued((live(3, op=Op.DELETE, args={}), live(4)), NOW_MS))
    assert sends(step) == [4]
    state, step = done(state, 2)
    assert sends(step) == []
    _, step = done(state, 4)
    assert sends(step) == [3]


def test_a_first_write_that_was_refused_proves_nothing() -> None:
    state, _ = reduce(EngineState(), Enqueued((live(1), live(2), live(3)), NOW_MS))
    state, step = reduce(state, Answered(1, NOW, NOW_MS, Outcome.REFUSED))
    assert sends(step) == [2]


def differing() -> EngineState:
    state, _ = reduce(EngineState(), Enqueued(tuple(live(seq) for seq in (1, 2)), NOW_MS))
    state, step = done(state, 1, text="something else")
    assert sends(step) == []
    assert Tell(1) in step.effects
    closed = next(change for change in step.changed if change.seq == 1 and change.state is State.CLOSED)
    assert closed.differences == (Difference("text", "b", "something else", "1"),)
    return state


def test_a_first_write_that_comes_out_otherwise_holds_the_queue_of_its_connection_and_asks() -> None:
    state = differing()
    assert [(one.account, one.seq) for one in standstills(state.facts)] == [(LIVE, 1)]
    assert state.changes[2].state is State.HELD
    assert "waits for your word" in (state.changes[2].reason or "")
    state, step = reduce(state, Enqueued((live(5), an_edit(6)), NOW_MS))
    assert sends(step) == [6]
    assert state.changes[5].state is State.HELD


def test_the_queue_stands_still_after_a_restart_too() -> None:
    state = differing()
    _, step = reduce(EngineState(), Started(2, NOW_MS, tuple(state.changes.values()), state.facts))
    assert sends(step) == []


def test_a_persons_word_lets_the_queue_go_on_and_the_verb_is_known_from_then_on() -> None:
    state, step = reduce(differing(), Resolved(1, NOW, NOW_MS, Resolution.GO_ON))
    assert standstills(state.facts) == ()
    assert sends(step) == [2]
    _, step = reduce(state, Enqueued((live(3), live(4)), NOW_MS))
    assert sends(step) == [3, 4]


def test_a_word_about_anything_else_changes_nothing() -> None:
    state = differing()
    after, step = reduce(state, Resolved(99, NOW, NOW_MS, Resolution.GO_ON))
    assert (after.facts, step.changed) == (state.facts, ())


@pytest.mark.parametrize(("outstanding", "good"), [(0, True), (2500, False)])
def test_a_first_payment_is_compared_with_the_balance_that_was_shown(outstanding: int, good: bool) -> None:
    state, _ = reduce(EngineState(), Enqueued((a_change(account=LIVE),), NOW_MS))
    state, _ = reduce(state, Checked(1, NOW_MS, an_invoice(), ()))
    paid = (a_payment(), an_invoice(outstanding))
    state, _ = reduce(state, Answered(1, NOW, NOW_MS, Outcome.DONE, paid))
    state, step = reduce(state, Applied(1, NOW, NOW_MS, paid))
    assert (not standstills(state.facts)) is good
    expected = () if good else (Difference("invoice.outstanding", 0, outstanding, "9"),)
    assert step.changed[-1].differences == expected


def test_later_writes_keep_what_the_server_made_otherwise_of_what_was_sent() -> None:
    sandbox = an_edit(state=State.CONFIRMED, expects={"amount": 5})
    cut = Record("expenses", "5", {"text": "b…", "amount": 6})
    state, step = reduce(EngineState({1: sandbox}), Applied(1, NOW, NOW_MS, (cut,)))
    assert step.changed[0].differences == (Difference("text", "b", "b…", "5"),)
    assert not standstills(state.facts)


def test_a_verb_is_what_is_asked_and_of_what() -> None:
    changes = (live(1), a_bulk(), live(1, op=Op.ACTION, action="approve"), live(1, targets=("expenses:1",)))
    assert len({verb_of(change) for change in changes}) == 4


# I13 and read-only runs.


def started(*changes: Change, accounts: dict[str, str] | None) -> tuple[EngineState, Step]:
    return reduce(EngineState(), Started(2, NOW_MS, changes, {}, None if accounts is None else Admission(accounts)))


def test_another_accounts_changes_are_held_and_listed_and_never_sent() -> None:
    state, step = started(an_edit(1), live(2), accounts={ACCOUNT: ""})
    assert sends(step) == [1]
    assert (state.changes[2].state, state.changes[2].reason) == (State.HELD, OTHER_ACCOUNT)
    state, step = reduce(state, Enqueued((live(3),), NOW_MS))
    assert sends(step) == []
    assert state.changes[3].state is State.HELD


def test_a_read_only_run_sends_nothing_that_was_queued_earlier_and_the_next_run_does() -> None:
    state, step = started(an_edit(1), accounts={ACCOUNT: "This connection is read-only."})
    assert sends(step) == []
    assert state.changes[1].reason == "This connection is read-only."
    _, step = started(*state.changes.values(), accounts={ACCOUNT: ""})
    assert sends(step) == [1]


def test_what_a_person_must_try_again_is_not_tried_by_a_start() -> None:
    _, step = started(an_edit(1, state=State.HELD, reason=TRIED_OFTEN), accounts=None)
    assert sends(step) == []


def test_an_account_that_is_connected_meanwhile_gets_what_was_held_for_it() -> None:
    state, _ = started(an_edit(1, state=State.HELD, reason=TRIED_OFTEN), live(2), live(3), accounts={ACCOUNT: ""})
    state, step = reduce(state, Admitted(Admission({LIVE: ""}), NOW_MS))
    assert sends(step) == [2]
    assert state.changes[3].state is State.QUEUED
    assert state.changes[1].reason == TRIED_OFTEN
    assert state.admission == Admission({ACCOUNT: "", LIVE: ""})


def test_an_account_that_is_closed_to_writes_meanwhile_holds_what_is_not_on_its_way() -> None:
    state, step = started(live(1), live(2), accounts={LIVE: ""})
    assert sends(step) == [1]
    state, step = reduce(state, Admitted(Admission({LIVE: "This connection is read-only."}), NOW_MS))
    assert (state.changes[1].state, state.changes[2].state) == (State.SENDING, State.HELD)
    assert state.changes[2].reason == "This connection is read-only."
    state, step = reduce(state, Answered(1, NOW, NOW_MS, Outcome.UNKNOWN))
    assert state.changes[1].state is State.AMBIGUOUS
    _, step = reduce(state, Admitted(Admission({LIVE: ""}), NOW_MS))
    assert sends(step) == []


def test_a_queue_that_stands_still_goes_on_standing_when_its_account_is_admitted_again() -> None:
    state = replace(differing(), admission=Admission({LIVE: ""}))
    state, step = reduce(state, Admitted(Admission({LIVE: ""}), NOW_MS))
    assert sends(step) == []
    assert (state.changes[2].state, state.changes[2].reason) == (State.HELD, DIFFERS)
