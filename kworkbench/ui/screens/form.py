"""The form: create, edit, and correct what a server refused. What was typed is never lost by a refusal.

Source: product.md section 8, screens.md section 6.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, runtime_checkable

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.screen import Screen

from kworkbench.domain.catalog import FormField
from kworkbench.domain.changes import Change
from kworkbench.domain.validation import Reading
from kworkbench.lean import dataclass, replace
from kworkbench.store.failing import SaveError
from kworkbench.store.reader import Choice
from kworkbench.ui.safe import width
from kworkbench.ui.screens.base import WorkScreen
from kworkbench.ui.screens.form_words import below_pieces, foot_pieces, head_pieces, title_pieces
from kworkbench.ui.timed import TimedApp
from kworkbench.ui.verbs import Facts, Place
from kworkbench.ui.widgets.field_parts import HINT_CELLS, PICK, FieldNotes, Note
from kworkbench.ui.widgets.form_field import FormRow
from kworkbench.ui.widgets.line_input import LineInput
from kworkbench.ui.widgets.rules import Rule, Seam
from kworkbench.ui.words import counted, server_sentence

if TYPE_CHECKING:
    from kworkbench.services.form_state import FormState
    from kworkbench.services.session import Session


ROOMY = 160
"""From this width on the form stands beside the list."""

BESIDE_CELLS = 81
"""What it takes there: its 80 columns and the seam."""


@dataclass(frozen=True, slots=True)
class FormClosed:
    """How a form was left.

    Attributes:
        change: what was saved; None where nothing was.
        kept: the form was left for later with texts that differ from those it opened with.
    """

    state: FormState
    change: Change | None = None
    kept: bool = False


@runtime_checkable
class KeepsForms(Protocol):
    """An app that keeps what was typed into a refused form while it is left: texts by the change's number."""

    kept_forms: dict[int, Mapping[str, str]]


class Fields(VerticalScroll, inherit_bindings=False, can_focus=False):
    """The fields of a form, scrolled where they are too many. It has no keys of its own: `down` is the next field."""


