"""Builds a home and its workbench from folders, configuration and tokens."""

from __future__ import annotations

from collections.abc import Mapping

from kworkbench.composition.access import Access
from kworkbench.composition.links import Links
from kworkbench.config import Config, ConfigError
from kworkbench.credentials import Credentials
from kworkbench.domain.connections import Connection
from kworkbench.domain.quickline.days import DateOrder
from kworkbench.lean import dataclass
from kworkbench.paths import Paths
from kworkbench.providers import CATALOGS
from kworkbench.services.session import Manner, Workbench
from kworkbench.services.views import ViewPlaces
from kworkbench.sync.clock import Clock, SystemClock, local_day
from kworkbench.sync.home import Files, Home

FAULTS_VARIABLE = "KWORKBENCH_SANDBOX_FAULTS"
"""Faults of the embedded sandbox, separated by blanks, in the form of `sandbox serve --fault`; for trials and tests."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A home with its workbench and the lines it can make."""

    home: Home
    workbench: Workbench
    links: Links

    def close(self) -> None:
        """Close all of it, in the order of dependence."""
        self.workbench.close()
        self.links.close()


def files_of(paths: Paths) -> Files:
    """Where the two databases and the lock stand."""
    return Files(paths.outbox, paths.cached, paths.data / "sender.lock")


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
    paths.create()
    clock = clock or SystemClock()
    access = Access(Credentials(environ, paths.tokens), chosen.name)
    faults = checked_faults(environ.get(FAULTS_VARIABLE, ""))
    links = Links(paths, config.connections, access, faults, lambda: local_day(clock.now()))
    home = Home(files_of(paths), links.make, clock, sends=sends)
    views = ViewPlaces(paths.views_file, paths.view_state)
    workbench = Workbench(home, paths.cached, config.connections, CATALOGS.__getitem__, clock, manner, views)
    return Opened(home, workbench, links)


def checked_faults(text: str) -> str:
    """The faults asked for the embedded sandbox, when they can be read.

    Raises:
        ConfigError: one of them is no fault.
    """
    if text:
        from kworkbench.sandbox.faults import FaultError, parse_fault  # noqa: PLC0415 - only for trials

        try:
            for fault in text.split():
                parse_fault(fault)
        except FaultError as problem:
            raise ConfigError(f"{FAULTS_VARIABLE}: {problem}") from problem
    return text


def date_order(text: str | None) -> DateOrder | None:
    """The configured order of day and month in `3/4`, None where it was not said."""
    return None if text is None else DateOrder(text)
