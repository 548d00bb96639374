"""What the configuration says while the program runs: another process may connect an account, or open it to writes.

Source: sync-engine.md I10 and I13; product.md section 11.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from kworkbench.config import ConfigError, load
from kworkbench.domain.connections import Connection
from kworkbench.sync.events import Admission


class ConfigNews:
    """The connections of a configuration file, read again whenever it was written.

    Args:
        known: the connections that the start has read.
        admit: what the engine is told of the connections.
        know: takes in the connections themselves before the engine hears of them.
    """

    def __init__(
        self,
        file: Path,
        known: Sequence[Connection],
        admit: Callable[[Sequence[Connection]], Admission],
        know: Callable[[Sequence[Connection]], None],
    ) -> None:
        self._file = file
        self._known = known
        self._admit = admit
        self._know = know
        self._stamp: tuple[int, ...] | None = None

    def read(self) -> Admission | None:
        """Which accounts may be sent to, where the file was written since the last call; else None.

        At the first call: where it says other than at the start. A file that cannot be read says nothing: what was
        known stays, until it is written again.
        """
        stamp, before = self._stamped(), self._stamp
        if stamp == before:
            return None
        self._stamp = stamp
        try:
            connections = load(self._file).connections
        except ConfigError:
            return None
        if before is None and tuple(connections) == tuple(self._known):
            return None
        self._know(connections)
        return self._admit(connections)

    def _stamped(self) -> tuple[int, ...]:
        """What changes with every write: the file is replaced by a new one each time."""
        try:
            found = self._file.stat()
        except OSError:
            return ()
        return found.st_ino, found.st_mtime_ns, found.st_size
