"""What a Productive document carries beside its data, and what was known before it came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import TypeVar

from kworkbench.domain.records import Lookup, Values
from kworkbench.lean import dataclass
from kworkbench.providers.base import UnreadableAnswerError
from kworkbench.providers.known import Known
from kworkbench.providers.productive.documents import Invoice, Linkage, Named, One, Resource
from kworkbench.providers.scalars import read_again
from kworkbench.providers.wire import identifier

Model = TypeVar("Model", bound=Resource)
Document = Mapping[str, object]

TYPES: Mapping[str, str] = {
    "invoices": "invoices",
    "payments": "payments",
    "expenses": "expenses",
    "clients": "companies",
    "projects": "projects",
    "people": "people",
    "categories": "service_types",
    "services": "services",
    "tax_rates": "tax_rates",
    "document_types": "document_types",
    "subsidiaries": "subsidiaries",
    "budgets": "deals",
}
"""Our kinds and Productive's type names, which are also its paths."""

KINDS: Mapping[str, str] = {theirs: ours for ours, theirs in TYPES.items()}

_NOTHING: Values = {}


@dataclass(frozen=True, slots=True)
class Party:
    """A related record by id and name; both None where there is none."""

    id: str | None = None
    name: str | None = None


class Links:
    """Follows relationships inside one document; what it does not carry is looked up among what is known."""

    def __init__(self, included: Iterable[object], lookup: Lookup) -> None:
        """`included` is the document's member of that name."""
        self.included: dict[tuple[str, str], Document] = {}
        for one in included:
            kind, record_id = key_of(one)
            if isinstance(one, dict):
                self.included.setdefault((kind, record_id), one)
        self._read: dict[tuple[str, str], Resource] = {}
        self._known: dict[tuple[str, str], Values] = {}
        self._lookup = lookup

    def find(self, model: type[Model], link: Linkage | None) -> Model | None:
        """The resource that a linkage names, where the document carries it."""
        return None if link is None else self._find(model, (link.type, link.id))

    def known(self, kind: str, record_id: str | None) -> Values:
        """The values a record of our kind had before; empty where it is new."""
        if record_id is None:
            return _NOTHING
        key = (kind, record_id)
        if key not in self._known:
            self._known[key] = Known(partial(self._lookup, kind, record_id))
        return self._known[key]

    def invoice(self, relation: One) -> Invoice | None:
        """The invoice of a relationship, where the document carries it."""
        return self.find(Invoice, relation.data)

    def party(self, relation: One, kind: str, before: Values, key: str) -> Party:
        """The record a relationship names. One that was not sent is as `before` said under `key` and `key_id`."""
        if not relation.sent("data"):
            return Party(as_text(before.get(f"{key}_id")), as_text(before.get(key)))
        if relation.data is None:
            return Party()
        found = self.find(Named, relation.data)
        record_id = relation.data.id
        name = found.label if found else as_text(self.known(kind, record_id).get("name"))
        if name is None and before.get(f"{key}_id") == record_id:
            name = as_text(before.get(key))
        return Party(record_id, name)

    def archived(self, project_id: str | None) -> bool:
        """Whether a project is archived, by the document or by what is known; False where nobody tells."""
        if project_id is None:
            return False
        found = self._find(Named, ("projects", project_id))
        if found is not None:
            return found.attributes.archived_at is not None
        return self.known("projects", project_id).get("archived") is True

    def _find(self, model: type[Model], key: tuple[str, str]) -> Model | None:
        found = self._read.get(key)
        if isinstance(found, model):
            return found
        document = self.included.get(key)
        if document is None:
            return None
        fresh = read_again(model, document)
        self._read[key] = fresh
        return fresh


def key_of(resource: object) -> tuple[str, str]:
    """Type and id of a resource.

    Raises:
        UnreadableAnswerError: it has none.
    """
    if isinstance(resource, dict) and isinstance(resource.get("type"), str):
        try:
            record_id = identifier(resource.get("id"))
        except ValueError:
            record_id = None
        if record_id is not None:
            return str(resource["type"]), record_id
    raise UnreadableAnswerError("The server's answer holds a resource without type and id.")


def as_text(value: object) -> str | None:
    """A value of a record as text or None."""
    return value if isinstance(value, str) else None
