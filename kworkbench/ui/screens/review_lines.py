"""The lines of a review: what goes and stays in sums, then every row in its group. Pure but for token words.

Source: screens.md section 7. Below 110 columns category, project and person go first and reasons move below their row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from kworkbench.domain.numbers import NumberStyle, format_amount, format_count
from kworkbench.lean import dataclass
from kworkbench.services.review import Group, Review, ReviewRow, ReviewSum, ReviewVerb
from kworkbench.ui.paint import Piece, cells, rule
from kworkbench.ui.safe import Content, fill, safe_text, width
from kworkbench.ui.widgets.amount_column import Amount, AmountColumn, amount_in
from kworkbench.ui.widgets.line_list import BLANK, Line
from kworkbench.ui.words import counted

WIDE = 110
_GUTTER = 4
_MOST_REASON = 34
"""Longer reasons stand below their row also on a wide screen."""

_WIDE: Mapping[str, tuple[tuple[str, int], ...]] = {
    "expenses": (("date", 10), ("category", 12), ("text", 0), ("project", 20), ("person", 16)),
    "payments": (("date", 10), ("invoice", 12), ("client", 0), ("kind", 9), ("note", 24)),
    "invoices": (("number", 12), ("client", 0), ("project", 20), ("issued", 10), ("due", 10), ("status", 11)),
}
_NARROW: Mapping[str, tuple[tuple[str, int], ...]] = {
    "expenses": (("date", 10), ("text", 0)),
    "payments": (("date", 10), ("invoice", 12), ("client", 0)),
    "invoices": (("number", 12), ("client", 0), ("due", 10)),
}
"""Columns left of the amount: field and most cells; 0 takes what is left."""

_TITLES: Mapping[ReviewVerb, Mapping[Group, str]] = {
    ReviewVerb.DELETE: {
        Group.WILL_GO: "Will go",
        Group.EXPECTED_REFUSED: "Expected to be refused",
        Group.NOT_IN_VIEW: "Not in view",
    },
    ReviewVerb.ACT: {
        Group.WILL_GO: "Will be done",
        Group.EXPECTED_REFUSED: "Expected to be refused, or to change nothing",
        Group.NOT_IN_VIEW: "Not in view",
        Group.TOGETHER: "Not marked, but on the same report",
    },
    ReviewVerb.PAY: {
        Group.WILL_GO: "Will be paid",
        Group.EXPECTED_REFUSED: "Cannot be paid",
        Group.NOT_IN_VIEW: "Not in view",
    },
}
_HEADS: Mapping[ReviewVerb, tuple[str, str]] = {
    ReviewVerb.DELETE: ("Will go", "Stays"),
    ReviewVerb.ACT: ("Will be done", "Stays as it is"),
    ReviewVerb.PAY: ("Will be paid", "Is not paid"),
}
_MARKS: Mapping[ReviewVerb, tuple[str, str]] = {
    ReviewVerb.DELETE: ("-", "refused"),
    ReviewVerb.ACT: ("•", "accent"),
    ReviewVerb.PAY: ("•", "accent"),
}
"""The mark of a row that goes."""
_BASIS: Mapping[str, str] = {"expenses": "amounts are net, quantity x unit cost"}


@dataclass(frozen=True, slots=True)
class _Grid:
    """The widths of one review at one screen width."""

    columns: tuple[tuple[str, int], ...]
    amount: AmountColumn
    reason: int
    total: int


def review_lines(review: Review, total: int, style: NumberStyle) -> list[Line]:
    """All lines for a list of `total` cells."""
    grid = _grid(review, total, style)
    lines = [BLANK, *_head(review, total, style), BLANK]
    for group in Group:
        rows = review.in_group(group)
        if rows:
            lines.append(_group_line(review, group, rows, total, style))
            for row in rows:
                lines.extend(_row_lines(row, grid, review))
            lines.append(BLANK)
    return lines


def _head(review: Review, total: int, style: NumberStyle) -> list[Line]:
    basis: list[Piece] = [(f"  {_BASIS.get(review.catalog.resource.name, '')}", "muted")] if total >= WIDE else []
    room = total - 21
    goes, stays = _HEADS[review.verb]
    return [
        Line([(f"   {goes:<17}", "muted"), *_sums(review.going_sums, room, style, strong=True)]),
        Line([(f"   {stays:<17}", "muted"), *_sums(review.staying_sums, room - cells(basis), style), *basis]),
        *(
            Line([(f"   {safe_text(name, 16).plain:<17}", "muted"), (safe_text(text, room), "text")])
            for name, text in review.told
        ),
        *(
            Line([("   At the server    " if not number else " " * 20, "muted"), (line, "text")])
            for number, line in enumerate(Content(review.requests).wrap(max(20, room)))
        ),
    ]


def _sums(sums: Sequence[ReviewSum], room: int, style: NumberStyle, *, strong: bool = False) -> list[Piece]:
    """Whole sums as many as fit, the rest counted in words."""
    if not sums:
        return [("nothing", "muted")]
    pieces: list[Piece] = []
    for index, each in enumerate(sums):
        piece: list[Piece] = [
            (format_amount(each.minor, each.currency, style), "strong bold" if strong else "text"),
            (" ", ""),
            (safe_text(each.currency, 8), "strong bold" if strong else "text"),
            (f" ({format_count(each.rows, style)})   ", "muted"),
        ]
        left = len(sums) - index
        if pieces and cells(pieces) + cells(piece) + (0 if left == 1 else 10) > room:
            return [*pieces, (f"{left} more", "muted")]
        pieces.extend(piece)
    return pieces


def _group_line(review: Review, group: Group, rows: Sequence[ReviewRow], total: int, style: NumberStyle) -> Line:
    out = sum(not row.going for row in rows)
    words = counted(len(rows), "row", style)
    if out == len(rows):
        words += ", taken out"
    elif out:
        words += f", {format_count(out, style)} taken out"
    left: list[Piece] = [(_TITLES[review.verb][group], "strong bold")]
    if group is Group.NOT_IN_VIEW and review.hidden_by:
        left.append((safe_text(f"  hidden by {review.hidden_by}", total // 2), "muted"))
    elif out:
        left.append(("  space puts a row back", "muted"))
    return Line(rule(left, [(words, "text")], total, focused=False))


def _row_lines(row: ReviewRow, grid: _Grid, review: Review) -> list[Line]:
    lines = [Line(key=row.row.lid, make=partial(_row_pieces, row, grid, review))]
    if not grid.reason and (said := _said(row)):
        lines.append(Line([(" " * (_GUTTER + 12), ""), *said]))
    lines += [Line([(" " * _GUTTER, ""), (safe_text(note, grid.total - _GUTTER - 1), "muted")]) for note in row.notes]
    return lines


def _row_pieces(row: ReviewRow, grid: _Grid, review: Review) -> list[Piece]:
    values = row.row.values
    ink = "text" if row.going else "muted"
    mark, mark_ink = _MARKS[review.verb]
    pieces: list[Piece] = [(" ", ""), (mark if row.going else " ", mark_ink), (" ", "")]
    for name, room in grid.columns:
        pieces += [(fill(safe_text(_text(values.get(name))), room), ink), ("  ", "")]
    pieces += grid.amount.pieces(amount_in(values, review.sum_field), "strong" if row.going else "muted")
    said = _said(row) if grid.reason else []
    return [*pieces, ("   ", ""), *said] if said else pieces


def _said(row: ReviewRow) -> list[Piece]:
    said: list[Piece] = []
    if row.reason:
        said += [("! ", "refused"), (safe_text(row.reason, 60), "refused")]
    if row.warning:
        said += [("  " if said else "", ""), ("▲ ", "unclear"), (safe_text(row.warning, 60), "unclear")]
    return said


def _grid(review: Review, total: int, style: NumberStyle) -> _Grid:
    name = review.catalog.resource.name
    wide = total >= WIDE
    table = (_WIDE if wide else _NARROW)[name]
    field = review.sum_field
    amount = AmountColumn.of(_extremes(amount_in(row.row.values, field) for row in review.rows), style)
    reason = max((cells(_said(row)) for row in review.rows if row.reason or row.warning), default=0)
    reason = reason if wide and reason <= _MOST_REASON else 0
    sized = [(each, _widest(review.rows, each, most)) for each, most in table]
    used = _GUTTER + sum(size + 2 for _, size in sized) + amount.cells + (reason + 3 if reason else 0) + 1
    left = max(8, total - used)
    share = min(left, _widest(review.rows, next(each for each, most in table if not most), left))
    return _Grid(tuple((each, size or share) for each, size in sized), amount, reason, total)


def _widest(rows: Iterable[ReviewRow], field: str, most: int) -> int:
    if not most:
        return 0
    widest = 1
    for text in {_text(row.row.values.get(field)) for row in rows}:
        if (size := len(text) if text.isascii() else width(safe_text(text))) > widest:
            widest = size
            if widest >= most:
                return most
    return widest


def _extremes(amounts: Iterable[Amount | None]) -> list[Amount]:
    """The least and the greatest amount of each currency: no other one is wider than both."""
    found: dict[str, tuple[int, int]] = {}
    for each in amounts:
        if each is not None:
            least, most = found.get(each.currency, (each.minor, each.minor))
            found[each.currency] = min(least, each.minor), max(most, each.minor)
    return [Amount(minor, currency) for currency, ends in found.items() for minor in ends]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
