"""A Kantata answer: the page in the order of `results`, what was side-loaded, and what was known before it came."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import TypeVar

from kworkbench.domain.records import Lookup, Values
from kworkbench.providers.base import Response, UnreadableAnswerError
from kworkbench.providers.kantata.documents import Envelope
from kworkbench.providers.known import Known
from kworkbench.providers.scalars import Wire, read, read_again
from kworkbench.providers.wire import parse

Model = TypeVar("Model", bound=Wire)
Document = Mapping[str, object]

COLLECTIONS: Mapping[str, str] = {
    "invoices": "invoices",
    "payments": "external_payments",
    "expenses": "expenses",
    "projects": "workspaces",
    "people": "users",
    "categories": "expense_categories",
    "vendors": "vendors",
    "expense_budgets": "expense_budgets",
}
"""Our kinds and Kantata's collection names, which are also its paths."""

_NOTHING: Values = {}


class Answer:
    """One envelope, read lazily."""

    def __init__(self, answer: Response, lookup: Lookup) -> None:
        """Parse the body.

        Raises:
            UnreadableAnswerError: it is no envelope.
        """
        document = parse(answer.body)
        if not isinstance(document, dict):
            raise UnreadableAnswerError("The server's answer is no Kantata document.")
        self._document: Document = document
        self._known: dict[tuple[str, str], Values] = {}
        self._read: dict[tuple[str, str], Wire] = {}
        self._lookup = lookup
        self.envelope = read(Envelope, document)

    def asked(self, kind: str) -> Iterator[tuple[str, Document]]:
        """The records of `results` in order, by id.

        Raises:
            UnreadableAnswerError: a result is of another collection, or its record is missing.
        """
        name = COLLECTIONS[kind]
        for result in self.envelope.results:
            record = self.document(name, result.id) if result.key == name else None
            if record is None:
                raise UnreadableAnswerError(f"The server's answer lists {result.key} {result.id} without a record.")
            yield result.id, record

    def beside(self, kind: str) -> Iterator[tuple[str, Document]]:
        """The records of a collection that are not in `results`, by id."""
        name = COLLECTIONS[kind]
        listed = {result.id for result in self.envelope.results if result.key == name}
        collection = self._document.get(name)
        for record_id, record in collection.items() if isinstance(collection, dict) else ():
            if record_id not in listed and isinstance(record, dict):
                yield record_id, record

    def document(self, collection: str, record_id: str) -> Document | None:
        """A record as it was sent."""
        records = self._document.get(collection)
        record = records.get(record_id) if isinstance(records, dict) else None
        return record if isinstance(record, dict) else None

    def find(self, model: type[Model], collection: str, record_id: str | None) -> Model | None:
        """A record as a model, where the answer carries it."""
        if record_id is None:
            return None
        key = (collection, record_id)
        found = self._read.get(key)
        if isinstance(found, model):
            return found
        document = self.document(collection, record_id)
        if document is None:
            return None
        fresh = read_again(model, document)
        self._read[key] = fresh
        return fresh

    def known(self, kind: str, record_id: str | None) -> Values:
        """The values a record of our kind had before; empty where it is new."""
        if record_id is None:
            return _NOTHING
        key = (kind, record_id)
        if key not in self._known:
            self._known[key] = Known(partial(self._lookup, kind, record_id))
        return self._known[key]
