"""All totals of a list: every sum per currency, what is left out of them, and what is refused or unclear."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from kworkbench.domain.catalog import Resource
from kworkbench.domain.numbers import NumberStyle, format_amount
from kworkbench.domain.query import Query
from kworkbench.lean import dataclass
from kworkbench.ui.figures import Stopped, stopped_sums
from kworkbench.ui.paint import Piece
from kworkbench.ui.safe import Content, fill, safe_text
from kworkbench.ui.screens.base import WorkScreen
from kworkbench.ui.verbs import Place
from kworkbench.ui.widgets.chips import left_out_words
from kworkbench.ui.widgets.line_list import BLANK, Line, LineList
from kworkbench.ui.widgets.rules import Rule
from kworkbench.ui.words import counted

if TYPE_CHECKING:
    from kworkbench.services.session import Session
    from kworkbench.store.reader import Sum

_NAME, _FIGURE = 16, 18


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums, what open changes keep out of them, payments of these invoices among it, and rows that are in no sum."""

    sums: tuple[Sum, ...]
    aside: tuple[Sum, ...]
    left_out: tuple[tuple[str, int], ...]


def totals_lines(totals: Totals, style: NumberStyle) -> list[Line]:
    """Every sum on its own line, grouped by what it adds."""
    lines: list[Line] = []
    groups = (("", totals.sums), ("Not in these sums", totals.aside))
    for group, each_of in groups:
        if group and each_of:
            lines += [BLANK, Line([(" ", ""), (group, "strong bold")])]
        before = ""
        for each in each_of:
            if each.label != before and before:
                lines.append(BLANK)
            lines.append(_line(each, style, named=each.label != before))
            before = each.label
    if words := left_out_words(totals.left_out, style):
        lines += [BLANK, Line([(" ", ""), (words, "muted")])]
    return lines or [Line([(" ", ""), ("Nothing to add up.", "strong bold")])]


def _line(each: Sum, style: NumberStyle, *, named: bool) -> Line:
    figure = format_amount(each.minor, each.currency, style)
    pieces: list[Piece] = [
        (" ", ""),
        (fill(Content(each.label if named else ""), _NAME), "muted"),
        ("~ " if each.pending else "  ", "unsent bold"),
        (fill(safe_text(figure), _FIGURE, right=True), "strong bold"),
        (" ", ""),
        (fill(safe_text(each.currency), 5), "text"),
        (f"{counted(each.rows, 'row', style):>12}", "muted"),
    ]
    if each.pending:
        pieces.append((f"   server {format_amount(each.server_minor, each.currency, style)}", "muted"))
    return Line(pieces, f"{each.label}\x1f{each.currency}")


class TotalsScreen(WorkScreen[None]):
    """The sums of one query, read in a worker."""

    PLACE: ClassVar[Place] = Place.TOTALS
    DEFAULT_CSS = "TotalsScreen #totals { width: 1fr; height: 1fr; }"

    @dataclass
    class Read(Message):
        """The sums are here."""

        totals: Totals

    def __init__(
        self, session: Session, resource: Resource, query: Query, said: str, now: Callable[[], datetime] = datetime.now,
        stopped: Sequence[Stopped] = (),
    ) -> None:  # fmt: skip
        super().__init__(session, now)
        self._stopped = stopped
        self._resource = resource
        self._query = query
        self._said = said

    @property
    def tab(self) -> str:
        """The list's own tab."""
        return self._resource.name

    def compose_body(self) -> ComposeResult:
        """Rule, sums, rule."""
        said: list[Piece] = [("  ", ""), (safe_text(self._said), "muted")] if self._said else []
        title: Sequence[Piece] = [("Totals", "strong bold"), *said]
        with Vertical(id="totals"):
            yield Rule(id="totals-top", left=title)
            yield LineList(id="totals-list")
            yield Rule(id="totals-bottom", left=[("all figures mean what this sign-in may see", "muted")])

    def on_mount(self) -> None:
        """Ask for the sums."""
        self.query_one(LineList).focus()
        self.query_one("#totals-top", Rule).show(focused=True)
        self.query_one("#totals-bottom", Rule).show(focused=True)
        self.run_worker(partial(self._read), thread=True, exit_on_error=True)

    def _read(self) -> None:
        with closing(self.session.open_reader()) as reader:
            asked = (self._resource, self._query)
            aside = (*reader.set_aside(*asked), *stopped_sums(reader, *asked, self._stopped))
            self.post_message(self.Read(Totals(reader.sums(*asked), aside, reader.left_out(*asked))))

    def on_totals_screen_read(self, message: Read) -> None:
        """Draw them."""
        self.query_one(LineList).show(totals_lines(message.totals, self.session.style))

    def do_leave(self) -> None:
        """Back."""
        self.dismiss(None)
