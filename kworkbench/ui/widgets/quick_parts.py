"""The drawn parts of the quick line: its prompt, the labels under its tokens, its preview."""

from __future__ import annotations

from collections.abc import Callable

from textual.geometry import Size

from kworkbench.domain.quickline.tokens import Token
from kworkbench.ui.drawn import Drawn
from kworkbench.ui.paint import Piece, Pieces
from kworkbench.ui.widgets.quick_preview import token_labels

PROMPT = 3
"""Cells before the line: blank, prompt, blank."""


class Prompt(Drawn):
    """The `►` before the line."""

    DEFAULT_CSS = "Prompt { width: 3; }"

    def pieces(self, y: int, total: int) -> Pieces:  # noqa: ARG002  # one line
        """The mark."""
        return [(" ", ""), ("►", "accent"), (" ", "")]


class TokenLabels(Drawn):
    """What each token was read as, under its first cell."""

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self._tokens: tuple[Token, ...] = ()
        self.scrolled: Callable[[], int] = lambda: 0

    def show(self, text: str, tokens: tuple[Token, ...]) -> None:
        """Draws the labels of this text."""
        self._text, self._tokens = text, tokens
        self.refresh()

    def pieces(self, y: int, total: int) -> Pieces:  # noqa: ARG002  # one line
        """The labels, moved with the line when it is longer than the screen."""
        pieces = token_labels(self._text, self._tokens, max(total, len(self._text) + 12))
        skip = self.scrolled()
        if not skip:
            return [(" " * PROMPT, ""), *pieces]
        return [(" " * PROMPT, ""), *_behind(pieces, skip)]


class Preview(Drawn):
    """The payment in words, its balance, and what speaks against it."""

    DEFAULT_CSS = "Preview { height: auto; }"

    def __init__(self, make: Callable[[int], list[Pieces]]) -> None:
        super().__init__()
        self._make = make

    def changed(self) -> None:
        """Draws it again, with as many lines as it has now."""
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002  # base signature
        """As many lines as there are."""
        return max(1, len(self._make(width)))

    def pieces(self, y: int, total: int) -> Pieces:
        """One line."""
        lines = self._make(total)
        return lines[y] if y < len(lines) else []


def _behind(pieces: Pieces, skip: int) -> list[Piece]:
    """The pieces without their first `skip` cells; they hold no wide characters."""
    kept: list[Piece] = []
    for text, token in pieces:
        plain = str(text)
        kept.append((plain[skip:], token))
        skip = max(0, skip - len(plain))
    return kept
