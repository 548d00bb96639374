"""Kantata's documented fields as cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tests.contract.documented import data
from tests.contract.kinds import Kind

When = Literal["always", "include", "optional", "may"]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a record.

    Attributes:
        when: `always` sent; with an `include` (side-loaded records need not have it); only as an `optional` field; or
            left open (`may`).
    """

    resource: str
    name: str
    kind: Kind
    when: When


def _fields() -> tuple[Field, ...]:
    resources = {name: resource["fields"] for name, resource in data("kantata")["resources"].items()}
    records = resources | data("kantata")["collections"]
    return tuple(Field(name, field, *spec) for name, fields in records.items() for field, spec in fields.items())


FIELDS = _fields()
