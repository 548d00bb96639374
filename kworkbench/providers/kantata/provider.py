"""Kantata OX as the engine sees it: its tables, its requests and the readers of its answers.

The readers stand on pydantic, so they are imported when the first answer has come.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from kworkbench.domain.records import Lookup, Record
from kworkbench.providers.base import Identity, Page, Response
from kworkbench.providers.kantata import requests
from kworkbench.providers.kantata.catalog import CATALOG
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
        from kworkbench.providers.kantata import answers  # noqa: PLC0415 - the first answer

        return answers.read_page(kind, answer, lookup, self._own_account)

    def read_record(self, kind: str, answer: Response, lookup: Lookup) -> tuple[Record, ...]:
        """The record asked for, then what came with it: beside a payment its invoice."""
        from kworkbench.providers.kantata import answers  # noqa: PLC0415 - the first answer

        return answers.read_record(kind, answer, lookup, self._own_account)

    def read_identity(self, answer: Response) -> Identity:
        """The one user in an answer to `who`; Kantata tells the account's number there, and its name nowhere."""
        from kworkbench.providers.kantata import answers  # noqa: PLC0415 - the first answer

        return answers.read_identity(answer)
