"""Changes as a person sees them: made, counted, taken back, tried again, given up. Sentences for each state.

Source: product.md sections 3 ("States of a change") and 10.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from kworkbench.domain.changes import OPEN, WAITING, Attempt, Change, Draft, Op, Resolution, State
from kworkbench.domain.records import lid_of
from kworkbench.lean import dataclass
from kworkbench.services.change_words import can_be_taken_back, reason_of, sentence_of, without_refused
from kworkbench.services.futures import chained, failed
from kworkbench.sync.clock import iso, ms

if TYPE_CHECKING:
    from kworkbench.services.attention import Attention
    from kworkbench.services.deeds import Deeds
    from kworkbench.sync.events import Discarded, Resolved, Retried

READ_ONLY = "Nothing was sent: this connection is read-only."
"""Why a change is neither made nor sent again; the screens' verbs say how writing is switched on."""


class NotPossible(Exception):  # noqa: N818 - a fact told to a person, not a fault
    """A change is in no state for what was asked; the message says why and what can be done."""


class ChangeDesk(Protocol):
    """Where changes become durable: the sender's desk, or another process's letter box."""

    def enqueue(self, drafts: Sequence[Draft]) -> Future[tuple[Change, ...]]:
        """Make drafts durable as one gesture."""

    def take_back(self) -> Future[tuple[Change, ...]]:
        """Cancel the newest gesture still held."""

    def ask(self, event: Retried | Discarded | Resolved) -> Future[Change | None]:
        """Take a decision about a change."""

    def open(self) -> tuple[Change, ...]:
        """Changes that are not over."""

    def journal(self) -> tuple[Change, ...]:
        """The newest changes in any state, newest first."""

    def whole_journal(self) -> Future[tuple[Change, ...]]:
        """Every change there ever was, newest first."""

    def attempts(self, seq: int) -> Future[tuple[Attempt, ...]]:
        """Every try of a change."""

    def remote_id(self, account: str, lid: str) -> str | None:
        """The server's id of a record, None while it has none."""

    def facts(self) -> Mapping[str, str]:
        """What the engine learnt and screens ask about."""


