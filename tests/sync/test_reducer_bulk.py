"""Requests about several records, and actions: each row is settled on its own (sync-engine.md section 7)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kworkbench.domain.changes import Change, FieldError, Idem, Op, Refusal, State
from kworkbench.sync.events import Apply, Compare, Compared, EngineState, Outcome, Probe, Probed, Send
from kworkbench.sync.reducer import reduce
from tests.sync.making import NOW, NOW_MS, a_bulk, an_edit, an_expense
from tests.sync.test_reducer import answered

ROWS = ("expenses:1", "expenses:2", "expenses:3")
REFUSAL = Refusal(422, (FieldError(None, "is locked", "2"),))


def bulk_edit(**more: Any) -> Change:
    befores = {lid: {"text": "a"} for lid in ROWS}
    return an_edit(lid="new:9", lane="expenses:new:9", targets=ROWS, pre={}, befores=befores, **more)


def approve(**more: Any) -> Change:
    values: dict[str, Any] = {"args": {"comment": "fine"}, "pre": {}, "expects": {"approval": "approved"}}
    return an_edit(lid="new:9", op=Op.ACTION, action="approve", targets=ROWS, **(values | more))


def alone(change: Change) -> EngineState:
    return EngineState({1: change})


def compared(*texts: str | None, key: str = "text") -> Compared:
    rows = [an_expense(str(number), **{key: text}) for number, text in enumerate(texts, 1) if text is not None]
    return Compared(1, NOW, NOW_MS, tuple(rows), jitter=0.0)


@pytest.mark.parametrize("change", [bulk_edit(), approve(), a_bulk()], ids=["edit", "action", "delete"])
@pytest.mark.parametrize("outcome", [Outcome.REFUSED, Outcome.GONE])
def test_after_a_refusal_of_several_rows_every_one_is_read_again(change: Change, outcome: Outcome) -> None:
    sending = alone(replace(change, state=State.SENDING, attempts=1))
    state, step = reduce(sending, answered(outcome, refusal=REFUSAL))
    assert state.changes[1].state is State.AMBIGUOUS
    assert step.effects == (Compare(1),)


def test_rows_of_a_refused_edit_that_are_done_leave_it_and_the_rest_is_refused_with_the_servers_words() -> None:
    state, _ = reduce(alone(bulk_edit(state=State.AMBIGUOUS, error=REFUSAL)), compared("b", "a", "b"))
    refused = state.changes[1]
    assert (refused.state, refused.targets, refused.error) == (State.REJECTED, ("expenses:2",), REFUSAL)


def test_an_edit_of_several_rows_that_are_all_done_is_confirmed_whatever_the_server_answered() -> None:
    state, step = reduce(alone(bulk_edit(state=State.AMBIGUOUS, error=REFUSAL)), compared("b", "b", "b"))
    assert state.changes[1].state is State.CONFIRMED
    assert isinstance(step.effects[0], Apply)
    assert len(step.effects[0].records) == 3


def test_after_a_lost_answer_only_the_rows_that_are_as_before_are_sent_again() -> None:
    state, step = reduce(alone(bulk_edit(state=State.AMBIGUOUS, attempts=1)), compared("b", "a", "a"))
    assert (state.changes[1].state, state.changes[1].targets) == (State.SENDING, ("expenses:2", "expenses:3"))
    assert Send(1) in step.effects


def test_rows_that_somebody_moved_are_a_conflict_with_three_values() -> None:
    state, _ = reduce(alone(bulk_edit(state=State.AMBIGUOUS, attempts=1)), compared("b", "c", "a"))
    conflict = state.changes[1]
    assert (conflict.state, conflict.targets) == (State.CONFLICTED, ("expenses:2", "expenses:3"))
    assert conflict.theirs == {"expenses:2.text": "c"}
    assert conflict.before("expenses:2") == {"text": "a"}


def test_rows_that_are_gone_are_a_conflict_too() -> None:
    state, _ = reduce(alone(bulk_edit(state=State.AMBIGUOUS, attempts=1)), compared("b", "b", None))
    assert (state.changes[1].state, state.changes[1].targets) == (State.CONFLICTED, ("expenses:3",))


@pytest.mark.parametrize(
    ("approvals", "expected", "left"),
    [
        (("approved", "approved", "approved"), State.CONFIRMED, ROWS),
        (("approved", "none", "approved"), State.SENDING, ("expenses:2",)),
        (("rejected", "rejected", "approved"), State.CONFLICTED, ("expenses:1", "expenses:2")),
    ],
)
def test_an_action_is_known_by_its_effect(approvals: tuple[str, ...], expected: State, left: tuple[str, ...]) -> None:
    unclear = approve(state=State.AMBIGUOUS, attempts=1, befores={lid: {"approval": "none"} for lid in ROWS})
    state, _ = reduce(alone(unclear), compared(*approvals, key="approval"))
    assert (state.changes[1].state, state.changes[1].targets) == (expected, left)


def test_an_action_whose_effect_nobody_described_is_a_persons_to_judge() -> None:
    state, _ = reduce(alone(approve(state=State.AMBIGUOUS, attempts=1, expects={})), compared("x", "x", "x"))
    assert state.changes[1].state is State.NEEDS_YOU


def test_what_goes_outside_is_never_sent_again_by_itself() -> None:
    mail = approve(idem=Idem.UNMARKED, state=State.SENDING, attempts=1)
    state, step = reduce(alone(mail), answered(Outcome.UNKNOWN))
    assert state.changes[1].state is State.NEEDS_YOU
    assert not [effect for effect in step.effects if isinstance(effect, Send | Compare)]
    for seen in ("approved", "none"):
        later, step = reduce(state, compared(seen, seen, seen, key="approval"))
        assert later.changes[1].state is State.NEEDS_YOU


def test_what_goes_outside_and_was_refused_is_refused() -> None:
    mail = approve(idem=Idem.UNMARKED, state=State.SENDING, attempts=1)
    state, _ = reduce(alone(mail), answered(Outcome.REFUSED, refusal=REFUSAL))
    assert state.changes[1].state is State.REJECTED


def bulk_create(**more: Any) -> Change:
    rows = ("new:2", "new:3")
    each = {lid: {"amount": amount} for lid, amount in zip(rows, (200, 300), strict=True)}
    values: dict[str, Any] = {"op": Op.CREATE, "lid": "new:9", "targets": rows, "each": each, "idem": Idem.UNMARKED}
    return a_bulk(**(values | more))


def test_after_any_bad_answer_to_several_new_records_they_are_looked_for() -> None:
    for outcome in (Outcome.REFUSED, Outcome.UNKNOWN, Outcome.CONFLICT):
        sending = alone(bulk_create(state=State.SENDING, attempts=1))
        state, step = reduce(sending, answered(outcome, refusal=REFUSAL))
        assert state.changes[1].state is State.AMBIGUOUS
        assert Probe(1) in step.effects


def test_several_new_records_that_were_refused_and_are_not_there_are_refused() -> None:
    unclear = alone(bulk_create(state=State.AMBIGUOUS, attempts=1, error=REFUSAL))
    state, _ = reduce(unclear, Probed(1, NOW, NOW_MS, None))
    assert (state.changes[1].state, state.changes[1].error) == (State.REJECTED, REFUSAL)


def test_new_records_that_may_be_there_in_part_are_a_persons_to_judge() -> None:
    unclear = alone(bulk_create(state=State.AMBIGUOUS, attempts=1, error=REFUSAL))
    state, _ = reduce(unclear, Probed(1, NOW, NOW_MS, None, candidates=("88",)))
    assert state.changes[1].state is State.NEEDS_YOU
    assert state.changes[1].theirs == {"candidates": "88"}


def test_an_action_whose_rows_nobody_noted_before_is_done_again_where_it_took_no_effect() -> None:
    unclear = approve(state=State.AMBIGUOUS, attempts=1)
    state, _ = reduce(alone(unclear), compared("none", "approved", "none", key="approval"))
    assert (state.changes[1].state, state.changes[1].targets) == (State.SENDING, ("expenses:1", "expenses:3"))


def test_a_field_of_which_nobody_noted_what_it_was_counts_as_moved() -> None:
    unclear = an_edit(args={"text": "b", "note": "x"}, pre={"text": "a"}, state=State.AMBIGUOUS, attempts=1)
    state, _ = reduce(alone(unclear), Compared(1, NOW, NOW_MS, (an_expense(text="a", note="y"),)))
    assert (state.changes[1].state, state.changes[1].theirs) == (State.CONFLICTED, {"text": "a", "note": "y"})


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 8.0), (2, 16.0), (5, 60.0)])
def test_a_comparison_that_reached_nobody_is_tried_again_later_and_decides_nothing(
    attempts: int, seconds: float
) -> None:
    unclear = alone(an_edit(state=State.AMBIGUOUS, attempts=attempts))
    state, step = reduce(unclear, Compared(1, NOW, NOW_MS, (), reached=False, jitter=1.0))
    assert state.changes[1].state is State.AMBIGUOUS
    assert (step.changed, step.effects) == ((), (Compare(1, seconds),))


def test_a_lost_answer_of_an_edit_is_compared_after_a_wait_that_grows_with_its_tries() -> None:
    _, step = reduce(alone(an_edit(state=State.SENDING, attempts=3)), answered(Outcome.UNKNOWN, jitter=1.0))
    assert step.effects == (Compare(1, 4.0),)


def test_an_edit_is_sent_five_times_by_itself_and_then_held() -> None:
    as_before = Compared(1, NOW, NOW_MS, (an_expense(text="a"),), jitter=0.0)
    for attempts, expected in ((4, State.SENDING), (5, State.HELD)):
        state, _ = reduce(alone(an_edit(state=State.AMBIGUOUS, attempts=attempts)), as_before)
        assert state.changes[1].state is expected
