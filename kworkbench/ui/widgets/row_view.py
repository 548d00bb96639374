"""A scrolling view of a list's rows: its cursor stays on a record, and rows that were changed here keep their place."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from kworkbench.domain.catalog import Resource, SortKey
from kworkbench.domain.numbers import NumberStyle
from kworkbench.store.reader import Row
from kworkbench.ui.paint import Pieces
from kworkbench.ui.timed import let_keys_go
from kworkbench.ui.widgets.columns import Measures
from kworkbench.ui.widgets.group_lines import GroupLine
from kworkbench.ui.widgets.grouped_places import GroupedPlaces
from kworkbench.ui.widgets.pages import AnyPlaces
from kworkbench.ui.widgets.places import Places
from kworkbench.ui.widgets.row_surface import RowSurface


class RowView(RowSurface, can_focus=True, inherit_bindings=False):
    """Rows of one query. Knows nothing of services: it reads places."""

    def __init__(self, resource: Resource, style: NumberStyle, heads: Mapping[str, str] | None = None) -> None:
        super().__init__(resource, style, heads)
        self._lid: str | None = None
        self.stays_at_top = False
        """While rows still come for the first time the first ones stay in sight, until the cursor is moved."""

    # What it shows.

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

    # Events.

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

    def on_blur(self) -> None:
        """Take the bar away."""
        self._refresh_row(self._cursor)


def _keeps_place(row: Row, position: int | None) -> bool:  # noqa: ARG001  # wherever it would stand now
    """Rows with an open change of one's own stay where they are."""
    return bool(row.mark or row.predicted)
