"""Projects, services, categories and earlier expenses for the tests of the expense line, at both providers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kworkbench.domain.catalog import ExpenseRules
from kworkbench.domain.numbers import ENGLISH, NumberStyle
from kworkbench.domain.quickline import ProjectFacts
from kworkbench.domain.quickline.candidates import match_projects
from kworkbench.domain.quickline.days import DateOrder
from kworkbench.domain.quickline.expense import (
    CategoryFacts,
    ExpenseContext,
    ExpensePlan,
    PastExpense,
    ServiceFacts,
    parse_expense,
    plan_expense,
)
from tests.domain.quickline.books import TODAY

ON_PROJECT = ExpenseRules(on_service=False, text_required=False, converts=True, billed_amount=False)
"""As Kantata keeps expenses."""
ON_SERVICE = ExpenseRules(on_service=True, text_required=True, converts=False, billed_amount=True)
"""As Productive keeps them."""

PROJECTS = (
    ProjectFacts("7", "Webshop relaunch", "Åkerlund & Söner AB", "EUR"),
    ProjectFacts("8", "Harbour app", "Peñalver Hermanos S.L.", "USD"),
    ProjectFacts("9", "Harbour study", "Peñalver Hermanos S.L.", "EUR"),
    ProjectFacts("10", "Kyoto office", "Hokuto Design K.K.", "JPY"),
    ProjectFacts("11", "Twin", "First", "EUR"),
    ProjectFacts("12", "Twin", "Second", "EUR"),
)
CATEGORIES = (CategoryFacts("1", "Lodging"), CategoryFacts("2", "Meals"), CategoryFacts("3", "Travel, air"),
              CategoryFacts("4", "Travel, rail"))  # fmt: skip
SERVICES = (
    ServiceFacts("41", "Expenses", "7", "EUR", "Meals"),
    ServiceFacts("42", "Lodging", "8", "USD", "Lodging"),
    ServiceFacts("43", "Client dinners", "8", "USD", "Meals"),
    ServiceFacts("44", "Phase 1", "10", "JPY", "Travel"),
    ServiceFacts("45", "Phase 1", "10", "JPY", "Travel"),
)
"""None of Harbour study or of the twins tracks expenses."""

ALIKE = PastExpense(date(2026, 3, 2), "Lunch with Ana")


def _services_of(ids: Sequence[str]) -> Sequence[ServiceFacts]:
    return tuple(service for service in SERVICES if service.project_id in ids)


def ground(
    rules: ExpenseRules = ON_PROJECT,
    *,
    style: NumberStyle | None = ENGLISH,
    order: DateOrder | None = None,
    accepted: frozenset[str] = frozenset(),
    closed_until: date | None = None,
    past: PastExpense | None = None,
    person: str = "",
) -> ExpenseContext:
    """A context on Wednesday 2026-03-04; `past` is alike whatever is typed."""
    return ExpenseContext(
        today=TODAY,
        rules=rules,
        provider="Productive" if rules is ON_SERVICE else "Kantata OX",
        find_projects=lambda text: match_projects(text, PROJECTS),
        services_of=_services_of,
        categories=lambda: CATEGORIES,
        find_alike=lambda _project, _minor, _currency, _day: past,
        person=person,
        person_id="5" if person else "",
        style=style,
        date_order=order,
        closed_until=closed_until,
        accepted=accepted,
    )


KANTATA = ground()
PRODUCTIVE = ground(ON_SERVICE)
GROUNDS = (KANTATA, PRODUCTIVE)


def planned(text: str, on: ExpenseContext = KANTATA) -> ExpensePlan:
    """The plan of a line."""
    return plan_expense(parse_expense(text, on), on)


def args_of(text: str, on: ExpenseContext = KANTATA) -> dict[str, object]:
    """What a line that can be recorded asks for."""
    plan = planned(text, on)
    assert plan.recordable, plan.refusals
    assert plan.expense is not None
    return dict(plan.expense.args)
