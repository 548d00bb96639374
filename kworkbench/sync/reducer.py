"""`reduce(state, event) -> (state, step)`: every rule of the write path, without I/O, clock or randomness.

The caller saves `step.changed` in one durable step before it performs any of `step.effects` (I3, intent before effect).
Source: sync-engine.md sections 4 to 7.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kworkbench.domain.changes import Change, Op, Resolution, State
from kworkbench.lean import replace
from kworkbench.sync import lanes, outcomes
from kworkbench.sync.coalesce import coalesce
from kworkbench.sync.events import (
    Answered,
    Applied,
    Apply,
    Checked,
    Compare,
    Compared,
    Discarded,
    Effect,
    EngineState,
    Enqueued,
    Event,
    Probe,
    Probed,
    Reconnected,
    Resolved,
    Resumed,
    Retried,
    Send,
    Started,
    Step,
    TakenBack,
    Woken,
)

OVER = frozenset({State.CLOSED, State.CANCELLED})
LOST_WITH_PROCESS = "The program ended while this was being sent."


def reduce(state: EngineState, event: Event) -> tuple[EngineState, Step]:
    """The next state, the changes to save and the effects to perform after `event`."""
    handle: Callable[[EngineState, Any], Step] = _HANDLERS[type(event)]
    busy = state.busy - {event.seq} if isinstance(event, Checked) else state.busy
    epoch = event.epoch if isinstance(event, Started) else state.epoch
    state = replace(state, busy=busy, epoch=epoch, paused=state.paused and not isinstance(event, Resumed))
    step = handle(state, event)
    state = _with(state, step)
    now_ms = getattr(event, "now_ms", None)
    if now_ms is None:
        return state, step
    state, more = _advance(state, now_ms)
    return state, step.then(more)


def _advance(state: EngineState, now_ms: int) -> tuple[EngineState, Step]:
    """Start what may start now: the head of each lane whose time has come."""
    due = lanes.due(state, now_ms)
    heads = () if state.paused else due.heads
    changed: list[Change] = []
    effects: list[Effect] = list(due.wakes)
    for change in heads:
        if lanes.needs_check(change):
            effects.append(lanes.check_of(change))
        else:
            changed.append(lanes.sending(change, state.epoch))
            effects.append(Send(change.seq))
    step = Step((*due.released, *changed), tuple(effects))
    checks = frozenset(change.seq for change in heads if lanes.needs_check(change))
    return replace(_with(state, step), busy=state.busy | checks), step


def _with(state: EngineState, step: Step) -> EngineState:
    if not step.changed:
        return state
    changes = dict(state.changes)
    for change in step.changed:
        if change.state in OVER:
            changes.pop(change.seq, None)
        else:
            changes[change.seq] = change
    return replace(state, changes=dict(sorted(changes.items())))


def _started(_state: EngineState, event: Started) -> Step:
    """Changes an earlier process left behind: `sending` ones may or may not have reached the server."""
    changed: list[Change] = []
    effects: list[Effect] = []
    for change in event.changes:
        kept = change
        if change.state is State.SENDING:
            kept = replace(change, state=State.AMBIGUOUS, reason=LOST_WITH_PROCESS)
        changed.append(kept)
        effects.extend(_pick_up(kept))
    return Step(tuple(changed), tuple(effects))


def _pick_up(change: Change) -> tuple[Effect, ...]:
    if change.state is State.CONFIRMED:
        return (Apply(change.seq),)
    if change.state in (State.AMBIGUOUS, State.NEEDS_YOU):
        return (Probe(change.seq) if change.op is Op.CREATE else Compare(change.seq),)
    return ()


def _enqueued(state: EngineState, event: Enqueued) -> Step:
    steps = [Step(event.changes), *(coalesce(state, change) for change in event.changes)]
    for seq in event.replaces:
        old = state.changes.get(seq)
        if old is not None:
            steps.append(Step((lanes.over(old, "edited and sent again", event.changes[0].created_at),)))
    return Step().then(*steps)


def _time_passed(_state: EngineState, _event: Resumed | Woken) -> Step:
    return Step()


def _taken_back(state: EngineState, event: TakenBack) -> Step:
    held = [change for change in state.changes.values() if change.gesture == event.gesture and lanes.is_held(change)]
    return Step(tuple(lanes.over(change, "taken back", event.now) for change in held))


def _checked(state: EngineState, event: Checked) -> Step:
    change = state.changes.get(event.seq)
    if change is None or change.state is not State.QUEUED:
        return Step()
    return outcomes.after_check(change, event, state.epoch)


def _answered(state: EngineState, event: Answered) -> Step:
    change = state.changes.get(event.seq)
    if change is None or change.state is not State.SENDING:
        return Step()
    return outcomes.after_answer(change, event)


def _probed(state: EngineState, event: Probed) -> Step:
    change = state.changes.get(event.seq)
    if change is None or change.state not in (State.AMBIGUOUS, State.NEEDS_YOU):
        return Step()
    return outcomes.after_probe(change, event)


def _compared(state: EngineState, event: Compared) -> Step:
    change = state.changes.get(event.seq)
    if change is None or change.state is not State.AMBIGUOUS:
        return Step()
    return outcomes.after_compare(change, event)


def _applied(state: EngineState, event: Applied) -> Step:
    change = state.changes.get(event.seq)
    if change is None or change.state is not State.CONFIRMED:
        return Step()
    return Step((replace(change, state=State.CLOSED, applied=True, closed_at=event.now),))


def _retried(state: EngineState, event: Retried) -> Step:
    """A person's `try again`: the balance noted when it was typed no longer has to hold."""
    change = state.changes.get(event.seq)
    if change is None or change.state not in (State.REJECTED, State.CONFLICTED, State.HELD, State.QUEUED):
        return Step()
    pre = {key: value for key, value in change.pre.items() if key != "outstanding"}
    return Step((replace(change, state=State.QUEUED, reason=None, error=None, not_before=None, attempts=0, pre=pre),))


