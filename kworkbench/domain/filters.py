"""A resource with the words of one provider's filters: what its query line, sidebar and command line offer.

Source: product.md section 6, architecture.md "One screen, three resources, two providers".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kworkbench.domain.catalog import Control, Field, Filter, Resource, ValueType
from kworkbench.lean import replace

_ASKED: Mapping[Control, ValueType] = {
    Control.YES_NO: ValueType.YES_NO,
    Control.DATES: ValueType.DATE,
    Control.PICKER: ValueType.ID,
    Control.CHOICE: ValueType.CHOICE,
    Control.TEXT: ValueType.TEXT,
    Control.IDS: ValueType.ID,
    Control.AMOUNTS: ValueType.AMOUNT,
}
"""How the value of a filter is read that no field answers."""


def with_filters(resource: Resource, filters: Iterable[Filter], rare: Iterable[str]) -> Resource:
    """The resource as one provider has it: the words of its filters, and of the rare fields those of its records.

    Raises:
        ValueError: a filter's word is a field's name, or its field is none of the provider's.
    """
    named = {field.name for field in (*resource.fields, *resource.rare)}
    asked = tuple(filters)
    words = tuple(_word(resource, each) for each in asked if each.on_cache != each.name)
    offered = frozenset(rare)
    clash = next((word.name for word in words if word.name in named), None)
    if clash is not None:
        raise ValueError(f"{resource.name}: {clash} is a field already.")
    had = {*(field.name for field in resource.fields), *offered}
    lacking = next((each.on_cache for each in asked if each.on_cache is not None and each.on_cache not in had), None)
    if lacking is not None or not offered <= named:
        raise ValueError(f"{resource.name}: no record has {lacking or sorted(offered - named)}.")
    return replace(resource, words=words, offered=offered)


def _word(resource: Resource, each: Filter) -> Field:
    """The query field of a filter that no stored field of its name answers."""
    label = each.name.replace("_", " ")
    chosen = tuple(option.word for option in each.options)
    if each.on_cache is not None:
        base = resource.field(each.on_cache)
        return Field(
            each.name,
            label,
            each.type or base.type,
            choices=base.choices,
            stored=base.stored,
            listed=False,
            rare=base.rare,
            picks=each.picks or base.picks,
            column=base.name,
            inverse=each.inverse,
        )
    means = tuple((option.word, option.means) for option in each.options if option.means)
    kind = each.type or _ASKED[each.control]
    choices = chosen if kind is ValueType.CHOICE else ()
    return Field(
        each.name,
        label,
        kind,
        choices=choices,
        stored=False,
        listed=False,
        picks=each.picks,
        means=means,
        asked=not means,
    )
