"""The panel under a list: what is asked in it, who gets the answer, and what the footer says meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from kworkbench.ui.widgets.table import RecordTable

if TYPE_CHECKING:
    from kworkbench.store.reader import Choice
    from kworkbench.ui.screens.base import WorkScreen
    from kworkbench.ui.widgets.ask_panel import AskPanel, Question
    from kworkbench.ui.widgets.batch_line import BatchLine
    from kworkbench.ui.widgets.expense_line import ExpenseLine
    from kworkbench.ui.widgets.line_list import LineList
    from kworkbench.ui.widgets.quick_line import QuickLine
    from kworkbench.ui.widgets.sidebar import Sidebar

    _Base = WorkScreen[None]
else:
    _Base = object

Answer = Callable[[str, "Choice | None"], None]
Leads = Callable[["Choice"], "tuple[Question, Answer]"]
"""From what was picked to the next question in the same panel."""


class ListQuestions(_Base):
    """The asking half of a list."""

    table: RecordTable
    quick_line: QuickLine | ExpenseLine | None
    batch_line: BatchLine | None
    sidebar: Sidebar
    _then: Answer | None = None
    _leads: Leads | None = None
    _asked_from: LineList | None = None
    """What had the focus before the question, where that is not the table."""

    async def ask(self, question: Question, then: Answer, leads: Leads | None = None) -> None:
        """Ask in the panel under the list; `then` gets the answer. With `leads` a choice leads to another question."""
        from kworkbench.ui.widgets.ask_panel import AskPanel  # noqa: PLC0415  # only when first asked

        if self._then is not None:
            return
        self._then, self._leads = then, leads
        self._asked_from = self.sidebar.lines if self.place is self.sidebar.PLACE else self._asked_from
        await self.query_one("#panel").mount(AskPanel(question))
        self.refresh_frame()

    def on_ask_panel_answered(self, message: AskPanel.Answered) -> None:
        """Do what was asked for."""
        if self._leads is not None and message.choice is not None and (panel := self._panel()) is not None:
            question, self._then = self._leads(message.choice)
            self._leads = None
            panel.become(question)
            self.refresh_frame()
            return
        then = self._close_question()
        if then is not None:
            then(message.text, message.choice)
        self.refresh_frame()

    def on_ask_panel_left(self) -> None:
        """Nothing is done."""
        self._close_question()

    @property
    def question(self) -> Question | None:
        """What is asked now."""
        panel = None if self._then is None else self._panel()
        return panel.question if panel else None

    def _panel(self) -> AskPanel | None:
        from kworkbench.ui.widgets.ask_panel import AskPanel  # noqa: PLC0415  # only when first asked

        found = self.query(AskPanel)
        return found.first() if found else None

    def _close_question(self) -> Answer | None:
        from kworkbench.ui.widgets.ask_panel import AskPanel  # noqa: PLC0415  # only when first asked

        then, self._then, self._leads = self._then, None, None
        for panel in self.query(AskPanel):
            panel.remove()
        (self._asked_from or self.table).focus()
        self._asked_from = None
        self.refresh_frame()
        return then

    def panel_titles(self) -> Mapping[str, str]:
        """Footer words that the open panel changes, by verb id."""
        if self.quick_line is not None:
            return self.quick_line.titles
        return {"answer": self.question.answer} if self.question else {}

    def panel_off(self) -> Mapping[str, str]:
        """Verbs that the open panel switches off with the reason, by verb id."""
        for line in (self.quick_line, self.batch_line):
            if line is not None:
                return line.off
        picks = self.question is not None and self.question.choices is not None
        return {} if picks else {"next-choice": "There is nothing to choose from."}
