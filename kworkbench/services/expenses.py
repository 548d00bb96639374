"""Quick expenses: from a typed line to a plan, and from a plan to a durable change.

Source: product.md section 7, "Expense line". Amounts are minor units of the expense's currency.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import date, timedelta
from functools import partial
from typing import Generic, TypeVar

from kworkbench.domain.changes import Change, Draft, Op
from kworkbench.domain.conversion import spellings
from kworkbench.domain.dates import parse_iso
from kworkbench.domain.money import decimal_text
from kworkbench.domain.query import Comparison, Operand, Query, Term
from kworkbench.domain.quickline.expense import (
    CategoryFacts,
    ExpenseContext,
    ExpensePlan,
    PastExpense,
    ServiceFacts,
    endings,
    ghost_expense,
    known_args,
    parse_expense,
    plan_expense,
    preview_expense,
    preview_nothing,
)
from kworkbench.domain.quickline.preview import Preview
from kworkbench.domain.records import Values
from kworkbench.domain.resources import EXPENSES
from kworkbench.services.books import UNCLEAR, Facts, is_unsent, never_made
from kworkbench.services.ground import Ground
from kworkbench.services.marking import marker_shown, marking_of
from kworkbench.store.reader import Choice, Row

MOST_SERVICES = 500
MOST_CATEGORIES = 500
NEAR_DAYS = 3
"""How far apart two expenses are that may be the same one (product.md section 6, "possible duplicates")."""


A = TypeVar("A")
T = TypeVar("T")


class LastRead(Generic[A, T]):
    """What was read last, as long as the same is asked and no row has changed: each key on a line asks all of it."""

    def __init__(self, version: Callable[[], int], read: Callable[[A], T]) -> None:
        self._version = version
        self._read = read
        self._found: tuple[int, A, T] | None = None

    def __call__(self, asked: A) -> T:
        """What the read says now."""
        version = self._version()
        if self._found is None or self._found[:2] != (version, asked):
            self._found = (version, asked, self._read(asked))
        return self._found[2]


class ExpenseService:
    """Plans and records expenses of one connection; it is the desk of its line (`line_desks.LineDesk`)."""

    noun = "expense"
    too_little = "The line does not say what was spent."

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._facts = Facts(ground.reader)
        self._projects = LastRead(self._version, partial(self._facts.find_projects, archived=False))
        self._services = LastRead(self._version, self._services_of)
        self._history: list[str] = []

    @property
    def history(self) -> tuple[str, ...]:
        """Lines recorded in this run, newest first."""
        return tuple(reversed(self._history))

    @property
    def today(self) -> date:
        """The day on which a line is read."""
        return self._ground.today()

    def context(self, accepted: frozenset[str] = frozenset()) -> ExpenseContext:
        """The ground a line is read on: projects, services and categories as they are known now."""
        ground = self._ground
        person_id = ground.connection.user_id
        person = ground.reader.lookup("people", person_id) if person_id else None
        return ExpenseContext(
            today=ground.today(),
            rules=ground.catalog.expenses,
            provider=ground.catalog.title,
            find_projects=self._projects,
            services_of=lambda ids: self._services(tuple(ids)),
            categories=self._categories,
            find_alike=self._alike,
            person=str((person or {}).get("name") or ""),
            person_id=person_id if person else "",
            style=ground.style,
            date_order=ground.date_order,
            closed_until=ground.connection.closed_until,
            accepted=accepted,
        )

    def plan(self, text: str, accepted: frozenset[str] = frozenset()) -> ExpensePlan:
        """What a line would do; refusals and cautions are part of the plan."""
        context = self.context(accepted)
        return plan_expense(parse_expense(text, context), context)

    def preview(self, plan: ExpensePlan, *, armed: bool) -> Preview:
        """What a plan will record, in words; `armed`: its cautions were shown and are confirmed by the next `Enter`."""
        if not plan.line.text.strip():
            return preview_nothing(self.context())
        return preview_expense(plan, self.context(), marker=marker_shown(self._ground, "expenses"), armed=armed)

    def ghost(self) -> str:
        """What stands where nothing is typed."""
        return ghost_expense(self.context())

    def endings(self, plan: ExpensePlan) -> list[str]:
        """The lines that the last word could be completed to."""
        return endings(plan.line.text, self.context())

    def known(self, plan: ExpensePlan) -> Values:
        """What the line says so far, for a form that goes on from there."""
        return known_args(plan.line, self.context())

    def record(self, plan: ExpensePlan) -> Future[tuple[Change, ...]]:
        """Save what a plan says; it must be `ready`."""
        self._history.append(plan.line.text)
        return self._ground.changes.submit(self.drafts(plan))

    def drafts(self, plan: ExpensePlan, key: str | None = None) -> tuple[Draft, ...]:
        """The change that a plan asks for."""
        expense = plan.expense
        if expense is None:
            return ()
        marking = marking_of(self._ground, "expenses", expense.args)
        draft = Draft(
            account=self._ground.account,
            op=Op.CREATE,
            kind="expenses",
            lid=self._ground.new_lid(),
            args=expense.args,
            pre=expense.pre,
            expects=expense.expects,
            idem=marking.idem,
            marker=marking.marker,
            key=key,
        )
        return (draft,)

    def _version(self) -> int:
        return self._ground.reader.data_version()

    def _services_of(self, ids: Sequence[str]) -> tuple[ServiceFacts, ...] | None:
        """All of them or None: among some of them a word could seem to fit only one."""
        found = self._ground.reader.related_in("services", "project_id", ids, MOST_SERVICES + 1) if ids else ()
        if len(found) > MOST_SERVICES:
            return None
        return tuple(_service(one) for one in found if _is_offered(one) and one.values.get("expense_tracking") is True)

    def _categories(self) -> tuple[CategoryFacts, ...]:
        found = self._ground.reader.related("categories", "", MOST_CATEGORIES)
        return tuple(CategoryFacts(one.id, one.name) for one in found if _is_offered(one))

    def _alike(self, project_id: str, minor: int, currency: str, day: date) -> PastExpense | None:
        """An expense that may be the same one; none is one that is rejected, refused, or waits for its deletion."""
        days = (day - timedelta(days=NEAR_DAYS), day + timedelta(days=NEAR_DAYS))
        terms = (
            Term("project_id", (Operand(Comparison.HAS, project_id),)),
            self._given(project_id, minor, currency),
            Term("date", (Operand(Comparison.RANGE, days[0].isoformat(), days[1].isoformat()),)),
            Term("approval", (Operand(Comparison.HAS, "rejected"),), negated=True),
        )
        rows = self._ground.reader.rows(EXPENSES, Query(terms)).fetch(0, 20)
        return next((_past(row) for row in rows if row.mark != "-" and not never_made(row)), None)

    def _given(self, project_id: str, minor: int, currency: str) -> Term:
        """What finds an amount: as it was given, where the provider converts it into the project's currency."""
        project = self._ground.reader.lookup("projects", project_id) or {}
        if self._ground.catalog.expenses.converts and currency != project.get("currency"):
            return Term("foreign", tuple(Operand(Comparison.IS, text) for text in spellings(minor, currency)))
        return Term("amount", (Operand(Comparison.IS, decimal_text(minor, currency), currency=currency),))


def _is_offered(choice: Choice) -> bool:
    return choice.values.get("archived") is not True


def _service(choice: Choice) -> ServiceFacts:
    values = choice.values
    return ServiceFacts(
        id=choice.id,
        name=choice.name,
        project_id=str(values.get("project_id") or ""),
        currency=str(values.get("currency") or ""),
        category=str(values.get("category") or ""),
        budget=str(values.get("budget") or ""),
    )


def _past(row: Row) -> PastExpense:
    day = row.values.get("date")
    return PastExpense(
        date=parse_iso(day) if isinstance(day, str) else None,
        text=str(row.values.get("text") or ""),
        unsent=is_unsent(row),
        unclear=row.state == UNCLEAR,
    )
