"""The first view as lines of the grid: what the live screen draws before anything is counted. Needs no toolkit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from kworkbench.domain.catalog import Catalog, Resource
from kworkbench.domain.connections import Connection
from kworkbench.domain.numbers import NumberStyle
from kworkbench.domain.query import Query, chips
from kworkbench.lean import dataclass
from kworkbench.ui.first_paint.ansi import Span
from kworkbench.ui.lines.keys import key_pieces
from kworkbench.ui.lines.status import age_pieces
from kworkbench.ui.lines.top import TABS, top_pieces
from kworkbench.ui.paint import Pieces, rule
from kworkbench.ui.screens.list_words import heads_of
from kworkbench.ui.verbs import Facts, Place, footer
from kworkbench.ui.widgets.cells import RowLook, gutter_mark, head_pieces, row_pieces
from kworkbench.ui.widgets.chips import RowCount, top_words
from kworkbench.ui.widgets.columns import Layout, Measures

if TYPE_CHECKING:
    from kworkbench.store.reader import Row

SIDEBAR, DETAIL = 26, 46
_WIDE, _ROOMY, _HUGE = 110, 160, 200
_AROUND = 6
"""Rows that are no data rows."""


@dataclass(frozen=True, slots=True)
class FirstView:
    """What the first view shows.

    Attributes:
        query: as left, without what is hidden by default. columns: chosen ones, empty for as many as fit.
        rows: from the first on, as many as the live table reads at once (`rows_read`).
        changed_at, checked_at: local times without a zone, None before the first.
        partial: rows loaded of how many while the first sync has not ended.
    """

    connection: Connection
    catalog: Catalog
    resource: Resource
    query: Query
    columns: tuple[str, ...]
    style: NumberStyle
    rows: Sequence[Row]
    now: datetime
    changed_at: datetime | None = None
    checked_at: datetime | None = None
    partial: tuple[int, int] | None = None


def rows_read(height: int) -> int:
    """How many rows the live table reads first in a window of `height` rows; they all count for column widths."""
    return 3 * (height - _AROUND + 1)


def frame(view: FirstView, total: int, height: int) -> list[list[Span]]:
    """Every line of a window of `total` by `height` cells."""
    last = height - 4
    left = SIDEBAR + 2 * (total >= _HUGE) if total >= _WIDE else 0
    right = DETAIL if total >= _ROOMY else 0
    room = total - (left and left + 1) - (right and right + 1)
    body = []
    for y, middle in enumerate(_list(view, room, last + 1, total)):
        seam = Span([("┬" if y == 0 else "┴" if y == last else "│", "rule")], 1)
        line = [Span(_edge(y, last, left, [("Filters", "text")] if y == 0 else []), left), seam] if left else []
        line.append(middle)
        line += [seam, Span(_edge(y, last, right, []), right)] if right else []
        body.append(line)
    organization = view.connection.organization
    top = top_pieces(view.connection, organization, TABS, view.resource.name, total)
    ages = age_pieces(view.now, view.changed_at, view.checked_at if total >= _WIDE else None)
    keys = key_pieces(footer(_facts(view)), total)
    return [[Span(top, total)], *body, [Span([(" ", ""), *ages], total)], [Span(keys, total)]]


def _edge(y: int, last: int, cells: int, words: Pieces) -> Pieces:
    return rule(words, [], cells, focused=False) if y in (0, last) else []


def _list(view: FirstView, room: int, height: int, total: int) -> Iterator[Span]:
    hides = view.catalog.resources[view.resource.name].hides
    count = RowCount(None, None, view.partial)
    yield Span(rule(*top_words(chips(view.query, hides), count, view.style, room, total), room, focused=True), room)
    measures = Measures()
    measures.see(view.rows, view.resource, view.style)
    heads = heads_of(view.resource, dated=view.catalog.payments.dated)
    layout = Layout(view.resource, room, measures, heads)
    columns = layout.chosen(view.columns) if view.columns else layout.columns()
    yield Span(head_pieces(columns, view.query.sort or view.resource.first_sort, "", room), room)
    for place in range(height - 3):
        look = RowLook(bar=place == 0, cursor=place == 0)
        row = view.rows[place] if place < len(view.rows) else None
        yield Span(row_pieces(row, columns, look, view.style), room, look.ground) if row else Span([], room)
    yield Span(rule([], [], room, focused=True), room)


def _facts(view: FirstView) -> Facts:
    first = view.rows[0] if view.rows else None
    return Facts(
        place=Place.TABLE,
        catalog=view.catalog.resources[view.resource.name],
        rows=len(view.rows),
        filters=len(view.query.terms),
        has_row=first is not None,
        mark=gutter_mark(first) if first else "",
        writable=view.connection.writable,
    )
