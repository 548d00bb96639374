"""The quick payment line: one typed line with a live preview, between the bottom rule and the status line.

Source: product.md section 7, screens.md section 5.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, ClassVar

from textual.message import Message

from kworkbench.domain.changes import Change
from kworkbench.domain.quickline.lex import KEYWORDS
from kworkbench.domain.quickline.plan import PaymentPlan
from kworkbench.lean import dataclass
from kworkbench.store.failing import SaveError
from kworkbench.ui.paint import Pieces
from kworkbench.ui.safe import safe_text
from kworkbench.ui.timed import hold_keys, let_keys_go
from kworkbench.ui.verbs import Place
from kworkbench.ui.widgets.line_input import LineInput
from kworkbench.ui.widgets.pay_line import PayLine

if TYPE_CHECKING:
    from kworkbench.domain.quickline.preview import Preview
    from kworkbench.domain.quickline.tokens import Line
    from kworkbench.services.session import Session


class QuickLine(PayLine):
    """The panel for one payment."""

    PLACE: ClassVar[Place] = Place.QUICK

    @dataclass
    class Recorded(Message):
        """The payment is durable and in the view."""

        plan: PaymentPlan
        changes: tuple[Change, ...]

    class Closed(PayLine.Closed):
        """The line was left without a payment."""

    class Changed(PayLine.Changed):
        """`Enter` or `Esc` mean something else now: the footer's words differ."""

    def __init__(self, session: Session, invoice_lid: str | None, *, as_of: str = "") -> None:
        super().__init__(session.payments.ghost(invoice_lid), id="quick-line")
        self._session = session
        self._lid = invoice_lid
        self._as_of = as_of
        self._asked: frozenset[str] = frozenset()
        self._recording = False
        self._failed = ""
        self._earlier = -1
        self._offered: list[str] = []
        self._replan()

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
        """Footer words that differ now, by verb id: what `Enter` does, and where `Esc` goes."""
        enter = self._shown.enter
        return ({"record": enter} if enter else {}) | ({"leave-line": "back"} if self.armed else {})

    @property
    def off(self) -> dict[str, str]:
        """Verbs that are off now with the reason, by verb id: nothing is paid while something is refused."""
        plan = self._plan
        refusal = plan.refusals[0] if plan.refusals else "" if plan.payments else "The line does not say what to pay."
        return {"record": refusal} if refusal else {}

    def shown(self) -> Preview:
        """The payment, its balance, and what speaks against it."""
        return self._shown

    def read(self) -> Line:
        """The line as it was read."""
        return self._plan.line

    def aside(self) -> Pieces:
        """How old the balance is, where the server is out of reach."""
        return [(f"as of {self._as_of}", "muted")] if self._as_of else []

    def trouble(self) -> Sequence[Pieces]:
        """Why nothing was recorded or taken."""
        return [[(" ", ""), ("! ", "refused bold"), (safe_text(self._failed), "text")]] if self._failed else []

    def rows_changed(self) -> None:
        """What is shown is what is paid: where the invoice's balance moved, the preview moves with it."""
        if not self._recording:
            self.replan()

    def replan(self) -> None:
        """Reads the line again over what the view shows now: rows have changed, or a day has passed."""
        self._replan()
        self._input.ghost = self._session.payments.ghost(self._lid)
        self.draw()

    def _replan(self) -> None:
        self._day = self._session.payments.today
        self._plan = self._session.payments.plan(self._input.value, self._lid)
        if self._asked != self._names():
            self._asked = frozenset()
        self._word()

    def _word(self) -> None:
        self._shown = self._session.payments.preview(self._plan, self._lid, armed=self.armed)

    def _arm(self, names: frozenset[str]) -> None:
        """The cautions that were shown and are confirmed by the next `Enter`; none: back to typing."""
        self._asked = names
        self._word()
        self.draw()

    def _names(self) -> frozenset[str]:
        return frozenset(caution.name.value for caution in self._plan.open_cautions)

    # Typing.

    def typed(self) -> None:
        """Every key makes the plan anew and takes back what was confirmed."""
        self._asked, self._failed = frozenset(), ""
        self._replan()

    def on_line_input_pasted_lines(self, message: LineInput.PastedLines) -> None:
        """Several lines at once are not one payment."""
        message.stop()
        self._failed = "Several lines were pasted; this line takes one payment. Nothing was taken."
        self.draw()

    # Verbs.

    def do_record(self) -> Coroutine[object, object, None] | None:
        """Pays; where a caution applies, the first `Enter` asks and the second pays.

        What is to be saved is on its way when this returns; the rest is told when it is saved.
        """
        if self._recording:
            return None
        ready = self._ready()
        if not ready.ready:
            self._hesitate()
            return None
        self._recording = True
        hold_keys(self)
        saving = self._session.payments.record(ready)
        return self._recorded(ready, saving)

    def _ready(self) -> PaymentPlan:
        """The plan that is shown, with the cautions that were confirmed; made anew where a day has passed since."""
        payments = self._session.payments
        if not self._asked and self._day == payments.today:
            return self._plan
        return payments.plan(self._input.value, self._lid, self._asked)

    async def _recorded(self, ready: PaymentPlan, saving: Future[tuple[Change, ...]]) -> None:
        try:
            changes = await asyncio.wrap_future(saving)
        except SaveError as problem:
            self._failed = str(problem)
            self.draw()
            let_keys_go(self)
            return
        finally:
            self._recording = False
        self.post_message(self.Recorded(ready, changes))

    def _hesitate(self) -> None:
        """Draws why nothing is paid yet; where only cautions speak against it, the next `Enter` confirms them."""
        self.replan()
        names = self._names()
        if names and not self._plan.refusals and self._plan.payments:
            self._arm(names)

    def do_leave(self) -> None:
        """Goes back to typing where a caution asked, else leaves the line."""
        if self.armed:
            self._arm(frozenset())
            return
        self.close()

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
