"""What a list counts and adds up, read in workers: rows, sums, facets, views, marks. Stale reads are called off."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.message import Message
from textual.worker import get_current_worker

from kworkbench.domain.catalog import Resource, ResourceCatalog
from kworkbench.domain.query import Query, effective, print_term
from kworkbench.lean import dataclass, replace
from kworkbench.store.source import ReadInterruptedError
from kworkbench.ui.figures import (
    Anchored,
    Counted,
    Faceted,
    Figure,
    Grouped,
    Reading,
    Selected,
    Summed,
    Viewed,
    Widest,
    read_figures,
    read_selection,
)
from kworkbench.ui.screens.list_words import Drops

if TYPE_CHECKING:
    from kworkbench.domain.rowset import RowSet
    from kworkbench.services.session import Session
    from kworkbench.store.grouping import GroupRow
    from kworkbench.store.reader import Window
    from kworkbench.ui.screens.base import WorkScreen
    from kworkbench.ui.widgets.sidebar import Sidebar
    from kworkbench.ui.widgets.table import RecordTable

    _Base = WorkScreen[None]
else:
    _Base = object


class ListFigures(_Base):
    """The counting half of a list."""

    session: Session
    resource: Resource
    catalog: ResourceCatalog
    query_now: Query
    table: RecordTable
    sidebar: Sidebar
    group_now: str

    if TYPE_CHECKING:  # another part of the screen has them

        def view_queries(self) -> tuple[tuple[str, Query], ...]:
            """Name and query of each view that is counted."""
            ...

        def take_groups(self, groups: tuple[GroupRow, ...]) -> None:
            """The groups were read."""
            ...

        def draw_views(self) -> None:
            """Views and filters on the sidebar as they are now."""
            ...

    @dataclass
    class Figured(Message):
        """A worker has read a figure for a query; stale ones bear an old number."""

        number: int
        figure: Figure | Selected | Drops

    def start_figures(self) -> None:
        """Nothing is known yet."""
        self._number = 0
        self._counting = Reading(self.session.open_reader)
        self._summing_up = Reading(self.session.open_reader)
        self._views_known = False
        self.window: Window | None = None
        self.counted: Counted | None = None
        self.summed: Summed | None = None
        self.selected: Selected | None = None
        self.drops: Drops | None = None

    @property
    def effective_query(self) -> Query:
        """The query with what is hidden by default."""
        return effective(self.query_now, self.catalog.hides)

    def read_figures(self, *, again: bool = False) -> None:
        """Count, sum and facet in a worker; what was asked before is stale. `again`: views are counted anew too."""
        self._number += 1
        self._views_known = self._views_known and not again
        self._counting.call_off()
        ask = partial(self._figures, self._number, self.effective_query)
        self.run_worker(ask, group="figures", thread=True, exclusive=True, exit_on_error=True)
        self.read_selection()

    def read_selection(self) -> None:
        """Sum the marked rows in a worker."""
        marked = self.table.marks.rows
        self._summing_up.call_off()
        if not marked:
            self.selected = None
            return
        ask = partial(self._selection, self._number, self.effective_query, marked)
        self.run_worker(ask, group="selection", thread=True, exclusive=True, exit_on_error=True)

    def _figures(self, number: int, query: Query) -> None:
        worker = get_current_worker()
        generation = self.window.generation if self.window is not None else 0
        views = () if self._views_known else self.view_queries()
        try:
            with self._counting.reader() as reader:
                for figure in read_figures(
                    reader, self.resource, query, self.session.style, views, generation, self.group_now
                ):
                    if worker.is_cancelled:
                        return
                    self.post_message(self.Figured(number, figure))
                    if isinstance(figure, Counted) and figure.total and not figure.rows:
                        self.post_message(self.Figured(number, self._read_drops()))
        except ReadInterruptedError:
            return

    def recount_views(self) -> None:
        """The views are others than before: draw and count them."""
        self.draw_views()
        self.read_figures(again=True)

    def _selection(self, number: int, query: Query, marked: RowSet) -> None:
        try:
            with self._summing_up.reader() as reader:
                figure = read_selection(reader, self.resource, query, marked)
        except ReadInterruptedError:
            return
        if not get_current_worker().is_cancelled:
            self.post_message(self.Figured(number, figure))

    def _read_drops(self) -> Drops:
        query = self.query_now
        fewer = replace(query, terms=query.terms[:-1])
        hides = self.catalog.hides
        with self._summing_up.reader() as reader:
            return Drops(
                last=print_term(query.terms[-1]) if query.terms else "",
                after_last=reader.count(self.resource, effective(fewer, hides)),
                after_all=reader.count(self.resource, effective(Query(), hides)),
                hidden=reader.count(self.resource, query),
            )

    def _take_count(self, rows: int) -> None:
        if self.window is not None:
            self.window.known(rows)
        if self.table.grouped is None:
            self.table.set_count(rows)

    def on_list_figures_figured(self, message: Figured) -> None:
        """A figure came; one for another query is dropped."""
        figure = message.figure
        if message.number != self._number:
            return
        match figure:
            case Counted():
                self.counted = figure
                self._take_count(figure.rows)
            case Summed():
                self.summed = figure
            case Widest():
                self.table.widen(figure.measures)
            case Faceted():
                self.sidebar.show(figure.facets)
            case Grouped():
                self.take_groups(figure.groups)
            case Anchored():
                if self.window is not None:
                    self.window.take(figure.anchors)
            case Viewed():
                self._views_known = True
                self.sidebar.count_views(figure.rows)
            case Selected():
                self.selected = figure
            case Drops():
                self.drops = figure
        self.refresh_frame()
