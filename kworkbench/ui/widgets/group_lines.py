"""The head of a group of rows: open or closed, its name, its rows, and what they add up to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kworkbench.domain.numbers import NumberStyle, format_count
from kworkbench.lean import dataclass
from kworkbench.ui.paint import Piece, Pieces, cells, joined, spread
from kworkbench.ui.safe import cut, safe_text
from kworkbench.ui.widgets.cells import RowLook
from kworkbench.ui.widgets.chips import sum_pieces

if TYPE_CHECKING:
    from kworkbench.store.reader import Sum

_NAME = 24
"""Cells that the name of a group keeps at least."""


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A head as the table draws it.

    Attributes:
        key: what tells it from the others. title: the value its rows share; empty where they have none.
        sums: as under the list.
        note: what is said of possible duplicates: some have the same person or text, or they were put aside.
        faded: it no longer belongs here and only keeps its place.
    """

    key: str
    title: str
    rows: int
    sums: tuple[Sum, ...] = ()
    is_open: bool = False
    note: str = ""
    faded: bool = False


def group_pieces(line: GroupLine, look: RowLook, total: int, style: NumberStyle) -> list[Piece]:
    """Bar, mark, name and rows at the left; whole sums at the right, as many as fit, the rest counted."""
    count = f" ({format_count(line.rows, style)})" + (f", {line.note}" if line.note else "")
    sums = _sums(line.sums, total - 8 - _NAME - len(count), style)
    room = total - 8 - cells(sums) - len(count)
    name = cut(safe_text(line.title or "(none)"), max(1, room))
    left: list[Piece] = [
        ("▌" if look.bar else " ", "accent"),
        ("▼" if line.is_open else "►", "accent"),
        (" ", ""),
        (name, "muted" if line.faded else "strong bold"),
        (count, "muted"),
    ]
    return [*spread(left, sums, total - 2), ("  ", "")]


def _sums(sums: Sequence[Sum], room: int, style: NumberStyle) -> list[Piece]:
    groups: list[Pieces] = [sum_pieces(each, style) for each in sums]
    for shown in range(len(groups), 0, -1):
        more: list[Pieces] = [[(f"{len(groups) - shown} more", "muted")]] if shown < len(groups) else []
        line = joined([*groups[:shown], *more])
        if cells(line) <= room:
            return line
    return [(f"{len(groups)} sums", "muted")] if groups else []
