"""The desk: takes events one at a time on the writer thread, makes them durable, and only then hands effects on.

Order of every step: outbox commit, cache commit, effects (I1, I3). Source: sync-engine.md sections 2 and 5.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future

from kworkbench.domain.changes import Attempt, Change, Draft, State
from kworkbench.domain.records import Record, lid_of
from kworkbench.lean import dataclass
from kworkbench.store.cache import Cache
from kworkbench.store.outbox import Outbox, OutboxRequest
from kworkbench.store.watched import Watched
from kworkbench.store.writer import Writer
from kworkbench.sync.arrivals import Arrivals
from kworkbench.sync.clock import Clock, iso, ms
from kworkbench.sync.equal import shown_differences
from kworkbench.sync.events import (
    Admission,
    Applied,
    Discarded,
    Effect,
    Enqueued,
    Event,
    Replaced,
    Resolved,
    Retried,
    Started,
    TakenBack,
    Tell,
)
from kworkbench.sync.intake import GIVE_WAY, IN_FLIGHT, decision, take_in
from kworkbench.sync.notices import ChangesChanged, Notice, Renamed, RowsChanged, Settled
from kworkbench.sync.overlay import Overlay
from kworkbench.sync.steps import Steps, Taken, Touched

JOURNAL_SHOWN = 500

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outlets:
    """Where the desk's results go: effects and syncs (an account, whether in full) to the engine, notices to screens.

    Called on the writer thread.
    """

    effects: Callable[[Sequence[Effect]], None]
    notice: Callable[[Notice], None]
    sync: Callable[[str, bool], None]
    answer: Callable[[str, str], None] = lambda _account, _text: None


class Desk:
    """The sender's single authority over the outbox and the view.

    Attributes:
        arrivals: takes in what reads bring; on the writer thread.
    """

    def __init__(
        self,
        writer: Writer,
        outbox: Outbox,
        cache: Cache,
        clock: Clock,
        admission: Admission | None = None,
    ) -> None:
        """`admission`: which accounts may be sent to in this run; None: all."""
        self._admission = admission
        self._writer = writer
        self._outbox = outbox
        self._cache = cache
        self._clock = clock
        self._overlay = Overlay(cache)
        self._steps = Steps(writer, outbox, self._overlay)
        self._open: tuple[Change, ...] = ()
        self._journal: tuple[Change, ...] = ()
        self.arrivals = Arrivals(lambda: self._steps.state, lambda: self._journal, self._reduce, self._overlay, clock)
        self._version = 0
        self._file = Watched(outbox.path)
        self._outlets = Outlets(lambda _effects: None, lambda _notice: None, lambda _account, _full: None)

    def connect(self, outlets: Outlets) -> None:
        """Say where effects and notices go; before `start`."""
        self._outlets = outlets

    def start(self) -> Future[None]:
        """Become the sender: count the epoch, pick up what an earlier process left, rebuild the view's overlay."""

        def job() -> None:
            self._overlay.know(self._outbox.aliases())
            epoch = self._outbox.begin_epoch()
            changes = self._outbox.open_changes()
            self._version = self._outbox.version()
            self._journal = self._outbox.journal(JOURNAL_SHOWN)
            started = Started(epoch, ms(self._clock.now()), changes, self._outbox.facts(), self._admission)
            self._reduce(started, also=self._overlay.stale(changes))
            self._serve_requests()

        return self._writer.submit(job, urgent=True)

    def enqueue(self, drafts: Sequence[Draft]) -> Future[tuple[Change, ...]]:
        """Make drafts durable as one gesture and fold them in. A draft whose key is known already adds nothing.

        The future fails with `SaveError` where nothing was saved: the disk, or a change to be replaced that is on its
        way to the server.
        """

        def job() -> tuple[Change, ...]:
            now = self._clock.now()
            with self._steps.one() as step:
                saved = take_in(self._outbox, drafts, IN_FLIGHT, now)
                step.take(Enqueued(saved.made, ms(now), saved.replaced), saved.made)
            self._publish(step.taken)
            return saved.changes

        return self._writer.submit(job, urgent=True)

    def post(self, event: Event) -> Future[None]:
        """Take one event."""
        return self._writer.submit(lambda: self._reduce(event), urgent=True)

    def take_back(self) -> Future[tuple[Change, ...]]:
        """Cancel the newest gesture that is still held; empty when there is none."""

        def job() -> tuple[Change, ...]:
            held = [one for one in self._steps.state.changes.values() if one.state is State.HELD and one.not_before]
            if not held:
                return ()
            newest = held[-1].gesture
            self._reduce(TakenBack(newest, iso(self._clock.now())))
            return tuple(one for one in held if one.gesture == newest)

        return self._writer.submit(job, urgent=True)

    def ask(self, event: Retried | Discarded | Resolved) -> Future[Change | None]:
        """Take a person's decision about a change; the change as it stands afterwards."""

        def job() -> Change | None:
            self._reduce(event)
            return self._outbox.change(event.seq)

        return self._writer.submit(job, urgent=True)

    def apply(self, change: Change, records: Sequence[Record], gone: Iterable[str], issue_seq: int) -> Future[None]:
        """Bring a confirmed change's answer into the cache and close it (hand-over steps 2 and 3)."""

        def job() -> None:
            without = self._overlay.without(change)
            self._cache.put(change.account, records, issue_seq, without)
            remotes = [remote for lid in gone if (remote := self.remote_id(change.account, lid)) is not None]
            if remotes:
                self._cache.remove(change.account, change.kind, remotes, without, issue_seq=issue_seq)
                self.arrivals.forget(change.account, [lid_of(change.kind, remote) for remote in remotes])
            now = self._clock.now()
            applied = Applied(change.seq, iso(now), ms(now), tuple(records))
            self._reduce(applied, also={change.account: self._overlay.lids(change)})
            for miss in shown_differences(change, applied.records):
                logger.info("prediction_miss %s: %s, not %s", miss.field, miss.got, miss.asked)

        return self._writer.submit(job, urgent=True)

    def note_attempt(self, attempt: Attempt) -> Future[None]:
        """Write down one try of a change."""

        def job() -> None:
            with self._outbox.transaction():
                self._outbox.note_attempt(attempt, self._steps.state.epoch)

        return self._writer.submit(job, urgent=True)

    def whole_journal(self) -> Future[tuple[Change, ...]]:
        """Every change there ever was, newest first."""
        return self._writer.submit(lambda: self._outbox.journal(-1))

    def attempts(self, seq: int) -> Future[tuple[Attempt, ...]]:
        """Every try of a change."""
        return self._writer.submit(lambda: self._outbox.attempts(seq), urgent=True)

    def by_key(self, account: str, key: str) -> Future[Change | None]:
        """The change that an earlier run made under the same key."""
        return self._writer.submit(lambda: self._outbox.by_key(account, key), urgent=True)

    @property
    def is_due(self) -> bool:
        """True where another process may have written the outbox; asked before each `poll`, on any one thread."""
        return self._file.is_due()

    def poll(self) -> Future[None]:
        """Pick up what other processes appended to the outbox."""

        def job() -> None:
            version = self._outbox.version()
            if version == self._version:
                return
            strangers = tuple(one for one in self._outbox.open_changes() if one.seq not in self._steps.state.changes)
            if strangers:
                self._reduce(Enqueued(strangers, ms(self._clock.now())))
            self._serve_requests()
            self._version = version

        return self._writer.submit(job)

    def change(self, seq: int) -> Change | None:
        """A change that is open or not applied yet."""
        return self._steps.state.changes.get(seq)

    def open(self) -> tuple[Change, ...]:
        """Every change that is not over, in order."""
        return self._open

    def journal(self) -> tuple[Change, ...]:
        """The newest changes in any state, newest first."""
        return self._journal

    def facts(self) -> Mapping[str, str]:
        """What was learnt and outlives the changes; `facts.standstills` and `facts.doubles` read it for screens."""
        return self._steps.state.facts

    def changes_of(self, account: str) -> Callable[[str], Sequence[Change]]:
        """Local id -> the changes that touch it; for the writer thread."""
        return self._overlay.changes_of(account)

    def remote_id(self, account: str, lid: str) -> str | None:
        """The server's id of a record, or None while the server has not named it."""
        return self._overlay.remote_id(account, lid)

    def _serve_requests(self) -> None:
        """Do what other processes asked for; a request goes out of the outbox in the step that does it."""
        for request in self._outbox.requests():
            event = self._asked(request)
            with self._steps.one() as step:
                self._outbox.drop_request(request.id)
                if event is not None:
                    step.take(event)
            self._publish(step.taken)
            if event is not None:
                continue
            if request.verb == "sync" and request.account is not None:
                self._outlets.sync(request.account, request.argument == "full")
            elif request.verb == "answer" and request.account is not None:
                self._outlets.answer(request.account, request.argument)

    def _asked(self, request: OutboxRequest) -> Retried | Discarded | Resolved | Replaced | None:
        """The decision in a request; None for a sync, and for what this version does not know."""
        if request.verb in ("sync", GIVE_WAY) or request.seq is None:
            return None
        try:
            return decision(request.verb, request.seq, request.argument, self._clock.now())
        except ValueError:
            logger.warning("Another process asked for %r, which is not known here.", request.verb)
            return None

    def _reduce(self, event: Event, also: Touched | None = None) -> None:
        with self._steps.one(also) as step:
            step.take(event)
        self._publish(step.taken)

    def _publish(self, taken: Taken | None) -> None:
        """After both commits: remember the snapshot, tell the screens, hand the effects on."""
        if taken is None:
            return
        step = taken.step
        self._open = tuple(taken.state.changes.values())
        self._journal = _journal_with(self._journal, step.changed)
        for one in taken.named:
            self._outlets.notice(Renamed(one.account, one.lid, lid_of(one.kind, one.remote_id)))
        for account, lids in taken.touched.items():
            kinds = frozenset(change.kind for change in step.changed) | {"invoices"}
            self._outlets.notice(RowsChanged(account, kinds, frozenset(lids)))
        if step.changed or step.facts:
            self._outlets.notice(ChangesChanged())
        for effect in step.effects:
            if isinstance(effect, Tell) and (told := self._outbox.change(effect.seq)) is not None:
                self._outlets.notice(Settled(told))
        self._outlets.effects(step.effects)


def _journal_with(journal: tuple[Change, ...], changed: Iterable[Change]) -> tuple[Change, ...]:
    """The newest changes after a step, newest first."""
    known = {change.seq: change for change in (*journal, *changed)}
    return tuple(known[seq] for seq in sorted(known, reverse=True)[:JOURNAL_SHOWN])
