"""Lists and shows, the same for every type."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from starlette.responses import Response

from kworkbench.sandbox.books.store import R
from kworkbench.sandbox.productive.assembly import Assembly
from kworkbench.sandbox.productive.call import Call
from kworkbench.sandbox.productive.cursors import after_of, cursor_links, cursor_paging
from kworkbench.sandbox.productive.errors import record_not_found
from kworkbench.sandbox.productive.filters import Sql, conditions
from kworkbench.sandbox.productive.listing import Listing
from kworkbench.sandbox.productive.loaded import minor_ratio
from kworkbench.sandbox.productive.pages import read_after, read_page
from kworkbench.sandbox.productive.query import aggregates_of, links, order_of, page_of, paging, wishes_of
from kworkbench.sandbox.productive.wire import Document, answer


def list_rows(listing: Listing, call: Call) -> Response:
    """One page of a list. Without `sort` it goes by id ascending (ours)."""
    asked = conditions(call.pairs, listing.filters, call.setting())
    terms = order_of(call.pairs, listing.sorts)
    wanted = aggregates_of(call.pairs, listing.aggregates)
    assembly = Assembly(call.context, listing.kind, wishes_of(call.pairs))
    figures: Document = {"aggregates": _sums(listing, call, wanted, asked)} if wanted else {}
    after = after_of(call.pairs, terms, f"{listing.alias}.id")
    page = page_of(call.pairs)
    if after is not None:
        ids, more = read_after(call.books, listing, asked, after, page.size)
        around = cursor_links(call.request, call.pairs, ids[-1] if more else None), cursor_paging(call.pairs)
    else:
        ids, total = read_page(call.books, listing, asked, terms, page)
        around = links(call.request, call.pairs, page, total), paging(page, total)
    rows = call.books.many(listing.kind.row, ids)
    return answer(assembly.collection([rows[row_id] for row_id in ids if row_id in rows], *around, figures))


def _sums(listing: Listing, call: Call, names: Sequence[str], asked: Sql) -> Document:
    """Sums over the whole list, each row converted on its own as its resource shows it (ours)."""
    default = call.books.organization().default_currency
    found: Document = {}
    for name in names:
        money = listing.aggregates[name]
        parts = f"{money.amount}, {money.currency}, {money.rate}"
        source = listing.source(asked.text, parts, index="" if asked.selective else listing.narrow)
        rows = call.books.connection.execute(f"SELECT {parts} {source}", asked.values)
        total, converted = _totals(rows, default)
        found[name] = {"amount": total, "amount_default": converted, "currency_default": default}
    return found


def _totals(rows: Iterable[tuple[int, str, str]], default: str) -> tuple[int, int]:
    """The sum of amounts of their currencies, and of what each is in the default currency."""
    ratios: dict[tuple[str, str], tuple[int, int]] = {}
    total = converted = 0
    for minor, currency, rate in rows:
        total += minor
        if (ratio := ratios.get((currency, rate))) is None:
            ratio = ratios[currency, rate] = minor_ratio(currency, default, rate)
        product = minor * ratio[0]
        rounded = (2 * abs(product) + ratio[1]) // (2 * ratio[1])
        converted += rounded if product > 0 else -rounded
    return total, converted


def show_row(listing: Listing, call: Call) -> Response:
    """One resource."""
    assembly = Assembly(call.context, listing.kind, wishes_of(call.pairs))
    return answer(assembly.single(shown_row(listing, listing.kind.row, call, call.row_id())))


def shown_row(listing: Listing, kind: type[R], call: Call, row_id: int) -> R:
    """A row that this dialect shows; `kind` is the listing's own.

    Raises:
        ApiError: 404.
    """
    sql = f"SELECT count(*) {listing.source(f'{listing.alias}.id = ?')}"
    row = call.books.one(kind, row_id) if call.books.scalar(sql, (row_id,)) else None
    if row is None:
        raise record_not_found()
    return row
