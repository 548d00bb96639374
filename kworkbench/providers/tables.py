"""What every provider does the same way: it hands each request to its table and each refusal to its reader."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Protocol

from kworkbench.domain.actions import find_action
from kworkbench.domain.catalog import Catalog
from kworkbench.domain.changes import Args, Refusal
from kworkbench.domain.records import Lookup
from kworkbench.providers.base import Request, Response, Write
from kworkbench.providers.refusals import ReadError, read_refusal


class Requests(Protocol):
    """A module that builds requests; see `providers.base.Provider` for each of them."""

    def list_page(self, kind: str, number: int, size: int) -> Request:
        """A page of a whole collection."""

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


class FromTables:
    """The half of `providers.base.Provider` that is made of a vendor's tables.

    Attributes:
        TABLES: the catalog; `REQUESTS`: the module of requests.
        READ_ERROR: the field errors in one entry of an error document.
    """

    TABLES: ClassVar[Catalog]
    REQUESTS: ClassVar[Requests]
    READ_ERROR: ClassVar[ReadError]

    @property
    def catalog(self) -> Catalog:
        """Its tables."""
        return self.TABLES

    def list_page(self, kind: str, number: int, size: int) -> Request:
        """A page of a whole collection, hidden rows included."""
        return self.REQUESTS.list_page(kind, number, size)

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

    def read_refusal(self, kind: str, answer: Response, write: Write | None = None) -> Refusal:
        """Every message of an error document, mapped to its form field; whatever the body is, at least one."""
        resource = self.TABLES.resources.get(kind)
        targets = write.targets if write else ()
        action = find_action(resource.actions(), write.action) if resource and write and write.action else None
        asked = action.fields(1) if action else ()
        return read_refusal(answer, (*asked, *(resource.form if resource else ())), targets, self.READ_ERROR)
