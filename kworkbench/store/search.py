"""Words looked up in the full-text index, where they are rare enough for that to be the faster way.

A common word is found by walking the list, which has its first page at once; a rare one by its letters, three at a
time. Which it is, a sample of rows says. What the index does not hold yet is added; what it finds is checked by the
caller's own condition, so the index may find too much. Source: performance.md "Search".
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from kworkbench.domain.catalog import Resource
from kworkbench.store.schema import search_table

GRAM = 3
MOST_GRAMS = 3
"""Letters are looked up in so many groups, the rarest of the word; more of them cost more than they exclude."""

MOST_TERMS = 400
"""Groups of three that begin with a word of one or two letters; where there are more, the list is walked."""

STRETCHES, STRETCH = 16, 32
"""The sample: so many stretches of rows, spread over the table, and rows in each."""

COMMON = 2
"""Found so often in the sample, a word is common."""


def looked_up(db: sqlite3.Connection, resource: Resource, words: Sequence[str], most: int) -> str | None:
    """SQL that yields the numbers of all rows that may hold one of the words; None where the list is better walked.

    `most` bounds how many rows the index may find.
    """
    if any("\0" in word for word in words) or not _has_index(db, resource):
        return None
    table, index = resource.name, search_table(resource)
    done, last = db.execute(
        f"SELECT (SELECT row FROM searched WHERE kind = ?), (SELECT max(_row) FROM {table})", (table,)
    ).fetchone()
    if last is None or last - done > most:
        return None
    sample = _sample(db, table, last)
    matches = []
    for word in words:
        if sum(word in text for text in sample) >= COMMON:
            return None
        match = _grams(word, sample) if len(word) >= GRAM else _beginnings(db, index, word, most)
        if match is None:
            return None
        matches += [f"({match})"] if match else []
    rest = f"SELECT _row FROM {table} WHERE _row > {done}"
    if not matches:
        return rest
    literal = " OR ".join(matches).replace("'", "''")
    found = f"SELECT rowid FROM {index} WHERE {index} MATCH '{literal}'"
    (rows,) = db.execute(f"SELECT count(*) FROM ({found} LIMIT {most})").fetchone()
    return None if rows >= most else f"{found} UNION ALL {rest}"


def _has_index(db: sqlite3.Connection, resource: Resource) -> bool:
    sql = "SELECT 1 FROM sqlite_schema WHERE name = ?"
    return db.execute(sql, (search_table(resource),)).fetchone() is not None


def _sample(db: sqlite3.Connection, table: str, last: int) -> list[str]:
    sql = f"SELECT _search FROM {table} WHERE _row >= ? LIMIT {STRETCH}"
    starts = range(1, last + 1, max(1, last // STRETCHES))
    return [text for start in starts for (text,) in db.execute(sql, (start,))]


def _grams(word: str, sample: Sequence[str]) -> str:
    """The word's rarest groups of three letters, all of which its rows hold."""
    grams = dict.fromkeys(word[at : at + GRAM] for at in range(len(word) - GRAM + 1))
    rarest = sorted(grams, key=lambda gram: sum(gram in text for text in sample))[:MOST_GRAMS]
    return " AND ".join(_quoted(gram) for gram in rarest)


def _beginnings(db: sqlite3.Connection, index: str, word: str, most: int) -> str | None:
    """Every group of three letters that begins with a short word; empty where there is none, None for too many."""
    sql = f"SELECT term, doc FROM {index}_terms WHERE term >= ? AND term <= ?"
    terms: list[str] = []
    rows = 0
    for term, found in db.execute(sql, (word, f"{word}\U0010ffff")):
        rows += found
        terms.append(_quoted(term))
        if rows > most or len(terms) > MOST_TERMS:
            return None
    return " OR ".join(terms)


def _quoted(gram: str) -> str:
    return '"' + gram.replace('"', '""') + '"'
