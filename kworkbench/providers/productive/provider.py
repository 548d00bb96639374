"""Productive as the engine sees it: its tables, its requests and the readers of its answers.

The readers stand on pydantic, so they are imported when the first answer has come.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from kworkbench.domain.changes import Op
from kworkbench.domain.records import Lookup, Record
from kworkbench.providers.base import DeletedPage, Identity, Page, Request, Response, Write
from kworkbench.providers.productive import requests
from kworkbench.providers.productive.catalog import CATALOG
from kworkbench.providers.productive.errors import read_error
from kworkbench.providers.productive.questions import parameters
from kworkbench.providers.refusals import ReadError
from kworkbench.providers.tables import FromTables, Parameters, Requests


class ProductiveProvider(FromTables):
    """Implements `providers.base.Provider`; holds no state."""

    TABLES = CATALOG
    REQUESTS: ClassVar[Requests] = requests
    PARAMETERS: ClassVar[Parameters] = staticmethod(parameters)
    READ_ERROR: ClassVar[ReadError] = staticmethod(read_error)

    def signed_in(self, identity: Identity) -> ProductiveProvider:  # noqa: ARG002 - nothing here depends on it
        """This provider."""
        return self

    def auth(self, token: str, organization_id: str | None) -> Mapping[str, str]:
        """Headers that sign a request in."""
        tenant = {"X-Organization-Id": organization_id} if organization_id else {}
        return {"X-Auth-Token": token, **tenant}

    def read_page(self, kind: str, answer: Response, lookup: Lookup) -> Page:
        """The page in an answer to a list."""
        from kworkbench.providers.productive import answers  # noqa: PLC0415 - the first answer

        return answers.read_page(kind, answer, lookup)

    def read_record(self, kind: str, answer: Response, lookup: Lookup) -> tuple[Record, ...]:
        """The record asked for, then what came with it: after a payment its recalculated invoice."""
        from kworkbench.providers.productive import answers  # noqa: PLC0415 - the first answer

        return answers.read_record(kind, answer, lookup)

    def read_written(self, write: Write, answer: Response, lookup: Lookup) -> tuple[Record, ...]:
        """The records of an answer to any write; none where it is about something else, or says nothing."""
        from kworkbench.providers.productive import answers  # noqa: PLC0415 - the first answer

        if write.op in (Op.CREATE, Op.UPDATE) and not write.targets:
            return answers.read_record(write.kind, answer, lookup)
        return answers.read_written(write, answer, lookup)

    def deleted_items(self, kind: str, number: int, size: int) -> Request:
        """A page of the deleted invoices or expenses."""
        return requests.deleted_items(kind, number, size)

    def read_deleted(self, answer: Response) -> DeletedPage:
        """The page in an answer to `deleted_items`."""
        from kworkbench.providers.productive import answers  # noqa: PLC0415 - the first answer

        return answers.read_deleted(answer)

    def read_identity(self, answer: Response) -> Identity:
        """The person of the first membership; the organization's name, else that of the person's own company."""
        from kworkbench.providers.productive import answers  # noqa: PLC0415 - the first answer

        return answers.read_identity(answer)
