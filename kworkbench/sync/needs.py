"""What a change needs before it may be sent, and what becomes of it when that does not come (sync-engine.md section 7).

A change needs the create of every record it is about, until that is confirmed, and whatever its draft names. What
needs a change that is refused waits with it as one group; what needs one that is given up goes with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kworkbench.domain.changes import Change, Op, State
from kworkbench.lean import replace
from kworkbench.sync.events import EngineState, Step

MOOT = "There was nothing to delete: it was never made."
ON_ITS_WAY = frozenset({State.SENDING, State.AMBIGUOUS, State.NEEDS_YOU, State.CONFIRMED})
"""States of a change that may stand at the server."""


def unmet(changes: Mapping[int, Change], change: Change) -> tuple[int, ...]:
    """Numbers of the changes that have to be confirmed first and are not yet.

    What is recorded again waits until its delete is over: from then on the old record is known to be gone. An edit of
    what bears a marker waits until the record is here: it keeps the marker that the record has.
    """
    found = (changes[seq] for seq in change.needs if seq in changes)
    return tuple(one.seq for one in found if one.state is not State.CONFIRMED or _until_applied(change, one))


def _until_applied(change: Change, needed: Change) -> bool:
    return bool(change.again) or (change.op is Op.UPDATE and needed.marker is not None)


def bound(changes: Mapping[int, Change], new: Change) -> Change:
    """The change with what it needs: the open creates of the records it is about."""
    if new.op is Op.CREATE:
        return new
    about = set(new.records)
    made = (
        seq
        for seq, one in changes.items()
        if one.op is Op.CREATE and seq < new.seq and one.account == new.account and not about.isdisjoint(one.records)
    )
    needs = tuple(dict.fromkeys((*new.needs, *made)))
    return new if needs == new.needs else replace(new, needs=needs)


def with_needs(changes: Mapping[int, Change], new: Iterable[Change]) -> tuple[Change, ...]:
    """Changes that have just come, each with what it needs; later ones may need earlier ones of the same call."""
    known = dict(changes)
    found: list[Change] = []
    for change in new:
        known[change.seq] = bound(known, change)
        found.append(known[change.seq])
    return tuple(found)


def goes_with(changes: Iterable[Change], change: Change) -> tuple[Change, ...]:
    """What goes too when a change is given up: all that needs it, and what needs that; in order.

    A step that was to be followed by recording again goes with what was to follow it, while it was not sent.
    """
    those = tuple(changes)
    lost = {change.seq, *(one.seq for one in first_steps(those, change))}
    for one in those:
        if not lost.isdisjoint(one.needs):
            lost.add(one.seq)
    return tuple(one for one in those if one.seq in lost and one.seq != change.seq)


def first_steps(changes: Iterable[Change], second: Change) -> tuple[Change, ...]:
    """The open delete that the recording again of a payment needs; nothing once it is done."""
    return tuple(one for one in changes if one.seq in second.needs and one.deletes and second.again in one.records)


def second_step(state: EngineState, first: Change) -> Change | None:
    """What is to be recorded again once this delete is done; None for every other change."""
    if not first.deletes:
        return None
    return next((one for one in state.changes.values() if first.seq in one.needs and one.again in first.records), None)


def heir_of(old: Change, new: Iterable[Change]) -> Change | None:
    """Which of some new changes is the corrected form of an old one: the one about its record, else of its kind."""
    those = tuple(new)
    same = next((one for one in those if one.lid == old.lid), None)
    return same or next((one for one in those if one.kind == old.kind), None)


def replaced(state: EngineState, old: Change, new: Change) -> tuple[Change, ...]:
    """A corrected change takes over what its predecessor needed, and whatever needed that one needs it now.

    Whoever corrects a conflict has seen the server's values: they are what was before.
    """
    heir = replace(new, needs=tuple(dict.fromkeys((*new.needs, *old.needs))), again=new.again or old.again)
    if old.theirs and new.op is Op.UPDATE and not new.is_bulk:
        heir = replace(heir, pre={**heir.pre, **{key: old.theirs[key] for key in heir.args if key in old.theirs}})
    waiting = (one for one in state.changes.values() if old.seq in one.needs and one.seq != new.seq)
    moved = (replace(one, needs=tuple(new.seq if seq == old.seq else seq for seq in one.needs)) for one in waiting)
    return (heir, *moved)


def after(state: EngineState, changed: Sequence[Change]) -> Step:
    """What the end of some changes means for those that need them."""
    ended = {change.seq: change for change in changed if change.state in (State.CLOSED, State.REJECTED)}
    found: list[Change] = []
    for one in state.changes.values() if ended else ():
        met = [seq for seq in one.needs if seq in ended]
        for seq in met:
            if ended[seq].state is State.CLOSED:
                one = replace(one, needs=tuple(need for need in one.needs if need != seq))  # noqa: PLW2901
            elif one.deletes and ended[seq].op is Op.CREATE and set(one.records) <= set(ended[seq].records):
                one = replace(one, state=State.CANCELLED, reason=MOOT, closed_at=one.created_at)  # noqa: PLW2901
        if one is not state.changes[one.seq]:
            found.append(one)
    return Step(tuple(found))


def freed(changes: Iterable[Change], create: Change, lids: Iterable[str]) -> tuple[Change, ...]:
    """What needs a bulk create only for rows of it that stand at the server; it waits for the others no longer."""
    there = set(lids)
    about = (one for one in changes if create.seq in one.needs and there.issuperset(one.records))
    return tuple(replace(one, needs=tuple(seq for seq in one.needs if seq != create.seq)) for one in about)


def waits_for(changes: Mapping[int, Change], change: Change) -> str:
    """Why a blocked change waits, a sentence."""
    first = changes[unmet(changes, change)[0]]
    return f"It needs change {first.seq} ({first.shown.word})."
