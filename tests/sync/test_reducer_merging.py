"""Neighbours that were never sent become one change (sync-engine.md section 7), and which ones do not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kworkbench.domain.changes import Change, Op, State
from kworkbench.sync.events import EngineState, Enqueued, Step
from kworkbench.sync.reducer import reduce
from tests.sync.making import NOW_MS, a_bulk, a_change, an_edit

LATER = NOW_MS + 60_000


def waiting(seq: int = 1, **more: Any) -> Change:
    """An edit that waits, as offline."""
    return an_edit(seq, not_before=LATER, **more)


def delete(seq: int = 2, **more: Any) -> Change:
    return waiting(seq, op=Op.DELETE, args={}, **more)


def enqueued(before: Change, *new: Change, busy: tuple[int, ...] = ()) -> tuple[EngineState, Step]:
    return reduce(EngineState({before.seq: before}, frozenset(busy)), Enqueued(new, NOW_MS))


def test_merged_edits_ask_for_the_last_values_over_what_was_before_the_first() -> None:
    first = waiting(args={"text": "b", "amount": 2}, pre={"text": "a", "amount": 1}, expects={"total": 2})
    second = waiting(2, args={"text": "c", "date": "d"}, pre={"text": "b", "date": "e"}, expects={"total": 3})
    state, step = enqueued(first, second)
    assert list(state.changes) == [1]
    merged = state.changes[1]
    assert merged.args == {"text": "c", "amount": 2, "date": "d"}
    assert merged.pre == {"text": "a", "amount": 1, "date": "e"}
    assert merged.expects == {"total": 3}
    over = next(one for one in step.changed if one.seq == 2 and one.state is State.CANCELLED)
    assert over.reason == "merged into the change before it"


def test_edits_of_one_step_all_become_one() -> None:
    state, _ = enqueued(waiting(), *(waiting(seq, args={f"field {seq}": seq}) for seq in (2, 3, 4)))
    assert list(state.changes) == [1]
    assert state.changes[1].args == {"text": "b", "field 2": 2, "field 3": 3, "field 4": 4}


@pytest.mark.parametrize(
    "before",
    [
        waiting(op=Op.DELETE, args={}),
        waiting(op=Op.ACTION, action="approve"),
        waiting(attempts=1),
        waiting(state=State.REJECTED),
        waiting(again="expenses:4"),
        waiting(lid="new:9", targets=("expenses:4", "expenses:5")),
        waiting(account="another"),
        waiting(lid="expenses:6"),
    ],
    ids=["delete", "action", "tried", "refused", "second step", "several rows", "other account", "other record"],
)
@pytest.mark.parametrize("op", [Op.UPDATE, Op.DELETE])
def test_what_is_no_untouched_edit_or_create_of_the_same_record_takes_nothing_in(before: Change, op: Op) -> None:
    state, _ = enqueued(before, waiting(2) if op is Op.UPDATE else delete())
    assert list(state.changes) == [1, 2]


def test_a_create_that_is_being_checked_takes_nothing_in() -> None:
    edit = a_change(2, lid="new:1", op=Op.UPDATE, args={"note": "wire"}, marker=None)
    state, _ = enqueued(a_change(), edit, busy=(1,))
    assert list(state.changes) == [1, 2]


@pytest.mark.parametrize("more", [{"key": "k"}, {"again": "expenses:4"}, {"undoes": 7}], ids=["key", "again", "undo"])
def test_what_is_asked_for_by_its_key_or_belongs_to_another_change_stays_its_own(more: dict[str, Any]) -> None:
    state, _ = enqueued(waiting(), waiting(2, **more))
    assert list(state.changes) == [1, 2]
    state, _ = enqueued(waiting(), delete(**more))
    assert list(state.changes) == [1, 2]


def test_a_request_about_several_rows_is_merged_into_nothing() -> None:
    state, _ = enqueued(waiting(lid="expenses:2"), replace(a_bulk(2), not_before=LATER))
    assert list(state.changes) == [1, 2]


def test_a_delete_goes_in_the_place_of_an_edit_and_takes_nothing_else_along() -> None:
    other = waiting(3, lid="expenses:6", lane="expenses:6", needs=(1,))
    state = EngineState({1: waiting(), 3: other})
    state, _ = reduce(state, Enqueued((delete(4),), NOW_MS))
    assert list(state.changes) == [3, 4]


def test_a_delete_of_what_was_never_sent_leaves_nothing_of_it_not_even_what_came_in_the_same_step() -> None:
    create = a_change(not_before=LATER)
    taken = a_change(2, lid="new:1", op=Op.DELETE, args={}, marker=None)
    edit = a_change(3, lid="new:1", op=Op.UPDATE, args={"note": "x"}, marker=None)
    state, _ = enqueued(create, taken, edit)
    assert not state.changes
