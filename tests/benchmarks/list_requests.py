"""Every list of the sandbox with every filter, operation and order, each alone, as requests.

They come from the sandbox's own tables, so that none can be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from kworkbench.sandbox.books.store import Books
from kworkbench.sandbox.kantata.app import ROUTES
from kworkbench.sandbox.kantata.collection import Collection
from kworkbench.sandbox.kantata.listing import list_rows
from kworkbench.sandbox.productive.filter_table import OPERATIONS, Filter, Kind
from kworkbench.sandbox.productive.listing import Listing
from kworkbench.sandbox.productive.picker_tables import LISTINGS
from tests.benchmarks.list_values import ABSENT, KANTATA, RANGES, parts_of, spread, values_of

T = TypeVar("T", bound=tuple[Any, ...])

PAGE = 200
SINGLE, SLOWER = 50.0, 200.0
"""Milliseconds that a single filter or an order may take, and a `contains`, a group or a sum."""

CONTAINS = ("contains", "not_contain")


@dataclass(frozen=True, slots=True)
class ListRequest:
    """One list to ask for; `limit` in milliseconds. `what` names the filter or order that it is about."""

    vendor: str
    resource: str
    what: str
    query: str
    limit: float = SINGLE

    @property
    def path(self) -> str:
        """Path and query."""
        return f"{'/api/v1' if self.vendor == 'kantata' else '/api/v2'}/{self.resource}?{self.query}"


def collections() -> dict[str, Collection[Any]]:
    """Kantata's lists by name."""
    found = {}
    for path, methods in ROUTES.items():
        handler = methods.get("GET")
        if getattr(handler, "func", None) is list_rows:
            found[path.removeprefix("/")] = handler.args[0]  # type: ignore[union-attr]  # it is a partial
    return found


def singles(books: Books) -> Iterator[ListRequest]:
    """Each filter and each order by itself, the plain list, and its last page."""
    for name, collection in collections().items():
        asked = [*_kantata_filters(books, collection), *_kantata_orders(collection)]
        yield from (ListRequest("kantata", name, what, f"per_page={PAGE}{query}") for what, query in asked)
    for name, listing in LISTINGS.items():
        for what, query, limit in (*_productive_filters(books, listing), *_productive_orders(books, listing)):
            yield ListRequest("productive", name, what, _productive_query(query), limit)
    for query in _groups(books):
        yield ListRequest("productive", "expenses", "group", _productive_query(query), SLOWER)


def crossed(books: Books) -> Iterator[ListRequest]:
    """Each filter and operation, with its commonest value, with each order of the three lists that grow, downwards."""
    for name in ("expenses", "invoices", "external_payments"):
        collection = collections()[name]
        orders = [pair for pair in _kantata_orders(collection) if pair[0].startswith("order ") and "desc" in pair[0]]
        for (what, query), (order, by) in product(_first_of_each(_kantata_filters(books, collection)), orders):
            yield ListRequest("kantata", name, f"{what}, {order}", f"per_page={PAGE}{query}{by}")
    for name in ("expenses", "invoices", "payments"):
        listing = LISTINGS[name]
        sorts = [one for one in _productive_orders(books, listing) if one[0].startswith("sort -")]
        filters = _first_of_each(_productive_filters(books, listing))
        for (what, asked, limit), (sort, by_key, _) in product(filters, sorts):
            yield ListRequest("productive", name, f"{what}, {sort}", _productive_query(asked | by_key), limit)


def _first_of_each(asked: Iterable[T]) -> list[T]:
    """The first value of each filter and operation."""
    found: dict[str, T] = {}
    for one in asked:
        found.setdefault(one[0].partition("=")[0], one)
    return list(found.values())


def _productive_query(query: Mapping[str, str]) -> str:
    return urlencode({"page[size]": str(PAGE), **query}, quote_via=quote)


