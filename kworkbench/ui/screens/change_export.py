"""`x` on Changes: the whole journal into a file of its own."""

from __future__ import annotations

from asyncio import to_thread
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kworkbench.ui.words import counted, server_sentence

if TYPE_CHECKING:
    from kworkbench.services.session import Session
    from kworkbench.store.reader import Choice
    from kworkbench.ui.screens.base import WorkScreen
    from kworkbench.ui.widgets.ask_panel import AskPanel, Question
    from kworkbench.ui.widgets.line_list import LineList

    _Base = WorkScreen[None]
else:
    _Base = object


class ChangeExport(_Base):
    """The exporting part of the changes screen."""

    session: Session

    @property
    def entries(self) -> LineList:
        """The list of changes."""
        raise NotImplementedError

    def choose_state(self, choice: Choice) -> None:
        """A state was picked."""
        raise NotImplementedError

    @property
    def asked(self) -> Question | None:
        """What is being asked: the name of a file, or a state; None where nothing is."""
        if not self.asks:
            return None
        from kworkbench.ui.widgets.ask_panel import AskPanel  # noqa: PLC0415  # only when something is asked

        return next((panel.question for panel in self.query("#ask-panel").results(AskPanel)), None)

    @property
    def asks(self) -> bool:
        """Whether something is being asked."""
        return bool(self.query("#ask-panel"))

    def do_export(self) -> None:
        """Asks for the file's name."""
        from kworkbench.ui.widgets.ask_panel import AskPanel, Question  # noqa: PLC0415  # only when exported

        if self.asks:
            return
        question = Question(
            title="Export the journal: every change asked for on this machine",
            text=f"kworkbench-journal-{self.now():%Y-%m-%d}.csv",
            hint="a new file: .csv, .json or .ndjson",
            answer="export",
            check=_wrong,
        )
        self.query_one("#panel").mount(AskPanel(question))

    def on_ask_panel_answered(self, message: AskPanel.Answered) -> None:
        """Writes the file, off the screen's thread; or shows the state that was picked."""
        self._close()
        if message.choice is not None:
            self.choose_state(message.choice)
        elif message.text:
            self.run_worker(self._export(Path(message.text).expanduser()), group="export", exit_on_error=True)

    def on_ask_panel_left(self) -> None:
        """Nothing is written."""
        self._close()

    async def _export(self, path: Path) -> None:
        from kworkbench.services.journal import read_journal  # noqa: PLC0415  # only when exported
        from kworkbench.services.new_file import FileNotMadeError  # noqa: PLC0415

        changes = self.session.changes
        told = await self.settle(changes.whole_journal())
        journal = await to_thread(partial(read_journal, told, changes.attempts, self.session.known_connections))
        try:
            written = await to_thread(journal.write, path)
        except FileNotMadeError as why:
            self.say(*server_sentence(str(why)), seconds=None)
            return
        self.say(*server_sentence(f"Wrote {counted(written, 'change', self.session.style)} to {path}"))

    def _close(self) -> None:
        for panel in self.query("#ask-panel"):
            panel.remove()
        self.entries.focus()
        self.refresh_frame()


def _wrong(text: str) -> str:
    from kworkbench.services.journal import FORMATS  # noqa: PLC0415  # only when exported

    path = Path(text).expanduser()
    if path.suffix not in FORMATS:
        return f"End the name with {', '.join(FORMATS)}."
    return "There is a file of that name already. Choose another." if path.exists() else ""
