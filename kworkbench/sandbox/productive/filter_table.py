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
    CUSTOM = "custom"
    DECIMAL = "decimal"


DECIMAL_UNIT = 10_000
"""Decimals are compared as whole numbers of this part of one."""

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
    Kind.DECIMAL: ORDERED,
    Kind.CUSTOM: EQUAL | {"contains", "not_contain"},
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
        places: for a search, where it looks; the row is found when one of them has it.
        folded: the column that holds the text folded, for what is searched often.
        days: for a search in dates, their columns.
        choices: for `CHOICE`, the SQL condition of each value; `@today` in it is the organization's day.

    A `CUSTOM` filter is asked for as `filter[custom_fields][ID]`; its column has `{}` in the place of the ID.
    """

    kind: Kind
    column: str = ""
    within: str = "{}"
    fixed: str | None = None
    places: tuple[Filter, ...] = ()
    folded: str = ""
    days: tuple[str, ...] = ()
    choices: Mapping[str, str] = field(default_factory=dict)


def ids(column: str, within: str = "{}") -> Filter:
    """Ids, several with commas or `[]`."""
    return Filter(Kind.ID, column, within)


def text(column: str, within: str = "{}", *, folded: str = "") -> Filter:
    """A text."""
    return Filter(Kind.TEXT, column, within, folded=folded)


def search(*places: str | Filter) -> Filter:
    """A part of one of these texts: columns, or filters that look into other tables."""
    found = tuple(text(place) if isinstance(place, str) else place for place in places)
    return Filter(Kind.TEXT, fixed="contains", places=found)


def search_days(*columns: str) -> Filter:
    """A part of one of these dates as it is written, `2026-03`; some may be null."""
    return Filter(Kind.TEXT, fixed="contains", days=columns)


def custom(column: str) -> Filter:
    """Custom fields, kept in a column as a JSON object by field id; compared as texts (ours)."""
    return Filter(Kind.CUSTOM, f"CAST(json_extract({column}, '$.\"{{}}\"') AS TEXT)")


def absent() -> Filter:
    """Ids of what the sandbox does not keep: accepted, and matches nothing (ours)."""
    return ids("NULL")


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


def decimal(column: str) -> Filter:
    """A decimal number, kept as a text of four decimals at most."""
    return Filter(Kind.DECIMAL, f"CAST(round({column} * {DECIMAL_UNIT}) AS INTEGER)")


def flag(column: str) -> Filter:
    """Yes or no."""
    return Filter(Kind.FLAG, column)


def choice(**conditions: str) -> Filter:
    """Numbered values, written `_1="..."`, each with its SQL condition."""
    return Filter(Kind.CHOICE, choices={name.removeprefix("_"): sql for name, sql in conditions.items()})
