"""Walks through every world that can be reached, and holds each against the promises.

Source: sync-engine.md sections 1 and 6.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from kworkbench.domain.changes import Change, State
from kworkbench.sync.reducer import OVER
from kworkbench.sync.settling import NOT_THERE, ROWS_NOT_THERE
from tests.proofs.protocol.scene import Broken, Scene, owners_of
from tests.proofs.protocol.world import Rules, Violated, World

POINTED_AT = "found by you"
FROM_SENDING = frozenset({State.CONFIRMED, State.AMBIGUOUS, State.QUEUED, State.REJECTED, State.CONFLICTED, State.HELD})


@dataclass
class Found:
    """What a walk found.

    Attributes:
        worlds, moves: how many there are.
        steps: the pairs of states that a change went through.
        violated: the first promise that was broken, with how it came to that; empty where all hold.
    """

    worlds: int = 0
    moves: int = 0
    steps: set[tuple[State, State]] = field(default_factory=set)
    violated: str = ""
    trace: tuple[str, ...] = ()

    @property
    def report(self) -> str:
        """One sentence of figures."""
        return f"{self.worlds} worlds, {self.moves} moves, {len(self.steps)} changes of state"


def explore(scene: Scene) -> Found:
    """Walk breadth first, so that a broken promise is found by one of its shortest stories."""
    walk = _Walk(Rules(scene))
    try:
        walk.run()
    except Violated as broken:
        walk.found.violated = str(broken)
        walk.found.trace = tuple(walk.story())
    walk.found.worlds = len(walk.came_from)
    return walk.found


class _Walk:
    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.found = Found()
        self.came_from: dict[World, tuple[World, str] | None] = {}
        self.before: dict[World, list[World]] = {}
        self.here: World | None = None
        self.last = ""

    def run(self) -> None:
        """Visit every world; raises `Violated` at the first broken promise."""
        first = self.rules.beginning()
        self.came_from[first] = None
        waiting = deque([first])
        while waiting:
            world = self.here = waiting.popleft()
            self.last = ""
            hold(self.rules, world)
            for text, after in self.rules.moves(world):
                self.last = text
                self.found.moves += 1
                self._note(world, after)
                self.before.setdefault(after, []).append(world)
                if after not in self.came_from:
                    self.came_from[after] = (world, text)
                    waiting.append(after)
        self._every_world_has_a_way_out()

    def story(self) -> Iterator[str]:
        """How it came to the world where the walk stands."""
        texts, world = [self.last] if self.last else [], self.here
        while world is not None and (came := self.came_from[world]) is not None:
            world, text = came
            texts.append(text)
        return reversed(texts)

    def _note(self, world: World, after: World) -> None:
        """Which states the changes went through, and that none left a state by a way there is not."""
        if world.disk == after.disk:
            return
        old, new = self.rules.core.disk(world.disk), self.rules.core.disk(after.disk)
        for seq, change in old.items():
            step = (change.state, new[seq].state)
            if step[0] is step[1]:
                continue
            self.found.steps.add(step)
            if step[0] in OVER or (step[0] is State.CONFIRMED and step[1] is not State.CLOSED):
                raise Violated(f"what is {step[0]} never becomes {step[1]}")
            if step[0] is State.SENDING and step[1] not in FROM_SENDING:
                raise Violated(f"what is being sent never becomes {step[1]}")

    def _every_world_has_a_way_out(self) -> None:
        over = [world for world in self.came_from if _is_over(self.rules, world)]
        reached, waiting = set(over), deque(over)
        while waiting:
            for before in self.before.get(waiting.popleft(), ()):
                if before not in reached:
                    reached.add(before)
                    waiting.append(before)
        for world in self.came_from:
            if world not in reached:
                self.here, self.last = world, ""
                raise Violated("every state has a way out")


def hold(rules: Rules, world: World) -> None:
    """Raises `Violated` where a world breaks a promise."""
    disk = rules.core.disk(world.disk)
    owners = [row.owner for row in world.rows]
    comes = rules.scene.trusting or rules.accepts(world)
    alive = {owner for request in world.requests if comes for owner in request.owners}
    if any(owner > 0 and count > 1 for owner, count in Counter(owners).items()):
        raise Violated("at most one payment per intent stands at the server")
    for change in disk.values():
        mine = set(owners_of(change))
        if _is_done(change) and not mine <= set(owners):
            raise Violated("what is called done stands at the server")
        there = not mine.isdisjoint(owners) or not mine.isdisjoint(alive)
        if change.state is State.REJECTED and there:
            raise Violated("what is called refused is not at the server and never will be")
        absent = change.state is State.NEEDS_YOU and change.reason in (NOT_THERE, ROWS_NOT_THERE)
        if absent and there and rules.scene.trusting:
            raise Violated("what is called absent is not there and cannot come any more")
    if world.core is not None and Broken.NO_INTENT not in rules.scene.broken:
        _same_as_disk(rules, world, disk)


def _same_as_disk(rules: Rules, world: World, disk: dict[int, Change]) -> None:
    assert world.core is not None
    durable = {seq: change for seq, change in disk.items() if change.state not in OVER}
    state = rules.core.state(world.core)
    if state.changes != durable or state.facts != rules.core.learnt(world.disk):
        raise Violated("what the process believes is what is durable")


def _is_done(change: Change) -> bool:
    pointed_at = (change.reason or "").startswith(POINTED_AT)
    return change.state in (State.CONFIRMED, State.CLOSED) and not pointed_at


def _is_over(rules: Rules, world: World) -> bool:
    return all(change.state in OVER for change in rules.core.disk(world.disk).values())
