"""What stands in the cells of a row, and in which ink (screens.md sections 1, 2 and 4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kworkbench.domain.catalog import SortKey, ValueType
from kworkbench.domain.marker import split_marker
from kworkbench.domain.numbers import TO_COME, NumberStyle
from kworkbench.domain.records import Value, Values
from kworkbench.lean import dataclass
from kworkbench.ui.paint import Piece
from kworkbench.ui.safe import Content, fill, safe_text, width
from kworkbench.ui.tokens import MARKS
from kworkbench.ui.widgets.columns import Column, split_amount

if TYPE_CHECKING:
    from kworkbench.store.reader import Row

SETTLED = frozenset({"paid", "written-off", "draft", "cancelled"})
_OVERDUE_FROM = 31
_BOLD_FROM = 91
NOTHING = "–"
_YES_NO = {"True": "yes", "False": "·"}


@dataclass(frozen=True, slots=True)
class RowLook:
    """How a row stands there.

    Attributes:
        bar: the cursor's bar is drawn. cursor: it is the cursor's row, in a pane with focus or without.
        column: the field under the cell cursor, empty for none.
        faded: it no longer matches the query and is only kept in its place.
    """

    bar: bool = False
    cursor: bool = False
    focused: bool = True
    marked: bool = False
    faded: bool = False
    column: str = ""

    @property
    def ground(self) -> str:
        """The token of the row's ground; empty for the plain one."""
        if self.cursor and self.focused:
            return "marked-cursor" if self.marked else "cursor"
        if self.marked:
            return "marked"
        return "raised" if self.cursor else ""


PLAIN = RowLook()
"""How most rows stand there."""


def gutter_mark(row: Row) -> str:
    """The change mark in the gutter."""
    return row.mark or ("~" if row.predicted else "")


def is_settled(values: Values) -> bool:
    """True for rows drawn wholly muted."""
    return values.get("status") in SETTLED or values.get("approval") == "rejected"


def cell_text(value: Value, column: Column, values: Values, style: NumberStyle) -> Content:
    """A value as it stands in its column, cut and padded to the column's width."""
    kind = column.field.type
    if kind is ValueType.AMOUNT:
        return _amount(value, column, values.get("currency"), style)
    if kind is ValueType.YES_NO:
        return fill(Content(_YES_NO.get(str(value), "")), column.cells)
    text = "" if value is None else str(value)
    if column.field.name == "note":
        text = split_marker(text)[0]
    return fill(safe_text(text), column.cells, right=column.right)


def _amount(value: Value, column: Column, currency: Value, style: NumberStyle) -> Content:
    if not isinstance(value, int) or not isinstance(currency, str):
        text = "" if value is None else str(value)
        return fill(safe_text(text), column.cells, right=True)
    if value == 0 and column.field.name == "outstanding":
        return fill(Content(NOTHING + " " * column.fraction), column.cells, right=True)
    whole, fraction = split_amount(value, currency, style)
    return fill(Content(whole + fraction.ljust(column.fraction)), column.cells, right=True)


def cell_ink(value: Value, column: Column) -> str:
    """The token words of a cell in an ordinary row."""
    name = column.field.name
    if name == "status" and value == "overdue":
        return "overdue"
    if name == "late" and isinstance(value, int):
        return "overdue bold" if value >= _BOLD_FROM else "overdue" if value >= _OVERDUE_FROM else "text"
    return column.ink


def row_pieces(row: Row, columns: Sequence[Column], look: RowLook, style: NumberStyle) -> list[Piece]:
    """A row: gutter and cells. Rows that wait for their deletion are struck through."""
    mark = gutter_mark(row)
    muted = look.faded or is_settled(row.values)
    pieces: list[Piece] = [
        ("▌" if look.bar else " ", "accent"),
        ("•" if look.marked else " ", "accent"),
        (mark or " ", f"{MARKS.get(mark, 'text')} bold"),
        (" ", ""),
    ]
    position = sum(width(text) for text, _ in pieces)
    for column in columns:
        value = row.values.get(column.field.name)
        ink = "muted" if muted else cell_ink(value, column)
        if look.column == column.field.name:
            ink = "accent bold"
        if column.field.name == "amount" and row.to_come:
            value = TO_COME
        if column.x > position:
            pieces.append((" " * (column.x - position), ""))
        pieces.extend(_struck(cell_text(value, column, row.values, style), ink, strike=row.mark == "-"))
        position = column.x + column.cells
    return pieces


def _struck(text: Content, ink: str, *, strike: bool) -> list[Piece]:
    if not strike:
        return [(text, ink)]
    plain = text.plain
    words = plain.strip()
    lead = len(plain) - len(plain.lstrip())
    return [
        (" " * lead, ""),
        (Content(words), f"{ink} strike"),
        (" " * (len(plain) - lead - len(words)), ""),
    ]


def head_pieces(
    columns: Sequence[Column],
    sort: Sequence[SortKey],
    chosen: str,
    total: int,
    hidden: tuple[bool, bool] = (False, False),
) -> list[Piece]:
    """The column heads, the sort column bold with its mark, further keys numbered, the chosen column as a key.

    `hidden` says whether there are columns behind the fixed first one, and behind the last one.
    """
    pieces: list[Piece] = []
    position = 0
    for index, column in enumerate(columns):
        ink, mark = _sort_mark(column, sort)
        if column.field.name == chosen:
            ink = "accent bold"
        limit = (columns[index + 1].x if index + 1 < len(columns) else total) - column.x
        word = fill(Content(column.head), min(column.cells, width(column.head) or column.cells)).plain
        lead = column.cells - width(word) if column.right else 0
        text = (word + mark)[: max(0, limit - lead)]
        start = column.x + lead
        pieces.append((" " * (start - position), ""))
        pieces.append((text, ink))
        position = start + width(text)
        if hidden[0] and index == 0 and len(columns) > 1:
            pieces += [(" " * (columns[1].x - 1 - position), ""), ("◄", "accent")]
            position = columns[1].x
    if hidden[1]:
        pieces += [(" " * (total - 1 - position), ""), ("►", "accent")]
    return pieces


def _sort_mark(column: Column, sort: Sequence[SortKey]) -> tuple[str, str]:
    for place, key in enumerate(sort, start=1):
        if key.field == column.field.name:
            mark = "▼" if key.descending else "▲"
            return ("strong bold", mark) if place == 1 else ("strong", f"{mark}{place}")
    return "muted", ""
