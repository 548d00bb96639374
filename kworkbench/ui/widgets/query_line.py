"""The query line: the top rule as a text field. Every key filters; an error leaves the last good query in force."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.message import Message
from textual.widgets import Input

from kworkbench.domain.query import Query, QueryError
from kworkbench.domain.query.complete import Completion
from kworkbench.lean import dataclass
from kworkbench.ui.boxes import Row
from kworkbench.ui.drawn import Drawn
from kworkbench.ui.paint import Piece, Pieces
from kworkbench.ui.safe import cut, safe_text, width
from kworkbench.ui.timed import hold_keys, let_keys_go
from kworkbench.ui.verbs import Place
from kworkbench.ui.widgets.line_input import LineInput

LEAD = 3
"""Cells before the text: the rule's beginning and a blank."""


class _Lead(Drawn):
    DEFAULT_CSS = "_Lead { width: 3; }"

    def pieces(self, y: int, total: int) -> Pieces:  # noqa: ARG002  # one line
        """The rule's beginning, as everywhere."""
        return [("──", "accent"), (" ", "")]


class QueryLine(Row):
    """The line while it is typed in."""

    PLACE: ClassVar[Place] = Place.QUERY
    DEFAULT_CSS = """
    QueryLine { height: 1; width: 1fr; background: $bg; }
    QueryLine LineInput { width: 1fr; }
    """

    @dataclass
    class Failed(Message):
        """The text is no query; the list keeps its last good one."""

        text: str
        error: QueryError

    @dataclass
    class Offered(Message):
        """The word at the cursor was completed; `turn` says which of the offers stands there, from cell `start` on."""

        offers: tuple[str, ...]
        turn: int
        start: int

    @dataclass
    class Closed(Message):
        """The line is left; `kept` False: the query from before it was opened comes back."""

        kept: bool

    def __init__(
        self,
        text: str,
        parse: Callable[[str], Query],
        complete: Callable[[str, int], Completion | None],
        change: Callable[[Query], None],
        ghost: str = "words, status:overdue, amount:>500, due:<+30d",
    ) -> None:
        """A line that begins with `text`. `change` is called with each query, within the key that made it one."""
        super().__init__(id="query-line")
        self._text = text
        self._ghost = ghost
        self._parse = parse
        self._complete = complete
        self._change = change
        self._completion: Completion | None = None
        self._base = ""
        self._turn = 0
        self._completing = False

    @property
    def text(self) -> str:
        """What is typed."""
        return self._text

    def compose(self) -> ComposeResult:
        """The rule's beginning and the field."""
        yield _Lead()
        yield LineInput(self._text, ghost=self._ghost)

    def on_mount(self) -> None:
        """Take the keys, with the text selected."""
        field = self.query_one(LineInput)
        field.focus()
        let_keys_go(self)
        field.action_select_all()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Read the text on every key."""
        event.stop()
        if event.value == self._text:
            return
        self._text = event.value
        field = self.query_one(LineInput)
        field.wrong = (0, 0)
        try:
            query = self._parse(event.value)
        except QueryError as error:
            field.wrong = (error.start, error.end)
            self.post_message(self.Failed(event.value, error))
        else:
            self._change(query)
        if self._completing and self._completion is not None:
            self.post_message(self.Offered(self._completion.offers, self._turn, self._completion.start))
        else:
            self._completion = None
        self._completing = False
        field.refresh()

    def do_query_complete(self) -> None:
        """Complete the word at the cursor; again: the next that fits."""
        field = self.query_one(LineInput)
        if self._completion is None:
            self._base, self._turn = field.value, -1
            self._completion = self._complete(field.value, field.cursor_position)
        if self._completion is None:
            return
        self._turn = (self._turn + 1) % len(self._completion.offers)
        text, cursor = self._completion.applied(self._base, self._turn)
        self._completing = text != field.value
        field.value = text
        field.cursor_position = cursor

    def do_query_done(self) -> None:
        """Keep the query and go back to the rows."""
        hold_keys(self)
        self.post_message(self.Closed(kept=True))

    def do_query_leave(self) -> None:
        """Go back to the query from before."""
        hold_keys(self)
        self.post_message(self.Closed(kept=False))


def offer_pieces(text: str, message: QueryLine.Offered, total: int) -> list[Piece]:
    """What the word could be, under it: the one that stands there as a key, as many as fit."""
    start = min(LEAD + width(safe_text(text[: message.start])), total // 2)
    pieces: list[Piece] = [(" " * start, "")]
    room = total - start - 8
    shown = [*range(message.turn, len(message.offers)), *range(message.turn)]
    for index in shown:
        word = safe_text(message.offers[index])
        if width(word) + 2 > room:
            left = len(shown) - shown.index(index)
            return [*pieces, (f"{left} more", "muted")]
        pieces += [(word, "accent bold" if index == message.turn else "muted"), ("  ", "")]
        room -= width(word) + 2
    return pieces


def error_pieces(text: str, error: QueryError, total: int) -> list[Piece]:
    """The error under its word: a mark at its first cell and the sentence behind it."""
    start = LEAD + width(safe_text(text[: error.start]))
    sentence = safe_text(error.message)
    under = max(1, width(safe_text(text[error.start : error.end])))
    room = total - 1
    if start + under + 1 + width(sentence) <= room:
        return [(" " * start, ""), ("▲" * 1, "refused bold"), (" ", ""), (sentence, "refused")]
    sentence = cut(sentence, room - 2)
    lead = max(0, min(start, room - width(sentence) - 2))
    return [(" " * lead, ""), ("▲", "refused bold"), (" ", ""), (sentence, "refused")]
