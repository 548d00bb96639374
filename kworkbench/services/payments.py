"""Quick payments: from a typed line to a plan, and from a plan to durable changes.

Source: product.md section 7. Amounts are minor units of the invoice's currency.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from datetime import date

from kworkbench.domain.changes import Change, Draft, Op
from kworkbench.domain.quickline.batch import BatchPlan, plan_payments
from kworkbench.domain.quickline.context import LineContext
from kworkbench.domain.quickline.facts import InvoiceFacts
from kworkbench.domain.quickline.ghost import ghost
from kworkbench.domain.quickline.parse import parse_line
from kworkbench.domain.quickline.plan import PaymentPlan, PlannedPayment, plan_payment
from kworkbench.domain.quickline.preview import Preview, preview, preview_batch
from kworkbench.domain.records import Value
from kworkbench.services.books import Facts
from kworkbench.services.ground import Ground
from kworkbench.services.marking import marker_shown, marking_of


class PaymentService:
    """Plans and records payments of one connection."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._facts = Facts(ground.reader)
        self._history: list[str] = []

    @property
    def history(self) -> tuple[str, ...]:
        """Lines recorded in this run, newest first."""
        return tuple(reversed(self._history))

    @property
    def today(self) -> date:
        """The day on which a line is read."""
        return self._ground.today()

    def context(self, invoice_lids: Sequence[str] = (), accepted: frozenset[str] = frozenset()) -> LineContext:
        """The ground a line is read on: the chosen invoices as the view shows them now."""
        ground = self._ground
        chosen = tuple(found for lid in invoice_lids if (found := self._facts.invoice(lid)) is not None)
        return LineContext(
            today=ground.today(),
            rules=ground.catalog.payments,
            provider=ground.catalog.title,
            chosen=chosen,
            find_invoices=self._facts.find_invoices,
            match_invoices=self._facts.match_invoices,
            find_projects=self._facts.find_projects,
            style=ground.style,
            date_order=ground.date_order,
            closed_until=ground.connection.closed_until,
            accepted=accepted,
        )

    def _context_of(self, invoice_lid: str | None, accepted: frozenset[str] = frozenset()) -> LineContext:
        return self.context(() if invoice_lid is None else (invoice_lid,), accepted)

    def plan(self, text: str, invoice_lid: str | None = None, accepted: frozenset[str] = frozenset()) -> PaymentPlan:
        """What a line would do; refusals and cautions are part of the plan."""
        context = self._context_of(invoice_lid, accepted)
        return plan_payment(parse_line(text, context), context)

    def plan_all(
        self,
        text: str,
        lids: Sequence[str],
        accepted: frozenset[str] = frozenset(),
        fixed: Mapping[str, int] | None = None,
    ) -> BatchPlan:
        """What a line would do on several marked invoices; `fixed` are amounts set for single ones."""
        context = self.context(lids, accepted)
        return plan_payments(parse_line(text, context), context, fixed)

    def preview(self, plan: PaymentPlan, invoice_lid: str | None, *, armed: bool) -> Preview:
        """What a plan will record, in words; `armed`: its cautions were shown and are confirmed by the next `Enter`."""
        marker = marker_shown(self._ground, "payments")
        return preview(plan, self._context_of(invoice_lid), marker=marker, armed=armed)

    def ghost(self, invoice_lid: str | None) -> str:
        """What a line says where nothing is typed: the full payment."""
        return ghost("", self._context_of(invoice_lid))

    def preview_all(self, plan: BatchPlan, lids: Sequence[str], not_in_view: int) -> Preview:
        """What such a plan will record, in words."""
        return preview_batch(plan, self.context(lids), not_in_view=not_in_view)

    def amount(self, text: str, invoice_lid: str) -> int | str:
        """The amount a text means on an invoice, in minor units of its currency; or a sentence why it means none."""
        line = parse_line(text, self.context((invoice_lid,)))
        if line.errors:
            return line.errors[0]
        return line.amount if line.amount is not None else "Write an amount."

    def record(self, *plans: PaymentPlan) -> Future[tuple[Change, ...]]:
        """Save what plans say as one gesture; every plan must be `ready`."""
        self._history.extend(plan.line.text for plan in plans[:1])
        return self._ground.changes.submit(self.drafts(*plans))

    def drafts(self, *plans: PaymentPlan, key: str | None = None) -> tuple[Draft, ...]:
        """The changes that plans ask for; a key names the first payment of each plan."""
        return tuple(
            self._draft(payment, plan, _numbered(key, index))
            for plan in plans
            for index, payment in enumerate(plan.payments)
        )

    def _draft(self, payment: PlannedPayment, plan: PaymentPlan, key: str | None) -> Draft:
        ground = self._ground
        args = dict(payment.args)
        pre: dict[str, Value] = {**payment.pre, **_shown(plan.invoice), "kind": payment.kind.value}
        if not ground.catalog.payments.part and plan.invoice is not None:
            pre["amount"] = args.pop("amount", None)
        marking = marking_of(ground, "payments", args)
        return Draft(
            account=ground.account,
            op=Op.CREATE,
            kind="payments",
            lid=ground.new_lid(),
            args=args,
            pre=pre,
            idem=marking.idem,
            marker=marking.marker,
            hold_seconds=ground.hold_seconds,
            key=key,
        )


def _numbered(key: str | None, index: int) -> str | None:
    return key if key is None or index == 0 else f"{key}#{index + 1}"


def _shown(invoice: InvoiceFacts | None) -> dict[str, Value]:
    """What the row of a payment shows of its invoice until the server has answered."""
    if invoice is None:
        return {}
    return {"invoice": invoice.number, "client": invoice.client, "client_id": invoice.client_id}
