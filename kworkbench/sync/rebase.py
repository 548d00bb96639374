"""What a read makes of changes that were not sent yet, field by field (sync-engine.md section 5, "Refresh").

A field that still is what it was before, or that others left alone, is kept; one that already is as wanted needs
nothing any more; everything else is a conflict, with three values. Only the first open change of a record is looked
at: the later ones stand on it, not on what the server says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kworkbench.domain.changes import Arg, Change, Idem, Op, Raw, State
from kworkbench.domain.records import Record, Value, Values
from kworkbench.lean import replace
from kworkbench.sync.equal import aim, same, says
from kworkbench.sync.events import Seen, Step
from kworkbench.sync.settling import GONE, MOVED, conflicted

ALREADY_SO = "The server already has it so."
ALREADY_GONE = "It is already gone at the server."
NOT_SENT_YET = frozenset({State.QUEUED, State.HELD, State.BLOCKED})


def after_read(changes: Iterable[Change], event: Seen, busy: frozenset[int]) -> Step:
    """Rebase what waits on the records that a read brought, and on those that are gone."""
    seen = {record.lid: record for record in event.records}
    gone = frozenset(event.gone)
    met: set[str] = set()
    steps: list[Step] = []
    for change in changes:
        if change.account != event.account:
            continue
        first = met.isdisjoint(change.records)
        met.update(change.records)
        if first and change.state in NOT_SENT_YET and change.attempts == 0 and change.seq not in busy:
            steps.append(_rebased(change, seen, gone, event.now))
    return Step().then(*steps)


def carried(change: Change, records: tuple[Record, ...], later: Iterable[Change]) -> tuple[Change, ...]:
    """Later changes of the same records, with what the server made of this one as what was before them.

    A text that the server shortened is no other person's edit.
    """
    values = {record.lid: record.values for record in records if record.kind == change.kind}
    if not change.is_bulk and len(values) == 1:
        values |= {change.lid: next(iter(values.values()))}
    found = []
    for one in later:
        if one.seq > change.seq and one.op is Op.UPDATE and not one.is_bulk and one.lid in values:
            pre = {key: values[one.lid].get(key, old) for key, old in one.pre.items()}
            if pre != one.pre:
                found.append(replace(one, pre=pre))
    return tuple(found)


def _rebased(change: Change, seen: Mapping[str, Record], gone: frozenset[str], now: str) -> Step:
    if change.op is Op.CREATE:
        return conflicted(change, GONE) if change.invoice_lid in gone else Step()
    lost = [lid for lid in change.records if lid in gone]
    if change.deletes:
        return _without(change, lost, ALREADY_GONE, now)
    if lost and not change.restores:
        return conflicted(change, GONE)
    if change.op is Op.ACTION:
        return _action(change, seen, now)
    return _update(change, seen, now)


def _action(change: Change, seen: Mapping[str, Record], now: str) -> Step:
    """Rows on which the action has taken effect already need none; what goes outside is never taken for done."""
    effect = aim(change, change.lid)
    if change.idem is Idem.UNMARKED or not effect:
        return Step()
    done = [lid for lid in change.records if lid in seen and says(seen[lid].values, effect)]
    return _without(change, done, ALREADY_SO, now)


def _update(change: Change, seen: Mapping[str, Record], now: str) -> Step:
    """An edit, of one record or of several, over what was just read."""
    found = {lid: seen[lid].values for lid in change.records if lid in seen}
    moved = {lid: _moved(change, lid, values) for lid, values in found.items()}
    others = {lid: values for lid, values in moved.items() if values}
    if others:
        named = {
            f"{lid}.{key}" if change.is_bulk else key: value
            for lid, values in others.items()
            for key, value in values.items()
        }
        return conflicted(change, MOVED, theirs=named)
    if change.is_bulk:
        done = [lid for lid, values in found.items() if not _left(change, lid, values)]
        return _without(change, done, ALREADY_SO, now)
    if change.lid not in found:
        return Step()
    left = _left(change, change.lid, found[change.lid])
    if not left:
        return _closed(change, ALREADY_SO, now)
    return Step() if len(left) == len(change.args) else Step((replace(change, args=left),))


def _moved(change: Change, lid: str, values: Values) -> dict[str, Value]:
    """The server's values of the fields that somebody else set to something third."""
    before = change.before(lid)
    return {
        key: values.get(key)
        for key, arg in change.wanted(lid).items()
        if not same(key, values.get(key), before.get(key)) and not _is_so(key, values, arg)
    }


def _left(change: Change, lid: str, values: Values) -> dict[str, Arg]:
    """The fields that still have to be sent."""
    return {key: arg for key, arg in change.wanted(lid).items() if not _is_so(key, values, arg)}


def _is_so(key: str, values: Values, arg: Arg) -> bool:
    return not isinstance(arg, Raw) and same(key, values.get(key), arg)


def _without(change: Change, done: list[str], reason: str, now: str) -> Step:
    """The change without the rows that need nothing any more."""
    if not done:
        return Step()
    left = tuple(lid for lid in change.records if lid not in done)
    return _closed(change, reason, now) if not left else Step((replace(change, targets=left),))


def _closed(change: Change, reason: str, now: str) -> Step:
    return Step((replace(change, state=State.CLOSED, reason=reason, applied=True, not_before=None, closed_at=now),))
