"""Kantata OX as the engine sees it: its tables, its requests and the readers of its answers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import ClassVar

from kworkbench.domain.records import Lookup, Record
from kworkbench.providers.base import Identity, Page, Response, UnreadableAnswerError
from kworkbench.providers.kantata import requests
from kworkbench.providers.kantata.catalog import CATALOG
from kworkbench.providers.kantata.codec import Codec
from kworkbench.providers.kantata.envelope import Answer
from kworkbench.providers.kantata.errors import read_error
from kworkbench.providers.refusals import ReadError
from kworkbench.providers.tables import FromTables, Requests


class KantataProvider(FromTables):
    """Implements `providers.base.Provider`."""

    TABLES = CATALOG
    REQUESTS: ClassVar[Requests] = requests
    READ_ERROR: ClassVar[ReadError] = staticmethod(read_error)

    def __init__(self, own_account: str = "") -> None:
        """`own_account` is the account of the person signed in; workspaces of other accounts are external."""
        self._own_account = own_account

    def signed_in(self, identity: Identity) -> KantataProvider:
        """This provider, knowing which projects are external."""
        return KantataProvider(identity.account_id)

    def auth(self, token: str, organization_id: str | None) -> Mapping[str, str]:  # noqa: ARG002 - the token tells it
        """Headers that sign a request in."""
        return {"Authorization": f"Bearer {token}"}

    def read_page(self, kind: str, answer: Response, lookup: Lookup) -> Page:
        """The page in an answer to a list."""
        found = Answer(answer, lookup)
        codec = Codec(found, self._own_account)
        records = tuple(codec.record(kind, record_id, document) for record_id, document in found.asked(kind))
        count, meta = found.envelope.count, found.envelope.meta
        if meta.page_count is None:
            raise UnreadableAnswerError("The server's answer does not say how many pages there are.")
        return Page(records, partial(_beside, codec, *_RELATED), meta.page_number or 1, meta.page_count, count)

    def read_record(self, kind: str, answer: Response, lookup: Lookup) -> tuple[Record, ...]:
        """The record asked for, then what came with it: beside a payment its invoice."""
        found = Answer(answer, lookup)
        codec = Codec(found, self._own_account)
        records = tuple(codec.record(kind, record_id, document) for record_id, document in found.asked(kind))
        if not records:
            raise UnreadableAnswerError("The server's answer holds no record.")
        return records + _beside(codec, "invoices", *_RELATED)

    def read_identity(self, answer: Response) -> Identity:
        """The one user in an answer to `who`; Kantata tells the account's number there, and its name nowhere."""
        record = self.read_record("people", answer, lambda _kind, _id: None)[0]
        account = str(record.values.get("account_id") or "")
        return Identity(record.id, str(record.values["name"]), f"account {account}" if account else "", account)


_RELATED = ("projects", "people", "categories")


def _beside(codec: Codec, *kinds: str) -> tuple[Record, ...]:
    """Records that came along. Lists leave out invoices: beside payments they lack their projects."""
    return tuple(
        codec.record(kind, record_id, document) for kind in kinds for record_id, document in codec.answer.beside(kind)
    )
