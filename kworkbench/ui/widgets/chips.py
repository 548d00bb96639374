"""What stands on the rules of a list: the query as chips, how many rows there are, and what they add up to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kworkbench.domain.numbers import NumberStyle, format_amount, format_count
from kworkbench.domain.query import Chip
from kworkbench.lean import dataclass
from kworkbench.ui.paint import Piece, Pieces, cells, joined
from kworkbench.ui.safe import CUT, Content, cut, safe_text, width
from kworkbench.ui.words import counted

if TYPE_CHECKING:
    from kworkbench.store.reader import Sum

FRAME = 8
"""Cells of a rule that are not its words: both ends and the blanks around them."""
_ROOMY = 110
_LEFT_OUT_PLURALS = {"draft": "drafts"}


def chip_pieces(chips: Sequence[Chip], room: int) -> list[Piece]:
    """The query's own words in bold, the implied ones muted and last; too long: `+2 usual`, then `…` in the middle."""
    own: list[Pieces] = [_own(chip) for chip in chips if not chip.implied]
    implied = [chip.text for chip in chips if chip.implied]
    usual: list[list[Pieces]] = [
        [[(safe_text(" ".join(implied)), "muted")]],
        [[(f"+{len(implied)} usual", "muted")]],
        [],
    ]
    for tail in usual if implied else [[]]:
        line = joined([*own, *tail])
        if cells(line) <= room:
            return line
    said = (f"{chip.text} ({chip.note})" if chip.note else chip.text for chip in chips if not chip.implied)
    text = safe_text("  ".join(said))
    return [(_middle(text, room), "strong bold")]


def _own(chip: Chip) -> Pieces:
    """A chip with what is to be said of it; one that is not in force yet is not bold."""
    if not chip.note:
        return [(safe_text(chip.text), "strong bold")]
    return [
        (safe_text(chip.text), "text" if chip.waits else "strong bold"),
        (" ", ""),
        (safe_text(f"({chip.note})"), "unclear" if chip.waits else "muted"),
    ]


def _middle(text: Content, room: int) -> Content:
    """A text with its middle cut out."""
    if width(text) <= room:
        return text
    if room < 3:
        return cut(text, room)
    plain = text.plain
    head = cut(text, room // 2 + 1).plain.removesuffix(CUT)
    tail = plain
    while tail and width(head) + 1 + width(tail) > room:
        tail = tail[1:]
    return Content(head + CUT + tail)


def left_out_words(left_out: Sequence[tuple[str, int]], style: NumberStyle) -> str:
    """`3 drafts, 7 cancelled left out`; empty where nothing is."""
    said = [
        f"{format_count(count, style)} {word if count == 1 else _LEFT_OUT_PLURALS.get(word, word)}"
        for word, count in left_out
        if count
    ]
    return f"{', '.join(said)} left out" if said else ""


@dataclass(frozen=True, slots=True)
class RowCount:
    """How many rows are in view, of how many; `partial`: loaded and total while the first sync has not ended."""

    rows: int | None
    total: int | None
    partial: tuple[int, int] | None = None
    left_out: tuple[tuple[str, int], ...] = ()


def count_pieces(count: RowCount, style: NumberStyle, *, roomy: bool) -> list[Piece]:
    """The right end of the top rule: what is left out, then `38 of 412 rows`."""
    if count.partial is not None:
        loaded, total = count.partial
        return [(f"partial: {format_count(loaded, style)} of {format_count(total, style)}", "unclear")]
    pieces: list[Piece] = []
    if roomy and (words := left_out_words(count.left_out, style)):
        pieces += [(words, "muted"), ("   ", "")]
    if count.rows is None or count.total is None:
        return pieces
    of = f"{format_count(count.rows, style)} of {format_count(count.total, style)}"
    return [*pieces, (of, "text"), *([(" rows", "text")] if roomy else [])]


def top_words(
    chips: Sequence[Chip], rows: RowCount, style: NumberStyle, total: int, window: int
) -> tuple[list[Piece], list[Piece]]:
    """The words of a top rule of `total` cells in a window of `window`: chips left, counts right, which give way."""
    for roomy in (window >= _ROOMY, False):
        right = count_pieces(rows, style, roomy=roomy)
        left = chip_pieces(chips, total - cells(right) - FRAME)
        if not roomy or cells(chip_pieces(chips, 1000)) == cells(left):
            break
    return left, right


def sum_pieces(total: Sum, style: NumberStyle) -> list[Piece]:
    """`89,220.97 EUR (19)`; with unsent changes `~ 78,875.97 EUR (18)  server 89,220.97`."""
    figure = format_amount(total.minor, total.currency, style)
    pieces: list[Piece] = [("~ ", "unsent bold")] if total.pending else []
    pieces += [(figure, "strong bold"), (" ", ""), (safe_text(total.currency, 8), "text")]
    pieces += [(f" ({format_count(total.rows, style)})", "muted")]
    if total.pending:
        pieces += [(f"  server {format_amount(total.server_minor, total.currency, style)}", "muted")]
    return pieces


def sums_pieces(
    sums: Sequence[Sum], field: str, room: int, style: NumberStyle, *, partial: bool = False, aside: Sequence[Sum] = ()
) -> list[Piece]:  # fmt: skip
    """Whole sums, as many as fit; the rest as `3 more`. `field` is named where there are none.

    What was refused, conflicts or is unclear stands last, by its word.
    """
    head: list[Pieces] = [[("partial", "unclear")]] if partial else []
    tail = [_aside(each, style) for each in aside]
    if not sums:
        return joined([*head, [(f"{field} –", "muted")], *tail])
    groups = [_with_name(each, sums[index - 1].label if index else "", style) for index, each in enumerate(sums)]
    for shown in range(len(groups), 0, -1):
        more: list[Pieces] = [[(f"{len(groups) - shown} more", "muted")]] if shown < len(groups) else []
        line = joined([*head, *groups[:shown], *more, *tail])
        if cells(line) <= room:
            return line
    return joined([*head, [(counted(len(groups), "sum", style), "muted")], *tail])


def _aside(each: Sum, style: NumberStyle) -> list[Piece]:
    """`unclear 625.00 EUR`: each word is the name of its colour too."""
    figure = format_amount(each.minor, each.currency, style)
    return [
        (f"{each.label} ", each.label),
        (f"{figure} ", "text"),
        (safe_text(each.currency, 8), "text"),
    ]


def _with_name(each: Sum, before: str, style: NumberStyle) -> list[Piece]:
    pieces = sum_pieces(each, style)
    return [(f"{each.label} ", "muted"), *pieces] if each.label != before else pieces
