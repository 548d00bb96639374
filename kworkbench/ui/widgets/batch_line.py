"""The quick line for several marked invoices: what it would pay in all; `Enter` goes on to the review."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.message import Message

from kworkbench.lean import dataclass
from kworkbench.ui.timed import hold_keys
from kworkbench.ui.verbs import Place
from kworkbench.ui.widgets.pay_line import PayLine

if TYPE_CHECKING:
    from kworkbench.domain.quickline.preview import Preview
    from kworkbench.domain.quickline.tokens import Line
    from kworkbench.services.session import Session


class BatchLine(PayLine):
    """The panel for marked invoices."""

    PLACE: ClassVar[Place] = Place.BATCH

    @dataclass
    class Asked(Message):
        """The line is to be reviewed."""

        text: str

    def __init__(self, session: Session, lids: Sequence[str], not_in_view: int) -> None:
        super().__init__("each in full today; an amount is the total received", id="batch-line")
        self._session = session
        self._lids = tuple(lids)
        self._not_in_view = not_in_view
        self.typed()

    @property
    def off(self) -> dict[str, str]:
        """`Enter` goes on only where something can be paid."""
        return {"review-payments": self._plan.refusals[0]} if self._plan.refusals else {}

    def shown(self) -> Preview:
        """All payments in one sentence, and what speaks against them."""
        return self._shown

    def read(self) -> Line:
        """The line as it was read."""
        return self._plan.line

    def typed(self) -> None:
        """Plans the line for every marked invoice."""
        payments = self._session.payments
        self._plan = payments.plan_all(self._input.value, self._lids)
        self._shown = payments.preview_all(self._plan, self._lids, self._not_in_view)

    def do_review_payments(self) -> None:
        """Goes on to the review."""
        hold_keys(self)
        self.post_message(self.Asked(self._input.value))

    def do_leave(self) -> None:
        """Leaves without a payment."""
        self.close()
