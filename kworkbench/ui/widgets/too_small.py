"""What stands on a window that is too small for the grid."""

from __future__ import annotations

from kworkbench.ui.drawn import Drawn
from kworkbench.ui.paint import Pieces


class TooSmall(Drawn):
    """Says how large the window must be, and how many unsent changes are safe."""

    DEFAULT_CSS = """
    TooSmall { display: none; height: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__(id="too-small")
        self._unsent = 0

    def show(self, unsent: int) -> None:
        """Name this many unsent changes."""
        if unsent != self._unsent:
            self._unsent = unsent
            self.refresh()

    def pieces(self, y: int, total: int) -> Pieces:  # noqa: ARG002  # two lines
        """The sentence, on two lines so that it fits a small window."""
        if y == 0:
            return [("Make the window at least 60 by 16.", "strong bold")]
        if y == 1 and self._unsent:
            safe = "1 unsent change is safe." if self._unsent == 1 else f"{self._unsent} unsent changes are safe."
            return [(safe, "text")]
        return []