class FormScreen(WorkScreen[FormClosed]):
    """A form over the list; from 160 columns the list stays in sight beside it."""

    PLACE: ClassVar[Place] = Place.FORM
    DEFAULT_CSS = """
    FormScreen Seam { display: none; }
    FormScreen.-roomy Seam, FormScreen.-huge Seam { display: block; }
    FormScreen #form { background: $bg; width: 1fr; height: 1fr; }
    FormScreen #fields { margin-top: 1; height: 1fr; scrollbar-size: 0 0; background: $bg; }
    """

    def __init__(self, session: Session, state: FormState, now: Callable[[], datetime] = datetime.now) -> None:
        super().__init__(session, now)
        self.state = state
        self._opened_with: dict[str, str] = {}
        self.armed = False
        self._leaving = False
        self._saving = False
        self._rows: tuple[FormRow, ...] = ()
        self._beside: Screen[Any] | None = None

    def _row(self, field: FormField) -> FormRow:
        def choices(text: str) -> tuple[Choice, ...]:
            if field.choices:
                return tuple(Choice(each, each, "", {}) for each in field.choices if each.startswith(text.lower()))
            return self.session.forms.choices(field, text)

        text = self.opening_texts().get(field.key, "")
        same = text == self.state.texts.get(field.key, "")
        name = self.state.names.get(field.key, "") if same else self._name_of(field, text)
        differing = self.state.differing.get(field.key, 0)
        return FormRow(field, text, name, choices, f"{differing} different values" if differing else "")

    def opening_texts(self) -> Mapping[str, str]:
        """Every field's text by its key when the form opens: a refused form that was left holds what was typed."""
        return {**self.state.texts, **self._kept.get(self._number, {})}

    def _name_of(self, field: FormField, text: str) -> str:
        found = self.session.reader.lookup(field.picker, text) if field.picker and text else None
        name = (found or {}).get("number" if field.picker == "invoices" else "name")
        return name if isinstance(name, str) else ""

    @property
    def _kept(self) -> dict[int, Mapping[str, str]]:
        return self.app.kept_forms if isinstance(self.app, KeepsForms) else {}

    @property
    def _number(self) -> int:
        return self.state.change.seq if self.state.change is not None else 0

    # What it is made of.

    @property
    def tab(self) -> str:
        """The tab of the resource it edits."""
        return self.state.resource.resource.name

    @property
    def refused(self) -> bool:
        """Whether it corrects what a server refused."""
        return self.state.change is not None

    @property
    def texts(self) -> dict[str, str]:
        """Every field's text by its key, as typed; an id for what was picked."""
        return {row.field.key: row.text for row in self._rows}

    def compose_body(self) -> ComposeResult:
        """Head, messages of the whole form, fields, bottom rule."""
        self._rows = tuple(self._row(field) for field in self.state.fields)
        yield Seam()
        with Vertical(id="form"):
            yield Rule(id="form-top")
            yield FieldNotes(indent=3, gutter="!")
            with Fields(id="fields"):
                yield from self._rows
            yield Rule(id="form-bottom")

    def on_mount(self) -> None:
        """Shows what the server said and goes to the first field it named."""
        stack = self.app.screen_stack
        self._beside = stack[stack.index(self) - 1] if self in stack[1:] else None
        self._opened_with = self.texts
        self.watch(self.query_one("#fields"), "scroll_y", self._draw_bottom, init=False)
        fields = {row.field.name for row in self._rows}
        said = self.state.errors
        head = tuple(Note(error.message) for error in said if error.field not in fields)
        self.query_exactly_one("#form > FieldNotes", FieldNotes).show(head)
        for row in self._rows:
            row.show_notes(tuple(Note(error.message) for error in said if error.field == row.field.name))
            self._show_hint(row)
        first = next((row for row in self._rows if row.notes), self._rows[0] if self._rows else None)
        if first is not None:
            first.focus_value()
        if isinstance(self.app, TimedApp):
            self.app.let_keys_go()
        self._draw_rules()
        if self.state.creates and any(field.foretold for field in self.state.fields):
            self.run_worker(self._foretell(), group="foretold", exit_on_error=True)

    async def _foretell(self) -> None:
        """Shows what the server would put into a field, once it has said so; the form waits for nothing."""
        number = await self.settle(self.session.answers.next_number())
        for row in self._rows if number and self.is_attached else ():
            if row.field.foretold:
                row.foretell(number)

    def on_resize(self, event: events.Resize) -> None:
        """With room for both the list stays in sight: only the screen itself can be seen through, so the body moves."""
        super().on_resize(event)
        roomy = event.size.width >= ROOMY
        self.styles.background = "transparent" if roomy else None
        self._share_room(BESIDE_CELLS if roomy else 0)

    def body_margin(self, width: int) -> tuple[int, int, int, int]:
        """The room at the left that is the list's."""
        return (0, 0, 0, width - BESIDE_CELLS if width >= ROOMY else 0)

    def on_unmount(self) -> None:
        """The list has all the room again."""
        self._share_room(0)

    def _share_room(self, cells: int) -> None:
        """The list in sight beside the form is laid out in the room that the form leaves."""
        if isinstance(self._beside, WorkScreen):
            self._beside.make_room(cells)

    def facts(self) -> Facts:
        """The footer's words for what `Enter` and `Esc` do now."""
        save = "send as typed" if self.armed else "send again" if self.refused else "save"
        leave = "keep for later" if self.refused else "leave"
        picking = self._picking()
        pick = {} if picking is None or picking.choosable else {"pick": "keep as typed"}
        return replace(super().facts(), titles={"save": save, "leave-form": leave, **pick})

    # Typing.

    def on_form_row_edited(self, message: FormRow.Edited) -> None:
        """An edit clears that field's messages and whatever was asked before."""
        message.row.show_notes(())
        self.armed = self._leaving = False
        if message.row.picks:
            self._follow()
        self._show_hint(message.row)
        self._draw_rules()

    def on_form_row_entered(self, message: FormRow.Entered) -> None:
        """Keeps the field with all its messages in sight."""
        self.call_after_refresh(self._show_whole, message.row)

    def on_form_row_left(self, message: FormRow.Left) -> None:
        """Checks what was typed; a check writes its message and forbids nothing."""
        row = message.row
        if row.text != self._opened_with.get(row.field.key, ""):
            self.check(row)
        self._show_hint(row)
        self._draw_rules()

    def on_line_input_pasted_lines(self, message: LineInput.PastedLines) -> None:
        """Several lines make one: line ends stay, drawn as marks."""
        message.stop()
        field = message.input
        field.replace(message.text.rstrip("\r\n"), *field.selection)

    def _follow(self) -> None:
        """Writes what follows from a choice into fields that are still empty."""
        for key, text in self.session.forms.followed(self.state, self.texts).items():
            for row in self._rows:
                if row.field.key == key and not row.has_focus_within:
                    row.fill(text)
                    self._show_hint(row)

    def check(self, row: FormRow) -> bool:
        """Writes the local message of a field where there is one; True where it may be sent without a second look."""
        reading = self._read(row)
        message = f"Pick a {row.field.name} from the list." if row.unmatched else reading.message
        if message and all(note.local for note in row.notes):
            row.show_notes((Note(message, local=True),))
        return not message

    def _show_hint(self, row: FormRow) -> None:
        hint = self._read(row).hint
        long = hint == row.field.hint and width(hint) > HINT_CELLS
        row.show_hint(hint if not long else PICK if row.picks else "")

    def _read(self, row: FormRow) -> Reading:
        forms = self.session.forms
        return forms.read(replace(self.state, currency=forms.currency_of(self.state, self.texts)), row.field, row.text)

    # The rules.

    def _draw_rules(self) -> None:
        style, messages = self.session.style, sum(len(row.notes) for row in self._rows)
        self.query_one("#form-top", Rule).show(
            title_pieces(self.state), head_pieces(self.state, messages, style), focused=True
        )
        self.call_after_refresh(self._draw_bottom)
        self.refresh_frame()

    def _draw_bottom(self) -> None:
        if not self.is_attached:
            return
        here = next((row.field.hint for row in self._rows if row.has_focus_within), "")
        fields = self.query_one("#fields", VerticalScroll)
        bottom = fields.scroll_offset.y + fields.size.height
        hidden = [row for row in self._rows if row.virtual_region.y >= bottom] if fields.size.height else []
        messages = sum(len(row.notes) for row in hidden)
        self.query_one("#form-bottom", Rule).show(
            foot_pieces(here, refused=self.refused),
            below_pieces(len(hidden), messages, self.session.style),
            focused=True,
        )

    def _show_whole(self, row: FormRow) -> None:
        self.query_one("#fields", VerticalScroll).scroll_to_widget(row, animate=False, immediate=True)
        self._draw_rules()

    # Verbs.

    async def do_save(self) -> None:
        """Saves; with local messages the first `Enter` shows them and the second sends as typed."""
        if self._saving:
            return
        doubtful = [row for row in self._rows if not self.check(row)]
        if doubtful and not self.armed:
            self.armed = True
            doubtful[0].focus_value()
            self._draw_rules()
            self.tell(
                f"{counted(len(doubtful), 'field', self.session.style)} may be refused. `Enter` again sends as typed."
            )
            return
        self._saving = True
        try:
            closed = await self.saved()
        except SaveError as problem:
            self.say(*server_sentence(str(problem)), seconds=None)
            return
        finally:
            self._saving = False
        self._kept.pop(self._number, None)
        self.dismiss(closed)

    async def saved(self) -> FormClosed:
        """Saves what the form holds as a change.

        Raises:
            SaveError: nothing was saved; the form stays open.
        """
        change = await self.settle(self.session.forms.save(self.state, self.texts))
        return FormClosed(self.state, change)

    def do_leave(self) -> None:
        """Closes a picker first; a refused form keeps what was typed, another asks once before it is dropped."""
        picking = self._picking()
        if picking is not None:
            picking.close_choices()
            return
        changed = self.state.begun or self.texts != self._opened_with
        if changed and not self.refused and not self._leaving:
            self._leaving = True
            self.tell("What was typed is not saved. `Esc` again drops it, `Enter` saves.")
            return
        if self.refused:
            self._kept[self._number] = self.texts
        self.dismiss(FormClosed(self.state, kept=self.refused and changed))

    def do_pick(self) -> None:
        """Takes the choice under the cursor, or leaves what no choice matches as typed, and goes to the next field."""
        picking = self._picking()
        if picking is not None:
            picking.pick()
            self.do_next_field()

    def do_next_field(self) -> None:
        """Goes to the next field; after the last one comes the first."""
        self._step(1)

    def do_previous_field(self) -> None:
        """Goes to the field before."""
        self._step(-1)

    def _picking(self) -> FormRow | None:
        return next((row for row in self._rows if row.picking), None)

    def _step(self, by: int) -> None:
        at = next((index for index, row in enumerate(self._rows) if row.has_focus_within), -1)
        if self._rows:
            self._rows[(at + by) % len(self._rows)].focus_value()
