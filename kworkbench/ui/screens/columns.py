"""The column chooser: which columns a list shows and in which order; they are kept in the view."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from kworkbench.domain.catalog import Resource
from kworkbench.ui.paint import Piece
from kworkbench.ui.screens.base import WorkScreen
from kworkbench.ui.verbs import Place
from kworkbench.ui.widgets.line_list import Line, LineList
from kworkbench.ui.widgets.rules import Rule

if TYPE_CHECKING:
    from kworkbench.services.session import Session


def column_line(resource: Resource, name: str, place: int) -> Line:
    """A column with its place; 0 for one that is not shown."""
    field = resource.field(name)
    pieces: list[Piece] = [
        ("•" if place else " ", "accent bold"),
        (f"{place or '':>3}  ", "muted"),
        (f"{field.label:<22}", "strong bold" if place else "text"),
        (field.type.value, "muted"),
    ]
    return Line(pieces, name)


class ColumnsScreen(WorkScreen[tuple[str, ...]]):
    """Dismissed with the columns in their order; empty: as width allows; None: nothing is changed."""

    PLACE: ClassVar[Place] = Place.COLUMNS
    DEFAULT_CSS = "ColumnsScreen #columns { width: 1fr; height: 1fr; }"

    def __init__(
        self, session: Session, resource: Resource, shown: Sequence[str], now: Callable[[], datetime] = datetime.now
    ) -> None:
        super().__init__(session, now)
        self._resource = resource
        self._shown = list(shown)
        self._order = [*shown, *(name for name in resource.order if name not in shown)]

    @property
    def tab(self) -> str:
        """The tab of the list."""
        return self._resource.name

    def compose_body(self) -> ComposeResult:
        """Rule, columns, rule."""
        with Vertical(id="columns"):
            yield Rule(id="columns-top", left=[(f"Columns of {self._resource.name}", "strong bold")])
            yield LineList(id="columns-list")
            yield Rule(id="columns-bottom", left=[("V saves them with the view", "muted")])

    def on_mount(self) -> None:
        """Stand on the first one."""
        self.query_one("#columns-top", Rule).show(focused=True)
        self.query_one("#columns-bottom", Rule).show(focused=True)
        self.query_one(LineList).focus()
        self._draw()

    def _draw(self) -> None:
        places = {name: place for place, name in enumerate(self._shown, start=1)}
        lines = [column_line(self._resource, name, places.get(name, 0)) for name in self._order]
        self.query_one(LineList).show(lines)

    def do_toggle(self) -> None:
        """Show or hide the column under the cursor; one stays."""
        name = self.query_one(LineList).key
        if name is None or self._shown == [name]:
            self.tell("One column stays.")
            return
        shown = set(self._shown) ^ {name}
        self._shown = [each for each in self._order if each in shown]
        self._draw()

    def do_shift(self, step: str) -> None:
        """Move the column under the cursor."""
        name = self.query_one(LineList).key
        if name is not None:
            at = self._order.index(name)
            self._order.remove(name)
            self._order.insert(max(0, at + int(step)), name)
            self._shown = [each for each in self._order if each in self._shown]
            self._draw()

    def do_keep(self) -> None:
        """Show the list with these."""
        self.dismiss(tuple(self._shown))

    def do_usual(self) -> None:
        """Show the list with as many of its usual columns as its width allows."""
        self.dismiss(())

    def on_line_list_clicked(self) -> None:
        """A click on the column under the cursor shows or hides it."""
        self.do_toggle()

    def do_leave(self) -> None:
        """Leave everything as it is."""
        self.dismiss(None)
