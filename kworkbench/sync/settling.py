"""What the rules have in common: how a change ends, how long one waits, and the sentences a person reads."""

from __future__ import annotations

from kworkbench.domain.changes import Change, Op, Refusal, State
from kworkbench.domain.records import Record
from kworkbench.lean import replace
from kworkbench.sync.equal import can_tell
from kworkbench.sync.events import Apply, Compare, Effect, Landed, Probe, Step, Tell, Watch

LONGEST_WAIT_MS = 60_000
NATURAL_TRIES = 5
MOST_SENDS = 20
"""No change is sent more often by itself, whatever the server answers (I14)."""
MOST_LOOKS = 120
"""No change is looked at more often in one go because of a server that does not answer (I14)."""

UNCLEAR = "May have reached the server."
NOT_THERE = "It is not at the server so far. Send it again, say which one it is, or give it up."
NOT_FINDABLE = "May have reached the server. Look for it in the list, then send it again or give it up."
TAKEN_UNREADABLE = "The server took it, but its answer cannot be read. Look for it in the list before sending again."
LOOKS_ALIKE = "One that looks like it stands at the server. Say if it is this one."
ROWS_NOT_THERE = "They are not at the server so far. Send them again, or give them up."
ROWS_ALIKE = "Rows that look like these stand at the server. Look before you send them again."
OUTWARD = "It may have gone out. Look at the record, then send it again or give it up."
UNREADABLE_STATE = "May have reached the server, and the record cannot be read. Send it again or give it up."
GONE = "The record is no longer at the server."
MOVED = "It was changed at the server meanwhile."
ALREADY_PAID = "The invoice's balance changed at the server meanwhile."
CANCELLED_THERE = "The invoice was cancelled at the server meanwhile."
PAYMENT_MOVED = "The payment that was to be replaced was changed or deleted at the server meanwhile."
TRIED_OFTEN = "The server failed several times."
ASKED_TO_WAIT = "The server asked to wait."
NOT_AGAIN = "deleted, not recorded again"


def confirmed(change: Change, records: tuple[Record, ...]) -> Step:
    """The server has it; what was sent more than once is watched for a second row."""
    done = replace(change, state=State.CONFIRMED, reason=None, error=None, theirs=None)
    effects: tuple[Effect, ...] = (Apply(change.seq, records), Tell(change.seq))
    if change.op is Op.CREATE and change.marker and change.attempts > 1:
        effects = (*effects, Watch(done))
    return Step((done,), effects)


def landed(change: Change, rows: tuple[tuple[str, Record], ...]) -> Step:
    """Rows of a bulk create stand at the server: the change is about the others from now on.

    Where there are no others it is confirmed.
    """
    there = {lid for lid, _ in rows}
    left = tuple(lid for lid in change.targets if lid not in there)
    if not left:
        return confirmed(change, tuple(record for _, record in rows))
    return Step((replace(change, targets=left),), (Landed(change.seq, rows),))


def told(change: Change) -> Step:
    """The change has come to a state that a person should hear of."""
    return Step((change,), (Tell(change.seq),))


def rejected(change: Change, refusal: Refusal | None, reason: str = "") -> Step:
    """The server refused it; of a payment to be recorded again the row says that the old one is gone."""
    said = reason or first_message(refusal)
    why = _after_delete(change, said)
    return told(replace(change, state=State.REJECTED, error=refusal, reason=why))


def conflicted(change: Change, reason: str, **more: object) -> Step:
    """The server holds something else; yours, theirs and what was before stay with the change."""
    why = _after_delete(change, reason)
    stopped = replace(change, state=State.CONFLICTED, reason=why, not_before=None)
    return told(replace(stopped, **more) if more else stopped)  # type: ignore[arg-type]


def _after_delete(change: Change, said: str) -> str:
    """Of a payment to be recorded again, once the old one is gone, that comes first."""
    return f"{NOT_AGAIN}: {said}" if change.again and not change.needs else said


def first_message(refusal: Refusal | None) -> str:
    """The first of the server's messages."""
    return refusal.errors[0].message if refusal is not None and refusal.errors else "The server refused it."


def wait_ms(tries: int, jitter: float, asked_seconds: float | None = None) -> int:
    """Full jitter: a random part of a growing span; a server's own wish goes before, plus up to a second."""
    if asked_seconds is not None:
        return int(asked_seconds * 1000 + 1000 * jitter)
    return int(jitter * min(LONGEST_WAIT_MS, 1000 * 2 ** min(16, max(0, tries - 1))))


def looks(change: Change) -> bool:
    """True for what is looked for by probes: creates. Everything else is compared."""
    return change.op is Op.CREATE


def picked_up(change: Change) -> tuple[Effect, ...]:
    """What is done about a change that an earlier process left, or that the network left, in its state.

    Nothing is read for what waits for a person and of which no record can tell anything.
    """
    if change.state is State.CONFIRMED:
        return (Apply(change.seq),)
    if change.state not in (State.AMBIGUOUS, State.NEEDS_YOU):
        return ()
    if looks(change):
        return (Probe(change.seq),)
    return () if change.state is State.NEEDS_YOU and not can_tell(change) else (Compare(change.seq),)
