"""A question in one line, between the bottom rule and the status line: a name, a filter's value, a choice of a list."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.message import Message

from kworkbench.lean import dataclass
from kworkbench.store.reader import Choice
from kworkbench.ui.boxes import Column, Row
from kworkbench.ui.drawn import Drawn
from kworkbench.ui.paint import Piece, Pieces
from kworkbench.ui.safe import safe_text
from kworkbench.ui.timed import hold_keys, let_keys_go
from kworkbench.ui.verbs import Place
from kworkbench.ui.widgets.line_input import LineInput
from kworkbench.ui.widgets.picker import MOST_LINES, Picker
from kworkbench.ui.widgets.quick_parts import Prompt
from kworkbench.ui.widgets.rules import Rule


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked.

    Attributes:
        title: what it is about. text: what stands in the line already. hint: what can be typed.
        answer: the footer's word for `Enter`.
        check: empty where the text will do, else a sentence why not.
        choices: what matches a text, for answers that are picked from a list; None: any text.
        lines: how many choices are in sight at once.
    """

    title: str
    text: str = ""
    hint: str = ""
    answer: str = "set"
    check: Callable[[str], str] = lambda _text: ""
    choices: Callable[[str], tuple[Choice, ...]] | None = None
    lines: int = MOST_LINES


class _Said(Drawn):
    """The line under the field: the hint, or what is wrong."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[Piece] = []

    def pieces(self, y: int, total: int) -> Pieces:  # noqa: ARG002  # one line
        """The words behind the prompt's cells."""
        return [("   ", ""), *self.words] if self.words and self.words[0][0] != "!" else [(" ", ""), *self.words]


class AskPanel(Column):
    """The panel. It takes the focus when it is mounted; its screen removes it."""

    PLACE: ClassVar[Place] = Place.ASK
    DEFAULT_CSS = """
    AskPanel { height: auto; width: 1fr; background: $bg; }
    AskPanel > Horizontal { height: 1; }
    AskPanel LineInput { width: 1fr; }
    """

    @dataclass
    class Answered(Message):
        """What was typed, and the choice that was picked where there are choices."""

        text: str
        choice: Choice | None

    @dataclass
    class Left(Message):
        """Left without an answer."""

    def __init__(self, question: Question) -> None:
        super().__init__(id="ask-panel")
        self.question = question
        self._input = LineInput(question.text, ink="strong", ghost="type to find" if question.choices else "")
        self._said = _Said()
        self._picker = Picker(question.lines)

    def compose(self) -> ComposeResult:
        """Head, line, hint, choices."""
        yield Rule(left=[(safe_text(self.question.title), "strong bold")])
        with Row():
            yield Prompt()
            yield self._input
        yield self._said
        yield self._picker

    def on_mount(self) -> None:
        """Takes the keys."""
        self.query_one(Rule).show(focused=True)
        self._input.focus()
        self._input.action_select_all()
        let_keys_go(self)
        self._read("" if self.question.choices else self._input.value)

    def become(self, question: Question) -> None:
        """Ask something else in the same place; the keys go on into the line."""
        self.question = question
        self.query_one(Rule).show([(safe_text(question.title), "strong bold")])
        self._input.ghost = "type to find" if question.choices else ""
        self._input.value = question.text
        if question.choices is None:
            self._picker.close_list()
        self._input.action_select_all()
        self._read("" if question.choices else question.text)
        let_keys_go(self)

    def on_input_changed(self, event: LineInput.Changed) -> None:
        """Every key is read."""
        event.stop()
        self._read(event.value)

    def on_paste(self, event: events.Paste) -> None:
        """What the line took needs no word from the screen."""
        event.stop()

    def _read(self, text: str) -> None:
        wrong = self.question.check(text) if text else ""
        hint: list[Piece] = [(self.question.hint, "muted")]
        self._said.words = [("!", "refused bold"), (" ", ""), (safe_text(wrong), "refused")] if wrong else hint
        self._said.display = bool(wrong or self.question.hint) or self.question.choices is None
        self._said.refresh()
        if self.question.choices is not None:
            self._picker.offer(self.question.choices(text), nothing="Nothing matches.")

    def do_answer(self) -> None:
        """Answers, where the text will do."""
        choice = self._picker.choice
        if self.question.choices is not None:
            if choice is not None:
                hold_keys(self)
                self.post_message(self.Answered(self._input.value, choice))
            return
        text = self._input.value.strip()
        if not text or not self.question.check(text):
            hold_keys(self)
            self.post_message(self.Answered(text, None))

    def do_leave(self) -> None:
        """Leaves everything as it is."""
        hold_keys(self)
        self.post_message(self.Left())

    def do_next_choice(self) -> None:
        """The next choice."""
        self._picker.move(1)

    def do_previous_choice(self) -> None:
        """The choice before."""
        self._picker.move(-1)
