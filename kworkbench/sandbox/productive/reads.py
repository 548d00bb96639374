"""Lists and shows, the same for every type."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.responses import Response

from kworkbench.sandbox.books.store import R
from kworkbench.sandbox.productive.assembly import Assembly
from kworkbench.sandbox.productive.call import Call
from kworkbench.sandbox.productive.errors import record_not_found
from kworkbench.sandbox.productive.filters import EVERYTHING, Sql, conditions
from kworkbench.sandbox.productive.listing import Listing
from kworkbench.sandbox.productive.loaded import Loaded
from kworkbench.sandbox.productive.query import aggregates_of, links, order_of, page_of, paging, wishes_of
from kworkbench.sandbox.productive.wire import Document, answer


def list_rows(listing: Listing, call: Call) -> Response:
    """One page of a list. Without `sort` it goes by id ascending (ours)."""
    asked = conditions(call.pairs, listing.filters, call.setting())
    order = order_of(call.pairs, listing.sorts, f"{listing.alias}.id ASC", narrowed=asked != EVERYTHING)
    wanted = aggregates_of(call.pairs, listing.aggregates)
    assembly = Assembly(call.context, listing.kind, wishes_of(call.pairs))
    page = page_of(call.pairs)
    total = call.books.scalar(f"SELECT count(*) {listing.source(asked.text)}", asked.values)
    sql = f"SELECT {listing.alias}.id {listing.source(asked.text, order)} ORDER BY {order} LIMIT ? OFFSET ?"
    ids = [int(row[0]) for row in call.books.connection.execute(sql, (*asked.values, page.size, page.offset))]
    rows = call.books.many(listing.kind.row, ids)
    document = assembly.collection(
        [rows[row_id] for row_id in ids if row_id in rows],
        links(call.request, call.pairs, page, total),
        paging(page, total),
        {"aggregates": _sums(listing, call, wanted, asked)} if wanted else {},
    )
    return answer(document)


def _sums(listing: Listing, call: Call, names: Sequence[str], asked: Sql) -> Document:
    """Sums over the whole list, each row converted on its own as its resource shows it (ours)."""
    loaded = Loaded(call.books)
    found: Document = {}
    for name in names:
        money = listing.aggregates[name]
        parts = f"{money.amount}, {money.currency}, {money.rate}"
        sql = f"SELECT {parts}, count(*) {listing.source(asked.text, parts)} GROUP BY 1, 2, 3"
        rows = call.books.connection.execute(sql, asked.values).fetchall()
        found[name] = {
            "amount": sum(amount * count for amount, _, _, count in rows),
            "amount_default": sum(loaded.in_default(*row) * count for *row, count in rows),
            "currency_default": loaded.organization.default_currency,
        }
    return found


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
