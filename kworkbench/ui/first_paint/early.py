"""The first thing a start does: take the terminal, and show the frame that the last run kept.

The last run draws the frame that the next one will begin with, and notes what it was drawn from. It is shown again only
where all of that is the same: program, terminal, colours, locale and zone, day, and every file it was read from.
"""

from __future__ import annotations

import os
import time

from kworkbench import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:  # the real one would cost an import
    from collections.abc import Iterable, Mapping

NAME = "first-frame"
LARGEST = 1_000_000
_TOLD = ("TERM", "COLORTERM", "NO_COLOR", "LC_ALL", "LC_NUMERIC", "LANG", "TZ", "COLUMNS", "LINES")


def state_folder(environ: Mapping[str, str]) -> str:
    """Where frames are kept; the same folder as `paths.find(environ).state`."""
    if home := environ.get("KWORKBENCH_HOME"):
        return os.path.join(os.path.abspath(os.path.expanduser(home)), "state")  # noqa: PTH100, PTH111, PTH118 - pathlib is slow to import
    from platformdirs import user_state_dir  # noqa: PLC0415 - not needed below KWORKBENCH_HOME

    return user_state_dir("kworkbench", appauthor=False)


def situation(environ: Mapping[str, str], columns: int, rows: int) -> str:
    """Everything outside the files that a frame depends on, the time apart, as one line."""
    told = [environ.get(name) for name in _TOLD]
    return repr((__version__, columns, rows, *told, time.localtime().tm_gmtoff))


def stamp(file: str) -> str:
    """What changes whenever the file does; `-` where there is none."""
    try:
        found = os.stat(file)  # noqa: PTH116 - pathlib is slow to import
    except OSError:
        return "-"
    return f"{found.st_ino} {found.st_mtime_ns} {found.st_size}"


def kept(folder: str, now_in: str, now: float) -> bytes | None:
    """The kept frame, where it is what would be drawn now.

    Args:
        folder: of `state_folder`.
        now_in: of `situation`.
        now: seconds since the epoch.
    """
    try:
        with open(os.path.join(folder, NAME), "rb") as file:  # noqa: PTH118, PTH123 - pathlib is slow to import
            head, _, frame = file.read(LARGEST).partition(b"\n\n")
    except OSError:
        return None
    told, _, rest = head.decode("utf-8", "replace").partition("\n")
    span, *files = rest.split("\n")
    since, _, until = span.partition(" ")
    if told != now_in or not (since.isdigit() and until.isdigit() and int(since) <= now < int(until)):
        return None
    named = [line.partition("\t") for line in files]
    return frame if named and all(stamp(name) == was for was, _, name in named) else None


def keep(folder: str, now_in: str, span: tuple[int, int], files: Iterable[tuple[str, str]], frame: bytes) -> None:
    """Keep a frame for the next start.

    Args:
        folder: of `state_folder`; it exists.
        now_in: of `situation`.
        span: the seconds since the epoch from which and before which the frame holds.
        files: every file it was drawn from, with its `stamp`.
        frame: what is written to the terminal.

    Raises:
        OSError: it cannot be written.
    """
    named = "\n".join(f"{was}\t{name}" for name, was in files)
    head = f"{now_in}\n{span[0]} {span[1]}\n{named}\n\n".encode("utf-8", "replace")
    place = os.path.join(folder, NAME)  # noqa: PTH118
    draft = f"{place}.{os.getpid()}"
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:  # noqa: PTH123
        file.write(head + frame)
    os.replace(draft, place)  # noqa: PTH105
