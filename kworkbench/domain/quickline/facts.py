"""What a line needs to know about invoices, projects and earlier payments.

Amounts are minor units of the invoice's or project's own currency.
"""

from __future__ import annotations

from datetime import date

from kworkbench.lean import dataclass


@dataclass(frozen=True, slots=True)
class PastPayment:
    """A payment already on an invoice, or on its way to it.

    Attributes:
        date: None where it is not known yet.
        amount: signed minor units of the invoice's currency.
        unsent: made here and not yet confirmed by the server.
        unclear: it may have reached the server, or not.
    """

    date: date | None
    amount: int
    note: str = ""
    unsent: bool = False
    unclear: bool = False


@dataclass(frozen=True, slots=True)
class InvoiceFacts:
    """An invoice as the view shows it, open changes folded in.

    Attributes:
        state, kind, settlement: the words of product.md section 3.
        several_projects: it covers more than one project.
        total, outstanding: minor units of `currency`.
        payments: the recent ones, unsent ones included.
    """

    lid: str
    id: str
    number: str
    client: str
    currency: str
    total: int
    outstanding: int
    client_id: str | None = None
    project: str = ""
    project_id: str | None = None
    state: str = "open"
    kind: str = "invoice"
    settlement: str = "unpaid"
    several_projects: bool = False
    due: date | None = None
    payments: tuple[PastPayment, ...] = ()


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """A project a payment without invoice can be recorded on, and the currency it is kept in."""

    id: str
    name: str
    client: str
    currency: str
    archived: bool = False
