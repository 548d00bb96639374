"""Neighbours of one record that were never sent become one change (sync-engine.md section 7)."""

from __future__ import annotations

from kworkbench.domain.changes import Change, Op, State
from kworkbench.lean import replace
from kworkbench.sync.events import EngineState, Step
from kworkbench.sync.lanes import over

_MERGED = "merged into the change before it"
_NEVER_SENT = "deleted before it was sent"


def coalesce(state: EngineState, change: Change) -> Step:
    """Fold `change` into the newest earlier change of the same record, where neither has been tried."""
    earlier = [one for one in state.changes.values() if one.seq < change.seq and change.lid in one.touched[:1]]
    if not earlier or not _untouched(state, earlier[-1]) or change.op not in (Op.UPDATE, Op.DELETE):
        return Step()
    before = earlier[-1]
    if before.op is Op.CREATE and change.op is Op.DELETE:
        return Step((over(before, _NEVER_SENT, change.created_at), over(change, _NEVER_SENT, change.created_at)))
    if before.op in (Op.CREATE, Op.UPDATE) and change.op is Op.UPDATE:
        merged = replace(before, args={**before.args, **change.args}, pre={**change.pre, **before.pre})
        return Step((merged, over(change, _MERGED, change.created_at)))
    if before.op is Op.UPDATE:
        return Step((over(before, _NEVER_SENT, change.created_at),))
    return Step()


def _untouched(state: EngineState, change: Change) -> bool:
    return change.state in (State.QUEUED, State.HELD) and change.attempts == 0 and change.seq not in state.busy
