"""Several expenses in one request, each with a marker of its own: found, absent and sent again row by row."""

from __future__ import annotations

from typing import Any

import pytest

from kworkbench.domain.changes import Change, FieldError, Idem, Op, Refusal, Resolution, State
from kworkbench.domain.marker import row_marker
from kworkbench.domain.records import Record, Values
from kworkbench.lean import replace
from kworkbench.sync.events import (
    Admission,
    Applied,
    Apply,
    Check,
    Checked,
    Doubled,
    EngineState,
    Enqueued,
    Landed,
    Outcome,
    Probe,
    Probed,
    Resolved,
    Retried,
    Seen,
    Send,
    Step,
    Tell,
)
from kworkbench.sync.facts import Double, doubles
from kworkbench.sync.reducer import reduce
from kworkbench.sync.settling import ROWS_NOT_THERE
from tests.sync.making import ACCOUNT, MARKER, NOW, NOW_MS, a_bulk, an_edit, an_expense
from tests.sync.test_reducer import answered

ROWS = ("new:2", "new:3", "new:4")
BACKEND = "marker:productive|embedded:|:expenses"
REFUSAL = Refusal(422, (FieldError("date", "Date is missing"),))


def creates(**more: Any) -> Change:
    """Three marked expenses in one request."""
    each = {lid: {"amount": 100 * place, "text": lid} for place, lid in enumerate(ROWS, 1)}
    values: dict[str, Any] = {"op": Op.CREATE, "lid": "new:9", "targets": ROWS, "each": each}
    return a_bulk(**(values | {"idem": Idem.MARKED, "marker": MARKER} | more))


def made(place: int, record_id: str = "") -> Record:
    """The row at a place as the server has it."""
    values: Values = {"amount": 100 * place, "text": ROWS[place - 1], "marker": row_marker(MARKER, place - 1)}
    return Record("expenses", record_id or str(50 + place), values)


def rows(*places: int) -> tuple[tuple[str, Record], ...]:
    return tuple((ROWS[place - 1], made(place)) for place in places)


def probed(*places: int, **more: Any) -> Probed:
    return Probed(1, NOW, NOW_MS, None, rows=rows(*places), **({"attempts": 1} | more))


def alone(**more: Any) -> EngineState:
    return EngineState({1: creates(**({"state": State.AMBIGUOUS, "attempts": 1, "pre_image": ()} | more))})


def effects(step: Step, *kinds: type) -> list[object]:
    return [effect for effect in step.effects if isinstance(effect, kinds)]


def test_they_are_looked_at_before_each_send_and_what_stood_there_is_kept() -> None:
    state, step = reduce(EngineState(), Enqueued((creates(),), NOW_MS))
    assert step.effects == (Check(1),)
    state, step = reduce(state, Checked(1, NOW_MS, None, (an_expense("7"),)))
    assert step.effects == (Send(1),)
    assert (state.changes[1].pre_image, state.changes[1].targets) == (("7",), ROWS)


def test_all_rows_found_are_all_confirmed_each_under_its_own_name() -> None:
    state, step = reduce(alone(), probed(3, 1, 2))
    assert (state.changes[1].state, state.changes[1].targets) == (State.CONFIRMED, ROWS)
    assert step.effects == (Apply(1, (made(3), made(1), made(2))), Tell(1))


@pytest.mark.parametrize("settled", [False, True])
def test_rows_found_leave_the_change_and_the_rest_waits_and_then_asks(settled: bool) -> None:
    state, step = reduce(alone(), probed(2, settled=settled))
    rest = state.changes[1]
    assert rest.targets == ("new:2", "new:4")
    assert effects(step, Landed) == [Landed(1, rows(2))]
    assert not effects(step, Send, Apply)
    assert rest.state is (State.NEEDS_YOU if settled else State.AMBIGUOUS)
    assert rest.reason == (ROWS_NOT_THERE if settled else creates().reason)


def test_a_row_found_late_wins_over_the_question() -> None:
    state, _ = reduce(alone(), probed(2, settled=True))
    state, step = reduce(state, probed(1, attempts=None))
    assert (state.changes[1].state, state.changes[1].targets) == (State.NEEDS_YOU, ("new:4",))
    assert effects(step, Landed) == [Landed(1, rows(1))]
    state, step = reduce(state, probed(3, attempts=None))
    assert (state.changes[1].state, state.changes[1].targets) == (State.CONFIRMED, ("new:4",))
    assert effects(step, Apply) == [Apply(1, (made(3),))]
    _, step = reduce(state, Applied(1, NOW, NOW_MS, (made(3),)))
    assert [(one.state, one.targets) for one in step.changed] == [(State.CLOSED, ROWS)]


