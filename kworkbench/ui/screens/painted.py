"""What every review keeps to: keys pressed before it could be read are dropped (product.md section 5)."""

from __future__ import annotations

from typing import TypeVar

from kworkbench.ui.screens.base import WorkScreen
from kworkbench.ui.timed import TimedApp
from kworkbench.ui.timed import now as timed_now

Answer = TypeVar("Answer")


class PaintedFirst(WorkScreen[Answer]):
    """A screen that listens to keys only behind its first frame."""

    _painted_at: float | None = None

    @property
    def listens(self) -> bool:
        """Whether it was painted, so that keys are for it."""
        return self._painted_at is not None

    def listen_once_painted(self) -> None:
        """Listen to keys pressed from the next frame on."""
        self.call_after_refresh(lambda: self.call_after_refresh(self._listen))

    def _listen(self) -> None:
        self._painted_at = timed_now()

    def action_press(self, key: str) -> None:
        """Drops keys pressed before the review could be read."""
        pressed = self.app.key_time if isinstance(self.app, TimedApp) else 0.0
        if self._painted_at is not None and pressed > self._painted_at:
            super().action_press(key)
