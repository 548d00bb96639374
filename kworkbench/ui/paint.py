"""Lines made of pieces: words with the token they are drawn in. Everything on the grid is drawn through this.

A `str` in a piece is the program's own word; text of a record or a server enters as `Content` from `ui.safe`. Needs no
toolkit: the first paint draws with it too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from kworkbench.ui.safe import Content, cut, width

Piece: TypeAlias = tuple[str | Content, str]
"""A text and its token words, `("38 of 412", "text")`; token words may be empty."""
Pieces: TypeAlias = Sequence[Piece]


def cells(pieces: Iterable[Piece]) -> int:
    """How many cells the pieces take."""
    return sum(width(text) for text, _ in pieces)


def clip(pieces: Pieces, limit: int) -> list[Piece]:
    """The pieces cut to `limit` cells, the last one with `…`."""
    kept: list[Piece] = []
    left = limit
    for text, token in pieces:
        size = width(text)
        if size > left:
            if left > 0:
                kept.append((cut(text if isinstance(text, Content) else Content(text), left), token))
            return kept
        kept.append((text, token))
        left -= size
    return kept


def spread(left: Pieces, right: Pieces, total: int, between: Piece = (" ", "")) -> list[Piece]:
    """`left` and `right` at the edges of `total` cells, `between` repeated where nothing stands; left is cut first."""
    end = clip(right, total)
    room = total - cells(end)
    kept = clip(left, room)
    return [*kept, (str(between[0]) * (room - cells(kept)), between[1]), *end]


def rule(left: Pieces, right: Pieces, total: int, *, focused: bool) -> list[Piece]:
    """A horizontal rule of `total` cells that carries words at both ends: `── left ───── right ──`."""
    line = "accent" if focused else "rule"
    head: list[Piece] = [("──", line), (" ", ""), *left, (" ", "")] if left else [("──", line)]
    tail: list[Piece] = [(" ", ""), *right, (" ", ""), ("──", line)] if right else [("──", line)]
    return spread(head, tail, total, ("─", line))


def joined(groups: Iterable[Pieces], gap: str = "  ") -> list[Piece]:
    """The groups side by side with `gap` between them."""
    line: list[Piece] = []
    for group in groups:
        if line and group:
            line.append((gap, ""))
        line.extend(group)
    return line
