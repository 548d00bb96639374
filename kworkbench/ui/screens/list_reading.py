"""From a query to its rows: the first page at once where that is quick, else read by a thread, and nothing before it.

The one place that makes a list's window. What is counted and added up follows the paint (`list_figures`).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from kworkbench.domain.catalog import Resource, ResourceCatalog
from kworkbench.domain.query import Query
from kworkbench.store.source import ReadInterruptedError
from kworkbench.ui.lane import Lane
from kworkbench.ui.timed import TimedApp, once_painted
from kworkbench.ui.widgets.pages import read_first

if TYPE_CHECKING:
    from kworkbench.services.session import Session
    from kworkbench.store.reader import Reader, Window
    from kworkbench.ui.screens.base import WorkScreen
    from kworkbench.ui.screens.list_panes import ListPane
    from kworkbench.ui.screens.list_words import Drops
    from kworkbench.ui.widgets.columns import Measures
    from kworkbench.ui.widgets.grouped_places import GroupedPlaces
    from kworkbench.ui.widgets.places import Places
    from kworkbench.ui.widgets.table import RecordTable

    _Base = WorkScreen[None]
else:
    _Base = object

AT_ONCE = (0.002, 0.006)
"""Seconds of work and of waiting a first page may take on the UI thread; a thread reads one that takes longer."""
_WORK = "page"


class ListReading(_Base):
    """The part of a list that reads its rows."""

    session: Session
    resource: Resource
    catalog: ResourceCatalog
    query_now: Query
    group_now: str
    columns_now: tuple[str, ...]
    pane: ListPane
    table: RecordTable
    drops: Drops | None

    if TYPE_CHECKING:  # another part of the screen has them

        @property
        def effective_query(self) -> Query:
            """What the rows shown are found by."""
            ...

        def want_answers(self, *, again: bool = False) -> None:
            """Ask what only the server knows."""
            ...

        def places_of(self, window: Window) -> Places | GroupedPlaces:
            """Where the rows of a window stand."""
            ...

        def draw_views(self) -> None:
            """Views and filters on the sidebar as they are now."""
            ...

        @property
        def known_length(self) -> int | None:
            """How many rows the query has, where they were counted."""
            ...

        @property
        def known_widths(self) -> Measures | None:
            """The widest amounts of the query's whole result, where they were read."""
            ...

        def call_off(self) -> None:
            """What is counted for other rows is not wanted."""
            ...

        def read_figures(self, *, again: bool = False) -> None:
            """Count and add up, after the paint."""
            ...

    def start_reading(self) -> None:
        """Nothing is read yet."""
        self.window: Window | None = None
        self.lane = Lane(self.session.open_reader)
        self._wanted: Query | None = None
        self.typed_from: str | None = None
        """The record under the cursor when typing began: followed through queries that hide it for a moment."""

    # Another query.

    def change_query(self, query: Query, *, follow: bool = True) -> None:
        """Show another query; the cursor follows its record where it is there."""
        self._wanted = None
        if query != self.query_now:
            self.query_now = query
            self.run_query((self.typed_from or self.table.lid) if follow else None)

    def change_query_soon(self, query: Query) -> None:
        """Show what is typed; while further keys wait, once per frame."""
        if isinstance(self.app, TimedApp) and self.app.keys_wait:
            if self._wanted is None:
                self.call_after_refresh(self.change_wanted)
            self._wanted = query
        else:
            self.change_query(query)

    def change_wanted(self) -> None:
        """Show what was typed last, where that has not come to pass yet."""
        if self._wanted is not None:
            self.change_query(self._wanted)

    # Its rows.

    def run_query(self, lid: str | None = None) -> None:
        """Show the rows of the query as it is now; the cursor goes to `lid`.

        Until they are read, which takes no longer than a key's paint but for rare ones, the rows before stand.
        """
        self.call_off()
        self.drops = None
        window = self.session.reader.rows(self.resource, self.effective_query)
        if self.known_length is not None:
            window.known(self.known_length)
        self.workers.cancel_group(self, _WORK)
        try:
            with self.session.reader.within(*AT_ONCE):
                self._begin(window, lid)
        except ReadInterruptedError:
            self.in_place_of(_WORK, partial(self._read_slow, lid))
        else:
            self._show(window, lid)
        once_painted(self, self.draw_views)  # counting would hold the first frame up
        once_painted(self, self.want_answers)
        self.refresh_frame()

    def _begin(self, window: Window, lid: str | None) -> None:
        if not self.group_now:
            read_first(window, lid, self.table.height_in_rows)

    async def _read_slow(self, lid: str | None) -> None:
        try:
            window = await self.lane.read(partial(self._begun, self.effective_query, lid))
        except ReadInterruptedError:  # the screen is left
            return
        if not self.retired:
            self._show(self.session.reader.adopt(window), lid)
            self.refresh_frame()

    def _begun(self, query: Query, lid: str | None, reader: Reader) -> Window:
        window = reader.rows(self.resource, query)
        self._begin(window, lid)
        return window

    def _show(self, window: Window, lid: str | None) -> None:
        self.window = window
        self.table.choose_columns(self.columns_now)
        sort = self.query_now.sort or self.resource.first_sort
        self.table.open(self.places_of(window), sort, lid, self.known_widths)
        self.table.stays_at_top = not lid and self.session.reader.ages(self.resource.name).checked_at is None
        once_painted(self, self.read_figures)
        self.paint_now(self.table, *self.pane.query("LineInput"))
