"""Widgets whose lines are pieces."""

from __future__ import annotations

from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.strip import Strip

from kworkbench.ui.boxes import Unscrolled
from kworkbench.ui.inked import WholeLines, strip
from kworkbench.ui.paint import Piece, Pieces
from kworkbench.ui.safe import width
from kworkbench.ui.theme import Palette, palette_of


class Drawn(Unscrolled):
    """A widget whose lines are pieces. Subclasses give `pieces` and call `refresh` when what they draw has changed."""

    DEFAULT_CSS = """
    Drawn { height: 1; width: 1fr; background: $bg; color: $text; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002  # as Widget
        super().__init__(id=id, classes=classes)
        self._styles_cache = WholeLines()

    def pieces(self, y: int, total: int) -> Pieces:
        """What stands in line `y`, at most `total` cells."""
        raise NotImplementedError

    def render_line(self, y: int) -> Strip:
        """One line as Textual's compositor wants it."""
        return strip(self.pieces(y, self.size.width), palette_of(self.app), self.size.width)

    def get_content_width(self, container: Size, viewport: Size) -> int:  # noqa: ARG002  # base signature
        """As wide as there is room."""
        return container.width

    def piece_at(self, event: events.MouseEvent) -> tuple[int, Piece] | None:
        """Which piece a mouse event hit, with its index in the line."""
        position = 0
        for index, piece in enumerate(self.pieces(event.y, self.size.width)):
            position += width(piece[0])
            if event.x < position:
                return index, piece
        return None


def blank(palette: Palette, total: int) -> Strip:
    """An empty line."""
    return Strip.blank(total, palette.style("on bg") if palette.coloured else Style())
