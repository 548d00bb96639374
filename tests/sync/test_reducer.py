"""The rules of the write path, one at a time (sync-engine.md sections 4 to 7)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kworkbench.domain.changes import FieldError, Op, Refusal, Resolution, State
from kworkbench.sync.events import (
    Answered,
    Applied,
    Apply,
    Check,
    Checked,
    Compare,
    Compared,
    Discarded,
    EngineState,
    Enqueued,
    Event,
    Outcome,
    Probe,
    Probed,
    Reconnected,
    Resolved,
    Retried,
    Send,
    Started,
    Step,
    TakenBack,
    Wake,
    Woken,
)
from kworkbench.sync.reducer import reduce
from tests.sync.making import (
    ACCOUNT,
    MARKER,
    NOW,
    NOW_MS,
    a_bulk,
    a_change,
    a_payment,
    an_edit,
    an_expense,
    an_invoice,
)

REFUSAL = Refusal(422, (FieldError("amount", "can't be blank"),))


def run(*events: Event) -> tuple[EngineState, Step]:
    """The state after all events, and what the last one asked for."""
    state, step = EngineState(), Step()
    for event in events:
        state, step = reduce(state, event)
    return state, step


def answered(outcome: Outcome, seq: int = 1, **more: object) -> Answered:
    """The end of a send."""
    return Answered(seq, NOW, NOW_MS, outcome, **more)  # type: ignore[arg-type]


SENT = (Enqueued((a_change(),), NOW_MS), Checked(1, NOW_MS, an_invoice(), (a_payment("1", None),)))
EDITED = (Enqueued((an_edit(),), NOW_MS),)


def test_a_payment_is_checked_before_it_is_sent() -> None:
    state, step = run(SENT[0])
    assert step.effects == (Check(1),)
    assert state.busy == {1}
    assert state.changes[1].state is State.QUEUED


def test_the_sending_row_is_saved_with_the_ids_seen_before_the_send() -> None:
    state, step = run(*SENT)
    saved = step.changed[-1]
    assert (saved.state, saved.attempts, saved.pre_image) == (State.SENDING, 1, ("1",))
    assert step.effects == (Send(1),)
    assert not state.busy


def test_a_marker_found_by_the_check_confirms_without_sending() -> None:
    _, step = run(SENT[0], Checked(1, NOW_MS, an_invoice(0), (a_payment(),)))
    assert step.changed[-1].state is State.CONFIRMED
    assert Apply(1, (a_payment(),)) in step.effects
    assert Send(1) not in step.effects


def test_a_balance_that_moved_stops_the_payment() -> None:
    state, step = run(SENT[0], Checked(1, NOW_MS, an_invoice(5000), ()))
    assert state.changes[1].state is State.CONFLICTED
    assert Send(1) not in step.effects


def test_trying_again_accepts_the_balance_that_moved() -> None:
    events = (SENT[0], Checked(1, NOW_MS, an_invoice(5000), ()), Retried(1, NOW_MS))
    _, step = run(*events, Checked(1, NOW_MS, an_invoice(5000), ()))
    assert step.effects == (Send(1),)


def test_a_payment_on_an_invoice_that_makes_no_sense_is_sent_for_the_server_to_refuse() -> None:
    _, step = run(SENT[0], Checked(1, NOW_MS, None, None, Outcome.REFUSED))
    assert step.effects == (Send(1),)


def test_a_lost_answer_of_a_payment_is_marked_and_looked_for_and_never_sent_again() -> None:
    state, step = run(*SENT, answered(Outcome.UNKNOWN))
    assert state.changes[1].state is State.AMBIGUOUS
    assert Probe(1) in step.effects
    for later in (Woken(NOW_MS + 10**9), Reconnected(ACCOUNT, NOW_MS + 10**9)):
        state, step = reduce(state, later)
        assert not [effect for effect in step.effects if isinstance(effect, Send | Check)]


@pytest.mark.parametrize("before", [State.AMBIGUOUS, State.NEEDS_YOU])
def test_a_probe_that_finds_the_marker_always_wins(before: State) -> None:
    state = EngineState({1: a_change(state=before, attempts=1)})
    state, step = reduce(state, Probed(1, NOW, NOW_MS, a_payment()))
    assert state.changes[1].state is State.CONFIRMED
    assert Apply(1, (a_payment(),)) in step.effects


def test_absence_is_final_only_when_it_has_settled() -> None:
    unclear = EngineState({1: a_change(state=State.AMBIGUOUS, attempts=1)})
    early, _ = reduce(unclear, Probed(1, NOW, NOW_MS, None))
    late, _ = reduce(unclear, Probed(1, NOW, NOW_MS, None, settled=True))
    blind, _ = reduce(unclear, Probed(1, NOW, NOW_MS, None, settled=True, reached=False))
    assert early.changes[1].state is State.AMBIGUOUS
    assert late.changes[1].state is State.NEEDS_YOU
    assert blind.changes[1].state is State.AMBIGUOUS


def test_an_unmarked_payment_that_looks_alike_asks_the_person() -> None:
    unclear = EngineState({1: a_change(state=State.AMBIGUOUS, marker=None)})
    state, _ = reduce(unclear, Probed(1, NOW, NOW_MS, None, candidates=("78",)))
    assert state.changes[1].state is State.NEEDS_YOU


def test_a_refusal_keeps_every_message_and_is_over_for_the_lane() -> None:
    second = a_change(2, lid="new:2")
    events = (Enqueued((a_change(), second), NOW_MS), Checked(1, NOW_MS, an_invoice(), ()))
    state, step = run(*events, answered(Outcome.REFUSED, refusal=REFUSAL))
    assert state.changes[1].state is State.REJECTED
    assert state.changes[1].error == REFUSAL
    assert Check(2) in step.effects


def test_nothing_sent_means_queued_again_with_a_wait() -> None:
    state, step = run(*SENT, answered(Outcome.NOT_SENT))
    waiting = state.changes[1]
    assert waiting.state is State.QUEUED
    assert waiting.not_before is not None
    assert waiting.not_before > NOW_MS
    assert Wake(waiting.not_before) in step.effects


def test_the_network_coming_back_ends_the_wait() -> None:
    _, step = run(*SENT, answered(Outcome.NOT_SENT), Reconnected(ACCOUNT, NOW_MS))
    assert Check(1) in step.effects


def test_a_server_that_asks_to_wait_is_not_asked_before() -> None:
    state, _ = run(*SENT, answered(Outcome.BUSY, wait_seconds=7.0, jitter=0.0))
    assert state.changes[1].not_before == NOW_MS + 7000


def test_sign_in_holds_the_change_until_the_account_answers() -> None:
    state, _ = run(*SENT, answered(Outcome.SIGN_IN))
    assert state.changes[1].state is State.HELD
    state, step = reduce(state, Woken(NOW_MS + 10**6))
    assert step.effects == ()
    _, step = reduce(state, Reconnected(ACCOUNT, NOW_MS))
    assert Check(1) in step.effects


def test_an_edit_whose_answer_was_lost_is_compared_before_anything_else() -> None:
    state, step = run(*EDITED, answered(Outcome.UNKNOWN, jitter=0.0))
    assert state.changes[1].state is State.AMBIGUOUS
    assert step.effects == (Compare(1, 0.0),)


@pytest.mark.parametrize("before", [State.AMBIGUOUS, State.NEEDS_YOU])
@pytest.mark.parametrize(
    ("text", "expected"),
    [("b", State.CONFIRMED), ("a", State.QUEUED), ("c", State.CONFLICTED)],
)
def test_a_comparison_decides_an_edit_whether_a_person_was_asked_or_not(
    before: State, text: str, expected: State
) -> None:
    unclear = EngineState({1: an_edit(state=before, attempts=1)})
    state, _ = reduce(unclear, Compared(1, NOW, NOW_MS, (an_expense(text=text),)))
    assert state.changes[1].state is expected


def test_a_delete_is_done_when_the_record_is_gone() -> None:
    delete = an_edit(op=Op.DELETE, args={}, state=State.SENDING)
    state, step = reduce(EngineState({1: delete}), answered(Outcome.GONE))
    assert state.changes[1].state is State.CONFIRMED
    assert Apply(1, ()) in step.effects


def test_an_edit_of_a_record_that_is_gone_is_a_conflict() -> None:
    state, _ = run(*EDITED, answered(Outcome.GONE, refusal=REFUSAL))
    assert state.changes[1].state is State.CONFLICTED


def test_a_refused_bulk_delete_is_read_again_and_keeps_what_is_left() -> None:
    named = Refusal(422, (FieldError(None, "Expense 2 is invoiced", "2"),))
    sending = EngineState({1: a_bulk(state=State.SENDING, attempts=1)})
    state, step = reduce(sending, answered(Outcome.REFUSED, refusal=named))
    assert step.effects == (Compare(1),)
    state, _ = reduce(state, Compared(1, NOW, NOW_MS, (an_expense("1"), an_expense("2"))))
    assert state.changes[1].state is State.REJECTED
    assert state.changes[1].targets == ("expenses:1", "expenses:2")
    assert state.changes[1].error == named


def test_a_bulk_delete_whose_answer_was_lost_sends_only_what_is_left() -> None:
    unclear = EngineState({1: a_bulk(state=State.AMBIGUOUS, attempts=1)})
    state, _ = reduce(unclear, Compared(1, NOW, NOW_MS, (an_expense("3"),), jitter=0.0))
    assert (state.changes[1].state, state.changes[1].targets) == (State.SENDING, ("expenses:3",))
    done, _ = reduce(unclear, Compared(1, NOW, NOW_MS, ()))
    assert done.changes[1].state is State.CONFIRMED


def test_a_lane_sends_one_at_a_time_and_in_order() -> None:
    first, second, other = an_edit(1), an_edit(2, lid="expenses:5"), an_edit(3, lid="expenses:6", lane="expenses:6")
    sending = EngineState({1: replace(first, state=State.SENDING, attempts=1)})
    state, step = reduce(sending, Enqueued((second, other), NOW_MS))
    assert step.effects == (Send(3),)
    _, step = reduce(state, Answered(1, NOW, NOW_MS, Outcome.DONE))
    assert Send(2) in step.effects


def test_no_more_than_four_lanes_run_at_once() -> None:
    edits = tuple(an_edit(seq, lid=f"expenses:{seq}", lane=f"expenses:{seq}") for seq in range(1, 8))
    _, step = run(Enqueued(edits, NOW_MS))
    assert step.effects == tuple(Send(seq) for seq in range(1, 5))


def test_a_held_payment_waits_and_can_be_taken_back_without_a_trace() -> None:
    held = a_change(state=State.HELD, not_before=NOW_MS + 5000)
    state, step = run(Enqueued((held,), NOW_MS))
    assert step.effects == (Wake(NOW_MS + 5000),)
    taken, step = reduce(state, TakenBack("g1", NOW))
    assert not taken.changes
    assert step.changed[-1].state is State.CANCELLED
    _, step = reduce(state, Woken(NOW_MS + 5000))
    assert step.effects == (Check(1),)


def test_a_change_whose_time_has_come_can_no_longer_be_taken_back() -> None:
    held = a_change(state=State.HELD, not_before=NOW_MS)
    state, _ = run(Enqueued((held,), NOW_MS))
    _, step = reduce(state, TakenBack("g1", NOW))
    assert step.changed == ()


def test_a_start_treats_what_was_being_sent_as_unknown() -> None:
    left = (
        a_change(1, state=State.SENDING, attempts=1),
        an_edit(2, state=State.SENDING, attempts=1),
        an_edit(3, lid="expenses:6", lane="expenses:6", state=State.CONFIRMED),
        an_edit(4, lid="expenses:7", lane="expenses:7"),
    )
    state, step = run(Started(7, NOW_MS, left))
    assert [state.changes[seq].state for seq in (1, 2)] == [State.AMBIGUOUS, State.AMBIGUOUS]
    assert step.effects == (Probe(1), Compare(2), Apply(3), Send(4))
    assert state.changes[4].epoch == 7


def test_an_applied_answer_closes_the_change() -> None:
    state, step = run(*SENT, answered(Outcome.DONE, records=(a_payment(),)), Applied(1, NOW))
    assert not state.changes
    assert (step.changed[0].state, step.changed[0].applied) == (State.CLOSED, True)


@pytest.mark.parametrize("late", [Probed(1, NOW, NOW_MS, a_payment()), answered(Outcome.REFUSED, refusal=REFUSAL)])
def test_what_is_over_is_not_moved_by_a_late_event(late: Event) -> None:
    state, step = run(*SENT, answered(Outcome.DONE), Applied(1, NOW), late)
    assert not state.changes
    assert step == Step()


@pytest.mark.parametrize("state", [State.REJECTED, State.CONFLICTED, State.QUEUED, State.AMBIGUOUS, State.NEEDS_YOU])
def test_any_state_but_sending_can_be_given_up(state: State) -> None:
    after, _ = reduce(EngineState({1: a_change(state=state)}), Discarded(1, NOW))
    assert not after.changes


def test_what_is_being_sent_cannot_be_given_up() -> None:
    after, _ = reduce(EngineState({1: a_change(state=State.SENDING)}), Discarded(1, NOW))
    assert after.changes[1].state is State.SENDING


def test_a_person_resolves_an_unclear_payment() -> None:
    unclear = EngineState({1: a_change(state=State.NEEDS_YOU, attempts=1)})
    again, step = reduce(unclear, Resolved(1, NOW, NOW_MS, Resolution.SEND_AGAIN))
    assert step.effects == (Check(1),)
    found, step = reduce(unclear, Resolved(1, NOW, NOW_MS, Resolution.FOUND, "78"))
    assert (found.changes[1].state, step.effects[0]) == (State.CONFIRMED, Apply(1))
    given_up, _ = reduce(unclear, Resolved(1, NOW, NOW_MS, Resolution.GIVE_UP))
    assert not given_up.changes
    assert again.changes[1].marker == MARKER


def test_a_corrected_change_takes_the_place_of_the_refused_one() -> None:
    refused = EngineState({1: a_change(state=State.REJECTED)})
    state, _ = reduce(refused, Enqueued((a_change(2, lid="new:1"),), NOW_MS, replaces=(1,)))
    assert list(state.changes) == [2]


def test_neighbours_that_were_never_sent_become_one() -> None:
    offline = a_change(1, not_before=NOW_MS + 60_000)
    waiting = EngineState({1: offline})
    edit = a_change(2, lid="new:1", op=Op.UPDATE, args={"note": "wire"})
    merged, _ = reduce(waiting, Enqueued((edit,), NOW_MS))
    assert list(merged.changes) == [1]
    assert merged.changes[1].args["note"] == "wire"
    gone, _ = reduce(waiting, Enqueued((a_change(2, lid="new:1", op=Op.DELETE, args={}),), NOW_MS))
    assert not gone.changes


def test_a_change_after_one_that_was_tried_waits_for_it() -> None:
    sending = EngineState({1: a_change(state=State.SENDING, attempts=1)})
    state, step = reduce(sending, Enqueued((a_change(2, lid="new:1", op=Op.DELETE, args={}),), NOW_MS))
    assert list(state.changes) == [1, 2]
    assert step.effects == ()
    state, step = reduce(state, answered(Outcome.REFUSED, refusal=REFUSAL))
    assert Send(2) not in step.effects
