"""Which rows a page of a list holds, and how many there are: the ways that cost least for what is asked.

A list that nothing narrows is read along an index of its order. What is narrowed walks the one narrow index that holds
every column a condition or an order speaks of, or is found by an id. Ties go by id ascending (ours).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter

from kworkbench.sandbox.books.store import Books, Value
from kworkbench.sandbox.productive.filters import EVERYTHING, Sql
from kworkbench.sandbox.productive.listing import Few, Listing, Walk
from kworkbench.sandbox.productive.query import Page, Term

LOOKED_AHEAD = 10_000
"""So many rows are found at once: when there are no more, nothing is left to count."""


def read_page(books: Books, listing: Listing, asked: Sql, terms: Sequence[Term], page: Page) -> tuple[list[int], int]:
    """The ids of the page in order, and how many rows fit."""
    way = listing.ways.get(terms[0].sql) if terms and asked == EVERYTHING else None
    if isinstance(way, Few):
        return _by_value(books, listing, way, terms, page)
    if _lone_index(listing, asked) or asked.opposite:
        total = _count(books, listing, asked)
        index = _lone_index(listing, asked) if total <= LOOKED_AHEAD else listing.narrow
        return _ids(books, listing, asked, terms, page.size, page.offset, index), total
    if isinstance(way, Walk) and len(terms) == 1:
        index = way.down if way.down and terms[0].descending else way.up
        return _ids(books, listing, asked, terms, page.size, page.offset, index), _count(books, listing, asked)
    return _ahead(books, listing, asked, terms, page)


def read_after(books: Books, listing: Listing, asked: Sql, after: int, size: int) -> tuple[list[int], bool]:
    """The ids of the rows behind the id `after`, ascending, and whether there are more than `size`."""
    behind = Sql(f"{asked.text} AND {listing.alias}.id > ?", (*asked.values, after), asked.selective)
    ids = _ids(books, listing, behind, [], size + 1, 0, _index(listing, behind))
    return ids[:size], len(ids) > size


def _ahead(books: Books, listing: Listing, asked: Sql, terms: Sequence[Term], page: Page) -> tuple[list[int], int]:
    """Reads on behind the page where rows come in the order of the list by themselves."""
    size, offset = page.size, page.offset
    if not terms and asked != EVERYTHING and offset + size < LOOKED_AHEAD:
        size, offset = LOOKED_AHEAD, 0
    ids = _ids(books, listing, asked, terms, size, offset, _index(listing, asked))
    known = len(ids) < size and (ids or not offset)
    total = offset + len(ids) if known else _count(books, listing, asked)
    return ids[page.offset - offset :][: page.size], total


def _count(books: Books, listing: Listing, asked: Sql) -> int:
    """How many rows fit. What few rows have is quicker counted than what most rows lack."""
    if asked.opposite is not None:
        return _count(books, listing, EVERYTHING) - _count(books, listing, asked.opposite)
    index = _lone_index(listing, asked) or _index(listing, asked)
    return books.scalar(f"SELECT count(*) {listing.source(asked.text, index=index)}", asked.values)


def _ids(
    books: Books, listing: Listing, asked: Sql, terms: Sequence[Term], size: int, offset: int, index: str
) -> list[int]:
    narrowed = asked != EVERYTHING
    order = ", ".join([*(term.text(unindexed=narrowed) for term in terms), f"{listing.alias}.id ASC"])
    source = listing.source(asked.text, order, index=index)
    sql = f"SELECT {listing.alias}.id {source} ORDER BY {order} LIMIT ? OFFSET ?"
    return _column(books, sql, (*asked.values, size, offset))


def _index(listing: Listing, asked: Sql) -> str:
    """Left alone, SQLite takes the index of one condition and looks up every row for the others."""
    return listing.narrow if asked != EVERYTHING and not asked.selective else ""


def _lone_index(listing: Listing, asked: Sql) -> str:
    """The index that holds all a condition is about, where there is one."""
    way = listing.ways.get(asked.column)
    if way is None or asked.selective:
        return ""
    return way.up if isinstance(way, Walk) else way.index


def _column(books: Books, sql: str, values: Sequence[Value]) -> list[int]:
    return [int(row[0]) for row in books.connection.execute(sql, values)]


def _by_value(books: Books, listing: Listing, way: Few, terms: Sequence[Term], page: Page) -> tuple[list[int], int]:
    """Counts the rows of each value, passes over those before the page and reads the rest of it value by value."""
    key, term = way.key or terms[0].sql, terms[0]
    counted = f"SELECT {key} AS value, count(*) AS n {listing.source('1', index=way.index)} GROUP BY 1"
    name, join = (
        ("names.name", f"LEFT JOIN ({way.names}) names ON names.id = c.value") if way.names else ("c.value", "")
    )
    by = Term(name, term.descending).text()
    sql = f"SELECT {name}, c.value, c.n FROM ({counted}) c {join} ORDER BY {by}"  # noqa: S608 - names of ours
    ids: list[int] = []
    skipped, total = page.offset, 0
    for _, rows in groupby(books.connection.execute(sql).fetchall(), key=itemgetter(0)):
        _, values, counts = zip(*rows, strict=True)
        inside = sum(counts)
        if skipped < inside and len(ids) < page.size:
            index = listing.narrow if inside > LOOKED_AHEAD or None in values else way.index
            ids += _ids(books, listing, _has(key, values), terms[1:], page.size - len(ids), skipped, index)
        skipped, total = max(0, skipped - inside), total + inside
    return ids, total


def _has(key: str, values: Sequence[Value]) -> Sql:
    """The condition that a column holds one of these values."""
    among = f"{key} IN (SELECT value FROM json_each(?))"  # noqa: S608 - names of ours
    text = f"({among} OR {key} IS NULL)" if None in values else among
    return Sql(text, (json.dumps([value for value in values if value is not None]),))
