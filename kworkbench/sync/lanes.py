"""Lanes: which change may go next. One record's changes go one at a time and in order; up to four lanes at once.

Source: sync-engine.md section 7.
"""

from __future__ import annotations

from kworkbench.domain.changes import Change, Op, State, lane_of_record
from kworkbench.lean import dataclass, replace
from kworkbench.sync.events import Check, EngineState, Wake

LANES_AT_ONCE = 4
OFFLINE = "offline"
SIGN_IN = "sign-in needed"

_STUCK = frozenset({State.SENDING, State.AMBIGUOUS, State.NEEDS_YOU})
_FAILED = frozenset({State.REJECTED, State.CONFLICTED})


@dataclass(frozen=True, slots=True)
class Due:
    """What `due` found: held changes whose time is over, lane heads to start, and when to look again."""

    released: tuple[Change, ...]
    heads: tuple[Change, ...]
    wakes: tuple[Wake, ...]


def due(state: EngineState, now_ms: int) -> Due:
    """The heads of all lanes that may start at `now_ms` (wall time in ms)."""
    released: list[Change] = []
    heads: list[Change] = []
    later: list[int] = []
    taken: set[tuple[str, str]] = set()
    unmade = _unmade(state)
    running = len(state.busy) + sum(change.state is State.SENDING for change in state.changes.values())
    for change in state.changes.values():
        if change.state is State.CONFIRMED or change.state in _FAILED or _waits_for_its_record(change, unmade):
            continue
        is_head = taken.isdisjoint(lanes := _lanes(change))
        taken |= lanes
        if change.state in _STUCK or change.seq in state.busy or _waits_for_person(change):
            continue
        if change.not_before is not None and change.not_before > now_ms:
            later.append(change.not_before)
            continue
        queued = replace(change, state=State.QUEUED, not_before=None)
        if change.state is not State.QUEUED or change.not_before is not None:
            released.append(queued)
        if is_head and running < LANES_AT_ONCE:
            running += 1
            heads.append(queued)
    return Due(tuple(released), tuple(heads), (Wake(min(later)),) if later else ())


def needs_check(change: Change) -> bool:
    """True for a money create: the invoice and its payments are read before each send (sync-engine.md section 6)."""
    return change.op is Op.CREATE and change.invoice_lid is not None


def check_of(change: Change) -> Check:
    """The effect that reads them."""
    return Check(change.seq)


def sending(change: Change, epoch: int) -> Change:
    """The change as it stands in the outbox before its first byte leaves."""
    return replace(
        change, state=State.SENDING, attempts=change.attempts + 1, epoch=epoch, reason=None, error=None, not_before=None
    )


def over(change: Change, reason: str, now: str) -> Change:
    """The change taken out of the view for good, with the sentence why."""
    return replace(change, state=State.CANCELLED, reason=reason, closed_at=now)


def dependants(state: EngineState, change: Change) -> tuple[Change, ...]:
    """What was asked of a record that will not be made when its create is given up."""
    if change.op is not Op.CREATE:
        return ()
    later = (one for one in state.changes.values() if one.seq != change.seq)
    return tuple(one for one in later if (one.account, one.lid) == (change.account, change.lid))


def is_held(change: Change) -> bool:
    """True while a gesture can still be taken back without a trace."""
    return change.state is State.HELD and change.not_before is not None


def waits_for_server(change: Change) -> bool:
    """True for a change that only waits for the network or for a sign-in."""
    return (change.state is State.QUEUED and change.reason == OFFLINE) or (
        change.state is State.HELD and change.reason == SIGN_IN
    )


def _lanes(change: Change) -> set[tuple[str, str]]:
    """The lanes a change stands in: its own, and those of every record that a bulk change is about."""
    of_targets = {lane_of_record(change.kind, lid) for lid in change.targets}
    return {(change.account, lane) for lane in {change.lane, *of_targets}}


def _unmade(state: EngineState) -> frozenset[tuple[str, str]]:
    """Account and local id of the records made here that the server does not have yet."""
    creates = (one for one in state.changes.values() if one.op is Op.CREATE and one.state is not State.CONFIRMED)
    return frozenset((one.account, one.lid) for one in creates)


def _waits_for_its_record(change: Change, unmade: frozenset[tuple[str, str]]) -> bool:
    """True for what was asked of a record that is not at the server yet; it stands in nobody's way."""
    return change.op is not Op.CREATE and (change.account, change.lid) in unmade


def _waits_for_person(change: Change) -> bool:
    return change.state is State.HELD and change.not_before is None
