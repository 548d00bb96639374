"""An open connection with everything a screen needs, and the workbench that opens them.

Source: architecture.md "The way of the data". A screen asks the reader for rows and hands an intent to a service.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from kworkbench.domain.catalog import Catalog, Resource
from kworkbench.domain.connections import Connection
from kworkbench.domain.numbers import ENGLISH, PLAIN, NumberStyle
from kworkbench.lean import dataclass, replace
from kworkbench.services.answers import AnswerService
from kworkbench.services.changes import ChangeService
from kworkbench.services.refresh import RefreshService
from kworkbench.services.views import ViewPlaces, Views
from kworkbench.store.reader import Reader
from kworkbench.sync.clock import Clock, local_day
from kworkbench.sync.late import LateHome
from kworkbench.sync.notices import Notice

if TYPE_CHECKING:
    from kworkbench.domain.quickline.days import DateOrder
    from kworkbench.services.acting import ActionService
    from kworkbench.services.again import AgainService
    from kworkbench.services.asking import AskingForms
    from kworkbench.services.conflicts import ConflictService
    from kworkbench.services.deletes import DeleteService
    from kworkbench.services.expenses import ExpenseService
    from kworkbench.services.forms import FormService
    from kworkbench.services.pay_review import PayReviews
    from kworkbench.services.payments import PaymentService
    from kworkbench.services.undo import UndoService
    from kworkbench.services.writing import Writing


class WorkbenchError(Exception):
    """A connection cannot be opened; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Session:
    """One open connection.

    Attributes:
        reader: for the thread that opened the session; `open_reader` gives one for another thread.
        writing: the services that make changes; the first call imports them.
        known_connections: all of the home, by which the journal names accounts.
    """

    connection: Connection
    catalog: Catalog
    reader: Reader
    open_reader: Callable[[], Reader]
    changes: ChangeService
    writing: Callable[[], Writing]
    refresh: RefreshService
    answers: AnswerService
    today: Callable[[], date]
    style: NumberStyle
    views: Views
    known_connections: tuple[Connection, ...] = ()

    @property
    def payments(self) -> PaymentService:
        """Payments from the quick line."""
        return self.writing().payments

    @property
    def pay_reviews(self) -> PayReviews:
        """Payments of marked invoices."""
        return self.writing().pay_reviews

    @property
    def expenses(self) -> ExpenseService:
        """Expenses from the quick line."""
        return self.writing().expenses

    @property
    def forms(self) -> FormService:
        """Forms for new records and old ones."""
        return self.writing().forms

    @property
    def deletes(self) -> DeleteService:
        """Deletes through a review."""
        return self.writing().deletes

    @property
    def undos(self) -> UndoService:
        """Undo and redo of what was sent."""
        return self.writing().undos

    @property
    def conflicts(self) -> ConflictService:
        """Conflicts with what stands at the server."""
        return self.writing().conflicts

    @property
    def again(self) -> AgainService:
        """Payments deleted and recorded again."""
        return self.writing().again

    @property
    def acting(self) -> ActionService:
        """Actions, and edits of several records, through a review."""
        return self.writing().acting

    @property
    def asking(self) -> AskingForms:
        """Forms for what a review is to do."""
        return self.writing().asking

    def close(self) -> None:
        """Let go of the reader."""
        self.refresh.leave()
        self.reader.close()


@dataclass(frozen=True, slots=True)
class Manner:
    """How sessions are opened.

    Attributes:
        style: None on the command line, which has no locale.
        hold_seconds: 0 on the command line.
    """

    style: NumberStyle | None = ENGLISH
    date_order: DateOrder | None = None
    hold_seconds: float = 5.0
    read_only: bool = False
    offline: bool = False


