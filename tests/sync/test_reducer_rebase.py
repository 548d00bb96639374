"""What a read makes of changes that were not sent yet (sync-engine.md section 5, "Refresh")."""

from __future__ import annotations

from typing import Any

import pytest

from kworkbench.domain.changes import Change, Idem, Op, Raw, State
from kworkbench.domain.records import Record
from kworkbench.sync.events import Answered, Applied, EngineState, Enqueued, Outcome, Retried, Seen, Send, Woken
from kworkbench.sync.reducer import reduce
from tests.sync.making import ACCOUNT, NOW, NOW_MS, a_bulk, a_change, an_edit, an_expense

LATER = NOW_MS + 60_000


def waiting(*changes: Change) -> EngineState:
    return EngineState({change.seq: change for change in changes})


def seen(*records: Record, gone: tuple[str, ...] = ()) -> Seen:
    return Seen(ACCOUNT, NOW, NOW_MS, records, gone)


def edit(**more: Any) -> Change:
    values: dict[str, Any] = {"args": {"text": "b", "amount": 2}, "pre": {"text": "a", "amount": 1}}
    return an_edit(not_before=LATER, **(values | more))


def expense(text: str, amount: int, record_id: str = "5") -> Record:
    return Record("expenses", record_id, {"text": text, "amount": amount})


def test_a_field_that_others_left_alone_is_kept() -> None:
    state, step = reduce(waiting(edit()), seen(expense("a", 1)))
    assert (state.changes[1], step.changed) == (edit(), ())


def test_a_field_that_already_is_as_wanted_is_not_sent_any_more() -> None:
    state, _ = reduce(waiting(edit()), seen(expense("b", 1)))
    assert state.changes[1].args == {"amount": 2}


def test_an_edit_that_is_so_already_is_closed_and_never_sent() -> None:
    state, step = reduce(waiting(edit()), seen(expense("b", 2)))
    assert not state.changes
    assert (step.changed[-1].state, step.changed[-1].reason) == (State.CLOSED, "The server already has it so.")


def test_a_field_that_others_changed_is_a_conflict_with_three_values() -> None:
    state, _ = reduce(waiting(edit()), seen(expense("c", 2)))
    conflict = state.changes[1]
    assert (conflict.state, conflict.theirs) == (State.CONFLICTED, {"text": "c"})
    assert (conflict.args["text"], conflict.pre["text"]) == ("b", "a")


def test_what_was_typed_and_could_not_be_read_is_never_so_already() -> None:
    typed = edit(args={"amount": Raw("12,5o")})
    state, _ = reduce(waiting(typed), seen(expense("a", 1)))
    assert state.changes[1].state is State.QUEUED
    state, _ = reduce(waiting(typed), seen(expense("a", 12)))
    assert state.changes[1].theirs == {"amount": 12}


def test_trying_a_conflict_again_takes_the_servers_value_as_what_was_before() -> None:
    state, _ = reduce(waiting(edit()), seen(expense("c", 1)))
    state, step = reduce(state, Retried(1, NOW_MS))
    assert Send(1) in step.effects
    assert (state.changes[1].pre["text"], state.changes[1].theirs) == ("c", None)


def test_a_corrected_conflict_is_no_conflict_with_what_the_person_has_seen() -> None:
    state, _ = reduce(waiting(edit()), seen(expense("c", 1)))
    corrected = edit(seq=2, args={"text": "d"}, pre={"text": "a"})
    state, _ = reduce(state, Enqueued((corrected,), NOW_MS, replaces=(1,)))
    state, _ = reduce(state, seen(expense("c", 1)))
    assert (state.changes[2].state, state.changes[2].pre) == (State.QUEUED, {"text": "c"})


def test_only_the_first_change_of_a_record_stands_on_what_the_server_says() -> None:
    second = edit(seq=2, args={"text": "c"}, pre={"text": "b"})
    state, _ = reduce(waiting(edit(), second), seen(expense("a", 1)))
    assert [change.state for change in state.changes.values()] == [State.QUEUED, State.QUEUED]