def _kantata_filters(books: Books, collection: Collection[Any]) -> Iterator[tuple[str, str]]:
    for param in collection.filters:
        for value in _kantata_values(books, collection, param):
            yield f"{param}={value}", "&" + urlencode({param: value})
    if collection.search:
        yield "search=a", "&search=a"
        yield "search=zzzz", "&search=zzzz"


def _kantata_values(books: Books, collection: Collection[Any], param: str) -> list[str]:
    if param in RANGES:
        days = sorted(spread(books, RANGES[param]))
        return [f"{days[1]}:{days[-2]}", f"{days[-2]}:", f":{days[1]}", f"{days[2]}:{days[2]}"]
    source = KANTATA.get(f"{collection.name}.{param}", KANTATA.get(param))
    if source is None:
        return ["true", "false"]
    found = spread(books, source.format(table=collection.kind.TABLE))
    more = ["true", "false"] if param == "in_active_invoice_id" else []
    return [*found, *([",".join(found)] if param.endswith("s") else []), *more]


def _kantata_orders(collection: Collection[Any]) -> Iterator[tuple[str, str]]:
    yield "plain", ""
    yield "last page", "&page=100000"
    for order, way in product(collection.orders, ("asc", "desc")):
        yield f"order {order}:{way}", f"&order={order}:{way}"
        yield f"late page by {order}:{way}", f"&order={order}:{way}&page=300"
    for include in collection.includes:
        yield f"include {include}", f"&include={include}"


def _productive_filters(books: Books, listing: Listing) -> Iterator[tuple[str, dict[str, str], float]]:
    for name, one in listing.filters.items():
        values = values_of(books, listing, name, one)
        for operation in sorted(OPERATIONS[one.kind]) if one.fixed is None else [""]:
            for value in _for_operation(one, operation, values):
                step = f"[{operation}]" if operation else ""
                key = "[1]" if one.kind is Kind.CUSTOM else ""
                limit = SLOWER if operation in CONTAINS else SINGLE
                yield f"{name}{step}={value}", {f"filter[{name}]{key}{step}": value}, limit


def _for_operation(one: Filter, operation: str, values: list[str]) -> Sequence[str]:
    if operation in CONTAINS or (one.fixed == "contains" and not one.days):
        return parts_of(values)
    if one.kind is Kind.ID and operation == "eq" and len(values) > 2:
        return [*values, ",".join(values)]
    return values if operation not in {"not_eq", "gt", "lt_eq"} else values[:2] + values[-1:]


def _productive_orders(books: Books, listing: Listing) -> Iterator[tuple[str, dict[str, str], float]]:
    yield "plain", {}, SINGLE
    yield "last page", {"page[number]": "100000"}, SINGLE
    for key, sign in product(listing.sorts, ("", "-")):
        yield f"sort {sign}{key}", {"sort": f"{sign}{key}"}, SINGLE
        yield f"late page by {sign}{key}", {"sort": f"{sign}{key}", "page[number]": "300"}, SINGLE
    for relation in listing.kind.relations:
        yield f"include {relation.name}", {"include": relation.name}, SINGLE
    for name in listing.aggregates:
        yield f"aggregate {name}", {"aggregate": name}, SLOWER


def _groups(books: Books) -> Iterator[dict[str, str]]:
    """Groups over the longest list: few, half and nearly all rows, one within another, a search in one."""
    middle = spread(books, "SELECT date FROM expenses")[3]
    either = {"filter[$op]": "or", "filter[0][name][contains]": "e", "filter[1][amount][gt]": "10000"}
    within = {"filter[1][$op]": "and", "filter[1][0][date][lt]": middle, "filter[1][1][name][not_contain]": "taxi"}
    yield either
    yield either | {"filter[2][section_name][contains]": "zzzz", "filter[3][full_query]": "hotel"}
    yield {"filter[$op]": "and", "filter[0][approval_status]": "1"} | within
    yield {"filter[$op]": "or", "filter[0][approval_status]": "1"} | within
    yield {"filter[$op]": "or", "filter[0][fuzzy_dates]": ABSENT[Kind.DATE], "filter[1][fuzzy_people]": "zzzz"}
