"""`reduce(state, event) -> (state, step)`: every rule of the write path, without I/O, clock or randomness.

The caller saves `step.changed` and `step.facts` in one durable step before it performs any of `step.effects` (I3,
intent before effect). Source: sync-engine.md sections 4 to 7.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kworkbench.domain.changes import Change, Idem, Op, State
from kworkbench.lean import replace
from kworkbench.sync import checking, comparing, lanes, outcomes, probing
from kworkbench.sync.coalesce import coalesce
from kworkbench.sync.deciding import discarded, resolved, retried, taken_back
from kworkbench.sync.events import (
    Admitted,
    Answered,
    Applied,
    Checked,
    Compared,
    Discarded,
    Doubled,
    Effect,
    EngineState,
    Enqueued,
    Event,
    Fact,
    Landed,
    Probed,
    Reconnected,
    Replaced,
    Resolved,
    Resumed,
    Retried,
    Seen,
    Send,
    Started,
    Step,
    TakenBack,
    Tell,
    Woken,
)
from kworkbench.sync.facts import classed, doubled, undoubled, without
from kworkbench.sync.needs import ON_ITS_WAY, after, freed, heir_of, replaced, second_step, with_needs
from kworkbench.sync.proving import after_apply
from kworkbench.sync.rebase import after_read, carried
from kworkbench.sync.settling import OUTWARD, TRIED_OFTEN, picked_up

OVER = frozenset({State.CLOSED, State.CANCELLED})
EDITED = "edited and sent again"
LOST_WITH_PROCESS = "The program ended while this was being sent."


def reduce(state: EngineState, event: Event) -> tuple[EngineState, Step]:
    """The next state, the changes and facts to save and the effects to perform after `event`."""
    handle: Callable[[EngineState, Any], Step] = _HANDLERS[type(event)]
    state = _entered(state, event)
    step = handle(state, event)
    state = _with(state, step)
    if more := (*_freed(state, step), *after(state, step.changed).changed):
        step = step.then(Step(more))
        state = _with(state, Step(more))
    now_ms: int | None = getattr(event, "now_ms", None)
    if now_ms is None:
        return state, step
    state, released = _released(state, now_ms)
    state, advanced = _advance(state, now_ms)
    return state, step.then(released, advanced)


def _entered(state: EngineState, event: Event) -> EngineState:
    """The state with what an event itself says about the process."""
    if isinstance(event, Started):
        return replace(state, epoch=event.epoch, facts=event.facts, admission=event.admission)
    if isinstance(event, Admitted) and state.admission is not None:
        known = {**state.admission.accounts, **event.admission.accounts}
        return replace(state, admission=replace(event.admission, accounts=known))
    if isinstance(event, Checked):
        change = state.changes.get(event.seq)
        tells = {event.seq} if change is not None and checking.shows_guard(change, event) else set()
        return replace(state, busy=state.busy - {event.seq}, paid=state.paid - {event.seq} | tells)
    return replace(state, paused=False) if isinstance(event, Resumed) else state


def _released(state: EngineState, now_ms: int) -> tuple[EngineState, Step]:
    """Deletes whose time to be taken back is over meet what was never sent before them."""
    steps: list[Step] = []
    for change in tuple(state.changes.values()):
        due = change.state is State.HELD and change.not_before is not None and change.not_before <= now_ms
        if due and change.op is Op.DELETE and change.seq in state.changes:
            let_go = replace(change, state=State.QUEUED)
            steps.append(Step((let_go,)).then(coalesce(state, let_go)))
            state = _with(state, steps[-1])
    return state, Step().then(*steps)


def _advance(state: EngineState, now_ms: int) -> tuple[EngineState, Step]:
    """Start what may start now: the head of each lane whose time has come."""
    due = lanes.due(state, now_ms)
    heads = () if state.paused else due.heads
    changed: list[Change] = []
    effects: list[Effect] = list(due.wakes)
    checks: set[int] = set()
    for change in heads:
        if lanes.needs_check(state, change):
            effects.append(lanes.check_of(change))
            checks.add(change.seq)
        else:
            changed.append(lanes.sending(change, state.epoch))
            effects.append(Send(change.seq))
    step = Step((*due.moved, *changed), tuple(effects))
    return replace(_with(state, step), busy=state.busy | checks), step


def _with(state: EngineState, step: Step) -> EngineState:
    if not step.changed and not step.facts:
        return state
    changes = dict(state.changes)
    grown = False
    for change in step.changed:
        if change.state in OVER:
            changes.pop(change.seq, None)
        else:
            grown = grown or change.seq not in changes
            changes[change.seq] = change
    return replace(
        state, changes=dict(sorted(changes.items())) if grown else changes, facts=_learnt(state.facts, step.facts)
    )


def _freed(state: EngineState, step: Step) -> tuple[Change, ...]:
    """What waited for rows of a bulk create that have been found before the rest of them."""
    found: list[Change] = []
    for effect in step.effects:
        if isinstance(effect, Landed):
            lids = (lid for lid, _ in effect.rows)
            found += freed(state.changes.values(), state.changes[effect.seq], lids)
    return tuple(found)


def _learnt(known: Mapping[str, str], facts: tuple[Fact, ...]) -> Mapping[str, str]:
    now = {**known, **{fact.key: fact.value for fact in facts}}
    return {key: value for key, value in now.items() if value}


def _started(_state: EngineState, event: Started) -> Step:
    """Changes an earlier process left behind: `sending` ones may or may not have reached the server."""
    known = {change.seq: change for change in event.changes}
    changed: list[Change] = []
    effects: list[Effect] = []
    for change in with_needs({}, event.changes):
        kept = _left_behind(change)
        changed.append(kept)
        effects.extend(picked_up(kept))
    told = (Tell(one.seq) for one in changed if one.state is State.NEEDS_YOU and known[one.seq].state is State.SENDING)
    return Step(tuple(changed), (*effects, *told))


def _left_behind(change: Change) -> Change:
    if change.state is State.SENDING:
        if change.idem is Idem.UNMARKED and change.op is not Op.CREATE:
            return replace(change, state=State.NEEDS_YOU, reason=OUTWARD)
        return replace(change, state=State.AMBIGUOUS, reason=LOST_WITH_PROCESS)
    return replace(change, state=State.QUEUED, reason=None) if _is_held_by_account(change) else change


def _is_held_by_account(change: Change) -> bool:
    """Whether it waits for an account to be signed in or opened to writes; a queue that stands still holds it again."""
    return change.state is State.HELD and change.not_before is None and change.reason != TRIED_OFTEN


def _admitted(state: EngineState, event: Admitted) -> Step:
    """What was held because of its account is looked at anew."""
    told = event.admission.accounts
    held = (one for one in state.changes.values() if one.account in told and _is_held_by_account(one))
    return Step(tuple(replace(one, state=State.QUEUED, reason=None) for one in held))


def _enqueued(state: EngineState, event: Enqueued) -> Step:
    """New changes, each with what it needs; corrected ones take the place of those they correct."""
    new = {change.seq: change for change in with_needs(state.changes, event.changes)}
    steps: list[Step] = [Step(tuple(new.values()))]
    for seq in event.replaces:
        if (old := state.changes.get(seq)) is not None:
            steps.append(_succeeded(_with(state, Step().then(*steps)), old, heir_of(old, new.values())))
    grown = _with(state, Step().then(*steps))
    for change in new.values():
        if change.seq in grown.changes:
            steps.append(coalesce(grown, grown.changes[change.seq]))
            grown = _with(grown, steps[-1])
    return Step().then(*steps)


def _replaced(state: EngineState, event: Replaced) -> Step:
    old, heir = state.changes.get(event.seq), state.changes.get(event.by)
    return Step() if old is None or old.state in ON_ITS_WAY else _succeeded(state, old, heir)


def _succeeded(state: EngineState, old: Change, heir: Change | None) -> Step:
    """The old change is over; who took its place takes over what it needed and what needs it."""
    if heir is None:
        return Step((lanes.over(old, EDITED, old.created_at),))
    return Step((*replaced(state, old, heir), lanes.over(old, EDITED, heir.created_at)))


def _time_passed(_state: EngineState, _event: Resumed | Woken) -> Step:
    return Step()


def _checked(state: EngineState, event: Checked) -> Step:
    change = state.changes.get(event.seq)
    if change is None or change.state is not State.QUEUED:
        return Step()
    return checking.after_check(change, event, state.epoch, second_step(state, change))


def _answered(state: EngineState, event: Answered) -> Step:
    change = state.changes.get(event.seq)
    if change is None or change.state is not State.SENDING:
        return Step()
    return outcomes.after_answer(classed(change, state.facts), event, state.facts, paid=event.seq in state.paid)


def _probed(state: EngineState, event: Probed) -> Step:
    change = state.changes.get(event.seq)
    if change is None or change.state not in probing.UNCLEAR:
        return Step()
    again = lanes.sends_again(state, change.account)
    return probing.after_probe(classed(change, state.facts), event, state.facts, again=again)


def _compared(state: EngineState, event: Compared) -> Step:
    change = state.changes.get(event.seq)
    if change is None or change.state not in probing.UNCLEAR:
        return Step()
    return comparing.after_compare(change, event)


def _applied(state: EngineState, event: Applied) -> Step:
    change = state.changes.get(event.seq)
    if change is None or change.state is not State.CONFIRMED:
        return Step()
    later = carried(change, event.records, state.changes.values())
    return after_apply(change, event, state.facts).then(Step(later, facts=undoubled(state.facts, change)))


def _seen(state: EngineState, event: Seen) -> Step:
    gone = without(state.facts, event.account, event.gone)
    return after_read(state.changes.values(), event, state.busy).then(Step(facts=gone))


def _doubled(_state: EngineState, event: Doubled) -> Step:
    return Step((), (Tell(event.change.seq),), (doubled(event.change, event.ids, event.row),))


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
            effects.extend(picked_up(change))
    return Step(tuple(changed), tuple(effects))


_HANDLERS: dict[type[Event], Callable[[EngineState, Any], Step]] = {
    Started: _started,
    Admitted: _admitted,
    Enqueued: _enqueued,
    Replaced: _replaced,
    Resumed: _time_passed,
    Woken: _time_passed,
    TakenBack: taken_back,
    Checked: _checked,
    Answered: _answered,
    Probed: _probed,
    Compared: _compared,
    Applied: _applied,
    Seen: _seen,
    Doubled: _doubled,
    Retried: retried,
    Discarded: discarded,
    Resolved: resolved,
    Reconnected: _reconnected,
}
