"""What a person decides about a change: taken back, tried again, given up, resolved (sync-engine.md section 4)."""

from __future__ import annotations

from kworkbench.domain.changes import Change, Op, Resolution, State
from kworkbench.domain.records import Values
from kworkbench.lean import replace
from kworkbench.sync.events import Apply, Discarded, EngineState, Resolved, Retried, Step, TakenBack
from kworkbench.sync.facts import gone_on
from kworkbench.sync.lanes import is_held, let_go, over
from kworkbench.sync.needs import ON_ITS_WAY, first_steps, goes_with
from kworkbench.sync.probing import UNCLEAR

TAKEN_BACK = "taken back"
GIVEN_UP = "given up by you; it may stand at the server"
RETRIABLE = frozenset({State.REJECTED, State.CONFLICTED, State.HELD, State.QUEUED, State.BLOCKED})


def taken_back(state: EngineState, event: TakenBack) -> Step:
    """A gesture that was still held leaves no trace, and neither does what needs it."""
    held = [change for change in state.changes.values() if change.gesture == event.gesture and is_held(change)]
    return _given_up(state, held, TAKEN_BACK, event.now)


def retried(state: EngineState, event: Retried) -> Step:
    """A person's `try again`: the balance noted when it was typed no longer has to hold."""
    change = state.changes.get(event.seq)
    if change is None or change.state not in RETRIABLE:
        return Step()
    pre = {key: value for key, value in change.pre.items() if key != "outstanding"}
    again = accepting(replace(change, pre=pre, attempts=_still_counted(change)))
    return Step((replace(again, state=State.QUEUED, reason=None, error=None, not_before=None),))


def _still_counted(change: Change) -> int:
    """The tries that still count: one of a create that came into conflict after it was sent, and may arrive yet."""
    return min(change.attempts, 1) if change.op is Op.CREATE and change.state is State.CONFLICTED else 0


def accepting(change: Change) -> Change:
    """The change after a person has seen what the server holds: from now on that is what was before."""
    if not change.theirs:
        return change
    if not change.is_bulk:
        seen = {key: value for key, value in change.theirs.items() if key in change.args or key == "outstanding"}
        return replace(change, pre={**change.pre, **seen}, theirs=None)
    befores = {lid: {**change.before(lid), **_theirs_of(change, lid)} for lid in change.targets}
    return replace(change, befores=befores, theirs=None)


def _theirs_of(change: Change, lid: str) -> Values:
    """The server's values of one row of a bulk request that came into conflict."""
    held = change.theirs or {}
    return {key: held[f"{lid}.{key}"] for key in change.wanted(lid) if f"{lid}.{key}" in held}


def discarded(state: EngineState, event: Discarded) -> Step:
    """Given up, and with it what needs it; nothing that may be half done is torn apart.

    What became unclear while the person decided is said to be so.
    """
    change = state.changes.get(event.seq)
    if change is None or change.state in (State.SENDING, State.CONFIRMED):
        return Step()
    if any(one.state in ON_ITS_WAY for one in first_steps(state.changes.values(), change)):
        return Step()
    return _given_up(state, [change], event.reason, event.now)


def resolved(state: EngineState, event: Resolved) -> Step:
    """The answer to an unclear change, or to a first write that came out otherwise."""
    if event.resolution is Resolution.GO_ON:
        account, facts = gone_on(state.facts, event.seq)
        return Step(let_go(state.changes, account), facts=facts)
    change = state.changes.get(event.seq)
    if change is None or change.state not in (State.AMBIGUOUS, State.NEEDS_YOU):
        return Step()
    if event.resolution is Resolution.GIVE_UP:
        return _given_up(state, [change], GIVEN_UP, event.now)
    if event.resolution is Resolution.FOUND:
        found = replace(change, state=State.CONFIRMED, reason=f"found by you as {event.payment_id}", response=None)
        return Step((replace(found, theirs=None),), (Apply(change.seq),))
    again = replace(change, state=State.QUEUED, reason=None, error=None, theirs=None, response=None)
    return Step((again,))


def _given_up(state: EngineState, changes: list[Change], reason: str, now: str) -> Step:
    going = {change.seq: change for change in changes}
    for change in changes:
        going |= {one.seq: one for one in goes_with(state.changes.values(), change)}
    reasons = {seq: GIVEN_UP if one.state in UNCLEAR else reason for seq, one in going.items()}
    return Step(tuple(over(going[seq], reasons[seq], now) for seq in sorted(going)))
