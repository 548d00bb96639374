"""The world of one model run: process, disk, network, server, and whatever may happen to them next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeVar

from kworkbench.domain.changes import Change, State
from kworkbench.sync.events import Apply, Check, Effect, Landed, Outcome, Probe, Send, Tell, Wake, Watch
from tests.proofs.protocol.core import Core, Reduced, Said, Snapshot
from tests.proofs.protocol.scene import Broken, Scene, owners_of

UNCLEAR = (State.AMBIGUOUS, State.NEEDS_YOU)
NO_SEND: dict[Outcome, str] = {
    Outcome.NOT_SENT: "is not sent",
    Outcome.BUSY: "is put off",
    Outcome.SIGN_IN: "meets a closed sign-in",
}


class Call(NamedTuple):
    """Something the process has begun: a check, a send that waits for its answer, a look, an applying.

    `said` is what it will tell the reducer, None while that is open. `settled` is kept for a look.
    """

    kind: str
    seq: int
    settled: bool = False
    said: Said | None = None


class Request(NamedTuple):
    """A send on its way or at the server, for how many ticks it can still take effect, and what it is to record."""

    seq: int
    life: int
    owners: tuple[int, ...]


class Row(NamedTuple):
    """A payment at the server: whose, and how many ticks ago it was made."""

    owner: int
    age: int


class Clock(NamedTuple):
    """A probe that runs: for which change, and how long."""

    seq: int
    ticks: int


class World(NamedTuple):
    """Everything there is. `core` is None while no process runs."""

    core: int | None
    disk: int
    calls: tuple[Call, ...] = ()
    requests: tuple[Request, ...] = ()
    rows: tuple[Row, ...] = ()
    clocks: tuple[Clock, ...] = ()
    sends: int = 0
    kills: int = 0
    others: int = 0
    doubles: int = 0


class Violated(Exception):  # noqa: N818 - what a model run is there to find
    """A step did what it must not; the message is the rule."""


T = TypeVar("T")

Move = tuple[str, World]
"""What happened, in words, and the world afterwards."""


class Rules:
    """What may happen in the worlds of a scene."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.core = Core(scene)

    def beginning(self) -> World:
        """The payments have just been saved."""
        empty = World(self.core.nothing, self.core.empty_disk)
        return self._taken(empty, self.core.step(self.core.nothing, Said("enqueued", 0)))

    def moves(self, world: World) -> Iterator[Move]:
        """Everything that may happen next."""
        yield from self._at_server(world)
        yield from self._of_time(world)
        if world.core is None:
            yield "the program starts", self._taken(world, self.core.start(world.disk))
            return
        for call in world.calls:
            yield from self._of_call(world, call)
        for clock in world.clocks:
            yield from self._of_clock(world, clock)
        yield from self._of_person(world)
        if world.kills < self.scene.kills:
            yield "the program is killed", world._replace(core=None, calls=(), clocks=(), kills=world.kills + 1)

    # The server and the network.

    def _at_server(self, world: World) -> Iterator[Move]:
        for request in sorted(set(world.requests)):
            yield f"the server takes payment {request.seq}", self._serve(world, request, request.owners)
            for owner in request.owners if len(request.owners) > 1 else ():
                yield f"the server takes row {owner} alone", self._serve(world, request, (owner,))
        if world.others < self.scene.others and self.accepts(world):
            row = Row(-world.others, 0)
            yield "a colleague pays", world._replace(rows=_in(world.rows, row), others=world.others + 1)

    def _serve(self, world: World, request: Request, owners: tuple[int, ...]) -> World:
        """Some of a request, or nothing of it, is told as a refusal where lists show at once what there is."""
        accepted = self.accepts(world)
        rows = tuple(sorted((*world.rows, *(Row(owner, 0) for owner in owners)))) if accepted else world.rows
        waits = next((call for call in world.calls if call[:2] == ("send", request.seq) and call.said is None), None)
        calls = world.calls
        if waits is not None and self._belongs(world, request):
            outcome = Outcome.DONE if accepted else Outcome.REFUSED
            if accepted and owners != request.owners:
                outcome = Outcome.UNKNOWN if self.scene.delay else Outcome.REFUSED
            calls = _in(_out(calls, waits), waits._replace(said=Said("answered", request.seq, outcome)))
        return world._replace(rows=rows, requests=_out(world.requests, request), calls=calls)

    def accepts(self, world: World) -> bool:
        """Whether the server takes a payment now."""
        return not (self.scene.guarded and world.rows)

    def _belongs(self, world: World, request: Request) -> bool:
        """Whether the send that waits is this one: the youngest of its change."""
        return request.life == max(one.life for one in world.requests if one.seq == request.seq)

    def _of_time(self, world: World) -> Iterator[Move]:
        rows = tuple(sorted(row._replace(age=min(row.age + 1, self.scene.delay)) for row in world.rows))
        left = (one._replace(life=one.life - 1) for one in world.requests if one.life or self._is_last(world, one))
        clocks = tuple(one._replace(ticks=min(one.ticks + 1, self.scene.settle)) for one in world.clocks)
        later = world._replace(rows=rows, requests=tuple(sorted(one._replace(life=max(one.life, 0)) for one in left)))
        if (moved := later._replace(clocks=clocks)) != world:
            yield "time passes", moved
        if Broken.JUMPING in self.scene.broken:
            jumped = tuple(one._replace(ticks=self.scene.settle) for one in world.clocks)
            yield "the clock jumps", world._replace(clocks=jumped)

    def _is_last(self, world: World, request: Request) -> bool:
        """The last send of a run is answered in the end, so that every run has one."""
        waits = any(call[:2] == ("send", request.seq) and call.said is None for call in world.calls)
        return waits and self._spent(world) and self._belongs(world, request)

    def _spent(self, world: World) -> bool:
        return world.sends >= self.scene.sends

    def _seen(self, world: World) -> Snapshot:
        return Snapshot(tuple(row.owner for row in world.rows if row.age >= self.scene.delay))

    # The process.

    def _of_call(self, world: World, call: Call) -> Iterator[Move]:
        if call.said is not None:
            yield self._hear(world, call)
            if world.doubles < self.scene.doubles and call.kind in ("check", "look"):
                text, twice = self._hear(world, call)
                yield (
                    f"{text}, and comes again",
                    twice._replace(calls=_in(twice.calls, call), doubles=world.doubles + 1),
                )
        elif call.kind == "send":
            yield from self._of_send(world, call)
        else:
            yield from self._of_reading(world, call)

    def _hear(self, world: World, call: Call) -> Move:
        said, settled = call.said, call.settled
        assert said is not None
        if call.kind == "look" and Broken.JUDGED_LATE in self.scene.broken:
            settled = any(one.ticks >= self.scene.settle for one in world.clocks if one.seq == call.seq)
        heard = said._replace(settled=settled)
        what = "found nothing out" if call.kind in ("check", "look") and heard.seen is None else heard.outcome.name
        return f"{call.kind} of {call.seq} ends: {what}", self._told(
            world._replace(calls=_out(world.calls, call)), heard
        )

    def _of_send(self, world: World, call: Call) -> Iterator[Move]:
        gone = world._replace(calls=_out(world.calls, call))
        if self._spent(world):
            return
        yield f"the answer for {call.seq} is lost", self._told(gone, Said("answered", call.seq, Outcome.UNKNOWN))
        mine = [one for one in world.requests if one.seq == call.seq]
        for outcome, words in NO_SEND.items() if mine else ():
            unsent = gone._replace(requests=_out(gone.requests, max(mine)))
            yield f"payment {call.seq} {words}", self._told(unsent, Said("answered", call.seq, outcome))

    def _of_reading(self, world: World, call: Call) -> Iterator[Move]:
        name = {"check": "checked", "look": "probed", "apply": "applied"}[call.kind]
        rest = _out(world.calls, call)
        said = Said(name, call.seq, seen=None if call.kind == "apply" else self._seen(world))
        yield f"{call.kind} of {call.seq} reads", world._replace(calls=_in(rest, call._replace(said=said)))
        if call.kind != "apply":
            failed = Said(name, call.seq, Outcome.UNKNOWN)
            yield f"{call.kind} of {call.seq} fails", world._replace(calls=_in(rest, call._replace(said=failed)))

    def _of_clock(self, world: World, clock: Clock) -> Iterator[Move]:
        assert world.core is not None
        change = self.core.state(world.core).changes.get(clock.seq)
        if change is None or change.state not in UNCLEAR:
            yield f"looking for {clock.seq} ends", world._replace(clocks=_out(world.clocks, clock))
        elif not any(call.kind == "look" for call in world.calls):
            look = Call("look", clock.seq, clock.ticks >= self.scene.settle)
            yield f"{clock.seq} is looked for", world._replace(calls=_in(world.calls, look))

    def _of_person(self, world: World) -> Iterator[Move]:
        assert world.core is not None
        for seq, change in self.core.state(world.core).changes.items():
            if change.state in (State.CONFLICTED, State.REJECTED):
                yield f"{seq} is discarded", self._told(world, Said("discarded", seq))
            again = State.REJECTED if self.scene.rows else State.CONFLICTED
            if change.state is again and not self._spent(world):
                yield f"{seq} is tried again", self._told(world, Said("retried", seq))
            if change.state is State.NEEDS_YOU:
                yield f"{seq} is given up", self._told(world, Said("given_up", seq))
                if not self.scene.marked and not set(owners_of(change)).isdisjoint(self._seen(world).owners):
                    yield f"{seq} is pointed at", self._told(world, Said("found", seq))
            if change.state is State.HELD:
                yield "the sign-in works", self._told(world, Said("reconnected", seq))
            if self._may_send_again(world, change):
                yield f"{seq} is sent again", self._told(world, Said("again", seq))

    def _may_send_again(self, world: World, change: Change) -> bool:
        seq, state, mine = change.seq, change.state, set(owners_of(change))
        seen = not mine.isdisjoint(self._seen(world).owners)
        if self._spent(world) or not self.scene.trusting or (seen and not self.scene.marked):
            return False
        if self.scene.hasty:
            lives = any(one.seq == seq for one in world.requests)
            return state in UNCLEAR and not lives and (seen or all(row.owner not in mine for row in world.rows))
        if Broken.IMPATIENT in self.scene.broken:
            return state in UNCLEAR
        waited = any(one.seq == seq and one.ticks >= self.scene.settle for one in world.clocks)
        return state is State.NEEDS_YOU and (self.scene.marked or waited)

    # What a step of the reducer does to the world.

    def _told(self, world: World, said: Said) -> World:
        assert world.core is not None
        before = self.core.state(world.core).changes.get(said.seq)
        reduced = self.core.step(world.core, said)
        if said.name == "probed" and said.seen and before and before.state in UNCLEAR and before.marker:
            after = self.core.state(reduced.core).changes.get(said.seq)
            left = set(owners_of(before)) if after is None or after.state is not State.CONFIRMED else set()
            left &= set(said.seen.owners)
            if left and (after is None or not left.isdisjoint(owners_of(after))):
                raise Violated("a probe that finds the payment confirms it, whatever was believed before")
        return self._taken(world, reduced, checked=said.name == "checked" and said.seen is not None)

    def _taken(self, world: World, reduced: Reduced, *, checked: bool = False) -> World:
        durable = reduced.saved
        if Broken.NO_INTENT in self.scene.broken:
            durable = tuple(one for one in durable if one.state is not State.SENDING)
        world = world._replace(core=reduced.core, disk=self.core.saved(world.disk, durable, reduced.facts))
        for effect in reduced.effects:
            world = self._performed(world, effect, checked=checked)
        return world

    def _performed(self, world: World, effect: Effect, *, checked: bool) -> World:
        if isinstance(effect, Wake | Tell | Watch | Landed):
            return world
        if isinstance(effect, Check):
            return world._replace(calls=_in(world.calls, Call("check", effect.seq)))
        if isinstance(effect, Apply):
            return world._replace(calls=_in(world.calls, Call("apply", effect.seq)))
        if isinstance(effect, Probe):
            return self._probing(world, effect.seq)
        if isinstance(effect, Send):
            return self._leaving(world, effect.seq, checked=checked)
        raise TypeError(f"The model does not know {effect!r}; teach it what the shell does then.")

    def _leaving(self, world: World, seq: int, *, checked: bool) -> World:
        kept = self.core.disk(world.disk)[seq].state
        if kept is not State.SENDING and Broken.NO_INTENT not in self.scene.broken:
            raise Violated("no byte of a payment leaves before its `sending` row is durable")
        if not checked:
            raise Violated("no payment is sent before the invoice's payments were read")
        if Broken.OLD_CLOCK not in self.scene.broken:
            world = world._replace(clocks=tuple(one for one in world.clocks if one.seq != seq))
        if Broken.OLD_LOOK not in self.scene.broken:
            world = world._replace(calls=tuple(call for call in world.calls if call[:2] != ("look", seq)))
        calls = _in(world.calls, Call("send", seq))
        request = Request(seq, self.scene.life, owners_of(self.core.disk(world.disk)[seq]))
        return world._replace(calls=calls, requests=_in(world.requests, request), sends=world.sends + 1)

    def _probing(self, world: World, seq: int) -> World:
        """As the shell does it: a probe that runs goes on, else one begins."""
        if any(one.seq == seq for one in world.clocks):
            return world
        return world._replace(clocks=_in(world.clocks, Clock(seq, 0)))


def _in(many: tuple[T, ...], one: T) -> tuple[T, ...]:
    return tuple(sorted((*many, one), key=repr))


def _out(many: Iterable[T], one: T) -> tuple[T, ...]:
    left = list(many)
    left.remove(one)
    return tuple(left)
