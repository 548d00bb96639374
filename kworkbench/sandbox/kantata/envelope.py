"""The envelope of an answer: the page of rows in order, their records by id, and what was asked to come along.

Source: api/kantata.md section 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kworkbench.sandbox.books.store import R
from kworkbench.sandbox.kantata.call import Call
from kworkbench.sandbox.kantata.collection import Collection, Record, Side

PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class Page:
    """Which rows of a list are asked for; `size` None asks for all of them."""

    number: int
    size: int | None
    offset: int
    shown_size: int


def envelope(
    of: Collection[R], call: Call, rows: Sequence[R], *, count: int | None = None, page: Page | None = None
) -> Record:
    """The reply for these rows; without `count` they are all there is, as after a write."""
    count = len(rows) if count is None else count
    page = page or Page(1, None, 0, PER_PAGE)
    names = call.params.words("optional_fields")
    of.prepare(call.look, rows)
    records = {str(row.id): of.make(row, call.look, names) for row in rows}
    sides = _sides(of, call, rows, records, names)
    # A row of the page that comes along as well stays as the page has it, at its place.
    own = records | {row_id: one for row_id, one in sides.pop(of.name, {}).items() if row_id not in records}
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


def _meta(count: int, page: Page) -> dict[str, int]:
    pages = 1 if page.size is None else -(-count // page.shown_size)
    return {
        "count": count,
        "page_count": pages if count else 0,
        "page_number": page.number if count else 0,
        "page_size": page.shown_size,
    }
