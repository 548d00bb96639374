"""Reading `cache.db`: lists, single records, sums, facets and what pickers need. One reader per thread.

Long reads (sums, facets, counts of large lists) belong off the UI thread; `until` calls them off when they are stale.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from time import perf_counter, thread_time
from typing import Self

from kworkbench.domain.catalog import Resource, SortKey
from kworkbench.domain.query import Comparison, Operand, Query, Term
from kworkbench.domain.records import Values, lid_of
from kworkbench.domain.resources import INVOICES, PAYMENTS, RESOURCES
from kworkbench.domain.rowset import RowSet
from kworkbench.domain.text import fold_text
from kworkbench.domain.views import DUPLICATES
from kworkbench.lean import dataclass
from kworkbench.store.answers import Answer, answers_of
from kworkbench.store.cache_file import connect_reader
from kworkbench.store.columns import RARE_KEYS, SqlValue
from kworkbench.store.compile import ACCOUNT_NUMBER, CONNECTION_NAME
from kworkbench.store.documents import read_values, values_of
from kworkbench.store.duplicates import Pair, duplicates
from kworkbench.store.facets import Facet, FacetValue, facets
from kworkbench.store.grouped import GroupedWindow
from kworkbench.store.grouping import GroupRow, group_clause, groups
from kworkbench.store.paths import Anchors
from kworkbench.store.rows import Row, read_row, row_columns
from kworkbench.store.source import Source, chosen_rows, reading, source_of
from kworkbench.store.sums import Sum, TooManyGroupsError, left_out, set_aside, sums
from kworkbench.store.window import Window

__all__ = [
    "Ages",
    "Anchors",
    "Answer",
    "Choice",
    "Chosen",
    "Facet",
    "FacetValue",
    "GroupRow",
    "GroupedWindow",
    "Reader",
    "Row",
    "Sum",
    "TooManyGroupsError",
    "Window",
]

NO_ACCOUNT = -1

STEPS, FEW_STEPS = 10_000, 1_000
"""SQLite asks after so many of its steps whether a read is still wanted: under 1 ms, under 0.1 ms."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a picker: a related record's id and name, a detail that tells namesakes apart, and its values."""

    id: str
    name: str
    detail: str
    values: Values


@dataclass(frozen=True, slots=True)
class Ages:
    """How fresh a kind is: ISO times of the last change seen and the last complete check, rows loaded of how many."""

    changed_at: str | None = None
    checked_at: str | None = None
    loaded: int = 0
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """A selection: how many rows it holds, how many of them the query does not show, and its sums."""

    rows: int
    not_in_view: int
    sums: tuple[Sum, ...]


