"""A program on a pseudo terminal, watched with a clock: when did what it drew become visible?

Every chunk of output is stamped when it arrives and interpreted afterwards, in the quiet moments, so that interpreting
never delays a stamp. What is drawn within a synchronised update counts when the update ends, as a terminal shows it.
"""

from __future__ import annotations

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
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import pyte

QUIET = 0.04
"""Seconds without output that end an answer."""
CALM_PERCENT = 2.0
"""CPU of a program that has nothing to do, at most."""
_ANSWERS = ((b"\x1b[?2026$p", b"\x1b[?2026;2$y"), (b"\x1b[?2048$p", b"\x1b[?2048;0$y"), (b"\x1b[c", b"\x1b[?62c"))
_FOREIGN = re.compile(
    rb"\x1b\[[<=>][0-9;]*[A-Za-z]|\x1b\[\?[0-9;]*\$p|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1bP[^\x1b]*\x1b\\"
)
_SEQUENCE = re.compile(rb"\x1b\[[^@-~]*[@-~]")
_TOOLKIT = b"\x1b[?2004h"
"""The toolkit asks for bracketed pastes when it has taken the terminal."""
_SYNC = re.compile(rb"\x1b\[\?2026([hl])")
_OPEN = re.compile(rb"\x1b(?:\[[^@-~]*|\][^\x07\x1b]*|P[^\x1b]*)?\Z")
KEYS: Mapping[str, bytes] = {
    "up": b"\x1b[A", "down": b"\x1b[B", "pagedown": b"\x1b[6~", "pageup": b"\x1b[5~", "home": b"\x1b[H",
    "end": b"\x1b[F", "enter": b"\r", "escape": b"\x1b", "space": b" ",
    "ctrl+c": b"\x03", "ctrl+q": b"\x11", "tab": b"\t",
}  # fmt: skip


class MeasureError(Exception):
    """The program did not do what was waited for; the message holds its screen."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One press, in seconds from its write: first byte, first visible change, last byte; bytes; CPU seconds."""

    first: float | None
    shown: float | None
    settled: float
    sent: int
    cpu: float