def _discarded(state: EngineState, event: Discarded) -> Step:
    change = state.changes.get(event.seq)
    if change is None or change.state in (State.SENDING, State.CONFIRMED):
        return Step()
    with_it = lanes.dependants(state, change)
    return Step(tuple(lanes.over(one, event.reason, event.now) for one in (change, *with_it)))


def _resolved(state: EngineState, event: Resolved) -> Step:
    change = state.changes.get(event.seq)
    if change is None or change.state not in (State.AMBIGUOUS, State.NEEDS_YOU):
        return Step()
    if event.resolution is Resolution.GIVE_UP:
        reason = "given up by you; it may stand at the server"
        with_it = lanes.dependants(state, change)
        return Step(tuple(lanes.over(one, reason, event.now) for one in (change, *with_it)))
    if event.resolution is Resolution.FOUND:
        found = replace(change, state=State.CONFIRMED, reason=f"found by you as {event.payment_id}", response=None)
        return Step((found,), (Apply(change.seq),))
    again = replace(change, state=State.QUEUED, reason=None, not_before=None)
    return Step((again,))


def _reconnected(state: EngineState, event: Reconnected) -> Step:
    """What waited for the network or for a sign-in may go on."""
    changed: list[Change] = []
    effects: list[Effect] = []
    for change in state.changes.values():
        if change.account != event.account:
            continue
        if lanes.waits_for_server(change):
            changed.append(replace(change, state=State.QUEUED, reason=None, not_before=None))
        elif change.state in (State.AMBIGUOUS, State.NEEDS_YOU):
            effects.extend(_pick_up(change))
    return Step(tuple(changed), tuple(effects))


_HANDLERS: dict[type[Event], Callable[[EngineState, Any], Step]] = {
    Started: _started,
    Enqueued: _enqueued,
    Resumed: _time_passed,
    Woken: _time_passed,
    TakenBack: _taken_back,
    Checked: _checked,
    Answered: _answered,
    Probed: _probed,
    Compared: _compared,
    Applied: _applied,
    Retried: _retried,
    Discarded: _discarded,
    Resolved: _resolved,
    Reconnected: _reconnected,
}
