"""Books for the command line: a real cache, reader and services over a desk and a server that a test scripts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from kworkbench.cli.ports import Books, Opening, Wire
from kworkbench.domain.catalog import Resource
from kworkbench.domain.changes import Attempt, Change, Draft, FieldError, Refusal, State, lane_of
from kworkbench.domain.query import Query
from kworkbench.domain.query.asked import Asked
from kworkbench.domain.records import Record, Value, remote_id_of
from kworkbench.domain.resources import RESOURCES
from kworkbench.providers import CATALOGS
from kworkbench.services.changes import ChangeDesk, ChangeService
from kworkbench.services.deletes import DeleteService
from kworkbench.services.expenses import ExpenseService
from kworkbench.services.ground import Ground
from kworkbench.services.payments import PaymentService
from kworkbench.services.refresh import Progress, SyncStatus
from kworkbench.services.review import Review
from kworkbench.store.cache import Cache
from kworkbench.store.failing import SaveError
from kworkbench.store.reader import Reader
from kworkbench.sync.events import Discarded, Resolved, Retried

TODAY = date(2026, 3, 10)
ONLINE = SyncStatus(online=True, reason="", sign_in=False, active=())
OFFLINE = SyncStatus(online=False, reason="No route to the server.", sign_in=False, active=())
SIGNED_OUT = SyncStatus(online=True, reason="", sign_in=True, active=())
CHECKED = "2026-03-09T08:00:00Z"


def invoice(number: str, outstanding: int, **values: Value) -> Record:
    base: dict[str, Value] = {
        "id": number.removeprefix("INV-"),
        "number": number,
        "kind": "invoice",
        "client": "Acme Ltd",
        "client_id": "9",
        "project": "Harbour",
        "issued": "2026-01-10",
        "due": "2026-02-09",
        "state": "open",
        "settlement": "unpaid" if outstanding else "paid",
        "total": 125000,
        "outstanding": outstanding,
        "currency": "EUR",
        "archived": False,
        "external": False,
    }
    return Record("invoices", number.removeprefix("INV-"), {**base, **values})


INVOICES = (
    invoice("INV-104", 50000, client='=HYPERLINK("x")'),
    invoice("INV-105", 0, due="2026-02-01", total=-1250),
    invoice("INV-106", 3000, currency="JPY", total=3000, client="Ćwiek\x1b[2J 柏", due="2026-04-01"),
)


def named(kind: str, record_id: str, name: str, **values: Value) -> Record:
    """A record behind a picker."""
    return Record(kind, record_id, {"name": name, "archived": False, **values})


PLACES = (
    named("projects", "7", "Webshop relaunch", currency="EUR", client="Acme Ltd"),
    named("projects", "8", "Harbour app\x1b[2J", currency="USD"),
    named("projects", "9", "Harbour study", currency="EUR"),
    named("categories", "2", "Meals"),
    named("people", "5", "Ana Ek"),
    named(
        "services",
        "41",
        "Meals",
        project_id="7",
        currency="EUR",
        category="Meals",
        category_id="2",
        expense_tracking=True,
    ),
    named("services", "42", "Meals", project_id="8", currency="USD", category="Meals", expense_tracking=True),
    named("services", "43", "Design", project_id="7", currency="EUR", category="Design", expense_tracking=False),
)
"""What an expense line names, at both providers."""


@dataclass
class Desk:
    """Where changes become durable, and what becomes of them: the next of `fates` at each pause."""

    fates: list[State] = field(default_factory=list)
    error: Refusal | None = None
    problem: SaveError | None = None
    changes: list[Change] = field(default_factory=list)
    asked: list[Retried | Discarded | Resolved] = field(default_factory=list)
    tries: dict[int, tuple[Attempt, ...]] = field(default_factory=dict)
    learnt: dict[str, str] = field(default_factory=dict)

    @property
    def desk(self) -> ChangeDesk:
        """The home and its desk are one here."""
        return self

    def enqueue(self, drafts: Sequence[Draft]) -> Future[tuple[Change, ...]]:
        future: Future[tuple[Change, ...]] = Future()
        if self.problem is not None:
            future.set_exception(self.problem)
            return future
        made = tuple(change_of(draft, len(self.changes) + number) for number, draft in enumerate(drafts, start=1))
        self.changes.extend(made)
        future.set_result(made)
        return future

    def step(self) -> None:
        """What the server does while the command waits."""
        if self.fates:
            state = self.fates.pop(0)
            error = self.error if state is State.REJECTED else None
            self.changes = [replace(each, state=state, error=error) for each in self.changes]

    def take_back(self) -> Future[tuple[Change, ...]]:
        raise NotImplementedError

    def ask(self, event: Retried | Discarded | Resolved) -> Future[Change | None]:
        self.asked.append(event)
        state = State.CANCELLED if isinstance(event, Discarded) else State.QUEUED
        at = next(index for index, change in enumerate(self.changes) if change.seq == event.seq)
        self.changes[at] = replace(self.changes[at], state=state)
        future: Future[Change | None] = Future()
        future.set_result(self.changes[at])
        return future

    def open(self) -> tuple[Change, ...]:
        return tuple(self.changes)

    def journal(self) -> tuple[Change, ...]:
        return tuple(reversed(self.changes))

    def remote_id(self, account: str, lid: str) -> str | None:  # noqa: ARG002 - a desk's signature
        return remote_id_of(lid)

    def whole_journal(self) -> Future[tuple[Change, ...]]:
        future: Future[tuple[Change, ...]] = Future()
        future.set_result(self.journal())
        return future

    def facts(self) -> Mapping[str, str]:
        return self.learnt

    def attempts(self, seq: int) -> Future[tuple[Attempt, ...]]:
        future: Future[tuple[Attempt, ...]] = Future()
        future.set_result(self.tries.get(seq, ()))
        return future


def change_of(draft: Draft, seq: int) -> Change:
    """The change that a draft becomes."""
    return Change(
        seq=seq,
        mid=f"m{seq}",
        account=draft.account,
        op=draft.op,
        kind=draft.kind,
        lid=draft.lid,
        targets=draft.targets,
        lane=lane_of(draft),
        gesture="g",
        args=draft.args,
        pre=draft.pre,
        idem=draft.idem,
        marker=draft.marker,
        state=State.QUEUED,
        created_at="2026-03-10T09:00:00Z",
        key=draft.key,
    )


@dataclass
class Server:
    """Answers refreshes: what comes, and what is known of the line afterwards."""

    cache: Cache
    account: str
    records: Sequence[Record] = ()
    line: SyncStatus = ONLINE
    calls: list[tuple[Collection[str] | None, bool]] = field(default_factory=list)
    pending: Future[None] | None = None

    def refresh(self, kinds: Collection[str] | None = None, full: bool = False) -> Future[None]:
        self.calls.append((kinds, full))
        if self.line is ONLINE:
            fill(self.cache, self.account, self.records, issue_seq=len(self.calls) + 1)
        future: Future[None] = self.pending or Future()
        if self.pending is None:
            future.set_result(None)
        return future

    def status(self) -> SyncStatus:
        return self.line

    def begin(self) -> Future[None]:
        """A refresh that is under way until the future ends."""
        self.pending = Future()
        self.line = replace(ONLINE, active=(Progress("invoices", 200, 1400),))
        return self.pending


def fill(cache: Cache, account: str, records: Sequence[Record], issue_seq: int = 1) -> None:
    cache.put(account, records, issue_seq, lambda _: ())
    for kind in ("invoices", "payments", "expenses", *sorted({record.kind for record in records} - RESOURCES.keys())):
        count = sum(record.kind == kind for record in records)
        cache.note_sync(account, kind, loaded=count, total=count, checked_at=CHECKED)


@dataclass
class Shop:
    """The books of one test, opened as often as a command asks."""

    folder: Path
    provider: str = "productive"
    filled: Sequence[Record] = INVOICES
    arriving: Sequence[Record] = INVOICES
    desk: Desk = field(default_factory=Desk)
    line: SyncStatus = ONLINE
    server: Server | None = None
    told: dict[str, Sequence[str]] = field(default_factory=dict)
    closing: list[Callable[[], None]] = field(default_factory=list)

    def books(self, opening: Opening) -> Books:
        """Open them."""
        account = opening.connection.account
        cache = Cache.open(self.folder / "cache.db")
        if self.filled:
            fill(cache, account, self.filled)
        self.server = Server(cache, account, self.arriving, self.line)
        reader = Reader.open(self.folder / "cache.db", account, lambda: TODAY)
        self.closing += [reader.close, cache.close]
        changes = ChangeService(self.desk, lambda: datetime(2026, 3, 10, 9, tzinfo=UTC))
        catalog = CATALOGS[opening.connection.provider]
        ground = Ground(opening.connection, catalog, reader, changes, lambda: TODAY, None, None, 0.0, lambda _: 0)
        deletes = DeleteService(ground)
        return Books(
            connection=opening.connection,
            catalog=catalog,
            today=lambda: TODAY,
            rows=reader.rows,
            ages=reader.ages,
            answers=reader.answers,
            ask=lambda asked: self.answer(cache, account, asked),
            refresh=self.server,
            changes=changes,
            payments=PaymentService(ground),
            expenses=ExpenseService(ground),
            requests=lambda drafts: [Wire("POST", f"/{draft.kind}", dict(draft.args)) for draft in drafts],
            earlier=lambda key: next((each for each in self.desk.changes if each.key == key), None),
            review_deletes=lambda resource, query: self._review(deletes, reader, resource, query),
            delete_drafts=deletes.drafts,
            remote_id=lambda _: None,
        )

    @staticmethod
    def _review(deletes: DeleteService, reader: Reader, resource: Resource, query: Query) -> Review | None:
        rows = reader.rows(resource, query).fetch(0, 100)
        return deletes.review_of(resource.name, rows, lambda _row: True) if rows else None

    def answer(self, cache: Cache, account: str, asked: Asked) -> Future[str]:
        """What the server says of a filter: `told`, or its problem."""
        done: Future[str] = Future()
        if asked.key in self.told:
            cache.keep_answer(account, asked.kind, asked.key, self.told[asked.key], (10, "2026-03-10T09:00:00+00:00"))
        done.set_result("" if asked.key in self.told else "The server answered 500 to a read.")
        return done

    def close(self) -> None:
        """Close everything that was opened."""
        for close in self.closing:
            close()


REFUSED = Refusal(422, (FieldError("amount", "can't be blank"), FieldError(None, "is locked\x1b[1m")), '{"errors": []}')
