"""Where the program starts: straight to the workbench when nothing was said, else to the command line.

The bare start shows rows before anything heavy is imported, so imports stand where they are needed.
"""

from __future__ import annotations

import gc
import os
import sys
import time

from kworkbench import crash

TYPE_CHECKING = False
if TYPE_CHECKING:  # the real one would cost an import
    from collections.abc import Mapping, Sequence

    from kworkbench.cli.start import Start
    from kworkbench.paths import Paths
    from kworkbench.ui.first_paint.terminal import FirstScreen

NO_TERMINAL = "The workbench needs a terminal. `kworkbench list invoices` prints without one; --help names the rest."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit status; nothing but a sentence is printed when it fails."""
    crash.harden()
    given = sys.argv[1:] if arguments is None else list(arguments)
    first = None if given else _terminal()
    try:
        if first is not None:
            gc.disable()  # imports make much and drop little; the app switches it on again once it is drawn
            _first_paint(first, os.environ)
        from kworkbench.paths import find  # noqa: PLC0415 - after the first paint

        paths = find(os.environ)
        secrets = crash.secrets_in(os.environ)
        if first is None:  # else after the first paint
            crash.watch(paths.crash_log, secrets)
        return crash.guarded(lambda: _run(given, paths, os.environ, first), paths.crash_log, secrets)
    except KeyboardInterrupt:
        return crash.INTERRUPTED
    finally:
        if first is not None:
            first.release()


def _terminal() -> FirstScreen | None:
    """The terminal, taken; None without one of the kind we know."""
    if os.name != "posix":
        return None
    from kworkbench.ui.first_paint import terminal  # noqa: PLC0415 - not for the command line

    return terminal.take()


def _first_paint(first: FirstScreen, environ: Mapping[str, str]) -> None:
    """Show the kept frame, if one holds."""
    from kworkbench.ui.first_paint import early, terminal  # noqa: PLC0415 - not for the command line

    first.folder = early.state_folder(environ)
    first.situation = early.situation(environ, *first.size)
    frame = early.kept(first.folder, first.situation, time.time())
    if frame is not None:
        first.paint(frame)
    terminal.end_by_signals()


def _run(arguments: Sequence[str], paths: Paths, environ: Mapping[str, str], first: FirstScreen | None) -> int:
    if not arguments:
        from kworkbench.cli.start import Start  # noqa: PLC0415 - after the first paint

        return workbench(Start(), paths, environ, first)
    from kworkbench.cli.main import process_console, run_command  # noqa: PLC0415 - the bare start needs no click
    from kworkbench.cli.state import Run  # noqa: PLC0415
    from kworkbench.composition.commands import ports  # noqa: PLC0415
    from kworkbench.credentials import Credentials  # noqa: PLC0415

    crash.open_streams()
    given = ports(paths, environ, lambda start: workbench(start, paths, environ))
    process = process_console()
    status = run_command(arguments, Run(given, process, paths, Credentials(environ, paths.tokens)))
    process.flush()
    return status


def workbench(start: Start, paths: Paths, environ: Mapping[str, str], first: FirstScreen | None = None) -> int:
    """Open the screens; where there is no terminal, say so. `first` holds it already where the start was bare."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        print(NO_TERMINAL, file=sys.stderr)  # noqa: T201
        return 2
    from kworkbench.composition.workbench import run_workbench  # noqa: PLC0415 - after the cheap checks

    return run_workbench(start, paths, environ, first)


if __name__ == "__main__":
    sys.exit(main())
