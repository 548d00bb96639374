"""A history of an outbox, every step of it acknowledged, and the outboxes that may be found after a cut."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from kworkbench.domain.changes import Arg, Attempt, Change, Draft, Idem, Op, State
from kworkbench.store.outbox import Outbox
from tests.proofs.power.adapter import Reworded, connector
from tests.proofs.power.disk import Disk, Files, RecordingVfs, cuts
from tests.proofs.reached import Reached
from tests.sync.making import ACCOUNT, MARKER, NOW, NOW_MS

NAME = "outbox.db"
STEPS = 30
NEXT = {
    State.QUEUED: (State.SENDING,),
    State.SENDING: (State.CONFIRMED, State.AMBIGUOUS, State.REJECTED),
    State.AMBIGUOUS: (State.CONFIRMED, State.NEEDS_YOU),
    State.CONFIRMED: (State.CLOSED,),
    State.REJECTED: (State.CANCELLED,),
}

Contents = tuple[Any, ...]


def contents_of(outbox: Outbox) -> Contents:
    """Everything that an outbox holds."""
    changes = outbox.journal(10_000)
    attempts = tuple(outbox.attempts(change.seq) for change in changes)
    return changes, tuple(sorted(outbox.aliases().items())), attempts, outbox.requests(), outbox._meta("epoch", 0)


@dataclass
class Recorded:
    """What a history did to its disk.

    Attributes:
        acknowledged: after how many operations each step was acknowledged, and what the outbox held then.
    """

    disk: Disk
    acknowledged: list[tuple[int, Contents]] = field(default_factory=list)


def record(folder: Path, seed: int, reworded: Reworded = lambda sql: sql, steps: int = STEPS) -> Recorded:
    """Play a history over a disk that is written down; `reworded` plants a bug in what SQLite is told."""
    disk = Disk(folder, {path.name: path.read_bytes() for path in folder.iterdir()})
    vfs = RecordingVfs(f"recording-{id(disk)}", disk)
    try:
        recorded = Recorded(disk)
        with closing(Outbox.open(folder / NAME, connector(f"recording-{id(disk)}", reworded))) as outbox:
            recorded.acknowledged.append((len(disk.done), contents_of(outbox)))
            writer = _Writer(outbox, random.Random(seed))  # noqa: S311 - a story, not a secret
            for _ in range(steps):
                writer.step()
                recorded.acknowledged.append((len(disk.done), contents_of(outbox)))
    finally:
        vfs.unregister()
    return recorded


class _Writer:
    def __init__(self, outbox: Outbox, chance: random.Random) -> None:
        self._outbox = outbox
        self._chance = chance
        self._made = 0

    def step(self) -> None:
        """One durable step, as the desk and other processes make them."""
        ways: list[Callable[[], None]] = [
            self._append,
            self._move,
            self._move,
            self._move,
            self._try,
            self._ask,
            self._serve,
        ]
        self._chance.choice(ways)()

    def _append(self) -> None:
        drafts = [(f"m{self._made + n}", self._draft(n)) for n in range(self._chance.choice((1, 1, 3)))]
        self._made += len(drafts)
        with self._outbox.transaction():
            self._outbox.append(drafts, gesture=f"g{self._made}", now=NOW, now_ms=NOW_MS)

    def _draft(self, number: int) -> Draft:
        text = "x" * self._chance.choice((5, 200, 9000))
        lid = f"new:{self._made + number}"
        args: dict[str, Arg] = {"invoice_id": "9", "amount": 4000, "note": text}
        return Draft(ACCOUNT, Op.CREATE, "payments", lid, args=args, idem=Idem.MARKED, marker=MARKER)

    def _move(self) -> None:
        movable = [change for change in self._outbox.open_changes() if change.state in NEXT]
        if not movable:
            self._append()
            return
        change = self._chance.choice(movable)
        after = self._chance.choice(NEXT[change.state])
        with self._outbox.transaction():
            self._outbox.save(self._moved(change, after))
            if after is State.CONFIRMED:
                self._outbox.add_alias(change.account, change.lid, change.kind, str(change.seq))

    def _moved(self, change: Change, after: State) -> Change:
        if after is State.CONFIRMED:
            return replace(change, state=after, response="y" * self._chance.choice((100, 5000)))
        return replace(change, state=after, applied=after is State.CLOSED, attempts=change.attempts + 1)

    def _try(self) -> None:
        with self._outbox.transaction():
            self._outbox.note_attempt(Attempt(1, 1, "sent", NOW, 201), 1)

    def _ask(self) -> None:
        with self._outbox.transaction():
            self._outbox.ask("retry", seq=1)

    def _serve(self) -> None:
        requests = self._outbox.requests()
        if not requests:
            self._outbox.begin_epoch()
            return
        with self._outbox.transaction():
            self._outbox.drop_request(requests[0].id)


def cut_everywhere(recorded: Recorded, folder: Path, seed: int, *, every: int = 1, first: bool = False) -> Reached:
    """Cut the power at each `every`th operation; what survives must hold every acknowledged step, and open as it is.

    `first`: the first failure is enough.
    """
    reached, chance = Reached(), random.Random(seed)  # noqa: S311 - as above
    for number, survivors in cuts(recorded.disk):
        if number % every:
            continue
        if first and reached.failures:
            break
        last = recorded.disk.done[number - 1].did.name.lower() if number else "nothing"
        for kind, files in (("synced", dict(survivors.synced)), ("torn", survivors.torn(chance))):
            reached.cases += 1
            reached.events[f"{kind} after {last}"] += 1
            if any(name.endswith("-journal") for name in files):
                reached.events[f"{kind} with a journal"] += 1
            if problem := _problem(recorded, number, files, folder / f"{number}-{kind}"):
                reached.failures.append(f"cut at {number}, {kind}: {problem}")
    return reached


def _problem(recorded: Recorded, number: int, files: Files, folder: Path) -> str:
    """What is wrong with an outbox found after a cut; empty where nothing is."""
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    acknowledged = [index for index, (at, _) in enumerate(recorded.acknowledged) if at <= number]
    allowed = [contents for _, contents in recorded.acknowledged[acknowledged[-1] :][:2]] if acknowledged else []
    with closing(Outbox.open(folder / NAME)) as outbox:
        if outbox.set_aside is not None:
            return "the file is damaged"
        found = contents_of(outbox)
    if not acknowledged:
        before = recorded.acknowledged[0][1][0]
        return "" if found[0] == before else "what was there before is not, or what was not is"
    return "" if found in allowed else f"step {acknowledged[-1]} was acknowledged and is not there"
