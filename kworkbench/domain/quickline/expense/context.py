"""Everything outside the typed text that decides what an expense line means."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeAlias

from kworkbench.domain.catalog import ExpenseRules
from kworkbench.domain.numbers import PLAIN, NumberStyle
from kworkbench.domain.quickline.context import FindProjects
from kworkbench.domain.quickline.days import DateOrder
from kworkbench.domain.quickline.expense.facts import CategoryFacts, PastExpense, ServiceFacts
from kworkbench.lean import dataclass

FindAlike: TypeAlias = Callable[[str, int, str, date], PastExpense | None]


@dataclass(frozen=True, slots=True)
class ExpenseContext:
    """The ground an expense line is read on.

    Attributes:
        rules: what an expense says at this provider; `provider` is its name in sentences.
        find_projects: the projects an `@` word can mean, best first; an archived one only where its id is written.
        services_of: the services of projects (by their ids) that track expenses; None where they are too many to read.
        categories: every category that can be chosen.
        find_alike: an expense of a project (id), amount (minor units), currency and about that day, if there is one.
        person, person_id: who is signed in; empty where that is not known.
        style: how this locale writes figures; None where there is no locale (the command line).
        closed_until: nothing dated on or before that day is recorded.
        accepted: names of cautions the person has accepted.
    """

    today: date
    rules: ExpenseRules
    provider: str
    find_projects: FindProjects
    services_of: Callable[[Sequence[str]], Sequence[ServiceFacts] | None]
    categories: Callable[[], Sequence[CategoryFacts]]
    find_alike: FindAlike
    person: str = ""
    person_id: str = ""
    style: NumberStyle | None = None
    date_order: DateOrder | None = None
    closed_until: date | None = None
    accepted: frozenset[str] = frozenset()

    @property
    def expected(self) -> str:
        """No currency is known before the project is."""
        return ""

    @property
    def shown(self) -> NumberStyle:
        """How figures are written in sentences and previews."""
        return self.style or PLAIN
