"""Lists and single records of a resource: filters, orders and pages turned into statements.

Source: api/kantata.md section 2.1.
"""

from __future__ import annotations

from collections.abc import Sequence

from kworkbench.sandbox.books.store import R, columns
from kworkbench.sandbox.kantata.call import Call
from kworkbench.sandbox.kantata.collection import Collection, Record
from kworkbench.sandbox.kantata.envelope import PER_PAGE, Page, envelope
from kworkbench.sandbox.kantata.errors import not_found, unreadable
from kworkbench.sandbox.kantata.filters import Condition, Value, among, boolean, ids_of, like

MAX_PER_PAGE = 200
WALKED_FROM = 4000
"""From so many matches on, a page is read along the order's index; fewer are found first and sorted then."""

_MAX_OFFSET = 2**62


def list_rows(of: Collection[R], call: Call) -> Record:
    """The envelope of a list: default filters, filters, order and paging applied.

    Raises:
        Refusal: a parameter that cannot be read.
    """
    conditions = [Condition(of.visible), *_conditions(of, call), *_search(of, call)]
    if scope := of.scope(call):
        conditions.append(scope)
    only = call.params.get("only")
    if only is not None:
        conditions.append(among(f"{of.alias}.id IN {{}}", ids_of(call.params.words("only"))))
    page = _page(call, whole=only is not None)
    count = _count(of, call, conditions)
    ids = _ids(of, call, conditions, page, count) if count else []
    found = call.books.many(of.kind, ids)
    return envelope(of, call, [found[row_id] for row_id in ids], count=count, page=page)


def show_row(of: Collection[R], call: Call) -> Record:
    """The envelope of one row; rows that default filters hide are not found (api/kantata.md section 2.2).

    Raises:
        Refusal: no such row.
    """
    where, values = _where(
        [Condition(f"{of.alias}.id = ?", (call.row_id,)), Condition(of.visible), *_conditions(of, call)]
    )
    sql = f"SELECT {columns(of.kind, of.alias)} FROM {of.kind.TABLE} {of.alias} WHERE {where}"  # noqa: S608 - names of ours
    rows = call.books.read(of.kind, sql, values)
    if not rows:
        raise not_found()
    return envelope(of, call, rows)


def _where(conditions: Sequence[Condition]) -> tuple[str, list[Value]]:
    sql = " AND ".join(f"({condition.sql})" for condition in conditions)
    return sql, [value for condition in conditions for value in condition.values]


def _count(of: Collection[R], call: Call, conditions: Sequence[Condition]) -> int:
    """How many rows fit. What few rows have is quicker counted than what most rows lack."""
    lack = next((condition for condition in conditions if condition.opposite), None)
    if lack is not None:
        rest = [condition for condition in conditions if condition is not lack]
        having = Condition(lack.opposite, lack.values)
        return _count(of, call, rest) - _count(of, call, [*rest, having])
    where, values = _where(conditions)
    return call.books.scalar(f"SELECT count(*) FROM {of.kind.TABLE} {of.alias} WHERE {where}", values)  # noqa: S608


def _ids(of: Collection[R], call: Call, conditions: Sequence[Condition], page: Page, count: int) -> list[int]:
    """The ids of the page in order. Ids first: an index alone can skip to a late page, whole rows cannot."""
    where, values = _where(conditions)
    name, way = _order(of, call)
    walk = of.walks.get(f"{name}:{way.lower()}", of.walks.get(name))
    by, source = f"{of.orders[name]} {way}", f"{of.kind.TABLE} {of.alias}"
    if walk and count >= WALKED_FROM:
        source += f" INDEXED BY {walk}"
    elif walk:
        by = f"+{by}"
    limit = "" if page.size is None else f" LIMIT {page.size} OFFSET {page.offset}"
    if relevance := _relevance(of, call):
        by, values = f"{relevance.sql}, {by}", [*values, *relevance.values]
    sql = f"SELECT {of.alias}.id FROM {source} WHERE {where} ORDER BY {by}, {of.alias}.id ASC{limit}"  # noqa: S608
    return [int(row[0]) for row in call.books.connection.execute(sql, values)]


def _conditions(of: Collection[R], call: Call) -> list[Condition]:
    found: list[Condition] = []
    defaults = boolean("apply_default_filters", call.params.get("apply_default_filters") or "true")
    for name, one in of.filters.items():
        default = one.default if defaults and not (one.unless and call.params.get(one.unless)) else None
        value = call.params.get(name) or default
        condition = one.read(name, value, call.look) if value is not None else None
        if condition is not None:
            found.append(condition)
    return found


def _search(of: Collection[R], call: Call) -> list[Condition]:
    search = call.params.get("search")
    if search is None:
        return []
    if not of.search:
        raise unreadable(f"Search is not available for {of.name}.")
    pattern = f"%{like(search.casefold())}%"
    sql = " OR ".join(f"fold({column}) LIKE ? ESCAPE '\\'" for column in of.search)
    return [Condition(sql, (pattern,) * len(of.search))]


def _relevance(of: Collection[R], call: Call) -> Condition | None:
    """What a search sorts by (ours): texts that begin with the words, then those with a word that does, then others."""
    search = call.params.get("search")
    if search is None:
        return None
    text, column = like(search.casefold()), f"fold({of.search[0]})"
    sql = f"CASE WHEN {column} LIKE ? ESCAPE '\\' THEN 0 WHEN {column} LIKE ? ESCAPE '\\' THEN 1 ELSE 2 END"
    return Condition(sql, (f"{text}%", f"% {text}%"))


def _order(of: Collection[R], call: Call) -> tuple[str, str]:
    """The name of the order and ASC or DESC; a search is not ordered by anything else than relevance."""
    asked = call.params.get("order") if call.params.get("search") is None else None
    name, _, direction = (asked or of.default_order).partition(":")
    if name not in of.orders:
        name, _, direction = of.default_order.partition(":")
    return name, "DESC" if direction.strip().lower() == "desc" else "ASC"


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
