"""The rarely used filters of the sidebar, in groups: every documented one that the cache answers, and what it can more.

Source: product.md section 6. A field that the sidebar counts by value is no part of them.
"""

from __future__ import annotations

from collections.abc import Mapping

from kworkbench.domain.catalog import Control, Field, ResourceCatalog, ValueType
from kworkbench.domain.query.fields import CHANGE, query_field
from kworkbench.lean import dataclass

PICKED: Mapping[str, str] = {
    "client_id": "clients",
    "project_id": "projects",
    "person_id": "people",
    "category_id": "categories",
    "service_id": "services",
}
"""Ids that are picked by name, and the related records to pick from."""

_TITLES: Mapping[str, str] = {
    "dates": "Dates",
    "amounts": "Amounts",
    "people and projects": "People and projects",
    "external references": "References",
    "status": "More states",
    "text": "Text",
    "by id": "By id",
}
"""Groups of the catalogs with their heads, in the order of the sidebar."""

_PEOPLE = frozenset({"client", "project", "person"})
_BY_NUMBER = frozenset({"number", "invoice"})

_CONTROLS: Mapping[ValueType, tuple[str, Control]] = {
    ValueType.DATE: ("dates", Control.DATES),
    ValueType.DAYS: ("dates", Control.AMOUNTS),
    ValueType.AMOUNT: ("amounts", Control.AMOUNTS),
    ValueType.QUANTITY: ("amounts", Control.AMOUNTS),
    ValueType.CURRENCY: ("amounts", Control.TEXT),
    ValueType.CHOICE: ("status", Control.CHOICE),
    ValueType.YES_NO: ("status", Control.YES_NO),
    ValueType.TEXT: ("text", Control.TEXT),
}
"""Where a field stands that no documented filter names, and how it is set."""


@dataclass(frozen=True, slots=True)
class SideFilter:
    """One filter of the sidebar: the field it sets, how it is set, and its words."""

    field: Field
    control: Control

    @property
    def label(self) -> str:
        """Its name on the sidebar."""
        return self.field.label.removesuffix(" id") if self.control is Control.PICKER else self.field.label


@dataclass(frozen=True, slots=True)
class FilterGroup:
    """Filters under one head."""

    title: str
    filters: tuple[SideFilter, ...]


def filter_groups(catalog: ResourceCatalog) -> tuple[FilterGroup, ...]:
    """The groups of a list, empty ones left out."""
    groups: dict[str, list[SideFilter]] = {name: [] for name in _TITLES}
    taken = set(catalog.resource.facets)
    for each in catalog.filters:
        if each.on_cache is not None and each.on_cache not in taken:
            taken.add(each.on_cache)
            field = query_field(catalog.resource, each.on_cache)
            control = Control.PICKER if field.name in PICKED else each.control
            groups[each.group].append(SideFilter(field, control))
    for field in (*catalog.resource.fields, CHANGE):
        if field.name in taken or field.type not in _CONTROLS or f"{field.name}_id" in taken:
            continue
        group, control = _CONTROLS[field.type]
        group = "people and projects" if field.name in _PEOPLE else "by id" if field.name in _BY_NUMBER else group
        groups[group].append(SideFilter(field, control))
    return tuple(FilterGroup(_TITLES[name], tuple(filters)) for name, filters in groups.items() if filters)
