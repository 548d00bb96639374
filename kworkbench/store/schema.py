"""The tables of `cache.db`, generated from the resources (sync-engine.md section 3, performance.md "Paging").

`base` is narrow, so that a scan that finds nothing new rewrites little; documents stand apart in `body`. For each
resource two typed tables of one shape: `invoices`, the view, and `invoices_server`, what the server said of those
records that open changes touch. `_row` numbers a row for the life of the file and is never given twice, so that a
selection can be kept as numbers. The schema's own checksum is its version: the cache is disposable.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator
from functools import lru_cache

from kworkbench.domain.catalog import Resource, ValueType
from kworkbench.domain.resources import RESOURCES
from kworkbench.store.columns import PROSE, PROSE_KEY, has_own_order, key_sql, order_of, table_columns

_BOOKKEEPING = """
CREATE TABLE account(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE base(acct INTEGER, kind TEXT, id TEXT, issue_seq INTEGER NOT NULL, updated_at TEXT, digest BLOB,
  gone INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(acct, kind, id)) WITHOUT ROWID;
CREATE TABLE body(acct INTEGER, kind TEXT, id TEXT, vals TEXT NOT NULL, raw TEXT NOT NULL, name_key TEXT,
  PRIMARY KEY(acct, kind, id));
CREATE INDEX body_name ON body(acct, kind, name_key) WHERE name_key IS NOT NULL;
CREATE TABLE sync(acct INTEGER, kind TEXT, loaded INTEGER, total INTEGER, changed_at TEXT, checked_at TEXT,
  PRIMARY KEY(acct, kind)) WITHOUT ROWID;
CREATE TABLE answer(id INTEGER PRIMARY KEY, acct INTEGER NOT NULL, key TEXT NOT NULL, kind TEXT NOT NULL,
  issue_seq INTEGER NOT NULL, fetched_at TEXT NOT NULL, stale INTEGER NOT NULL DEFAULT 0, UNIQUE(acct, key));
CREATE TABLE answer_row(answer INTEGER, lid TEXT, PRIMARY KEY(answer, lid)) WITHOUT ROWID;
CREATE TABLE searched(kind TEXT PRIMARY KEY, row INTEGER NOT NULL) WITHOUT ROWID;
"""

LOOKED_UP = {"payments": ("invoice_id",)}
"""Columns that are no list column but are looked up by value."""

OWN_CURRENCY = "(currency || '')"
"""The currency, written so that no condition on the plain column is drawn to the index of amounts within it."""

HIDDEN = ("archived", "external")
"""Columns of the usual hidden terms."""

GROUPED = ("currency", "_touched", "_unsent")
"""What sums are grouped by."""

FIGURED = {
    "invoices": ("state", "kind", "settlement", "_stage", "_owed", "_due_open", "client__key"),
    "payments": ("kind", "client__key"),
    "expenses": ("approval", "billable", "reimbursable", "invoiced", "receipt", "category__key"),
}
"""What the sidebar counts beside the currency."""

SUMMED = {
    "invoices": ("state", "kind", "outstanding", "total"),
    "payments": ("kind", "amount"),
    "expenses": ("approval", "amount"),
}
"""What sums read beside the marks; an index that holds all of it answers for a whole list without its rows."""

SEARCH_INDEX = "_words"
"""The full-text index of a resource is named after it with this behind."""


def quoted(name: str) -> str:
    """A column's name as SQL."""
    return f'"{name}"'


def server_table(resource: Resource) -> str:
    """The table of what the server said about touched records."""
    return f"{resource.name}_server"


def order_column(resource: Resource, name: str) -> str:
    """The SQL expression a stored field is sorted by."""
    field = resource.field(name)
    if has_own_order(name):
        return quoted(order_of(name))
    if field.type is ValueType.TEXT:
        return f"substr({key_sql(field)}, 1, {PROSE_KEY})" if name in PROSE else key_sql(field)
    if field.type in (ValueType.AMOUNT, ValueType.QUANTITY):
        return key_sql(field)
    return quoted(name)


def sortable(resource: Resource) -> tuple[str, ...]:
    """Stored fields with an index of their own."""
    names = ("id", *resource.order, *LOOKED_UP.get(resource.name, ()))
    return tuple(name for name in names if resource.field(name).stored)


def indexes(resource: Resource) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Name and expressions of each index of the view's table, the account first.

    Each order's index ends with what is usually hidden, so that rows can be skipped and counted without reading them.
    Amounts within a currency have one of their own: currencies of other exponents lie far apart in the order of worth.
    """
    for name in sortable(resource):
        yield f"{resource.name}_by_{name}", ("_acct", order_column(resource, name), "_lid", *HIDDEN)
    worth = order_column(resource, resource.sum_field)
    yield f"{resource.name}_by_worth", ("_acct", OWN_CURRENCY, worth, "_lid", *HIDDEN)
    if resource.name == "invoices":
        yield "invoices_by_late", ("_acct", "_due_open", "_lid", *HIDDEN)
        yield "invoices_by_status", ("_acct", "_stage", "_lid", *HIDDEN)
    counted = dict.fromkeys((*GROUPED, *HIDDEN, *FIGURED[resource.name], *SUMMED[resource.name]))
    columns = ("_acct", *(quoted(name) for name in counted), "_counted", "_mark", "_state")
    yield f"{resource.name}_sums", columns


def covered(resource: Resource) -> frozenset[str]:
    """Fields whose terms the index of sums answers without reading rows."""
    names = (*GROUPED, *HIDDEN, *FIGURED[resource.name], *SUMMED[resource.name])
    return frozenset({*names, *(("status", "late") if resource.name == "invoices" else ())})


def index_sql(resource: Resource, name: str, of: tuple[str, ...]) -> str:
    """The statement that makes one of `indexes`."""
    return f"CREATE INDEX IF NOT EXISTS {name} ON {resource.name}({', '.join(of)})"


def late_indexes(resource: Resource) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Indexes that a long first copy does without: all but the one of the first order."""
    first = "late" if resource.name == "invoices" else resource.first_sort[0].field
    for name, of in indexes(resource):
        if name != f"{resource.name}_by_{first}":
            yield name, of


def search_table(resource: Resource) -> str:
    """The full-text index over `_search`; it holds rows up to the number in `searched`, and words of three letters."""
    return f"{resource.name}{SEARCH_INDEX}"


def search_sql(resource: Resource) -> str:
    """A full-text index without texts of its own, the terms it holds, and triggers for rows that change once in it."""
    table, words = resource.name, search_table(resource)
    drop = f"INSERT INTO {words}({words}, rowid, _search) VALUES('delete', old._row, old._search);"
    inside = f"old._row <= (SELECT row FROM searched WHERE kind = '{table}')"
    return f"""
CREATE VIRTUAL TABLE {words} USING fts5(_search, content='{table}', content_rowid='_row', columnsize=0, detail=none,
  tokenize='trigram case_sensitive 1');
INSERT INTO {words}({words}, rank) VALUES('automerge', 0);
CREATE VIRTUAL TABLE {words}_terms USING fts5vocab({words}, row);
INSERT INTO searched VALUES('{table}', 0);
CREATE TRIGGER {words}_delete AFTER DELETE ON {table} WHEN {inside} BEGIN {drop} END;
CREATE TRIGGER {words}_update AFTER UPDATE OF _search ON {table}
  WHEN old._search IS NOT new._search AND {inside} BEGIN
  {drop} INSERT INTO {words}(rowid, _search) VALUES(new._row, new._search); END;
"""


def schema_sql() -> str:
    """The statements that make an empty cache, but for its full-text indexes."""
    parts = [_BOOKKEEPING]
    for resource in RESOURCES.values():
        columns = ", ".join(quoted(name) for name in table_columns(resource)[2:])
        head = f"_acct INTEGER NOT NULL, _lid TEXT NOT NULL, {columns}"
        row = "_row INTEGER PRIMARY KEY AUTOINCREMENT"
        parts.append(f"CREATE TABLE {resource.name}({row}, {head}, UNIQUE(_acct, _lid));")
        parts.append(f"CREATE TABLE {server_table(resource)}({head}, UNIQUE(_acct, _lid));")
        parts += [f"{index_sql(resource, name, of)};" for name, of in indexes(resource)]
        parts.append(f"CREATE INDEX {resource.name}_touched ON {resource.name}(_acct, _lid) WHERE _touched = 1;")
    return "\n".join(parts)


@lru_cache(maxsize=1)
def schema_version() -> int:
    """A number that changes whenever the tables do, in the range of `user_version`."""
    searched = "".join(search_sql(resource) for resource in RESOURCES.values())
    return zlib.crc32((schema_sql() + searched).encode()) & 0x7FFFFFFF or 1


def create(db: sqlite3.Connection) -> None:
    """Make all tables in one transaction; full-text indexes where this SQLite can (words are found without, slower)."""
    searched = "".join(search_sql(resource) for resource in RESOURCES.values()) if _can_search(db) else ""
    db.executescript(f"BEGIN IMMEDIATE;{schema_sql()}{searched}PRAGMA user_version = {schema_version()};COMMIT;")


def _can_search(db: sqlite3.Connection) -> bool:
    try:
        db.execute("CREATE VIRTUAL TABLE temp.trial USING fts5(word, tokenize='trigram case_sensitive 1')")
    except sqlite3.OperationalError:
        return False
    db.execute("DROP TABLE temp.trial")
    return True
