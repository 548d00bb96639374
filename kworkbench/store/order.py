"""Orders as SQL: sort keys become segments, each of which one index can walk.

Rows without a value stand last in both directions, so the leading key splits the list: rows with a value, then those
without, which the remaining keys order. `late` and `status` depend on the day and split the same way: late rows by
their due day, then the rest; one segment per status. Every row is in exactly one segment. Ties are broken by local id,
in the direction of the last key.

Where further keys follow a column of few values, its index alone would have to sort a large part of the list for each
page. `Spread` cuts such a column into one segment per value, which the next key's index walks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TypeAlias

from kworkbench.domain.catalog import Resource, SortKey
from kworkbench.domain.resources import STATUSES
from kworkbench.domain.status import OVERDUE
from kworkbench.lean import dataclass
from kworkbench.store.schema import OWN_CURRENCY, order_column

LID = "_lid"

Part: TypeAlias = tuple[str, bool]
"""A condition on the leading column, and whether all rows it holds have one value."""


class Spread:
    """Cuts nothing: every column's own index leads, or none where the order is `free` and another condition leads."""

    free = False

    def parts(self, _column: str) -> Sequence[Part] | None:
        """How the values of a column, in rising order, are cut; None where its own index serves as it is."""
        return None

    def holds_many(self, _condition: str) -> bool:
        """True where too many rows fit to be sorted for one page."""
        return False


class _Free(Spread):
    free = True


WHOLE, FREE = Spread(), _Free()


@dataclass(frozen=True, slots=True)
class SqlKey:
    """An expression that orders rows; it may be NULL only where a key before it has said so."""

    sql: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the list: its condition, without parameters, and what orders it.

    `below` is the condition of its rows up to a value of the first key that one of them has. SQLite takes one upper
    bound of an index only, so what such a value implies must not stand beside it.
    """

    where: str
    keys: tuple[SqlKey, ...]
    below: str


def segments(resource: Resource, sort: Sequence[SortKey], today: date, spread: Spread = WHOLE) -> tuple[Segment, ...]:
    """The whole list in order, cut into segments; an empty `sort` means the resource's first order."""
    once: dict[str, SortKey] = {}
    for key in sort or resource.first_sort:
        once.setdefault(key.field, key)
    keys = tuple(once.values())
    tie = SqlKey(LID, keys[-1].descending)
    return tuple(_Cut(resource, today, tie, spread).split(keys, ()))


def is_late(today: date) -> str:
    """The condition that an invoice is late."""
    return f"_due_open < '{today.isoformat()}'"


def status_sql(today: date) -> str:
    """The expression of an invoice's one status word."""
    return f"CASE WHEN {is_late(today)} THEN '{OVERDUE}' ELSE _stage END"


@dataclass(frozen=True, slots=True)
class _Cut:
    """What all segments of one order share."""

    resource: Resource
    today: date
    tie: SqlKey
    spread: Spread

    def split(self, keys: Sequence[SortKey], where: tuple[str, ...]) -> Iterator[Segment]:
        """The segments of rows that fit `where`, ordered by `keys`."""
        if not keys:
            yield _whole(where, (self.tie,))
            return
        first, rest = keys[0], keys[1:]
        plus = "+" if self.spread.free else ""
        after = tuple(sql for key in rest for sql in _further(self.resource, key, self.today))
        if first.field == "status":
            for condition in _statuses(self.today, descending=first.descending):
                free = condition.replace("_stage", "+_stage").replace("_due_open", "+_due_open")
                if rest and self.spread.holds_many(condition):
                    yield from self.split(rest, (*where, free))
                else:
                    yield _whole((*where, free if self.spread.free else condition), (*after, self.tie))
            return
        if first.field == "late":
            lead = SqlKey(f"{plus}_due_open", not first.descending)
            present, absent = f"{plus}{is_late(self.today)}", f"({is_late(self.today)}) IS NOT TRUE"
        else:
            lead = SqlKey(plus + order_column(self.resource, first.field), first.descending)
            present, absent = f"{lead.sql} IS NOT NULL", f"{lead.sql} IS NULL"
        parts = self.spread.parts(lead.sql) if rest and first.field != "late" else None
        for condition, alike in ((present, False),) if parts is None else _in_order(parts, lead):
            if alike:
                is_pair = (first.field, rest[0].field) == ("currency", self.resource.sum_field)
                own = condition.replace('+"currency"', OWN_CURRENCY) if is_pair else condition
                yield from self.split(rest, (*where, own))
            else:
                whole = _all((*where, condition))
                yield Segment(whole, (lead, *after, self.tie), _all(where) if first.field == "late" else whole)
        if not rest or self.spread.holds_many(absent):
            yield from self.split(rest, (*where, absent.replace(lead.sql, f"+{lead.sql}") if rest else absent))
        else:
            yield _whole((*where, absent), (*after, self.tie))


def _whole(where: tuple[str, ...], keys: tuple[SqlKey, ...]) -> Segment:
    return Segment(_all(where), keys, _all(where))


def _in_order(parts: Sequence[Part], lead: SqlKey) -> Sequence[Part]:
    return parts[::-1] if lead.descending else parts


def _further(resource: Resource, key: SortKey, today: date) -> tuple[SqlKey, ...]:
    """A key that is not the first: absent values last, then by value."""
    if key.field == "status":
        ranks = " ".join(f"WHEN '{word}' THEN {rank}" for rank, word in enumerate(STATUSES))
        sql, descending = f"CASE {status_sql(today)} {ranks} END", key.descending
    elif key.field == "late":
        sql, descending = f"CASE WHEN {is_late(today)} THEN _due_open END", not key.descending
    else:
        sql, descending = order_column(resource, key.field), key.descending
    return SqlKey(f"({sql} IS NULL)"), SqlKey(sql, descending)


def _statuses(today: date, *, descending: bool) -> Iterator[str]:
    """One condition per status, the most urgent first, rows of no known status last."""
    on_time = f"({is_late(today)}) IS NOT TRUE"
    words = [is_late(today) if word == OVERDUE else f"_stage = '{word}' AND {on_time}" for word in STATUSES]
    yield from reversed(words) if descending else words
    known = ", ".join(f"'{word}'" for word in STATUSES)
    yield f"(_stage IN ({known})) IS NOT TRUE AND {on_time}"


def _all(conditions: Sequence[str]) -> str:
    return " AND ".join(conditions) or "TRUE"