def test_where_the_answer_bears_no_markers_the_change_is_about_the_rows_it_was_last_about() -> None:
    confirmed = EngineState({1: creates(state=State.CONFIRMED, attempts=2, targets=("new:4",))})
    _, step = reduce(confirmed, Applied(1, NOW, NOW_MS, (an_expense("53"),)))
    assert [(one.state, one.targets) for one in step.changed] == [(State.CLOSED, ("new:4",))]


def test_what_a_read_happened_to_bring_says_nothing_of_the_others() -> None:
    state, _ = reduce(alone(error=REFUSAL), probed(1, attempts=None, settled=True))
    assert (state.changes[1].state, state.changes[1].targets) == (State.AMBIGUOUS, ("new:3", "new:4"))


def test_an_answer_to_an_older_question_counts_for_what_it_found_alone() -> None:
    state, _ = reduce(alone(attempts=2), probed(1, attempts=1, settled=True))
    assert (state.changes[1].state, state.changes[1].targets) == (State.AMBIGUOUS, ("new:3", "new:4"))


def test_after_a_refusal_the_rows_that_are_not_there_are_refused_with_the_servers_words() -> None:
    state, step = reduce(alone(error=REFUSAL), probed(1))
    assert (state.changes[1].state, state.changes[1].targets) == (State.REJECTED, ("new:3", "new:4"))
    assert state.changes[1].error == REFUSAL
    assert effects(step, Landed) == [Landed(1, rows(1))]


def test_sent_again_they_are_looked_at_first_and_only_missing_rows_go() -> None:
    state, _ = reduce(alone(), probed(settled=True))
    assert (state.changes[1].state, state.changes[1].targets) == (State.NEEDS_YOU, ROWS)
    state, step = reduce(state, Resolved(1, NOW, NOW_MS, Resolution.SEND_AGAIN))
    assert effects(step, Check, Send) == [Check(1)]
    state, step = reduce(state, Checked(1, NOW_MS, None, (made(1), made(3), an_expense("7"))))
    assert effects(step, Landed, Send) == [Landed(1, rows(1, 3)), Send(1)]
    assert (state.changes[1].state, state.changes[1].targets) == (State.SENDING, ("new:3",))
    state, step = reduce(state, answered(Outcome.DONE, records=(made(2),)))
    assert (state.changes[1].state, state.changes[1].targets) == (State.CONFIRMED, ("new:3",))
    assert effects(step, Apply) == [Apply(1, (made(2),))]


def test_sent_again_but_all_there_nothing_goes() -> None:
    queued = EngineState({1: creates(attempts=1, pre_image=())}, busy=frozenset({1}))
    state, step = reduce(queued, Checked(1, NOW_MS, None, (made(1), made(2), made(3))))
    assert state.changes[1].state is State.CONFIRMED
    assert not effects(step, Send, Landed)


def test_a_row_whose_marker_is_the_requests_own_stands_for_itself_alone() -> None:
    own = row_marker(MARKER, 0)
    queued = EngineState({1: creates(attempts=1, pre_image=(), marker=own)}, busy=frozenset({1}))
    state, step = reduce(queued, Checked(1, NOW_MS, None, (made(1),)))
    assert (state.changes[1].state, state.changes[1].targets) == (State.SENDING, ("new:3", "new:4"))
    assert effects(step, Landed, Send) == [Landed(1, rows(1)), Send(1)]


def test_a_refused_request_that_is_tried_again_never_sends_a_row_that_landed() -> None:
    state, _ = reduce(alone(error=REFUSAL), probed(1))
    state, step = reduce(state, Retried(1, NOW_MS))
    assert effects(step, Check, Send) == [Check(1)]
    state, _ = reduce(state, Checked(1, NOW_MS, None, (made(1),)))
    assert (state.changes[1].state, state.changes[1].targets) == (State.SENDING, ("new:3", "new:4"))


@pytest.mark.parametrize(("wanted", "known"), [(False, {}), (True, {BACKEND: "kept"})])
def test_they_never_go_again_by_themselves(wanted: bool, known: dict[str, str]) -> None:
    admission = Admission({ACCOUNT: ""}, frozenset({ACCOUNT} if wanted else ()))
    state, step = reduce(replace(alone(), facts=known, admission=admission), probed(settled=True))
    assert state.changes[1].state is State.NEEDS_YOU
    assert not effects(step, Check, Send)


