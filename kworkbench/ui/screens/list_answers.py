"""Terms of a query that only the server can answer: asked when they are set, in force once the answer is here.

The screen never waits: until then the rows are those of the other terms, and the chip says so (product.md section 6).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from kworkbench.domain.catalog import Resource, ResourceCatalog
from kworkbench.domain.dates import moment
from kworkbench.domain.query import Chip, Query, chips, effective, print_term
from kworkbench.domain.query.asked import Asked, answered, asked_of
from kworkbench.lean import replace
from kworkbench.ui.screens.list_panes import ListPane, local
from kworkbench.ui.words import server_sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kworkbench.services.notices import Answered
    from kworkbench.services.session import Session
    from kworkbench.store.reader import Answer
    from kworkbench.ui.paint import Piece
    from kworkbench.ui.screens.base import WorkScreen
    from kworkbench.ui.widgets.table import RecordTable

    _Base = WorkScreen[None]
else:
    _Base = object

LEAD = 3
"""Cells before the text of the query line, under which a word of it is explained."""

FRESH = timedelta(minutes=5)
"""An answer is asked anew when it is older than this and its filter is set (sync-engine.md section 5)."""


class ListAnswers(_Base):
    """The part of a list that knows what the server was asked."""

    session: Session
    resource: Resource
    catalog: ResourceCatalog
    query_now: Query
    pane: ListPane
    table: RecordTable

    if TYPE_CHECKING:  # another part of the screen has them

        def run_query(self, lid: str | None = None) -> None:
            """Show the rows of the query."""
            ...

    def start_answers(self) -> None:
        """Nothing is known yet."""
        self._questions: tuple[Query, tuple[Asked, ...]] = (Query(), ())
        self._answers: Mapping[str, Answer] = {}
        self._is_read = False
        self.ask_anew = False
        """A person asked for what is new: an answer of now is asked anew as well."""

    @property
    def asked_now(self) -> tuple[Asked, ...]:
        """What the server has to be asked for the query."""
        if self._questions[0] is not self.query_now:
            self._questions = (self.query_now, asked_of(self.query_now, self.resource))
        return self._questions[1]

    def refreshed(self) -> None:
        """Rows were read, or the line is another: what is set is asked as it is now."""
        if self.asked_now:
            self.read_answers()
            self.want_answers(again=True)
        else:
            self.ask_anew = False

    def read_answers(self) -> None:
        """See what the server has answered by now."""
        self._answers, self._is_read = self.session.reader.answers(self.resource), True

    def in_force(self, query: Query) -> Query:
        """The query with what is hidden by default, without the terms that wait for an answer."""
        if self.asked_now if query is self.query_now else asked_of(query, self.resource):
            if not self._is_read:
                self.read_answers()
            query = answered(query, self.resource, frozenset(self._answers))
        return effective(query, self.catalog.hides)

    @property
    def effective_query(self) -> Query:
        """What the rows shown are found by."""
        return self.in_force(self.query_now)

    def want_answers(self, *, again: bool = False) -> None:
        """Ask what is not known, or not as it is now; what is not wanted any more is called off. Not while typing.

        `again`: whatever brought no answer before is tried once more.
        """
        asked = self.asked_now
        service, status = self.session.answers, self.session.refresh.status()
        service.want_only(self.resource.name, {each.key for each in asked})
        if not asked or self.pane.has_class("-typing") or service.offline or not status.online or status.active:
            return
        problems = {} if again else service.problems()
        for each in asked:
            if each.key not in problems and (self.ask_anew or self._is_wanted(each.key)):
                service.ask(each)
        self.ask_anew = False
        self.refresh_frame()

    def _is_wanted(self, key: str) -> bool:
        answer = self._answers.get(key)
        at = local(answer.fetched_at) if answer else None
        return answer is None or at is None or answer.stale or self.now() - at > FRESH

    def typed_words(self, query: Query) -> list[Piece]:
        """What is to be said of a query while it is typed: what only the server knows is asked with Enter."""
        asked = asked_of(query, self.resource)
        if asked and not self._is_read:
            self.read_answers()
        waiting = [each.text for each in asked if each.key not in self._answers]
        if not waiting:
            return []
        return [
            (" " * LEAD, ""),
            *server_sentence(f"`Enter` asks {self.catalog_title} for {', '.join(waiting)}.", "muted"),
        ]

    def take_answer(self, notice: Answered) -> None:
        """An answer came, or the reason why there is none."""
        if not any(each.key == notice.key for each in self.asked_now):
            return
        before = self.effective_query
        self.read_answers()
        if notice.problem:
            self.say(*server_sentence(notice.problem))
        if self.effective_query != before:
            self.run_query(self.table.lid)
        elif not notice.problem:
            self.table.data_changed()
        self.refresh_frame()

    def query_chips(self) -> tuple[Chip, ...]:
        """What stands on the top rule; of what the server is asked, when it answered, or that it has not."""
        notes = {each.key: self._note(each.key) for each in self.asked_now}
        found = chips(self.query_now, self.catalog.hides)
        if not notes:
            return found
        by_text = {
            print_term(term): [notes[each.key] for each in asked_of(Query((term,)), self.resource)]
            for term in self.query_now.terms
        }
        return tuple(_noted(chip, by_text.get(chip.text, [])) for chip in found)

    def _note(self, key: str) -> tuple[str, bool]:
        """What is to be said of a question, and whether its filter is not in force."""
        answer, title = self._answers.get(key), self.catalog_title
        at = local(answer.fetched_at) if answer else None
        when = moment(at, self.now()) if at else ""
        if self.session.answers.is_asking(key):
            return (f"asking {title}, as of {when}" if when else f"asking {title}"), answer is None
        offline = self.session.answers.offline or not self.session.refresh.status().online
        if offline:
            return (f"offline, as of {when}" if when else "offline, not asked"), answer is None
        if answer is None:
            return ("no answer" if key in self.session.answers.problems() else "not asked yet"), True
        return f"{title} {when}", False

    @property
    def catalog_title(self) -> str:
        """What the provider is called."""
        return self.session.catalog.title


def _noted(chip: Chip, notes: list[tuple[str, bool]]) -> Chip:
    """A chip with the first thing to be said of its values: what waits goes first."""
    if chip.implied or not notes:
        return chip
    note, waits = next((each for each in notes if each[1]), notes[0])
    return replace(chip, note=note, waits=waits)
