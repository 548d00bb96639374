"""What the command line needs of the rest of the program, given to it by the composition root.

Nothing here is imported from providers, sync or sandbox, and no click: the bare workbench may import this file.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from kworkbench.cli.start import Start
from kworkbench.domain.catalog import Catalog, Resource
from kworkbench.domain.connections import Connection
from kworkbench.domain.records import Values
from kworkbench.domain.secret import Secret
from kworkbench.lean import dataclass

if TYPE_CHECKING:
    from concurrent.futures import Future

    from kworkbench.domain.changes import Change, Draft
    from kworkbench.domain.query import Query
    from kworkbench.domain.query.asked import Asked
    from kworkbench.services.changes import ChangeService
    from kworkbench.services.expenses import ExpenseService
    from kworkbench.services.payments import PaymentService
    from kworkbench.services.review import Review


class SignInError(Exception):
    """The server does not accept the token; the message says what to do."""


class TokenRefusedError(SignInError):
    """It is the token itself that the server does not accept; another one may do."""


class UnreachableError(Exception):
    """The server gave no usable answer; the message says what happened."""


class Row(Protocol):
    """One row of a list (the store's `Row`)."""

    @property
    def id(self) -> str | None:
        """The server's id; None or empty for a record made here that the server has not named yet."""

    @property
    def values(self) -> Values:
        """Field name -> value; amounts in minor units of the row's `currency`."""

    @property
    def state(self) -> str | None:
        """The shown word of its open change, or None."""


class Window(Protocol):
    """A list in its order (the store's `Window`)."""

    def fetch(self, first: int, count: int) -> Sequence[Row]:
        """Up to `count` rows from position `first`; fewer at the end, none past it."""


class Ages(Protocol):
    """What is known of a collection in the cache (the store's `Ages`)."""

    @property
    def checked_at(self) -> str | None:
        """When a complete check last ended (ISO time), None for never."""

    @property
    def loaded(self) -> int | None:
        """How many records are here."""

    @property
    def total(self) -> int | None:
        """How many the server counted, None where unknown."""


class Told(Protocol):
    """What the server answered to a filter that only it knows (the store's `Answer`)."""

    @property
    def fetched_at(self) -> str:
        """When (ISO time, UTC)."""


class Progress(Protocol):
    """How far a collection is."""

    @property
    def kind(self) -> str:
        """A resource or a related kind."""

    @property
    def loaded(self) -> int:
        """Records that have come."""

    @property
    def total(self) -> int | None:
        """Records that will come, None while unknown."""


class SyncStatus(Protocol):
    """What the engine knows of the server."""

    @property
    def online(self) -> bool:
        """False when the last outcomes say that the server cannot be reached."""

    @property
    def reason(self) -> str:
        """Why it is offline, or why the last refresh stopped, a sentence; empty when all is well."""

    @property
    def sign_in(self) -> bool:
        """True when the server does not accept the token, or there is none."""

    @property
    def active(self) -> Sequence[Progress]:
        """Collections that are being brought up to date."""


class Refreshing(Protocol):
    """Services: `RefreshService`."""

    def refresh(self, kinds: Collection[str] | None = None, full: bool = False) -> Future[None]:
        """Bring collections up to date; ends also when it failed: `status` says so."""

    def status(self) -> SyncStatus:
        """Now."""


@dataclass(frozen=True, slots=True)
class Wire:
    """A request as it would leave: the path below the base URL, and a JSON document or None."""

    method: str
    path: str
    body: object = None


@dataclass(frozen=True, slots=True)
class Books:
    """One open connection, as far as commands need it.

    Attributes:
        rows: the store's list of what a query matches (`Reader.rows`).
        ages: of a kind in the cache (`Reader.ages`).
        answers: what the server answered to filters that only it knows (`Reader.answers`).
        ask: asks the server for one of them; ends with an empty text, or with the reason why there is no answer.
        payments, expenses: stand on a ground without locale and with `hold_seconds` 0.
        requests: what would be sent for drafts; nothing is.
        earlier: the change that an earlier run made under that key (`Outbox.by_key`).
        review_deletes: the review of deleting what a query finds, None where it finds nothing; every row counts as in
            view. It raises `NotPossible` where the provider deletes no such records, or there are too many.
        delete_drafts: the changes that such a review asks for.
        remote_id: the server's id behind a local id, None while it has none.
    """

    connection: Connection
    catalog: Catalog
    today: Callable[[], date]
    rows: Callable[[Resource, Query], Window]
    ages: Callable[[str], Ages]
    answers: Callable[[Resource], Mapping[str, Told]]
    ask: Callable[[Asked], Future[str]]
    refresh: Refreshing
    changes: ChangeService
    payments: PaymentService
    expenses: ExpenseService
    requests: Callable[[Sequence[Draft]], Sequence[Wire]]
    earlier: Callable[[str], Change | None]
    review_deletes: Callable[[Resource, Query], Review | None]
    delete_drafts: Callable[[Review], Sequence[Draft]]
    remote_id: Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Opening:
    """How a connection is to be opened.

    Attributes:
        chosen: it is the one of `--connection`, else the default: a token of the environment goes to it.
        engine: False where only what is stored is read: nothing is sent, no lock is taken.
    """

    connection: Connection
    chosen: bool = True
    read_only: bool = False
    offline: bool = False
    engine: bool = True


class Identity(Protocol):
    """Who a token signs in (the providers' `Identity`)."""

    @property
    def user_id(self) -> str:
        """The provider's id of the user."""

    @property
    def user(self) -> str:
        """Their name."""

    @property
    def organization(self) -> str:
        """The organization's name, empty where the provider does not tell it."""


@dataclass(frozen=True, slots=True)
class Serving:
    """Options of `sandbox serve`; None leaves the sandbox's own default. Faults as in product.md section 12.

    `modern`: Productive answers in the shape of 2024 and later instead of the seed's.
    """

    host: str = "127.0.0.1"
    port: int = 0
    data: Path | None = None
    seed: int | None = None
    today: date | None = None
    size: int | None = None
    token: Secret | None = None
    rate_limit: bool = False
    faults: tuple[str, ...] = ()
    modern: bool = False


@dataclass(frozen=True, slots=True)
class Resetting:
    """Options of `sandbox reset`; None leaves the sandbox's own default."""

    seed: int | None = None
    today: date | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Timing:
    """How a command waits: the monotonic clock in seconds, a pause, and how long a write is waited for."""

    monotonic: Callable[[], float]
    pause: Callable[[float], None]
    patience: float = 15.0
    step: float = 0.05


@dataclass(frozen=True, slots=True)
class Ports:
    """Entry points of the rest of the program.

    Attributes:
        workbench: runs the screens and returns an exit status.
        open: a connection for the length of a `with`; leaving it waits until what was saved is durable.
        who: asks the server who is signed in; raises `SignInError` or `UnreachableError`. None for the sandbox's token.
        browse: has a person let the connection's application in through the browser and returns the token; is given the
            application's own secret, and whom to tell sentences meanwhile. It raises as `who`.
        forget: drops the cached records of an account.
        serve: serves until interrupted, the ready line on stdout; raises `ValueError` with a sentence for a bad option,
            `OSError` when the port is taken.
        reset: makes the embedded books anew and drops what was cached of them; raises as `serve`.
    """

    workbench: Callable[[Start], int]
    open: Callable[[Opening], AbstractContextManager[Books]]
    who: Callable[[Connection, Secret | None], Identity]
    browse: Callable[[Connection, Secret | None, Callable[[str], None]], Secret]
    forget: Callable[[Connection], None]
    serve: Callable[[Serving], None]
    reset: Callable[[Resetting], None]
    timing: Timing
