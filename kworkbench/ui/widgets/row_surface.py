"""What a list's rows are drawn on: reads and paints its window alone, and what the next key may show ahead of it."""

from __future__ import annotations

from collections.abc import Mapping
from time import monotonic

from textual.geometry import Region, Size
from textual.reactive import Reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.timer import Timer

from kworkbench.domain.catalog import Resource
from kworkbench.domain.numbers import NumberStyle
from kworkbench.store.reader import Row
from kworkbench.ui.theme import palette_of
from kworkbench.ui.widgets.column_pick import ColumnPick
from kworkbench.ui.widgets.group_lines import GroupLine
from kworkbench.ui.widgets.marks import Marks
from kworkbench.ui.widgets.pages import Pages
from kworkbench.ui.widgets.row_painter import RowPainter
from kworkbench.ui.widgets.scroll_thumb import Thumb
from kworkbench.ui.widgets.sight import Sight, sight_of

_AHEAD_SECONDS = 0.02
"""After so long without a key, rows that the next key may show are read and drawn."""
_SLICE_SECONDS = 0.001
"""Drawing ahead gives way to keys after so long."""


class RowSurface(ScrollView, can_focus=True, inherit_bindings=False):
    """Pages of rows in columns, with a bar on the row of the cursor. Knows nothing of what moves it."""

    DEFAULT_CSS = """
    RowSurface { height: 1fr; width: 1fr; background: $bg; color: $text; scrollbar-size: 0 0;
        overflow-x: hidden; overflow-y: scroll; }
    """
    virtual_size = Reactive(Size(0, 0), layout=False, repaint=False)
    """How many rows there are moves no widget, and what differs is drawn: its scroll bar takes no room of its own."""

    def __init__(self, resource: Resource, style: NumberStyle, heads: Mapping[str, str] | None = None) -> None:
        super().__init__(id="table")
        self.marks = Marks()
        self._resource = resource
        self._number_style = style
        self._pages = Pages()
        self._cursor = 0
        self._picked = ColumnPick(resource, heads or {})
        self._painter = RowPainter(self._pages, self._picked, self.marks, style)
        self._ahead: Timer | None = None

    @property
    def count(self) -> int:
        """Rows on the screen's list; as many as are known before they were counted."""
        return self._pages.count

    # Reading.

    @property
    def height_in_rows(self) -> int:
        """How many rows it has room for."""
        return max(1, self.size.height)

    def _forget(self) -> None:
        """What was read and drawn may be otherwise now."""
        self._forget_lines()
        self._painter.strips.clear()

    def _forget_lines(self) -> None:
        """What was read may be otherwise now."""
        self._pages.forget()

    def _load(self, place: int) -> None:
        new = self._pages.load(place, self.height_in_rows)
        if self._picked.measures.see(new, self._resource, self._number_style) or not self._picked.shown:
            self._lay_out()
        self._resize_virtual()
        self._look_ahead_soon()

    def _read_window(self, top: int) -> None:
        """Have the rows in sight; where a scroll went beyond the page that was read, read another one."""
        if self.count and not (self._has(top) and self._has(top + max(0, self.size.height - 2))):
            self._load(top)

    def _line_at(self, place: int) -> Row | GroupLine | None:
        if not self._pages.holds(place):
            if self._pages.beyond(place):
                return None
            self._load(place)
        return self._pages.at(place)

    def _lay_out(self) -> None:
        if self.size.width:
            self._painter.strips.clear()
            self._picked.lay_out(self.size.width)
        self.refresh()

    def _resize_virtual(self) -> None:
        size = Size(self.size.width, self.count + 1)
        if size != self.virtual_size:
            self.virtual_size = size

    # Drawing.

    @property
    def thumb(self) -> Thumb:
        """The thumb of the scroll bar in its last column of cells."""
        return Thumb(self.size.height - 1, self.count, self.scroll_offset.y)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Heads, rows, what stands there without rows, or nothing. The compositor asks for all lines at every paint."""
        width, height, top = *self.size, self.scroll_offset.y
        self._read_window(top)
        painter = self._begin_painting()
        barred = self.thumb.cells
        strips = [painter.line(y, top, height, thumb=y - 1 in barred) for y in crop.line_range]
        if crop.column_span != (0, width):
            return [each.crop(*crop.column_span) for each in strips]
        return strips

    def render_line(self, y: int) -> Strip:
        """One of them."""
        return self.render_lines(Region(0, y, self.size.width, 1))[0]

    def _begin_painting(self) -> RowPainter:
        self._painter.begin(palette_of(self.app), self.size.width, self._cursor, focused=self.has_focus)
        return self._painter

    # Drawing ahead.

    def _look_ahead_soon(self) -> None:
        if self._ahead is None and self.is_attached:
            self._ahead = self.set_timer(_AHEAD_SECONDS, self._look_ahead)

    def _look_ahead(self) -> None:
        """Read and draw what one page up or down would show, a slice at a time, so that no key waits for it."""
        self._ahead = None
        rows, top = self.size.height - 1, self.scroll_offset.y
        if rows < 1 or self._pages.places is None:
            return
        until = monotonic() + _SLICE_SECONDS
        if not (self._has(max(0, top - rows)) and self._has(top + 2 * rows - 1)):
            self._load(top)
        painter = self._begin_painting()
        for place in range(max(0, top - rows), top + 2 * rows):
            if not self._pages.holds(place) or painter.strips.has_plain(place):
                continue
            if monotonic() > until:
                self.call_later(self._look_ahead)
                return
            if (drawn := painter.row(place)) is not None:
                drawn.render(self.app.console)

    def _has(self, place: int) -> bool:
        return self._pages.holds(place) or self._pages.beyond(place)

    def _sight(self) -> Sight:
        """What is in sight now, as far as it was read."""
        return sight_of(self._pages, self.thumb, self.height_in_rows, self._cursor)

    def _draw_what_differs(self, before: Sight) -> None:
        """Draw again what is not as it was."""
        now = self._sight()
        same = now.same(before)
        self._painter.strips.keep(same)
        if now.top != before.top or not before.lines:
            self.refresh()
            return
        self._refresh_bar(before.thumb)
        for place in range(now.top, now.top + self.height_in_rows):
            if place not in same or place in (before.cursor, now.cursor):
                self._refresh_row(place)

    def _refresh_bar(self, before: Thumb) -> None:
        """Draw again where the thumb came or went: a line is painted as a whole."""
        for cell in before.cells ^ self.thumb.cells:
            self._refresh_row(self.scroll_offset.y + cell)

    def _refresh_row(self, place: int) -> None:
        y = place - self.scroll_offset.y + 1
        if 1 <= y < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))

    # Events.

    def _size_updated(self, size: Size, virtual_size: Size, container_size: Size, layout: bool = True) -> bool:
        """The layout that gives another size paints it, so nothing is left to be painted."""
        before = self._size
        is_other = super()._size_updated(size, virtual_size, container_size, layout)
        if self._size != before:
            self._repaint_regions.clear()
        return is_other

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Other rows are in sight."""
        super().watch_scroll_y(old_value, new_value)
        self._look_ahead_soon()
