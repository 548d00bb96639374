"""What a line would record: the payments, the balance before and after, and what speaks against it.

Source: product.md section 7. Amounts are minor units of the plan's currency; refunds are negative.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from kworkbench.domain.quickline.cautions import Asked, Caution, cautions_of
from kworkbench.domain.quickline.context import LineContext
from kworkbench.domain.quickline.facts import InvoiceFacts, ProjectFacts
from kworkbench.domain.quickline.rules import refusals_of, stored_note
from kworkbench.domain.quickline.tokens import Line
from kworkbench.domain.records import Value
from kworkbench.lean import dataclass, field


class Kind(StrEnum):
    """A payment's `kind`, product.md section 3."""

    PAYMENT = "payment"
    REFUND = "refund"
    WRITE_OFF = "write-off"
    PROJECT = "project"


@dataclass(frozen=True, slots=True)
class PlannedPayment:
    """One payment as a `domain.changes.Draft` will ask for it.

    Attributes:
        amount: signed minor units.
        day: when it is recorded for; where the provider keeps no date, only what the person typed, else today.
        note: as it will be stored, without marker.
        args: values keyed as in the payments form; `kind` only for a write-off, the rest follows from the others.
        pre: `currency`, and `outstanding` as it must stand before this payment.
    """

    kind: Kind
    amount: int
    day: date
    note: str
    args: Mapping[str, Value] = field(default_factory=dict)
    pre: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PaymentPlan:
    """What a line would do, complete enough to show, refuse or queue it.

    Attributes:
        payments: one, or two with `rest=writeoff`; empty where the line does not say enough.
        before, after: the invoice's outstanding amount; None without an invoice.
        refusals: sentences; not empty means it cannot be recorded.
        cautions: all that apply; `open_cautions` are those not yet accepted.
    """

    line: Line
    currency: str = ""
    invoice: InvoiceFacts | None = None
    project: ProjectFacts | None = None
    payments: tuple[PlannedPayment, ...] = ()
    before: int | None = None
    after: int | None = None
    refusals: tuple[str, ...] = ()
    cautions: tuple[Caution, ...] = ()
    open_cautions: tuple[Caution, ...] = ()

    @property
    def amount(self) -> int:
        """What the first payment moves, signed; 0 where nothing is planned."""
        return self.payments[0].amount if self.payments else 0

    @property
    def first(self) -> PlannedPayment | None:
        """The payment the line is about; a second one only writes off the rest."""
        return self.payments[0] if self.payments else None

    @property
    def recordable(self) -> bool:
        """It can be recorded once its cautions are accepted."""
        return bool(self.payments) and not self.refusals

    @property
    def ready(self) -> bool:
        """Nothing is refused and no caution waits for a second `Enter`."""
        return self.recordable and not self.open_cautions


def plan_payment(line: Line, context: LineContext) -> PaymentPlan:
    """The plan for one invoice or project; for several marked invoices see `batch.plan_payments`."""
    if line.invoice is None and line.project is None:
        refusals = line.errors or ("Several invoices are marked. They go through the review.",)
        return PaymentPlan(line, line.currency, refusals=refusals)
    return plan_asked(asked_of(line, line.invoice, line.amount, context), context)


def asked_of(line: Line, invoice: InvoiceFacts | None, amount: int | None, context: LineContext) -> Asked:
    """What the line asks on `invoice`; without an amount the whole outstanding one (never a refund)."""
    if amount is None:
        amount = invoice.outstanding if invoice is not None and not line.refund else 0
    signed = -amount if line.refund else amount
    return Asked(line, invoice, signed, line.date or context.today, line.write_off)


def plan_asked(asked: Asked, context: LineContext) -> PaymentPlan:
    """The plan of what is asked, refused or not."""
    line, invoice = asked.line, asked.invoice
    payments = () if line.errors else _payments(asked, context)
    cautions = () if line.errors else cautions_of(asked, context)
    before = None if invoice is None else invoice.outstanding
    return PaymentPlan(
        line=line,
        currency=invoice.currency if invoice else line.currency,
        invoice=invoice,
        project=line.project,
        payments=payments,
        before=before,
        after=None if before is None else before - sum(payment.amount for payment in payments),
        refusals=line.errors or refusals_of(asked, context),
        cautions=cautions,
        open_cautions=tuple(caution for caution in cautions if caution.name not in context.accepted),
    )


def _payments(asked: Asked, context: LineContext) -> tuple[PlannedPayment, ...]:
    invoice = asked.invoice
    owed = 0 if invoice is None else invoice.outstanding
    first = _payment(asked, asked.amount, owed, _kind(asked), context)
    rest = owed - asked.amount
    if not asked.line.rest_written_off or rest <= 0:
        return (first,)
    return (first, _payment(asked, rest, rest, Kind.WRITE_OFF, context))


def _kind(asked: Asked) -> Kind:
    if asked.invoice is None:
        return Kind.PROJECT
    if asked.line.write_off:
        return Kind.WRITE_OFF
    return Kind.REFUND if asked.line.refund else Kind.PAYMENT


def _payment(asked: Asked, amount: int, owed: int, kind: Kind, context: LineContext) -> PlannedPayment:
    invoice, project = asked.invoice, asked.line.project
    note = stored_note(asked, context)
    args: dict[str, Value] = {}
    pre: dict[str, Value] = {"currency": asked.line.currency}
    project_id = project.id if project is not None else invoice.project_id if invoice is not None else None
    if context.rules.without_invoice and project_id is not None:
        args["project_id"] = project_id
    if invoice is not None:
        args["invoice_id"] = invoice.id
        pre = {"currency": invoice.currency, "outstanding": owed}
    args["amount"] = amount
    if context.rules.dated:
        args["date"] = asked.day.isoformat()
    if kind is Kind.WRITE_OFF:
        args["kind"] = kind.value
    if note:
        args["note"] = note
    return PlannedPayment(kind, amount, asked.day, note, args, pre)
