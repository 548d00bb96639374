"""What is said of a change and what may be done with it, state by state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from kworkbench.domain.changes import Attempt, Change, Draft, FieldError, Op, Refusal, Resolution, State
from kworkbench.domain.records import remote_id_of
from kworkbench.services.change_words import reason_of, sentence_of, without_refused
from kworkbench.services.changes import ChangeService, Counts, NotPossible
from kworkbench.sync.clock import ms
from kworkbench.sync.events import Discarded, Resolved, Retried
from kworkbench.sync.lanes import DIFFERS
from tests.sync.making import a_bulk, a_change, an_edit

NOW = datetime(2026, 3, 31, 9, 41, tzinfo=UTC)


def done(result: Any) -> Future[Any]:
    future: Future[Any] = Future()
    future.set_result(result)
    return future


class Letters:
    """A desk that writes down what it is asked, and answers with the change as it was."""

    def __init__(self, *changes: Change, older: Sequence[Change] = ()) -> None:
        self.changes = changes
        self.older = tuple(older)
        self.asked: list[object] = []
        self.drafts: list[Draft] = []
        self.learnt: dict[str, str] = {}

    @property
    def desk(self) -> Letters:
        return self

    def enqueue(self, drafts: Sequence[Draft]) -> Future[tuple[Change, ...]]:
        self.drafts += drafts
        return done(tuple(a_bulk(99, targets=draft.targets) for draft in drafts))

    def take_back(self) -> Future[tuple[Change, ...]]:
        return done(tuple(one for one in self.changes if one.state is State.HELD))

    def ask(self, event: Retried | Discarded | Resolved) -> Future[Change | None]:
        self.asked.append(event)
        return done(next((one for one in self.changes if one.seq == event.seq), None))

    def open(self) -> tuple[Change, ...]:
        return self.changes

    def journal(self) -> tuple[Change, ...]:
        return tuple(reversed((*self.older, *self.changes)))

    def remote_id(self, account: str, lid: str) -> str | None:  # noqa: ARG002 - a desk's signature
        return remote_id_of(lid)

    def whole_journal(self) -> Future[tuple[Change, ...]]:
        return done(self.journal())

    def facts(self) -> Mapping[str, str]:
        return self.learnt

    def attempts(self, seq: int) -> Future[tuple[Attempt, ...]]:
        return done((Attempt(seq, 1, "sent", "now"),))


def service(*changes: Change, older: Sequence[Change] = ()) -> tuple[ChangeService, Letters]:
    letters = Letters(*changes, older=older)
    return ChangeService(letters, lambda: NOW), letters


PAID: dict[str, Any] = {"pre": {"invoice": "INV-9", "project": "Harbour"}}
SENTENCES = [
    (a_change(**PAID), "pay INV-9"),
    (a_change(args={"kind": "write-off"}, **PAID), "write off INV-9"),
    (a_change(args={"project_id": "4"}, pre={"project": "Harbour"}), "record a payment on Harbour"),
    (a_change(args={"project_id": "4"}, pre={}), "record a payment on a project"),
    (a_change(op=Op.DELETE, lid="payments:77", **PAID), "delete payment 77 on INV-9"),
    (a_change(op=Op.UPDATE, lid="new:1", **PAID), "edit payment on INV-9"),
    (a_change(op=Op.DELETE, lid="payments:77", pre={}), "delete payment 77"),
    (an_edit(), "edit expense 5"),
    (an_edit(op=Op.CREATE, lid="new:1"), "add expense"),
    (a_bulk(), "delete 3 expenses"),
    (a_bulk(targets=("expenses:1",)), "delete 1 expense"),
]


@pytest.mark.parametrize(("change", "sentence"), SENTENCES, ids=[sentence for _, sentence in SENTENCES])
def test_a_change_is_said_in_plain_words(change: Change, sentence: str) -> None:
    assert sentence_of(change) == sentence


BLANK = Refusal(
    422, (FieldError("amount", "can't be blank"), FieldError("date", "is invalid."), FieldError(None, "is invalid."))
)
INVOICED = Refusal(422, (FieldError(None, "Expense 2 is invoiced", "2"),))
UNNAMED = Refusal(422, (FieldError(None, "Not today"),))
REASONS = [
    (a_change(), "It is sent by itself, u takes it back"),
    (a_change(state=State.SENDING), "It is being sent now"),
    (a_change(state=State.BLOCKED), "It goes after what it needs, d discards it"),
    (a_change(state=State.CLOSED), ""),
    (a_change(state=State.HELD, reason=DIFFERS), f"{DIFFERS[:-1]}. 5 shows it, marked ▲"),
    (a_change(state=State.HELD, not_before=1), "Waits a moment. u takes it back"),
    (a_change(state=State.HELD, reason="sign-in needed"), "sign-in needed. t tries again, d discards it"),
    (a_change(reason="offline"), "offline. It is sent by itself, u takes it back"),
    (
        a_change(state=State.AMBIGUOUS, reason="May have reached the server."),
        "May have reached the server. It is being looked for, Enter looks",
    ),
    (a_change(state=State.NEEDS_YOU, reason="It is not there."), "It is not there. Enter decides"),
    (a_change(state=State.REJECTED, error=BLANK), "Refused: amount can't be blank and 2 more. e edits and sends again"),
    (an_edit(op=Op.DELETE, state=State.REJECTED, error=UNNAMED), "Refused: Not today. d discards it"),
    (
        an_edit(state=State.CONFLICTED, reason="It was changed."),
        "It was changed. Enter decides, e edits and sends again",
    ),
    (a_bulk(state=State.REJECTED, error=INVOICED), "Refused: Expense 2 is invoiced. t sends it again without them"),
    (a_bulk(state=State.REJECTED, error=UNNAMED), "Refused: Not today. d discards it"),
]


@pytest.mark.parametrize(("change", "reason"), REASONS, ids=[reason or "nothing" for _, reason in REASONS])
def test_every_state_says_why_and_what_to_press(change: Change, reason: str) -> None:
    assert reason_of(change) == reason


def test_a_sentence_that_stands_elsewhere_names_the_screen_where_its_keys_act() -> None:
    refused = a_change(state=State.REJECTED, error=BLANK)
    assert reason_of(refused, here=False) == "Refused: amount can't be blank and 2 more. 5 shows it"


def test_a_row_of_a_bulk_change_hears_what_concerns_it() -> None:
    refused = a_bulk(state=State.REJECTED, error=INVOICED)
    assert reason_of(refused, "expenses:2").startswith("Refused: Expense 2 is invoiced. ")
    assert reason_of(refused, "expenses:1").startswith("Not deleted, because the server refused another row")
    assert reason_of(replace(refused, error=UNNAMED), "expenses:1") == "Refused: Not today. d discards it"


def test_a_refused_bulk_delete_goes_again_without_the_rows_that_were_named() -> None:
    smaller = without_refused(a_bulk(4, state=State.REJECTED, error=INVOICED))
    assert smaller is not None
    assert (smaller.targets, smaller.replaces, smaller.op) == (("expenses:1", "expenses:3"), 4, Op.BULK_DELETE)


@pytest.mark.parametrize(
    "error",
    [None, UNNAMED, Refusal(422, tuple(FieldError(None, "no", str(number)) for number in (1, 2, 3)))],
)
def test_there_is_nothing_smaller_where_no_row_or_every_row_was_named(error: Refusal | None) -> None:
    assert without_refused(a_bulk(state=State.REJECTED, error=error)) is None
    assert without_refused(an_edit(state=State.REJECTED, error=error)) is None


def test_trying_a_bulk_delete_again_saves_the_smaller_one() -> None:
    changes, letters = service(a_bulk(4, state=State.REJECTED, error=INVOICED))
    assert changes.retry(4).result(0).targets == ("expenses:1", "expenses:3")
    assert [draft.replaces for draft in letters.drafts] == [4]
    assert letters.asked == []


@pytest.mark.parametrize("state", [State.REJECTED, State.CONFLICTED, State.HELD, State.QUEUED])
def test_what_waits_or_was_refused_can_be_tried_again(state: State) -> None:
    changes, letters = service(an_edit(state=state))
    assert changes.retry(1).result(0).seq == 1
    assert letters.asked == [Retried(1, ms(NOW))]


ASKED = {
    "retry": lambda changes: changes.retry(1),
    "discard": lambda changes: changes.discard(1),
    "resolve": lambda changes: changes.resolve(1, Resolution.GIVE_UP),
}
IMPOSSIBLE = [
    ("retry", State.SENDING, "sending; there is nothing to try again"),
    ("retry", State.AMBIGUOUS, "unclear; there is nothing to try again"),
    ("retry", State.CLOSED, "done; there is nothing to try again"),
    ("discard", State.SENDING, "being sent now. Wait for the answer"),
    ("discard", State.CONFIRMED, "done; there is nothing to discard"),
    ("discard", State.CANCELLED, "discarded; there is nothing to discard"),
    ("resolve", State.QUEUED, "queued, not unclear"),
    ("resolve", State.REJECTED, "refused, not unclear"),
]


@pytest.mark.parametrize(("verb", "state", "why"), IMPOSSIBLE)
def test_what_is_not_possible_says_why(verb: str, state: State, why: str) -> None:
    changes, letters = service(an_edit(state=state))
    with pytest.raises(NotPossible, match=why):
        ASKED[verb](changes).result(0)
    assert letters.asked == []


@pytest.mark.parametrize("verb", ASKED)
def test_a_number_that_no_change_has_is_said(verb: str) -> None:
    changes, _ = service()
    with pytest.raises(NotPossible, match="There is no change 1"):
        ASKED[verb](changes).result(0)


def test_decisions_carry_the_time_and_what_was_decided() -> None:
    changes, letters = service(an_edit(1), a_change(2, state=State.NEEDS_YOU))
    changes.discard(1).result(0)
    changes.resolve(2, Resolution.FOUND, "78").result(0)
    assert letters.asked == [
        Discarded(1, "2026-03-31T09:41:00.000+00:00"),
        Resolved(2, "2026-03-31T09:41:00.000+00:00", ms(NOW), Resolution.FOUND, "78"),
    ]


def test_counts_are_those_of_the_status_line() -> None:
    states = [
        *[State.QUEUED, State.HELD, State.SENDING, State.AMBIGUOUS, State.NEEDS_YOU],
        *[State.REJECTED, State.CONFLICTED, State.CONFIRMED],
    ]
    changes, _ = service(*(an_edit(seq, state=state) for seq, state in enumerate(states)))
    assert changes.counts() == Counts(unsent=3, refused=1, conflict=1, unclear=2)
    assert State.CONFIRMED not in {change.state for change in changes.open()}


def test_a_record_knows_the_open_changes_that_touch_it() -> None:
    payment, edit, bulk = a_change(1), an_edit(2), a_bulk(3)
    changes, _ = service(payment, edit, bulk, a_change(4, state=State.CONFIRMED))
    assert changes.of("invoices:9") == (payment,)
    assert changes.of("new:1") == (payment,)
    assert changes.of("expenses:5") == (edit,)
    assert changes.of("expenses:2") == (bulk,)


def test_the_countdown_is_that_of_the_newest_held_change() -> None:
    held = [a_change(seq, state=State.HELD, not_before=ms(NOW) + wait) for seq, wait in ((1, 2000), (2, 4500))]
    changes, _ = service(*held, a_change(3, state=State.HELD, reason="sign-in needed"))
    assert changes.held() == tuple(held)
    assert changes.held_seconds() == 4.5
    over, _ = service(a_change(1, state=State.HELD, not_before=ms(NOW) - 10))
    assert over.held_seconds() == 0.0
    nothing, _ = service()
    assert nothing.held_seconds() is None
    assert nothing.take_back().result(0) is None


def test_the_journal_is_newest_first_and_keeps_what_is_over() -> None:
    changes, _ = service(an_edit(2), older=(an_edit(1, state=State.CLOSED),))
    assert [change.seq for change in changes.all()] == [2, 1]
    assert [attempt.seq for attempt in changes.attempts(2).result(0)] == [2]


def test_a_payment_in_its_undo_time_is_not_sent_early_by_trying_it_again() -> None:
    held = replace(an_edit(state=State.HELD), not_before=ms(NOW) + 4000)
    changes, letters = service(held)
    with pytest.raises(NotPossible, match="u takes it back"):
        changes.retry(1).result(0)
    assert letters.asked == []


SENDING = {
    "submit": lambda changes: changes.submit((Draft(an_edit().account, Op.DELETE, "payments", "payments:1"),)),
    "retry": lambda changes: changes.retry(1),
    "send again": lambda changes: changes.resolve(2, Resolution.SEND_AGAIN),
}


@pytest.mark.parametrize("verb", SENDING)
def test_a_read_only_connection_sends_nothing_and_says_so(verb: str) -> None:
    letters = Letters(an_edit(state=State.REJECTED), replace(an_edit(state=State.NEEDS_YOU), seq=2))
    changes = ChangeService(letters, lambda: NOW, lambda _account: False)
    with pytest.raises(NotPossible, match="read-only"):
        SENDING[verb](changes).result(0)
    assert (letters.asked, letters.drafts) == ([], [])


def test_what_sends_nothing_works_on_a_read_only_connection() -> None:
    letters = Letters(an_edit(state=State.REJECTED), replace(an_edit(state=State.NEEDS_YOU), seq=2))
    changes = ChangeService(letters, lambda: NOW, lambda _account: False)
    changes.discard(1).result(0)
    changes.resolve(2, Resolution.GIVE_UP).result(0)
    assert len(letters.asked) == 2


def test_a_refused_edit_of_several_rows_goes_again_as_it_was_without_the_refused_ones() -> None:
    befores = {lid: {"text": "a"} for lid in ("expenses:1", "expenses:2")}
    edit = an_edit(3, lid="new:3", targets=tuple(befores), befores=befores, state=State.REJECTED)
    named = Refusal(422, (FieldError(None, "is locked", "2"),))
    smaller = without_refused(replace(edit, error=named))
    assert smaller is not None
    assert (smaller.op, smaller.targets, smaller.args) == (Op.UPDATE, ("expenses:1",), {"text": "b"})
    assert smaller.befores == {"expenses:1": {"text": "a"}}
    gone = Refusal(422, (FieldError(None, "not found", "77"), FieldError(None, "is locked", "2")))
    assert without_refused(replace(edit, error=gone)) == smaller


def test_a_payment_that_was_deleted_and_refused_says_first_that_it_is_gone() -> None:
    refusal = Refusal(422, (FieldError(None, "Invoice is closed"),))
    again = a_change(state=State.REJECTED, error=refusal, again="payments:70")
    assert reason_of(again).startswith("Deleted, not recorded again. Refused: Invoice is closed")
    assert not reason_of(replace(again, needs=(1,))).startswith("Deleted")
