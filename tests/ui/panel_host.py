"""A screen that holds a quick line as the list screen does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Container, Vertical

from kworkbench.services.session import Session
from kworkbench.ui.screens.base import WorkScreen
from kworkbench.ui.verbs import Facts
from kworkbench.ui.widgets.line_list import Line, LineList
from kworkbench.ui.widgets.quick_line import QuickLine
from kworkbench.ui.widgets.rules import Rule


class PanelHost(WorkScreen[None]):
    """Rows, a rule, and the panel under it."""

    TAB = "invoices"
    DEFAULT_CSS = "PanelHost #rows { width: 1fr; height: 1fr; }"

    def __init__(self, session: Session, lid: str | None, now: Callable[[], datetime]) -> None:
        super().__init__(session, now)
        self._lid = lid
        self.recorded: list[QuickLine.Recorded] = []
        self.closed = 0

    def compose_body(self) -> ComposeResult:
        with Vertical(id="rows"):
            yield Rule(left=[("status:open", "strong bold")])
            yield LineList(id="list")
            yield Rule(id="sums", left=[("outstanding", "muted")])

    async def on_mount(self) -> None:
        self.query_one("#list", LineList).show(
            [Line([(f"   row {number}", "text")], str(number)) for number in range(40)]
        )
        await self.query_one("#panel", Container).mount(QuickLine(self.session, self._lid, as_of="09:41"))

    def facts(self) -> Facts:
        lines = self.query(QuickLine)
        if not lines:
            return super().facts()
        line = lines.first()
        return replace(super().facts(), titles=line.titles, off=line.off)

    def on_quick_line_recorded(self, message: QuickLine.Recorded) -> None:
        self.recorded.append(message)

    def on_pay_line_closed(self) -> None:
        self.closed += 1

    def on_pay_line_changed(self) -> None:
        self.refresh_frame()
