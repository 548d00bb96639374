"""The query string: pages, sort keys, includes and fields (api/productive.md sections 2 to 4)."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from starlette.requests import Request

from kworkbench.sandbox.productive.assembly import Wishes
from kworkbench.sandbox.productive.errors import unsupported
from kworkbench.sandbox.productive.wire import Document

DEFAULT_SIZE = 30
LARGEST_SIZE = 200
LAST_PAGE = 10**12
"""A greater page number acts as the default (ours): its offset would not fit into 64 bits."""

_NUMBER = re.compile(r"[0-9]{1,13}")
_FIELDS = re.compile(r"fields\[([a-z_]+)\]")

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Page:
    """The page asked for; numbers count from 1."""

    number: int
    size: int

    @property
    def offset(self) -> int:
        """How many rows come before it."""
        return (self.number - 1) * self.size


@dataclass(frozen=True, slots=True)
class Term:
    """One key of an order: its SQL and its direction."""

    sql: str
    descending: bool

    def text(self, *, unindexed: bool = False) -> str:
        """As a term of ORDER BY: nulls last ascending and first descending (ours).

        `unindexed` keeps SQLite from walking an index of the key, as it would have to look up every row on the way to
        the few that fit.
        """
        return f"{'+' * unindexed}{self.sql} {'DESC NULLS FIRST' if self.descending else 'ASC NULLS LAST'}"


def page_of(pairs: Pairs) -> Page:
    """The page; what is no number or below 1 acts as the default, a larger size is cut to 200 (ours)."""
    asked = dict(pairs)
    number = _whole(asked.get("page[number]")) or 1
    size = _whole(asked.get("page[size]")) or DEFAULT_SIZE
    return Page(number if number <= LAST_PAGE else 1, min(size, LARGEST_SIZE))


def _whole(text: str | None) -> int:
    return int(text) if text and _NUMBER.fullmatch(text) else 0


def paging(page: Page, total: int) -> Document:
    """The five paging keys of `meta`; no rows make 0 pages (ours)."""
    return {
        "current_page": page.number,
        "total_pages": pages(page, total),
        "total_count": total,
        "page_size": page.size,
        "max_page_size": LARGEST_SIZE,
    }


def pages(page: Page, total: int) -> int:
    """How many pages `total` rows fill."""
    return -(-total // page.size)


def links(request: Request, pairs: Pairs, page: Page, total: int) -> Document:
    """First, last and, where there is one, next and prev: on the request's own host, other parameters kept first."""
    kept = [(name, value) for name, value in pairs if name not in {"page[number]", "page[size]"}]
    address = address_of(request)
    count = pages(page, total)

    def link(number: int) -> str:
        query = [*kept, ("page[number]", str(number)), ("page[size]", str(page.size))]
        return f"{address}?{urlencode(query, quote_via=quote)}"

    found: Document = {"first": link(1), "last": link(max(count, 1))}
    if page.number < count:
        found["next"] = link(page.number + 1)
    if page.number > 1:
        found["prev"] = link(min(page.number - 1, max(count, 1)))
    return found


def address_of(request: Request) -> str:
    """The address of a request without its query, on the host it was sent to."""
    return f"{request.scope['scheme']}://{request.headers.get('host', '')}{quote(request.scope['path'])}"


def order_of(pairs: Pairs, columns: Mapping[str, str]) -> list[Term]:
    """What `sort` asks for; twenty keys at most (ours).

    Raises:
        ApiError: 400, a key that `columns` does not know.
    """
    terms = []
    for key in _commas(dict(pairs).get("sort", "")):
        name = key.removeprefix("-")
        if name not in columns:
            raise unsupported("Sort", f"Sort by '{name}' is not supported on this endpoint")
        terms.append(Term(columns[name], descending=key.startswith("-")))
    return terms[:20]


def aggregates_of(pairs: Pairs, known: Container[str]) -> list[str]:
    """The sums that `aggregate` (or `aggregates`) names (section 5, ours).

    Raises:
        ApiError: 400, a name that is not `known`.
    """
    asked = dict(pairs)
    names = [*_commas(asked.get("aggregate", "")), *_commas(asked.get("aggregates", ""))]
    for name in names:
        if name not in known:
            raise unsupported("Aggregate", f"Aggregate '{name}' is not supported on this endpoint")
    return list(dict.fromkeys(names))


def wishes_of(pairs: Pairs) -> Wishes:
    """Include paths and sparse fields; an empty include is as none, unknown field names are ignored (ours)."""
    fields = {
        found[1]: frozenset(_commas(value)) for name, value in pairs if (found := _FIELDS.fullmatch(name)) is not None
    }
    return Wishes(tuple(_commas(dict(pairs).get("include", ""))), fields)


def _commas(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