class Terminal:
    """One run of a command in a window of `columns` by `rows`."""

    def __init__(
        self, command: Sequence[str], environ: Mapping[str, str], *, columns: int = 120, rows: int = 40
    ) -> None:
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._chunks: list[tuple[float, bytes]] = []
        self._rest = b""
        self._synced = False
        self._toolkit: float | None = None
        self._drawn = ""
        self.written = 0
        self.started = time.perf_counter()
        self.child, self._fd = pty.fork()
        if self.child == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.execvpe(command[0], list(command), dict(environ))  # noqa: S606 - the measured program
        os.set_blocking(self._fd, False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the program, by force where `quit` has not."""
        if self._fd >= 0:
            os.kill(self.child, signal.SIGKILL)
            os.waitpid(self.child, 0)
            os.close(self._fd)
            self._fd = -1

    def quit(self, key: str = "ctrl+q", limit: float = 10.0) -> None:
        """Let the program end by its own key."""
        self.write(key)
        end = time.perf_counter() + limit
        while (
            time.perf_counter() < end and os.waitid(os.P_PID, self.child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
        ):
            self._pump(0.02)

    @property
    def _ended(self) -> bool:
        return os.waitid(os.P_PID, self.child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    # What it shows.

    @property
    def text(self) -> str:
        """The visible screen."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    def wait_for(self, pattern: str, limit: float = 60.0) -> float:
        """Seconds from the start until the visible screen held the pattern."""
        found = self._wait(re.compile(pattern), limit)
        return found - self.started

    def wait_live(self, pattern: str, limit: float = 60.0) -> float:
        """Seconds from the start until the toolkit, which has the terminal, has drawn the pattern."""
        end = time.perf_counter() + limit
        while self._toolkit is None or not re.search(pattern, self._drawn):
            if time.perf_counter() > end or self._ended:
                raise MeasureError(f"{pattern!r} was not drawn:\n{self.text}")
            if self._pump(0.05):
                self._show(None)
        return self._toolkit - self.started

    def rest(self, quiet: float = 0.3, limit: float = 30.0) -> None:
        """Let it come to rest."""
        end = time.perf_counter() + limit
        while self._pump(quiet) and time.perf_counter() < end:
            pass
        self._show(None)

    def calm(self, limit: float = 120.0) -> None:
        """Let it end what it does behind its screen: a long list whose file is not in memory is counted for seconds.

        Raises:
            MeasureError: it came to no rest.
        """
        end = time.perf_counter() + limit
        while time.perf_counter() < end:
            self.rest()
            if self.idle(1.0)[0] < CALM_PERCENT:
                return
        raise MeasureError(f"it came to no rest in {limit} s:\n{self.text}")

    def write(self, key: str) -> None:
        """Press a key, or type a text."""
        os.write(self._fd, KEYS.get(key, key.encode()))

    def press(self, key: str, until: str = "", limit: float = 20.0, *, lines: range | None = None) -> Sample:
        """Press a key and see when the screen, or these lines of it, change; with `until`, when it holds that pattern
        in other words than before.

        Raises:
            MeasureError: the pattern did not come.
        """
        self._show(None)
        known = frozenset(found[0] for found in re.finditer(until, self.text)) if until else frozenset()
        before, cpu, sent = self._signature(lines), self.cpu(), self.written
        start = time.perf_counter()
        self.write(key)
        if until:
            shown: float | None = self._wait(re.compile(until), limit, known, keep=True)
            while self._pump(QUIET):
                pass
        else:
            wait = 2.0
            while self._pump(wait):
                wait = QUIET
            shown = None
        chunks = list(self._chunks)
        first = chunks[0][0] - start if chunks else None
        settled = chunks[-1][0] - start if chunks else 0.0
        if not until:
            shown = self._show(lambda: self._signature(lines) != before)
        self._show(None)
        return Sample(first, None if shown is None else shown - start, settled, self.written - sent, self.cpu() - cpu)

    def _wait(
        self, pattern: re.Pattern[str], limit: float, known: frozenset[str] = frozenset(), *, keep: bool = False
    ) -> float:
        end = time.perf_counter() + limit
        while True:
            if (
                at := self._show(lambda: any(found[0] not in known for found in pattern.finditer(self.text)))
            ) is not None:
                return at
            if time.perf_counter() > end:
                raise MeasureError(f"{pattern.pattern!r} did not come:\n{self.text}")
            if self._pump(0.01 if keep else 0.05):
                while self._pump(0.002):
                    pass

    # Output and its interpretation.

    def _pump(self, seconds: float) -> bool:
        if not select.select([self._fd], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self._fd, 1 << 18)
        except OSError:
            return False
        self._chunks.append((time.perf_counter(), data))
        self.written += len(data)
        for asked, answer in _ANSWERS:
            if asked in data:
                os.write(self._fd, answer)
        return bool(data)

    def _show(self, met: object) -> float | None:
        """Interpret what has come; the stamp of the first chunk after which `met` held on the visible screen."""
        while self._chunks:
            at, data = self._chunks.pop(0)
            data = self._rest + data
            if (cut := _OPEN.search(data)) is not None and len(data) - cut.start() < 4096:
                data, self._rest = data[: cut.start()], data[cut.start() :]
            else:
                self._rest = b""
            if marks := _SYNC.findall(data):
                self._synced = marks[-1] == b"h"
            if self._toolkit is not None or _TOOLKIT in data:
                self._toolkit = at
                self._drawn = (
                    self._drawn + _SEQUENCE.sub(b"", data.rpartition(_TOOLKIT)[2]).decode("utf-8", "replace")
                )[-200_000:]
            self._stream.feed(_FOREIGN.sub(b"", data))
            if callable(met) and not self._synced and met():
                return at
        return None

    def _signature(self, lines: range | None) -> int:
        rows = self._screen.buffer
        return hash(tuple(tuple(sorted(rows[y].items())) for y in lines or range(self._screen.lines)))

    # What it costs.

    def cpu(self) -> float:
        """CPU seconds of the process so far, all its threads."""
        total = 0
        for thread in Path(f"/proc/{self.child}/task").iterdir():
            try:
                total += int((thread / "schedstat").read_text().split()[0])
            except OSError:
                continue
        return total / 1e9

    def memory(self) -> float:
        """Resident MiB."""
        told = Path(f"/proc/{self.child}/status").read_text()
        return next(int(line.split()[1]) for line in told.splitlines() if line.startswith("VmRSS")) / 1024

    def idle(self, seconds: float) -> tuple[float, float]:
        """CPU per cent and bytes per second while nobody touches it."""
        self.rest()
        cpu, sent, start = self.cpu(), self.written, time.perf_counter()
        while (left := start + seconds - time.perf_counter()) > 0:
            self._pump(left)
            self._show(None)
        took = time.perf_counter() - start
        return 100 * (self.cpu() - cpu) / took, (self.written - sent) / took
