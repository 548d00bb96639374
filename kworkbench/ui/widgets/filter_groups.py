"""The rarely used filters of the sidebar, in groups: every documented one that the cache answers, and what it can more.

Source: product.md section 6. A field that the sidebar counts by value is no part of them.
"""

from __future__ import annotations

from collections.abc import Mapping

from kworkbench.domain.catalog import Control, Field, ResourceCatalog, ValueType
from kworkbench.domain.query.fields import CHANGE, query_field
from kworkbench.lean import dataclass

_TITLES: Mapping[str, str] = {
    "status": "More states",
    "dates": "Dates",
    "people and projects": "People and projects",
    "amounts": "Amounts",
    "external references": "References",
    "text": "Text",
    "by id": "By id",
}
"""Groups of the catalogs with their heads, in the order of the sidebar."""

_PEOPLE = frozenset(
    {"client", "project", "person", "service", "creator", "approver", "vendor", "recipient", "budget", "section"}
)
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
    choices: tuple[str, ...] = ()
    """Words it is chosen from, where the field has none of its own."""

    @property
    def label(self) -> str:
        """Its name on the sidebar."""
        label = self.field.label
        return label.removesuffix("s").removesuffix(" id") if self.control is Control.PICKER else label


@dataclass(frozen=True, slots=True)
class FilterGroup:
    """Filters under one head."""

    title: str
    filters: tuple[SideFilter, ...]


def filter_groups(catalog: ResourceCatalog) -> tuple[FilterGroup, ...]:
    """The groups of a list, empty ones left out: every documented filter, then what the cache can find beside them.

    Filters that compare one field in the same way are one line, under the field's own name where one bears it.
    """
    groups: dict[str, list[SideFilter]] = {name: [] for name in _TITLES}
    resource = catalog.resource
    taken = {(name, resource.field(name).type, False) for name in resource.facets}
    for each in sorted(catalog.filters, key=lambda one: one.name != one.on_cache):
        field = query_field(resource, each.name)
        way = (field.compared, field.type, field.inverse)
        if way not in taken:
            taken.add(way)
            words = tuple(option.word for option in each.options)
            groups[each.group].append(SideFilter(field, each.control, words if not field.choices else ()))
    names = {name for name, _, _ in taken}
    for field in (*resource.known, CHANGE):
        if field.name in names or field.type not in _CONTROLS or names & {f"{field.name}_id", f"{field.name}_ids"}:
            continue
        group, control = _CONTROLS[field.type]
        group = "people and projects" if field.name in _PEOPLE else "by id" if field.name in _BY_NUMBER else group
        groups[group].append(SideFilter(field, control))
    return tuple(FilterGroup(_TITLES[name], tuple(filters)) for name, filters in groups.items() if filters)