def test_what_was_tried_is_compared_after_its_answer_and_not_rebased() -> None:
    for change in (edit(attempts=1), edit(state=State.AMBIGUOUS), edit(state=State.SENDING)):
        state, _ = reduce(waiting(change), seen(expense("c", 9)))
        assert state.changes[1].state is change.state


def test_reads_of_another_account_concern_nobody_here() -> None:
    state, _ = reduce(waiting(edit()), Seen("another|account", NOW, NOW_MS, (expense("c", 9),)))
    assert state.changes[1].state is State.QUEUED


def test_an_edit_of_a_record_that_is_gone_is_a_conflict_and_a_delete_is_over() -> None:
    delete = an_edit(2, op=Op.DELETE, args={}, lid="expenses:6", lane="expenses:expenses:6", not_before=LATER)
    state, _ = reduce(waiting(edit(), delete), seen(gone=("expenses:5", "expenses:6")))
    assert {seq: change.state for seq, change in state.changes.items()} == {1: State.CONFLICTED}


def test_each_child_of_an_invoice_that_is_gone_is_a_conflict() -> None:
    payments = (a_change(1, not_before=LATER), a_change(2, lid="new:2", not_before=LATER))
    state, _ = reduce(waiting(*payments), seen(gone=("invoices:9",)))
    assert [change.state for change in state.changes.values()] == [State.CONFLICTED, State.CONFLICTED]


def test_rows_of_a_bulk_delete_that_are_gone_need_no_request() -> None:
    state, _ = reduce(waiting(a_bulk(not_before=LATER)), seen(gone=("expenses:1", "expenses:3")))
    assert state.changes[1].targets == ("expenses:2",)


def bulk_edit() -> Change:
    rows = ("expenses:1", "expenses:2")
    return an_edit(lid="new:9", targets=rows, befores={lid: {"text": "a"} for lid in rows}, pre={}, not_before=LATER)


def test_rows_of_a_bulk_edit_are_rebased_one_by_one() -> None:
    state, _ = reduce(waiting(bulk_edit()), seen(an_expense("1", text="b"), an_expense("2", text="a")))
    assert (state.changes[1].state, state.changes[1].targets) == (State.QUEUED, ("expenses:2",))
    state, _ = reduce(waiting(bulk_edit()), seen(an_expense("1", text="c"), an_expense("2", text="a")))
    assert (state.changes[1].state, state.changes[1].theirs) == (State.CONFLICTED, {"expenses:1.text": "c"})
    state, _ = reduce(state, Retried(1, NOW_MS))
    assert state.changes[1].befores["expenses:1"] == {"text": "c"}


@pytest.mark.parametrize(("idem", "left"), [(Idem.NATURAL, None), (Idem.UNMARKED, State.QUEUED)])
def test_an_action_that_took_effect_already_is_over_unless_it_goes_outside(idem: Idem, left: State | None) -> None:
    action = an_edit(op=Op.ACTION, args={}, expects={"approval": "approved"}, idem=idem, not_before=LATER)
    state, _ = reduce(waiting(action), seen(an_expense(approval="approved")))
    assert (state.changes[1].state if state.changes else None) is left


def test_what_the_server_made_of_an_edit_is_what_was_before_for_the_next_one() -> None:
    first = an_edit(1, state=State.SENDING, attempts=1, args={"text": "b " * 200})
    second = an_edit(2, args={"text": "c"}, pre={"text": "b " * 200}, not_before=LATER)
    cut = an_expense(text="b b b")
    state, _ = reduce(waiting(first, second), Answered(1, NOW, NOW_MS, Outcome.DONE, (cut,)))
    state, _ = reduce(state, Applied(1, NOW, NOW_MS, (cut,)))
    assert state.changes[2].pre == {"text": "b b b"}
    state, _ = reduce(state, seen(cut))
    assert state.changes[2].state is State.QUEUED


