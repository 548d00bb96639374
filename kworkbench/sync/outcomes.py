"""What the end of a send makes of a change: the table of sync-engine.md section 4, "What an outcome means"."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kworkbench.domain.changes import Change, Idem, Op, State
from kworkbench.lean import replace
from kworkbench.sync.events import Answered, Compare, Outcome, Probe, Step, Tell
from kworkbench.sync.facts import learnt_guard, learnt_marker
from kworkbench.sync.lanes import OFFLINE, SIGN_IN
from kworkbench.sync.settling import (
    ASKED_TO_WAIT,
    GONE,
    MOST_SENDS,
    OUTWARD,
    TRIED_OFTEN,
    UNCLEAR,
    confirmed,
    conflicted,
    first_message,
    looks,
    rejected,
    told,
    wait_ms,
)

UNPROCESSABLE = 422
ABOUT_INVOICE = frozenset({None, "invoice", "invoice_id"})
"""Fields of the messages that can say that an invoice is paid."""


def after_answer(change: Change, event: Answered, facts: Mapping[str, str], *, paid: bool = False) -> Step:
    """Decide on a change after its send came to an end; `paid`: its invoice was seen to be paid before."""
    step = _ANSWERS[event.outcome](change, event)
    if paid and (seen := _second_payment(event)) is not None:
        step = step.then(Step(facts=learnt_guard(facts, change.account, refused=seen)))
    if event.outcome is Outcome.DONE and change.markers and event.records:
        kept = event.records[0].values.get("marker") in change.markers.values()
        return step.then(Step(facts=learnt_marker(facts, change.account, change.kind, kept=kept)))
    return step


def _second_payment(event: Answered) -> bool | None:
    """Whether the payment of an invoice that was paid was refused for that; None where the answer does not tell."""
    if event.outcome is Outcome.DONE:
        return False
    if event.outcome is not Outcome.REFUSED or event.refusal is None or event.refusal.status != UNPROCESSABLE:
        return None
    return True if all(error.field in ABOUT_INVOICE for error in event.refusal.errors) else None


def _done(change: Change, event: Answered) -> Step:
    return confirmed(replace(change, response=event.response), event.records)


def _done_unreadable(change: Change, event: Answered) -> Step:
    """The server took it. What it made is read anew; a create is looked for, and never sent again by itself."""
    if not looks(change):
        return confirmed(change, ())
    taken = replace(change, state=State.AMBIGUOUS, reason=f"{UNCLEAR} {event.detail}".strip())
    return Step((replace(taken, response=event.response or ""),), (Probe(change.seq), Tell(change.seq)))


def _not_sent(change: Change, event: Answered) -> Step:
    """Nothing left this machine, so the try does not count towards the most that are made."""
    wait = wait_ms(event.tries, event.jitter)
    waiting = replace(change, state=State.QUEUED, reason=OFFLINE, not_before=event.now_ms + wait)
    return Step((replace(waiting, attempts=max(0, change.attempts - 1)),))


def _refused(change: Change, event: Answered) -> Step:
    """A definite no.

    Looked at once more are each of several rows, a guarded payment that was sent before, and a record that was to come
    back: it may be there already.
    """
    refused = replace(change, error=event.refusal, reason=first_message(event.refusal), state=State.AMBIGUOUS)
    if looks(change) and (change.is_bulk or (change.idem is Idem.GUARDED and change.attempts > 1)):
        return Step((refused,), (Probe(change.seq),))
    if (change.is_bulk or change.restores) and change.idem is not Idem.UNMARKED:
        return Step((refused,), (Compare(change.seq),))
    return rejected(change, event.refusal)


def _gone(change: Change, event: Answered) -> Step:
    if change.is_bulk or change.restores:
        return _refused(change, event)
    if change.deletes:
        return confirmed(change, ())
    if change.op is not Op.CREATE:
        return conflicted(change, GONE, error=event.refusal)
    return _refused(change, event)


def _conflict(change: Change, event: Answered) -> Step:
    """Somebody was faster: a create may stand there all the same, so it is looked for first."""
    if looks(change):
        unclear = replace(change, state=State.AMBIGUOUS, error=event.refusal, reason=first_message(event.refusal))
        return Step((unclear,), (Probe(change.seq),))
    return conflicted(change, first_message(event.refusal), error=event.refusal)


def _sign_in(change: Change, _event: Answered) -> Step:
    return Step((replace(change, state=State.HELD, reason=SIGN_IN),))


def _busy(change: Change, event: Answered) -> Step:
    if change.attempts >= MOST_SENDS:
        return told(replace(change, state=State.HELD, reason=TRIED_OFTEN))
    wait = wait_ms(change.attempts, event.jitter, event.wait_seconds)
    waiting = replace(change, state=State.QUEUED, not_before=event.now_ms + wait)
    return Step((replace(waiting, reason=ASKED_TO_WAIT),))


def _unknown(change: Change, event: Answered) -> Step:
    reason = f"{UNCLEAR} {event.detail}".strip()
    unclear = replace(change, state=State.AMBIGUOUS, reason=reason)
    if looks(change):
        return Step((unclear,), (Probe(change.seq), Tell(change.seq)))
    if change.idem is Idem.UNMARKED:
        return told(replace(change, state=State.NEEDS_YOU, reason=OUTWARD))
    return Step((unclear,), (Compare(change.seq, wait_ms(change.attempts, event.jitter) / 1000),))


_ANSWERS: Mapping[Outcome, Callable[[Change, Answered], Step]] = {
    Outcome.DONE: _done,
    Outcome.DONE_UNREADABLE: _done_unreadable,
    Outcome.NOT_SENT: _not_sent,
    Outcome.REFUSED: _refused,
    Outcome.GONE: _gone,
    Outcome.CONFLICT: _conflict,
    Outcome.SIGN_IN: _sign_in,
    Outcome.BUSY: _busy,
    Outcome.UNKNOWN: _unknown,
}
