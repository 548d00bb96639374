"""What a resource is for the dialect: its table, orders, filters, includes and the makers of its records.

Source: api/kantata.md section 2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic

from kworkbench.sandbox.books.model import Row
from kworkbench.sandbox.books.store import R
from kworkbench.sandbox.kantata.call import Call, Look
from kworkbench.sandbox.kantata.filters import Condition, Filter, among

Record = dict[str, object]
Maker = Callable[[R, Look], Record]


@dataclass(frozen=True, slots=True)
class Side:
    """A collection that can be side-loaded: `load` gives the records of the ids that exist, in id order."""

    name: str
    load: Callable[[Look, Sequence[int], Sequence[str]], dict[int, Record]]


@dataclass(frozen=True, slots=True)
class Include(Generic[R]):
    """An association: where its records go, the ids each row is linked to and the member that shows them.

    `member` None adds nothing (the record always carries the id); a name ending in `_ids` gets a list.
    """

    side: Side
    ids: Callable[[Look, Sequence[R]], Mapping[int, Sequence[int]]]
    member: str | None = None


@dataclass(frozen=True, slots=True)
class Collection(Generic[R]):
    """One resource. SQL fragments speak of its table by `alias`.

    Attributes:
        visible: what no parameter can bring back.
        scope: what only a list is narrowed to; gets the parameters.
        optional: members sent only when `optional_fields` names them.
        search: the columns that the `search` parameter looks into, the one that decides relevance first.
        walks: by order (`date`, or `date:desc` where it differs) the index that long lists are read along.
        prepare: reads what the records of many rows need, all at once.
    """

    name: str
    kind: type[R]
    alias: str
    record: Maker[R]
    orders: Mapping[str, str]
    default_order: str
    visible: str = "1"
    filters: Mapping[str, Filter] = field(default_factory=dict)
    includes: Mapping[str, Include[R]] = field(default_factory=dict)
    optional: Mapping[str, Callable[[R, Look], object]] = field(default_factory=dict)
    scope: Callable[[Call], Condition | None] = lambda _call: None
    search: tuple[str, ...] = ()
    walks: Mapping[str, str] = field(default_factory=dict)
    prepare: Callable[[Look, Sequence[R]], None] = lambda _look, _rows: None

    def side(self) -> Side:
        """This collection as one that others side-load."""
        return Side(self.name, self._load)

    def including(self, **includes: Include[R]) -> Collection[R]:
        """This collection with more associations."""
        return replace(self, includes={**self.includes, **includes})

    def make(self, row: R, look: Look, names: Sequence[str]) -> Record:
        """The record of a row with the optional members asked for."""
        record = self.record(row, look)
        for name in names:
            if name in self.optional:
                record[name] = self.optional[name](row, look)
        return record

    def _load(self, look: Look, ids: Sequence[int], names: Sequence[str]) -> dict[int, Record]:
        rows = look.warm(self.kind, ids)
        self.prepare(look, list(rows.values()))
        return {row_id: self.make(rows[row_id], look, names) for row_id in sorted(rows)}


def linked(read: Callable[[R], int | None]) -> Callable[[Look, Sequence[R]], dict[int, list[int]]]:
    """The ids of a to-one association that stands in a column."""

    def ids(_look: Look, rows: Sequence[R]) -> dict[int, list[int]]:
        return {row.id: [target] for row in rows if (target := read(row)) is not None}

    return ids


def linked_by(sql: str) -> Callable[[Look, Sequence[Row]], dict[int, list[int]]]:
    """The ids of a to-many association: a statement giving pairs (row, target) for the one `{}` list of row ids."""

    def ids(look: Look, rows: Sequence[Row]) -> dict[int, list[int]]:
        condition = among(sql, [row.id for row in rows])
        found: dict[int, list[int]] = {}
        for row_id, target in look.books.connection.execute(condition.sql, condition.values):
            found.setdefault(row_id, []).append(target)
        return found

    return ids


def absent(of: str | Side, member: str | None = None) -> Include[R]:
    """An association that the books keep nothing for: its collection comes, and gains nothing."""
    side = Side(of, lambda _look, _ids, _names: {}) if isinstance(of, str) else of
    return Include(side, lambda _look, _rows: {}, member)
