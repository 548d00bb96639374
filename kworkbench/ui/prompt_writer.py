"""Output that does not wait for another thread to wake up, and never holds the screen's own up."""

from __future__ import annotations

import os
from contextlib import suppress
from select import select
from threading import Lock
from typing import IO

from textual.drivers._writer_thread import WriterThread

_PORTION = 4096
"""Bytes that a terminal which takes any takes without holding the writer up."""


class PromptWriter(WriterThread):
    """Writes at once what the terminal takes at once; the rest, and all behind it, in order on a thread of its own."""

    def __init__(self, file: IO[str]) -> None:
        """`file` is the terminal."""
        super().__init__(file)
        self._fd = file.fileno()
        self._lock = Lock()
        self._behind = 0

    def write(self, text: str) -> None:
        """Write text, or hand it to the thread."""
        with self._lock:
            rest = (
                text if self._behind else self._now(text.encode("utf-8", "replace")).decode("utf-8", "surrogateescape")
            )
            if not rest:
                return
            self._behind += 1
        self._queue.put(rest)

    def run(self) -> None:
        """Write what is handed over; a slow terminal holds only this thread up."""
        while (text := self._queue.get()) is not None:
            data = text.encode("utf-8", "surrogateescape")
            with suppress(OSError):  # the terminal has gone away, which ends the program elsewhere
                while data:
                    data = data[os.write(self._fd, data) :]
            with self._lock:
                self._behind -= 1

    def _now(self, data: bytes) -> bytes:
        """What the terminal did not take at once."""
        try:
            while data and select([], [self._fd], [], 0)[1]:
                data = data[os.write(self._fd, data[:_PORTION]) :]
        except OSError:  # as above
            return b""
        return data
