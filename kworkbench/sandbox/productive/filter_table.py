"""What a filter is: one line of a table names the SQL it means and the kind of its values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class Kind(Enum):
    """How a filter's value is read, and which operations it takes."""

    ID = "id"
    TEXT = "text"
    DATE = "date"
    MOMENT = "moment"
    WHOLE = "whole"
    FLAG = "flag"
    CHOICE = "choice"


EQUAL = frozenset({"eq", "not_eq"})
ORDERED = EQUAL | {"gt", "gt_eq", "lt", "lt_eq"}
OPERATIONS = {
    Kind.ID: EQUAL,
    Kind.TEXT: EQUAL | {"contains", "not_contain"},
    Kind.DATE: ORDERED,
    Kind.MOMENT: ORDERED,
    Kind.WHOLE: ORDERED,
    Kind.FLAG: EQUAL,
    Kind.CHOICE: EQUAL,
}
"""The operations that make sense for a kind; any other is unsupported (ours)."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter.

    Attributes:
        kind: of its values.
        column: SQL expression that is compared; money is in minor units.
        within: SQL around the comparison, with `{}` in its place, when the column is in another table.
        fixed: the one operation that the filter's name stands for (`date_after`).
        choices: for `CHOICE`, the SQL condition of each value.
    """

    kind: Kind
    column: str = ""
    within: str = "{}"
    fixed: str | None = None
    choices: Mapping[str, str] = field(default_factory=dict)


def ids(column: str, within: str = "{}") -> Filter:
    """Ids, several with commas or `[]`."""
    return Filter(Kind.ID, column, within)


def text(column: str) -> Filter:
    """A text."""
    return Filter(Kind.TEXT, column)


def search(column: str) -> Filter:
    """A part of a text."""
    return Filter(Kind.TEXT, column, fixed="contains")


def day(column: str) -> Filter:
    """A date."""
    return Filter(Kind.DATE, column)


def since(column: str) -> Filter:
    """On that date or after it; inclusive (ours)."""
    return Filter(Kind.DATE, column, fixed="gt_eq")


def until(column: str) -> Filter:
    """On that date or before it; inclusive (ours)."""
    return Filter(Kind.DATE, column, fixed="lt_eq")


def moment(column: str) -> Filter:
    """A timestamp; compared by its day unless the client asks for seconds."""
    return Filter(Kind.MOMENT, column)


def whole(column: str) -> Filter:
    """A whole number: money in minor units, or a count."""
    return Filter(Kind.WHOLE, column)


def flag(column: str) -> Filter:
    """Yes or no."""
    return Filter(Kind.FLAG, column)


def choice(**conditions: str) -> Filter:
    """Numbered values, written `_1="..."`, each with its SQL condition."""
    return Filter(Kind.CHOICE, choices={name.removeprefix("_"): sql for name, sql in conditions.items()})
