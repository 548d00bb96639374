"""One line for several marked invoices, under review: which are paid, how much each, and why some cannot be.

Source: product.md sections 7 ("Several invoices marked") and 9. Amounts are minor units of the invoices' one currency.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future

from kworkbench.domain.catalog import ResourceCatalog
from kworkbench.domain.changes import Change
from kworkbench.domain.quickline.batch import BatchPlan
from kworkbench.domain.quickline.cautions import CautionName
from kworkbench.domain.quickline.plan import PaymentPlan
from kworkbench.lean import dataclass, field, replace
from kworkbench.services.changes import NotPossible
from kworkbench.services.payments import PaymentService
from kworkbench.services.review import Group, Review, ReviewRow, ReviewVerb
from kworkbench.store.reader import Reader, Row

_ALL_ACCEPTED = frozenset(name.value for name in CautionName)


@dataclass(frozen=True, slots=True)
class PayReview:
    """A batch before it is recorded.

    Attributes:
        text: the line. out: invoices that are taken out. fixed: amounts set for single ones.
        plan: what would be recorded now. review: the same as rows, as every review shows them.
    """

    text: str
    plan: BatchPlan
    review: Review
    out: frozenset[str] = frozenset()
    fixed: Mapping[str, int] = field(default_factory=dict)


class PayReviews:
    """Reviews of bulk payments of one connection."""

    def __init__(self, payments: PaymentService, reader: Reader, catalog: ResourceCatalog) -> None:
        """`catalog` is that of the invoices."""
        self._payments = payments
        self._reader = reader
        self._catalog = catalog

    def begin(self, text: str, lids: Sequence[str], in_view: Callable[[str], bool], hidden_by: str = "") -> PayReview:
        """The review of paying these invoices with this line; those not in view start taken out."""
        rows = [row for lid in lids if (row := self._reader.row(self._catalog.resource, lid)) is not None]
        found = [self._row(row, seen=in_view(row.lid)) for row in rows]
        order = tuple(Group)
        ordered = tuple(sorted(found, key=lambda one: order.index(one.group)))
        review = Review(self._catalog, ordered, hidden_by, ReviewVerb.PAY, "amount")
        out = frozenset(one.row.lid for one in found if not one.going)
        return self._planned(PayReview(text, BatchPlan(self._payments.plan_all(text, ()).line, ""), review, out))

    def toggle(self, batch: PayReview, lid: str) -> PayReview:
        """One invoice taken out, or put in; one that cannot be paid stays out."""
        movable = {row.row.lid for row in batch.review.rows if not row.barred}
        return self._planned(replace(batch, out=batch.out ^ ({lid} & movable)))

    def toggle_group(self, batch: PayReview, group: Group) -> PayReview:
        """A whole group put in, or taken out when all of it was in."""
        movable = {row.row.lid for row in batch.review.in_group(group) if not row.barred}
        return self._planned(replace(batch, out=batch.out - movable if movable & batch.out else batch.out | movable))

    def set_amount(self, batch: PayReview, lid: str, text: str) -> PayReview | str:
        """Another amount for one invoice, nothing: the line's own; or a sentence why not."""
        fixed = {key: minor for key, minor in batch.fixed.items() if key != lid}
        if text.strip():
            amount = self._payments.amount(text, lid)
            if isinstance(amount, str):
                return amount
            fixed[lid] = amount
        return self._planned(replace(batch, fixed=fixed))

    def confirm(self, batch: PayReview) -> Future[tuple[Change, ...]]:
        """Record what the review has going, as one gesture.

        Raises:
            NotPossible: an invoice has changed since the review showed it.
        """
        if _amounts(self._planned(batch).plan) != _amounts(batch.plan):
            raise NotPossible("An invoice has changed meanwhile, nothing was recorded. `Esc` leaves, `p` looks again.")
        return self._payments.record(*batch.plan.payable)

    def _planned(self, batch: PayReview) -> PayReview:
        """The batch with the plan for what goes now, and each row with its share."""
        going = [row.row.lid for row in batch.review.rows if row.row.lid not in batch.out]
        plan = self._payments.plan_all(batch.text, going, _ALL_ACCEPTED, batch.fixed)
        plans = {one.invoice.lid: one for one in plan.plans if one.invoice is not None}
        rows = tuple(_shown(row, plans.get(row.row.lid), is_out=row.row.lid in batch.out) for row in batch.review.rows)
        stopped = plan.refusals[0] if going and plan.refusals else ""
        return replace(batch, plan=plan, review=replace(batch.review, rows=rows, stopped=stopped))

    def _row(self, row: Row, *, seen: bool) -> ReviewRow:
        """Whether an invoice can be paid at all is asked without the amount, which is shared out."""
        alone = self._payments.plan_all("", (row.lid,), _ALL_ACCEPTED)
        refusals = [why for one in alone.plans for why in one.refusals] or list(alone.refusals)
        if refusals:
            shown = replace(row, values={**row.values, "amount": row.values.get("outstanding")})
            return ReviewRow(shown, Group.EXPECTED_REFUSED, reason=refusals[0], barred=True)
        if not seen:
            return ReviewRow(row, Group.NOT_IN_VIEW)
        return ReviewRow(row, Group.WILL_GO, going=True)


def _amounts(plan: BatchPlan) -> list[tuple[int | None, int]]:
    return [(one.before, one.amount) for one in plan.payable]


def _shown(row: ReviewRow, plan: PaymentPlan | None, *, is_out: bool) -> ReviewRow:
    """The row with its share as its amount, whether it is paid, and what is to be thought about.

    One that nothing of a total is left for, or that is refused as it stands, is not paid.
    """
    if row.barred:
        return row
    if is_out or plan is None or plan.refusals:
        values = {**row.row.values, "amount": row.row.values.get("outstanding")}
        why = "" if is_out else plan.refusals[0] if plan is not None else "nothing of the total is left for it"
        return replace(row, row=replace(row.row, values=values), going=False, warning=why)
    values = {**row.row.values, "amount": sum(payment.amount for payment in plan.payments)}
    cautions = ", ".join(caution.title for caution in plan.cautions)
    return replace(row, row=replace(row.row, values=values), going=True, warning=cautions)
