"""Neighbours of one record that were never sent become one change (sync-engine.md section 7).

A delete that can still be taken back leaves what is before it alone: taken back, it must leave no trace.
"""

from __future__ import annotations

from kworkbench.domain.changes import Change, Op, State
from kworkbench.lean import replace
from kworkbench.sync.events import EngineState, Step
from kworkbench.sync.lanes import over
from kworkbench.sync.needs import goes_with

MERGED = "merged into the change before it"
NEVER_SENT = "deleted before it was sent"


def coalesce(state: EngineState, change: Change) -> Step:
    """Fold `change` into the newest earlier change of the same record, where neither has been tried."""
    if change.is_bulk or change.op not in (Op.UPDATE, Op.DELETE) or _stands_alone(change):
        return Step()
    before = _neighbour(state, change)
    if before is None or not _untouched(state, before):
        return Step()
    if change.op is Op.DELETE:
        return Step() if change.state is State.HELD else _deleted(state, before, change)
    if before.op not in (Op.CREATE, Op.UPDATE):
        return Step()
    merged = replace(
        before,
        args={**before.args, **change.args},
        pre={**change.pre, **before.pre},
        expects={**before.expects, **change.expects},
    )
    return Step((merged, over(change, MERGED, change.created_at)))


def _deleted(state: EngineState, before: Change, delete: Change) -> Step:
    now = delete.created_at
    if before.op is Op.CREATE:
        with_it = goes_with(state.changes.values(), before)
        return Step(tuple(over(one, NEVER_SENT, now) for one in (before, *with_it)))
    return Step((over(before, NEVER_SENT, now),)) if before.op is Op.UPDATE else Step()


def _neighbour(state: EngineState, change: Change) -> Change | None:
    """The newest earlier change that is about this record; a bulk request stands between those before and after it."""
    earlier = [one for one in state.changes.values() if one.seq < change.seq and one.account == change.account]
    return next((one for one in reversed(earlier) if change.lid in one.records), None)


def _stands_alone(change: Change) -> bool:
    """A change that somebody asks for by its key, or that belongs to another one, is not merged away."""
    return change.key is not None or bool(change.again) or change.undoes is not None


def _untouched(state: EngineState, change: Change) -> bool:
    if change.is_bulk or change.attempts or change.seq in state.busy or change.again:
        return False
    return change.state in (State.QUEUED, State.HELD, State.BLOCKED)
