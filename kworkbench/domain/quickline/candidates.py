"""Which invoice or project a few letters mean: a whole number, a segment of one, a part, a client's name, near misses.

The first of these steps that finds anything decides; what is found there is all that is offered.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias, TypeVar

from kworkbench.domain.quickline.facts import InvoiceFacts, ProjectFacts

_Item = TypeVar("_Item")
_Step: TypeAlias = Callable[[str, InvoiceFacts], bool]

NEAR = 82
"""Least similarity (0 to 100) of a mistyped name that is still offered."""


BY_ID = "id:"
"""What stands before an id, where a name fits several records."""


def fold(text: str) -> str:
    """The text without case and accents: `Åkerlund` becomes `akerlund`."""
    if text.isascii():
        return text.casefold()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in plain if not unicodedata.combining(char))


def match_invoices(text: str, invoices: Iterable[InvoiceFacts]) -> tuple[InvoiceFacts, ...]:
    """The invoices a `#` word can mean, best first; several mean that it must be asked which.

    `id:310` names one by its id at the server, for numbers that several invoices bear.
    """
    wanted, known = fold(text), tuple(invoices)
    if not wanted:
        return ()
    if wanted.startswith(BY_ID):
        return tuple(invoice for invoice in known if fold(invoice.id) == wanted[len(BY_ID) :])
    for step, payable_only in _STEPS:
        found = tuple(invoice for invoice in known if step(wanted, invoice))
        payable = tuple(invoice for invoice in found if _payable(invoice))
        if found:
            return payable if payable and payable_only else found
    return tuple(filter(_payable, _near(wanted, known, lambda invoice: invoice.client)))


def match_projects(text: str, projects: Iterable[ProjectFacts]) -> tuple[ProjectFacts, ...]:
    """The projects an `@` word can mean: the whole name, part of it, part of the client's name, near misses.

    `id:7` names one by its id at the server, for names that several projects bear.
    """
    wanted, known = fold(text), tuple(projects)
    if not wanted:
        return ()
    if wanted.startswith(BY_ID):
        return tuple(project for project in known if fold(project.id) == wanted[len(BY_ID) :])
    for name in (_project_is, _project_has, _client_has):
        if found := tuple(project for project in known if name(wanted, project)):
            return found
    return _near(wanted, known, lambda project: project.name)


def match_named(
    text: str, items: Iterable[_Item], names: Callable[[_Item], Sequence[str]], id_of: Callable[[_Item], str]
) -> tuple[_Item, ...]:
    """The items whose id, whole name, or part of a name the text is, or whose first name it misses by little."""
    wanted, known = fold(text), tuple(items)
    if not wanted:
        return ()
    if wanted.startswith(BY_ID):
        return tuple(item for item in known if fold(id_of(item)) == wanted[len(BY_ID) :])
    if whole := tuple(item for item in known if any(fold(name) == wanted for name in names(item))):
        return whole
    if parts := tuple(item for item in known if any(wanted in fold(name) for name in names(item))):
        return parts
    return _near(wanted, known, lambda item: names(item)[0])


def find_invoices(text: str, invoices: Iterable[InvoiceFacts]) -> tuple[InvoiceFacts, ...]:
    """The invoices whose whole number is the text, whatever its case."""
    wanted = text.casefold()
    return tuple(invoice for invoice in invoices if invoice.number.casefold() == wanted)


def _payable(invoice: InvoiceFacts) -> bool:
    return invoice.outstanding > 0 and invoice.state != "cancelled" and invoice.kind != "credit-note"


def _number_is(wanted: str, invoice: InvoiceFacts) -> bool:
    return fold(invoice.number) == wanted


def _has_segment(wanted: str, invoice: InvoiceFacts) -> bool:
    return wanted in re.split(r"[^0-9a-z]+", fold(invoice.number))


def _number_has(wanted: str, invoice: InvoiceFacts) -> bool:
    return wanted in fold(invoice.number)


def _client_of(wanted: str, invoice: InvoiceFacts) -> bool:
    return wanted in fold(invoice.client)


_STEPS: tuple[tuple[_Step, bool], ...] = (
    (_number_is, False),
    (_has_segment, False),
    (_number_has, True),
    (_client_of, True),
)


def _project_is(wanted: str, project: ProjectFacts) -> bool:
    return fold(project.name) == wanted


def _project_has(wanted: str, project: ProjectFacts) -> bool:
    return wanted in fold(project.name)


def _client_has(wanted: str, project: ProjectFacts) -> bool:
    return wanted in fold(project.client)


def _near(wanted: str, known: Sequence[_Item], name: Callable[[_Item], str]) -> tuple[_Item, ...]:
    """Items with a mistyped name; the best similarity decides, so a clear winner stands alone."""
    if len(wanted) < 3:
        return ()
    # Loaded with the first mistyped name: a start must not wait for it.
    from rapidfuzz import fuzz  # noqa: PLC0415

    scored = [(fuzz.partial_ratio(wanted, fold(name(item))), item) for item in known]
    best = max((score for score, _ in scored), default=0.0)
    return tuple(item for score, item in scored if score == best) if best >= NEAR else ()
