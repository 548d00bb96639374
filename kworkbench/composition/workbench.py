"""Runs the screens: the first frame from the cache, then the toolkit; what writes is opened behind the live screen."""

from __future__ import annotations

import gc
import sqlite3
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from kworkbench import crash
from kworkbench.composition.styles import number_style
from kworkbench.config import Config, ConfigError, UnknownConnectionError, load
from kworkbench.paths import HomeError, Paths

if TYPE_CHECKING:
    from kworkbench.cli.start import Start
    from kworkbench.composition.opening import Opened
    from kworkbench.domain.connections import Connection
    from kworkbench.ui.app import WorkbenchApp
    from kworkbench.ui.first_paint.terminal import FirstScreen


def run_workbench(start: Start, paths: Paths, environ: Mapping[str, str], first: FirstScreen | None = None) -> int:
    """Open the workbench and return its exit status; what prevents it is one sentence on stderr.

    `first` holds the terminal already; it is released before anything is said.
    """
    try:
        status, said, notes = _Run(start, paths, environ, first).run()
    finally:
        if first is not None:
            first.release()
    for note in notes:
        print(note, file=sys.stderr)  # noqa: T201
    if said:
        print(said, file=sys.stderr if status else sys.stdout)
    return status


class _Run:
    def __init__(self, start: Start, paths: Paths, environ: Mapping[str, str], first: FirstScreen | None) -> None:
        self._start = start
        self._paths = paths
        self._environ = environ
        self._first = first

    def run(self) -> tuple[int, str, tuple[str, ...]]:
        """The exit status, the sentence and the notes that are to be said once the terminal is as it was."""
        try:
            config = load(self._paths.config_file)
            chosen = config.connection(self._start.connection)
        except (ConfigError, UnknownConnectionError) as problem:
            return 2, str(problem), ()
        gc.disable()  # as `__main__` does before a bare start
        self._paint(config, chosen)
        if self._first is not None:
            crash.watch(self._paths.crash_log, crash.secrets_in(self._environ))
        from kworkbench.store.failing import SaveError  # noqa: PLC0415 - after the first paint

        try:
            return self._live(config, chosen)
        except (ConfigError, HomeError) as problem:
            return 2, str(problem), ()
        except SaveError as problem:
            return 3, str(problem), ()

    def _live(self, config: Config, chosen: Connection) -> tuple[int, str, tuple[str, ...]]:
        """Run the app; what ended it is raised again."""
        opened = self._open(config, chosen)
        try:
            self._begin_with(opened, chosen)
            app = self._app(opened, light=config.settings.theme == "light")
            said = app.run()
        finally:
            opened.close()
        if app.fault is not None:
            raise app.fault
        self._keep(config, chosen)
        return app.return_code or 0, said or "", tuple(opened.late.notes)

    def _begin_with(self, opened: Opened, chosen: Connection) -> None:
        """Open the first connection; where there is no cache to read, what writes has to be opened first."""
        from kworkbench.store.cache_file import CacheMissingError  # noqa: PLC0415 - after the first paint

        try:
            opened.workbench.open(chosen.name)
        except CacheMissingError:
            opened.late.open()
            opened.workbench.open(chosen.name)

    def _paint(self, config: Config, chosen: Connection) -> None:
        """Draw the rows of the cache, unless the kept frame shows them already."""
        first = self._first
        if first is None or first.painted or not first.roomy:
            return
        from kworkbench.composition.first import Showing  # noqa: PLC0415 - a kept frame needs none of it

        Showing(self._paths, config, chosen, self._environ).paint(first)

    def _keep(self, config: Config, chosen: Connection) -> None:
        """Keep the frame of the next start; that it cannot be kept only makes that start slower."""
        first = self._first
        if first is None or not first.folder or not first.roomy:
            return
        from kworkbench.composition.first import Showing  # noqa: PLC0415

        with suppress(OSError, sqlite3.Error):
            Showing(self._paths, config, chosen, self._environ).keep(first)

    def _open(self, config: Config, chosen: Connection) -> Opened:
        from kworkbench.composition.opening import date_order, open_late  # noqa: PLC0415 - after the first paint
        from kworkbench.services.session import Manner  # noqa: PLC0415

        manner = Manner(
            style=number_style(config.settings.locale, self._environ),
            date_order=date_order(config.settings.date_order),
            hold_seconds=config.settings.hold_seconds,
            read_only=self._start.read_only,
            offline=self._start.offline,
        )
        return open_late(self._paths, self._environ, config, chosen, manner, sends=not self._start.offline)

    def _app(self, opened: Opened, *, light: bool) -> WorkbenchApp:
        from kworkbench.ui.first_paint.toolkit import import_toolkit  # noqa: PLC0415 - after everything cheap

        import_toolkit()
        from kworkbench.ui.app import WorkbenchApp  # noqa: PLC0415 - what stands on the toolkit
        from kworkbench.ui.first_paint.handover import driver_for  # noqa: PLC0415

        driver = None if self._first is None else driver_for(self._first)
        return WorkbenchApp(opened.workbench, light=light, driver_class=driver)
