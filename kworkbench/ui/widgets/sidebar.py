"""The filter sidebar: views, facets with the rows a choice would show, and every other filter in closed groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.message import Message

from kworkbench.domain.catalog import Control, ResourceCatalog
from kworkbench.domain.numbers import NumberStyle
from kworkbench.domain.query import Query
from kworkbench.lean import dataclass, replace
from kworkbench.ui.boxes import Column
from kworkbench.ui.paint import Pieces, cells
from kworkbench.ui.timed import hold_keys, once_painted
from kworkbench.ui.verbs import Place
from kworkbench.ui.widgets.filter_groups import filter_groups
from kworkbench.ui.widgets.line_list import LineList
from kworkbench.ui.widgets.rules import Rule
from kworkbench.ui.widgets.sidebar_lines import (
    FILTER,
    GROUP,
    MORE,
    VALUE,
    VIEW,
    SidebarState,
    more_words,
    parts_of,
    sidebar_lines,
)

if TYPE_CHECKING:
    from kworkbench.store.reader import Facet


class Sidebar(Column):
    """Rule, lines, rule. Tells what is chosen; its screen changes the query."""

    PLACE: ClassVar[Place] = Place.SIDEBAR
    DEFAULT_CSS = """
    Sidebar { width: 26; height: 1fr; background: $bg; }
    """

    @dataclass
    class Chosen(Message):
        """A value was chosen, or excluded; chosen again it is taken out."""

        field: str
        value: str
        excluded: bool

    @dataclass
    class ViewChosen(Message):
        """A saved view was chosen."""

        name: str

    @dataclass
    class Asked(Message):
        """A filter is to be set; `excluded`: to no, or to anything but a value."""

        field: str
        excluded: bool

    @dataclass
    class Dropped(Message):
        """Every filter is to be dropped."""

    def __init__(self, catalog: ResourceCatalog, style: NumberStyle) -> None:
        super().__init__(id="sidebar")
        self._resource = catalog.resource
        self._style = style
        groups = filter_groups(catalog)
        self._turned = {each.field.name for group in groups for each in group.filters if each.control is Control.YES_NO}
        self._state = SidebarState(hides=catalog.hides, groups=groups)

    def compose(self) -> ComposeResult:
        """Rule, lines, rule."""
        yield Rule(id="sidebar-top", left=[("Filters", "text")])
        yield LineList(id="sidebar-lines")
        yield Rule(id="sidebar-bottom")

    @property
    def lines(self) -> LineList:
        """What takes the keys."""
        return self.query_one("#sidebar-lines", LineList)

    def show(self, facets: Sequence[Facet]) -> None:
        """Draw these facets; the cursor stays on its value."""
        self._change(replace(self._state, facets=tuple(facets)))

    def show_views(self, names: Sequence[str], current: str) -> None:
        """Draw these views, the current one marked."""
        self._change(replace(self._state, views=tuple(names), current=current))

    def count_views(self, rows: Sequence[tuple[str, int]]) -> None:
        """Draw how many rows the views have."""
        self._change(replace(self._state, view_rows=dict(rows)))

    def show_query(self, query: Query, names: Mapping[tuple[str, str], str]) -> None:
        """Draw what the filters are set to; `names` are those of picked ids, by field and id."""
        self._change(replace(self._state, query=query, names=dict(names)))

    def show_focus(self, *, focused: bool) -> None:
        """Colour the rules."""
        self.query_one("#sidebar-top", Rule).show(focused=focused)
        self.query_one("#sidebar-bottom", Rule).show(focused=focused)

    def _change(self, state: SidebarState) -> None:
        if state != self._state:
            self._state = state
            if self.is_mounted:
                self._draw()

    def _draw(self) -> None:
        lines = self.lines
        total = lines.size.width or self.size.width or 26
        lines.show(sidebar_lines(self._state, self._resource, total, self._style))
        self._draw_rule()

    def _draw_rule(self) -> None:
        below = more_words(self.lines.out_of_sight)
        words: Pieces = [(below, "muted")] if below else []
        rule = self.query_one("#sidebar-bottom", Rule)
        rule.show(words if cells(words) < rule.size.width - 6 else [])

    def on_resize(self) -> None:
        """Another width cuts names elsewhere."""
        self.call_after_refresh(once_painted, self, self._draw)  # with the views, which are read then

    def on_line_list_moved(self, message: LineList.Moved) -> None:
        """The cursor moved: what is below may differ."""
        message.stop()
        self._draw_rule()

    def on_line_list_clicked(self, message: LineList.Clicked) -> None:
        """A click on the line under the cursor chooses it."""
        message.stop()
        self.do_choose()

    def do_choose(self) -> None:
        """Filter by the value under the cursor, or no longer; open a view or a group; ask for a filter's value."""
        self._tell(excluded=False)

    def do_exclude(self) -> None:
        """Leave the value under the cursor out, or no longer."""
        self._tell(excluded=True)

    def do_drop_filters(self) -> None:
        """Drop every filter that is set."""
        self.post_message(self.Dropped())

    def _tell(self, *, excluded: bool) -> None:
        key = self.lines.key
        if key is None:
            return
        kind, name, *more = parts_of(key)
        if kind == VALUE:
            self.post_message(self.Chosen(name, more[0], excluded))
        elif kind == FILTER:
            if name not in self._turned:
                hold_keys(self)  # a question opens, and keys behind this one are for it
            self.post_message(self.Asked(name, excluded))
        elif kind == VIEW and not excluded:
            self.post_message(self.ViewChosen(name))
        elif kind in (MORE, GROUP):
            self._change(replace(self._state, opened=self._state.opened ^ {name}))
