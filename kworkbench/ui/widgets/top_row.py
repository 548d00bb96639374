"""Row 1 as a widget; its words are `lines.top`."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.message import Message

from kworkbench.domain.connections import Connection
from kworkbench.lean import dataclass
from kworkbench.ui.drawn import Drawn
from kworkbench.ui.lines.top import Tab, top_pieces
from kworkbench.ui.paint import Pieces
from kworkbench.ui.safe import Content


class TopRow(Drawn):
    """Row 1. It never moves and is never covered."""

    @dataclass
    class Chosen(Message):
        """A screen's tab was clicked."""

        name: str

    def __init__(self, connection: Connection, organization: str, tabs: Sequence[Tab], present: str) -> None:
        super().__init__(id="top-row")
        self._connection = connection
        self._organization = organization
        self._tabs = tuple(tabs)
        self._present = present

    def pieces(self, y: int, total: int) -> Pieces:  # noqa: ARG002  # one line
        """The row."""
        return top_pieces(self._connection, self._organization, self._tabs, self._present, total)

    def on_click(self, event: events.Click) -> None:
        """A click on a tab chooses its screen."""
        hit = self.piece_at(event)
        if hit is None:
            return
        words = _plain(hit[1][0]).strip()
        before = _plain(self.pieces(0, self.size.width)[hit[0] - 1][0]).strip() if hit[0] else ""
        for tab in self._tabs:
            if words in (tab.key, f"{tab.key} {tab.title}") or (words == tab.title and before == tab.key):
                self.post_message(self.Chosen(tab.name))


def _plain(text: str | Content) -> str:
    return text if isinstance(text, str) else text.plain
