"""Creates whose outcome is unknown: the table of sync-engine.md section 6, cell by cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from kworkbench.domain.changes import Change, FieldError, Idem, Op, Refusal, Resolution, State
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
    Fact,
    Outcome,
    Probe,
    Probed,
    Resolved,
    Retried,
    Send,
    Started,
    Tell,
    Watch,
    Woken,
)
from kworkbench.sync.facts import doubles
from kworkbench.sync.reducer import reduce
from kworkbench.sync.settling import MOST_SENDS
from tests.sync.making import ACCOUNT, MARKER, NOW, NOW_MS, a_change, a_payment, an_edit, an_invoice
from tests.sync.test_reducer import SENT, answered, run

TAKEN = Refusal(422, (FieldError("invoice", "is paid already"),))
BACKEND = f"marker:{ACCOUNT.rpartition('|')[0]}"


def unclear(idem: Idem, **more: Any) -> EngineState:
    values: dict[str, Any] = {"state": State.AMBIGUOUS, "attempts": 1, "idem": idem, "pre_image": ()}
    return EngineState({1: a_change(**(values | more))})


def absent(*, settled: bool = True, **more: Any) -> Probed:
    return Probed(1, NOW, NOW_MS, None, settled=settled, **more)


@pytest.mark.parametrize("idem", list(Idem))
def test_absence_before_it_has_settled_decides_nothing(idem: Idem) -> None:
    state, step = reduce(unclear(idem), absent(settled=False))
    assert state.changes[1].state is State.AMBIGUOUS
    assert not step.changed


@pytest.mark.parametrize(
    ("idem", "expected"),
    [
        (Idem.GUARDED, State.QUEUED),
        (Idem.MARKED, State.NEEDS_YOU),
        (Idem.UNMARKED, State.NEEDS_YOU),
        (Idem.NATURAL, State.QUEUED),
    ],
)
def test_settled_absence_sends_again_only_what_cannot_be_there_twice(idem: Idem, expected: State) -> None:
    state, _ = reduce(unclear(idem), absent())
    assert state.changes[1].state is expected


def test_what_is_sent_again_is_checked_first_as_ever() -> None:
    _, step = reduce(unclear(Idem.GUARDED), absent())
    assert step.effects == (Check(1),)


def test_a_guarded_payment_beside_a_payment_of_others_is_a_conflict() -> None:
    for settled in (True, False):
        state, _ = reduce(unclear(Idem.GUARDED), absent(settled=settled, others=("78",)))
        assert state.changes[1].state is State.CONFLICTED


def test_a_marked_payment_waits_for_its_own_row_whatever_others_pay() -> None:
    state, _ = reduce(unclear(Idem.MARKED), absent(settled=False, others=("78",), candidates=("78",)))
    assert state.changes[1].state is State.AMBIGUOUS


def test_a_refusal_of_a_guarded_payment_sent_again_leads_to_a_look_and_not_to_refused() -> None:
    again = EngineState({1: a_change(state=State.SENDING, attempts=2, idem=Idem.GUARDED)})
    state, step = reduce(again, answered(Outcome.REFUSED, refusal=TAKEN))
    assert state.changes[1].state is State.AMBIGUOUS
    assert step.effects == (Probe(1),)
    found, _ = reduce(state, Probed(1, NOW, NOW_MS, a_payment()))
    assert found.changes[1].state is State.CONFIRMED
    theirs, _ = reduce(state, absent(settled=False, others=("78",)))
    assert theirs.changes[1].state is State.CONFLICTED
    waiting, _ = reduce(state, absent(settled=False))
    assert waiting.changes[1].state is State.AMBIGUOUS
    refused, _ = reduce(state, absent())
    assert (refused.changes[1].state, refused.changes[1].error) == (State.REJECTED, TAKEN)


def test_a_first_refusal_of_a_guarded_payment_is_a_refusal() -> None:
    first = EngineState({1: a_change(state=State.SENDING, attempts=1, idem=Idem.GUARDED)})
    state, _ = reduce(first, answered(Outcome.REFUSED, refusal=TAKEN))
    assert state.changes[1].state is State.REJECTED


def test_a_create_without_an_amount_is_sent_again_once_and_then_a_persons() -> None:
    state, _ = reduce(unclear(Idem.NATURAL, attempts=2), absent())
    assert state.changes[1].state is State.NEEDS_YOU


def test_nothing_is_sent_for_ever_even_where_it_is_harmless() -> None:
    state, _ = reduce(unclear(Idem.GUARDED, attempts=MOST_SENDS), absent())
    assert state.changes[1].state is State.NEEDS_YOU
    busy = EngineState({1: an_edit(state=State.SENDING, attempts=MOST_SENDS)})
    state, _ = reduce(busy, answered(Outcome.BUSY))
    assert (state.changes[1].state, state.changes[1].not_before) == (State.HELD, None)


def test_a_row_that_looks_alike_and_may_be_a_colleagues_is_shown_to_the_person() -> None:
    state, step = reduce(unclear(Idem.UNMARKED, marker=None), absent(settled=False, candidates=("78", "79")))
    assert state.changes[1].state is State.NEEDS_YOU
    assert state.changes[1].theirs == {"candidates": "78,79"}
    assert Tell(1) in step.effects
    same, step = reduce(state, absent(candidates=("78", "79")))
    assert step.changed == ()
    more, _ = reduce(same, absent(candidates=("78", "79", "80")))
    assert more.changes[1].theirs == {"candidates": "78,79,80"}


def test_an_answer_to_a_question_of_before_the_last_send_says_nothing_of_absence() -> None:
    state, step = reduce(unclear(Idem.GUARDED, attempts=2), absent(attempts=1))
    assert state.changes[1].state is State.AMBIGUOUS
    assert step.effects == ()
    found, _ = reduce(state, Probed(1, NOW, NOW_MS, a_payment(), attempts=1))
    assert found.changes[1].state is State.CONFIRMED


def test_what_the_server_took_with_an_unreadable_answer_is_looked_for_and_never_sent_again() -> None:
    state, step = run(*SENT, answered(Outcome.DONE_UNREADABLE, response="<html>"))
    assert (state.changes[1].state, state.changes[1].response) == (State.AMBIGUOUS, "<html>")
    assert Probe(1) in step.effects
    guarded = EngineState({1: a_change(state=State.AMBIGUOUS, attempts=1, idem=Idem.GUARDED, response="<html>")})
    for before in (state, guarded):
        after, step = reduce(before, absent())
        assert after.changes[1].state is State.NEEDS_YOU
        assert "The server took it" in (after.changes[1].reason or "")
        assert not [effect for effect in step.effects if isinstance(effect, Send | Check)]


def test_an_edit_with_an_unreadable_answer_is_done_and_read_anew() -> None:
    sending = EngineState({1: an_edit(state=State.SENDING, attempts=1)})
    state, _ = reduce(sending, answered(Outcome.DONE_UNREADABLE))
    assert state.changes[1].state is State.CONFIRMED


def test_a_create_that_met_a_conflict_is_looked_for_first() -> None:
    conflict = Refusal(409, (FieldError(None, "was changed"),))
    state, step = run(*SENT, answered(Outcome.CONFLICT, refusal=conflict))
    assert step.effects == (Probe(1),)
    found, _ = reduce(state, Probed(1, NOW, NOW_MS, a_payment()))
    assert found.changes[1].state is State.CONFIRMED
    there, _ = reduce(state, absent(settled=False))
    assert (there.changes[1].state, there.changes[1].error) == (State.CONFLICTED, conflict)


def test_a_create_whose_condition_failed_and_that_is_not_there_is_a_conflict_at_once() -> None:
    failed = Refusal(412, (FieldError(None, "was changed"),))
    state, _ = reduce(unclear(Idem.MARKED, error=failed), absent(settled=False))
    assert state.changes[1].state is State.CONFLICTED


def test_an_edit_that_met_a_conflict_stops_with_the_servers_words() -> None:
    conflict = Refusal(409, (FieldError(None, "was changed"),))
    sending = EngineState({1: an_edit(state=State.SENDING, attempts=1)})
    state, _ = reduce(sending, answered(Outcome.CONFLICT, refusal=conflict))
    assert (state.changes[1].state, state.changes[1].reason) == (State.CONFLICTED, "was changed")


@pytest.mark.parametrize(("marker", "learnt"), [(MARKER, "kept"), (None, "lost"), ("kw:other", "lost")])
def test_the_first_confirmed_create_tells_whether_markers_come_back(marker: str | None, learnt: str) -> None:
    state, step = run(*SENT, answered(Outcome.DONE, records=(a_payment(marker=marker),)))
    assert step.facts == (Fact(BACKEND, learnt),)
    assert state.facts[BACKEND] == learnt


def test_later_creates_tell_nothing_new_of_markers() -> None:
    sending = EngineState({1: a_change(state=State.SENDING, attempts=1)}, facts={BACKEND: "kept"})
    _, step = reduce(sending, answered(Outcome.DONE, records=(a_payment(marker=None),)))
    assert step.facts == ()


def test_where_markers_are_lost_a_row_that_looks_alike_is_shown_to_the_person() -> None:
    lossy = EngineState({1: a_change(state=State.AMBIGUOUS, attempts=1)}, facts={BACKEND: "lost"})
    state, _ = reduce(lossy, absent(settled=False, candidates=("78",)))
    assert state.changes[1].state is State.NEEDS_YOU


def test_what_was_sent_more_than_once_is_watched_for_a_second_row() -> None:
    for attempts, watched in ((1, False), (2, True)):
        _, step = reduce(unclear(Idem.MARKED, attempts=attempts), Probed(1, NOW, NOW_MS, a_payment()))
        assert any(isinstance(effect, Watch) for effect in step.effects) is watched


def twice(facts: Mapping[str, str]) -> dict[int, tuple[str, ...]]:
    return {one.seq: one.ids for one in doubles(facts) if one.row == 0}


def test_two_rows_with_one_marker_are_told_of_and_not_touched() -> None:
    checked = Checked(1, NOW_MS, an_invoice(0), (a_payment("77"), a_payment("78")))
    state, step = run(SENT[0], checked)
    assert state.changes[1].state is State.CONFIRMED
    assert twice(state.facts) == {1: ("77", "78")}
    assert Apply(1, (a_payment("77"),)) in step.effects
    state, step = reduce(EngineState(), Doubled(a_change(state=State.CLOSED), ("77", "78")))
    assert (twice(state.facts), step.effects, step.changed) == ({1: ("77", "78")}, (Tell(1),), ())
    state, _ = reduce(state, Resolved(1, NOW, NOW_MS, Resolution.GO_ON))
    assert twice(state.facts) == {}


@pytest.mark.parametrize(
    ("ids", "deleted", "left"),
    [
        (("77", "78"), {}, {}),
        (("77", "78", "79"), {}, {1: ("77", "79")}),
        (("77", "78"), {"lid": "payments:80"}, {1: ("77", "78")}),
        (("77", "78"), {"lid": "expenses:78", "kind": "expenses"}, {1: ("77", "78")}),
        (("77", "78"), {"account": "productive|elsewhere|2|2"}, {1: ("77", "78")}),
        (("77", "78"), {"op": Op.UPDATE}, {1: ("77", "78")}),
    ],
)
def test_what_was_deleted_here_stands_there_no_more(
    ids: tuple[str, ...], deleted: dict[str, Any], left: dict[int, tuple[str, ...]]
) -> None:
    told, _ = reduce(EngineState(), Doubled(a_change(state=State.CLOSED), ids))
    delete = a_change(2, **{"op": Op.DELETE, "lid": "payments:78", "state": State.CONFIRMED, "marker": None} | deleted)
    state, _ = reduce(replace(told, changes={2: delete}), Applied(2, NOW, NOW_MS, ()))
    assert twice(state.facts) == left


def test_a_double_that_an_earlier_version_wrote_down_is_known_and_goes() -> None:
    delete = a_change(2, op=Op.DELETE, lid="payments:78", state=State.CONFIRMED, marker=None)
    before = EngineState({2: delete}, facts={"double:1": "77,78"})
    assert twice(before.facts) == {1: ("77", "78")}
    state, _ = reduce(before, Applied(2, NOW, NOW_MS, ()))
    assert twice(state.facts) == {}


def test_one_row_with_the_marker_is_no_double() -> None:
    state, _ = run(SENT[0], Checked(1, NOW_MS, an_invoice(0), (a_payment("77"), a_payment("78", None))))
    assert twice(state.facts) == {}


def test_an_invoice_that_was_cancelled_stops_its_payment() -> None:
    invoice = an_invoice()
    cancelled = type(invoice)("invoices", "9", {**invoice.values, "state": "cancelled"})
    state, _ = run(SENT[0], Checked(1, NOW_MS, cancelled, ()))
    assert (state.changes[1].state, state.changes[1].theirs) == (State.CONFLICTED, {"outstanding": 10000})


def test_what_stood_there_before_the_first_send_is_kept_for_every_later_one() -> None:
    again = EngineState({1: a_change(pre_image=("1",), attempts=1)}, busy=frozenset({1}))
    _, step = reduce(again, Checked(1, NOW_MS, an_invoice(), (a_payment("1", None), a_payment("2", None))))
    assert step.changed[-1].pre_image == ("1",)


def test_nothing_sent_is_no_try() -> None:
    state, _ = run(*SENT, answered(Outcome.NOT_SENT, tries=4))
    assert state.changes[1].attempts == 0
    assert state.changes[1].not_before == NOW_MS + 8000
    third = EngineState({1: a_change(state=State.SENDING, attempts=3)})
    state, _ = reduce(third, answered(Outcome.NOT_SENT))
    assert state.changes[1].attempts == 2


def test_an_expense_is_checked_too_and_one_without_a_marker_is_known_by_its_likes() -> None:
    expense = an_edit(op=Op.CREATE, lid="new:1", lane="expenses:new:1", idem=Idem.UNMARKED)
    state, step = run(Enqueued((expense,), NOW_MS))
    assert step.effects == (Check(1),)
    _, step = reduce(state, Checked(1, NOW_MS, None, ()))
    assert step.effects == (Send(1),)


@pytest.mark.parametrize(
    "more",
    [{"kind": "invoices"}, {"op": Op.UPDATE}, {"lid": "new:9", "targets": ("new:2", "new:3")}],
    ids=["no money", "no create", "several rows"],
)
def test_only_creates_of_one_payment_or_expense_are_looked_at_before_the_send(more: dict[str, Any]) -> None:
    other = a_change(**({"idem": Idem.NATURAL, "marker": None} | more))
    _, step = run(Enqueued((other,), NOW_MS))
    assert step.effects == (Send(1),)


def test_what_is_confirmed_says_nothing_of_the_doubts_before() -> None:
    doubts = unclear(Idem.MARKED, state=State.NEEDS_YOU, error=TAKEN, theirs={"candidates": "78"})
    state, _ = reduce(doubts, Probed(1, NOW, NOW_MS, a_payment()))
    assert (state.changes[1].error, state.changes[1].theirs) == (None, None)


def test_an_answer_is_kept_until_it_is_home() -> None:
    state, _ = run(*SENT, answered(Outcome.DONE, records=(a_payment(),), response='{"id": "77"}'))
    assert state.changes[1].response == '{"id": "77"}'


def test_what_is_about_to_be_sent_says_nothing_of_earlier_sends() -> None:
    again = an_edit(error=TAKEN, reason="x", attempts=1, not_before=NOW_MS)
    _, step = reduce(EngineState({1: again}, epoch=3), Woken(NOW_MS))
    saved = step.changed[-1]
    assert (saved.error, saved.reason, saved.not_before) == (None, None, None)
    assert (saved.attempts, saved.epoch) == (2, 3)


def a_process_that_died(change: Change) -> EngineState:
    return reduce(EngineState(), Started(2, NOW_MS, (change,)))[0]


def test_what_went_outside_when_the_program_ended_is_a_persons() -> None:
    mail = an_edit(op=Op.ACTION, action="send", idem=Idem.UNMARKED, state=State.SENDING, attempts=1)
    assert a_process_that_died(mail).changes[1].state is State.NEEDS_YOU


# What a server was seen to do with a second payment, and what the person wants.

GUARD = f"guard:{BACKEND.removeprefix('marker:')}"
PAID = Checked(1, NOW_MS, an_invoice(0), (a_payment("70", None),), guarded=True)
FORCED = a_change(pre={"outstanding": 0, "currency": "EUR"})
ABOUT_INVOICE = Refusal(422, (FieldError("invoice_id", "Invoice is already paid"),))


def told(outcome: Outcome, refusal: Refusal | None = None, check: Checked = PAID, facts: Any = None) -> EngineState:
    """A payment of an invoice that is paid already, sent all the same, and the answer."""
    state, step = reduce(EngineState(facts=facts or {}), Enqueued((FORCED,), NOW_MS))
    state, step = reduce(state, check)
    assert step.effects == (Send(1),)
    state, _ = reduce(state, answered(outcome, refusal=refusal, records=(a_payment(),)))
    return state


@pytest.mark.parametrize(
    ("outcome", "refusal", "learnt"),
    [
        (Outcome.REFUSED, ABOUT_INVOICE, "refused"),
        (Outcome.REFUSED, Refusal(422, (FieldError(None, "No."),)), "refused"),
        (Outcome.REFUSED, Refusal(422, (FieldError("note", "is too long"),)), None),
        (Outcome.REFUSED, Refusal(403, (FieldError(None, "No."),)), None),
        (Outcome.DONE, None, "taken"),
        (Outcome.UNKNOWN, None, None),
        (Outcome.SIGN_IN, None, None),
    ],
)
def test_what_becomes_of_a_second_payment_tells_whether_the_server_refuses_it(
    outcome: Outcome, refusal: Refusal | None, learnt: str | None
) -> None:
    assert told(outcome, refusal).facts.get(GUARD) == learnt


@pytest.mark.parametrize(
    "check",
    [
        replace(PAID, guarded=False),
        replace(PAID, payments=()),
        replace(PAID, invoice=replace(an_invoice(0), values={**an_invoice(0).values, "several_projects": True})),
        replace(PAID, invoice=replace(an_invoice(0), values={**an_invoice(0).values, "state": "draft"})),
        replace(PAID, invoice=replace(an_invoice(0), values={**an_invoice(0).values, "kind": "credit-note"})),
    ],
)
def test_a_refusal_that_may_be_for_another_reason_tells_nothing(check: Checked) -> None:
    assert GUARD not in told(Outcome.REFUSED, ABOUT_INVOICE, check).facts


def test_a_refusal_of_the_first_payment_of_an_invoice_tells_nothing() -> None:
    state, _ = run(SENT[0], Checked(1, NOW_MS, an_invoice(), (), guarded=True))
    state, _ = reduce(state, answered(Outcome.REFUSED, refusal=ABOUT_INVOICE))
    assert GUARD not in state.facts


def test_a_second_payment_that_was_taken_outweighs_all_that_were_refused() -> None:
    assert told(Outcome.DONE, facts={GUARD: "refused"}).facts[GUARD] == "taken"
    assert told(Outcome.REFUSED, ABOUT_INVOICE, facts={GUARD: "taken"}).facts[GUARD] == "taken"


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({GUARD: "refused"}, State.QUEUED),
        ({GUARD: "refused", BACKEND: "kept"}, State.QUEUED),
        ({GUARD: "refused", BACKEND: "lost"}, State.NEEDS_YOU),
        ({GUARD: "taken"}, State.NEEDS_YOU),
        ({}, State.NEEDS_YOU),
    ],
)
def test_a_marked_payment_is_guarded_where_its_server_was_seen_to_refuse_a_second_one(
    facts: dict[str, str], expected: State
) -> None:
    state, _ = reduce(replace(unclear(Idem.MARKED), facts=facts), absent())
    assert state.changes[1].state is expected
    assert (state.changes[1].idem is Idem.GUARDED) is (expected is State.QUEUED)


@pytest.mark.parametrize(("idem", "change"), [(Idem.UNMARKED, {"marker": None}), (Idem.MARKED, {"args": {}})])
def test_only_a_marked_payment_of_an_invoice_is_guarded(idem: Idem, change: dict[str, Any]) -> None:
    state, _ = reduce(replace(unclear(idem, **change), facts={GUARD: "refused"}), absent())
    assert state.changes[1].state is State.NEEDS_YOU


def test_a_guarded_payment_is_marked_again_where_a_second_one_was_taken() -> None:
    state, _ = reduce(replace(unclear(Idem.GUARDED), facts={GUARD: "taken"}), absent())
    assert (state.changes[1].state, state.changes[1].idem) == (State.NEEDS_YOU, Idem.MARKED)


@pytest.mark.parametrize(
    ("facts", "again", "change", "expected"),
    [
        ({BACKEND: "kept"}, True, {}, State.QUEUED),
        ({BACKEND: "kept"}, False, {}, State.NEEDS_YOU),
        ({}, True, {}, State.NEEDS_YOU),
        ({BACKEND: "lost"}, True, {}, State.NEEDS_YOU),
        ({BACKEND: "kept"}, True, {"marker": None}, State.NEEDS_YOU),
        ({BACKEND: "kept"}, True, {"response": "<html>"}, State.NEEDS_YOU),
        ({BACKEND: "kept"}, True, {"attempts": MOST_SENDS}, State.NEEDS_YOU),
    ],
)
def test_a_payment_is_sent_again_by_itself_only_where_the_person_wants_it_and_its_marker_is_known_to_come_back(
    facts: dict[str, str], again: bool, change: dict[str, Any], expected: State
) -> None:
    admission = Admission({ACCOUNT: ""}, frozenset({ACCOUNT} if again else ()))
    idem = Idem.MARKED if change.get("marker", MARKER) else Idem.UNMARKED
    waiting = replace(unclear(idem, **change), facts=facts, admission=admission)
    assert reduce(waiting, absent(settled=False))[0].changes[1].state is State.AMBIGUOUS
    state, step = reduce(waiting, absent())
    assert state.changes[1].state is expected
    assert (Check(1) in step.effects) is (expected is State.QUEUED)


def test_a_payment_in_conflict_that_was_sent_before_still_counts_that() -> None:
    state, _ = reduce(unclear(Idem.GUARDED, attempts=3), absent(others=("78",)))
    state, _ = reduce(state, Retried(1, NOW_MS))
    assert state.changes[1].attempts == 1
    state, _ = reduce(EngineState({1: a_change(state=State.REJECTED, attempts=3)}), Retried(1, NOW_MS))
    assert state.changes[1].attempts == 0
