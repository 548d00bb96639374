"""What rows can be grouped by: the expression of each group's key, its condition and its label."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from kworkbench.domain.catalog import Resource, ValueType
from kworkbench.domain.query.fields import query_field
from kworkbench.domain.resources import STATUSES
from kworkbench.domain.views import MONTH
from kworkbench.lean import dataclass
from kworkbench.store.columns import SqlValue, key_of
from kworkbench.store.compile import Clause
from kworkbench.store.order import status_sql
from kworkbench.store.schema import quoted, sortable
from kworkbench.store.source import Source, label_of
from kworkbench.store.sums import Sum, sums_by

_MONTH = re.compile(r"\d{4}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class GroupRow:
    """The head of one group.

    Attributes:
        key: tells the group from the others of the same grouping; empty for rows without a value.
        label: how it is shown; empty for rows without a value.
        rows: how many rows of the query are in it.
        sums: its figures, with the meaning of the list's own sums.
        members: numbers of its rows where it is no column that joins them (possible duplicates), in their order.
        kept: of possible duplicates, the local id of the one to keep.
        strong: of possible duplicates, two of them have the same person or text.
    """

    key: str
    label: str
    rows: int
    sums: tuple[Sum, ...]
    members: tuple[int, ...] = ()
    kept: str = ""
    strong: bool = False


def groups(source: Source, by: str, today: date) -> tuple[GroupRow, ...]:
    """The groups of a list by a column or by month: months newest first, known words in their order, others by text.

    Rows without a value come last. Reads many rows: call it off the UI thread.

    Raises:
        TooManyGroupsError: nearly every row would be a group of its own.
    """
    found = sums_by(source, group_sql(source.resource, by, today))
    rows = [
        GroupRow("" if key is None else str(key), _label(source, by, key), listed, figures)
        for key, (listed, figures) in found.items()
        if listed
    ]
    rows.sort(key=lambda group: group.key, reverse=by == MONTH)
    known = _known_words(source.resource, by)
    if known:
        rows.sort(key=lambda group: known.index(group.key) if group.key in known else len(known))
    return tuple(sorted(rows, key=lambda group: not group.key))


def group_sql(resource: Resource, by: str, today: date) -> str:
    """The expression of a group's key.

    Raises:
        KeyError: the resource has no such field.
    """
    if by == MONTH:
        return f"substr({quoted(resource.day_field)}, 1, 7)"
    if by == "status":
        return f"({status_sql(today)})"
    field = query_field(resource, by)
    if field.type is ValueType.YES_NO:
        return f"CASE WHEN {quoted(by)} = 1 THEN 'yes' ELSE 'no' END"
    return quoted(key_of(by)) if field.type is ValueType.TEXT else quoted(by)


def group_clause(resource: Resource, by: str, key: str, today: date) -> Clause:
    """The condition that a row is in the group of that key."""
    expression = group_sql(resource, by, today)
    value: SqlValue = key or None
    free = Clause(f"+{expression} IS ?", (value,), field=by)
    if by == MONTH and _MONTH.fullmatch(key):
        day = quoted(resource.day_field)
        leads = f"{day} >= '{key}-01' AND {day} <= '{key}-31' AND {free.sql}"
        return Clause(free.sql, free.params, leads, by)
    is_plain = by in sortable(resource) and query_field(resource, by).type is not ValueType.YES_NO
    return Clause(free.sql, free.params, f"{expression} IS ?", by) if is_plain else free


def _label(source: Source, by: str, key: SqlValue) -> str:
    if by not in (MONTH, "status") and query_field(source.resource, by).type is ValueType.TEXT:
        return label_of(source, by, key)
    return "" if key is None else str(key)


def _known_words(resource: Resource, by: str) -> Sequence[str]:
    if by == MONTH:
        return ()
    field = query_field(resource, by)
    if field.type is ValueType.YES_NO:
        return ("yes", "no")
    return STATUSES if by == "status" else field.choices
