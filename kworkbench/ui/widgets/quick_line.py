"""The quick payment line: one typed line with a live preview, between the bottom rule and the status line.

Source: product.md section 7, screens.md section 5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.message import Message

from kworkbench.domain.changes import Change
from kworkbench.domain.quickline.plan import PaymentPlan
from kworkbench.lean import dataclass
from kworkbench.services.line_desks import PaymentDesk
from kworkbench.ui.verbs import Place
from kworkbench.ui.widgets.typed_line import TypedLine

if TYPE_CHECKING:
    from kworkbench.services.session import Session


class QuickLine(TypedLine[PaymentPlan]):
    """The panel for one payment."""

    PLACE: ClassVar[Place] = Place.QUICK

    @dataclass
    class Recorded(Message):
        """The payment is durable and in the view."""

        plan: PaymentPlan
        changes: tuple[Change, ...]

    def __init__(self, session: Session, invoice_lid: str | None, *, as_of: str = "") -> None:
        super().__init__(PaymentDesk(session.payments, invoice_lid), id="quick-line", as_of=as_of)

    def saved(self, plan: PaymentPlan, changes: tuple[Change, ...]) -> Message:
        """The payment is durable."""
        return self.Recorded(plan, changes)
