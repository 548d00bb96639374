"""What a check, an answer, a probe or a comparison makes of a change (sync-engine.md sections 4 and 6)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from kworkbench.domain.changes import Change, FieldError, Op, Raw, Refusal, State
from kworkbench.domain.records import Record, Value
from kworkbench.lean import replace
from kworkbench.sync.events import Answered, Apply, Checked, Compare, Compared, Outcome, Probe, Probed, Send, Step, Tell
from kworkbench.sync.lanes import OFFLINE, SIGN_IN, sending

NATURAL_TRIES = 5
LONGEST_WAIT_MS = 60_000
UNCLEAR = "May have reached the server."
NOT_THERE = "It is not at the server so far. Send it again, say which payment it is, or give it up."
NOT_FINDABLE = "May have reached the server. Look for it in the list, then send it again or give it up."
LOOKS_ALIKE = "A payment that looks like it stands at the server. Say if it is this one."
GONE = "The record is no longer at the server."
MOVED = "It was changed at the server meanwhile."
ALREADY_PAID = "The invoice's balance changed at the server meanwhile."
TRIED_OFTEN = "The server failed several times. t tries again."


def after_check(change: Change, event: Checked, epoch: int) -> Step:
    """Decide on a payment after its invoice and the invoice's payments were read."""
    if event.payments is not None and (found := _marked(change, event.payments)) is not None:
        return _confirmed(change, (found,))
    if event.outcome is Outcome.REFUSED and not change.attempts:
        return _send(change, (), epoch)
    if event.outcome is not Outcome.DONE or event.payments is None:
        return _check_failed(change, event)
    expected = change.pre.get("outstanding")
    if event.invoice is not None and isinstance(expected, int) and event.invoice.values.get("outstanding") != expected:
        return _told(replace(change, state=State.CONFLICTED, reason=ALREADY_PAID))
    return _send(change, tuple(record.id for record in event.payments), epoch)


def _send(change: Change, seen: tuple[str, ...], epoch: int) -> Step:
    """Send it. No payment can hide on an invoice that cannot even be asked for: the server then says what is wrong."""
    kept = seen if change.pre_image is None else change.pre_image
    return Step((sending(replace(change, pre_image=kept), epoch),), (Send(change.seq),))


def _check_failed(change: Change, event: Checked) -> Step:
    if event.outcome is Outcome.SIGN_IN:
        return Step((replace(change, state=State.HELD, reason=SIGN_IN, not_before=None),))
    if event.outcome is Outcome.GONE:
        gone = Refusal(404, (FieldError("invoice", GONE),))
        return _told(replace(change, state=State.REJECTED, error=gone, reason=GONE))
    wait = _wait_ms(event.tries, event.jitter, event.wait_seconds)
    reason = OFFLINE if event.outcome is Outcome.NOT_SENT else event.detail
    return Step((replace(change, reason=reason, not_before=event.now_ms + wait),))


def after_answer(change: Change, event: Answered) -> Step:
    """Decide on a change after its send came to an end."""
    return _ANSWERS[event.outcome](change, event)


def _done(change: Change, event: Answered) -> Step:
    return _confirmed(replace(change, response=event.response), event.records)


def _not_sent(change: Change, event: Answered) -> Step:
    wait = _wait_ms(change.attempts, event.jitter, None)
    return Step((replace(change, state=State.QUEUED, reason=OFFLINE, not_before=event.now_ms + wait),))


def _refused(change: Change, event: Answered) -> Step:
    refused = replace(change, error=event.refusal, reason=_first_message(event.refusal))
    if change.op is Op.BULK_DELETE:
        return Step((replace(refused, state=State.AMBIGUOUS),), (Compare(change.seq),))
    return _told(replace(refused, state=State.REJECTED))


def _gone(change: Change, event: Answered) -> Step:
    if change.op is Op.DELETE:
        return _confirmed(change, ())
    if change.op is Op.UPDATE:
        return _told(replace(change, state=State.CONFLICTED, error=event.refusal, reason=GONE))
    return _refused(change, event)


def _conflict(change: Change, event: Answered) -> Step:
    reason = _first_message(event.refusal)
    return _told(replace(change, state=State.CONFLICTED, error=event.refusal, reason=reason))


def _sign_in(change: Change, _event: Answered) -> Step:
    return Step((replace(change, state=State.HELD, reason=SIGN_IN, not_before=None),))


def _busy(change: Change, event: Answered) -> Step:
    wait = _wait_ms(change.attempts, event.jitter, event.wait_seconds)
    waiting = replace(change, state=State.QUEUED, not_before=event.now_ms + wait)
    return Step((replace(waiting, reason="The server asked to wait."),))


