"""What an expense line would record, and what speaks against it.

Source: product.md section 7, "Expense line"; what an expense says at each provider: api/kantata.md section 4.3,
api/productive.md section 11. Amounts are minor units.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from kworkbench.domain.conversion import to_come
from kworkbench.domain.quickline.cautions import Caution
from kworkbench.domain.quickline.expense.cautions import FIRST, amount_in_text, cautions_of
from kworkbench.domain.quickline.expense.context import ExpenseContext
from kworkbench.domain.quickline.expense.parse import ExpenseLine
from kworkbench.domain.quickline.rules import closed
from kworkbench.domain.quickline.tokens import Part
from kworkbench.domain.records import Value
from kworkbench.lean import dataclass, field


@dataclass(frozen=True, slots=True)
class PlannedExpense:
    """An expense as a `domain.changes.Draft` will ask for it.

    Attributes:
        amount: minor units of `currency`.
        converted: the currency that the provider turns the amount into, at a rate that is not known yet; else empty.
        args: values keyed as in the expenses form.
        pre: what its row shows until the server has answered.
        expects: what the server is expected to make of it.
    """

    amount: int
    currency: str
    day: date
    text: str
    converted: str = ""
    args: Mapping[str, Value] = field(default_factory=dict)
    pre: Mapping[str, Value] = field(default_factory=dict)
    expects: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ExpensePlan:
    """What a line would do, complete enough to show, refuse or queue it.

    Attributes:
        expense: None where the line does not say enough.
        refusals: sentences; not empty means it cannot be recorded.
        cautions: all that apply; `open_cautions` are those not yet accepted.
    """

    line: ExpenseLine
    expense: PlannedExpense | None = None
    refusals: tuple[str, ...] = ()
    cautions: tuple[Caution, ...] = ()
    open_cautions: tuple[Caution, ...] = ()

    @property
    def recordable(self) -> bool:
        """It can be recorded once its cautions are accepted."""
        return self.expense is not None and not self.refusals

    @property
    def ready(self) -> bool:
        """Nothing is refused and no caution waits for a second `Enter`."""
        return self.recordable and not self.open_cautions


def plan_expense(line: ExpenseLine, context: ExpenseContext) -> ExpensePlan:
    """The plan of a line, refused or not."""
    day = line.date or context.today
    refusals = _refusals(line, day, context)
    if line.errors or not line.amount or not line.currency:
        return ExpensePlan(line, refusals=refusals)
    expense = _expense(line, line.amount, day, context)
    cautions = cautions_of(line, day, context)
    return ExpensePlan(
        line=line,
        expense=expense,
        refusals=refusals,
        cautions=cautions,
        open_cautions=tuple(caution for caution in cautions if caution.name not in context.accepted),
    )


def _refusals(line: ExpenseLine, day: date, context: ExpenseContext) -> tuple[str, ...]:
    """Everything that is missing or wrong, in the order in which it would be typed."""
    place, provider = line.place, context.provider
    found = (
        _no_amount(line),
        "An amount of zero records nothing." if line.amount == 0 else "",
        *line.errors,
        "" if line.currency or line.errors else f"{place.category_name} has no currency. Write it, like 12.50 EUR.",
        f"{provider} wants to know what it was: write a word or two." if _lacks_text(line, context) else "",
        closed(day, context),
    )
    return tuple(filter(None, found))


def _no_amount(line: ExpenseLine) -> str:
    if any(token.part is Part.AMOUNT for token in line.tokens):
        return ""
    word = amount_in_text(line)
    return f"{word!r} stands in the text. {FIRST}." if word else "An expense needs its amount, like 12.50."


def _lacks_text(line: ExpenseLine, context: ExpenseContext) -> bool:
    return context.rules.text_required and not line.note


def known_args(line: ExpenseLine, context: ExpenseContext) -> dict[str, Value]:
    """What the line says as far as it was understood, keyed as in the expenses form."""
    place, rules = line.place, context.rules
    amount = "unit_amount" if rules.on_service else "amount"
    at_cost = line.amount if line.billable else 0
    billed: Value = at_cost if rules.billed_amount and line.billable is not None else line.billable
    said: dict[str, Value] = {
        "project_id": None if rules.on_service or place.project is None else place.project.id,
        "service_id": place.service.id if place.service else None,
        "category_id": place.category.id if place.category else None,
        "date": (line.date or context.today).isoformat(),
        amount: line.amount,
        "currency": line.currency if rules.on_service or line.currency != place.currency else None,
        "person_id": context.person_id or None,
        "text": line.note or None,
        "billable_amount" if rules.billed_amount else "billable": billed,
        "reimbursable": line.reimbursable,
    }
    return {key: value for key, value in said.items() if value is not None and value != ""}


def _expense(line: ExpenseLine, amount: int, day: date, context: ExpenseContext) -> PlannedExpense:
    own, rules = line.place.currency, context.rules
    args = known_args(line, context)
    converted = own if rules.converts and line.currency != own else ""
    pre: dict[str, Value] = {} if rules.on_service else {"currency": own}
    expects = to_come(own) if converted else {}
    if rules.billed_amount and line.billable is not None:
        expects["billable"] = line.billable
    return PlannedExpense(amount, line.currency, day, line.note, converted, args, pre, expects)
