"""What a typed line is planned and recorded by: all that its panel knows. The service of expenses is one by itself."""

from __future__ import annotations

from concurrent.futures import Future
from datetime import date
from typing import Protocol, TypeVar

from kworkbench.domain.changes import Change
from kworkbench.domain.quickline.ghost import endings
from kworkbench.domain.quickline.plan import PaymentPlan
from kworkbench.domain.quickline.plans import LinePlan
from kworkbench.domain.quickline.preview import Preview
from kworkbench.services.payments import PaymentService

P = TypeVar("P", bound=LinePlan)


class LineDesk(Protocol[P]):
    """Plans and records the lines of one panel.

    Attributes:
        noun: what one line records.
        too_little: why nothing is recorded, where nothing is refused and nothing planned.
        today: the day on which a line is read.
        history: lines recorded in this run, newest first.
    """

    noun: str
    too_little: str

    @property
    def today(self) -> date: ...  # noqa: D102  # above

    @property
    def history(self) -> tuple[str, ...]: ...  # noqa: D102  # above

    def plan(self, text: str, accepted: frozenset[str] = frozenset()) -> P:
        """What a line would do."""

    def preview(self, plan: P, *, armed: bool) -> Preview:
        """That in words; `armed`: its cautions were shown and are confirmed by the next `Enter`."""

    def ghost(self) -> str:
        """What stands where nothing is typed."""

    def endings(self, plan: P) -> list[str]:
        """The lines that the last word could be completed to."""

    def record(self, plan: P) -> Future[tuple[Change, ...]]:
        """Save what a plan says; it must be `ready`."""


class PaymentDesk:
    """Payments of one invoice, or of the one that the line names."""

    noun = "payment"
    too_little = "The line does not say what to pay."

    def __init__(self, payments: PaymentService, invoice_lid: str | None) -> None:
        self._payments = payments
        self._lid = invoice_lid

    @property
    def today(self) -> date:
        """The day on which a line is read."""
        return self._payments.today

    @property
    def history(self) -> tuple[str, ...]:
        """Lines recorded in this run, newest first."""
        return self._payments.history

    def plan(self, text: str, accepted: frozenset[str] = frozenset()) -> PaymentPlan:
        """What a line would do."""
        return self._payments.plan(text, self._lid, accepted)

    def preview(self, plan: PaymentPlan, *, armed: bool) -> Preview:
        """That in words."""
        return self._payments.preview(plan, self._lid, armed=armed)

    def ghost(self) -> str:
        """The full payment."""
        return self._payments.ghost(self._lid)

    def endings(self, plan: PaymentPlan) -> list[str]:
        """The lines that the last word could be completed to."""
        return endings(plan.line.text, plan.line)

    def record(self, plan: PaymentPlan) -> Future[tuple[Change, ...]]:
        """Save the payment."""
        return self._payments.record(plan)
