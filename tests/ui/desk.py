"""Stand-ins for what lies under a session: a desk that keeps changes in memory, a reader over rows in memory.

The services above them are the real ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from typing import TypeVar, cast

from kworkbench.domain.catalog import Resource
from kworkbench.domain.changes import Attempt, Change, Draft, Op, Refusal, State, lane_of
from kworkbench.domain.connections import SANDBOXES, Connection
from kworkbench.domain.numbers import ENGLISH
from kworkbench.domain.records import Value, Values, remote_id_of
from kworkbench.providers import CATALOGS
from kworkbench.services.answers import AnswerService
from kworkbench.services.changes import ChangeService
from kworkbench.services.ground import Ground
from kworkbench.services.refresh import RefreshService, SyncStatus
from kworkbench.services.session import Session
from kworkbench.services.views import Views
from kworkbench.services.writing import Writing
from kworkbench.store.failing import SaveError
from kworkbench.store.reader import Choice, Reader
from kworkbench.store.rows import Row
from kworkbench.sync.events import Discarded, Resolved, Retried
from kworkbench.sync.late import LateHome

NOW = datetime(2026, 3, 4, 9, 45, tzinfo=UTC)
TODAY = date(2026, 3, 4)

T = TypeVar("T")


def done(result: T) -> Future[T]:
    """A future that is over."""
    future: Future[T] = Future()
    future.set_result(result)
    return future


def failed(problem: Exception) -> Future[tuple[Change, ...]]:
    future: Future[tuple[Change, ...]] = Future()
    future.set_exception(problem)
    return future


class Desk:
    """Changes in memory. `full` makes every save fail as a full disk does."""

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self.tries: dict[int, tuple[Attempt, ...]] = {}
        self.full = False
        self.learnt: dict[str, str] = {}
        self.asked_to: list[str] = []

    def enqueue(self, drafts: Sequence[Draft]) -> Future[tuple[Change, ...]]:
        if self.full:
            return failed(SaveError("The disk is full. Nothing was saved; make room and press Enter again."))
        added = tuple(self.add(draft) for draft in drafts)
        return done(added)

    def add(
        self,
        draft: Draft,
        state: State | None = None,
        *,
        at: str = "2026-03-04T09:40:00+00:00",
        error: Refusal | None = None,
        reason: str | None = None,
    ) -> Change:
        """Keeps a draft as a change in `state`; held where the draft waits."""
        seq = len(self.changes) + 1
        change = Change(
            seq=seq,
            mid=f"m{seq}",
            account=draft.account,
            op=draft.op,
            kind=draft.kind,
            lid=draft.lid,
            targets=draft.targets,
            lane=lane_of(draft),
            gesture=f"g{seq}",
            undoes=draft.undoes,
            befores=draft.befores,
            args=draft.args,
            pre=draft.pre,
            idem=draft.idem,
            marker=draft.marker,
            action=draft.action,
            expects=draft.expects,
            state=state or (State.HELD if draft.hold_seconds else State.QUEUED),
            created_at=at,
            closed_at=at if state in (State.CLOSED, State.CANCELLED) else None,
            error=error,
            reason=reason,
            not_before=int((NOW.timestamp() + draft.hold_seconds) * 1000) if draft.hold_seconds else None,
        )
        self.changes.append(change)
        return change

    def take_back(self) -> Future[tuple[Change, ...]]:
        held = [change for change in self.changes if change.state is State.HELD][-1:]
        for change in held:
            self._put(replace(change, state=State.CANCELLED))
        return done(tuple(held))

    def ask(self, event: Retried | Discarded | Resolved) -> Future[Change | None]:
        if isinstance(event, Resolved):
            self.asked_to.append(event.resolution.value)
        state = {Retried: State.QUEUED, Discarded: State.CANCELLED, Resolved: State.CLOSED}[type(event)]
        change = next(change for change in self.changes if change.seq == event.seq)
        return done(self._put(replace(change, state=state, closed_at="2026-03-04T09:45:00+00:00")))

    def open(self) -> tuple[Change, ...]:
        return tuple(self.changes)

    def journal(self) -> tuple[Change, ...]:
        return tuple(reversed(self.changes))

    def remote_id(self, account: str, lid: str) -> str | None:  # noqa: ARG002 - a desk's signature
        return remote_id_of(lid)

    def whole_journal(self) -> Future[tuple[Change, ...]]:
        return done(self.journal())

    def facts(self) -> Mapping[str, str]:
        return self.learnt

    def attempts(self, seq: int) -> Future[tuple[Attempt, ...]]:
        return done(self.tries.get(seq, ()))

    def ask_closed(self, seq: int) -> None:
        """Lets the server confirm a change."""
        self._put(replace(self.changes[seq - 1], state=State.CLOSED, closed_at="2026-03-04T09:45:00+00:00"))

    def meet(self, seq: int, theirs: Values) -> None:
        """Lets a change conflict with these values of the server."""
        self._put(replace(self.changes[seq - 1], theirs=theirs))

    def move_account(self, seq: int, account: str) -> None:
        """Makes a change one of another connection."""
        self._put(replace(self.changes[seq - 1], account=account))

    def _put(self, change: Change) -> Change:
        self.changes[change.seq - 1] = change
        return change


class Home:
    """A home with one desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def desk(self) -> Desk:
        return self._desk


