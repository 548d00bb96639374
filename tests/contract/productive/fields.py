"""Productive's documented attributes and includes as cases."""

from __future__ import annotations

from dataclasses import dataclass

from tests.contract.documented import data
from tests.contract.kinds import Kind


@dataclass(frozen=True, slots=True)
class Field:
    """An attribute that every record sends."""

    resource: str
    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Include:
    """A path of relationships that brings records along."""

    resource: str
    name: str


def _shapes() -> dict[str, dict[str, dict[str, Kind]]]:
    known = data("productive")
    return {**known["resources"], **known["included"]}


FIELDS: tuple[Field, ...] = tuple(
    Field(resource, name, kind) for resource, shape in _shapes().items() for name, kind in shape["attributes"].items()
)
INCLUDES: tuple[Include, ...] = tuple(
    Include(resource, name)
    for resource, documented in data("productive")["resources"].items()
    for name in documented["includes"]
)
RELATIONSHIPS: tuple[tuple[str, str], ...] = tuple(
    (resource, name)
    for known in (data("productive")["resources"], data("productive")["included"])
    for resource, shape in known.items()
    for name in shape["relationships"]
)
