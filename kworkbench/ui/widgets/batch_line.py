"""The quick line for several marked invoices: what it would pay in all; `Enter` goes on to the review."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message

from kworkbench.ui.paint import Pieces
from kworkbench.ui.safe import safe_text
from kworkbench.ui.timed import hold_keys, let_keys_go
from kworkbench.ui.verbs import Place
from kworkbench.ui.widgets.line_input import LineInput
from kworkbench.ui.widgets.quick_parts import Preview, Prompt, TokenLabels
from kworkbench.ui.widgets.rules import Rule
from kworkbench.ui.words import marked_sentence

if TYPE_CHECKING:
    from kworkbench.domain.quickline.preview import Row, Segment
    from kworkbench.services.session import Session


class BatchLine(Vertical):
    """The panel. It takes the focus when it is mounted; its screen does what its messages say, and removes it."""

    PLACE: ClassVar[Place] = Place.BATCH
    DEFAULT_CSS = """
    BatchLine { height: auto; width: 1fr; background: $bg; }
    BatchLine > Horizontal { height: 1; }
    BatchLine LineInput { width: 1fr; }
    """

    @dataclass
    class Asked(Message):
        """The line is to be reviewed."""

        text: str

    @dataclass
    class Closed(Message):
        """The line was left."""

    @dataclass
    class Changed(Message):
        """What `Enter` does may differ."""

    def __init__(self, session: Session, lids: Sequence[str], not_in_view: int) -> None:
        super().__init__(id="batch-line")
        self._session = session
        self._lids = tuple(lids)
        self._not_in_view = not_in_view
        self._plan = session.payments.plan_all("", self._lids)
        self._shown = session.payments.preview_all(self._plan, self._lids, not_in_view)
        self._input = LineInput(ghost="each in full today; an amount is the total received", ink="strong")
        self._labels = TokenLabels()
        self._labels.scrolled = lambda: self._input.scroll_offset.x
        self._preview = Preview(self._lines)

    @property
    def off(self) -> dict[str, str]:
        """`Enter` goes on only where something can be paid."""
        return {"review-payments": self._plan.refusals[0]} if self._plan.refusals else {}

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

    def on_input_changed(self, event: LineInput.Changed) -> None:
        """Every key makes the preview anew."""
        event.stop()
        payments = self._session.payments
        self._plan = payments.plan_all(event.value, self._lids)
        self._shown = payments.preview_all(self._plan, self._lids, self._not_in_view)
        self._draw()

    def on_paste(self, event: events.Paste) -> None:
        """What the line took needs no word from the screen."""
        event.stop()

    def _draw(self) -> None:
        self.query_one(Rule).show(_pieces(self._shown.title), focused=True)
        self._labels.show(self._input.value, self._plan.line.tokens)
        self._preview.changed()
        self.post_message(self.Changed())

    def _lines(self, room: int) -> list[Pieces]:  # noqa: ARG002  # as the preview asks; sentences are short
        return [_line(row) for row in self._shown.rows]

    def do_review_payments(self) -> None:
        """Goes on to the review."""
        hold_keys(self)
        self.post_message(self.Asked(self._input.value))

    def do_leave(self) -> None:
        """Leaves without a payment."""
        hold_keys(self)
        self.post_message(self.Closed())


def _pieces(segments: Sequence[Segment]) -> Pieces:
    return [(safe_text(each.text), each.token) for each in segments]


def _line(row: Row) -> Pieces:
    if row.mark:
        return [(" ", ""), *marked_sentence(row.mark, _pieces(row.segments))]
    return [("   ", ""), *_pieces(row.segments)]
