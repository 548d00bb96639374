"""The real reducer behind numbers: engine states and durable rows are kept once each, and no step is computed twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

from kworkbench.domain.changes import Change, FieldError, Refusal, Resolution
from kworkbench.domain.records import Record
from kworkbench.sync import reducer
from kworkbench.sync.events import (
    Answered,
    Applied,
    Checked,
    Discarded,
    Effect,
    EngineState,
    Enqueued,
    Event,
    Fact,
    Outcome,
    Probed,
    Reconnected,
    Resolved,
    Resumed,
    Retried,
    Started,
)
from kworkbench.sync.likeness import rows_among
from tests.proofs.protocol.scene import Scene, lid_of_owner, owners_of
from tests.sync.making import ACCOUNT, NOW, NOW_MS, a_payment, an_invoice

REFUSAL = Refusal(422, (FieldError("invoice", "is paid already"),))
AMOUNT = 10000

T = TypeVar("T")


class Snapshot(NamedTuple):
    """What a reading of the invoice brought: whose payments were in the list (0 and below: a colleague's)."""

    owners: tuple[int, ...]


class Said(NamedTuple):
    """An event, written so that it can be compared: its name, the change it is about, and what it says."""

    name: str
    seq: int
    outcome: Outcome = Outcome.DONE
    seen: Snapshot | None = None
    settled: bool = False


class Reduced(NamedTuple):
    """What a step of the reducer gave."""

    core: int
    saved: tuple[Change, ...]
    facts: tuple[Fact, ...]
    effects: tuple[Effect, ...]


class Disk(NamedTuple):
    """What is durable: seq -> the change as last saved, and the facts."""

    changes: dict[int, Change]
    facts: dict[str, str]


class Core:
    """The reducer of one scene."""

    def __init__(self, scene: Scene) -> None:
        self._asked = scene.changes()
        self._rows = self._asked[0].markers if scene.rows else {}
        self._states: list[EngineState] = []
        self._numbers: dict[str, int] = {}
        self._disks: list[Disk] = []
        self._disk_numbers: dict[str, int] = {}
        self._steps: dict[tuple[int, Said], Reduced] = {}
        first = scene.beginning()
        self._admission = first.admission
        self.nothing = self._number(first)
        self.empty_disk = self._disk_number(Disk({}, dict(first.facts)))

    def state(self, core: int) -> EngineState:
        """The engine state of that number."""
        return self._states[core]

    def disk(self, disk: int) -> dict[int, Change]:
        """What is durable: seq -> the change as last saved."""
        return self._disks[disk].changes

    def learnt(self, disk: int) -> dict[str, str]:
        """What else is durable: the facts that were learnt."""
        return self._disks[disk].facts

    def step(self, core: int, said: Said) -> Reduced:
        """What the reducer makes of an event."""
        if (core, said) not in self._steps:
            state, step = reducer.reduce(self._states[core], self._event(said, self._states[core]))
            self._steps[core, said] = Reduced(self._number(state), step.changed, step.facts, step.effects)
        return self._steps[core, said]

    def start(self, disk: int) -> Reduced:
        """What a new process makes of the durable rows."""
        changes, facts = self._disks[disk]
        left = tuple(change for change in changes.values() if change.state not in reducer.OVER)
        epoch = 1 + max((change.epoch or 0 for change in changes.values()), default=0)
        started = Started(epoch, NOW_MS, left, facts, self._admission)
        begun, first = reducer.reduce(EngineState(paused=True), started)
        state, second = reducer.reduce(begun, Resumed(NOW_MS))
        step = first.then(second)
        return Reduced(self._number(state), step.changed, step.facts, step.effects)

    def saved(self, disk: int, changes: Iterable[Change], facts: Iterable[Fact]) -> int:
        """The durable rows after these were saved too."""
        before = self._disks[disk]
        rows = {**before.changes, **{change.seq: change for change in changes}}
        return self._disk_number(Disk(rows, {**before.facts, **{fact.key: fact.value for fact in facts}}))

    def _number(self, state: EngineState) -> int:
        return _numbered(repr(state), state, self._numbers, self._states)

    def _disk_number(self, disk: Disk) -> int:
        key = repr((sorted(disk.changes.items()), sorted(disk.facts.items())))
        return _numbered(key, disk, self._disk_numbers, self._disks)

    def _event(self, said: Said, state: EngineState) -> Event:
        make: Callable[[Said, EngineState], Event] = getattr(self, f"_{said.name}")
        return make(said, state)

    def _enqueued(self, _said: Said, _state: EngineState) -> Event:
        return Enqueued(self._asked, NOW_MS)

    def _checked(self, said: Said, _state: EngineState) -> Event:
        if said.seen is None:
            return Checked(said.seq, NOW_MS, None, None, said.outcome, jitter=0.0)
        if self._rows:
            return Checked(said.seq, NOW_MS, None, self._expenses(said.seen), jitter=0.0)
        left = AMOUNT * (1 - len(said.seen.owners))
        return Checked(said.seq, NOW_MS, an_invoice(left), self._payments(said.seen), jitter=0.0, guarded=True)

    def _answered(self, said: Said, state: EngineState) -> Event:
        mine = self._expenses if self._rows else self._payments
        done = said.outcome is Outcome.DONE
        records = mine(Snapshot(owners_of(state.changes[said.seq]))) if done else ()
        refusal = REFUSAL if said.outcome is Outcome.REFUSED else None
        return Answered(said.seq, NOW, NOW_MS, said.outcome, records, refusal, jitter=0.0)

    def _probed(self, said: Said, state: EngineState) -> Event:
        """As `Sender` puts it: the record with the marker, or the look-alikes that were not there before."""
        if said.seen is None:
            return Probed(said.seq, NOW, NOW_MS, None, settled=said.settled, reached=False)
        change = state.changes.get(said.seq)
        if self._rows:
            rows = rows_among(change, self._expenses(said.seen)) if change else ()
            attempts = change.attempts if change else None
            return Probed(said.seq, NOW, NOW_MS, None, settled=said.settled, rows=rows, attempts=attempts)
        payments = self._payments(said.seen)
        marker = None if change is None else change.marker
        found = next((one for one in payments if marker and one.values["marker"] == marker), None)
        before = set((change.pre_image if change else None) or ())
        alike = () if marker else tuple(one.id for one in payments if one.id not in before)
        others = tuple(one.id for one in payments if one.id not in before and one.values["marker"] != (marker or ""))
        return Probed(said.seq, NOW, NOW_MS, found, alike, said.settled, others=others)

    def _applied(self, said: Said, _state: EngineState) -> Event:
        return Applied(said.seq, NOW)

    def _retried(self, said: Said, _state: EngineState) -> Event:
        return Retried(said.seq, NOW_MS)

    def _discarded(self, said: Said, _state: EngineState) -> Event:
        return Discarded(said.seq, NOW)

    def _reconnected(self, _said: Said, _state: EngineState) -> Event:
        return Reconnected(ACCOUNT, NOW_MS)

    def _again(self, said: Said, _state: EngineState) -> Event:
        return Resolved(said.seq, NOW, NOW_MS, Resolution.SEND_AGAIN)

    def _given_up(self, said: Said, _state: EngineState) -> Event:
        return Resolved(said.seq, NOW, NOW_MS, Resolution.GIVE_UP)

    def _found(self, said: Said, _state: EngineState) -> Event:
        return Resolved(said.seq, NOW, NOW_MS, Resolution.FOUND, str(said.seq))

    def _payments(self, seen: Snapshot) -> tuple[Record, ...]:
        markers = {change.seq: change.marker for change in self._asked}
        return tuple(a_payment(str(owner), markers.get(owner), AMOUNT) for owner in seen.owners)

    def _expenses(self, seen: Snapshot) -> tuple[Record, ...]:
        """What stands at the server bears the markers that were sent first."""
        return tuple(
            Record("expenses", str(owner), {"amount": owner, "marker": self._rows.get(lid_of_owner(owner))})
            for owner in seen.owners
        )


def _numbered(key: str, value: T, numbers: dict[str, int], kept: list[T]) -> int:
    if key not in numbers:
        numbers[key] = len(kept)
        kept.append(value)
    return numbers[key]
