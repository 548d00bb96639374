"""The drawn parts of a form field: its head, its hint, its messages, and a value of yes or no."""

from __future__ import annotations

from textual import events
from textual.geometry import Size
from textual.message import Message

from kworkbench.lean import dataclass
from kworkbench.ui.drawn import Drawn
from kworkbench.ui.paint import Piece, Pieces
from kworkbench.ui.safe import Content, safe_text, width

VALUE_AT = 20
"""Column of every value, counted from 0."""

HINT_CELLS = 21
"""Room of a hint beside the value; longer ones stand on the form's bottom rule while their field has the focus."""


PICK = "► pick"
"""The hint of a field with choices."""


@dataclass(frozen=True, slots=True)
class Note:
    """A message under a field: the server's own words, or (`local`) what a check here found."""

    text: str
    local: bool = False


class FieldHead(Drawn):
    """Gutter, label and the bar of the focused field."""

    DEFAULT_CSS = "FieldHead { width: 20; }"

    def __init__(self, label: str, *, required: bool) -> None:
        super().__init__()
        self.label = label
        self.required = required
        self.mark = ""
        self.focused = False

    def pieces(self, y: int, total: int) -> Pieces:  # noqa: ARG002  # base signature
        """` ! date*           ▌`."""
        token = {"!": "refused bold", "▲": "unclear"}.get(self.mark, "")
        label: Piece = (self.label, "strong bold" if self.focused else "muted")
        star: Piece = ("*" if self.required else "", "muted")
        blanks = " " * (VALUE_AT - 4 - len(self.label) - width(star[0]))
        ground = "cursor" if self.focused and not self.app.no_color else "raised"
        bar: Piece = ("▌" if self.focused else " ", f"accent on {ground}")
        return [(" ", ""), (self.mark or " ", token), (" ", ""), label, star, (blanks, ""), bar]


class FieldHint(Drawn):
    """What a field takes, or how its text was read."""

    DEFAULT_CSS = "FieldHint { width: 24; }"

    text = ""

    def pieces(self, y: int, total: int) -> Pieces:  # noqa: ARG002  # base signature
        """The hint, two blanks after the value's ground."""
        return [("  ", ""), (safe_text(self.text, total - 3), "muted")]


class FieldNotes(Drawn):
    """Every message of a field, in order; a long one goes on in the next line, nothing is cut."""

    DEFAULT_CSS = "FieldNotes { height: auto; } FieldNotes.-none { display: none; }"

    def __init__(self, indent: int = VALUE_AT, gutter: str = "") -> None:
        super().__init__(classes="-none")
        self._indent = indent
        self._gutter = gutter
        self._notes: tuple[Note, ...] = ()

    @property
    def notes(self) -> tuple[Note, ...]:
        """What it shows."""
        return self._notes

    def show(self, notes: tuple[Note, ...]) -> None:
        """Shows these messages and no others."""
        if notes != self._notes:
            self._notes = notes
            self.set_class(not notes, "-none")
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002  # base signature
        """All lines of all messages."""
        return len(self._lines(width))

    def pieces(self, y: int, total: int) -> Pieces:
        """One line of one message."""
        lines = self._lines(total)
        if y >= len(lines):
            return []
        gutter, text, token = lines[y]
        return [(f" {gutter}".ljust(self._indent), "refused bold"), (text, token)]

    def _lines(self, total: int) -> list[tuple[str, Content, str]]:
        room = max(10, total - self._indent - 1)
        lines: list[tuple[str, Content, str]] = []
        for note in self._notes:
            plain = "text" if self._gutter else "refused"
            token = "unclear" if note.local else plain
            for number, line in enumerate(safe_text(note.text).wrap(room)):
                lines.append(("" if number else self._gutter, line, token))
        return lines


class YesNo(Drawn, can_focus=True):
    """A value of yes or no, turned by space."""

    DEFAULT_CSS = "YesNo { max-width: 60; }"

    @dataclass
    class Turned(Message):
        """The value was turned."""

        row: YesNo
        value: str

    def __init__(self, value: str, ghost: str = "") -> None:
        """With a `ghost` it may be neither: several records differ, and stay as they are."""
        super().__init__()
        self.value = value
        self._ghost = ghost

    def pieces(self, y: int, total: int) -> Pieces:  # noqa: ARG002  # base signature
        """The word on the field's ground."""
        text = safe_text(self.value or self._ghost, total)
        ground = "cursor" if self.has_focus and not self.app.no_color else "raised"
        ink = "text" if self.value else "muted"
        return [(text, f"{ink} on {ground}"), (" " * (total - width(text)), f"text on {ground}")]

    def on_key(self, event: events.Key) -> None:
        """Space turns it; `y` and `n` set it."""
        after = {"": "yes", "yes": "no", "no": ""} if self._ghost else {"yes": "no"}
        turned = {"space": after.get(self.value, "yes"), "y": "yes", "n": "no"}.get(event.key)
        if turned is not None:
            event.stop()
            self.set_text(turned)
            self.post_message(self.Turned(self, turned))

    def set_text(self, text: str) -> None:
        """Holds `text`."""
        self.value = text
        self.refresh()
