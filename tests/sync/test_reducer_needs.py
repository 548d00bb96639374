"""What a change needs first, what goes with it, and payments that are deleted and recorded again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kworkbench.domain.changes import Change, Op, Resolution, State
from kworkbench.domain.records import Record
from kworkbench.sync.events import (
    Answered,
    Applied,
    Check,
    Checked,
    Discarded,
    EngineState,
    Enqueued,
    Outcome,
    Probed,
    Replaced,
    Resolved,
    Retried,
    Send,
    TakenBack,
    Woken,
)
from kworkbench.sync.needs import goes_with
from kworkbench.sync.reducer import reduce
from tests.sync.making import MARKER, NOW, NOW_MS, a_change, a_payment, an_edit, an_invoice
from tests.sync.test_reducer import REFUSAL, answered


def states(state: EngineState) -> dict[int, State]:
    return {seq: change.state for seq, change in state.changes.items()}


def on_payment(seq: int, op: Op, **more: Any) -> Change:
    return a_change(seq, lid="new:1", op=op, args={"note": "x"} if op is Op.UPDATE else {}, marker=None, **more)


@pytest.mark.parametrize("state", [State.SENDING, State.AMBIGUOUS, State.NEEDS_YOU, State.REJECTED])
def test_what_is_asked_of_a_record_that_is_not_made_yet_needs_its_create(state: State) -> None:
    made = EngineState({1: a_change(state=state, attempts=1)})
    after, step = reduce(made, Enqueued((on_payment(2, Op.UPDATE),), NOW_MS))
    assert (after.changes[2].state, after.changes[2].needs) == (State.BLOCKED, (1,))
    assert "needs change 1" in (after.changes[2].reason or "")
    assert not [effect for effect in step.effects if isinstance(effect, Send)]


@pytest.mark.parametrize(
    ("op", "marker", "at_once"),
    [(Op.UPDATE, None, True), (Op.UPDATE, MARKER, False), (Op.DELETE, MARKER, True), (Op.ACTION, MARKER, True)],
)
def test_what_waited_for_a_create_goes_when_it_is_confirmed_and_an_edit_once_the_marker_is_known(
    op: Op, marker: str | None, at_once: bool
) -> None:
    create = a_change(state=State.SENDING, attempts=1, marker=marker)
    state = EngineState({1: create, 2: on_payment(2, op, needs=(1,))})
    state, step = reduce(state, answered(Outcome.DONE, records=(a_payment(),)))
    assert (Send(2) in step.effects) is at_once
    state, step = reduce(state, Applied(1, NOW, NOW_MS))
    assert (Send(2) in step.effects) is not at_once
    assert state.changes[2].needs == ()


def test_what_no_longer_waits_for_another_change_does_not_say_so() -> None:
    waiting = on_payment(2, Op.UPDATE, needs=(1,), state=State.BLOCKED, reason="It needs change 1 (sending).")
    state = EngineState({1: a_change(state=State.CONFIRMED), 2: waiting}, paused=True)
    state, _ = reduce(state, Applied(1, NOW, NOW_MS))
    assert (state.changes[2].state, state.changes[2].reason) == (State.QUEUED, None)


def test_a_delete_of_what_turns_out_refused_is_moot_and_an_edit_waits_with_it() -> None:
    state = EngineState(
        {
            1: a_change(state=State.SENDING, attempts=1),
            2: on_payment(2, Op.UPDATE, needs=(1,), state=State.BLOCKED),
            3: on_payment(3, Op.DELETE, needs=(1,), state=State.BLOCKED),
        }
    )
    state, step = reduce(state, answered(Outcome.REFUSED, refusal=REFUSAL))
    assert states(state) == {1: State.REJECTED, 2: State.BLOCKED}
    moot = next(change for change in step.changed if change.seq == 3 and change.state is State.CANCELLED)
    assert moot.reason == "There was nothing to delete: it was never made."
    assert moot.closed_at == NOW


def test_a_corrected_create_takes_over_what_needs_it() -> None:
    waiting = on_payment(2, Op.UPDATE, needs=(1,), state=State.BLOCKED)
    refused = EngineState({1: a_change(state=State.REJECTED), 2: waiting})
    for state in (
        reduce(refused, Enqueued((a_change(3, lid="new:1"),), NOW_MS, replaces=(1,)))[0],
        reduce(reduce(refused, Enqueued((a_change(3, lid="new:1"),), NOW_MS))[0], Replaced(1, 3, NOW, NOW_MS))[0],
    ):
        assert set(state.changes) == {2, 3}
        assert state.changes[2].needs == (3,)
        assert state.changes[3].needs == ()


def test_a_correction_of_what_may_be_at_the_server_takes_nobodys_place() -> None:
    state = EngineState({1: a_change(state=State.AMBIGUOUS, attempts=1), 3: a_change(3, lid="new:1")})
    state, _ = reduce(state, Replaced(1, 3, NOW, NOW_MS))
    assert state.changes[1].state is State.AMBIGUOUS


def test_what_goes_with_a_change_is_all_that_needs_it_and_what_needs_that() -> None:
    chain = (an_edit(1), an_edit(2, needs=(1,)), an_edit(3, needs=(2,)), an_edit(4, lid="expenses:6"))
    assert [one.seq for one in goes_with(chain, chain[0])] == [2, 3]
    state, _ = reduce(EngineState({one.seq: one for one in chain}), Discarded(1, NOW))
    assert list(state.changes) == [4]


def test_the_end_of_a_change_moves_only_what_needs_it() -> None:
    other = an_edit(3, lid="expenses:6", lane="expenses:6", not_before=NOW_MS + 60_000)
    state = EngineState({1: a_change(state=State.CONFIRMED), 2: on_payment(2, Op.UPDATE, needs=(1,)), 3: other})
    _, step = reduce(state, Applied(1, NOW))
    assert [change.seq for change in step.changed] == [1, 2]


def test_a_need_that_is_over_stands_in_nobodys_way() -> None:
    _, step = reduce(EngineState(), Enqueued((an_edit(2, needs=(1,)),), NOW_MS))
    assert Send(2) in step.effects


def test_a_blocked_change_holds_nobody_else_up() -> None:
    state = EngineState({1: a_change(state=State.REJECTED), 2: on_payment(2, Op.UPDATE, needs=(1,))})
    _, step = reduce(state, Enqueued((a_change(3, lid="new:3"),), NOW_MS))
    assert step.effects == (Check(3),)


# Deleted and recorded again: two steps of one gesture (product.md section 8).


def two_steps(first: State = State.QUEUED, **more: Any) -> EngineState:
    old = a_change(1, op=Op.DELETE, lid="payments:70", args={}, pre={"invoice_id": "9", "amount": 10000}, state=first)
    new = a_change(2, lid="new:2", again="payments:70", needs=(1,), **({"state": State.BLOCKED} | more))
    return EngineState({1: old, 2: new})


def old_payment(amount: int = 10000) -> Record:
    return a_payment("70", None, amount)


def checked(invoice: Record | None, *payments: Record, seq: int = 1) -> Checked:
    return Checked(seq, NOW_MS, invoice, payments)


def test_a_payment_is_looked_at_before_it_is_deleted_to_be_recorded_again() -> None:
    state, step = reduce(two_steps(), Woken(NOW_MS))
    assert step.effects == (Check(1),)
    assert states(state) == {1: State.QUEUED, 2: State.BLOCKED}
    _, step = reduce(state, checked(an_invoice(0), old_payment()))
    assert Send(1) in step.effects


def test_a_delete_that_nothing_follows_needs_no_look() -> None:
    state = EngineState({1: two_steps().changes[1]})
    assert reduce(state, Woken(NOW_MS))[1].effects == (Send(1),)


def test_only_the_delete_that_a_second_step_needs_is_its_first_step() -> None:
    steps = two_steps().changes
    edit = a_change(3, op=Op.UPDATE, lid="payments:70", lane="another", args={"note": "x"}, marker=None)
    state = EngineState({3: edit, 1: steps[1], 2: replace(steps[2], needs=(1, 3))})
    after, _ = reduce(state, Discarded(2, NOW))
    assert list(after.changes) == [3]
    _, step = reduce(EngineState({3: edit, 2: replace(steps[2], needs=(3,))}), Woken(NOW_MS))
    assert step.effects == (Send(3),)


def test_a_delete_that_something_else_needs_needs_no_look() -> None:
    delete, later = two_steps().changes[1], an_edit(2, needs=(1,))
    _, step = reduce(EngineState({1: delete, 2: later}), Woken(NOW_MS))
    assert step.effects == (Send(1),)


def test_a_corrected_second_step_still_waits_for_its_delete() -> None:
    state, _ = reduce(two_steps(State.SENDING), Enqueued((a_change(3, lid="new:3"),), NOW_MS, replaces=(2,)))
    assert (state.changes[3].needs, state.changes[3].state) == ((1,), State.BLOCKED)


@pytest.mark.parametrize("noted", [{}, {"outstanding": None}])
def test_a_new_payment_for_which_no_balance_was_noted_fits_any(noted: dict[str, Any]) -> None:
    state, _ = reduce(two_steps(pre=noted), Woken(NOW_MS))
    _, step = reduce(state, checked(an_invoice(2500), old_payment()))
    assert Send(1) in step.effects


def test_an_invoice_that_could_not_be_read_stops_no_payment_and_sends_none() -> None:
    state, _ = reduce(two_steps(), Woken(NOW_MS))
    state, step = reduce(state, checked(None, old_payment()))
    assert state.changes[1].state is State.QUEUED
    assert Send(1) not in step.effects


@pytest.mark.parametrize(
    ("invoice", "payments"),
    [
        (an_invoice(0), ()),
        (an_invoice(0), (a_payment("70", None, 4000),)),
        (an_invoice(5000), (a_payment("70", None),)),
        (Record("invoices", "9", {"outstanding": 0, "state": "cancelled"}), (a_payment("70", None),)),
    ],
    ids=["the old one is gone", "the old one was changed", "the new one would not fit", "the invoice was cancelled"],
)
def test_nothing_is_deleted_where_the_new_payment_could_not_follow(
    invoice: Record, payments: tuple[Record, ...]
) -> None:
    state, _ = reduce(two_steps(), Woken(NOW_MS))
    state, step = reduce(state, checked(invoice, *payments))
    assert states(state) == {1: State.CONFLICTED, 2: State.BLOCKED}
    assert not [effect for effect in step.effects if isinstance(effect, Send)]


def deleted() -> EngineState:
    state, _ = reduce(two_steps(State.SENDING), answered(Outcome.DONE))
    assert states(state) == {1: State.CONFIRMED, 2: State.BLOCKED}
    state, step = reduce(state, Applied(1, NOW, NOW_MS))
    assert step.effects == (Check(2),)
    return state


def test_the_new_payment_goes_when_the_old_one_is_known_to_be_gone() -> None:
    _, step = reduce(deleted(), checked(an_invoice(10000), seq=2))
    assert Send(2) in step.effects


def test_a_second_step_that_fails_says_so_and_one_key_goes_on() -> None:
    state, _ = reduce(deleted(), checked(an_invoice(10000), seq=2))
    state, _ = reduce(state, Answered(2, NOW, NOW_MS, Outcome.REFUSED, refusal=REFUSAL))
    assert state.changes[2].state is State.REJECTED
    assert (state.changes[2].reason or "").startswith("deleted, not recorded again")
    _, step = reduce(state, Retried(2, NOW_MS))
    assert Check(2) in step.effects
    corrected = a_change(3, lid="new:3")
    state, _ = reduce(state, Enqueued((corrected,), NOW_MS, replaces=(2,)))
    assert (list(state.changes), state.changes[3].again) == ([3], "payments:70")


def test_a_second_step_whose_balance_moved_says_so_too() -> None:
    state, _ = reduce(deleted(), checked(an_invoice(2500), seq=2))
    assert state.changes[2].state is State.CONFLICTED
    assert (state.changes[2].reason or "").startswith("deleted, not recorded again")


def test_a_first_step_that_is_refused_leaves_the_old_payment_and_sends_nothing_more() -> None:
    state, step = reduce(two_steps(State.SENDING), answered(Outcome.REFUSED, refusal=REFUSAL))
    assert states(state) == {1: State.REJECTED, 2: State.BLOCKED}
    assert "refused" in (state.changes[2].reason or "")
    assert not [effect for effect in step.effects if isinstance(effect, Check | Send)]


@pytest.mark.parametrize("seq", [1, 2])
def test_giving_up_either_step_before_anything_was_sent_gives_up_both(seq: int) -> None:
    state, _ = reduce(two_steps(State.REJECTED), Discarded(seq, NOW))
    assert not state.changes


def test_the_second_step_cannot_be_given_up_while_the_first_is_on_its_way() -> None:
    for first in (State.SENDING, State.AMBIGUOUS, State.CONFIRMED):
        before = two_steps(first)
        assert reduce(before, Discarded(2, NOW))[0].changes == before.changes


def test_a_gesture_of_two_steps_is_taken_back_whole() -> None:
    held: dict[str, Any] = {"state": State.HELD, "not_before": NOW_MS + 5000, "gesture": "g1"}
    state = two_steps(**held)
    state.changes[1] = replace(state.changes[1], **held)
    after, _ = reduce(state, TakenBack("g1", NOW))
    assert not after.changes


def test_a_second_step_that_is_unclear_follows_the_protocol_as_every_payment() -> None:
    state, _ = reduce(deleted(), checked(an_invoice(10000), seq=2))
    state, _ = reduce(state, Answered(2, NOW, NOW_MS, Outcome.UNKNOWN))
    state, _ = reduce(state, Probed(2, NOW, NOW_MS, None, settled=True))
    assert state.changes[2].state is State.NEEDS_YOU
    _, step = reduce(state, Resolved(2, NOW, NOW_MS, Resolution.SEND_AGAIN))
    assert Check(2) in step.effects