@pytest.mark.parametrize(("known", "asks"), [({}, False), ({BACKEND: "lost"}, True), ({BACKEND[:-9]: "lost"}, False)])
def test_rows_that_look_alike_count_only_where_markers_do_not_come_back(known: dict[str, str], asks: bool) -> None:
    state, _ = reduce(replace(alone(), facts=known), probed(candidates=("88",)))
    assert (state.changes[1].state is State.NEEDS_YOU) is asks
    assert state.changes[1].theirs == ({"candidates": "88"} if asks else None)


@pytest.mark.parametrize(("first", "learnt"), [(made(1), "kept"), (an_expense("51"), "lost")])
def test_the_first_answer_tells_whether_the_markers_of_expenses_come_back(first: Record, learnt: str) -> None:
    sent = EngineState({1: creates(state=State.SENDING, attempts=1)})
    state, _ = reduce(sent, answered(Outcome.DONE, records=(first, made(2), made(3))))
    assert state.facts == {BACKEND: learnt}
    assert state.changes[1].targets == ROWS


def test_after_any_bad_answer_they_are_looked_for() -> None:
    for outcome in (Outcome.REFUSED, Outcome.UNKNOWN, Outcome.CONFLICT):
        _, step = reduce(EngineState({1: creates(state=State.SENDING, attempts=1)}), answered(outcome, refusal=REFUSAL))
        assert Probe(1) in step.effects


def test_what_is_asked_of_a_row_that_was_found_waits_for_the_others_no_longer() -> None:
    found = an_edit(2, lid="new:3", lane="expenses:new:3", needs=(1,), state=State.BLOCKED)
    other = an_edit(3, lid="new:4", lane="expenses:new:4", needs=(1,), state=State.BLOCKED)
    both = an_edit(4, lid="new:8", targets=("new:3", "new:4"), lane="expenses:new:8", needs=(1,), state=State.BLOCKED)
    state = EngineState({**alone().changes, 2: found, 3: other, 4: both})
    state, step = reduce(state, probed(2))
    assert [state.changes[seq].needs for seq in (2, 3, 4)] == [(), (1,), (1,)]
    assert state.changes[2] in step.changed
    assert effects(step, Send) == [Send(2)]


def test_rows_that_stand_twice_are_told_of_row_by_row() -> None:
    over = creates(state=State.CLOSED, applied=True)
    state, _ = reduce(EngineState(), Doubled(over, ("51", "61"), 0))
    state, step = reduce(state, Doubled(over, ("53", "63"), 2))
    both = (Double(1, 0, ("51", "61"), "expenses", ACCOUNT), Double(1, 2, ("53", "63"), "expenses", ACCOUNT))
    assert (doubles(state.facts), step.effects) == (both, (Tell(1),))
    state, _ = reduce(state, Doubled(replace(over, seq=2), ("71", "81")))
    kept, _ = reduce(state, Resolved(1, NOW, NOW_MS, Resolution.GO_ON))
    assert [one.seq for one in doubles(kept.facts)] == [2]


@pytest.mark.parametrize(
    ("kind", "account", "gone", "left"),
    [
        ("expenses", ACCOUNT, ("expenses:61",), ()),
        ("expenses", ACCOUNT, ("payments:61",), ("51", "61")),
        ("expenses", "productive|elsewhere|2|2", ("expenses:61",), ("51", "61")),
        ("payments", ACCOUNT, ("payments:61", "payments:51"), ()),
        ("payments", ACCOUNT, ("expenses:61",), ("51", "61")),
    ],
)
def test_what_a_colleague_deleted_stands_there_no_more(
    kind: str, account: str, gone: tuple[str, ...], left: tuple[str, ...]
) -> None:
    told, _ = reduce(EngineState(), Doubled(creates(kind=kind, state=State.CLOSED), ("51", "61")))
    state, _ = reduce(told, Seen(account, NOW, NOW_MS, gone=gone))
    assert [one.ids for one in doubles(state.facts)] == ([left] if left else [])


def test_of_three_rows_the_two_that_are_left_are_still_told_of() -> None:
    told, _ = reduce(EngineState(), Doubled(creates(state=State.CLOSED), ("51", "61", "71")))
    state, _ = reduce(told, Seen(ACCOUNT, NOW, NOW_MS, gone=("expenses:61",)))
    assert [one.ids for one in doubles(state.facts)] == [("51", "71")]