def test_what_the_server_named_a_new_record_is_what_was_before_for_an_edit_of_it() -> None:
    made = an_edit(1, op=Op.CREATE, lid="new:1", state=State.CONFIRMED, args={"text": "b " * 200}, pre={})
    edit_of_it = an_edit(2, lid="new:1", args={"text": "c"}, pre={"text": "b " * 200}, not_before=LATER)
    state, _ = reduce(waiting(made, edit_of_it), Applied(1, NOW, NOW_MS, (an_expense("88", text="b b b"),)))
    assert state.changes[2].pre == {"text": "b b b"}


def test_an_answer_about_several_records_tells_nothing_of_one_that_it_does_not_name() -> None:
    rows = ("new:2", "new:3")
    made = an_edit(1, op=Op.CREATE, lid="new:9", targets=rows, state=State.CONFIRMED)
    later = an_edit(2, lid="new:9", pre={"text": "a"}, not_before=LATER)
    state, _ = reduce(waiting(made, later), Applied(1, NOW, NOW_MS, (an_expense("88", text="z"),)))
    assert state.changes[2].pre == {"text": "a"}


def test_an_answer_that_is_home_closes_its_change_and_moves_no_other_that_stands_on_it_already() -> None:
    first = an_edit(1, state=State.CONFIRMED)
    second = an_edit(2, args={"text": "c"}, pre={"text": "b"}, not_before=LATER)
    state, step = reduce(waiting(first, second), Applied(1, NOW, None, (an_expense(text="b"),)))
    assert list(state.changes) == [2]
    assert [change.seq for change in step.changed] == [1]


def test_a_read_of_other_records_moves_nothing() -> None:
    delete = an_edit(2, op=Op.DELETE, args={}, lid="expenses:6", lane="expenses:6", not_before=LATER)
    before = waiting(edit(), delete)
    state, step = reduce(before, seen(expense("c", 9, "7"), gone=("expenses:8",)))
    assert (state.changes, step.changed) == (before.changes, ())


def test_an_action_of_which_nobody_said_how_it_is_known_is_not_taken_for_done() -> None:
    action = an_edit(op=Op.ACTION, args={}, not_before=LATER)
    state, _ = reduce(waiting(action), seen(an_expense(approval="approved")))
    assert state.changes[1].state is State.QUEUED


def test_what_needs_no_request_is_closed_like_what_was_sent() -> None:
    _, step = reduce(waiting(edit()), seen(expense("b", 2)))
    assert (step.changed[-1].applied, step.changed[-1].closed_at) == (True, NOW)


def test_a_held_delete_leaves_what_is_before_it_until_its_time_is_over() -> None:
    held = an_edit(2, op=Op.DELETE, args={}, state=State.HELD, not_before=NOW_MS + 5000)
    state, _ = reduce(waiting(edit()), Enqueued((held,), NOW_MS))
    assert list(state.changes) == [1, 2]
    state, step = reduce(state, Woken(NOW_MS + 5000))
    assert list(state.changes) == [2]
    assert Send(2) in step.effects


def test_what_is_to_come_back_is_gone_until_then_and_needs_nothing_once_it_is_there() -> None:
    back = a_change(op=Op.ACTION, kind="expenses", lid="expenses:5", idem=Idem.NATURAL, args={}, pre={"id": "5"},
                    action="restore", expects={"id": "5"}, not_before=LATER)  # fmt: skip
    state, step = reduce(waiting(back), seen(gone=("expenses:5",)))
    assert (state.changes[1], step.changed) == (back, ())
    state, step = reduce(state, seen(Record("expenses", "5", {"id": "5", "text": "a"})))
    assert not state.changes
    assert step.changed[-1].reason == "The server already has it so."


def test_an_action_is_done_already_though_the_server_did_it_on_another_day() -> None:
    approve = a_change(op=Op.ACTION, kind="expenses", lid="expenses:5", idem=Idem.NATURAL, args={}, action="approve",
                       pre={"approval": "none"}, expects={"approval": "approved", "approved_on": "2026-03-04"},
                       not_before=LATER)  # fmt: skip
    there = Record("expenses", "5", {"approval": "approved", "approved_on": "2026-03-03"})
    state, step = reduce(waiting(approve), seen(there))
    assert not state.changes
    assert step.changed[-1].reason == "The server already has it so."
