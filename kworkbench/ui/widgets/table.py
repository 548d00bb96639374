"""The table of every list: a row view that answers verbs and the mouse, and tells what was done to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.message import Message

from kworkbench.domain.catalog import Resource
from kworkbench.domain.numbers import NumberStyle
from kworkbench.domain.rowset import RowSet
from kworkbench.lean import dataclass
from kworkbench.ui.verbs import Place
from kworkbench.ui.widgets.columns import GUTTER
from kworkbench.ui.widgets.group_lines import GroupLine
from kworkbench.ui.widgets.grouped_places import GroupedPlaces
from kworkbench.ui.widgets.row_view import RowView

if TYPE_CHECKING:
    from kworkbench.store.grouping import GroupRow
    from kworkbench.store.reader import Row

_WHEEL = 3
MOST_RANGE = 20_000
"""Rows that one range marks at most; `a` marks any number."""


class RecordTable(RowView):
    """Rows of one query with marks."""

    PLACE: ClassVar[Place] = Place.TABLE
    _grip: int | None = None

    def __init__(self, resource: Resource, style: NumberStyle, heads: Mapping[str, str] | None = None) -> None:
        self._ranged: dict[int, int] = {}
        super().__init__(resource, style, heads)

    @dataclass
    class Moved(Message):
        """The cursor stands on another record, or on none."""

        lid: str | None

    @dataclass
    class Opened(Message):
        """A row was double-clicked."""

        lid: str

    @dataclass
    class HeadClicked(Message):
        """A column's head was clicked."""

        field: str
        more: bool

    @dataclass
    class Marked(Message):
        """The marks changed."""

    @dataclass
    class TooFar(Message):
        """The range that is being marked has too many rows: it stays as it was."""

    def cursor_moved(self, lid: str | None) -> None:
        """Tell the screen."""
        self.post_message(self.Moved(lid))

    # Moves and marks: handlers of verbs.

    def do_move(self, where: str) -> None:
        """Move the cursor: `down up page-down page-up first last left right`."""
        page = max(1, self.size.height - 2)
        steps = {"down": 1, "up": -1, "page-down": page, "page-up": -page}
        if where in steps:
            self.go(self._cursor + steps[where])
        elif where in ("first", "last"):
            self.go(0 if where == "first" else self.count - 1)
        else:
            self.choose_column(1 if where == "right" else -1)

    def go(self, place: int) -> None:
        """Put the cursor at a place, and mark what it passes while a range is being marked."""
        super().go(place)
        if self.marks.ranging and (span := self.marks.span(self._cursor)):
            first, last = span
            if last - first >= MOST_RANGE:
                self.post_message(self.TooFar())
                return
            self._read_range(first, last)
            self.marks.mark_range(number for place in range(first, last + 1) if (number := self._ranged.get(place)))
            self.post_message(self.Marked())
            self.refresh()

    def _read_range(self, first: int, last: int) -> None:
        """Know the row numbers at these places; only those that were not passed before are read."""
        missing = [place for place in range(first, last + 1) if place not in self._ranged]
        for place in missing:
            if self._pages.holds(place):
                self._ranged[place] = _number(self._pages.at(place))
        away = [place for place in missing if place not in self._ranged]
        if away:
            lines = self._pages.read(away[0], away[-1] - away[0] + 1)
            self._ranged.update((place, _number(line)) for place, line in enumerate(lines, away[0]))

    def _forget_lines(self) -> None:
        super()._forget_lines()
        self._ranged.clear()

    def do_mark(self) -> None:
        """Mark the row under the cursor, or unmark it, and go down."""
        row = self.row
        if row is not None:
            self.marks.toggle(row.number)
            self.post_message(self.Marked())
            self._refresh_row(self._cursor)
            self.go(self._cursor + 1)

    def do_mark_range(self) -> None:
        """Begin a range at the cursor, or end it."""
        row = self.row
        if row is not None:
            self._ranged.clear()
            self.marks.range_from(self._cursor, row.number)
            self.post_message(self.Marked())
            self._refresh_row(self._cursor)

    def mark(self, rows: RowSet) -> None:
        """Mark all of these besides what is marked."""
        self.marks.add(rows)
        self._marks_changed()

    def clear_marks(self) -> None:
        """Unmark everything; it can be brought back."""
        self.marks.clear()
        self._marks_changed()

    def do_bring_back(self) -> None:
        """Bring the marks back that were cleared last."""
        self.marks.bring_back()
        self._marks_changed()

    def _marks_changed(self) -> None:
        self.post_message(self.Marked())
        self.refresh()

    # Groups.

    @property
    def grouped(self) -> GroupedPlaces | None:
        """Its places, where they are grouped."""
        places = self._pages.places
        return places if isinstance(places, GroupedPlaces) else None

    @property
    def group(self) -> GroupRow | None:
        """The group of the cursor's line."""
        return self.grouped.group_at(self._cursor) if self.grouped is not None else None

    def do_fold(self) -> None:
        """Close the group of the cursor's line, or open it; the cursor goes to its head."""
        places, line = self.grouped, self.group
        if places is not None and line is not None:
            places.toggle(line.key)
            self.relaid(places.head_place(line.key) or 0)

    def do_fold_all(self) -> None:
        """Close every group, or open them all."""
        places, line = self.grouped, self.group
        if places is not None and line is not None:
            places.toggle_all()
            self.relaid(places.head_place(line.key) or 0)

    # The mouse.

    def on_click(self, event: events.Click) -> None:
        """A head sorts, the gutter marks, a row takes the cursor, twice opens it."""
        event.stop()
        if event.y == 0:
            name = next((column.field.name for column in reversed(self._picked.shown) if event.x >= column.x), "")
            if name:
                self.post_message(self.HeadClicked(name, more=event.shift or event.ctrl))
            return
        place = self.scroll_offset.y + event.y - 1
        if place >= self.count or self._on_bar(event):
            return
        self.go(place)
        if self.head is not None:
            self.do_fold()
        elif event.x < GUTTER and self.row is not None:
            self.marks.toggle(self.row.number)
            self.post_message(self.Marked())
            self._refresh_row(place)
        elif event.chain > 1 and self.row is not None:
            self.post_message(self.Opened(self.row.lid))

    def _on_bar(self, event: events.MouseEvent) -> bool:
        return event.x >= self.size.width - 1 and self.thumb.needed

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """On the scroll bar: take its thumb, or bring it under the pointer and take it."""
        cell = event.y - 1
        if not self._on_bar(event) or cell < 0:
            return
        event.stop()
        thumb = self.thumb
        self._grip = cell - thumb.first if thumb.covers(cell) else thumb.size // 2
        self.capture_mouse()
        self._drag_to(cell)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drag the rows with the thumb."""
        if self._grip is not None:
            event.stop()
            self._drag_to(event.y - 1)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Let the thumb go."""
        if self._grip is not None:
            event.stop()
            self._grip = None
            self.release_mouse()

    def _drag_to(self, cell: int) -> None:
        self.scroll_to(y=self.thumb.top_at(cell - (self._grip or 0)), animate=False, immediate=True)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel moves the rows, not the cursor."""
        event.stop()
        self.scroll_to(y=self.scroll_offset.y + _WHEEL, animate=False, immediate=True)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel moves the rows, not the cursor."""
        event.stop()
        self.scroll_to(y=max(0, self.scroll_offset.y - _WHEEL), animate=False, immediate=True)


def _number(line: Row | GroupLine | None) -> int:
    """By which marks know a row; 0 for the head of a group."""
    return 0 if line is None or isinstance(line, GroupLine) else line.number
