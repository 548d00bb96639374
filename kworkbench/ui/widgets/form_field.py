"""One field of a form: gutter, label, value, hint, its messages below, and the picker's choices where it has them.

Source: screens.md section 6, product.md section 8.
"""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message

from kworkbench.domain.catalog import FormField, ValueType
from kworkbench.lean import dataclass
from kworkbench.store.reader import Choice
from kworkbench.ui.verbs import Place
from kworkbench.ui.widgets.field_parts import FieldHead, FieldHint, FieldNotes, Note, YesNo
from kworkbench.ui.widgets.line_input import LineInput
from kworkbench.ui.widgets.picker import Picker

Choices = Callable[[str], tuple[Choice, ...]]


class FormRow(Vertical):
    """A field with all that belongs to it.

    Its `text` is what is saved: the id of a picked choice, else exactly what was typed.
    """

    DEFAULT_CSS = """
    FormRow { height: auto; background: $bg; }
    FormRow > Horizontal { height: 1; }
    FormRow LineInput { width: 1fr; max-width: 60; }
    """

    @dataclass
    class Edited(Message):
        """What the field holds was changed by a person."""

        row: FormRow

    @dataclass
    class Left(Message):
        """Focus went to another field."""

        row: FormRow

    @dataclass
    class Entered(Message):
        """Focus came to this field."""

        row: FormRow

    def __init__(self, field: FormField, text: str, name: str, choices: Choices, ghost: str = "") -> None:
        """`ghost` is drawn where nothing is typed: several records say different things, and stay as they are."""
        super().__init__()
        self.field = field
        self._ask = choices
        self._picked, self._shown = (text, name or text) if self.picks else ("", text)
        self._head = FieldHead(field.name, required=field.required)
        self._hint = FieldHint()
        self._notes = FieldNotes()
        self._picker = Picker()
        if field.type is ValueType.YES_NO:
            self._value: YesNo | LineInput = YesNo(text if ghost else text or "no", ghost)
        else:
            self._value = LineInput(self._shown, ghost=ghost, ground="raised", focused_ground="cursor")

    @property
    def picks(self) -> bool:
        """Whether its value is chosen from a list."""
        return self.field.picker is not None or bool(self.field.choices)

    @property
    def text(self) -> str:
        """What is saved: an id for a picked choice, else the text as typed."""
        typed = self._value.value
        return self._picked if self.picks and typed == self._shown else typed

    @property
    def unmatched(self) -> bool:
        """Whether words were typed where a choice is wanted, and no choice is meant by them."""
        typed = self._value.value
        return self.field.picker is not None and bool(typed) and typed != self._shown

    @property
    def PLACE(self) -> Place:  # noqa: N802  # read by the screen as the constant of other widgets
        """Keys mean other things while the list of choices is open."""
        return Place.PICKER if self.picking else Place.FORM

    @property
    def notes(self) -> tuple[Note, ...]:
        """The messages under it."""
        return self._notes.notes

    @property
    def picking(self) -> bool:
        """Whether its list of choices is open."""
        return self._picker.is_open

    def compose(self) -> ComposeResult:
        """Head, value and hint in one line; messages and choices below."""
        with Horizontal():
            yield self._head
            yield self._value
            yield self._hint
        yield self._notes
        yield self._picker

    def focus_value(self) -> None:
        """Brings the focus here."""
        self._value.focus()

    def show_notes(self, notes: tuple[Note, ...]) -> None:
        """Shows these messages, and their mark in the gutter."""
        self._notes.show(notes)
        refused = any(not note.local for note in notes)
        self._head.mark = "!" if refused else "▲" if notes else ""
        self._head.refresh()

    def show_hint(self, hint: str) -> None:
        """Shows how its text was read, or what it takes."""
        self._hint.text = hint
        self._hint.refresh()

    @property
    def choosable(self) -> bool:
        """Whether the open list has a choice to take."""
        return self._picker.choice is not None

    def foretell(self, text: str) -> None:
        """Shows what the server would put here, as long as nothing is typed."""
        if isinstance(self._value, LineInput):
            self._value.ghost = text
            self._value.refresh()

    def fill(self, text: str) -> None:
        """Holds `text`, as if it had opened with it; its messages go."""
        self._picked, self._shown = (text, text) if self.picks else ("", text)
        self._value.set_text(text)
        self.show_notes(())

    def pick(self) -> None:
        """Takes the choice under the cursor; where nothing matches, the words stay as typed."""
        choice = self._picker.choice
        if choice is None:
            self._picker.close_list()
            return
        self._take(choice)
        self.post_message(self.Edited(self))

    def close_choices(self) -> None:
        """Closes the list; what stood there before stands there again."""
        self._picker.close_list()
        self._value.set_text(self._shown)

    def _take(self, choice: Choice) -> None:
        self._picked, self._shown = choice.id, choice.name
        self._picker.close_list()
        self._value.set_text(choice.name)

    def on_input_changed(self, event: LineInput.Changed) -> None:
        """A person typed; a picker shows what matches."""
        event.stop()
        if event.value == self._shown or not self._value.has_focus:
            return
        if self.picks:
            self._open(event.value)
        else:
            self._shown = event.value
        self.post_message(self.Edited(self))

    def on_yes_no_turned(self, event: YesNo.Turned) -> None:
        """A person turned it."""
        event.stop()
        self.post_message(self.Edited(self))

    def on_key(self, event: events.Key) -> None:
        """The keys of the list of choices, while it is open; Down opens it."""
        if not self.picks:
            return
        if event.key == "down" and not self.picking:
            event.stop()
            self._open("")
        elif self.picking and event.key in {"down", "up"}:
            event.stop()
            self._picker.move(1 if event.key == "down" else -1)

    def _open(self, text: str) -> None:
        self._picker.offer(self._ask(text), nothing=f"No {self.field.name} matches.")

    def on_descendant_focus(self) -> None:
        """Marks the label and the bar."""
        self._head.focused = True
        self._head.refresh()
        self.post_message(self.Entered(self))

    def on_descendant_blur(self) -> None:
        """Settles what was typed into a picker: the only match is taken, else the words stay as typed."""
        self._head.focused = False
        self._head.refresh()
        if self.picking:
            typed = self._value.value.casefold()
            exact = [each for each in self._picker.choices if each.name.casefold() == typed]
            only = exact or (self._picker.choices if typed and len(self._picker.choices) == 1 else ())
            self._picker.close_list()
            if only and self._value.value != self._shown:
                self._take(only[0])
        self.post_message(self.Left(self))
