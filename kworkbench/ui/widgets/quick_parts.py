"""The drawn parts of the quick lines: the prompt, the labels under the tokens, the preview.

Their words are made in `domain.quickline`; here they get their dress. Source: screens.md section 5.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from textual.geometry import Size

from kworkbench.domain.quickline.preview import Row, Segment
from kworkbench.domain.quickline.tokens import Typed
from kworkbench.domain.quickline.under import under
from kworkbench.ui.drawn import Drawn
from kworkbench.ui.paint import Piece, Pieces, cells
from kworkbench.ui.safe import Content, safe_text, visible, width
from kworkbench.ui.words import marked_sentence

PROMPT = 3
"""Cells before the line, blank, prompt, blank; and before a row of the preview."""

_WORD = re.compile(r"\S+\s*|\s+")


def row_pieces(segments: Sequence[Segment]) -> list[Piece]:
    """Segments of the domain in their dress, harmless."""
    return [(safe_text(each.text), _INKS.get(each.token, each.token)) for each in segments]


_INKS = {"strong": "strong bold", "accent": "accent bold", "unclear": "unclear bold", "done": "done bold"}


def row_lines(row: Row, room: int) -> list[Pieces]:
    """A row of the preview in lines of `room` cells, indented or behind its mark; no word is lost."""
    first, *rest = _wrapped(row_pieces(row.segments), room - PROMPT - 1)
    head: list[Piece] = [(" ", ""), *marked_sentence(row.mark, first)] if row.mark else [(" " * PROMPT, ""), *first]
    return [head, *([(" " * PROMPT, ""), *line] for line in rest)]


def _wrapped(pieces: Pieces, room: int) -> list[list[Piece]]:
    if cells(pieces) <= room:
        return [list(pieces)]
    lines: list[list[Piece]] = [[]]
    for text, token in pieces:
        for word in _WORD.findall(str(text)):
            if lines[-1] and cells(lines[-1]) + width(word.rstrip()) > room:
                lines.append([])
            lines[-1].append((Content(word), token))
    return lines


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
        self._labels: Pieces = ()
        self.scrolled: Callable[[], int] = lambda: 0

    def show(self, line: Typed) -> None:
        """Draws the labels of this line."""
        self._labels = [(each.text, each.token) for each in under(line, lambda text: width(visible(text)))]
        self.refresh()

    def pieces(self, y: int, total: int) -> Pieces:  # noqa: ARG002  # one line
        """The labels, moved with the line when it is longer than the screen."""
        return [(" " * PROMPT, ""), *_behind(self._labels, self.scrolled())]


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
