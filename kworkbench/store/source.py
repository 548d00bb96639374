"""What every read of a list starts from: a table, an account and the conditions of a query."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

from kworkbench.domain.catalog import Resource
from kworkbench.domain.query import Query
from kworkbench.domain.rowset import RowSet
from kworkbench.lean import dataclass, replace
from kworkbench.store.columns import SqlValue, key_of
from kworkbench.store.compile import Clause, Param, compile_terms
from kworkbench.store.schema import covered, quoted
from kworkbench.store.search import looked_up

RARE = 5000
"""A condition that finds no more rows than this is looked up by its own index and the result sorted."""

NUMBER = "_row"


class ReadInterruptedError(Exception):
    """The read was called off: its answer is not wanted any more, or takes longer than there was time for."""


@dataclass(frozen=True, slots=True)
class Source:
    """Rows of one account's list that fit a query, on one connection."""

    db: sqlite3.Connection
    resource: Resource
    acct: int
    clauses: tuple[Clause, ...]

    def moved(self, db: sqlite3.Connection) -> Source:
        """The same rows on another connection."""
        return replace(self, db=db)

    def where(self, *, lead: Clause | None = None) -> str:
        """The condition for all clauses; `lead`, one that `rare` gave, may use its index."""
        parts = [f"{'+' if lead is not None and lead.by_row else ''}_acct = {self.acct}"]
        leads = lead is not None
        for clause in self.clauses:
            if lead is not None and leads and clause.sql == lead.sql and clause.params == lead.params:
                parts.append(str(lead.by_index))
                leads = False
            else:
                parts.append(clause.sql)
        return " AND ".join(parts)

    @property
    def params(self) -> tuple[Param, ...]:
        """The parameters of `where`."""
        return tuple(value for clause in self.clauses for value in clause.params)

    @property
    def is_chosen(self) -> bool:
        """True where rows are asked for by number, which only the view has."""
        return any(clause.field == NUMBER for clause in self.clauses)

    @property
    def table(self) -> str:
        """The table of the view."""
        return self.resource.name

    def count(self) -> int:
        """How many rows fit."""
        sql = f"SELECT count(*) FROM {self.table} WHERE {self.whole()}"
        return int(self.db.execute(sql, self.params).fetchone()[0])

    def whole(self) -> str:
        """The condition for reading all rows that fit, in any order.

        Where every row of the account has to be looked at, in the order they came: next to each other in the file.
        """
        lead = self.rare()
        looked_at = any(clause.field not in covered(self.resource) for clause in self.clauses)
        return self.where(lead=lead) + (" AND _lid > ''" if lead is None and looked_at else "")

    def rare(self) -> Clause | None:
        """The clause that finds fewest rows, where those are few enough to be sorted at once."""
        best: Clause | None = None
        fewest = RARE
        for clause in self.clauses:
            if clause.by_index is None:
                continue
            account = "" if clause.by_row else f"_acct = {self.acct} AND "
            found = f"SELECT 1 FROM {self.table} WHERE {account}{clause.by_index}"
            sql = f"SELECT count(*) FROM ({found} LIMIT {fewest})"
            rows = int(self.db.execute(sql, clause.params).fetchone()[0])
            if rows < fewest:
                best, fewest = clause, rows
        return best or self._rare_words()

    def _rare_words(self) -> Clause | None:
        """The clause whose words the full-text index finds in few rows."""
        for clause in self.clauses:
            if clause.words:
                rows = looked_up(self.db, self.resource, clause.words, RARE)
                if rows is not None:
                    return replace(clause, by_index=f"_row IN ({rows}) AND {clause.sql}", by_row=True)
        return None


def chosen_rows(rows: RowSet) -> Clause:
    """The condition that a row is in a set; a small set leads.

    Prepared statements keep their parameters: a small set goes as a short list, not as a byte for every row there is.
    """
    if len(rows) >= RARE:
        return Clause(f"substr(?, {NUMBER} + 1, 1) = x'01'", (rows.flags,), None, NUMBER)
    listed = f"{NUMBER} IN (SELECT value FROM json_each(?))"
    return Clause(f"+{listed}", (json.dumps(list(rows)),), listed, NUMBER, by_row=True)


def source_of(
    db: sqlite3.Connection,
    resource: Resource,
    acct: int,
    query: Query,
    today: date,
    *,
    but: Sequence[str] = (),
    also: Sequence[Clause] = (),
) -> Source:
    """The source of a query's rows, its terms on the fields `but` left out, further conditions `also` put in."""
    terms = [term for term in query.terms if term.field is None or term.field not in but]
    return Source(db, resource, acct, (*compile_terms(resource, terms, today), *also))


def label_of(source: Source, name: str, key: SqlValue) -> str:
    """How a text that is compared by `key` is written in the account's first row that has it; empty for none."""
    if key is None:
        return ""
    where = f"_acct = ? AND {quoted(key_of(name))} = ? ORDER BY _lid LIMIT 1"
    sql = f"SELECT {quoted(name)} FROM {source.table} WHERE {where}"
    row = source.db.execute(sql, (source.acct, key)).fetchone()
    return "" if row is None else str(row[0])


@contextmanager
def reading(db: sqlite3.Connection) -> Iterator[None]:
    """One consistent moment of the cache for several reads.

    Raises:
        ReadInterruptedError: it was called off (`Reader.until`).
    """
    if db.in_transaction:
        yield
        return
    try:
        db.execute("BEGIN")
        yield
    except sqlite3.OperationalError as problem:
        if _is_interrupt(problem):
            raise ReadInterruptedError("The read was called off.") from problem
        raise
    finally:
        _end(db)


def _end(db: sqlite3.Connection) -> None:
    """End the transaction; a statement as short as this can be called off too, and is then tried again."""
    while db.in_transaction:
        try:
            db.execute("ROLLBACK")
        except sqlite3.OperationalError as problem:
            if not _is_interrupt(problem):
                raise


def _is_interrupt(problem: sqlite3.OperationalError) -> bool:
    return problem.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT
