"""The one text field: a single line with ordinary editing keys, drawn from tokens, harmless whatever text it holds."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.actions import SkipAction
from textual.geometry import Size
from textual.message import Message
from textual.reactive import Reactive
from textual.strip import Strip
from textual.widgets import Input

from kworkbench.lean import dataclass
from kworkbench.ui.safe import visible
from kworkbench.ui.theme import Palette, palette_of


class LineInput(Input):
    """A text field of one line.

    Its value keeps every character it was given; only the drawing replaces hidden ones by a mark.

    Attributes:
        ghost: what stands there, `muted`, while nothing is typed.
        ground, focused_ground: tokens of its ground.
        ink: token of its text.
        wrong: first and last offset of a word to be underlined.
    """

    DEFAULT_CSS = """
    LineInput, LineInput:focus { border: none; height: 1; padding: 0; background: $bg; background-tint: transparent; }
    """

    virtual_size = Reactive(Size(0, 0), layout=False)
    """A longer text moves no widget."""

    @dataclass
    class PastedLines(Message):
        """Several lines were pasted; none of them was taken."""

        input: LineInput
        text: str

    def __init__(
        self, value: str = "", *, ghost: str = "", ground: str = "bg", focused_ground: str = "bg", ink: str = "text"
    ) -> None:
        super().__init__(value, select_on_focus=False, compact=True)
        self.cursor_blink = False
        self.ghost = ghost
        self.ground = ground
        self.focused_ground = focused_ground
        self.ink = ink
        self.wrong = (0, 0)

    def set_text(self, text: str) -> None:
        """Holds `text`, with the cursor at its end."""
        self.value = text
        self.cursor_position = len(text)

    def render_line(self, y: int) -> Strip:
        """The visible part of the line, with ghost, selection and cursor."""
        palette = palette_of(self.app)
        total = self.scrollable_content_region.width
        ground = self._ground(palette)
        base = palette.style(f"on {ground}")
        if y:
            return Strip.blank(total, base)
        scroll_x, _ = self.scroll_offset
        drawn = Strip(self._segments(palette, ground)).crop(scroll_x, scroll_x + total)
        return drawn.adjust_cell_length(total, base)

    async def action_submit(self) -> None:
        """Leaves `Enter` to the verb table."""
        raise SkipAction

    def _ground(self, palette: Palette) -> str:
        if not self.has_focus:
            return self.ground
        bare = self.focused_ground == "cursor" and not palette.coloured
        return self.ground if bare else self.focused_ground

    def _segments(self, palette: Palette, ground: str) -> list[Segment]:
        shown = visible(self.value).plain if self.value else visible(self.ghost).plain
        ink = self.ink if self.value else "muted"
        tokens = [ink] * len(shown)
        first, last = self.wrong
        tokens[first:last] = ["refused underline"] * len(tokens[first:last])
        if self.has_focus:
            shown, tokens = f"{shown} ", [*tokens, ink]
            first, last = sorted(self.selection)
            tokens[first:last] = ["strong on marked-cursor"] * (last - first)
            tokens[self.cursor_position] = "strong reverse"
        styles = {token: palette.style(token if " on " in token else f"{token} on {ground}") for token in set(tokens)}
        runs = groupby(zip(shown, tokens, strict=True), key=itemgetter(1))
        return [Segment("".join(character for character, _ in run), styles[token]) for token, run in runs]

    def _position_to_cell(self, position: int) -> int:
        return cell_len(visible(self.value).plain[:position])

    @property
    def content_width(self) -> int:
        """Cells of the whole text and of the cursor behind it."""
        return cell_len(visible(self.value).plain) + 1

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        lines = event.text.splitlines()
        if len(lines) > 1:
            self.post_message(self.PastedLines(self, event.text))
        elif lines:
            self.replace(lines[0], *self.selection)
