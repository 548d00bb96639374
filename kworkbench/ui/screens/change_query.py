"""`/` and `f` on Changes: a query line over the rows, and the states as a list with their counts.

Source: product.md sections 4 to 6, screens.md section 8.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from kworkbench.domain.numbers import format_amount
from kworkbench.domain.query import Query, print_term, print_terms
from kworkbench.lean import replace
from kworkbench.ui.paint import Piece, Pieces
from kworkbench.ui.safe import safe_text
from kworkbench.ui.screens.changes_lines import amount_of
from kworkbench.ui.timed import hold_keys
from kworkbench.ui.widgets.line_list import BLANK, Line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kworkbench.domain.changes import Change
    from kworkbench.domain.query.complete import Completion
    from kworkbench.services.session import Session
    from kworkbench.store.reader import Choice
    from kworkbench.ui.screens.base import WorkScreen
    from kworkbench.ui.screens.change_reading import ChangeReading
    from kworkbench.ui.widgets.line_list import LineList
    from kworkbench.ui.widgets.query_line import QueryLine

    _Base = WorkScreen[None]
else:
    _Base = object

GHOST = "words, state:refused, resource:payments"


class ChangeQuery(_Base):
    """The part of the changes screen that finds changes."""

    session: Session
    reading: ChangeReading
    query_now: Query
    _before: Query

    if TYPE_CHECKING:

        @property
        def entries(self) -> LineList:
            """The list of changes."""
            ...

        @property
        def asks(self) -> bool:
            """Whether something is being asked."""
            ...

        def reload(self) -> None:
            """Draw the changes anew."""
            ...

        def show_heads(self, pieces: Pieces) -> None:
            """Draw the line under the top rule."""
            ...

    def found(self, changes: Sequence[Change]) -> Sequence[Change]:
        """The changes that the query asks for."""
        if not self.query_now.terms:
            return changes
        from kworkbench.services.change_query import Said, fits  # noqa: PLC0415  # only when searched

        names = {one.account: one.name for one in self.session.known_connections}
        said = Said(self._row, lambda account: names.get(account, ""))
        return [change for change in changes if fits(self.query_now, change, said)]

    def _row(self, change: Change) -> str:
        """All that the row of a change says, its amount with and without marks between the digits."""
        amount = amount_of(change)
        figures = "" if amount is None else format_amount(amount.minor, amount.currency, self.session.style)
        plain = "" if amount is None else f"{figures.replace(',', '')} {figures} {amount.currency}"
        told = (self.session.changes.sentence(change), self.reading.answer(change), plain, change.marker or "")
        return " ".join(told)

    @property
    def query_words(self) -> list[Piece]:
        """The query as the top rule says it."""
        return [("  ", ""), (safe_text(print_terms(self.query_now), 60), "accent")] if self.query_now.terms else []

    def none_found(self) -> list[Line]:
        """What stands where no change fits: the keys that lead on."""
        last = safe_text(print_term(self.query_now.terms[-1]), 40)
        keys = (("Esc", f"drop {last.plain}"), ("/", "change the query"), ("f", "states with their counts"))
        rows = [Line([(f"{key:>9}  ", "accent bold"), (safe_text(words), "text")]) for key, words in keys]
        return [BLANK, Line([("   ", ""), ("No change fits.", "strong bold")]), BLANK, *rows]

    def do_escape(self) -> None:
        """Drop the last filter of an empty list."""
        self.query_now = Query(self.query_now.terms[:-1])
        self.reload()

    # The query line.

    def do_query(self) -> None:
        """Open the query line over the top rule."""
        from kworkbench.ui.widgets.query_line import QueryLine  # noqa: PLC0415  # only when first opened

        self._before = self.query_now
        line = QueryLine(print_terms(self.query_now), self._parsed, self._complete, self._typed, ghost=GHOST)
        pane = self.query_one("#changes")
        pane.add_class("-typing")
        pane.mount(line, before=0)

    def _parsed(self, text: str) -> Query:
        from kworkbench.services.change_query import parsed  # noqa: PLC0415  # only when searched

        return parsed(text, self.session.today())

    def _complete(self, text: str, cursor: int) -> Completion | None:
        from kworkbench.services.change_query import completed  # noqa: PLC0415  # only when searched

        return completed(text, cursor, [one.name for one in self.session.known_connections])

    def _typed(self, query: Query) -> None:
        self.query_now = query
        self.reload()

    def on_query_line_offered(self, message: QueryLine.Offered) -> None:
        """What the word could be stands under it."""
        from kworkbench.ui.widgets.query_line import QueryLine, offer_pieces  # noqa: PLC0415  # it is open

        text = self.query_one(QueryLine).text
        self.show_heads(offer_pieces(text, message, self.entries.size.width))

    def on_query_line_failed(self, message: QueryLine.Failed) -> None:
        """Say what is wrong under its word; the list keeps its last good query."""
        from kworkbench.ui.widgets.query_line import error_pieces  # noqa: PLC0415  # it is open

        self.show_heads(error_pieces(message.text, message.error, self.entries.size.width))

    def on_query_line_closed(self, message: QueryLine.Closed) -> None:
        """Go back to the rows."""
        from kworkbench.ui.widgets.query_line import QueryLine  # noqa: PLC0415  # it is open

        if not message.kept:
            self.query_now = self._before
        self.query_one("#changes").remove_class("-typing")
        self.query_one(QueryLine).remove()
        self.entries.focus()
        self.reload()

    # The states.

    def do_filters(self) -> None:
        """Offer the states with their counts."""
        from kworkbench.ui.widgets.ask_panel import AskPanel, Question  # noqa: PLC0415  # only when asked

        if self.asks:
            return
        hold_keys(self)
        question = Question(title="Which changes?", answer="show", choices=self._states)
        self.query_one("#panel").mount(AskPanel(question))

    def _states(self, text: str) -> tuple[Choice, ...]:
        """Every state that a change is in, and all of them."""
        from kworkbench.services.change_query import STATES  # noqa: PLC0415  # only when asked
        from kworkbench.store.reader import Choice  # noqa: PLC0415  # only when asked

        counts = Counter(change.shown.word for change in self.session.changes.all())
        words = {"all": counts.total(), **{word: counts[word] for word in STATES if counts[word]}}
        return tuple(Choice(word, word, str(count), {}) for word, count in words.items() if text.lower() in word)

    def choose_state(self, choice: Choice) -> None:
        """Show one state, or all; what else the query says stays."""
        others = tuple(term for term in self.query_now.terms if term.field not in ("state", "change"))
        chosen = () if choice.id == "all" else self._parsed(f"state:{choice.id}").terms
        self.query_now = replace(self.query_now, terms=(*others, *chosen))
        self.reload()
