"""Setting a filter of the sidebar: from its line there, or found by its name from anywhere in the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kworkbench.domain.catalog import Control, Resource, ResourceCatalog
from kworkbench.domain.query import Query, parse_query
from kworkbench.domain.query.edit import with_term, without
from kworkbench.lean import replace
from kworkbench.ui.widgets.filter_groups import SideFilter, filter_groups

if TYPE_CHECKING:
    from kworkbench.services.session import Session
    from kworkbench.store.reader import Choice
    from kworkbench.ui.screens.base import WorkScreen
    from kworkbench.ui.screens.list_filters import FilterQuestions
    from kworkbench.ui.screens.list_questions import Answer, Leads
    from kworkbench.ui.widgets.ask_panel import Question
    from kworkbench.ui.widgets.sidebar import Sidebar

    _Base = WorkScreen[None]
else:
    _Base = object


class ListSetting(_Base):
    """The part of a list that asks what a filter is to be."""

    session: Session
    resource: Resource
    catalog: ResourceCatalog
    query_now: Query

    if TYPE_CHECKING:  # another part of the screen has them

        def change_query(self, query: Query, *, follow: bool = True) -> None:
            """Show another query."""
            ...

        async def ask(self, question: Question, then: Answer, leads: Leads | None = None) -> None:
            """Ask in the panel under the list."""
            ...

    async def on_sidebar_asked(self, message: Sidebar.Asked) -> None:
        """A filter of the groups is to be set: turned where it knows yes and no, else asked for."""
        questions = self._questions_of(self._side(message.field))
        if questions.side.control is Control.YES_NO:
            self.set_filter(message.field, questions.turned(no=message.excluded))
        else:
            await self.ask(*self._asking(questions))

    async def do_find_filter(self) -> None:
        """Ask which filter, by its name, and then what it is to be."""
        from kworkbench.store.reader import Choice  # noqa: PLC0415  # only when first asked
        from kworkbench.ui.widgets.ask_panel import Question  # noqa: PLC0415  # only when first asked

        groups = filter_groups(self.catalog)
        offered = [Choice(each.field.name, each.label, group.title, {}) for group in groups for each in group.filters]

        def matching(text: str) -> tuple[Choice, ...]:
            return tuple(each for each in offered if all(word in _said_of(each) for word in text.casefold().split()))

        def leads(choice: Choice) -> tuple[Question, Answer]:
            return self._asking(self._questions_of(self._side(choice.id)))

        question = Question(title="Find a filter", answer="set it", choices=matching)
        await self.ask(question, lambda _text, _choice: None, leads)

    def set_filter(self, field: str, words: str) -> None:
        """Put `field:words` into the query, or take the field out of it where nothing is said."""
        query = without(self.query_now, field)
        if words:
            parsed = parse_query(f"{field}:{words}", self.resource, today=self.session.today())
            query = replace(with_term(query, parsed.terms[0]), sort=self.query_now.sort)
        self.change_query(query)

    def _side(self, name: str) -> SideFilter:
        return next(each for group in filter_groups(self.catalog) for each in group.filters if each.field.name == name)

    def _questions_of(self, side: SideFilter) -> FilterQuestions:
        from kworkbench.ui.screens.list_filters import FilterQuestions  # noqa: PLC0415  # only when first asked

        return FilterQuestions(self.session, self.catalog, side, self.query_now)

    def _asking(self, questions: FilterQuestions) -> tuple[Question, Answer]:
        return questions.question(), lambda text, choice: self.set_filter(*questions.answer(text, choice))


def _said_of(choice: Choice) -> str:
    """What a filter is found by: its name and its group's."""
    return f"{choice.name} {choice.detail}".casefold()
