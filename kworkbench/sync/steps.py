"""One durable step of the engine: the event reduced, the outbox committed, then the rows it moves (I1, I3, I5).

The rows are written while the disk takes the commit, and nobody sees them before it has: half of the time between a key
and its row on the screen. Where the outbox does not take the step, nothing has moved. For the writer thread.
Source: sync-engine.md sections 2 and 5.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial

from kworkbench.domain.changes import Change, Op
from kworkbench.domain.records import lid_of
from kworkbench.lean import dataclass
from kworkbench.store.outbox import Outbox
from kworkbench.store.writer import Writer
from kworkbench.sync.equal import made_by
from kworkbench.sync.events import Apply, EngineState, Event, Landed, Resolved, Step
from kworkbench.sync.overlay import Named, Overlay
from kworkbench.sync.reducer import reduce

Touched = Mapping[str, set[str]]
"""Account -> local ids whose rows may have to be written."""


@dataclass(frozen=True, slots=True)
class Taken:
    """An event that was reduced and saved.

    Attributes:
        named: the records that the server has named by it.
        touched: the rows that it moves.
    """

    state: EngineState
    step: Step
    named: tuple[Named, ...]
    touched: Touched


class Saving:
    """The step while its transaction is open.

    Attributes:
        taken: what became of its event; None until it took one.
    """

    def __init__(self, state: EngineState, outbox: Outbox, overlay: Overlay, also: Touched) -> None:
        self._state = state
        self._outbox = outbox
        self._overlay = overlay
        self._also = also
        self.taken: Taken | None = None

    def take(self, event: Event, stored: Sequence[Change] = ()) -> None:
        """Reduce and save; `stored` are changes that this transaction has just written."""
        state, step = reduce(self._state, event)
        written = {change.seq: change for change in stored}
        for change in step.changed:
            if written.get(change.seq) is not change:
                self._outbox.save(change)
            written.pop(change.seq, None)
        for fact in step.facts:
            self._outbox.keep_fact(fact.key, fact.value)
        named = tuple(_named(event, state, step))
        touched = {account: set(lids) for account, lids in self._also.items()}
        for change in step.changed:
            before = self._state.changes.get(change.seq, change)
            touched.setdefault(change.account, set()).update(self._overlay.lids(before), self._overlay.lids(change))
        for one in named:
            self._outbox.add_alias(one.account, one.lid, one.kind, one.remote_id)
            touched.setdefault(one.account, set()).update((one.lid, lid_of(one.kind, one.remote_id)))
        self.taken = Taken(state, step, named, touched)


class Steps:
    """Takes the steps, one after the other.

    Attributes:
        state: what the reducer knows, as of the last step that was saved.
    """

    def __init__(self, writer: Writer, outbox: Outbox, overlay: Overlay) -> None:
        self._writer = writer
        self._outbox = outbox
        self._overlay = overlay
        self.state = EngineState(paused=True)

    @contextmanager
    def one(self, also: Touched | None = None) -> Iterator[Saving]:
        """A step around a block that writes into the outbox and may take an event; `also`: rows to write with it.

        Raises:
            SaveError: the outbox did not take it; everything stands as before.
        """
        saving = Saving(self.state, self._outbox, self._overlay, also or {})
        laying: Future[None] | None = None
        try:
            with self._outbox.transaction():
                yield saving
                if saving.taken is not None and _may_be_undone(saving.taken):
                    laying = self._writer.beside(partial(self._lay, saving.taken))
        except BaseException:
            if laying is not None and saving.taken is not None:
                laying.exception()
                self._overlay.drop()
                self._overlay.move(saving.taken.step.changed, self.state.changes)
            raise
        if saving.taken is not None:
            self.state = saving.taken.state
            if laying is None:
                self._lay(saving.taken)
            else:
                laying.result()
            self._overlay.keep()

    def _lay(self, taken: Taken) -> None:
        """Lay the changes over their rows, and write those; the rows of the last account wait to be kept."""
        for one in taken.named:
            self._overlay.name(one)
        self._overlay.move(taken.step.changed, taken.state.changes)
        for account, lids in taken.touched.items():
            self._overlay.keep()
            self._overlay.fold(account, lids)


def _may_be_undone(taken: Taken) -> bool:
    """A name stays with its record, and the rows of one account are one transaction of the cache."""
    return not taken.named and len(taken.touched) == 1


def _named(event: Event, state: EngineState, step: Step) -> Iterable[Named]:
    """Records that the server, or a person, has given an id by this event."""
    for effect in step.effects:
        if not isinstance(effect, Apply | Landed):
            continue
        change = state.changes[effect.seq]
        if change.op is not Op.CREATE:
            continue
        made = effect.rows if isinstance(effect, Landed) else made_by(change, effect.records)
        ids = [(lid, record.id) for lid, record in made]
        if isinstance(event, Resolved) and event.payment_id and not ids:
            ids = [(change.records[0], event.payment_id)]
        yield from (Named(change.account, lid, change.kind, remote_id) for lid, remote_id in ids)
