"""A few invoices, projects and the two providers' rules, for the line tests."""

from __future__ import annotations

from datetime import date

from kworkbench.domain.catalog import PaymentRules
from kworkbench.domain.numbers import ENGLISH, NumberStyle
from kworkbench.domain.quickline import (
    DateOrder,
    InvoiceFacts,
    LineContext,
    PaymentPlan,
    ProjectFacts,
    parse_line,
    plan_payment,
)
from kworkbench.domain.quickline.candidates import find_invoices, match_invoices, match_projects

TODAY = date(2026, 3, 4)
"""A Wednesday."""

GERMAN = NumberStyle(".", ",")
SWISS = NumberStyle("’", ".")
FRENCH = NumberStyle("\u202f", ",")

PRODUCTIVE = PaymentRules(
    part=True,
    dated=True,
    without_invoice=False,
    refunds=True,
    write_offs=True,
    note_limit=None,
    settle_seconds=360,
)
KANTATA = PaymentRules(
    part=False,
    dated=False,
    without_invoice=True,
    refunds=False,
    write_offs=False,
    note_limit=255,
    settle_seconds=240,
)


def invoice(
    number: str, client: str = "Acme", outstanding: int = 100_000, record_id: str | None = None
) -> InvoiceFacts:
    """An open invoice in EUR of 1,000.00 or more."""
    return InvoiceFacts(
        lid=f"invoices:{record_id or number}",
        id=record_id or number,
        number=number,
        client=client,
        currency="EUR",
        total=max(outstanding, 100_000),
        outstanding=outstanding,
        client_id=client,
        project="Webshop",
        project_id="7",
    )


INV_104 = invoice("INV-104", "Åkerlund & Söner AB", 1_245_000)
KNOWN = (
    INV_104,
    invoice("INV-1104", "Peñalver Hermanos S.L.", 50_000),
    invoice("INV-1105", "Peñalver Hermanos S.L.", 60_000),
    invoice("1042", "Null & Void Ltd", 80_000),
    invoice("104", "Null & Void Ltd", 80_000),
    invoice("1043", "Null & Void Ltd", 0),
    invoice("2026-03-01", "Dated Ltd", 70_000),
    invoice("3/4", "Slashed Ltd", 75_000),
    invoice("TWIN-1", "First Twin", 10_000, "51"),
    invoice("TWIN-1", "Second Twin", 20_000, "52"),
)
PROJECTS = (
    ProjectFacts("7", "Webshop relaunch", "Åkerlund & Söner AB", "EUR"),
    ProjectFacts("8", "Harbour app", "Peñalver Hermanos S.L.", "USD"),
    ProjectFacts("9", "Harbour study", "Peñalver Hermanos S.L.", "EUR"),
)


def context(
    *chosen: InvoiceFacts,
    rules: PaymentRules = PRODUCTIVE,
    style: NumberStyle | None = ENGLISH,
    order: DateOrder | None = None,
    accepted: frozenset[str] = frozenset(),
    closed_until: date | None = None,
) -> LineContext:
    """A context on 2026-03-04; `chosen` are the invoices under the cursor or marked."""
    return LineContext(
        today=TODAY,
        rules=rules,
        provider="Productive" if rules is PRODUCTIVE else "Kantata",
        chosen=chosen,
        find_invoices=lambda text: find_invoices(text, KNOWN),
        match_invoices=lambda text: match_invoices(text, KNOWN),
        find_projects=lambda text: match_projects(text, PROJECTS),
        style=style,
        date_order=order,
        closed_until=closed_until,
        accepted=accepted,
    )


ON_104 = context(INV_104)
"""The line opened with `p` on INV-104 of a Productive connection."""

KANTATA_104 = context(INV_104, rules=KANTATA)

COMMAND_LINE = context(style=None)
"""No invoice chosen, no locale."""


def planned(text: str, ground: LineContext = ON_104) -> PaymentPlan:
    """The plan of a line."""
    return plan_payment(parse_line(text, ground), ground)
