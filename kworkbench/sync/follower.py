"""A process that is not the sender: it appends changes and requests to the outbox and watches what becomes of them.

Source: sync-engine.md I10 and section 7, "second instance".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future

from kworkbench.domain.changes import Attempt, Change, Draft, Resolution, State, is_new
from kworkbench.domain.records import remote_id_of
from kworkbench.store.outbox import Outbox
from kworkbench.store.writer import Writer
from kworkbench.sync.clock import Clock, ms
from kworkbench.sync.desk import JOURNAL_SHOWN
from kworkbench.sync.events import Discarded, Resolved, Retried
from kworkbench.sync.intake import GIVE_WAY, NOT_YET_SETTLED, take_in
from kworkbench.sync.notices import ChangesChanged, Notice, RowsChanged

TAKE_BACK_MS = 1500
"""How much of its time a held change must have left, so that the sender reads the request before it sends."""


class Follower:
    """The outbox as a letter box; the process that holds the lock does the rest."""

    def __init__(self, writer: Writer, outbox: Outbox, clock: Clock, notice: Callable[[Notice], None]) -> None:
        self._writer = writer
        self._outbox = outbox
        self._clock = clock
        self._notice = notice
        self._version = -1
        self._tell_again = False
        self._open: tuple[Change, ...] = ()
        self._journal: tuple[Change, ...] = ()
        self._facts: Mapping[str, str] = {}
        self._aliases: dict[tuple[str, str], tuple[str, str]] = {}
        writer.submit(self._look).result()

    def enqueue(self, drafts: Sequence[Draft]) -> Future[tuple[Change, ...]]:
        """Make drafts durable as one gesture; the sender folds and sends them. Fails with `SaveError` as the desk."""

        def job() -> tuple[Change, ...]:
            with self._outbox.transaction():
                saved = take_in(self._outbox, drafts, NOT_YET_SETTLED, self._clock.now())
                for seq, heir in saved.heirs:
                    self._outbox.ask("replace", seq=seq, argument=str(heir))
            self._look()
            return saved.changes

        return self._writer.submit(job, urgent=True)

    def take_back(self) -> Future[tuple[Change, ...]]:
        """Ask for the newest held gesture to be discarded."""

        def job() -> tuple[Change, ...]:
            until = ms(self._clock.now()) + TAKE_BACK_MS
            with self._outbox.transaction():
                held = [(one, one.not_before) for one in self._outbox.open_changes() if one.state is State.HELD]
                waiting = [one for one, not_before in held if not_before is not None and not_before > until]
                newest = tuple(one for one in waiting if one.gesture == waiting[-1].gesture)
                for change in newest:
                    self._outbox.ask("discard", seq=change.seq)
            return newest

        return self._writer.submit(job, urgent=True)

    def ask(self, event: Retried | Discarded | Resolved) -> Future[Change | None]:
        """Leave a decision for the sender."""
        verb, argument = "retry", ""
        if isinstance(event, Discarded):
            verb = "discard"
        elif isinstance(event, Resolved):
            found = f":{event.payment_id}" if event.resolution is Resolution.FOUND else ""
            verb, argument = "resolve", f"{event.resolution.value}{found}"
        return self._request(verb, event.seq, argument)

    def ask_sync(self, account: str, *, full: bool = False) -> Future[None]:
        """Ask the sender to bring an account up to date, in full where asked."""

        def job() -> None:
            with self._outbox.transaction():
                self._outbox.ask("sync", account=account, argument="full" if full else "")

        return self._writer.submit(job, urgent=True)

    def ask_way(self) -> Future[None]:
        """Ask whoever holds the lock without sending to let it go; a sender takes no notice."""

        def job() -> None:
            with self._outbox.transaction():
                self._outbox.ask(GIVE_WAY)

        return self._writer.submit(job, urgent=True)

    def ask_answer(self, account: str, text: str) -> Future[None]:
        """Ask the sender to ask the server for a filter (`answering.asked_text`)."""

        def job() -> None:
            with self._outbox.transaction():
                self._outbox.ask("answer", account=account, argument=text)

        return self._writer.submit(job, urgent=True)

    def by_key(self, account: str, key: str) -> Future[Change | None]:
        """The change that an earlier run made under the same key."""
        return self._writer.submit(lambda: self._outbox.by_key(account, key), urgent=True)

    def poll(self) -> Future[None]:
        """Look whether the outbox moved."""
        return self._writer.submit(self._look)

    def open(self) -> tuple[Change, ...]:
        """Changes that are not over, as last seen."""
        return self._open

    def journal(self) -> tuple[Change, ...]:
        """The newest changes in any state, newest first, as last seen."""
        return self._journal

    def facts(self) -> Mapping[str, str]:
        """See `Desk.facts`, as last seen."""
        return self._facts

    def whole_journal(self) -> Future[tuple[Change, ...]]:
        """Every change there ever was, newest first."""
        return self._writer.submit(lambda: self._outbox.journal(-1))

    def attempts(self, seq: int) -> Future[tuple[Attempt, ...]]:
        """Every try of a change."""
        return self._writer.submit(lambda: self._outbox.attempts(seq), urgent=True)

    def remote_id(self, account: str, lid: str) -> str | None:
        """The server's id of a record, or None while the server has not named it."""
        if not is_new(lid):
            return remote_id_of(lid)
        found = self._aliases.get((account, lid))
        return None if found is None else found[1]

    def _request(self, verb: str, seq: int, argument: str) -> Future[Change | None]:
        def job() -> Change | None:
            with self._outbox.transaction():
                self._outbox.ask(verb, seq=seq, argument=argument)
            return self._outbox.change(seq)

        return self._writer.submit(job, urgent=True)

    def _look(self) -> None:
        """See what moved. Rows are told of with the next look too: the sender folds them after its commit."""
        version = self._outbox.version()
        moved = version != self._version
        journal = self._outbox.journal(JOURNAL_SHOWN)
        if moved or journal != self._journal:
            self._version, self._journal = version, journal
            self._open = self._outbox.open_changes()
            self._aliases = self._outbox.aliases()
            self._facts = self._outbox.facts()
            self._notice(ChangesChanged())
            self._tell_again = True
        elif self._tell_again:
            self._tell_again = False
        else:
            return
        for account in {change.account for change in journal}:
            self._notice(RowsChanged(account, frozenset({"invoices", "payments", "expenses"})))
