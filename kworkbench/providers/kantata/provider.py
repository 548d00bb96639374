"""Kantata OX as the engine sees it: its tables, its requests and the readers of its answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kworkbench.domain.catalog import Catalog
from kworkbench.domain.changes import Refusal
from kworkbench.domain.records import Lookup, Record
from kworkbench.providers.base import Identity, Page, Request, Response, UnreadableAnswerError, Write
from kworkbench.providers.kantata import errors, requests
from kworkbench.providers.kantata.catalog import CATALOG
from kworkbench.providers.kantata.codec import Codec
from kworkbench.providers.kantata.envelope import Answer


class KantataProvider:
    """Implements `providers.base.Provider`."""

    def __init__(self, own_account: str = "") -> None:
        """`own_account` is the account of the person signed in; workspaces of other accounts are external."""
        self._own_account = own_account

    @property
    def catalog(self) -> Catalog:
        """Its tables."""
        return CATALOG

    def signed_in(self, identity: Identity) -> KantataProvider:
        """This provider, knowing which projects are external."""
        return KantataProvider(identity.account_id)

    def auth(self, token: str, organization_id: str | None) -> Mapping[str, str]:  # noqa: ARG002 - the token tells it
        """Headers that sign a request in."""
        return {"Authorization": f"Bearer {token}"}

    def list_page(self, kind: str, number: int, size: int) -> Request:
        """A page of a whole collection, hidden rows included."""
        return requests.list_page(kind, number, size)

    def show(self, kind: str, record_id: str) -> Request:
        """One record."""
        return requests.show(kind, record_id)

    def show_many(self, kind: str, ids: Sequence[str]) -> Request | None:
        """Several records by id."""
        return requests.show_many(kind, ids)

    def payments_of(self, invoice_id: str) -> Request:
        """Every payment of an invoice."""
        return requests.payments_of(invoice_id)

    def who(self) -> Request:
        """Who is signed in."""
        return requests.who()

    def write(self, write: Write, lookup: Lookup) -> Request:
        """The request that performs a change."""
        return requests.write(write, lookup)

    def read_page(self, kind: str, answer: Response, lookup: Lookup) -> Page:
        """The page in an answer to a list."""
        found = Answer(answer, lookup)
        codec = Codec(found, self._own_account)
        records = tuple(codec.record(kind, record_id, document) for record_id, document in found.asked(kind))
        count, meta = found.envelope.count, found.envelope.meta
        if meta.page_count is None:
            raise UnreadableAnswerError("The server's answer does not say how many pages there are.")
        return Page(records, _beside(codec, *_RELATED), meta.page_number or 1, meta.page_count, count)

    def read_record(self, kind: str, answer: Response, lookup: Lookup) -> tuple[Record, ...]:
        """The record asked for, then what came with it: beside a payment its invoice."""
        found = Answer(answer, lookup)
        codec = Codec(found, self._own_account)
        records = tuple(codec.record(kind, record_id, document) for record_id, document in found.asked(kind))
        if not records:
            raise UnreadableAnswerError("The server's answer holds no record.")
        return records + _beside(codec, "invoices", *_RELATED)

    def read_refusal(self, kind: str, answer: Response, write: Write | None = None) -> Refusal:
        """Every message of an error document, mapped to its form field."""
        return errors.read_refusal(kind, answer, write)

    def read_identity(self, answer: Response) -> Identity:
        """The one user in an answer to `who`; Kantata does not tell the account's name there."""
        record = self.read_record("people", answer, lambda _kind, _id: None)[0]
        account = record.values.get("account_id")
        return Identity(record.id, str(record.values["name"]), "", str(account or ""))


_RELATED = ("projects", "people", "categories")


def _beside(codec: Codec, *kinds: str) -> tuple[Record, ...]:
    """Records that came along. Lists leave out invoices: beside payments they lack their projects."""
    return tuple(
        codec.record(kind, record_id, document) for kind in kinds for record_id, document in codec.answer.beside(kind)
    )
