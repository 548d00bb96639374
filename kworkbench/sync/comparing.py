"""What the server's records make of a change that is harmless to send twice: compared with what was asked and before.

Of a bulk request each row is settled on its own (sync-engine.md section 7). Neither API has If-Match: another's edit
in the same moment is detected, it cannot be prevented.
"""

from __future__ import annotations

from kworkbench.domain.changes import Args, Change, Idem, Op, State
from kworkbench.domain.records import Record, Value
from kworkbench.lean import dataclass, replace
from kworkbench.sync.equal import aim, can_tell, says, unmoved
from kworkbench.sync.events import Compare, Compared, Step
from kworkbench.sync.settling import (
    GONE,
    MOST_LOOKS,
    MOVED,
    NATURAL_TRIES,
    OUTWARD,
    TRIED_OFTEN,
    UNREADABLE_STATE,
    confirmed,
    conflicted,
    rejected,
    told,
    wait_ms,
)


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of a change as they stand: done, still as before, moved to something else, gone."""

    done: tuple[Record, ...]
    left: tuple[str, ...]
    moved: tuple[str, ...]
    gone: tuple[str, ...]


def after_compare(change: Change, event: Compared) -> Step:
    """Decide on a change after what it is about was read again."""
    if not event.reached:
        return _unreached(change, event)
    if not can_tell(change):
        return _needs_you(change, OUTWARD if change.idem is Idem.UNMARKED else UNREADABLE_STATE)
    rows = _sorted(change, event)
    if change.deletes:
        return _deleted(change, event, rows.left)
    if rows.moved or rows.gone:
        return _conflict(change, event, rows)
    if not rows.left:
        return confirmed(change, rows.done)
    return _what_is_left(change, event, rows.left)


def _sorted(change: Change, event: Compared) -> _Rows:
    there = {record.lid: record for record in event.records if record.kind == change.kind}
    asked = {lid: there.get(event.named.get(lid, lid)) for lid in change.records}
    done: list[Record] = []
    left: list[str] = []
    moved: list[str] = []
    for lid, record in asked.items():
        if record is None:
            left += [lid] if change.restores else []
            continue
        if change.deletes:
            left.append(lid)
        elif says(record.values, aim(change, lid)):
            done.append(record)
        elif unmoved(record.values, change.before(lid), _noted(change, lid)):
            left.append(lid)
        else:
            moved.append(lid)
    gone = () if change.restores else tuple(lid for lid, one in asked.items() if one is None)
    return _Rows(tuple(done), tuple(left), tuple(moved), gone)


def _noted(change: Change, lid: str) -> Args:
    """The fields by which somebody else's doing is seen: of an action those that its draft noted beforehand.

    Where it noted none, the action may be done again whatever the record was.
    """
    fields = aim(change, lid)
    if change.op is not Op.ACTION:
        return fields
    return {key: value for key, value in fields.items() if key in change.before(lid)}


def _deleted(change: Change, event: Compared, left: tuple[str, ...]) -> Step:
    if not left:
        return confirmed(change, ())
    return _what_is_left(change, event, left)


def _what_is_left(change: Change, event: Compared, left: tuple[str, ...]) -> Step:
    """Rows that are still as before: refused for good with the server's words, or sent again alone."""
    remaining = replace(change, targets=left) if change.is_bulk else change
    if change.error is not None:
        return rejected(remaining, change.error)
    if change.attempts >= NATURAL_TRIES:
        return told(replace(remaining, state=State.HELD, reason=TRIED_OFTEN))
    wait = wait_ms(change.attempts, event.jitter)
    return Step((replace(remaining, state=State.QUEUED, reason=None, not_before=event.now_ms + wait),))


def _conflict(change: Change, event: Compared, rows: _Rows) -> Step:
    """Rows that somebody else moved, with the server's values; those that are done are out of it."""
    there = {record.lid: record for record in event.records}
    rest = tuple(lid for lid in change.records if lid in {*rows.left, *rows.moved, *rows.gone})
    values: dict[str, Value] = {}
    for lid in rows.moved:
        record = there[event.named.get(lid, lid)]
        values |= {f"{lid}.{key}" if change.is_bulk else key: record.values.get(key) for key in aim(change, lid)}
    remaining = replace(change, targets=rest) if change.is_bulk else change
    return conflicted(remaining, MOVED if rows.moved else GONE, theirs=values or None)


def _unreached(change: Change, event: Compared) -> Step:
    if event.tries >= MOST_LOOKS:
        return _needs_you(change, UNREADABLE_STATE)
    return Step((), (Compare(change.seq, wait_ms(change.attempts + 3, event.jitter) / 1000),))


def _needs_you(change: Change, reason: str) -> Step:
    if change.state is State.NEEDS_YOU:
        return Step()
    return told(replace(change, state=State.NEEDS_YOU, reason=reason))
