"""When Python looks for litter: between keys, for a long look costs as much as several keys."""

from __future__ import annotations

import gc

from textual.message_pump import MessagePump
from textual.timer import Timer

_QUIET_SECONDS = 1.0
_SOME = 3
"""Looks at young objects after which a long look is worth while."""
_LATE = 200
"""Looks at young objects after which the long one comes even between keys, so that memory stays bounded."""


class Litter:
    """Keeps the garbage collector's long looks for quiet moments."""

    def __init__(self, host: MessagePump) -> None:
        """`host` runs the timer."""
        self._host = host
        self._timer: Timer | None = None
        self._stirred = False

    def begin(self) -> None:
        """What start-up made lives as long as the app: it is never looked at again."""
        gc.freeze()
        young, middle, _ = gc.get_threshold()
        gc.set_threshold(young, middle, _LATE)
        gc.enable()

    def stir(self) -> None:
        """A key was pressed: no long look now."""
        self._stirred = True
        if self._timer is None:
            self._timer = self._host.set_timer(_QUIET_SECONDS, self._look)

    def _look(self) -> None:
        self._timer = None
        if self._stirred:
            self._stirred = False
            self._timer = self._host.set_timer(_QUIET_SECONDS, self._look)
        elif gc.get_count()[2] >= _SOME:
            gc.collect()
