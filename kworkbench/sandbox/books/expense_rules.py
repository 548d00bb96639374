"""What holds for an expense in both dialects: its derived amounts, its service, what locks it, how it goes.

Sources: api/productive.md sections 9 and 11, api/kantata.md section 4.3. Ours is marked "(ours)".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from kworkbench.domain.money import convert
from kworkbench.sandbox.books.model import Project, Service
from kworkbench.sandbox.books.money_model import Expense, ExpenseReport
from kworkbench.sandbox.books.rates import rate, rate_text
from kworkbench.sandbox.books.store import Books, Value

ACTIVE_REPORTS = frozenset({"new", "approved"})


class Lock(StrEnum):
    """Why an expense may not be changed or deleted. Productive knows only `INVOICED` (ours)."""

    INVOICED = "invoiced"
    SUBMITTED = "submitted"
    APPROVED = "approved"


def lock_of(expense: Expense, report: ExpenseReport | None) -> Lock | None:
    """What locks an expense, given its latest report: an invoice first, else a report that is new or approved."""
    if expense.invoiced:
        return Lock.INVOICED
    if report is None or report.status not in ACTIVE_REPORTS:
        return None
    return Lock.APPROVED if report.status == "approved" else Lock.SUBMITTED


@dataclass(frozen=True, slots=True)
class Costs:
    """The amounts that follow from unit cost and quantity.

    `total` is in minor units of the expense's currency, `project_amount` of the project's; rates are decimal texts.
    """

    total: int
    exchange_rate: str
    project_rate: str
    project_amount: int


def costs(*, amount: int, quantity: str, currency: str, project_currency: str, default_currency: str) -> Costs:
    """The derived amounts of an expense of `quantity` (decimal text) times `amount` minor units of `currency`.

    Totals are rounded half up (ours). Rates are those of `rates` on every day (ours).

    Raises:
        KeyError: a currency without a rate.
    """
    total = int((Decimal(quantity) * amount).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    to_project = rate(currency, project_currency)
    return Costs(
        total=total,
        exchange_rate=rate_text(rate(currency, default_currency)),
        project_rate=rate_text(to_project),
        project_amount=convert(total, currency, project_currency, to_project),
    )


def cost_values(books: Books, project: Project, *, amount: int, quantity: str, currency: str) -> dict[str, Value]:
    """The columns of an expense that hold its money, ready for `insert` or `update`.

    Raises:
        KeyError: a currency without a rate.
    """
    found = costs(
        amount=amount,
        quantity=quantity,
        currency=currency,
        project_currency=project.currency,
        default_currency=books.organization().default_currency,
    )
    return {
        "currency": currency,
        "amount": amount,
        "quantity": quantity,
        "total": found.total,
        "exchange_rate": found.exchange_rate,
        "project_rate": found.project_rate,
        "project_currency": project.currency,
        "project_amount": found.project_amount,
    }


def service_for(books: Books, project_id: int, service_type_id: int | None) -> Service | None:
    """The service that an expense entered in Kantata hangs on in Productive: of its category if there is one (ours)."""
    tail = (
        "WHERE expense_tracking_enabled AND unit_id = 2 AND deal_id IN (SELECT id FROM deals WHERE project_id = ?) "
        "ORDER BY service_type_id = ? DESC, id LIMIT 1"
    )
    return next(iter(books.all(Service, tail, (project_id, service_type_id))), None)


def delete_expenses(books: Books, ids: Iterable[int]) -> None:
    """Takes expenses out of every list. They keep their rows, so that they can be restored. Opens a transaction."""
    now = books.now()
    with books.transaction():
        for expense_id in ids:
            books.update(Expense, expense_id, deleted_at=now, updated_at=now)
