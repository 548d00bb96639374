"""Row 1: the badge, the connection and its organization, the screens with their digits (screens.md section 2)."""

from __future__ import annotations

from collections.abc import Sequence

from kworkbench.domain.connections import Connection
from kworkbench.lean import dataclass
from kworkbench.ui.paint import Piece, cells, spread
from kworkbench.ui.safe import cut, safe_text, width

WIDE = 110


@dataclass(frozen=True, slots=True)
class Tab:
    """A screen in row 1: its digit, its title, its name."""

    key: str
    title: str
    name: str


TABS = (
    Tab("1", "Invoices", "invoices"),
    Tab("2", "Payments", "payments"),
    Tab("3", "Expenses", "expenses"),
    Tab("5", "Changes", "changes"),
)


def badge(connection: Connection) -> Piece:
    """`SANDBOX`, `LIVE read-only` or `LIVE`, on its own ground."""
    if connection.sandbox:
        return " SANDBOX ", "sandbox bold on sandbox-ground"
    if connection.writable:
        return " LIVE ", "live bold on live-ground"
    return " LIVE read-only ", "read-only bold on cursor"


def tab_pieces(tabs: Sequence[Tab], present: str, *, named: int, gap: str) -> list[Piece]:
    """The tabs, the first `named` ones and the present one with their title, the others as a digit."""
    pieces: list[Piece] = []
    for index, tab in enumerate(tabs):
        if tab.name == present:
            pieces += [(gap[1:], "")] if pieces else []
            pieces.append((f" {tab.key} {tab.title} ", "strong bold on cursor"))
            continue
        if pieces:
            after_present = pieces[-1][1] == "strong bold on cursor"
            pieces.append((gap[1:] if after_present else gap, ""))
        pieces.append((tab.key, "accent"))
        if index < named:
            pieces.append((f" {tab.title}", "muted"))
    return pieces


def top_pieces(connection: Connection, organization: str, tabs: Sequence[Tab], present: str, total: int) -> list[Piece]:
    """Row 1 in `total` cells: badge and connection name whole, the organization cut, far screens as digits."""
    name = connection.name.removeprefix("sandbox-") if connection.sandbox else connection.name
    left: list[Piece] = [badge(connection), (" ", ""), (safe_text(name), "text")]
    shown = f" · {organization}" if organization else ""
    gap = "  " if total >= WIDE else " "
    right: list[Piece] = []
    for named in range(len(tabs), -1, -1):
        right = [*tab_pieces(tabs, present, named=named, gap=gap), (" ", "")]
        wanted = width(safe_text(shown)) if total >= WIDE else min(width(safe_text(shown)), 14)
        if cells(left) + wanted + 1 + cells(right) <= total:
            break
    room = total - cells(left) - cells(right) - 1
    if shown and room > 4:
        left.append((cut(safe_text(shown), room), "text"))
    return spread(left, right, total)