def _unknown(change: Change, event: Answered) -> Step:
    reason = f"{UNCLEAR} {event.detail}".strip()
    unclear = replace(change, state=State.AMBIGUOUS, reason=reason, response=event.response)
    if change.op is Op.CREATE:
        return Step((unclear,), (Probe(change.seq), Tell(change.seq)))
    return Step((unclear,), (Compare(change.seq, _wait_ms(change.attempts, event.jitter, None) / 1000),))


def after_probe(change: Change, event: Probed) -> Step:
    """Decide on an unclear create after the server was asked for it. Finding it wins at any time."""
    if event.found is not None:
        return _confirmed(change, (event.found,))
    if not event.reached or change.state is State.NEEDS_YOU:
        return Step()
    if not event.looked:
        return _told(replace(change, state=State.NEEDS_YOU, reason=NOT_FINDABLE))
    if event.candidates:
        return _told(replace(change, state=State.NEEDS_YOU, reason=LOOKS_ALIKE))
    if event.settled:
        return _told(replace(change, state=State.NEEDS_YOU, reason=NOT_THERE))
    return Step()


def after_compare(change: Change, event: Compared) -> Step:
    """Decide on a natural write after what it is about was read again."""
    if not event.reached:
        return Step((), (Compare(change.seq, _wait_ms(change.attempts + 3, event.jitter, None) / 1000),))
    if change.op is Op.BULK_DELETE:
        return _compare_bulk(change, event)
    record = event.records[0] if event.records else None
    if change.op is Op.DELETE:
        return _confirmed(change, ()) if record is None else _again(change, event)
    return _compare_update(change, event, record)


def _compare_update(change: Change, event: Compared, record: Record | None) -> Step:
    if record is None:
        return _told(replace(change, state=State.CONFLICTED, reason=GONE))
    if _holds(record, change):
        return _confirmed(change, (record,))
    if all(_same(key, record.values.get(key), change.pre.get(key)) for key in change.args):
        return _again(change, event)
    return _told(replace(change, state=State.CONFLICTED, reason=MOVED))


def _compare_bulk(change: Change, event: Compared) -> Step:
    there = {record.lid for record in event.records}
    left = tuple(lid for lid in change.targets if lid in there)
    if not left:
        return _confirmed(change, ())
    remaining = replace(change, targets=left)
    if change.error is not None:
        return _told(replace(remaining, state=State.REJECTED))
    return _again(remaining, event)


def _again(change: Change, event: Compared) -> Step:
    if change.attempts >= NATURAL_TRIES:
        return _told(replace(change, state=State.HELD, reason=TRIED_OFTEN, not_before=None))
    wait = _wait_ms(change.attempts, event.jitter, None)
    return Step((replace(change, state=State.QUEUED, reason=None, not_before=event.now_ms + wait),))


def _holds(record: Record, change: Change) -> bool:
    """Whether the record says what was asked; what could not be read here never says so."""
    return all(not isinstance(arg, Raw) and _same(key, record.values.get(key), arg) for key, arg in change.args.items())


def _same(key: str, left: Value, right: Value) -> bool:
    """Whether two values mean the same: absent, empty and no do, and so do `2` and `2.0` of a quantity."""
    if key == "quantity" and left and right:
        return Decimal(str(left)) == Decimal(str(right))
    return (left or None) == (right or None)


def _marked(change: Change, payments: tuple[Record, ...]) -> Record | None:
    if change.marker is None:
        return None
    return next((record for record in payments if record.values.get("marker") == change.marker), None)


def _confirmed(change: Change, records: tuple[Record, ...]) -> Step:
    done = replace(change, state=State.CONFIRMED, reason=None, error=None, not_before=None)
    return Step((done,), (Apply(change.seq, records), Tell(change.seq)))


def _told(change: Change) -> Step:
    return Step((change,), (Tell(change.seq),))


def _first_message(refusal: Refusal | None) -> str:
    return refusal.errors[0].message if refusal is not None and refusal.errors else "The server refused it."


def _wait_ms(tries: int, jitter: float, asked_seconds: float | None) -> int:
    """Full jitter: a random part of a growing span; a server's own wish goes before, plus up to a second."""
    if asked_seconds is not None:
        return int(asked_seconds * 1000 + 1000 * jitter)
    return int(jitter * min(LONGEST_WAIT_MS, 1000 * 2 ** max(0, tries - 1)))


_ANSWERS: dict[Outcome, Callable[[Change, Answered], Step]] = {
    Outcome.DONE: _done,
    Outcome.DONE_UNREADABLE: _unknown,
    Outcome.NOT_SENT: _not_sent,
    Outcome.REFUSED: _refused,
    Outcome.GONE: _gone,
    Outcome.CONFLICT: _conflict,
    Outcome.SIGN_IN: _sign_in,
    Outcome.BUSY: _busy,
    Outcome.UNKNOWN: _unknown,
}
