"""Whether a file that other processes write is worth reading again; costs one look at its entry in the folder."""

from __future__ import annotations

from pathlib import Path

LATELY = 4
"""Looks for which a file that was written stays due: file systems tell times in steps of up to two seconds."""
SELDOM = 10
"""A file that seems untouched is due at every so many looks, for file systems that tell of writes late."""


class Watched:
    """One file, looked at again and again from one thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self._unchanged = 0

    def is_due(self) -> bool:
        """True where the file may have been written since the look before; a file that cannot be seen always is."""
        try:
            found = self._path.stat()
        except OSError:
            self._stamp = None
            return True
        stamp = found.st_mtime_ns, found.st_size
        self._unchanged = self._unchanged + 1 if stamp == self._stamp else 0
        self._stamp = stamp
        return self._unchanged < LATELY or self._unchanged % SELDOM == 0
