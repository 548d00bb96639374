"""The detail of one record: a pane from 160 columns on, the whole body below (screens.md section 2)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.message import Message

from kworkbench.domain.catalog import Resource
from kworkbench.domain.numbers import NumberStyle
from kworkbench.lean import dataclass
from kworkbench.ui.boxes import Column
from kworkbench.ui.verbs import Place
from kworkbench.ui.widgets.detail_lines import RAW, TOP, DetailLook, Subject, detail_lines, title_of
from kworkbench.ui.widgets.line_list import LineList
from kworkbench.ui.widgets.rules import Rule


class Detail(Column):
    """Rule, lines, rule. Tells which related thing is to be opened."""

    PLACE: ClassVar[Place] = Place.DETAIL
    DEFAULT_CSS = """
    Detail { width: 46; height: 1fr; background: $bg; }
    """

    @dataclass
    class Followed(Message):
        """A related thing is to be opened: `record kind lid`, `same resource field value` or `change seq`."""

        parts: tuple[str, ...]

    def __init__(self, resource: Resource, style: NumberStyle, now: Callable[[], datetime]) -> None:
        super().__init__(id="detail")
        self._resource = resource
        self._style = style
        self._now = now
        self._subject: Subject | None = None
        self._raw_open = False

    def compose(self) -> ComposeResult:
        """Rule, lines, rule."""
        yield Rule(id="detail-top")
        yield LineList(id="detail-lines")
        yield Rule(id="detail-bottom")

    @property
    def lines(self) -> LineList:
        """What takes the keys."""
        return self.query_one("#detail-lines", LineList)

    def show(self, subject: Subject | None) -> None:
        """Draw this record; the document is closed again for another one."""
        if subject is not None and (self._subject is None or self._subject.row.lid != subject.row.lid):
            self._raw_open = False
        self._subject = subject
        self._draw()

    def show_focus(self, *, focused: bool) -> None:
        """Colour the rules."""
        self.query_one("#detail-top", Rule).show(focused=focused)
        self.query_one("#detail-bottom", Rule).show(focused=focused)

    def _draw(self) -> None:
        subject = self._subject
        top = self.query_one("#detail-top", Rule)
        if subject is None:
            top.show([])
            self.lines.show([])
            return
        top.show([(title_of(self._resource, subject.row), "strong bold")])
        look = DetailLook(self.lines.size.width or 46, self._style, self._now(), self._raw_open)
        self.lines.show(detail_lines(self._resource, subject, look))
        self._draw_rule()

    def _draw_rule(self) -> None:
        below = self.lines.below
        self.query_one("#detail-bottom", Rule).show([(f"▼ {below} more below", "muted")] if below else [])

    def on_resize(self) -> None:
        """Another width wraps elsewhere."""
        self.call_after_refresh(self._draw)

    def on_line_list_moved(self, message: LineList.Moved) -> None:
        """What is below may differ."""
        message.stop()
        self._draw_rule()

    def on_line_list_clicked(self, message: LineList.Clicked) -> None:
        """A click on the line under the cursor follows it."""
        message.stop()
        self.do_related()

    def do_related(self) -> None:
        """Open what the line under the cursor names."""
        key = self.lines.key
        if key is None or key == TOP:
            return
        if key.startswith(RAW):
            self._raw_open = not self._raw_open
            self._draw()
        else:
            self.post_message(self.Followed(tuple(key.split("\x1f"))))