class Reader:
    """One account's lists, read-only. `today` is asked at each read, so `late` follows the day.

    `connection` is the name that the account has here.
    """

    def __init__(self, db: sqlite3.Connection, account: str, today: Callable[[], date], connection: str = "") -> None:
        self._db = db
        self._account = account
        self._today = today
        self._known = known = [NO_ACCOUNT]
        name = fold_text(connection)
        db.create_function(CONNECTION_NAME.removesuffix("()"), 0, lambda: name, deterministic=True)
        for function, make in RARE_KEYS.values():
            db.create_function(function, 2, make, deterministic=True)
        db.create_function(ACCOUNT_NUMBER.removesuffix("()"), 0, lambda: known[0])

    @classmethod
    def open(cls, path: Path, account: str, today: Callable[[], date], connection: str = "") -> Self:
        """A reader of the cache at `path`.

        Raises:
            CacheMissingError: there is none yet, or none of this version.
        """
        return cls(connect_reader(path), account, today, connection)

    def close(self) -> None:
        """Close the connection."""
        self._db.close()

    def save_memory(self) -> None:
        """For readers beside the main one: hold few pages, and sort in small parts, between which a read can end."""
        self._db.execute("PRAGMA cache_size=-1000")

    @contextmanager
    def until(self, is_over: Callable[[], bool], steps: int = STEPS) -> Iterator[None]:
        """Lists and figures read in this block end with `ReadInterruptedError` as soon as `is_over`.

        It is asked on the reading thread, between steps of SQLite, and so calls off what is only about to begin too.
        """
        self._db.set_progress_handler(is_over, steps)
        try:
            yield
        finally:
            self._db.set_progress_handler(None, steps)

    @contextmanager
    def within(self, work: float, wait: float) -> Iterator[None]:
        """For a thread that must go on: lists and figures that take longer end with `ReadInterruptedError`.

        Args:
            work: seconds of work.
            wait: seconds in all, waiting for the disk included.
        """
        enough, end = thread_time() + work, perf_counter() + wait
        with self.until(lambda: thread_time() > enough or perf_counter() > end, FEW_STEPS):
            yield

    def data_version(self) -> int:
        """A number that changes with every commit of the writer, whichever process it is in."""
        return int(self._db.execute("PRAGMA data_version").fetchone()[0])

    def rows(self, resource: Resource, query: Query, chosen: RowSet | None = None) -> Window:
        """The list of a query as a window, or those of it in a selection; nothing is read yet."""
        also = () if chosen is None else (chosen_rows(chosen),)
        return Window(self._db, resource, self._number, query, self._today, also)

    def adopt(self, window: Window) -> Window:
        """A window that another reader of the account has read from, with all it knows, as one of this reader."""
        return window.moved(self._db, self._number)

    def numbers(self, resource: Resource, query: Query, chosen: RowSet | None = None) -> RowSet:
        """Every row of the query as a set, or those of it in a selection, in one operation. Off the UI thread."""
        with reading(self._db):
            source = self._source(resource, query, chosen)
            sql = f"SELECT _row FROM {source.table} WHERE {source.whole()}"
            return RowSet.of(number for (number,) in self._db.execute(sql, source.params))

    def lids(self, resource: Resource, chosen: RowSet) -> tuple[str, ...]:
        """The local ids of the rows of a set that are still there."""
        with reading(self._db):
            source = self._source(resource, Query(), chosen)
            sql = f"SELECT _lid FROM {source.table} WHERE {source.whole()}"
            return tuple(lid for (lid,) in self._db.execute(sql, source.params))

    def chosen(self, resource: Resource, query: Query, chosen: RowSet) -> Chosen:
        """What a selection holds: its rows, those not in view, and what they add up to. Off the UI thread."""
        with reading(self._db):
            rows = self.count(resource, Query(), chosen)
            shown = self.count(resource, query, chosen)
            return Chosen(rows, rows - shown, self.sums(resource, Query(), chosen))

    def groups(
        self, resource: Resource, query: Query, by: str, dismissed: Collection[Pair] = ()
    ) -> tuple[GroupRow, ...]:
        """The groups of a list by a name of `domain.views.groupable`, with their figures. Off the UI thread.

        Args:
            resource: the list.
            query: whose rows are grouped.
            by: a column, `MONTH`, or `DUPLICATES` (of expenses: rows that are none are in no group).
            dismissed: pairs of local ids that are no duplicates of each other.

        Raises:
            TooManyGroupsError: nearly every row would be a group of its own.
        """
        with reading(self._db):
            source = self._source(resource, query)
            return duplicates(source, dismissed) if by == DUPLICATES else groups(source, by, self._today())

    def grouped(self, resource: Resource, query: Query, by: str, heads: Sequence[GroupRow]) -> GroupedWindow:
        """The list in the groups that `groups` gave, all of them closed; nothing is read yet."""

        def rows_of(group: GroupRow) -> Window:
            if by == DUPLICATES:
                return self.rows(resource, query, RowSet.of(group.members))
            clause = group_clause(resource, by, group.key, self._today())
            return Window(self._db, resource, self._number, query, self._today, (clause,))

        return GroupedWindow(heads, rows_of)

    def anchors(self, resource: Resource, query: Query, generation: int = 0) -> Anchors:
        """Places all over a list, for `Window.take`; `generation` is that of the window. Off the UI thread."""
        return self.rows(resource, query).anchors(generation)

    def fits(self, resource: Resource, query: Query, lid: str) -> bool:
        """True where the query shows that record."""
        with reading(self._db):
            source = self._source(resource, query)
            sql = f"SELECT 1 FROM {source.table} WHERE {source.where()} AND _lid = ?"
            return self._db.execute(sql, (*source.params, lid)).fetchone() is not None

    def row(self, resource: Resource, lid: str) -> Row | None:
        """One row of the view with its rare fields, or None."""
        found = self._select(resource, "_lid = ?", (lid,), rare=True)
        return found[0] if found else None

    def records(self, resource: Resource, lids: Sequence[str]) -> tuple[Row, ...]:
        """The rows of the view with these local ids, in their order; those that are gone are left out."""
        found = {row.lid: row for row in self._select(resource, f"_lid IN ({', '.join('?' * len(lids))})", tuple(lids))}
        return tuple(found[lid] for lid in lids if lid in found)

    def count(self, resource: Resource, query: Query, chosen: RowSet | None = None) -> int:
        """How many rows fit the query."""
        with reading(self._db):
            return self._source(resource, query, chosen).count()

    def total(self, resource: Resource) -> int:
        """How many rows the account has in all, hidden ones included."""
        return self.count(resource, Query())

    def sums(self, resource: Resource, query: Query, chosen: RowSet | None = None) -> tuple[Sum, ...]:
        """The figures of the list's bottom rule (product.md section 4): sums of `sum_field`, the main one first."""
        return tuple(figure for figure in self.all_sums(resource, query, chosen) if figure.field == resource.sum_field)

    def all_sums(self, resource: Resource, query: Query, chosen: RowSet | None = None) -> tuple[Sum, ...]:
        """Every figure of the list, invoices' totals included."""
        with reading(self._db):
            return sums(self._source(resource, query, chosen))

    def left_out(self, resource: Resource, query: Query, chosen: RowSet | None = None) -> tuple[tuple[str, int], ...]:
        """Rows listed but in no sum, by word: `("draft", 3)`."""
        with reading(self._db):
            return left_out(self._source(resource, query, chosen))

    def set_aside(self, resource: Resource, query: Query, chosen: RowSet | None = None) -> tuple[Sum, ...]:
        """Amounts of rows that an open change keeps out of the sums, by its word."""
        with reading(self._db):
            return set_aside(self._source(resource, query, chosen))

    def facets(self, resource: Resource, query: Query) -> tuple[Facet, ...]:
        """The sidebar's groups with their counts."""
        with reading(self._db):
            return facets(self._db, resource, self._number(), query, self._today())

    def related(self, kind: str, text: str = "", limit: int = 50) -> tuple[Choice, ...]:
        """Related records whose name holds `text`: archived ones last, those that begin with it first, then by name."""
        wanted = fold_text(text)
        rows = self._db.execute(
            """SELECT id, vals FROM body WHERE acct = ? AND kind = ? AND name_key IS NOT NULL AND instr(name_key, ?) > 0
            ORDER BY coalesce(json_extract(vals, '$.archived'), 0), instr(name_key, ?) > 1, name_key, id LIMIT ?""",
            (self._number(), kind, wanted, wanted, limit),
        )
        return tuple(_choice(record_id, read_values(vals)) for record_id, vals in rows)

    def related_in(self, kind: str, place: str, ids: Sequence[str], limit: int = 50) -> tuple[Choice, ...]:
        """Related records whose value `place` is one of these ids (the services of projects), by name."""
        rows = self._db.execute(
            """SELECT id, vals FROM body WHERE acct = ? AND kind = ? AND name_key IS NOT NULL
            AND json_extract(vals, ?) IN (SELECT value FROM json_each(?)) ORDER BY name_key, id LIMIT ?""",
            (self._number(), kind, f"$.{place}", json.dumps(list(ids)), limit),
        )
        return tuple(_choice(record_id, read_values(vals)) for record_id, vals in rows)

    def lookup(self, kind: str, record_id: str) -> Values | None:
        """The values of any record: of a list its view, of a related kind what the server said."""
        if kind in RESOURCES:
            row = self.row(RESOURCES[kind], lid_of(kind, record_id))
            return None if row is None else row.values
        return values_of(self._db, self._number(), kind, record_id)

    def said(self, kind: str, record_id: str) -> Values | None:
        """The values of any record as the server last sent them: for reading answers, free of what waits here."""
        return values_of(self._db, self._number(), kind, record_id)

    def raw(self, kind: str, record_id: str) -> str | None:
        """The record's wire document as JSON text, as the server last sent it."""
        row = self._db.execute(
            "SELECT raw FROM body WHERE acct = ? AND kind = ? AND id = ?", (self._number(), kind, record_id)
        ).fetchone()
        return None if row is None else str(row[0])

    def payments_of(self, invoice_id: str) -> tuple[Row, ...]:
        """The payments of an invoice, unsent ones included, newest first."""
        term = Term("invoice_id", (Operand(Comparison.HAS, invoice_id),))
        query = Query((term,), (SortKey("date", descending=True),))
        window = self.rows(PAYMENTS, query)
        return tuple(window.fetch(0, window.count()))

    def find_invoices(self, text: str, limit: int = 20) -> tuple[Row, ...]:
        """Invoices whose number or client holds `text`: the very number first, then numbers, then clients."""
        wanted = fold_text(text)
        condition = 'instr("number__key", ?) > 0 OR instr("client__key", ?) > 0'
        order = """ORDER BY ("number__key" = ?) DESC, (instr("number__key", ?) > 0) DESC, _owed DESC,
            "number__order", _lid LIMIT ?"""
        return self._select(INVOICES, f"({condition})", (wanted, wanted, wanted, wanted, limit), order)

    def invoices_numbered(self, number: str) -> tuple[Row, ...]:
        """Every invoice that bears exactly this number, whatever its case."""
        term = Term("number", (Operand(Comparison.IS, number),))
        return tuple(self.rows(INVOICES, Query((term,))).fetch(0, 100))

    def invoice_numbers(self, prefix: str = "", limit: int = 20) -> tuple[str, ...]:
        """Known invoice numbers that begin with `prefix`, for completion."""
        wanted = fold_text(prefix)
        rows = self._db.execute(
            """SELECT DISTINCT "number" FROM invoices WHERE _acct = ? AND "number__key" IS NOT NULL
            AND substr("number__key", 1, ?) = ? ORDER BY "number__order" LIMIT ?""",
            (self._number(), len(wanted), wanted, limit),
        )
        return tuple(number for (number,) in rows)

    def ages(self, kind: str) -> Ages:
        """How fresh the kind is; all empty before its first sync."""
        row = self._db.execute(
            "SELECT changed_at, checked_at, loaded, total FROM sync WHERE acct = ? AND kind = ?", (self._number(), kind)
        ).fetchone()
        return Ages() if row is None else Ages(row[0], row[1], row[2] or 0, row[3])

    def answers(self, resource: Resource) -> Mapping[str, Answer]:
        """What the server answered about a list, by the keys of the questions (`domain.query.asked`)."""
        return answers_of(self._db, self._number(), resource.name)

    def _source(self, resource: Resource, query: Query, chosen: RowSet | None = None) -> Source:
        also = () if chosen is None else (chosen_rows(chosen),)
        return source_of(self._db, resource, self._number(), query, self._today(), also=also)

    def _select(
        self, resource: Resource, where: str, params: tuple[SqlValue, ...], order: str = "", *, rare: bool = False
    ) -> tuple[Row, ...]:
        columns = row_columns(resource, rare=rare)
        sql = f"SELECT {columns} FROM {resource.name} WHERE _acct = ? AND {where} {order}"
        rows = self._db.execute(sql, (self._number(), *params))
        today = self._today()
        return tuple(read_row(resource, row, today) for row in rows)

    def _number(self) -> int:
        """The account's number in the cache, asked for until it is there."""
        if self._known[0] == NO_ACCOUNT:
            row = self._db.execute("SELECT id FROM account WHERE name = ?", (self._account,)).fetchone()
            self._known[0] = NO_ACCOUNT if row is None else int(row[0])
        return self._known[0]


def _choice(record_id: str, values: Values) -> Choice:
    detail = next((str(values[key]) for key in ("detail", "client", "project", "email") if values.get(key)), "")
    return Choice(record_id, str(values.get("name") or ""), detail, values)