class HasDesk(Protocol):
    """A home: it has one desk at a time."""

    @property
    def desk(self) -> ChangeDesk:
        """The desk of this moment."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many changes stand where, over all connections."""

    unsent: int = 0
    refused: int = 0
    conflict: int = 0
    unclear: int = 0


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What `u` took back; nothing of it was sent."""

    changes: tuple[Change, ...]


class ChangeService:
    """All changes of a home."""

    def __init__(
        self, home: HasDesk, now: Callable[[], datetime], writable: Callable[[str], bool] = lambda _account: True
    ) -> None:
        """The changes of a home; `writable` tells of an account whether anything may be sent to it in this run."""
        self._home = home
        self._now = now
        self._writable = writable
        self._deeds: tuple[tuple[Change, ...], str, Deeds] | None = None

    @property
    def _desk(self) -> ChangeDesk:
        """The desk of this moment: a follower's becomes the sender's when it takes over."""
        return self._home.desk

    def submit(self, drafts: Sequence[Draft]) -> Future[tuple[Change, ...]]:
        """Save drafts as one gesture: durable and in the view when the future is done.

        It fails with `SaveError`, and with `NotPossible` where a connection is read-only.
        """
        if not all(self._writable(draft.account) for draft in drafts):
            return failed(NotPossible(READ_ONLY))
        return self._desk.enqueue(drafts)

    def take_back(self) -> Future[TakenBack | None]:
        """Undo the newest gesture that is still held; None when all of it went out already."""
        return chained(self._desk.take_back(), lambda changes: TakenBack(changes) if changes else None)

    def withdraw(self, changes: Sequence[Change]) -> Future[TakenBack | None]:
        """Take back changes that wait to be sent; None where the first of them went out meanwhile."""
        from kworkbench.services.deeds import TAKEN_BACK  # noqa: PLC0415 - only when something is undone
        from kworkbench.sync.events import Discarded  # noqa: PLC0415 - the sender's rules, not for lists

        now = iso(self._now())
        asked = [self._desk.ask(Discarded(change.seq, now, TAKEN_BACK)) for change in changes]

        def taken(change: Change | None) -> TakenBack | None:
            waits = change is not None and change.state in WAITING - {State.SENDING} | {State.CANCELLED}
            return TakenBack(tuple(changes)) if waits else None

        return chained(asked[0], taken)

    def canonical(self, account: str) -> Callable[[str, str], str | None]:
        """Kind and local id -> the local id a record goes by now: one made here is called by the server's id."""

        def known(kind: str, lid: str) -> str | None:
            remote = self._desk.remote_id(account, lid)
            return None if remote is None else lid_of(kind, remote)

        return known

    def retry(self, seq: int) -> Future[Change]:
        """Send again; a refused bulk delete goes without the rows that were refused."""
        change = self._known(seq)
        if change is None:
            return failed(_unknown(seq))
        if change.state not in (State.REJECTED, State.CONFLICTED, State.HELD, State.QUEUED):
            return failed(NotPossible(f"This change is {change.shown.word}; there is nothing to try again."))
        if can_be_taken_back(change):
            return failed(NotPossible("It is sent by itself in a moment. Until then u takes it back."))
        if not self._writable(change.account):
            return failed(NotPossible(READ_ONLY))
        if (smaller := without_refused(change)) is not None:
            return chained(self._desk.enqueue((smaller,)), lambda changes: changes[-1])
        from kworkbench.sync.events import Retried  # noqa: PLC0415 - the sender's rules, not for lists

        return self._ask(Retried(seq, ms(self._now())))

    def discard(self, seq: int) -> Future[Change]:
        """Give up a change that is not over."""
        change = self._known(seq)
        if change is None:
            return failed(_unknown(seq))
        if change.state is State.SENDING:
            return failed(NotPossible("It is being sent now. Wait for the answer, then undo it."))
        if change.state not in OPEN:
            return failed(NotPossible(f"This change is {change.shown.word}; there is nothing to discard."))
        from kworkbench.sync.events import Discarded  # noqa: PLC0415 - the sender's rules, not for lists

        return self._ask(Discarded(seq, iso(self._now())))

    def resolve(self, seq: int, resolution: Resolution, payment_id: str = "") -> Future[Change]:
        """Say what became of an unclear change."""
        change = self._known(seq)
        if change is None:
            return failed(_unknown(seq))
        if resolution is Resolution.GO_ON and seq not in self.attention():
            return failed(NotPossible("Nothing waits for a word about this change."))
        if resolution is not Resolution.GO_ON and change.state not in (State.AMBIGUOUS, State.NEEDS_YOU):
            return failed(NotPossible(f"This change is {change.shown.word}, not unclear."))
        if resolution is Resolution.SEND_AGAIN and not self._writable(change.account):
            return failed(NotPossible(READ_ONLY))
        now = self._now()
        from kworkbench.sync.events import Resolved  # noqa: PLC0415 - the sender's rules, not for lists

        return self._ask(Resolved(seq, iso(now), ms(now), resolution, payment_id))

    def all(self) -> tuple[Change, ...]:
        """Open changes, however old, and the journal's newest, newest first."""
        newest = self._desk.journal()
        known = {change.seq for change in newest}
        older = tuple(change for change in reversed(self.open()) if change.seq not in known)
        return (*newest, *older) if older else newest

    def whole_journal(self) -> Future[tuple[Change, ...]]:
        """Every change there ever was, newest first."""
        return self._desk.whole_journal()

    def open(self) -> tuple[Change, ...]:
        """Changes that are not over, oldest first."""
        return tuple(change for change in self._desk.open() if change.state in OPEN)

    def of(self, lid: str) -> tuple[Change, ...]:
        """Open changes that touch a record."""
        return tuple(change for change in self.open() if lid in change.touched)

    def dependants(self, change: Change) -> tuple[Change, ...]:
        """Open changes that go with this one when it is discarded: of a record it was to make, or in need of it."""
        if change.state not in OPEN:
            return ()
        gone = {change.seq}
        for one in self.open():
            made = change.op is Op.CREATE and one.account == change.account and one.lid in change.records
            if one.seq > change.seq and (made or gone & set(one.needs)):
                gone.add(one.seq)
        return tuple(one for one in self.open() if one.seq in gone - {change.seq})

    def with_it(self, change: Change) -> str:
        """What a discard takes along, in words."""
        along = [self.sentence(one) for one in self.dependants(change)]
        return f"this change: {self.sentence(change)}" + (f", and with it {', '.join(along)}" if along else "")

    def attempts(self, seq: int) -> Future[tuple[Attempt, ...]]:
        """Every try of a change, oldest first."""
        return self._desk.attempts(seq)

    def deeds(self, account: str) -> Deeds:
        """What was done, undone and redone on an account; made anew only when the journal has moved."""
        from kworkbench.services.deeds import Deeds  # noqa: PLC0415 - behind the first frame

        journal = self._desk.journal()
        if self._deeds is None or self._deeds[0] is not journal or self._deeds[1] != account:
            self._deeds = journal, account, Deeds(journal, account)
        return self._deeds[2]

    def attention(self) -> Mapping[int, Attention]:
        """Changes that are over and still wait for a word of a person, by their number."""
        facts = self._desk.facts()
        if not any(key.startswith(("differs:", "double:")) for key in facts):
            return {}
        from kworkbench.services.attention import attention_of  # noqa: PLC0415 - hardly ever needed

        return attention_of(facts)

    def goes_again(self, change: Change, *, wanted: bool) -> bool:
        """Whether an unclear payment is sent again by itself once it is certain that it did not arrive.

        `wanted`: the person turned that on for its connection.
        """
        from kworkbench.sync.facts import goes_again  # noqa: PLC0415 - the sender's rules, not for lists

        return goes_again(change, self._desk.facts(), wanted=wanted)

    def can_undo(self, account: str) -> tuple[bool, bool]:
        """Whether something that was asked for can be undone, and whether something undone can be done again."""
        if not self._desk.journal():
            return False, False
        deeds = self.deeds(account)
        return deeds.to_undo is not None, deeds.to_redo is not None

    def counts(self) -> Counts:
        """How many stand where."""
        open_now = self.open()
        words = [change.shown.word for change in open_now]
        return Counts(
            unsent=sum(change.state in WAITING for change in open_now),
            refused=words.count("refused"),
            conflict=words.count("conflict"),
            unclear=words.count("unclear"),
        )

    def held(self) -> tuple[Change, ...]:
        """Changes that can still be taken back without a trace."""
        return tuple(one for one in self._desk.open() if can_be_taken_back(one))

    def held_seconds(self) -> float | None:
        """How long the newest of them can be; None where there is none."""
        times = [change.not_before for change in self.held() if change.not_before is not None]
        return max(0.0, (max(times) - ms(self._now())) / 1000) if times else None

    def sentence(self, change: Change) -> str:
        """What a change asks, in plain words: `pay INV-1386`, `delete 3 expenses`."""
        return sentence_of(change)

    def reason(self, change: Change, lid: str | None = None, *, here: bool = True) -> str:
        """See `reason_of`."""
        return reason_of(change, lid, here=here)

    def _known(self, seq: int) -> Change | None:
        return next((one for one in (*self._desk.open(), *self._desk.journal()) if one.seq == seq), None)

    def _ask(self, event: Retried | Discarded | Resolved) -> Future[Change]:
        def told(change: Change | None) -> Change:
            if change is None:
                raise _unknown(event.seq)
            return change

        return chained(self._desk.ask(event), told)


def _unknown(seq: int) -> NotPossible:
    return NotPossible(f"There is no change {seq}. `kworkbench changes list` shows them all.")
