"""The terminal from the first moment to the last: what was changed is put back on every way out."""

from __future__ import annotations

import os
import sys
import termios

TYPE_CHECKING = False
if TYPE_CHECKING:  # the real one would cost an import
    from types import FrameType

ENTER = "\x1b[?1049h"
_LEAVE = (
    b"\x1b[<u\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l"
    b"\x1b[?2004l\x1b[?2048l\x1b[?1004l\x1b[?7h\x1b[0m\x1b[?1049l\x1b[?25h"
)
"""Everything that the first paint or the toolkit may have switched on, switched off."""
_SMALLEST = (60, 16)


class FirstScreen:
    """Holds the terminal while the program starts.

    Keys typed meanwhile stay in the terminal's buffer as they are, unseen, until the toolkit reads them. `ctrl+c` still
    interrupts; `ctrl+z` does nothing, for nobody could put the screen back.

    Attributes:
        folder, situation: where and for what frames are kept, as `early` has them; empty where they are not.
        painted: the alternate screen is in force and nobody but us would leave it.
        attributes: how the terminal was set before, as `termios` has it.
    """

    def __init__(self, keys: int, out: int) -> None:
        """Take a terminal, given by its file descriptors."""
        self.folder = ""
        self.situation = ""
        self.painted = False
        self.attributes = termios.tcgetattr(keys)
        self._keys = keys
        self._out = out
        self._held = True
        quiet = termios.tcgetattr(keys)
        quiet[0] &= ~(termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR)
        quiet[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN)
        quiet[6][termios.VMIN] = 1
        quiet[6][termios.VSUSP] = b"\0"
        termios.tcsetattr(keys, termios.TCSANOW, quiet)

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        found = os.get_terminal_size(self._out)
        return _told("COLUMNS") or found.columns, _told("LINES") or found.lines

    @property
    def is_there(self) -> bool:
        """Whether the terminal still answers."""
        try:
            termios.tcgetattr(self._keys)
        except termios.error:
            return False
        return True

    @property
    def roomy(self) -> bool:
        """True where a frame can be drawn at all."""
        if not self.is_there:
            return False
        columns, rows = self.size
        return columns >= _SMALLEST[0] and rows >= _SMALLEST[1]

    def paint(self, frame: bytes) -> None:
        """Show a frame on the alternate screen; without the terminal's help nothing is shown."""
        self.painted = True
        rest = ENTER.encode() + b"\x1b[?25l\x1b[?7l" + frame
        try:
            while rest:
                rest = rest[os.write(self._out, rest) :]
        except OSError:
            self.painted = False

    def release(self) -> None:
        """Put everything back; once."""
        if not self._held:
            return
        self._held = False
        try:
            if self.painted:
                os.write(self._out, _LEAVE)
            termios.tcsetattr(self._keys, termios.TCSANOW, self.attributes)
        except (OSError, termios.error):
            return  # the terminal has gone away: there is nothing left to put back


def _told(name: str) -> int:
    """A size that the environment insists on, as the toolkit reads it; 0 where it does not."""
    value = os.environ.get(name, "")
    return int(value) if value.isascii() and value.isdigit() else 0


def take() -> FirstScreen | None:
    """The terminal of this process; None where there is none to draw on."""
    if not (sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()):
        return None
    try:
        return FirstScreen(sys.stdin.fileno(), sys.stderr.fileno())
    except (OSError, termios.error):
        return None


def end_by_signals() -> None:
    """From now on SIGTERM and SIGHUP end the program by an exception, so that the terminal is put back."""
    import signal  # noqa: PLC0415 - after the first paint

    def ends(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, ends)
    signal.signal(signal.SIGHUP, ends)
