"""One line for several marked invoices: each paid in full, or a total received allotted oldest due first.

It always goes through the review; what cannot be paid is a row there with its reason and starts taken out.
Source: product.md section 7, "Several invoices marked".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from kworkbench.domain.numbers import format_money
from kworkbench.domain.quickline.cautions import Caution, CautionName
from kworkbench.domain.quickline.context import LineContext
from kworkbench.domain.quickline.facts import InvoiceFacts
from kworkbench.domain.quickline.plan import PaymentPlan, asked_of, plan_asked
from kworkbench.domain.quickline.tokens import Line, Part
from kworkbench.lean import dataclass


@dataclass(frozen=True, slots=True)
class Allotment:
    """How a total was spread: minor units per invoice, in the order given, and what no invoice took."""

    shares: tuple[int, ...]
    left: int


@dataclass(frozen=True, slots=True)
class BatchPlan:
    """The plans of several invoices, in the order they were marked.

    Attributes:
        plans: one per invoice that the line pays; each with its own refusals and cautions.
        total: minor units of `currency` over the plans that are not refused.
        refusals: why nothing at all can be recorded.
        cautions: about the whole; those of single rows stand in their plans.
    """

    line: Line
    currency: str
    plans: tuple[PaymentPlan, ...] = ()
    total: int = 0
    refusals: tuple[str, ...] = ()
    cautions: tuple[Caution, ...] = ()
    open_cautions: tuple[Caution, ...] = ()

    @property
    def payable(self) -> tuple[PaymentPlan, ...]:
        """The plans that are not refused."""
        return tuple(plan for plan in self.plans if not plan.refusals)


def allot(total: int, invoices: Sequence[InvoiceFacts]) -> Allotment:
    """Spread `total` minor units over what is outstanding, oldest due first; no share exceeds its invoice's."""
    shares, left = [0] * len(invoices), total
    for place in sorted(range(len(invoices)), key=lambda place: _age(invoices[place])):
        shares[place] = max(0, min(left, invoices[place].outstanding))
        left -= shares[place]
    return Allotment(tuple(shares), left)


def plan_payments(line: Line, context: LineContext, fixed: Mapping[str, int] | None = None) -> BatchPlan:
    """The plans for every marked invoice of the context.

    `fixed` are amounts a person has set for single invoices, by local id in minor units; a typed total is spread over
    the others.
    """
    fixed = fixed or {}
    invoices = context.chosen
    currencies = sorted({invoice.currency for invoice in invoices})
    if refused := _refusals(line, currencies):
        return BatchPlan(line, line.currency, refusals=refused)
    if line.amount is None:
        paid = [(invoice, fixed.get(invoice.lid)) for invoice in invoices]
    else:
        paid = _allotted(line.amount, context, fixed)
    plans = tuple(plan_asked(asked_of(line, invoice, share, context), context) for invoice, share in paid)
    payable = [plan for plan in plans if not plan.refusals]
    cautions = _cautions(payable)
    return BatchPlan(
        line=line,
        currency=line.currency,
        plans=plans,
        total=sum(plan.amount for plan in payable),
        refusals=_does_not_add_up(line, payable, context),
        cautions=cautions,
        open_cautions=tuple(caution for caution in cautions if caution.name not in context.accepted),
    )


def _age(invoice: InvoiceFacts) -> tuple[date, str]:
    return (invoice.due or date.max, invoice.number)


def _allotted(total: int, context: LineContext, fixed: Mapping[str, int]) -> list[tuple[InvoiceFacts, int | None]]:
    """Invoices that can be paid with their shares; one that gets nothing is left out."""
    line = Line("")
    able = [one for one in context.chosen if not plan_asked(asked_of(line, one, None, context), context).refusals]
    free = [one for one in able if one.lid not in fixed]
    set_aside = sum(fixed[one.lid] for one in able if one.lid in fixed)
    shares = dict(zip((one.lid for one in free), allot(max(0, total - set_aside), free).shares, strict=True))
    given = ((invoice, fixed.get(invoice.lid, shares.get(invoice.lid, 0))) for invoice in able)
    return [(invoice, share) for invoice, share in given if share]


def _refusals(line: Line, currencies: Sequence[str]) -> tuple[str, ...]:
    if line.errors:
        return line.errors
    if len(currencies) > 1:
        listed = f"{', '.join(currencies[:-1])} and {currencies[-1]}"
        return (f"The marked invoices are in {listed}. Pay one currency at a time.",)
    if line.refund or line.rest_written_off:
        return ("Refunds and rest=writeoff are for one invoice at a time.",)
    if line.write_off and line.has(Part.AMOUNT):
        return ("An amount is written off one invoice at a time.",)
    return ()


def _does_not_add_up(line: Line, payable: Sequence[PaymentPlan], context: LineContext) -> tuple[str, ...]:
    if not payable:
        return ("None of the marked invoices can be paid.",)
    over = 0 if line.amount is None else line.amount - sum(plan.amount for plan in payable)
    if not over:
        return ()
    if over < 0:
        return (f"The amounts are {format_money(-over, line.currency, context.shown)} more than the total.",)
    return (f"{format_money(over, line.currency, context.shown)} of the total has no invoice to go to.",)


def _cautions(payable: Sequence[PaymentPlan]) -> tuple[Caution, ...]:
    clients = {(plan.invoice.client_id, plan.invoice.client) for plan in payable if plan.invoice is not None}
    if len(clients) < 2:
        return ()
    sentence = f"The marked invoices are of {len(clients)} clients."
    return (Caution(CautionName.SEVERAL_CLIENTS, "Several clients", sentence),)
