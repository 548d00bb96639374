"""A query as data: terms that are all true of a row, and the order of the rows.

Values are kept as typed (`-3d`, `last-month`), so a saved query means tomorrow's days tomorrow.
Source: product.md section 6.
"""

from __future__ import annotations

from enum import StrEnum

from kworkbench import lean
from kworkbench.domain.catalog import SortKey
from kworkbench.lean import dataclass

Span = tuple[int, int]
NOWHERE: Span = (0, 0)


class QueryError(ValueError):
    """A query that cannot be read.

    Attributes:
        message: a sentence that names the bad word and what is possible.
        start, end: offsets of the bad word in the text.
    """

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end


class Comparison(StrEnum):
    """How a row's value is compared; the value is what stands before the operand in the text."""

    HAS = ""
    IS = "="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="
    RANGE = ".."


@dataclass(frozen=True, slots=True)
class Operand:
    """One of the values of a term; a row that fits any of them fits the term.

    Attributes:
        low: the value as typed; the lower end of a RANGE, empty where that end is open. An empty HAS or IS finds rows
            without a value.
        high: the upper end of a RANGE, empty where open.
        currency: for amounts, the currency that the row must have too, as typed; empty for any.
    """

    comparison: Comparison
    low: str
    high: str = ""
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """One condition.

    Attributes:
        field: the resource's field name; None for free words, which search all searched text.
        values: at least one.
        word: the name as typed where it differs from the field (`amount` on invoices), else empty.
        span: where it stands in the text it was parsed from; no part of its identity.
    """

    field: str | None
    values: tuple[Operand, ...]
    negated: bool = False
    word: str = ""
    span: Span = lean.field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Query:
    """What a list shows and in which order; without sort keys in the resource's first order."""

    terms: tuple[Term, ...] = ()
    sort: tuple[SortKey, ...] = ()

    def mentions(self, name: str) -> bool:
        """True where a term is about that field."""
        return any(term.field == name for term in self.terms)


@dataclass(frozen=True, slots=True)
class Chip:
    """A term as it stands on the top rule; `implied` ones come from the provider's usual defaults.

    `note` says of a term that only the server can answer when it did, or why it has not; `waits`: it is not in force.
    """

    text: str
    implied: bool = False
    note: str = ""
    waits: bool = False
