"""Counts, sums and facets of a list, read in a worker thread with a reader of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

from kworkbench.domain.catalog import Resource, SortKey, ValueType
from kworkbench.domain.numbers import NumberStyle
from kworkbench.domain.query import Query
from kworkbench.domain.rowset import RowSet
from kworkbench.domain.views import DUPLICATES
from kworkbench.lean import dataclass, replace
from kworkbench.sparing import give_back
from kworkbench.ui.widgets.columns import Measures

if TYPE_CHECKING:
    from kworkbench.store.grouping import GroupRow
    from kworkbench.store.paths import Anchors
    from kworkbench.store.reader import Facet, Reader, Sum


@dataclass(frozen=True, slots=True)
class Counted:
    """How many rows match, of how many there are."""

    rows: int
    total: int


@dataclass(frozen=True, slots=True)
class Summed:
    """What the rows add up to, and what is not in the sums."""

    sums: tuple[Sum, ...]
    left_out: tuple[tuple[str, int], ...]


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
class Viewed:
    """How many rows each saved view has, by its name."""

    rows: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Anchored:
    """Places of the whole list, so that jumps read few rows."""

    anchors: Anchors


Figure = Counted | Summed | Widest | Faceted | Grouped | Anchored | Viewed

FAR = 10_000
"""Lists of more rows are given anchors."""


class Reading:
    """The readers at work in threads for one purpose. What they read can be called off from another thread."""

    def __init__(self, open_reader: Callable[[], Reader]) -> None:
        self._open = open_reader
        self._lock = Lock()
        self._at_work: set[Reader] = set()

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        """A reader for this thread, closed at the end."""
        reader = self._open()
        with self._lock:
            self._at_work.add(reader)
        try:
            yield reader
        finally:
            with self._lock:
                self._at_work.discard(reader)
            reader.close()
        give_back()  # not where it was called off: the next read is under way

    def call_off(self) -> None:
        """What is read now is not wanted any more: it ends with `ReadInterruptedError`."""
        with self._lock:
            for reader in self._at_work:
                reader.interrupt()


def read_figures(
    reader: Reader,
    resource: Resource,
    query: Query,
    style: NumberStyle,
    views: Sequence[tuple[str, Query]] = (),
    generation: int = 0,
    by: str = "",
) -> Iterator[Figure]:
    """The figures of a query, what is needed first first; the caller stops asking when they are stale.

    `generation` is that of the window that takes the anchors; `by` groups the rows.
    """
    heads = reader.groups(resource, query, by) if by else ()
    chosen = RowSet.of(number for head in heads for number in head.members) if by == DUPLICATES else None
    counted = Counted(reader.count(resource, query, chosen), reader.total(resource))
    yield counted
    if by:
        yield Grouped(heads)
    sums = reader.sums(resource, query, chosen)
    yield Summed(sums, reader.left_out(resource, query, chosen))
    yield Widest(_widest(reader, resource, query, [each.currency for each in sums], style))
    yield Faceted(reader.facets(resource, query))
    if counted.rows > FAR:
        yield Anchored(reader.anchors(resource, query, generation))
    if views:
        yield Viewed(tuple((name, reader.count(resource, each)) for name, each in views))


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
