"""How a filter of the sidebar's groups is asked for: as words of the query line, picked, or turned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from kworkbench.domain.catalog import Control, ResourceCatalog, ValueType
from kworkbench.domain.query import Query, QueryError, effective, parse_query
from kworkbench.domain.query.fields import possible_choices
from kworkbench.domain.query.printing import print_values
from kworkbench.lean import dataclass
from kworkbench.store.reader import Choice
from kworkbench.ui.widgets.ask_panel import Question
from kworkbench.ui.widgets.filter_groups import SideFilter

if TYPE_CHECKING:
    from kworkbench.services.session import Session

_HINTS: Mapping[Control, str] = {
    Control.DATES: "A day or a range, like 2026-01..2026-03, this-month, <-30d. Nothing: any.",
    Control.AMOUNTS: "A number or a range, like >500, 100..200. Nothing: any.",
    Control.TEXT: "Words it holds; a comma between several means or. Nothing: any.",
    Control.IDS: "One or more, with commas between. Nothing: any.",
}
_OWN_HINTS: Mapping[ValueType, str] = {
    ValueType.KEYED: "The field's number, = and the whole value: 77=blue. Nothing: any.",
}
_ANY = Choice("", "any", "", {})


@dataclass(frozen=True, slots=True)
class FilterQuestions:
    """The question for one filter, and what its answer means for the query."""

    session: Session
    catalog: ResourceCatalog
    side: SideFilter
    query: Query

    def question(self) -> Question:
        """The question with what is set now."""
        title = f"Filter by {self.side.label}"
        if self.side.control in (Control.PICKER, Control.CHOICE, Control.YES_NO):
            return Question(title, hint="", answer="filter", choices=self._choices)
        hint = _OWN_HINTS.get(self.side.field.type) or _HINTS[self.side.control]
        return Question(title, self._now(), hint, "filter", check=self._problem)

    def answer(self, text: str, choice: Choice | None) -> tuple[str, str]:
        """The field and the words behind its colon; without words the filter is dropped."""
        return self.side.field.name, text if choice is None else choice.id

    def turned(self, *, no: bool) -> str:
        """The words of a yes-no filter after one turn: any, yes, no; where a default hides rows: no, yes, any."""
        name = self.side.field.name
        now = self._now()
        hidden = next((term for term in effective(Query(), self.catalog.hides).terms if term.field == name), None)
        if no:
            return "" if now == "no" else "no"
        if hidden is not None:
            return {"": "any", "any": "yes", "yes": "no"}.get(now, "")
        return {"": "yes", "yes": "no"}.get(now, "")

    def _now(self) -> str:
        """What stands behind the colon of the field's only term."""
        terms = [term for term in self.query.terms if term.field == self.side.field.name]
        return print_values(terms[0]) if len(terms) == 1 and not terms[0].negated else ""

    def _problem(self, text: str) -> str:
        try:
            found = parse_query(f"{self.side.field.name}:{text}", self.catalog.resource, today=self.session.today())
        except QueryError as problem:
            return problem.message
        return "" if len(found.terms) == 1 else "Put a text with blanks between quotes."

    def _choices(self, text: str) -> tuple[Choice, ...]:
        if self.side.control is Control.PICKER:
            found = self.session.reader.related(self.side.field.picks, text)
        else:
            words = (word for word in self.side.choices or possible_choices(self.side.field) if word != "any")
            found = tuple(Choice(word, word, "", {}) for word in words if text.casefold() in word)
        return (self._lifted, *found) if self._lifted.name.startswith(text.casefold()) else found

    @property
    def _lifted(self) -> Choice:
        """The choice that finds all: no word, but where a default hides rows that word."""
        hidden = {term.field for term in effective(Query(), self.catalog.hides).terms}
        return Choice("any", "any", "", {}) if self.side.field.name in hidden else _ANY
