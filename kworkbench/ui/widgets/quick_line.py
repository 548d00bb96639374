"""The quick payment line: one typed line with a live preview, between the bottom rule and the status line.

Source: product.md section 7, screens.md section 5.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message

from kworkbench.domain.changes import Change
from kworkbench.domain.quickline.lex import KEYWORDS
from kworkbench.domain.quickline.plan import PaymentPlan
from kworkbench.store.outbox import SaveError
from kworkbench.ui.paint import Piece, Pieces
from kworkbench.ui.safe import safe_text
from kworkbench.ui.timed import hold_keys, let_keys_go
from kworkbench.ui.verbs import Place
from kworkbench.ui.widgets.line_input import LineInput
from kworkbench.ui.widgets.quick_parts import Preview, Prompt, TokenLabels
from kworkbench.ui.widgets.quick_preview import PreviewStyle, full_payment, preview_lines
from kworkbench.ui.widgets.rules import Rule

if TYPE_CHECKING:
    from kworkbench.services.session import Session


class QuickLine(Vertical):
    """The panel. It takes the focus when it is mounted; its screen does what its messages say, and removes it."""

    PLACE: ClassVar[Place] = Place.QUICK
    DEFAULT_CSS = """
    QuickLine { height: auto; width: 1fr; background: $bg; }
    QuickLine > Horizontal { height: 1; }
    QuickLine LineInput { width: 1fr; }
    """

    @dataclass
    class Recorded(Message):
        """The payment is durable and in the view."""

        plan: PaymentPlan
        changes: tuple[Change, ...]

    @dataclass
    class Closed(Message):
        """The line was left without a payment."""

    @dataclass
    class Changed(Message):
        """`Enter` or `Esc` mean something else now: the footer's words differ."""

    def __init__(self, session: Session, invoice_lid: str | None, *, as_of: str = "") -> None:
        super().__init__(id="quick-line")
        self._session = session
        self._lid = invoice_lid
        self._as_of = as_of
        self._asked: frozenset[str] = frozenset()
        self._recording = False
        self._failed = ""
        self._earlier = -1
        self._offered: list[str] = []
        self._plan = session.payments.plan("", invoice_lid)
        self._input = LineInput(ghost=self._ghost(), ink="strong")
        self._labels = TokenLabels()
        self._labels.scrolled = lambda: self._input.scroll_offset.x
        self._preview = Preview(self._lines)

    # What it shows.

    @property
    def plan(self) -> PaymentPlan:
        """What the line would do as it stands."""
        return self._plan

    @property
    def armed(self) -> bool:
        """Whether the cautions were shown and the next `Enter` pays."""
        return bool(self._asked)

    @property
    def titles(self) -> dict[str, str]:
        """Footer words that differ now, by verb id."""
        return {"record": "pay anyway", "leave-line": "back"} if self.armed else {}

    @property
    def off(self) -> dict[str, str]:
        """Verbs that are off now with the reason, by verb id: nothing is paid while something is refused."""
        plan = self._plan
        refusal = plan.refusals[0] if plan.refusals else "" if plan.payments else "The line does not say what to pay."
        return {"record": refusal} if refusal else {}

    def compose(self) -> ComposeResult:
        """Rule, line, labels, preview."""
        yield Rule()
        with Horizontal():
            yield Prompt()
            yield self._input
        yield self._labels
        yield self._preview

    def on_mount(self) -> None:
        """Takes the keys."""
        self._input.focus()
        let_keys_go(self)
        self._draw()

    def replan(self) -> None:
        """Reads the line again over what the view shows now: rows have changed, or a day has passed."""
        self._plan = self._session.payments.plan(self._input.value, self._lid)
        if self._asked != self._names():
            self._asked = frozenset()
        self._input.ghost = self._ghost()
        self._draw()

    def _names(self) -> frozenset[str]:
        return frozenset(caution.name.value for caution in self._plan.open_cautions)

    def _ghost(self) -> str:
        return full_payment(self._session.payments.plan("", self._lid), self._session.style)

    def _draw(self) -> None:
        invoice, project = self._plan.invoice, self._plan.project
        title: list[Piece] = [("Pay", "strong bold")]
        if invoice is not None:
            title = [
                (safe_text(f"Pay {invoice.number}", 30), "strong bold"),
                ("  ", ""),
                (safe_text(invoice.client, 40), "text"),
            ]
        elif project is not None:
            title = [("Pay project ", "strong bold"), (safe_text(project.name, 40), "text")]
        right: list[Piece] = [(f"as of {self._as_of}", "muted")] if self._as_of else []
        self.query_one(Rule).show(title, right, focused=True)
        self._labels.show(self._input.value, self._plan.line.tokens)
        self._preview.changed()
        self._input.refresh()
        self.post_message(self.Changed())

    def _lines(self, room: int) -> list[Pieces]:
        session = self._session
        style = PreviewStyle(
            numbers=session.style,
            rules=session.catalog.payments,
            marker="kw:…" if session.connection.marker else "",
            armed=self.armed,
        )
        lines = preview_lines(self._plan, style, room)
        if self._failed:
            lines.append([(" ", ""), ("! ", "refused bold"), (safe_text(self._failed, room - 4), "text")])
        return lines

    # Typing.

    def on_input_changed(self, event: LineInput.Changed) -> None:
        """Every key makes the preview anew and takes back what was confirmed."""
        event.stop()
        self._asked, self._failed = frozenset(), ""
        self.replan()

    def on_line_input_pasted_lines(self, message: LineInput.PastedLines) -> None:
        """Several lines at once are not one payment."""
        message.stop()
        self._failed = "Several lines were pasted; this line takes one payment. Nothing was taken."
        self._draw()

    def on_paste(self, event: events.Paste) -> None:
        """What the line took needs no word from the screen."""
        event.stop()

    # Verbs.

    async def do_record(self) -> None:
        """Pays; where a caution applies, the first `Enter` asks and the second pays."""
        if self._recording:
            return
        self.replan()
        plan = self._plan
        if plan.refusals or not plan.payments:
            return
        names = self._names()
        if names and self._asked != names:
            self._asked = names
            self._draw()
            return
        self._recording = True
        try:
            ready = self._session.payments.plan(self._input.value, self._lid, names)
            changes = await asyncio.wrap_future(self._session.payments.record(ready))
        except SaveError as problem:
            self._failed = str(problem)
            self._draw()
            return
        finally:
            self._recording = False
        self.post_message(self.Recorded(ready, changes))

    def do_leave(self) -> None:
        """Goes back to typing where a caution asked, else leaves the line."""
        if self.armed:
            self._asked = frozenset()
            self._draw()
            return
        hold_keys(self)
        self.post_message(self.Closed())

    def do_earlier(self) -> None:
        """Brings the line recorded before."""
        self._recall(self._earlier + 1)

    def do_later(self) -> None:
        """Brings the line recorded after, at last the empty one."""
        self._recall(self._earlier - 1)

    def do_complete(self) -> None:
        """Completes the last word; again: with the next match; nothing typed: writes the full payment out."""
        text = self._input.value
        if not text:
            self._input.set_text(self._input.ghost)
            return
        if text not in self._offered:
            self._offered = self._endings(text)
        if self._offered:
            turn = self._offered.index(text) + 1 if text in self._offered else 0
            self._input.set_text(self._offered[turn % len(self._offered)])

    def _endings(self, text: str) -> list[str]:
        head, _, word = text.rpartition(" ")
        before = f"{head} " if head else ""
        candidates = self._session.payments.plan(text, self._lid).line.candidates
        if candidates:
            return [f"{before}#{_quoted(invoice.number)}" for invoice in candidates]
        return [f"{before}{known}" for known in KEYWORDS if word and known.startswith(word.lower()) and known != word]

    def _recall(self, place: int) -> None:
        history = self._session.payments.history
        if place < -1 or place >= len(history):
            return
        self._earlier = place
        self._input.set_text("" if place < 0 else history[place])


def _quoted(number: str) -> str:
    return f'"{number}"' if " " in number else number
