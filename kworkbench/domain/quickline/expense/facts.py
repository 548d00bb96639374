"""What an expense line needs to know about services, categories and earlier expenses."""

from __future__ import annotations

from datetime import date

from kworkbench.lean import dataclass


@dataclass(frozen=True, slots=True)
class CategoryFacts:
    """An expense category."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class ServiceFacts:
    """A service of a project's budget that tracks expenses: what is recorded on it has its category."""

    id: str
    name: str
    project_id: str
    currency: str
    category: str = ""
    budget: str = ""

    @property
    def label(self) -> str:
        """Its name, with the category where that says more."""
        if not self.category or self.category.casefold() == self.name.casefold():
            return self.name
        return f"{self.name} ({self.category})"

    @property
    def full_name(self) -> str:
        """With its budget: `Meals, Phase 1`; two budgets of a project can have services of the same name."""
        return f"{self.label}, {self.budget}" if self.budget else self.label


@dataclass(frozen=True, slots=True)
class PastExpense:
    """An expense of the same project, amount and currency and about the same day.

    Attributes:
        unsent: made here and not yet confirmed by the server.
        unclear: it may have reached the server, or not.
    """

    date: date | None
    text: str = ""
    unsent: bool = False
    unclear: bool = False
