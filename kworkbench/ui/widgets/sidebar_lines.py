"""The lines of the sidebar: views, facets with counts, closed groups of filters (screens.md section 4). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from kworkbench.domain.catalog import Resource
from kworkbench.domain.numbers import NumberStyle, format_count
from kworkbench.domain.query import Query, effective
from kworkbench.domain.query.printing import print_values
from kworkbench.lean import dataclass, field
from kworkbench.ui.paint import Piece
from kworkbench.ui.safe import cut, fill, safe_text, width
from kworkbench.ui.widgets.filter_groups import FilterGroup, SideFilter
from kworkbench.ui.widgets.line_list import BLANK, Line

if TYPE_CHECKING:
    from kworkbench.store.reader import Facet, FacetValue

_FEW = 5
"""Values shown of a facet whose values are names, before it is opened."""
_ALWAYS_WHOLE = 10
EDGE = 3
"""Cells right of the counts, the cursor's cell included."""

VIEW, VALUE, MORE, GROUP, FILTER = "view", "value", "more", "group", "filter"
"""What a line stands for, the first part of its key."""


def key_of(*parts: str) -> str:
    """A line's key."""
    return "\x1f".join(parts)


def parts_of(key: str) -> tuple[str, ...]:
    """What a line's key stands for: one of the kinds, then names."""
    return tuple(key.split("\x1f"))


@dataclass(frozen=True, slots=True)
class SidebarState:
    """Everything the sidebar draws.

    Attributes:
        views: names of the saved views; current: the one the list shows; view_rows: their counts as far as known.
        hides: query words implied where the query does not mention their field.
        opened: names of facets shown whole and titles of opened groups.
        names: what ids that were picked are called, by field and id.
    """

    views: tuple[str, ...] = ()
    current: str = ""
    view_rows: Mapping[str, int] = field(default_factory=dict)
    facets: tuple[Facet, ...] = ()
    query: Query = field(default_factory=Query)
    hides: tuple[str, ...] = ()
    groups: tuple[FilterGroup, ...] = ()
    opened: frozenset[str] = frozenset()
    names: Mapping[tuple[str, str], str] = field(default_factory=dict)


def sidebar_lines(state: SidebarState, resource: Resource, total: int, style: NumberStyle) -> list[Line]:
    """Views, facets in the resource's order, groups; one blank line between them."""
    blocks = [_views(state, total, style)]
    blocks += [_facet(each, resource, state.opened, total, style) for each in state.facets if each.values]
    blocks.append([line for group in state.groups for line in _group(group, state, total)])
    lines: list[Line] = []
    for block in blocks:
        lines += [BLANK, *block] if lines and block else block
    return lines


def more_words(below: Sequence[Line]) -> str:
    """What the rule says of the lines out of sight below it: how many groups, else how many lines of the last one."""
    groups = sum(bool(line.pieces) if line.key is None else parts_of(line.key)[0] == GROUP for line in below)
    if groups:
        return f"▼ {groups} more {'group' if groups == 1 else 'groups'}"
    return f"▼ {len(below)} more" if below else ""


def _views(state: SidebarState, total: int, style: NumberStyle) -> list[Line]:
    if not state.views:
        return []
    gap = " " * max(1, total - EDGE - len("Views") - 3)
    lines = [Line([(" ", ""), ("Views", "strong bold"), (gap, ""), ("< >", "accent")])]
    for name in state.views:
        rows = state.view_rows.get(name)
        count = "" if rows is None else format_count(rows, style)
        mark: Piece = ("•", "accent bold") if name == state.current else (" ", "")
        ink = "strong bold" if name == state.current else "muted" if rows == 0 else "text"
        lines.append(_counted(mark, name, ink, count, total, key_of(VIEW, name)))
    return lines


def _facet(facet: Facet, resource: Resource, opened: frozenset[str], total: int, style: NumberStyle) -> list[Line]:
    label = resource.field(facet.field).label
    shown, more = _shown(facet, whole=facet.field in opened)
    lines = [Line([(" ", ""), (label[:1].upper() + label[1:], "strong bold")])]
    for value in shown:
        ink = "strong bold" if value.chosen else "muted" if not value.rows else "text"
        mark: Piece = ("•", "accent bold") if value.chosen else ("-", "refused bold") if value.excluded else (" ", "")
        key = key_of(VALUE, facet.field, value.value)
        lines.append(_counted(mark, value.value or "(none)", ink, format_count(value.rows, style), total, key))
    if more:
        word = f"{format_count(more, style)} more"
        lines.append(Line([("  ", ""), (word, "accent")], key_of(MORE, facet.field)))
    return lines


def _shown(facet: Facet, *, whole: bool) -> tuple[list[FacetValue], int]:
    values = list(facet.values)
    if whole or len(values) <= _ALWAYS_WHOLE:
        return values, 0
    kept = [value for index, value in enumerate(values) if index < _FEW or value.chosen or value.excluded]
    return kept, len(values) - len(kept)


def _counted(mark: Piece, name: str, ink: str, count: str, total: int, key: str) -> Line:
    room = max(1, total - EDGE - 2 - len(count) - 1)
    return Line([mark, (" ", ""), (fill(safe_text(name), room), ink), (" ", ""), (count, "muted")], key)


def _group(group: FilterGroup, state: SidebarState, total: int) -> list[Line]:
    """A closed group with its number of filters; open, by hand or because one is set, with a line for each."""
    is_set = any(state.query.mentions(each.field.name) for each in group.filters)
    is_open = is_set or group.title in state.opened
    count = "" if is_open else str(len(group.filters))
    mark: Piece = ("▼" if is_open else "►", "accent")
    head = _counted(mark, group.title, "strong bold" if is_open else "text", count, total, key_of(GROUP, group.title))
    return [head, *(_filter_line(each, state, total) for each in group.filters)] if is_open else [head]


def _filter_line(each: SideFilter, state: SidebarState, total: int) -> Line:
    words, ink, mark = _set_to(each, state)
    room = total - EDGE - 2
    label = cut(safe_text(each.label), max(1, room - 4))
    value = cut(safe_text(words), max(3, room - width(label) - 1))
    gap = " " * max(1, room - width(label) - width(value))
    pieces: list[Piece] = [mark, (" ", ""), (label, "strong" if ink == "strong bold" else "text"), (gap, "")]
    return Line([*pieces, (value, ink)], key_of(FILTER, each.field.name))


def _set_to(each: SideFilter, state: SidebarState) -> tuple[str, str, Piece]:
    """What a filter is set to in words, the ink of the words, and the mark before it."""
    name = each.field.name
    own = [term for term in state.query.terms if term.field == name]
    said = own or [term for term in effective(Query(), state.hides).terms if term.field == name]
    if not said:
        return "any", "muted", (" ", "")
    named = (state.names.get((name, value.low), "") for term in said for value in term.values)
    words = ", ".join(known for known in named if known) or " ".join(print_values(term) for term in said)
    if not own:
        return words, "muted", (" ", "")
    negated = any(term.negated for term in own)
    return words, "strong bold", ("-", "refused bold") if negated else ("•", "accent bold")
