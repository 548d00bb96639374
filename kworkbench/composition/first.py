"""Draws the first frame from the cache: at the start where none was kept, and at the end for the next start."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from kworkbench.composition.styles import number_style
from kworkbench.config import Config
from kworkbench.domain.catalog import Catalog
from kworkbench.domain.connections import Connection
from kworkbench.domain.numbers import NumberStyle
from kworkbench.domain.query import Query, QueryError, effective, parse_query
from kworkbench.domain.query.asked import answered, asked_of
from kworkbench.domain.resources import INVOICES
from kworkbench.domain.views import View
from kworkbench.lean import dataclass
from kworkbench.paths import Paths
from kworkbench.providers import CATALOGS
from kworkbench.services.view_state import LeftOff, load_state
from kworkbench.store.cache_file import CacheMissingError
from kworkbench.store.reader import Reader
from kworkbench.ui.first_paint.ansi import Colours, drawn
from kworkbench.ui.first_paint.early import keep, stamp
from kworkbench.ui.first_paint.frame import FirstView, frame, rows_read

if TYPE_CHECKING:
    from kworkbench.ui.first_paint.terminal import FirstScreen

_OLD = timedelta(days=1)
"""Ages are drawn otherwise from then on (`words.is_old`)."""


@dataclass(frozen=True, slots=True)
class Showing:
    """What stands on the screen first: the last view of a connection, in the colours of a terminal."""

    paths: Paths
    config: Config
    chosen: Connection
    environ: Mapping[str, str]

    def paint(self, first: FirstScreen) -> None:
        """Draw the rows of the cache, where there are any."""
        columns, rows = first.size
        view = self._view(rows)
        if view is not None:
            first.paint(drawn(frame(view, columns, rows), self._colours()))

    def keep(self, first: FirstScreen) -> None:
        """Keep the frame that the next start on this terminal will begin with.

        Raises:
            OSError: it cannot be written.
            sqlite3.Error: the cache cannot be read.
        """
        columns, rows = first.size
        keep_frame(
            first.folder, first.situation, self.paths, lambda: self._view(rows), self._colours(), (columns, rows)
        )

    def _view(self, height: int) -> FirstView | None:
        style = number_style(self.config.settings.locale, self.environ)
        now = datetime.now()  # noqa: DTZ005 - local time, as the screens show it
        return first_view(self.paths, self.chosen, CATALOGS[self.chosen.provider], style, now, height)

    def _colours(self) -> Colours:
        return Colours.of(self.environ, dark=self.config.settings.theme != "light")


def first_view(
    paths: Paths, connection: Connection, catalog: Catalog, style: NumberStyle, now: datetime, height: int
) -> FirstView | None:
    """What the live screen will show first, read from the cache; None where it has no rows, or groups.

    `now` is local time without a zone, `height` that of the window in rows.
    """
    left = load_state(paths.view_state).get(connection.account, LeftOff())
    resource = catalog.resources[left.resource if left.resource in catalog.resources else INVOICES.name].resource
    look = left.lists.get(resource.name, View(resource.name, ""))
    if look.group:
        return None  # groups are counted, which takes as long as the toolkit's import
    try:
        query = parse_query(look.query, resource, today=now.date())
    except QueryError:
        query = Query()
    try:
        with closing(Reader.open(paths.cached, connection.account, now.date, connection.name)) as reader:
            known = frozenset(reader.answers(resource)) if asked_of(query, resource) else frozenset()
            wanted = effective(answered(query, resource, known), catalog.resources[resource.name].hides)
            rows = reader.rows(resource, wanted).fetch(0, rows_read(height))
            ages = reader.ages(resource.name)
    except (CacheMissingError, sqlite3.Error):
        return None
    if not rows:
        return None
    partial = (ages.loaded, ages.total) if ages.checked_at is None and ages.total is not None else None
    changed_at, checked_at = _local(ages.changed_at), _local(ages.checked_at)
    return FirstView(
        connection=connection,
        catalog=catalog,
        resource=resource,
        query=query,
        columns=look.columns,
        style=style,
        rows=rows,
        now=now,
        changed_at=changed_at,
        checked_at=checked_at,
        partial=partial,
    )


def keep_frame(
    folder: str,
    situation: str,
    paths: Paths,
    view: Callable[[], FirstView | None],
    colours: Colours,
    size: tuple[int, int],
) -> None:
    """Keep the frame that the next start will begin with, unless the files move under it.

    Raises:
        OSError: it cannot be written.
    """
    files = [str(paths.cached), f"{paths.cached}-wal", str(paths.config_file), str(paths.view_state)]
    before = [stamp(file) for file in files]
    found = view()
    if found is not None and before == [stamp(file) for file in files]:
        picture = drawn(frame(found, *size), colours)
        keep(folder, situation, _span(found), list(zip(files, before, strict=True)), picture)


def _span(view: FirstView) -> tuple[int, int]:
    """From when until when a frame holds: the day, and ages that become old within it."""
    midnight = datetime.combine(view.now.date() + timedelta(days=1), datetime.min.time())
    ends = [each + _OLD for each in (view.changed_at, view.checked_at) if each is not None]
    until = min([midnight, *(each for each in ends if each > view.now)])
    return int(view.now.timestamp()), int(until.timestamp())


def _local(moment: str | None) -> datetime | None:
    return None if moment is None else datetime.fromisoformat(moment).astimezone().replace(tzinfo=None)
