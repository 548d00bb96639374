"""What the quick lines have in common: a rule, one typed line, the labels under it, a preview."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.message import Message

from kworkbench.ui.boxes import Column, Row
from kworkbench.ui.paint import Pieces
from kworkbench.ui.timed import hold_keys, let_keys_go
from kworkbench.ui.verbs import Place
from kworkbench.ui.widgets.line_input import LineInput
from kworkbench.ui.widgets.quick_parts import Preview, Prompt, TokenLabels, row_lines, row_pieces
from kworkbench.ui.widgets.rules import Rule

if TYPE_CHECKING:
    from kworkbench.domain.quickline.preview import Preview as Shown
    from kworkbench.domain.quickline.tokens import Typed


class PayLine(Column):
    """The panel. It takes the focus when it is mounted; its screen does what its messages say, and removes it."""

    PLACE: ClassVar[Place]
    DEFAULT_CSS = """
    PayLine { height: auto; width: 1fr; background: $bg; }
    PayLine > Horizontal { height: 1; }
    PayLine LineInput { width: 1fr; }
    """

    class Changed(Message):
        """What `Enter` or `Esc` do may differ: so do the footer's words."""

    class Closed(Message):
        """The line was left, and nothing recorded."""

    def __init__(self, ghost: str, *, id: str) -> None:  # noqa: A002  # as Widget
        super().__init__(id=id)
        self._rule = Rule()
        self._input = LineInput(ghost=ghost, ink="strong")
        self._labels = TokenLabels()
        self._labels.scrolled = lambda: self._input.scroll_offset.x
        self._preview = Preview(self._lines)

    def shown(self) -> Shown:
        """The plan of the line as it stands, in words."""
        raise NotImplementedError

    def read(self) -> Typed:
        """The line as it was read."""
        raise NotImplementedError

    def typed(self) -> None:
        """The text has changed: plan it anew."""
        raise NotImplementedError

    def aside(self) -> Pieces:
        """What stands at the right of the rule."""
        return ()

    def trouble(self) -> Sequence[Pieces]:
        """Lines under the preview: why nothing was saved."""
        return ()

    def compose(self) -> ComposeResult:
        """Rule, line, labels, preview."""
        yield self._rule
        with Row():
            yield Prompt()
            yield self._input
        yield self._labels
        yield self._preview

    def on_mount(self) -> None:
        """Takes the keys."""
        self._input.focus()
        let_keys_go(self)
        self.draw()

    def on_input_changed(self, event: LineInput.Changed) -> None:
        """Every key makes the preview anew."""
        event.stop()
        self.typed()
        self.draw()

    def on_paste(self, event: events.Paste) -> None:
        """What the line took needs no word from the screen."""
        event.stop()

    def draw(self) -> None:
        """Draws rule, labels and preview for the line as it stands."""
        self._rule.show(row_pieces(self.shown().title), self.aside(), focused=True)
        self._labels.show(self.read())
        self._preview.changed()
        self._input.refresh()
        self.post_message(self.Changed())

    def close(self) -> None:
        """Leaves the line; keys wait for what comes into sight."""
        hold_keys(self)
        self.post_message(self.Closed())

    def _lines(self, room: int) -> list[Pieces]:
        lines = [line for row in self.shown().rows for line in row_lines(row, room)]
        return [*lines, *self.trouble()]
