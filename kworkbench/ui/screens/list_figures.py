"""What a list counts and adds up, read by a thread after the rows are painted; what is stale is called off."""

from __future__ import annotations

from asyncio import sleep
from functools import partial
from typing import TYPE_CHECKING

from textual.message import Message

from kworkbench.domain.catalog import Resource, ResourceCatalog
from kworkbench.domain.changes import Change, Op
from kworkbench.domain.query import Query, Term, effective, print_term
from kworkbench.lean import dataclass, replace
from kworkbench.sparing import give_back
from kworkbench.store.source import ReadInterruptedError
from kworkbench.ui.figures import (
    FAR,
    Asked,
    Counted,
    Faceted,
    Figure,
    Grouped,
    NotGrouped,
    Selected,
    Stopped,
    Summed,
    Viewed,
    Widest,
    read_figures,
    read_selection,
)
from kworkbench.ui.lane import Lane
from kworkbench.ui.screens.list_words import Drops
from kworkbench.ui.widgets.columns import Measures

if TYPE_CHECKING:
    from collections.abc import Collection

    from kworkbench.services.session import Session
    from kworkbench.store.duplicates import Pair
    from kworkbench.store.grouping import GroupRow
    from kworkbench.store.reader import Reader, Window
    from kworkbench.ui.screens.base import WorkScreen
    from kworkbench.ui.widgets.sidebar import Sidebar
    from kworkbench.ui.widgets.table import RecordTable

    _Base = WorkScreen[None]
    _Key = tuple[frozenset[Term], str, frozenset[Pair]]
else:
    _Base = object

CALM_SECONDS = 3.0
"""Anchors of a long list are built anew when its rows have not changed for so long: each time reads the whole list."""
_STOPS = ("!", "#", "?")
_FIGURES, _ANCHORS, _SELECTION = "figures", "anchors", "selection"


