"""The list of connections that `ctrl+o` opens: choose one to switch to."""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from kworkbench.domain.connections import Connection
from kworkbench.ui.lines.top import badge
from kworkbench.ui.paint import Piece
from kworkbench.ui.safe import fill, safe_text, width
from kworkbench.ui.screens.base import WorkScreen
from kworkbench.ui.verbs import Place
from kworkbench.ui.widgets.line_list import Line, LineList
from kworkbench.ui.widgets.rules import Rule

if TYPE_CHECKING:
    from kworkbench.services.session import Workbench


def connection_line(connection: Connection, *, current: bool) -> Line:
    """Badge, name, provider, organization and where it is."""
    words, ink = badge(connection)
    where = "inside this program" if connection.sandbox else connection.base_url
    pieces: list[Piece] = [
        ("•" if current else " ", "accent bold"),
        (" ", ""),
        (words, ink),
        (" " * (17 - width(words)), ""),
        (fill(safe_text(connection.name), 22), "strong bold" if current else "strong"),
        (fill(safe_text(connection.provider), 12), "text"),
        (fill(safe_text(connection.organization), 26), "text"),
        (safe_text(where), "muted"),
    ]
    return Line(pieces, connection.name)


class ConnectionsScreen(WorkScreen[str]):
    """Dismissed with the name of the connection to open.

    It shows at once what is known, and reads the configuration behind it: another process may have written it.
    """

    PLACE: ClassVar[Place] = Place.CONNECTIONS
    DEFAULT_CSS = "ConnectionsScreen #connections { width: 1fr; height: 1fr; }"

    def __init__(self, workbench: Workbench, now: Callable[[], datetime] = datetime.now) -> None:
        super().__init__(workbench.current, now)
        self._workbench = workbench

    def compose_body(self) -> ComposeResult:
        """Rule, connections, rule."""
        with Vertical(id="connections"):
            yield Rule(id="connections-top", left=[("Connections", "strong bold")])
            yield LineList(id="connections-list")
            yield Rule(id="connections-bottom")

    def on_mount(self) -> None:
        """Stand on the one that is open."""
        self.query_one("#connections-top", Rule).show(focused=True)
        self.query_one("#connections-bottom", Rule).show(focused=True)
        shown = self.query_one(LineList)
        shown.focus()
        self._show()
        shown.go(self.session.connection.name)
        self.in_place_of("connections", self._reread)

    def _show(self) -> None:
        name = self.session.connection.name
        lines = [connection_line(each, current=each.name == name) for each in self._workbench.connections]
        self.query_one(LineList).show(lines)

    async def _reread(self) -> None:
        """The lines as the configuration has them now; where it cannot be read, those that were known."""
        before = self._workbench.connections
        problem = await to_thread(self._workbench.reread)
        if problem:
            self.tell(safe_text(problem))
        elif before != self._workbench.connections:
            self._show()

    def do_choose(self) -> None:
        """Open the one under the cursor."""
        if key := self.query_one(LineList).key:
            self.dismiss(key)

    def on_line_list_clicked(self) -> None:
        """A click on the line under the cursor opens it."""
        self.do_choose()

    def do_leave(self) -> None:
        """Back."""
        self.dismiss(None)
