"""The rules that hold a pane and carry words, and the line between panes (screens.md sections 1 and 2)."""

from __future__ import annotations

from textual.widget import Widget

from kworkbench.ui.drawn import Drawn
from kworkbench.ui.paint import Pieces, rule


class Rule(Drawn):
    """A horizontal rule with words at its left and right. Its pane's focus colours it."""

    def __init__(self, *, id: str | None = None, left: Pieces = (), right: Pieces = ()) -> None:  # noqa: A002  # as Widget
        super().__init__(id=id)
        self._left = list(left)
        self._right = list(right)
        self._focused = False

    def show(self, left: Pieces | None = None, right: Pieces | None = None, *, focused: bool | None = None) -> None:
        """Draw other words, or the same ones with or without focus."""
        state = (
            self._left if left is None else list(left),
            self._right if right is None else list(right),
            self._focused if focused is None else focused,
        )
        if state != (self._left, self._right, self._focused):
            self._left, self._right, self._focused = state
            self.refresh()

    def words(self, total: int) -> tuple[Pieces, Pieces]:  # noqa: ARG002  # for rules whose words depend on the width
        """What stands at the left and at the right in `total` cells."""
        return self._left, self._right

    def pieces(self, y: int, total: int) -> Pieces:  # noqa: ARG002  # one line
        """The rule."""
        left, right = self.words(total)
        return rule(left, right, total, focused=self._focused)


class Seam(Drawn):
    """The `│` that parts two panes, joined to their rules by `┬` and `┴`."""

    DEFAULT_CSS = """
    Seam { width: 1; height: 1fr; }
    """

    def pieces(self, y: int, total: int) -> Pieces:  # noqa: ARG002  # one column
        """One cell of the line."""
        last = self.size.height - 1
        return [("┬" if y == 0 else "┴" if y == last else "│", "rule")]


def focused_within(pane: Widget) -> bool:
    """True where the pane or something in it has the focus."""
    focused = pane.screen.focused
    return focused is not None and pane in focused.ancestors_with_self
