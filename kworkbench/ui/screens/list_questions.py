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
    from kworkbench.ui.widgets.quick_line import QuickLine

    _Base = WorkScreen[None]
else:
    _Base = object

Answer = Callable[[str, "Choice | None"], None]


class ListQuestions(_Base):
    """The asking half of a list."""

    table: RecordTable
    quick_line: QuickLine | None
    batch_line: BatchLine | None
    _then: Answer | None = None

    async def ask(self, question: Question, then: Answer) -> None:
        """Ask in the panel under the list; `then` gets the answer."""
        from kworkbench.ui.widgets.ask_panel import AskPanel  # noqa: PLC0415  # only when first asked

        if self._then is not None:
            return
        self._then = then
        await self.query_one("#panel").mount(AskPanel(question))
        self.refresh_frame()

    def on_ask_panel_answered(self, message: AskPanel.Answered) -> None:
        """Do what was asked for."""
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
        if self._then is None:
            return None
        from kworkbench.ui.widgets.ask_panel import AskPanel  # noqa: PLC0415  # only when first asked

        found = self.query(AskPanel)
        return found.first().question if found else None

    def _close_question(self) -> Answer | None:
        from kworkbench.ui.widgets.ask_panel import AskPanel  # noqa: PLC0415  # only when first asked

        then, self._then = self._then, None
        for panel in self.query(AskPanel):
            panel.remove()
        self.table.focus()
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