class ListFigures(_Base):
    """The counting half of a list."""

    session: Session
    resource: Resource
    catalog: ResourceCatalog
    query_now: Query
    table: RecordTable
    sidebar: Sidebar
    group_now: str
    window: Window | None
    lane: Lane
    apart_now: Collection[Pair]

    if TYPE_CHECKING:  # another part of the screen has them

        @property
        def effective_query(self) -> Query:
            """The query with what is hidden by default."""
            ...

        def view_queries(self) -> tuple[tuple[str, Query], ...]:
            """Name and query of each view that is counted."""
            ...

        def take_groups(self, groups: tuple[GroupRow, ...]) -> None:
            """The groups were read."""
            ...

        def show_ungrouped(self, reason: str) -> None:
            """The list cannot be grouped so."""
            ...

        def draw_views(self) -> None:
            """Views and filters on the sidebar as they are now."""
            ...

    @dataclass
    class Figured(Message):
        """A thread has read a figure for a query; stale ones bear an old number."""

        number: int
        figure: Figure | Selected | Drops

    def start_figures(self) -> None:
        """Nothing is known yet."""
        self._number = 0
        self._counting = Lane(self.session.open_reader)
        self._views_known = False
        self._asked_for: _Key | None = None
        self._counted_for: _Key | None = None
        self._widest: tuple[_Key | None, Measures] = (None, Measures())
        self.counted: Counted | None = None
        self.summed: Summed | None = None
        self.currencies: dict[str, None] = {}
        self.selected: Selected | None = None
        self.drops: Drops | None = None

    def close_lanes(self) -> None:
        """Nothing is read any more."""
        self.lane.close()
        self._counting.close()

    def call_off(self) -> None:
        """Rows are about to be read: the figures of others, and their anchors, are not wanted."""
        self.workers.cancel_group(self, _ANCHORS)
        if self._asked_for != self._figures_key:
            self._asked_for = None
            self._counting.call_off()
            self.lane.call_off()
            self.workers.cancel_group(self, _FIGURES)
            self.workers.cancel_group(self, _SELECTION)

    @property
    def _figures_key(self) -> _Key:
        """What the figures depend on: another order has the same ones."""
        return frozenset(self.effective_query.terms), self.group_now, frozenset(self.apart_now)

    def read_figures(self, *, again: bool = False) -> None:
        """Count, sum and facet what is shown now. `again`: the rows have changed, and views are counted anew too."""
        if again or self.group_now or self._asked_for != self._figures_key:
            self._number += 1
            self._asked_for = self._figures_key
            self._views_known = self._views_known and not again
            views = () if self._views_known else self.view_queries()
            asked = Asked(
                self.resource,
                self.effective_query,
                self.session.style,
                views,
                self.group_now,
                self.apart_now,
                self.stopped_payments(),
            )
            self.in_place_of(_FIGURES, partial(self._figures, asked))
            self.read_selection()
        elif (length := self.known_length) is not None:
            self._take_count(length)
            self._read_anchors()

    def stopped_payments(self) -> tuple[Stopped, ...]:
        """On the list of invoices: payments that no sum holds, because they are not made or nobody knows."""
        if self.resource.name != "invoices":
            return ()
        account, found = self.session.connection.account, []
        for one in self.session.changes.open():
            if one.account != account or not one.invoice_lid or not _is_stopped(one):
                continue
            minor, currency = one.args.get("amount", one.pre.get("amount")), one.pre.get("currency")
            if isinstance(minor, int) and isinstance(currency, str):
                found.append(Stopped(one.invoice_lid, one.shown.word, minor, currency))
        return tuple(found)

    @property
    def known_length(self) -> int | None:
        """How many rows the query has, where they were counted, in this order or another."""
        return self.counted.rows if self.counted and self._counted_for == self._figures_key else None

    @property
    def known_widths(self) -> Measures | None:
        """The widest amounts of the query's whole result, where they were read, in this order or another."""
        measured_for, measures = self._widest
        return measures if measured_for == self._figures_key else None

    def read_selection(self) -> None:
        """Sum the marked rows."""
        if not self.table.marks.rows:
            self.workers.cancel_group(self, _SELECTION)
            self.selected = None
            return
        self.in_place_of(_SELECTION, self._selection)

    async def _figures(self, asked: Asked) -> None:
        number = self._number
        await self.painted()
        drops = partial(self._read_drops, self.query_now)

        def read(reader: Reader) -> None:
            for figure in read_figures(reader, asked):
                self.post_message(self.Figured(number, figure))
                if isinstance(figure, Counted) and figure.total and not figure.rows:
                    self.post_message(self.Figured(number, drops(reader)))
            give_back()

        try:
            await self._counting.read(read)
        except ReadInterruptedError:
            self._asked_for = None

    def _read_anchors(self) -> None:
        length = self.known_length
        if length is not None and length > FAR and not self.group_now:
            self.in_place_of(_ANCHORS, self._anchors)

    async def _anchors(self) -> None:
        """Places all over a long list. Read behind the figures; while its rows keep changing, not yet."""
        window = self.window
        if window is None:
            return
        await self.painted()
        if window.generation:
            await sleep(CALM_SECONDS)
        query, generation = window.query, window.generation
        try:
            found = await self._counting.read(lambda reader: reader.anchors(self.resource, query, generation))
        except ReadInterruptedError:
            return
        if window is self.window and window.take(found):
            self.table.set_count(found.length)

    def recount_views(self) -> None:
        """The views are others than before: draw and count them."""
        self.draw_views()
        self.read_figures(again=True)

    async def _selection(self) -> None:
        number, marked, query = self._number, self.table.marks.rows, self.effective_query
        await self.painted()

        def read(reader: Reader) -> Selected:
            figure = read_selection(reader, self.resource, query, marked)
            give_back()
            return figure

        try:
            figure = await self.lane.read(read)
        except ReadInterruptedError:
            return
        self.post_message(self.Figured(number, figure))

    def _read_drops(self, query: Query, reader: Reader) -> Drops:
        fewer = replace(query, terms=query.terms[:-1])
        hides = self.catalog.hides
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
        if message.number != self._number or self.retired:
            return
        match figure:
            case Counted():
                self.counted, self._counted_for = figure, self._asked_for
                self._take_count(figure.rows)
                self._read_anchors()
            case Summed():
                self.summed = figure
                self.currencies |= dict.fromkeys(total.currency.lower() for total in figure.sums)
            case Widest():
                self._widest = self._asked_for, figure.measures
                self.table.widen(figure.measures)
            case Faceted():
                self.sidebar.show(figure.facets)
            case NotGrouped():
                self.show_ungrouped(figure.reason)
            case Grouped():
                self.take_groups(figure.groups)
            case Viewed():
                self._views_known = True
                self.sidebar.count_views(figure.rows)
            case Selected():
                self.selected = figure
            case Drops():
                self.drops = figure
        self.refresh_frame()


def _is_stopped(change: Change) -> bool:
    """Whether a payment's amount is in no sum of invoices: it was not made, or nobody knows whether it was."""
    if change.op is Op.CREATE:
        return change.shown.mark in _STOPS
    return change.shown.mark == "?" and (change.op is not Op.UPDATE or "amount" in change.args)
