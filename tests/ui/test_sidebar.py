"""What the sidebar offers, the scroll bar's thumb, and places in groups: without a screen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kworkbench.domain.catalog import Control
from kworkbench.domain.numbers import ENGLISH
from kworkbench.domain.query import Query, parse_query
from kworkbench.domain.query.fields import query_field
from kworkbench.providers import CATALOGS
from kworkbench.ui.widgets.filter_groups import filter_groups
from kworkbench.ui.widgets.line_list import BLANK, Line
from kworkbench.ui.widgets.scroll_thumb import Thumb
from kworkbench.ui.widgets.sidebar_lines import SidebarState, more_words, sidebar_lines
from tests.ui.books import TODAY
from tests.ui.text import plain

LISTS = [(provider, name) for provider in CATALOGS for name in CATALOGS[provider].resources]


@pytest.mark.parametrize(("provider", "name"), LISTS)
def test_every_documented_filter_has_a_control_of_its_type_in_the_sidebar(provider: str, name: str) -> None:
    catalog = CATALOGS[provider].resources[name]
    sides = [each for group in filter_groups(catalog) for each in group.filters]
    offered = {(each.field.compared, each.field.type, each.field.inverse): each.control for each in sides}
    for each in catalog.filters:
        field = query_field(catalog.resource, each.name)
        if field.name in catalog.resource.facets:
            continue
        assert offered[field.compared, field.type, field.inverse] is each.control
        assert (each.control is Control.PICKER) <= (field.picks in {kind.name for kind in CATALOGS[provider].related})
    names = [each.field.name for each in sides]
    assert len(names) == len(set(names))
    assert not set(names) & set(catalog.resource.facets)
    assert "amount" in names if name != "invoices" else "due" in names


@pytest.mark.parametrize(("provider", "name"), LISTS)
def test_closed_groups_count_their_filters_and_a_set_one_opens_its_group(provider: str, name: str) -> None:
    catalog = CATALOGS[provider].resources[name]
    groups = tuple(group for group in filter_groups(catalog) if group.title == "Dates")
    field = groups[0].filters[0].field.name
    query = parse_query(f"{field}:2026-01", catalog.resource, today=TODAY)
    closed, opened = (
        [
            plain(line.pieces)
            for line in sidebar_lines(SidebarState(query=each, groups=groups), catalog.resource, 26, ENGLISH)
        ]
        for each in (Query(), query)
    )
    assert len(closed) == len(groups)
    assert closed[0].startswith("► Dates")
    assert closed[0].rstrip().endswith(str(len(groups[0].filters)))
    assert opened[0].startswith("▼ Dates")
    assert any(line.startswith("• ") and line.endswith("2026-01") for line in opened)
    assert all(len(line) <= 25 for line in [*closed, *opened])


@given(st.integers(1, 60), st.integers(0, 2_000_000), st.data())
def test_a_thumb_is_whole_and_stands_at_an_end_only_there(track: int, count: int, data: st.DataObject) -> None:
    most = max(0, count - track)
    thumb = Thumb(track, count, data.draw(st.integers(0, most)))
    assert thumb.needed == (count > track)
    if not thumb.needed:
        return
    assert 0 <= thumb.first <= track - thumb.size
    covered = [cell for cell in range(track) if thumb.covers(cell)]
    assert covered == list(range(thumb.first, thumb.first + thumb.size))
    if thumb.track - thumb.size > 1:
        assert (thumb.first == 0) == (thumb.top == 0)
        assert (thumb.first + thumb.size == track) == (thumb.top == most)
    assert thumb.top_at(0) == 0
    assert thumb.top_at(track) in (most, 0)


def test_the_rule_counts_the_groups_below_and_where_none_begins_the_lines() -> None:
    head, value = Line([("Status", "strong")]), Line([("open", "text")], "value\x1fstatus\x1fopen")
    closed = Line([("►", "accent")], "group\x1fDates")
    assert more_words([]) == ""
    assert more_words([value, value]) == "▼ 2 more"
    assert more_words([value, BLANK, head, value]) == "▼ 1 more group"
    assert more_words([BLANK, head, value, BLANK, closed, closed]) == "▼ 3 more groups"
