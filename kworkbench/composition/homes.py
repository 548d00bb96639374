"""Opens a home from folders, configuration and tokens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from kworkbench.composition.access import Access
from kworkbench.composition.links import Links
from kworkbench.composition.news import ConfigNews
from kworkbench.config import Config, ConfigError
from kworkbench.credentials import Credentials
from kworkbench.domain.connections import Connection
from kworkbench.paths import Paths
from kworkbench.sync.clock import Clock, local_day
from kworkbench.sync.events import Admission
from kworkbench.sync.home import Files, Home
from kworkbench.sync.hub import Hub

FAULTS_VARIABLE = "KWORKBENCH_SANDBOX_FAULTS"
"""Faults of the embedded sandbox, separated by blanks, in the form of `sandbox serve --fault`; for trials and tests."""


def make_links(paths: Paths, environ: Mapping[str, str], config: Config, chosen: Connection, clock: Clock) -> Links:
    """What makes the lines to the servers.

    Raises:
        ConfigError: the faults asked for the embedded sandbox make no sense.
    """
    access = Access(Credentials(environ, paths.tokens), chosen.name)
    faults = checked_faults(environ.get(FAULTS_VARIABLE, ""))
    return Links(paths, config.connections, access, faults, lambda: local_day(clock.now()))


READ_ONLY = "This run or this connection is read-only. It is sent by the next run that may write."


def admission_of(connections: Sequence[Connection], *, read_only: bool) -> Admission:
    """Which accounts may be sent to in this run (I13), and where what is lost is sent again by itself."""
    barred = {one.account: "" if one.writable and not read_only else READ_ONLY for one in connections}
    return Admission(barred, frozenset(one.account for one in connections if one.send_again))


def make_home(
    paths: Paths, links: Links, clock: Clock, hub: Hub, config: Config, *, sends: bool, read_only: bool
) -> Home:  # fmt: skip
    """Open the stores; nothing is sent before the home is started.

    Raises:
        SaveError: the outbox cannot be used.
    """
    admitted = partial(admission_of, read_only=read_only)
    return Home(
        files_of(paths),
        links.make,
        clock,
        sends=sends,
        hub=hub,
        admission=admitted(config.connections),
        news=ConfigNews(paths.config_file, config.connections, admitted, links.know).read,
    )


def files_of(paths: Paths) -> Files:
    """Where the two databases and the lock stand."""
    return Files(paths.outbox, paths.cached, paths.data / "sender.lock")


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
