"""A program on a real pseudo terminal: its bytes, and its screen as an emulator sees them."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pyte

ROOT = Path(__file__).resolve().parents[2]


class Terminal:
    """What a started program has written so far."""

    def __init__(self, fd: int, pid: int, columns: int, rows: int) -> None:
        self._fd = fd
        self.pid = pid
        self.bytes = b""
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)

    @property
    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.screen.display)

    def screen_before(self, mark: bytes) -> list[str]:
        """The screen's lines as they stood when `mark` was written, however late that was read."""
        written, found, _ = self.bytes.partition(mark)
        assert found, f"{mark!r} was never written"
        screen = pyte.Screen(self.screen.columns, self.screen.lines)
        pyte.ByteStream(screen).feed(written)
        return list(screen.display)

    def press(self, keys: bytes) -> None:
        os.write(self._fd, keys)

    def wait_for(self, text: str, seconds: float = 20.0) -> None:
        """Read until the screen holds `text`."""
        self._read_until(lambda: text in self.text, seconds, text)

    def wait_for_end(self, seconds: float = 20.0) -> int:
        """Read until the program ended; its exit status."""
        self._read_until(lambda: False, seconds, "", ends=True)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def _read_until(self, met: object, seconds: float, what: str, *, ends: bool = False) -> None:
        assert callable(met)
        until = time.monotonic() + seconds
        while not met():
            left = until - time.monotonic()
            assert left > 0, f"{what!r} did not come:\n{self.text}"
            if select.select([self._fd], [], [], min(left, 0.2))[0] and not self._take() and ends:
                return

    def _take(self) -> bool:
        try:
            data = os.read(self._fd, 65536)
        except OSError:
            return False
        self.bytes += data
        self._stream.feed(data)
        return bool(data)


@contextmanager
def started(
    module: str, arguments: Sequence[str], env: Mapping[str, str], columns: int = 80, rows: int = 24
) -> Iterator[Terminal]:
    """Start `python -m module` on a terminal of that size; it is killed at the end if it still runs."""
    pid, fd = pty.fork()
    if pid == 0:
        os.chdir(ROOT)
        clean = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLORTERM")}
        command = [sys.executable, "-m", module, *arguments]
        os.execve(sys.executable, command, {**clean, "TERM": "xterm-256color", **env})  # noqa: S606  # a terminal's way
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    terminal = Terminal(fd, pid, columns, rows)
    try:
        yield terminal
    finally:
        with suppress(ProcessLookupError, ChildProcessError):
            os.kill(pid, 9)
            os.waitpid(pid, 0)
        os.close(fd)