class Books:
    """Rows and related records in memory, read as the reader reads them."""

    def __init__(self, rows: Sequence[Row], related: Mapping[str, Sequence[Choice]]) -> None:
        self.rows = {row.lid: row for row in rows}
        self.choices = related

    def row(self, resource: Resource, lid: str) -> Row | None:  # noqa: ARG002 - the reader's signature
        return self.rows.get(lid)

    def records(self, resource: Resource, lids: Sequence[str]) -> tuple[Row, ...]:  # noqa: ARG002 - the reader's signature
        return tuple(self.rows[lid] for lid in lids if lid in self.rows)

    def lookup(self, kind: str, record_id: str) -> Values | None:
        row = self.rows.get(f"{kind}:{record_id}")
        if row is not None:
            return row.values
        found = next((each for each in self.choices.get(kind, ()) if each.id == record_id), None)
        return None if found is None else {"name": found.name, **found.values}

    def said(self, kind: str, record_id: str) -> Values | None:
        row = self.rows.get(f"{kind}:{record_id}")
        return None if row is None else row.values

    def related(self, kind: str, text: str = "", limit: int = 50) -> tuple[Choice, ...]:
        wanted = text.casefold()
        return tuple(each for each in self.choices.get(kind, ()) if wanted in each.name.casefold())[:limit]

    def payments_of(self, invoice_id: str) -> tuple[Row, ...]:
        return tuple(row for row in self.rows.values() if row.values.get("invoice_id") == invoice_id)

    def find_invoices(self, text: str, limit: int) -> tuple[Row, ...]:
        wanted = text.casefold()
        invoices = (row for row in self.rows.values() if row.lid.startswith("invoices:"))
        return tuple(row for row in invoices if wanted in f"{row.values['number']} {row.values['client']}".casefold())[
            :limit
        ]


class Quiet:
    """The line to a server that is reached and not busy."""

    def status(self) -> SyncStatus:
        return SyncStatus(online=True, reason="", sign_in=False, active=())


def session_of(
    desk: Desk, books: Books, provider: str = "productive", today: Callable[[], date] = lambda: TODAY
) -> Session:
    """A session over stand-ins, with the real services."""
    connection: Connection = next(each for each in SANDBOXES if each.provider == provider)
    connection = replace(connection, organization="Harbour & Finch Studio")
    reader = cast("Reader", books)
    changes = ChangeService(Home(desk), lambda: NOW)
    ground = Ground(
        connection=connection,
        catalog=CATALOGS[provider],
        reader=reader,
        changes=changes,
        today=today,
        style=ENGLISH,
        date_order=None,
        hold_seconds=5.0,
        below=lambda _most: 7,
    )
    return Session(
        connection=connection,
        catalog=ground.catalog,
        reader=reader,
        open_reader=lambda: reader,
        changes=changes,
        writing=cache(lambda: Writing.over(ground)),
        answers=AnswerService(cast("LateHome", None), "books", offline=True),
        refresh=cast("RefreshService", Quiet()),
        today=today,
        style=ENGLISH,
        views=Views(today),
    )


def invoice(number: int, client: str, minor: int, currency: str = "EUR", **more: Value) -> Row:
    """An open invoice with all of it outstanding."""
    values: dict[str, Value] = {
        "id": str(number),
        "number": f"INV-{number}",
        "client": client,
        "client_id": client[:3],
        "kind": "invoice",
        "state": "open",
        "settlement": "unpaid",
        "status": "overdue",
        "issued": "2025-10-20",
        "due": "2025-11-19",
        "total": minor,
        "outstanding": minor,
        "currency": currency,
        **more,
    }
    return _row("invoices", str(number), values)


def payment(number: int, invoice_id: int, minor: int, currency: str = "EUR", day: str = "2026-02-27") -> Row:
    """A payment on an invoice."""
    values: dict[str, Value] = {
        "id": str(number),
        "date": day,
        "invoice": f"INV-{invoice_id}",
        "invoice_id": str(invoice_id),
        "kind": "payment",
        "amount": minor,
        "currency": currency,
        "note": "",
    }
    return _row("payments", str(number), values)


def expense(
    number: int, day: str, text: str, minor: int, currency: str = "EUR", **more: str | int | bool | None
) -> Row:
    """An expense that nothing keeps from being deleted."""
    values: dict[str, Value] = {
        "id": str(number),
        "date": day,
        "category": "Travel",
        "text": text,
        "project": "Webshop relaunch",
        "person": "Oyelaran A.",
        "amount": minor,
        "unit_amount": minor,
        "quantity": "1",
        "currency": currency,
        "billable": True,
        "reimbursable": False,
        "invoiced": False,
        "approval": "none",
        "receipt": False,
        "service_id": "41",
        "person_id": "7",
        **more,
    }
    return _row("expenses", str(number), values)


def draft(session: Session, op: Op, kind: str, lid: str, **more: object) -> Draft:
    """A draft of the session's account."""
    return replace(Draft(session.connection.account, op, kind, lid), **more)  # type: ignore[arg-type]  # any field


def _row(kind: str, record_id: str, values: dict[str, Value]) -> Row:
    return Row(
        lid=f"{kind}:{record_id}", id=record_id, values=values, state=None, mark="", predicted=frozenset(), counted=True
    )
