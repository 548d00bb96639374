"""Everything outside the typed text that decides what a line means."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Protocol, TypeAlias

from kworkbench.domain.catalog import PaymentRules
from kworkbench.domain.numbers import PLAIN, NumberStyle
from kworkbench.domain.quickline.days import DateOrder
from kworkbench.domain.quickline.facts import InvoiceFacts, ProjectFacts
from kworkbench.lean import dataclass

FindInvoices: TypeAlias = Callable[[str], Sequence[InvoiceFacts]]
FindProjects: TypeAlias = Callable[[str], Sequence[ProjectFacts]]


class LineGround(Protocol):
    """What every kind of line is read on, whatever it records."""

    @property
    def today(self) -> date:
        """The day that dates are read from."""

    @property
    def date_order(self) -> DateOrder | None:
        """How a date in figures is read; None: it is not."""

    @property
    def expected(self) -> str:
        """The currency that is known before anything is read; empty for none."""

    @property
    def shown(self) -> NumberStyle:
        """How figures are written in sentences and previews."""

    @property
    def closed_until(self) -> date | None:
        """Nothing dated on or before that day is recorded."""


def no_invoices(_text: str) -> Sequence[InvoiceFacts]:
    """Where no invoice is known."""
    return ()


def no_projects(_text: str) -> Sequence[ProjectFacts]:
    """Where no project is known."""
    return ()


@dataclass(frozen=True, slots=True)
class LineContext:
    """The ground a line is read on.

    Attributes:
        rules: what a payment can say at this provider; `provider` is its name in sentences.
        chosen: the invoice under the cursor, or the marked ones; empty on the command line.
        find_invoices: the invoices whose whole number is the text, whatever its case.
        match_invoices: the best matches for a part of a number or of a client's name (see `candidates`).
        find_projects: the projects an `@` word can mean, best first.
        style: how this locale writes figures; None where there is no locale (the command line).
        closed_until: nothing dated on or before that day is recorded.
        accepted: names of cautions the person has accepted.
    """

    today: date
    rules: PaymentRules
    provider: str
    chosen: tuple[InvoiceFacts, ...] = ()
    find_invoices: FindInvoices = no_invoices
    match_invoices: FindInvoices = no_invoices
    find_projects: FindProjects = no_projects
    style: NumberStyle | None = None
    date_order: DateOrder | None = None
    closed_until: date | None = None
    accepted: frozenset[str] = frozenset()

    @property
    def fixed(self) -> InvoiceFacts | None:
        """The one invoice the line is about unless it says otherwise."""
        return self.chosen[0] if len(self.chosen) == 1 else None

    @property
    def expected(self) -> str:
        """The currency of the chosen invoices; empty where none is chosen."""
        return self.chosen[0].currency if self.chosen else ""

    @property
    def shown(self) -> NumberStyle:
        """How figures are written in sentences and previews."""
        return self.style or PLAIN
