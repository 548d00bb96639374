"""The pane of a list: its top rule or query line, the table, the first copy's bars, its bottom rule."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.geometry import Size

from kworkbench.domain.catalog import Resource
from kworkbench.domain.numbers import NumberStyle
from kworkbench.domain.query import Chip
from kworkbench.ui.boxes import Column
from kworkbench.ui.drawn import Drawn
from kworkbench.ui.paint import Piece, Pieces, rule
from kworkbench.ui.screens.list_words import Copied, first_copy_lines, heads_of
from kworkbench.ui.widgets.chips import FRAME, RowCount, sums_pieces, top_words
from kworkbench.ui.widgets.rules import Rule
from kworkbench.ui.widgets.table import RecordTable

if TYPE_CHECKING:
    from kworkbench.store.reader import Sum

_ONLY_IN_TOTALS = frozenset({"total"})
"""Sums that the bottom rule leaves to `=`."""


class TopRule(Rule):
    """The query as chips, and how many rows there are."""

    def __init__(self, style: NumberStyle) -> None:
        super().__init__(id="list-top")
        self._style = style
        self._chips: tuple[Chip, ...] = ()
        self._rows = RowCount(None, None)

    def say(self, chips: Sequence[Chip], rows: RowCount) -> None:
        """Draw these chips and counts."""
        if (tuple(chips), rows) != (self._chips, self._rows):
            self._chips, self._rows = tuple(chips), rows
            self.refresh()

    def words(self, total: int) -> tuple[Pieces, Pieces]:
        """Chips left, counts right; what is left out gives way first."""
        return top_words(self._chips, self._rows, self._style, total, self.app.size.width)


class BottomRule(Rule):
    """What the rows add up to."""

    def __init__(self, resource: Resource, style: NumberStyle) -> None:
        super().__init__(id="list-bottom")
        self._resource = resource
        self._style = style
        self._sums: tuple[Sum, ...] | None = None
        self._aside: tuple[Sum, ...] = ()
        self._partial = False

    def say(self, sums: tuple[Sum, ...] | None, aside: tuple[Sum, ...] = (), *, partial: bool) -> None:
        """Draw these sums, and amounts that are in none of them; None while they are not known."""
        if (sums, aside, partial) != (self._sums, self._aside, self._partial):
            self._sums, self._aside, self._partial = sums, aside, partial
            self.refresh()

    def words(self, total: int) -> tuple[Pieces, Pieces]:
        """The sums, as many as fit."""
        if self._sums is None:
            return [], []
        room = total - FRAME
        sums = [each for each in self._sums if each.label not in _ONLY_IN_TOTALS]
        name = self._resource.sum_field
        return sums_pieces(sums, name, room, self._style, partial=self._partial, aside=self._aside), []


class FirstCopy(Drawn):
    """The bars of the first copy, under the rows that are here already."""

    DEFAULT_CSS = """
    FirstCopy { height: auto; display: none; }
    FirstCopy.-shown { display: block; }
    """

    def __init__(self, style: NumberStyle) -> None:
        super().__init__(id="first-copy")
        self._style = style
        self._copied: tuple[Copied, ...] = ()

    def say(self, copied: Sequence[Copied]) -> None:
        """Draw these collections; none: hide."""
        changed = tuple(copied) != self._copied
        resized = len(copied) != len(self._copied)
        self._copied = tuple(copied)
        self.set_class(bool(copied), "-shown")
        if changed:
            self.refresh(layout=resized)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002  # base signature
        """A rule, a line each, and a sentence between blanks."""
        return len(self._copied) + 4

    def pieces(self, y: int, total: int) -> Pieces:
        """The rule, then the bars."""
        if y == 0:
            title: list[Piece] = [("First copy of the books", "strong bold"), ("  you can work meanwhile", "muted")]
            return rule(title, [], total, focused=False)
        lines = first_copy_lines(self._copied, total, self._style)
        return lines[y - 1] if y - 1 < len(lines) else []


class ListPane(Column):
    """The pane in the middle."""

    DEFAULT_CSS = """
    ListPane { width: 1fr; height: 1fr; background: $bg; }
    ListPane.-typing > #list-top { display: none; }
    """

    def __init__(self, resource: Resource, style: NumberStyle, *, dated: bool) -> None:
        super().__init__(id="list")
        self.resource = resource
        self.top = TopRule(style)
        self.table = RecordTable(resource, style, heads_of(resource, dated=dated))
        self.first_copy = FirstCopy(style)
        self.bottom = BottomRule(resource, style)

    def compose(self) -> ComposeResult:
        """Rule, table, bars, rule."""
        yield self.top
        yield self.table
        yield self.first_copy
        yield self.bottom

    def show_focus(self, *, focused: bool) -> None:
        """Colour the rules."""
        self.top.show(focused=focused)
        self.bottom.show(focused=focused)


def local(moment: datetime | str | None) -> datetime | None:
    """A moment of the store as local time without a zone, as the status line compares it."""
    if moment is None:
        return None
    at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return at.astimezone().replace(tzinfo=None)
