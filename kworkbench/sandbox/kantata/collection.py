"""What a resource is for the dialect - its table, orders, filters, includes - and the envelope made from that.

Source: api/kantata.md section 2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic

from kworkbench.sandbox.books.model import Row
from kworkbench.sandbox.books.store import R, columns
from kworkbench.sandbox.kantata.call import Call, Look
from kworkbench.sandbox.kantata.errors import not_found, unreadable
from kworkbench.sandbox.kantata.filters import Condition, Filter, Value, among, ids_of, like

Record = dict[str, object]
Maker = Callable[[R, Look], Record]

PER_PAGE = 20
MAX_PER_PAGE = 200
_MAX_OFFSET = 2**62


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
        search: the condition of the `search` parameter, with one `?` per pattern; None where it is not available.
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
    search: str | None = None

    def side(self) -> Side:
        """This collection as one that others side-load."""
        return Side(self.name, self._load)

    def make(self, row: R, look: Look, names: Sequence[str]) -> Record:
        """The record of a row with the optional members asked for."""
        record = self.record(row, look)
        for name in names:
            if name in self.optional:
                record[name] = self.optional[name](row, look)
        return record

    def _load(self, look: Look, ids: Sequence[int], names: Sequence[str]) -> dict[int, Record]:
        rows = look.warm(self.kind, ids)
        return {row_id: self.make(rows[row_id], look, names) for row_id in sorted(rows)}


@dataclass(frozen=True, slots=True)
class Page:
    """Which rows of a list are asked for; `size` None asks for all of them."""

    number: int
    size: int | None
    offset: int
    shown_size: int


def list_rows(of: Collection[R], call: Call) -> Record:
    """The envelope of a list: default filters, filters, order and paging applied.

    Raises:
        Refusal: a parameter that cannot be read.
    """
    conditions = [Condition(of.visible), *_conditions(of, call)]
    if scope := of.scope(call):
        conditions.append(scope)
    only = call.params.get("only")
    if only is not None:
        conditions.append(among(f"{of.alias}.id IN {{}}", ids_of(call.params.words("only"))))
    page = _page(call, whole=only is not None)
    where = " AND ".join(f"({condition.sql})" for condition in conditions)
    values: list[Value] = [value for condition in conditions for value in condition.values]
    source = f"FROM {of.kind.TABLE} {of.alias} WHERE {where}"
    count = call.books.scalar(f"SELECT count(*) {source}", values)
    limit = "" if page.size is None else f" LIMIT {page.size} OFFSET {page.offset}"
    # Ids first: an index alone can skip to a late page, whole rows cannot.
    sql = f"SELECT {of.alias}.id {source} ORDER BY {_order(of, call)}{limit}"
    ids = [int(row[0]) for row in call.books.connection.execute(sql, values)]
    found = call.books.many(of.kind, ids)
    return envelope(of, call, [found[row_id] for row_id in ids], count=count, page=page)


def show_row(of: Collection[R], call: Call) -> Record:
    """The envelope of one row; rows that default filters hide are not found (api/kantata.md section 2.2).

    Raises:
        Refusal: no such row.
    """
    conditions = [Condition(f"{of.alias}.id = ?", (call.row_id,)), Condition(of.visible), *_conditions(of, call)]
    where = " AND ".join(f"({condition.sql})" for condition in conditions)
    values = [value for condition in conditions for value in condition.values]
    sql = f"SELECT {columns(of.kind, of.alias)} FROM {of.kind.TABLE} {of.alias} WHERE {where}"  # noqa: S608 - names of ours
    rows = call.books.read(of.kind, sql, values)
    if not rows:
        raise not_found()
    return envelope(of, call, rows)


def envelope(
    of: Collection[R], call: Call, rows: Sequence[R], *, count: int | None = None, page: Page | None = None
) -> Record:
    """The reply for these rows; without `count` they are all there is, as after a write."""
    count = len(rows) if count is None else count
    page = page or Page(1, None, 0, PER_PAGE)
    names = call.params.words("optional_fields")
    records = {str(row.id): of.make(row, call.look, names) for row in rows}
    sides = _sides(of, call, rows, records, names)
    own = records | sides.pop(of.name, {})
    return {
        "count": count,
        "results": [{"key": of.name, "id": str(row.id)} for row in rows],
        of.name: own,
        "meta": _meta(count, page),
        **sides,
    }


def _sides(
    of: Collection[R], call: Call, rows: Sequence[R], records: dict[str, Record], names: Sequence[str]
) -> dict[str, dict[str, Record]]:
    wanted: dict[str, tuple[Side, set[int]]] = {}
    for word in dict.fromkeys(call.params.words("include")):
        if word not in of.includes:
            continue
        include = of.includes[word]
        linked = include.ids(call.look, rows)
        ids = wanted.setdefault(include.side.name, (include.side, set()))[1]
        for row in rows:
            found = linked.get(row.id, ())
            ids.update(found)
            if include.member:
                records[str(row.id)][include.member] = _link(include.member, found)
    return {
        name: {str(row_id): record for row_id, record in side.load(call.look, sorted(ids), names).items()}
        for name, (side, ids) in wanted.items()
    }


def _link(member: str, ids: Sequence[int]) -> object:
    if member.endswith("_ids"):
        return [str(row_id) for row_id in ids]
    return str(ids[0]) if ids else None


def _conditions(of: Collection[R], call: Call) -> list[Condition]:
    found: list[Condition] = []
    for name, one in of.filters.items():
        default = None if one.unless and call.params.get(one.unless) else one.default
        value = call.params.get(name) or default
        condition = one.read(name, value, call.look) if value is not None else None
        if condition is not None:
            found.append(condition)
    search = call.params.get("search")
    if search is not None:
        if of.search is None:
            raise unreadable(f"Search is not available for {of.name}.")
        pattern = f"%{like(search)}%"
        found.append(Condition(of.search, (pattern,) * of.search.count("?")))
    return found


def _order(of: Collection[R], call: Call) -> str:
    name, _, direction = (call.params.get("order") or of.default_order).partition(":")
    if name not in of.orders:
        name, _, direction = of.default_order.partition(":")
    way = "DESC" if direction.strip().lower() == "desc" else "ASC"
    return f"{of.orders[name]} {way}, {of.alias}.id ASC"


def _page(call: Call, *, whole: bool) -> Page:
    params = call.params
    asked = params.whole("per_page", PER_PAGE)
    size = PER_PAGE if asked < 1 else min(asked, MAX_PER_PAGE)
    if whole:
        return Page(1, None, 0, size)
    if params.get("limit") is not None and params.get("offset") is not None:
        limit = min(max(params.whole("limit", 1), 1), MAX_PER_PAGE)
        offset = min(max(params.whole("offset", 0), 0), _MAX_OFFSET)
        return Page(offset // limit + 1, limit, offset, limit)
    number = max(params.whole("page", 1), 1)
    return Page(number, size, min((number - 1) * size, _MAX_OFFSET), size)


def _meta(count: int, page: Page) -> dict[str, int]:
    pages = 1 if page.size is None else -(-count // page.shown_size)
    return {
        "count": count,
        "page_count": pages if count else 0,
        "page_number": page.number if count else 0,
        "page_size": page.shown_size,
    }


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