class Workbench:
    """All connections of a home; one is open at a time."""

    def __init__(
        self,
        home: LateHome,
        cached: Path,
        connections: Sequence[Connection],
        catalogs: Callable[[str], Catalog],
        clock: Clock,
        manner: Manner,
        views: ViewPlaces | None = None,
        read: Callable[[], Sequence[Connection]] | None = None,
    ) -> None:
        """`read` reads the connections anew, on any thread; it raises `WorkbenchError` where they cannot be read."""
        self._home = home
        self._read = read
        self._cached = cached
        self._catalogs = catalogs
        self._clock = clock
        self._manner = manner
        self._current: Session | None = None
        self.connections = self._in_manner(connections)
        self.changes = ChangeService(home, clock.now, self._is_open_to_writes)
        self.views = Views(self._today, views, self._lists)

    def _in_manner(self, connections: Sequence[Connection]) -> tuple[Connection, ...]:
        read_only = self._manner.read_only
        return tuple(replace(one, writable=False) if read_only else one for one in connections)

    def _is_open_to_writes(self, account: str) -> bool:
        return any(one.account == account and one.writable for one in self.connections)

    def reread(self) -> str:
        """Read the connections anew, on any thread: another process adds, changes and removes them.

        Returns:
            a sentence where they cannot be read, else nothing; then what was known stays.
        """
        try:
            self.connections = self.connections if self._read is None else self._in_manner(self._read())
        except WorkbenchError as problem:
            return str(problem)
        return ""

    def _lists(self, name: str) -> tuple[Resource, ...]:
        """A list as each provider of the home's connections has it."""
        providers = dict.fromkeys(one.provider for one in self.connections)
        return tuple(self._catalogs(each).resources[name].resource for each in providers)

    @property
    def current(self) -> Session:
        """The open connection.

        Raises:
            WorkbenchError: none was opened yet.
        """
        if self._current is None:
            raise WorkbenchError("No connection is open.")
        return self._current

    def open(self, name: str) -> Session:
        """Open a connection by its name, and close the one before.

        Raises:
            WorkbenchError: no connection has that name.
        """
        connection = next((one for one in self.connections if one.name == name), None)
        if connection is None:
            raise WorkbenchError(f"There is no connection {name}.")
        before, self._current = self._current, self._session(connection)
        if before is not None:
            before.close()
        return self._current

    @property
    def is_open(self) -> bool:
        """True once changes can be made."""
        return self._home.is_open

    def complete(self) -> None:
        """Open what makes changes, on any thread; after the first live frame.

        Raises:
            SaveError: the outbox cannot be used.
            ConfigError: the faults asked for the embedded sandbox make no sense.
        """
        self._home.open()
        self.current.writing()

    def subscribe(self, listener: Callable[[Notice], None]) -> Callable[[], None]:
        """Listen to notices; they come from other threads."""
        return self._home.hub.subscribe(listener)

    def start(self) -> None:
        """Start the engine; after the first paint."""
        self._home.start()

    def begin(self) -> None:
        """Start the engine and bring the open connection up to date; for screens, after the first paint."""
        self._home.start()
        self.current.refresh.refresh()

    def close(self) -> None:
        """Close everything; what was saved is durable."""
        if self._current is not None:
            self._current.close()
            self._current = None
        self._home.close()

    def _session(self, connection: Connection) -> Session:
        catalog = self._catalogs(connection.provider)
        reader = self._reader(connection)

        @cache
        def writing() -> Writing:
            from kworkbench.services.ground import Ground  # noqa: PLC0415 - after the first live frame
            from kworkbench.services.writing import Writing  # noqa: PLC0415

            return Writing.over(
                Ground(
                    connection=connection,
                    catalog=catalog,
                    reader=reader,
                    changes=self.changes,
                    today=self._today,
                    style=self._manner.style,
                    date_order=self._manner.date_order,
                    hold_seconds=self._manner.hold_seconds,
                )
            )

        return Session(
            connection=connection,
            catalog=catalog,
            reader=reader,
            open_reader=lambda: self._reader(connection),
            changes=self.changes,
            writing=writing,
            answers=AnswerService(self._home, connection.account, offline=self._manner.offline),
            refresh=RefreshService(self._home, connection.account, catalog, offline=self._manner.offline),
            today=self._today,
            style=self._manner.style or PLAIN,
            views=self.views,
            known_connections=self.connections,
        )

    def _reader(self, connection: Connection) -> Reader:
        return Reader.open(self._cached, connection.account, self._today, connection.name)

    def _today(self) -> date:
        return local_day(self._clock.now())
