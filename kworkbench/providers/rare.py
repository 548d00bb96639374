"""Rare fields of a record are left out where they say nothing: most records have few of them."""

from __future__ import annotations

from kworkbench.domain.records import Values
from kworkbench.domain.resources import RESOURCES

_RARE = {name: frozenset(field.name for field in resource.rare) for name, resource in RESOURCES.items()}


def without_empty(kind: str, values: Values) -> Values:
    """The values of a record without the rare fields that are absent."""
    rare = _RARE.get(kind)
    if rare is None:
        return values
    return {key: value for key, value in values.items() if value is not None or key not in rare}
