"""Kantata OX as the engine sees it: its tables, its requests and the readers of its answers.

The readers stand on pydantic, so they are imported when the first answer has come.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from kworkbench.domain.changes import Op
from kworkbench.domain.records import Lookup, Record
from kworkbench.providers.base import Identity, Page, Request, Response, Write
from kworkbench.providers.kantata import requests
from kworkbench.providers.kantata.catalog import CATALOG
from kworkbench.providers.kantata.errors import read_error
from kworkbench.providers.kantata.questions import parameters
from kworkbench.providers.refusals import ReadError
from kworkbench.providers.tables import FromTables, Parameters, Requests


class KantataProvider(FromTables):
    """Implements `providers.base.Provider`."""

    TABLES = CATALOG
    REQUESTS: ClassVar[Requests] = requests
    PARAMETERS: ClassVar[Parameters] = staticmethod(parameters)
    READ_ERROR: ClassVar[ReadError] = staticmethod(read_error)

    def __init__(self, own_account: str = "", own_user: str = "") -> None:
        """The account and the id of the person signed in; workspaces of other accounts are external."""
        self._own_account, self._own_user = own_account, own_user

    def signed_in(self, identity: Identity) -> KantataProvider:
        """This provider, knowing which projects are external and which expenses one's own."""
        return KantataProvider(identity.account_id, identity.user_id)

    def auth(self, token: str, organization_id: str | None) -> Mapping[str, str]:  # noqa: ARG002 - the token tells it
        """Headers that sign a request in."""
        return {"Authorization": f"Bearer {token}"}

    def read_page(self, kind: str, answer: Response, lookup: Lookup) -> Page:
        """The page in an answer to a list."""
        from kworkbench.providers.kantata import answers  # noqa: PLC0415 - the first answer

        return answers.read_page(kind, answer, lookup, self._own_account, self._own_user)

    def read_record(self, kind: str, answer: Response, lookup: Lookup) -> tuple[Record, ...]:
        """The record asked for, then what came with it: beside a payment its invoice."""
        from kworkbench.providers.kantata import answers  # noqa: PLC0415 - the first answer

        return answers.read_record(kind, answer, lookup, self._own_account, self._own_user)

    def read_written(self, write: Write, answer: Response, lookup: Lookup) -> tuple[Record, ...]:
        """The records of an answer to any write; of a decision on a report its expenses."""
        from kworkbench.providers.kantata import answers  # noqa: PLC0415 - the first answer

        if write.op in (Op.CREATE, Op.UPDATE) and not write.rows:
            return answers.read_record(write.kind, answer, lookup, self._own_account, self._own_user)
        return answers.read_written(write, answer, lookup, self._own_account, self._own_user)

    def next_number(self) -> Request:
        """The number that the next invoice gets."""
        return requests.next_number()

    def read_next_number(self, answer: Response) -> str:
        """The number in an answer to `next_number`."""
        from kworkbench.providers.kantata import answers  # noqa: PLC0415 - the first answer

        return answers.read_next_number(answer)

    def read_identity(self, answer: Response) -> Identity:
        """The one user in an answer to `who`; Kantata tells the account's number there, and its name nowhere."""
        from kworkbench.providers.kantata import answers  # noqa: PLC0415 - the first answer

        return answers.read_identity(answer)
