"""Request bodies: JSON:API documents, one resource or many."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from kworkbench.sandbox.productive.call import whole_id
from kworkbench.sandbox.productive.errors import bad_request, conflict
from kworkbench.sandbox.productive.wire import Json


@dataclass(frozen=True, slots=True)
class Item:
    """One resource of a body. `row_id` is None when it bears no id."""

    row_id: int | None
    attributes: Mapping[str, Json]
    relationships: Mapping[str, Json]

    def sent(self, name: str) -> bool:
        """Whether the attribute is there, with whatever value."""
        return name in self.attributes

    def related(self, name: str, kind: str) -> tuple[bool, int | None]:
        """Whether a to-one relation is named, and the id: the relationship wins over the `_id` attribute (ours).

        A linkage to another type than `kind` names nothing (ours).
        """
        if name in self.relationships:
            linkage = self.relationships[name]
            data = linkage.get("data") if isinstance(linkage, Mapping) else None
            fits = isinstance(data, Mapping) and data.get("type", kind) == kind
            return True, whole_id(data.get("id")) if fits and isinstance(data, Mapping) else None
        return f"{name}_id" in self.attributes, whole_id(self.attributes.get(f"{name}_id"))

    def related_many(self, name: str, kind: str) -> list[int | None] | None:
        """The ids of a to-many relation, None for whatever names nothing; None when the relation is not there."""
        if name not in self.relationships:
            return None
        linkage = self.linkage(name)
        return [
            whole_id(one.get("id")) if isinstance(one, Mapping) and one.get("type", kind) == kind else None
            for one in (linkage if isinstance(linkage, list) else [None])
        ]

    def linkage(self, name: str) -> Json:
        """What stands where a to-one relation names its target, of whatever shape."""
        linkage = self.relationships.get(name)
        return linkage.get("data") if isinstance(linkage, Mapping) else self.attributes.get(f"{name}_id")


NOTHING = Item(None, {}, {})


def read_action(body: bytes, kind: str, row_id: int | None = None) -> Item:
    """The resource of an action's body, which may be left out, as may its type (api/productive.md 10 and 11).

    Raises:
        ApiError: 400, no document; 409, another type or another id than the address.
    """
    if not body.strip():
        return NOTHING
    data = _data(body)
    if not isinstance(data, Mapping):
        raise bad_request("The body must hold a resource object in 'data'")
    item = _item({"type": kind, **data}, kind)
    if row_id is not None and "id" in data and item.row_id != row_id:
        raise conflict("The id in the body is not the id in the address")
    return item


def read_flat(body: bytes) -> Item:
    """A body whose `data` holds the attributes themselves, or a resource with them (api/productive.md 10).

    Raises:
        ApiError: 400, no such document.
    """
    data = _data(body)
    attributes = data.get("attributes", data) if isinstance(data, Mapping) else None
    relationships = data.get("relationships") if isinstance(data, Mapping) else None
    if not isinstance(attributes, Mapping):
        raise bad_request("The body must hold an object in 'data'")
    return Item(None, attributes, relationships if isinstance(relationships, Mapping) else {})


def read_item(body: bytes, kind: str, row_id: int | None = None) -> Item:
    """The one resource of a body; `row_id` is that of the address.

    Raises:
        ApiError: 400, no JSON:API document; 409, another type or another id than the address.
    """
    data = _data(body)
    if not isinstance(data, Mapping):
        raise bad_request("The body must hold a resource object in 'data'")
    item = _item(data, kind)
    if row_id is not None and "id" in data and item.row_id != row_id:
        raise conflict("The id in the body is not the id in the address")
    return item


def read_items(body: bytes, kind: str) -> list[Item]:
    """The resources of a bulk body, in their order.

    Raises:
        ApiError: 400, no bulk document; 409, another type.
    """
    data = _data(body)
    if not isinstance(data, list) or not data or not all(isinstance(one, Mapping) for one in data):
        raise bad_request("The body must hold a list of resource objects in 'data'")
    return [_item(one, kind) for one in data if isinstance(one, Mapping)]


def read_any(body: bytes, kind: str) -> list[Item]:
    """The resources of a body that holds one or several.

    Raises:
        ApiError: 400, no such document; 409, another type.
    """
    data = _data(body)
    if isinstance(data, Mapping):
        return [_item({"type": kind, **data}, kind)]
    return read_items(body, kind)


def _data(body: bytes) -> Json:
    try:
        document = cast("Json", json.loads(body.decode(), parse_constant=_no_constant))
    except (ValueError, RecursionError):
        raise bad_request("The body is not a JSON document") from None
    if not isinstance(document, Mapping) or "data" not in document:
        raise bad_request("The body has no 'data'")
    return document["data"]


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _item(data: Mapping[str, Json], kind: str) -> Item:
    attributes, relationships = data.get("attributes") or {}, data.get("relationships") or {}
    if not isinstance(attributes, Mapping) or not isinstance(relationships, Mapping):
        raise bad_request("'attributes' and 'relationships' must be objects")
    if data.get("type") != kind:
        raise conflict(f"The type must be '{kind}'")
    return Item(whole_id(data.get("id")), attributes, relationships)
