"""A program on a pseudo terminal whose screen can be read: keys in, an emulated screen out."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

import pyte

QUIET_SECONDS = 0.3
LIMIT_SECONDS = 30.0

KEYS: Mapping[str, bytes] = {
    "enter": b"\r",
    "escape": b"\x1b",
    "space": b" ",
    "tab": b"\t",
    "down": b"\x1b[B",
    "up": b"\x1b[A",
    "backspace": b"\x7f",
    "ctrl+o": b"\x0f",
    "ctrl+p": b"\x10",
    "ctrl+q": b"\x11",
    "ctrl+u": b"\x15",
}


class Terminal:
    """One run of a command in a window of `columns` by `rows`."""

    def __init__(self, command: Sequence[str], columns: int, rows: int, environ: Mapping[str, str]) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.bytes = bytearray()
        self._status: int | None = None
        self._child, self._terminal = pty.fork()
        if self._child == 0:
            os.execvpe(command[0], list(command), dict(environ))  # noqa: S606 - the program whose picture is taken
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._terminal >= 0:
            os.close(self._terminal)
        if self._status is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._child, signal.SIGKILL)
            os.waitpid(self._child, 0)

    def press(self, *keys: str) -> None:
        """Press named keys, or type texts given as they are, letting the screen come to rest after each."""
        for key in keys:
            os.write(self._terminal, KEYS.get(key, key.encode()))
            self.rest()

    def wait_for(self, pattern: str) -> None:
        """Read until the screen shows a pattern.

        Raises:
            TimeoutError: it did not within the limit; the message holds the screen.
        """
        end = time.monotonic() + LIMIT_SECONDS
        while not re.search(pattern, self.text()):
            if time.monotonic() > end or (not self._read(0.2) and not self._alive()):
                raise TimeoutError(f"{pattern!r} never came up:\n{self.text()}")

    def rest(self) -> None:
        """Read until nothing more comes for a moment."""
        end = time.monotonic() + LIMIT_SECONDS
        while self._read(QUIET_SECONDS) and time.monotonic() < end:
            pass

    def ended(self) -> int:
        """The exit status, once the program has ended."""
        while self._read(QUIET_SECONDS):
            pass
        self._status = os.waitstatus_to_exitcode(os.waitpid(self._child, 0)[1])
        return self._status

    def hang_up(self) -> int:
        """Close the window; the exit status, once the program has ended."""
        os.close(self._terminal)
        self._terminal = -1
        self._status = os.waitstatus_to_exitcode(os.waitpid(self._child, 0)[1])
        return self._status

    def text(self) -> str:
        """The screen as lines of text."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def _read(self, seconds: float) -> bool:
        if not select.select([self._terminal], [], [], seconds)[0]:
            return False
        try:
            part = os.read(self._terminal, 1 << 16)
        except OSError:
            return False
        self.bytes += part
        self._stream.feed(part)
        return bool(part)

    def _alive(self) -> bool:
        return os.waitid(os.P_PID, self._child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
