"""Counts, sums and facets of a list, read in a worker thread with a reader of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from kworkbench.domain.catalog import Resource, SortKey, ValueType
from kworkbench.domain.numbers import NumberStyle
from kworkbench.domain.query import Query
from kworkbench.domain.rowset import RowSet
from kworkbench.domain.views import DUPLICATES
from kworkbench.lean import dataclass, replace
from kworkbench.store.sums import TooManyGroupsError
from kworkbench.ui.widgets.columns import Measures

if TYPE_CHECKING:
    from kworkbench.store.duplicates import Pair
    from kworkbench.store.grouping import GroupRow
    from kworkbench.store.reader import Facet, Reader, Sum


@dataclass(frozen=True, slots=True)
class Stopped:
    """A payment that is in no sum of invoices: `word` is its state, `minor` its amount."""

    invoice_lid: str
    word: str
    minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Counted:
    """How many rows match, of how many there are."""

    rows: int
    total: int


@dataclass(frozen=True, slots=True)
class Summed:
    """What the rows add up to, what is in no sum by word, and amounts of refused, conflicting and unclear changes."""

    sums: tuple[Sum, ...]
    left_out: tuple[tuple[str, int], ...]
    aside: tuple[Sum, ...] = ()


@dataclass(frozen=True, slots=True)
class Widest:
    """The widest amounts of the whole result, so that no column jumps while scrolling."""

    measures: Measures


@dataclass(frozen=True, slots=True)
class Faceted:
    """What each choice of the sidebar would show."""

    facets: tuple[Facet, ...]


@dataclass(frozen=True, slots=True)
class Selected:
    """How many rows are marked, how many of them are not in view, and what they add up to."""

    marked: int
    hidden: int
    sums: tuple[Sum, ...]


@dataclass(frozen=True, slots=True)
class Grouped:
    """The heads of a grouped list."""

    groups: tuple[GroupRow, ...]


@dataclass(frozen=True, slots=True)
class NotGrouped:
    """The list cannot be grouped so; a sentence says why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Viewed:
    """How many rows each saved view has, by its name."""

    rows: tuple[tuple[str, int], ...]


Figure = Counted | Summed | Widest | Faceted | Grouped | NotGrouped | Viewed

FAR = 10_000
"""Lists of more rows are given anchors."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose figures are read; `views` are counted by name, `by` groups the rows, of which `apart` are no duplicates.

    `stopped` are payments that were refused, conflict or are unclear, whose invoices are listed.
    """

    resource: Resource
    query: Query
    style: NumberStyle
    views: Sequence[tuple[str, Query]] = ()
    by: str = ""
    apart: Collection[Pair] = ()
    stopped: tuple[Stopped, ...] = ()


def read_figures(reader: Reader, asked: Asked) -> Iterator[Figure]:
    """The figures of a query, what is needed first first; the caller stops asking when they are stale."""
    resource, query, by = asked.resource, asked.query, asked.by
    try:
        heads = reader.groups(resource, query, by, asked.apart) if by else ()
    except TooManyGroupsError as problem:
        yield NotGrouped(str(problem))
        return
    chosen = RowSet.of(number for head in heads for number in head.members) if by == DUPLICATES else None
    yield Counted(reader.count(resource, query, chosen), reader.total(resource))
    if by:
        yield Grouped(heads)
    sums = reader.sums(resource, query, chosen)
    yield Summed(sums, reader.left_out(resource, query, chosen), _aside(reader, asked, chosen))
    yield Widest(_widest(reader, resource, query, [each.currency for each in sums], asked.style))
    yield Faceted(reader.facets(resource, query))
    if asked.views:
        yield Viewed(tuple((name, reader.count(resource, each)) for name, each in asked.views))


def _widest(
    reader: Reader, resource: Resource, query: Query, currencies: Iterable[str], style: NumberStyle
) -> Measures:  # fmt: skip
    """Asks the order of each amount for its two ends, which an index answers."""
    measures = Measures()
    listed = [each.name for each in resource.fields if each.type is ValueType.AMOUNT and each.name in resource.order]
    for name in listed:
        for descending in (True, False):
            window = reader.rows(resource, replace(query, sort=(SortKey(name, descending),)))
            for row in window.fetch(0, 1):
                measures.see_amount(name, row.values.get(name), row.values.get("currency"), style)
        for currency in currencies:
            measures.see_amount(name, 0, currency, style)
    return measures


def read_selection(reader: Reader, resource: Resource, query: Query, marked: RowSet) -> Selected:
    """What the marked rows add up to, and how many of them the query does not show."""
    found = reader.chosen(resource, query, marked)
    return Selected(found.rows, found.not_in_view, found.sums)


def stopped_sums(reader: Reader, resource: Resource, query: Query, stopped: Sequence[Stopped]) -> tuple[Sum, ...]:
    """Payments of listed invoices that were refused, conflict or are unclear, by word and currency."""
    from kworkbench.store.reader import Sum  # noqa: PLC0415 - behind the first frame

    totals: dict[tuple[str, str], tuple[int, int]] = {}
    for one in stopped:
        if reader.fits(resource, query, one.invoice_lid):
            minor, rows = totals.get((one.word, one.currency), (0, 0))
            totals[one.word, one.currency] = minor + one.minor, rows + 1
    return tuple(
        Sum("amount", currency, minor, minor, rows, pending=False, label=word)
        for (word, currency), (minor, rows) in sorted(totals.items())
    )


def _aside(reader: Reader, asked: Asked, chosen: RowSet | None) -> tuple[Sum, ...]:
    """Amounts that no sum holds because a change was refused, conflicts or is unclear."""
    rows = reader.set_aside(asked.resource, asked.query, chosen)
    stopped = stopped_sums(reader, asked.resource, asked.query, asked.stopped)
    return (*(each for each in rows if each.label in _STOPPED), *stopped)


_STOPPED = ("refused", "conflict", "unclear")
