"""Builds a workbench over a home that is opened now, or after the first live frame. Imports nothing that writes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kworkbench.config import Config, ConfigError, load
from kworkbench.domain.connections import Connection
from kworkbench.lean import dataclass
from kworkbench.paths import Paths
from kworkbench.providers import CATALOGS
from kworkbench.services.session import Manner, Workbench, WorkbenchError
from kworkbench.services.views import ViewPlaces
from kworkbench.sync.clock import Clock, SystemClock
from kworkbench.sync.late import LateHome

if TYPE_CHECKING:
    from kworkbench.composition.links import Links
    from kworkbench.domain.quickline.days import DateOrder
    from kworkbench.sync.home import Home
    from kworkbench.sync.hub import Hub


@dataclass(frozen=True, slots=True)
class Opened:
    """A home with its workbench and the lines it has made."""

    late: LateHome
    workbench: Workbench
    lines: list[Links]

    @property
    def home(self) -> Home:
        """The home, opened now where it was not."""
        return self.late.open()

    def close(self) -> None:
        """Close all of it, in the order of dependence."""
        self.workbench.close()
        while self.lines:
            self.lines.pop().close()


def open_late(
    paths: Paths,
    environ: Mapping[str, str],
    config: Config,
    chosen: Connection,
    manner: Manner,
    *,
    sends: bool = True,
    clock: Clock | None = None,
) -> Opened:
    """A workbench that can read; `Workbench.complete` opens the stores that it writes to.

    Raises:
        HomeError: a folder cannot be made.
    """
    paths.create()
    clock = clock or SystemClock()
    lines: list[Links] = []

    def make(hub: Hub) -> Home:
        from kworkbench.composition.homes import make_home, make_links  # noqa: PLC0415 - the writing half

        links = make_links(paths, environ, config, chosen, clock)
        lines.append(links)
        return make_home(paths, links, clock, hub, config, sends=sends, read_only=manner.read_only)

    late = LateHome(make)
    views = ViewPlaces(paths.views_file, paths.view_state, paths.apart_file)
    read = partial(_connections_of, paths.config_file)
    workbench = Workbench(late, paths.cached, config.connections, CATALOGS.__getitem__, clock, manner, views, read)
    return Opened(late, workbench, lines)


def _connections_of(file: Path) -> tuple[Connection, ...]:
    try:
        return load(file).connections
    except ConfigError as problem:
        raise WorkbenchError(str(problem)) from problem


def open_home(
    paths: Paths,
    environ: Mapping[str, str],
    config: Config,
    chosen: Connection,
    manner: Manner,
    *,
    sends: bool = True,
    clock: Clock | None = None,
) -> Opened:
    """Open the stores of a home; nothing is sent before `workbench.start`.

    Raises:
        SaveError: the outbox cannot be used.
        ConfigError: the faults asked for the embedded sandbox make no sense.
        HomeError: a folder cannot be made.
    """
    opened = open_late(paths, environ, config, chosen, manner, sends=sends, clock=clock)
    opened.late.open()
    return opened


def date_order(text: str | None) -> DateOrder | None:
    """The configured order of day and month in `3/4`, None where it was not said."""
    if text is None:
        return None
    from kworkbench.domain.quickline.days import DateOrder  # noqa: PLC0415 - part of the quick line

    return DateOrder(text)
