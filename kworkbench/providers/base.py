"""What every provider is: tables, requests to build and answers to read. No I/O: the engine sends.

Source: architecture.md "providers", sync-engine.md sections 4 to 6.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Protocol

from kworkbench.domain.catalog import Catalog
from kworkbench.domain.changes import Args, Op, Refusal
from kworkbench.domain.query.asked import Asked
from kworkbench.domain.records import Lookup, Record, Values
from kworkbench.domain.secret import Secret
from kworkbench.lean import dataclass, field


class UnreadableAnswerError(ValueError):
    """An answer that is no document of this provider; what it changed at the server is unknown."""


class NotOfferedError(ValueError):
    """A request that this provider does not have; the catalog says so in a sentence, so nobody should ask."""


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request below the connection's base URL.

    Attributes:
        path: begins with `/`, is appended to the base URL.
        query: parameters in order, not yet encoded.
        body: JSON document, or None for no body.
        fresh: use a new connection, so that a closed idle one cannot make a create ambiguous.
        form: the body as the fields of a form, in place of a document; whatever is secret in it stays so when printed.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    fresh: bool = False
    form: Mapping[str, Secret] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP answer; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: its records in order, what came with them, and how many there are in all.

    Attributes:
        beside: reads what came with them; who has read those kinds for themselves does not ask.
    """

    records: tuple[Record, ...]
    beside: Callable[[], tuple[Record, ...]]
    number: int
    pages: int
    total: int

    @property
    def related(self) -> tuple[Record, ...]:
        """What came with them. Raises `UnreadableAnswerError` where that cannot be read."""
        return self.beside()


@dataclass(frozen=True, slots=True)
class Write:
    """A change ready to be sent: local ids are already the server's ids.

    Attributes:
        id: the record's id at the server; None for a create and for a bulk request.
        action: for `Op.ACTION` the name of the catalog's action.
        targets: ids of a bulk request; an update or an action with targets is one request about all of them.
        item: of a deleted record that is to come back, its id among what was deleted; empty where it is not there.
        rows: of a bulk create what each row wants, in the order of the change's targets.
        args: values wanted, keyed as in the catalog's form.
        pre: values the record had before, as far as the change knows them.
        marker: appended to the note of a payment or the text of an expense (sync-engine.md section 6), None where
            switched off.
        markers: of a bulk create that of each row, in the order of `rows`; empty where they bear none.
    """

    op: Op
    kind: str
    id: str | None = None
    targets: tuple[str, ...] = ()
    args: Args = field(default_factory=dict)
    pre: Values = field(default_factory=dict)
    marker: str | None = None
    action: str = ""
    rows: tuple[Args, ...] = ()
    markers: tuple[str | None, ...] = ()
    item: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a token signs in: the provider's user id, their name and the organization's name (empty if not told).

    `account_id` is the provider's id of that organization, empty if not told.
    """

    user_id: str
    user: str
    organization: str
    account_id: str = ""


@dataclass(frozen=True, slots=True)
class DeletedItem:
    """A deleted record that can be brought back: the id of the item, and the kind and id of the record."""

    id: str
    kind: str
    record_id: str


@dataclass(frozen=True, slots=True)
class DeletedPage:
    """One page of what was deleted, and how many there are."""

    items: tuple[DeletedItem, ...]
    pages: int


class Provider(Protocol):
    """A vendor as the engine sees it. Every reader raises `UnreadableAnswerError` for a document it cannot read."""

    @property
    def catalog(self) -> Catalog:
        """Its tables."""

    def signed_in(self, identity: Identity) -> Provider:
        """This provider told whom it works for: Kantata knows external projects by it. Others return themselves."""

    def auth(self, token: str, organization_id: str | None) -> Mapping[str, str]:
        """Headers that sign a request in."""

    def list_page(self, kind: str, number: int, size: int) -> Request:
        """A page of a whole collection, hidden rows included, in a stable order by id. `kind` may be a related kind."""

    def list_changed(self, kind: str, since: str, number: int, size: int) -> Request | None:
        """A page of the records that changed after a moment (ISO, UTC), ordered as `list_page`.

        None where the collection cannot be filtered by change: it is read whole.
        """

    def list_asked(self, asked: Asked, today: date, number: int, size: int) -> Request:
        """A page of the records that fit one value of a filter, in the order and as complete as `list_page`.

        Raises:
            NotOfferedError: the provider cannot be asked for that value.
        """

    def show(self, kind: str, record_id: str) -> Request:
        """One record."""

    def show_many(self, kind: str, ids: Sequence[str]) -> Request | None:
        """Several records by id in one page (at most 200); missing ones are simply not in the answer.

        None where the provider has no such list: they are shown one by one.
        """

    def payments_of(self, invoice_id: str) -> Request:
        """Every payment of an invoice: the probe of sync-engine.md section 6."""

    def likes(self, kind: str, args: Args, lookup: Lookup) -> Request | None:
        """The page of records among which one just created with these values would stand; None: no way to ask.

        It is how an unclear create is looked for (sync-engine.md section 6).
        """

    def who(self) -> Request:
        """Who is signed in."""

    def write(self, write: Write, lookup: Lookup) -> Request:
        """The request that performs a change; `lookup` gives what ids stand for and what a record was.

        Raises:
            NotOfferedError: the catalog says that the provider does not do this.
        """

    def next_number(self) -> Request | None:
        """What the next invoice's number would be; None where the provider cannot be asked for it."""

    def read_next_number(self, answer: Response) -> str:
        """The number in an answer to `next_number`."""

    def deleted_items(self, kind: str, number: int, size: int) -> Request:
        """A page of the deleted records of a kind.

        Raises:
            NotOfferedError: the catalog says that none of them can be brought back.
        """

    def read_deleted(self, answer: Response) -> DeletedPage:
        """The page in an answer to `deleted_items`."""

    def read_page(self, kind: str, answer: Response, lookup: Lookup) -> Page:
        """The page in an answer to `list_page`, `list_asked`, `show_many` or `payments_of`."""

    def read_record(self, kind: str, answer: Response, lookup: Lookup) -> tuple[Record, ...]:
        """The records of an answer to `show` or to a create or update; the one asked for stands first."""

    def read_written(self, write: Write, answer: Response, lookup: Lookup) -> tuple[Record, ...]:
        """The records of an answer to any write; of a create or an update its own stands first.

        None for an action or a bulk request that answers with something else: what it is about has to be read again.
        """

    def read_refusal(self, kind: str, answer: Response, write: Write | None = None) -> Refusal:
        """Every message of an error document, each mapped to its form field; never raises, keeps the body's text.

        With `write` the messages of a bulk change name their rows.
        """

    def read_identity(self, answer: Response) -> Identity:
        """The identity in an answer to `who`."""
