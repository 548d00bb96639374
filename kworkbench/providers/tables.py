"""What every provider does the same way: it hands each request to its table and each refusal to its reader."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import ClassVar, Protocol

from kworkbench.domain.actions import find_action
from kworkbench.domain.catalog import Catalog, Filter, ResourceCatalog, ValueType
from kworkbench.domain.changes import Args, Refusal
from kworkbench.domain.query import Operand
from kworkbench.domain.query.asked import Asked
from kworkbench.domain.query.fields import query_field
from kworkbench.domain.records import Lookup
from kworkbench.providers.base import DeletedPage, NotOfferedError, Request, Response, Write
from kworkbench.providers.refusals import ReadError, read_refusal


def beside(of: ResourceCatalog) -> str:
    """The paths of what is asked for beside the records of a list, with commas between."""
    return ",".join(path for include in of.includes for path in include.asked)


Params = tuple[tuple[str, str], ...]

Parameters = Callable[[Filter, ValueType, Operand, date], Params]
"""What asks for one value of a filter; raises `NotOfferedError` where the vendor cannot be asked for it."""


class Requests(Protocol):
    """A module that builds requests; see `providers.base.Provider` for each of them."""

    def list_page(self, kind: str, number: int, size: int) -> Request:
        """A page of a whole collection."""

    def list_matching(self, kind: str, matching: Params, number: int, size: int) -> Request:
        """A page of what fits some parameters."""

    def list_changed(self, kind: str, since: str, number: int, size: int) -> Request | None:
        """A page of what changed after a moment."""

    def show(self, kind: str, record_id: str) -> Request:
        """One record."""

    def show_many(self, kind: str, ids: Sequence[str]) -> Request | None:
        """Several records by id."""

    def payments_of(self, invoice_id: str) -> Request:
        """Every payment of an invoice."""

    def likes(self, kind: str, args: Args, lookup: Lookup) -> Request | None:
        """The page on which a record just created would stand."""

    def who(self) -> Request:
        """Who is signed in."""

    def write(self, write: Write, lookup: Lookup) -> Request:
        """The request that performs a change."""


def _rows(write: Write | None) -> tuple[str, ...]:
    """What the rows of a write are called in its refusal: ids, or their place where they have none yet."""
    if write is None:
        return ()
    return write.targets or tuple(f"#{place}" for place, _ in enumerate(write.rows, start=1))


class FromTables:
    """The half of `providers.base.Provider` that is made of a vendor's tables.

    Attributes:
        TABLES: the catalog; `REQUESTS`: the module of requests; `PARAMETERS`: its filters as parameters.
        READ_ERROR: the field errors in one entry of an error document.
    """

    TABLES: ClassVar[Catalog]
    REQUESTS: ClassVar[Requests]
    PARAMETERS: ClassVar[Parameters]
    READ_ERROR: ClassVar[ReadError]

    @property
    def catalog(self) -> Catalog:
        """Its tables."""
        return self.TABLES

    def list_page(self, kind: str, number: int, size: int) -> Request:
        """A page of a whole collection, hidden rows included."""
        return self.REQUESTS.list_page(kind, number, size)

    def list_asked(self, asked: Asked, today: date, number: int, size: int) -> Request:
        """A page of the records that fit one value of a filter."""
        catalog = self.TABLES.resources[asked.kind]
        of = next(each for each in catalog.filters if each.name == asked.word)
        field = query_field(catalog.resource, asked.word)
        matching = type(self).PARAMETERS(of, field.type, asked.operand, today)
        return self.REQUESTS.list_matching(asked.kind, matching, number, size)

    def list_changed(self, kind: str, since: str, number: int, size: int) -> Request | None:
        """A page of what changed after a moment; None where the collection cannot be filtered by change."""
        return self.REQUESTS.list_changed(kind, since, number, size)

    def show(self, kind: str, record_id: str) -> Request:
        """One record."""
        return self.REQUESTS.show(kind, record_id)

    def show_many(self, kind: str, ids: Sequence[str]) -> Request | None:
        """Several records by id; None for kinds that have no such list."""
        return self.REQUESTS.show_many(kind, ids)

    def payments_of(self, invoice_id: str) -> Request:
        """Every payment of an invoice."""
        return self.REQUESTS.payments_of(invoice_id)

    def likes(self, kind: str, args: Args, lookup: Lookup) -> Request | None:
        """The page on which a record just created would stand."""
        return self.REQUESTS.likes(kind, args, lookup)

    def who(self) -> Request:
        """Who is signed in."""
        return self.REQUESTS.who()

    def write(self, write: Write, lookup: Lookup) -> Request:
        """The request that performs a change."""
        return self.REQUESTS.write(write, lookup)

    def next_number(self) -> Request | None:
        """Nobody is told a number beforehand here."""
        return None

    def read_next_number(self, answer: Response) -> str:  # noqa: ARG002 - never asked for
        """Nothing is asked for, so nothing is read."""
        return ""

    def deleted_items(self, kind: str, number: int, size: int) -> Request:  # noqa: ARG002 - for those that have them
        """No record of this provider comes back once it was deleted."""
        raise NotOfferedError(f"{self.TABLES.title} keeps no deleted {kind}.")

    def read_deleted(self, answer: Response) -> DeletedPage:  # noqa: ARG002 - never asked for
        """Nothing is asked for, so nothing is read."""
        return DeletedPage((), 0)

    def read_refusal(self, kind: str, answer: Response, write: Write | None = None) -> Refusal:
        """Every message of an error document, mapped to its form field; whatever the body is, at least one."""
        resource = self.TABLES.resources.get(kind)
        targets = _rows(write)
        action = find_action(resource.actions(), write.action) if resource and write and write.action else None
        asked = action.fields(1) if action else ()
        return read_refusal(answer, (*asked, *(resource.form if resource else ())), targets, self.READ_ERROR)
