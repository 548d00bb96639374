"""The lines of an undo before it is done: what is asked of the provider, row by row, and what does not come back. Pure.

Source: product.md section 10, screens.md section 7.
"""

from __future__ import annotations

from collections.abc import Sequence

from kworkbench.domain.numbers import NumberStyle, format_money
from kworkbench.services.inverse import FieldBack, Inverse
from kworkbench.services.undo import UndoReview
from kworkbench.ui.paint import Piece, cells, rule, spread
from kworkbench.ui.safe import Content, fill, safe_text, width
from kworkbench.ui.widgets.line_list import BLANK, Line
from kworkbench.ui.words import counted

_INDENT = 6
_LEAST = 24


def undo_lines(review: UndoReview, total: int, style: NumberStyle) -> list[Line]:
    """All lines for a list of `total` cells."""
    possible = [row for row in review.rows if not row.why_not]
    barred = [row for row in review.rows if row.why_not]
    lines = [BLANK, *_head(review, total, style), BLANK]
    for title, rows in (("Will be asked", possible), ("Cannot be taken back", barred)):
        if not rows:
            continue
        out = sum(row.key in review.out for row in rows)
        words = counted(len(rows), "row", style) + (f", {out} taken out" if out else "")
        lines.append(Line(rule([(title, "strong bold")], [(words, "text")], total, focused=False)))
        for row in rows:
            lines += _row(row, review, total, style)
        lines.append(BLANK)
    return lines


def _head(review: UndoReview, total: int, style: NumberStyle) -> list[Line]:
    sums: list[Piece] = []
    for each in review.sums:
        sums += [
            (format_money(each.minor, each.currency, style), "strong bold"), (f" ({each.rows})   ", "muted"),
        ]  # fmt: skip
    lines = [Line([("   Moves            ", "muted"), *sums])] if sums else []
    return [*lines, *_told("At the server", _requests(review), "text", total)]


def _requests(review: UndoReview) -> str:
    count = len(review.going)
    if not count:
        return "Nothing is sent."
    asked = "1 request" if count == 1 else f"{count} requests, one for each row"
    return f"{asked}." if review.deed.was_taken_back else f"{asked}. It is a new change there, and in the journal here."


def _told(label: str, text: str, ink: str, total: int) -> list[Line]:
    room = max(_LEAST, total - 21)
    return [
        Line([(f"   {label if not number else '':<17}", "muted"), (line, ink)])
        for number, line in enumerate(safe_text(text).wrap(room))
    ]


def _row(row: Inverse, review: UndoReview, total: int, style: NumberStyle) -> list[Line]:
    going = row.draft is not None and not row.why_not and row.key not in review.out
    ink = "text" if going else "muted"
    money: list[Piece] = []
    if row.minor is not None:
        money = [(format_money(row.minor, row.currency, style), "strong" if going else "muted"), (" ", "")]
    head = spread(
        [(" ", ""), ("•" if going else " ", "accent"), (" ", ""), (safe_text(row.says), ink)], money, total - 1
    )
    lines = [Line(head, row.key)]
    lines += [field_line(each, row.fields, total, ink) for each in row.fields]
    if row.warning:
        lines += below_lines("▲ ", row.warning, "unclear", total)
    if row.lost and not row.why_not:
        lines += below_lines("▲ ", f"Does not come back: {row.lost}.", "unclear", total)
    if row.why_not:
        lines += below_lines("! ", f"{row.why_not}.", "refused", total)
    return lines


def field_line(each: FieldBack, fields: Sequence[FieldBack], total: int, ink: str) -> Line:
    """A field's value now and then, its name in a column as wide as all `fields` need."""
    label = max(width(safe_text(one.name)) for one in fields)
    room = max(8, (total - _INDENT - label - 2 - 3 - 1) // 2)
    now, then = safe_text(each.now, room), safe_text(each.then, room)
    pieces: list[Piece] = [
        (" " * _INDENT, ""), (fill(safe_text(each.name), label), "muted"), ("  ", ""), (now, "muted"), (" → ", "muted"),
        (then, "strong" if ink == "text" else ink),
    ]  # fmt: skip
    return Line(pieces)


def below_lines(mark: str, text: str, ink: str, total: int) -> list[Line]:
    """A sentence behind its mark, in lines of their own below a row."""
    room = max(_LEAST, total - _INDENT - cells([(mark, "")]) - 1)
    said = safe_text(text).wrap(room)
    return [
        Line([(" " * _INDENT, ""), (mark if not number else "  ", f"{ink} bold"), (Content(line.plain), ink)])
        for number, line in enumerate(said)
    ]
