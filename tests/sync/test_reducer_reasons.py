"""The sentence that says why a change is in its state, for every rule that leaves one (I11): what a person reads.

They are written out here and not taken from the code, for they are the product's words.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kworkbench.domain.changes import Change, FieldError, Idem, Op, Refusal, Resolution, State
from kworkbench.domain.records import Record
from kworkbench.sync.events import (
    Applied,
    Checked,
    Compared,
    Discarded,
    EngineState,
    Enqueued,
    Event,
    Outcome,
    Probed,
    Reconnected,
    Replaced,
    Resolved,
    Retried,
    Seen,
    Started,
    TakenBack,
    Woken,
)
from kworkbench.sync.reducer import OVER, reduce
from kworkbench.sync.settling import MOST_LOOKS, MOST_SENDS, NATURAL_TRIES
from tests.sync.making import ACCOUNT, NOW, NOW_MS, a_bulk, a_change, a_payment, an_edit, an_expense, an_invoice
from tests.sync.test_reducer import answered

CANCELLED_THERE = "The invoice was cancelled at the server meanwhile."
BALANCE_MOVED = "The invoice's balance changed at the server meanwhile."
GONE = "The record is no longer at the server."
FAILED_OFTEN = "The server failed several times."
REPLACED_MOVED = "The payment that was to be replaced was changed or deleted at the server meanwhile."
MAY_BE_OUT = "It may have gone out. Look at the record, then send it again or give it up."
LOOK_IN_LIST = "May have reached the server. Look for it in the list, then send it again or give it up."
NOT_THERE = "It is not at the server so far. Send it again, say which one it is, or give it up."
TAKEN = "The server took it, but its answer cannot be read. Look for it in the list before sending again."
ONE_ALIKE = "One that looks like it stands at the server. Say if it is this one."
ROWS_ALIKE = "Rows that look like these stand at the server. Look before you send them again."
UNREADABLE = "May have reached the server, and the record cannot be read. Send it again or give it up."
MOVED = "It was changed at the server meanwhile."

LATER = NOW_MS + 60_000
SAYS_NO = Refusal(422, (FieldError("amount", "must be more than 0"), FieldError(None, "and more")))
CONFLICT = Refusal(409, (FieldError(None, "was changed by Ada"),))
BROKEN_OFF = "The line was cut."

PAYMENT = a_change()
GUARDED = a_change(idem=Idem.GUARDED)
EDIT = an_edit(not_before=LATER)
DELETE = an_edit(op=Op.DELETE, args={}, not_before=LATER)
MAIL = an_edit(op=Op.ACTION, action="send", args={}, idem=Idem.UNMARKED)
APPROVE = an_edit(op=Op.ACTION, action="approve", args={}, not_before=LATER)
EXPECTED = replace(APPROVE, expects={"approval": "approved"})
ROWS = a_bulk(op=Op.CREATE, targets=("new:2", "new:3"), idem=Idem.UNMARKED)
FIRST_STEP = a_change(op=Op.DELETE, lid="payments:70", args={}, pre={"invoice_id": "9", "amount": 10000})
SECOND_STEP = a_change(2, lid="new:2", again="payments:70", needs=(1,), state=State.BLOCKED)
CANCELLED = Record("invoices", "9", {**an_invoice().values, "state": "cancelled"})


def sent(change: Change, attempts: int = 1, **more: Any) -> Change:
    return replace(change, state=State.SENDING, attempts=attempts, not_before=None, **more)


def unclear(change: Change, attempts: int = 1, **more: Any) -> Change:
    return replace(change, state=State.AMBIGUOUS, attempts=attempts, not_before=None, **more)


def checked(outcome: Outcome = Outcome.DONE, invoice: Record | None = None, **more: Any) -> Checked:
    return Checked(1, NOW_MS, invoice, () if outcome is Outcome.DONE else None, outcome, **more)


def probed(**more: Any) -> Probed:
    return Probed(1, NOW, NOW_MS, None, **more)


def compared(*records: Record, **more: Any) -> Compared:
    return Compared(1, NOW, NOW_MS, records, **more)


def seen(*records: Record, gone: tuple[str, ...] = ()) -> Seen:
    return Seen(ACCOUNT, NOW, NOW_MS, records, gone)


def resolved(resolution: Resolution) -> Resolved:
    return Resolved(1, NOW, NOW_MS, resolution, "78")


Story = tuple[Change, Event, State, str | None]

CHECKS: dict[str, Story] = {
    "the invoice was cancelled": (PAYMENT, checked(invoice=CANCELLED), State.CONFLICTED, CANCELLED_THERE),
    "the balance moved": (PAYMENT, checked(invoice=an_invoice(5000)), State.CONFLICTED, BALANCE_MOVED),
    "the invoice is gone": (PAYMENT, checked(Outcome.GONE), State.REJECTED, GONE),
    "nobody is signed in": (PAYMENT, checked(Outcome.SIGN_IN), State.HELD, "sign-in needed"),
    "no line": (PAYMENT, checked(Outcome.NOT_SENT, tries=MOST_LOOKS), State.QUEUED, "offline"),
    "it broke off": (PAYMENT, checked(Outcome.UNKNOWN, detail=BROKEN_OFF), State.QUEUED, BROKEN_OFF),
    "it broke off again and again": (PAYMENT, checked(Outcome.UNKNOWN, tries=MOST_LOOKS), State.HELD, FAILED_OFTEN),
    "the payment to be replaced is gone": (
        FIRST_STEP,
        checked(invoice=an_invoice(0)),
        State.CONFLICTED,
        REPLACED_MOVED,
    ),
    "the invoice of a payment to be replaced is gone": (FIRST_STEP, checked(Outcome.GONE), State.CONFLICTED, GONE),
}

ANSWERS: dict[str, Story] = {
    "no, with words": (
        sent(PAYMENT),
        answered(Outcome.REFUSED, refusal=SAYS_NO),
        State.REJECTED,
        "must be more than 0",
    ),
    "no, without words": (sent(PAYMENT), answered(Outcome.REFUSED), State.REJECTED, "The server refused it."),
    "no, to a second try of what may be paid": (
        sent(GUARDED, 2),
        answered(Outcome.REFUSED, refusal=SAYS_NO),
        State.AMBIGUOUS,
        "must be more than 0",
    ),
    "no, to several rows": (
        sent(a_bulk()),
        answered(Outcome.REFUSED, refusal=SAYS_NO),
        State.AMBIGUOUS,
        "must be more than 0",
    ),
    "no, once the old payment was deleted": (
        sent(replace(SECOND_STEP, seq=1, needs=())),
        answered(Outcome.REFUSED, refusal=SAYS_NO),
        State.REJECTED,
        "deleted, not recorded again: must be more than 0",
    ),
    "a create met a conflict": (
        sent(PAYMENT),
        answered(Outcome.CONFLICT, refusal=CONFLICT),
        State.AMBIGUOUS,
        "was changed by Ada",
    ),
    "the parent of a create is gone": (
        sent(PAYMENT),
        answered(Outcome.GONE, refusal=SAYS_NO),
        State.REJECTED,
        "must be more than 0",
    ),
    "an edit met a conflict": (
        sent(EDIT),
        answered(Outcome.CONFLICT, refusal=CONFLICT),
        State.CONFLICTED,
        "was changed by Ada",
    ),
    "the record is gone": (sent(EDIT), answered(Outcome.GONE), State.CONFLICTED, GONE),
    "nobody is signed in": (sent(PAYMENT), answered(Outcome.SIGN_IN), State.HELD, "sign-in needed"),
    "no line": (sent(PAYMENT), answered(Outcome.NOT_SENT), State.QUEUED, "offline"),
    "too many at once": (sent(PAYMENT), answered(Outcome.BUSY), State.QUEUED, "The server asked to wait."),
    "too many at once, again and again": (sent(PAYMENT, MOST_SENDS), answered(Outcome.BUSY), State.HELD, FAILED_OFTEN),
    "it broke off": (
        sent(PAYMENT),
        answered(Outcome.UNKNOWN, detail=BROKEN_OFF),
        State.AMBIGUOUS,
        "May have reached the server. The line was cut.",
    ),
    "it broke off, nobody knows how": (
        sent(EDIT),
        answered(Outcome.UNKNOWN),
        State.AMBIGUOUS,
        "May have reached the server.",
    ),
    "what goes outside broke off": (sent(MAIL), answered(Outcome.UNKNOWN), State.NEEDS_YOU, MAY_BE_OUT),
    "yes, in words that nobody can read": (
        sent(PAYMENT),
        answered(Outcome.DONE_UNREADABLE, detail="It is no JSON."),
        State.AMBIGUOUS,
        "May have reached the server. It is no JSON.",
    ),
}

LOOKS: dict[str, Story] = {
    "nothing to find it by": (unclear(PAYMENT), probed(looked=False), State.NEEDS_YOU, LOOK_IN_LIST),
    "not there": (unclear(PAYMENT), probed(settled=True), State.NEEDS_YOU, NOT_THERE),
    "taken, and not there": (unclear(PAYMENT, response="<html>"), probed(settled=True), State.NEEDS_YOU, TAKEN),
    "one alike": (unclear(replace(PAYMENT, marker=None)), probed(candidates=("78",)), State.NEEDS_YOU, ONE_ALIKE),
    "rows alike": (unclear(ROWS), probed(candidates=("78",)), State.NEEDS_YOU, ROWS_ALIKE),
    "somebody else has paid": (unclear(GUARDED), probed(others=("78",)), State.CONFLICTED, BALANCE_MOVED),
    "refused, and somebody else has paid": (
        unclear(GUARDED, 2, error=SAYS_NO),
        probed(others=("78",)),
        State.CONFLICTED,
        BALANCE_MOVED,
    ),
    "refused, and not there": (
        unclear(GUARDED, 2, error=SAYS_NO),
        probed(settled=True),
        State.REJECTED,
        "must be more than 0",
    ),
    "met a conflict, and not there": (
        unclear(PAYMENT, error=CONFLICT),
        probed(),
        State.CONFLICTED,
        "was changed by Ada",
    ),
}

COMPARISONS: dict[str, Story] = {
    "what goes outside cannot be compared": (unclear(MAIL), compared(an_expense()), State.NEEDS_YOU, MAY_BE_OUT),
    "nobody said how an action is known": (unclear(APPROVE), compared(an_expense()), State.NEEDS_YOU, UNREADABLE),
    "the record cannot be read": (
        unclear(EDIT),
        compared(reached=False, tries=MOST_LOOKS),
        State.NEEDS_YOU,
        UNREADABLE,
    ),
    "somebody moved it": (unclear(EDIT), compared(an_expense(text="c")), State.CONFLICTED, MOVED),
    "it is gone": (unclear(EDIT), compared(), State.CONFLICTED, GONE),
    "tried again and again": (unclear(EDIT, NATURAL_TRIES), compared(an_expense(text="a")), State.HELD, FAILED_OFTEN),
    "refused rows that are left": (
        unclear(a_bulk(), error=SAYS_NO),
        compared(an_expense("2")),
        State.REJECTED,
        "must be more than 0",
    ),
}

READS: dict[str, Story] = {
    "it is so": (EDIT, seen(an_expense(text="b")), State.CLOSED, "The server already has it so."),
    "an action is done": (
        EXPECTED,
        seen(an_expense(approval="approved")),
        State.CLOSED,
        "The server already has it so.",
    ),
    "it is gone, as wished": (DELETE, seen(gone=("expenses:5",)), State.CLOSED, "It is already gone at the server."),
    "it is gone": (EDIT, seen(gone=("expenses:5",)), State.CONFLICTED, GONE),
    "its invoice is gone": (replace(PAYMENT, not_before=LATER), seen(gone=("invoices:9",)), State.CONFLICTED, GONE),
    "somebody moved it": (EDIT, seen(an_expense(text="c")), State.CONFLICTED, MOVED),
}

STARTS: dict[str, Story] = {
    "the program ended during a payment": (
        sent(PAYMENT),
        Started(2, NOW_MS, (sent(PAYMENT),)),
        State.AMBIGUOUS,
        "The program ended while this was being sent.",
    ),
    "the program ended while something went out": (
        sent(MAIL),
        Started(2, NOW_MS, (sent(MAIL),)),
        State.NEEDS_YOU,
        MAY_BE_OUT,
    ),
}

DECISIONS: dict[str, Story] = {
    "taken back": (
        replace(PAYMENT, state=State.HELD, not_before=LATER),
        TakenBack("g1", NOW),
        State.CANCELLED,
        "taken back",
    ),
    "discarded": (PAYMENT, Discarded(1, NOW), State.CANCELLED, "discarded by you"),
    "discarded when it had become unclear": (
        unclear(PAYMENT),
        Discarded(1, NOW),
        State.CANCELLED,
        "given up by you; it may stand at the server",
    ),
    "given up": (
        unclear(PAYMENT),
        resolved(Resolution.GIVE_UP),
        State.CANCELLED,
        "given up by you; it may stand at the server",
    ),
    "found": (unclear(PAYMENT), resolved(Resolution.FOUND), State.CONFIRMED, "found by you as 78"),
    "edited": (
        replace(EDIT, state=State.REJECTED),
        Enqueued((replace(EDIT, seq=2),), NOW_MS, replaces=(1,)),
        State.CANCELLED,
        "edited and sent again",
    ),
    "edited where another program runs": (
        replace(EDIT, state=State.REJECTED),
        Replaced(1, 2, NOW, NOW_MS),
        State.CANCELLED,
        "edited and sent again",
    ),
    "deleted before it was sent": (
        EDIT,
        Enqueued((replace(DELETE, seq=2),), NOW_MS),
        State.CANCELLED,
        "deleted before it was sent",
    ),
}

ENDED: dict[str, Story] = {
    "the server has it": (
        sent(EDIT, reason="offline"),
        answered(Outcome.DONE, records=(an_expense(text="b"),)),
        State.CONFIRMED,
        None,
    ),
    "its answer is home": (replace(EDIT, state=State.CONFIRMED, not_before=None), Applied(1, NOW), State.CLOSED, None),
    "found": (unclear(PAYMENT, reason="x"), Probed(1, NOW, NOW_MS, a_payment()), State.CONFIRMED, None),
    "may be paid again": (unclear(GUARDED, reason="x"), probed(settled=True), State.QUEUED, None),
    "still as before": (unclear(EDIT, 2, reason="x"), compared(an_expense(text="a")), State.QUEUED, None),
    "the line is back": (replace(PAYMENT, reason="offline"), Reconnected(ACCOUNT, NOW_MS), State.QUEUED, None),
    "its time has come": (replace(EDIT, reason="offline"), Woken(LATER), State.SENDING, None),
    "tried again": (replace(EDIT, state=State.REJECTED, reason="x"), Retried(1, NOW_MS), State.SENDING, None),
    "tried again while others are on their way": (
        replace(PAYMENT, state=State.REJECTED, reason="x"),
        Retried(1, NOW_MS),
        State.QUEUED,
        None,
    ),
    "sent again": (unclear(PAYMENT, reason="x"), resolved(Resolution.SEND_AGAIN), State.QUEUED, None),
    "the program began anew": (
        replace(EDIT, state=State.HELD, not_before=None, reason="sign-in needed"),
        Started(2, NOW_MS, (replace(EDIT, state=State.HELD, not_before=None, reason="sign-in needed"),)),
        State.SENDING,
        None,
    ),
}

STORIES = {
    f"{when}: {name}": story
    for when, stories in {
        "looked at before the send": CHECKS,
        "answered": ANSWERS,
        "looked for": LOOKS,
        "compared": COMPARISONS,
        "read": READS,
        "started": STARTS,
        "decided": DECISIONS,
        "why it stood there is over": ENDED,
    }.items()
    for name, story in stories.items()
}


def made_of(change: Change, event: Event) -> Change:
    """What an event makes of a change; of several forms that are saved in one step the last."""
    beside = {2: SECOND_STEP} if change is FIRST_STEP else {}
    if isinstance(event, Replaced):
        beside = {2: replace(change, seq=2, state=State.QUEUED)}
    _, step = reduce(EngineState({1: change, **beside}), event)
    return [one for one in step.changed if one.seq == change.seq][-1]


@pytest.mark.parametrize(("change", "event", "state", "sentence"), STORIES.values(), ids=STORIES)
def test_a_change_says_why_it_is_where_it_is(change: Change, event: Event, state: State, sentence: str | None) -> None:
    made = made_of(change, event)
    assert (made.state, made.reason) == (state, sentence)
    assert (made.closed_at is not None) is (state in OVER)
    assert made.not_before is None or state in (State.QUEUED, State.CANCELLED)
