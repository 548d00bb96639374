"""The sender's lock: held by the one process that sends and writes the cache; it dies with its process.

Source: sync-engine.md section 7, "second instance".
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path


class SenderLock:
    """An exclusive lock on a file beside the outbox."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: int | None = None

    def acquire(self) -> bool:
        """Try once to become the sender; True if this process is it now.

        Raises:
            OSError: the file cannot be opened or made.
        """
        if self._handle is not None:
            return True
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        if not _lock(handle):
            os.close(handle)
            return False
        self._handle = handle
        with suppress(OSError):  # the number is for people; a full disk does not take the lock away
            os.ftruncate(handle, 0)
            os.write(handle, str(os.getpid()).encode())
        return True

    def holder(self) -> str:
        """The process number of whoever wrote the lock last; empty when unknown."""
        try:
            return self._path.read_text(encoding="ascii").strip()
        except (OSError, ValueError):
            return ""

    def release(self) -> None:
        """Give the lock up."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
