"""Pages by cursor: `page[after]=` begins, the link `next` goes on (api/productive.md section 3).

A list is then in the order of ids; that another sort is refused, and what a cursor looks like, is ours.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from urllib.parse import quote, urlencode

from starlette.requests import Request

from kworkbench.sandbox.productive.errors import keyset
from kworkbench.sandbox.productive.query import LARGEST_SIZE, Pairs, Term, address_of, page_of
from kworkbench.sandbox.productive.wire import Document

AFTER = "page[after]"


def after_of(pairs: Pairs, terms: Sequence[Term], by_id: str) -> int | None:
    """The id that the page begins behind; None when pages are asked for by number.

    Raises:
        ApiError: 400, a cursor beside a page number or another sort than by id, or none of ours.
    """
    asked = dict(pairs)
    if AFTER not in asked:
        return None
    if "page[number]" in asked:
        raise keyset("conflict", "page[after] and page[number] cannot be used together")
    if any(term.sql != by_id or term.descending for term in terms):
        raise keyset("unsupported_sort", "This sort is not supported with page[after]")
    return _id_in(asked[AFTER]) if asked[AFTER] else 0


def _id_in(cursor: str) -> int:
    try:
        found = urlsafe_b64decode(cursor.encode()).decode().removeprefix("id:")
    except ValueError:
        found = ""
    if not (found.isascii() and found.isdigit() and len(found) < 19):
        raise keyset("invalid_cursor", "The cursor is invalid")
    return int(found)


def cursor_links(request: Request, pairs: Pairs, last: int | None) -> Document:
    """The first page and, where there is one, the next: behind the row `last`."""
    kept = [(name, value) for name, value in pairs if name not in {AFTER, "page[size]"}]
    size, address = page_of(pairs).size, address_of(request)

    def link(cursor: str) -> str:
        return f"{address}?{urlencode([*kept, (AFTER, cursor), ('page[size]', str(size))], quote_via=quote)}"

    found: Document = {"first": link("")}
    if last is not None:
        found["next"] = link(urlsafe_b64encode(f"id:{last}".encode()).decode())
    return found


def cursor_paging(pairs: Pairs) -> Document:
    """The two paging keys of `meta`."""
    return {"page_size": page_of(pairs).size, "max_page_size": LARGEST_SIZE}
