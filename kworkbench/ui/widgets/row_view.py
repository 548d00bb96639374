"""A scrolling view of a list's rows: draws only its window, keeps its cursor on a record, places its columns."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from time import monotonic

from textual.geometry import Region, Size
from textual.reactive import Reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.timer import Timer

from kworkbench.domain.catalog import Resource, SortKey
from kworkbench.domain.numbers import NumberStyle
from kworkbench.store.reader import Row
from kworkbench.ui.paint import Pieces
from kworkbench.ui.theme import palette_of
from kworkbench.ui.timed import let_keys_go
from kworkbench.ui.widgets.column_pick import ColumnPick
from kworkbench.ui.widgets.columns import Measures
from kworkbench.ui.widgets.group_lines import GroupLine
from kworkbench.ui.widgets.grouped_places import GroupedPlaces
from kworkbench.ui.widgets.marks import Marks
from kworkbench.ui.widgets.pages import AnyPlaces, Pages
from kworkbench.ui.widgets.places import Places
from kworkbench.ui.widgets.row_painter import RowPainter
from kworkbench.ui.widgets.scroll_thumb import Thumb
from kworkbench.ui.widgets.sight import Sight, sight_of

_AHEAD_SECONDS = 0.02
"""After so long without a key, rows that the next key may show are read and drawn."""
_SLICE_SECONDS = 0.001
"""Drawing ahead gives way to keys after so long."""


class RowView(ScrollView, can_focus=True, inherit_bindings=False):
    """Rows of one query. Knows nothing of services: it reads places."""

    DEFAULT_CSS = """
    RowView { height: 1fr; width: 1fr; background: $bg; color: $text; scrollbar-size: 0 0;
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
        self._lid: str | None = None
        self.stays_at_top = False
        """While rows still come for the first time the first ones stay in sight, until the cursor is moved."""
        self._picked = ColumnPick(resource, heads or {})
        self._painter = RowPainter(self._pages, self._picked, self.marks, style)
        self._ahead: Timer | None = None

    # What it shows.

    @property
    def count(self) -> int:
        """Rows on the screen's list; as many as are known before they were counted."""
        return self._pages.count

    @property
    def row(self) -> Row | None:
        """The row under the cursor; None on the head of a group."""
        line = self._line_at(self._cursor) if self.count else None
        return None if isinstance(line, GroupLine) else line

    @property
    def head(self) -> GroupLine | None:
        """The head of a group under the cursor."""
        line = self._line_at(self._cursor) if self.count else None
        return line if isinstance(line, GroupLine) else None

    @property
    def place(self) -> int:
        """Where the cursor stands."""
        return self._cursor

    @property
    def lid(self) -> str | None:
        """The record under the cursor."""
        return self._lid

    @property
    def kept(self) -> frozenset[str]:
        """Local ids of rows that stay in sight whether they match or not."""
        return self._pages.places.kept if self._pages.places is not None else frozenset()

    def shows(self, lid: str) -> bool:
        """True for a record of the query."""
        places = self._pages.places
        return places is not None and places.shows(lid)

    @property
    def column(self) -> str:
        """The field of the chosen column, else of the first sort key."""
        return self._picked.chosen or (self._painter.sort[0].field if self._painter.sort else "")

    @property
    def chosen_column(self) -> str:
        """The field of the column that `h` and `l` have chosen; empty for none."""
        return self._picked.chosen

    @property
    def column_names(self) -> tuple[str, ...]:
        """The fields of its columns, in their order, scrolled out of sight or not."""
        return self._picked.names

    def open(
        self, places: AnyPlaces, sort: Sequence[SortKey], lid: str | None = None, widest: Measures | None = None
    ) -> None:
        """Show another query or order. The cursor goes to `lid` where it is there, else to the first row.

        `widest`: the widest amounts of the whole result, where they are known.
        """
        self._painter.sort = tuple(sort)
        self._picked.measures = Measures()
        if widest is not None:
            self._picked.measures.widen(widest)
        self._pages.open(places, brief=True)
        self._forget()
        self._cursor = (places.place_of(lid) if lid else None) or 0
        self._load(self._cursor)
        self._show_cursor(centre=bool(self._cursor))
        self._settle_cursor()
        self.refresh()

    def close(self) -> None:
        """Read nothing any more."""
        self._pages.open(None)

    def choose_columns(self, names: Sequence[str]) -> None:
        """Show these columns in this order; none: as width allows."""
        if self._picked.want(names):
            self._lay_out()

    def set_count(self, count: int) -> None:
        """How many rows match, once counted."""
        if count != self._pages.counted:
            thumb = self.thumb
            self._pages.counted = count
            self._resize_virtual()
            if self._cursor >= self.count:
                self.go(self.count - 1)
            self._refresh_bar(thumb)

    def widen(self, measures: Measures) -> None:
        """Take the widest amounts of the whole result into account."""
        if self._picked.measures.widen(measures):
            self._lay_out()

    def data_changed(self, changed: Collection[str] | None = None) -> None:
        """Rows have changed: read again. Rows with an own change keep their place, the cursor keeps its record.

        `changed`: local ids of all that have, where they are known to be few.
        """
        places = self._pages.places
        if places is None:
            return
        top, sight = self.scroll_offset.y, self._sight()
        shown = self._pages.near(top, max(1, self.size.height))
        places.refresh(_keeps_place, shown, changed)
        self._forget_lines()
        self._pages.be_brief()
        place = places.place_of(self._lid) if self._lid and not self.stays_at_top else None
        before = self._cursor
        self._cursor = before if place is None else place
        if place is not None and place != before:
            self.scroll_to(y=max(0, top + place - before), animate=False, immediate=True)
        self._load(self.scroll_offset.y)
        self._settle_cursor()
        self._draw_what_differs(sight)

    def show_as_now(self, changed: Collection[str]) -> bool:
        """Draw those of the changed rows that are in sight and keep their place; false where there are none.

        It reads nothing but these rows, so that a key's own change is on screen at once; `data_changed` does the rest.
        """
        places = self._pages.places
        if not isinstance(places, Places):
            return False
        near = self._pages.near(self.scroll_offset.y, self.height_in_rows)
        now = {place: places.row_now(lid) for lid, place in near if lid in changed}
        kept = {place: row for place, row in now.items() if row is not None and _keeps_place(row, place)}
        for place, row in kept.items():
            self._pages.put(place, row)
            self._painter.strips.drop(place)
            self._refresh_row(place)
        if self._picked.measures.see(list(kept.values()), self._resource, self._number_style):
            self._lay_out()
        return bool(kept)

    def relaid(self, place: int) -> None:
        """Lines were put in or taken out: read again, with the cursor at a place."""
        self._forget()
        places = self._pages.places
        self._pages.counted = places.count if isinstance(places, GroupedPlaces) else None
        self._cursor = max(0, min(place, self.count - 1))
        self._load(self.scroll_offset.y)
        self._show_cursor()
        self._settle_cursor()
        self.refresh()

    def show_error(self, pieces: Pieces) -> None:
        """Put an error of the query over the heads; none: the heads again."""
        if list(pieces) != self._painter.error:
            self._painter.error = list(pieces)
            self.refresh()

    def show_empty(self, lines: Sequence[Pieces]) -> None:
        """What stands there while there are no rows."""
        if list(lines) != self._painter.empty:
            self._painter.empty = list(lines)
            self.refresh()

    def go(self, place: int) -> None:
        """Put the cursor at a place."""
        self.stays_at_top = False
        last = self.count - 1
        if place > last and self._pages.counted is None:
            self._load(place)
            last = self.count - 1
            self.refresh()
        before, self._cursor = self._cursor, max(0, min(place, last))
        self._show_cursor()
        self._refresh_row(before)
        self._refresh_row(self._cursor)
        self._settle_cursor()

    def cursor_moved(self, lid: str | None) -> None:
        """The cursor stands on another record, or on none."""

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

    # Cursor and columns.

    def _settle_cursor(self) -> None:
        if self.count:
            self._cursor = max(0, min(self._cursor, self.count - 1))
        row = self.row
        lid = row.lid if row else None
        if lid != self._lid:
            self._lid = lid
            self.cursor_moved(lid)

    def _show_cursor(self, *, centre: bool = False) -> None:
        rows = max(1, self.size.height - 1)
        top = self.scroll_offset.y
        if not top <= self._cursor < top + rows:
            wanted = self._cursor if self._cursor < top else self._cursor - rows + 1
            if centre:
                wanted = self._cursor - rows // 2
            self._resize_virtual()
            self.scroll_to(y=max(0, wanted), animate=False, immediate=True)

    def choose_column(self, step: int) -> None:
        """The next column is the chosen one, scrolled into sight."""
        if self._picked.step(step, self.column):
            self._painter.strips.clear()
        self.refresh()

    def no_column(self) -> None:
        """No column is chosen any more."""
        if self._picked.chosen:
            if self._picked.choose_none():
                self._painter.strips.clear()
            self.refresh()

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

    def on_resize(self) -> None:
        """Another width chooses columns anew; another height reads enough rows, which the layout's paint has drawn."""
        if self._picked.total != self.size.width:
            self._lay_out()
        if self._pages.places is not None:
            self._load(self.scroll_offset.y)
            self._show_cursor()

    def on_focus(self) -> None:
        """Draw the bar; keys that were held for what has closed are for the rows."""
        let_keys_go(self)
        self._refresh_row(self._cursor)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Other rows are in sight."""
        super().watch_scroll_y(old_value, new_value)
        self._look_ahead_soon()

    def on_blur(self) -> None:
        """Take the bar away."""
        self._refresh_row(self._cursor)


def _keeps_place(row: Row, position: int | None) -> bool:  # noqa: ARG001  # wherever it would stand now
    """Rows with an open change of one's own stay where they are."""
    return bool(row.mark or row.predicted)
