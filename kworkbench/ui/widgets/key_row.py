"""The footer as a widget; its words are `lines.keys`."""

from __future__ import annotations

from textual import events
from textual.message import Message

from kworkbench.lean import dataclass
from kworkbench.ui.drawn import Drawn
from kworkbench.ui.lines.keys import GAP, fitting, help_pieces, key_pieces, room_for, size_of
from kworkbench.ui.paint import Pieces, cells
from kworkbench.ui.verbs import Facts, Place, footer, help_at


class KeyRow(Drawn):
    """The footer row. A click on a verb runs it."""

    @dataclass
    class Pressed(Message):
        """A verb of the footer was clicked."""

        verb: str

    def __init__(self) -> None:
        super().__init__(id="key-row")
        self._facts = Facts(Place.TABLE)

    def show(self, facts: Facts) -> None:
        """Draw the verbs of another place or moment."""
        if facts != self._facts:
            self._facts = facts
            self.refresh()

    def pieces(self, y: int, total: int) -> Pieces:  # noqa: ARG002  # one line
        """The row."""
        return key_pieces(footer(self._facts), total, help_at(self._facts.place))

    def on_click(self, event: events.Click) -> None:
        """Run the verb under the pointer."""
        position = 1
        pieces = list(self.pieces(0, self.size.width))
        help_verb = help_at(self._facts.place)
        if help_verb is not None and event.x >= self.size.width - 1 - cells(help_pieces(help_verb)):
            self.post_message(self.Pressed(help_verb.id))
            return
        for verb, words in fitting(footer(self._facts), room_for(self.size.width, help_verb)):
            size = size_of((verb, words))
            if position <= event.x < position + size and pieces:
                self.post_message(self.Pressed(verb.id))
                return
            position += size + GAP
