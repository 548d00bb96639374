"""Lanes: which change may go next. One record's changes go one at a time and in order; up to four lanes at once.

Source: sync-engine.md section 7; the first write of each verb on a live connection goes alone (product.md section 2).
"""

from __future__ import annotations

from collections.abc import Mapping

from kworkbench.domain.changes import Change, Op, State, lane_of_record
from kworkbench.lean import dataclass, replace
from kworkbench.sync.events import Check, EngineState, Wake
from kworkbench.sync.facts import standstill, unproven
from kworkbench.sync.needs import second_step, unmet, waits_for

LANES_AT_ONCE = 4
LONGEST_WAIT_MS = 3_700_000
"""A server may ask for an hour; nothing waits longer by itself."""
OFFLINE = "offline"
SIGN_IN = "sign-in needed"
DIFFERS = "The first write of its kind came out other than it was shown, so the queue waits for your word."
OTHER_ACCOUNT = "It was made under another sign-in. Sign in as before to send it, or discard it."

_STUCK = frozenset({State.SENDING, State.AMBIGUOUS, State.NEEDS_YOU})
_FAILED = frozenset({State.REJECTED, State.CONFLICTED})
_ALONE = frozenset({State.SENDING, State.AMBIGUOUS, State.NEEDS_YOU, State.CONFIRMED})


@dataclass(frozen=True, slots=True)
class Due:
    """What `due` found.

    Attributes:
        moved: changes that only change their waiting state: released, blocked or held.
        heads: lane heads to start.
        wakes: when to look again.
    """

    moved: tuple[Change, ...]
    heads: tuple[Change, ...]
    wakes: tuple[Wake, ...]


def due(state: EngineState, now_ms: int) -> Due:
    """The heads of all lanes that may start at `now_ms` (wall time in ms)."""
    moved: list[Change] = []
    heads: list[Change] = []
    later: list[int] = []
    taken: set[tuple[str, str]] = set()
    flying = _in_flight(state)
    traffic = _Traffic(state)
    for change in state.changes.values():
        if change.state is State.CONFIRMED or change.state in _FAILED:
            continue
        blocked = bool(change.needs) and bool(unmet(state.changes, change))
        if not blocked:
            is_head = taken.isdisjoint(lanes := _lanes(change)) and flying.isdisjoint(lanes)
            taken.update(lanes)
        if change.state in _STUCK or change.seq in state.busy or _waits_for_person(change):
            continue
        at = change.not_before
        if at is not None and _is_ahead(at, now_ms) and (change.state is State.HELD or not bar(state, change.account)):
            later.append(at)
            continue
        ready = _ready(state, change, blocked=blocked)
        if ready.state is not change.state or ready.reason != change.reason or change.not_before is not None:
            moved.append(ready)
        if ready.state is State.QUEUED and not blocked and is_head and traffic.takes(ready):
            heads.append(ready)
    return Due(tuple(moved), tuple(heads), (Wake(min(later)),) if later else ())


def _ready(state: EngineState, change: Change, *, blocked: bool) -> Change:
    """A change whose time has come: to be sent, or held with the sentence why not."""
    if (barred := bar(state, change.account)) or standstill(state.facts, change.account) is not None:
        return replace(change, state=State.HELD, reason=barred or DIFFERS, not_before=None)
    if blocked:
        return replace(change, state=State.BLOCKED, reason=waits_for(state.changes, change), not_before=None)
    reason = None if change.state is State.BLOCKED else change.reason
    return replace(change, state=State.QUEUED, reason=reason, not_before=None)


class _Traffic:
    """What is on its way: at most four lanes, and the first write of a verb on a live connection alone."""

    def __init__(self, state: EngineState) -> None:
        going = [one for one in state.changes.values() if one.state in _ALONE or one.seq in state.busy]
        self._facts = state.facts
        self._running = sum(one.state is State.SENDING or one.seq in state.busy for one in going)
        self._accounts = {one.account for one in going if one.state is State.SENDING or one.seq in state.busy}
        self._alone = {one.account for one in going if unproven(state.facts, one)}

    def takes(self, change: Change) -> bool:
        """Whether this one may start too; it counts from then on."""
        first = unproven(self._facts, change)
        if self._running >= LANES_AT_ONCE or change.account in self._alone:
            return False
        if first and change.account in self._accounts:
            return False
        self._running += 1
        self._accounts.add(change.account)
        if first:
            self._alone.add(change.account)
        return True


def bar(state: EngineState, account: str) -> str:
    """Why nothing is sent to an account in this run, a sentence; empty where it may be (I13)."""
    return "" if state.admission is None else state.admission.accounts.get(account, OTHER_ACCOUNT)


def sends_again(state: EngineState, account: str) -> bool:
    """Whether the person wants marked payments of an account to be sent again by themselves."""
    return state.admission is not None and account in state.admission.again


def needs_check(state: EngineState, change: Change) -> bool:
    """True for what is looked at before each send: money creates, and a delete that recording again is to follow.

    Of several in one request only where they bear markers: nothing else tells which of them are there.

    Source: sync-engine.md section 6, product.md section 8.
    """
    if change.op is Op.CREATE:
        return change.kind in ("payments", "expenses") and (not change.is_bulk or change.marker is not None)
    return second_step(state, change) is not None


def check_of(change: Change) -> Check:
    """The effect that looks."""
    return Check(change.seq)


def sending(change: Change, epoch: int) -> Change:
    """The change as it stands in the outbox before its first byte leaves."""
    return replace(
        change, state=State.SENDING, attempts=change.attempts + 1, epoch=epoch, reason=None, error=None, not_before=None
    )


def over(change: Change, reason: str, now: str) -> Change:
    """The change taken out of the view for good, with the sentence why."""
    return replace(change, state=State.CANCELLED, reason=reason, closed_at=now)


def is_held(change: Change) -> bool:
    """True while a gesture can still be taken back without a trace."""
    return change.state is State.HELD and change.not_before is not None


def waits_for_server(change: Change) -> bool:
    """True for a change that only waits for the network or for a sign-in."""
    return (change.state is State.QUEUED and change.reason == OFFLINE) or (
        change.state is State.HELD and change.reason == SIGN_IN
    )


def let_go(changes: Mapping[int, Change], account: str) -> tuple[Change, ...]:
    """The changes of an account that were held because its first write came out otherwise."""
    held = (one for one in changes.values() if one.account == account and one.state is State.HELD)
    return tuple(replace(one, state=State.QUEUED, reason=None) for one in held if one.reason == DIFFERS)


def _in_flight(state: EngineState) -> frozenset[tuple[str, str]]:
    """The lanes in which something is on its way or unclear, also behind a change that may go again only now."""
    flying = (one for one in state.changes.values() if one.state in _STUCK or one.seq in state.busy)
    return frozenset(lane for one in flying for lane in _lanes(one))


def _lanes(change: Change) -> tuple[tuple[str, str], ...]:
    """The lanes a change stands in: its own, and those of every record that a bulk change is about."""
    rows = (lane_of_record(change.kind, lid) for lid in change.targets)
    return tuple((change.account, lane) for lane in (change.lane, *rows))


def _is_ahead(at_ms: int, now_ms: int) -> bool:
    """Whether a moment is still to come; one that no wait could have set comes from a clock that was put back."""
    return now_ms < at_ms <= now_ms + LONGEST_WAIT_MS


def _waits_for_person(change: Change) -> bool:
    return change.state is State.HELD and change.not_before is None
