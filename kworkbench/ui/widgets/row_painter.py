"""Draws the lines of a table: its heads or what stands in their place, rows in their looks, words where no rows are."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from textual.strip import Strip

from kworkbench.domain.catalog import SortKey
from kworkbench.domain.numbers import NumberStyle
from kworkbench.store.reader import Row
from kworkbench.ui.inked import strip
from kworkbench.ui.paint import Piece, Pieces, cells
from kworkbench.ui.theme import Palette
from kworkbench.ui.widgets.cells import PLAIN, RowLook, head_pieces, row_pieces
from kworkbench.ui.widgets.column_pick import ColumnPick
from kworkbench.ui.widgets.group_lines import GroupLine, group_pieces
from kworkbench.ui.widgets.marks import Marks
from kworkbench.ui.widgets.pages import Pages
from kworkbench.ui.widgets.row_strips import RowStrips


class RowPainter:
    """Draws what pages hold, in the columns that were picked.

    Attributes:
        strips: rows as they were drawn.
        sort: what the heads say of the order.
        error: stands in place of the heads, if anything.
        empty: lines that stand there while there are no rows.
    """

    def __init__(self, pages: Pages, picked: ColumnPick, marks: Marks, style: NumberStyle) -> None:
        self.strips = RowStrips()
        self.sort: tuple[SortKey, ...] = ()
        self.error: list[Piece] = []
        self.empty: list[Pieces] = []
        self._pages = pages
        self._picked = picked
        self._marks = marks
        self._style = style
        self._palette = Palette()
        self._total = 0
        self._cursor = 0
        self._focused = False

    def begin(self, palette: Palette, total: int, cursor: int, *, focused: bool) -> None:
        """From now on draw lines of `total` cells, with the cursor at a place."""
        self._palette, self._total, self._cursor, self._focused = palette, total, cursor, focused
        self.strips.begin(palette, total)

    def line(self, y: int, top: int, height: int, *, thumb: bool) -> Strip:
        """Line `y` of a table of `height` lines whose first row in sight stands at `top`."""
        if not y:
            return self._head()
        drawn = self.row(top + y - 1, thumb=thumb)
        return strip(self._empty_pieces(y, height), self._palette, self._total) if drawn is None else drawn

    def _head(self) -> Strip:
        picked = self._picked
        heads = self.error or head_pieces(picked.shown, self.sort, picked.chosen, self._total, picked.hidden)
        return strip(heads, self._palette, self._total)

    def row(self, place: int, *, thumb: bool = False) -> Strip | None:
        """The line at a place, with the scroll bar's thumb or without; None where the pages have none."""
        line = self._pages.at(place)
        if line is None:
            return None
        look = self._look(place, line)
        return self.strips.at(place, look, partial(self._pieces, line, look), thumb=thumb)

    def _pieces(self, line: Row | GroupLine, look: RowLook) -> list[Piece]:
        if isinstance(line, GroupLine):
            return group_pieces(line, look, self._total, self._style)
        return row_pieces(line, self._picked.shown, look, self._style)

    def _look(self, place: int, line: Row | GroupLine) -> RowLook:
        here, focused = place == self._cursor, self._focused
        if isinstance(line, GroupLine):
            return RowLook(bar=focused, cursor=True, focused=focused) if here else PLAIN
        marked, faded = line.number in self._marks, self._pages.is_faded(line.lid)
        if not here:
            return RowLook(marked=marked, faded=faded) if marked or faded else PLAIN
        return RowLook(focused, True, focused, marked, faded, self._picked.chosen)

    def _empty_pieces(self, y: int, height: int) -> Sequence[Piece]:
        if self._pages.count or not self.empty:
            return []
        index = y - max(1, (height - len(self.empty)) // 2 - 1)
        if not 0 <= index < len(self.empty):
            return []
        widest = max(cells(line) for line in self.empty)
        return [(" " * max(1, (self._total - widest) // 2), ""), *self.empty[index]]
