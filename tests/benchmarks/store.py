"""The store by itself at a million rows: medians and 99th percentiles of what lists, figures and syncs ask of it.

Run by hand: `python -m tests.benchmarks.store FOLDER [--rows 1000000]`. The books are made in FOLDER once and kept.
"""

from __future__ import annotations

import argparse
import platform
import random
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path

from kworkbench.config import load
from kworkbench.domain.changes import Change
from kworkbench.domain.query import Query, parse_query
from kworkbench.domain.records import Record
from kworkbench.domain.resources import EXPENSES
from kworkbench.domain.rowset import RowSet
from kworkbench.domain.views import DUPLICATES, MONTH
from kworkbench.paths import find
from kworkbench.store.cache import Cache
from kworkbench.store.reader import Reader, Window
from tests.benchmarks.books import COMMON, CONNECTION, RARE, expenses, prepare

TODAY = date(2026, 3, 4)
SCREEN, PAGE = 120, 38
"""Rows that a table reads at once, and rows it moves by."""

ORDERS = ("date", "-amount", "text", "currency", "project", "currency,amount", "person,-date", "project,-amount")
WORDS = (RARE, COMMON, "会議室", "会議", "hotel", "project 39", "zzzz", "zz", f"{COMMON} hotel")
FILTERS = (
    "approval:rejected",
    "invoiced:yes approval:none",
    "date:2026-01",
    "amount:777",
    "person:sato",
    "project:=project-39",
)
FIGURES = ("", "archived:no external:no", "approval:rejected", RARE, COMMON, "date:2026-01")
COPIED, SERVED = 100_000, 200
"""Rows of a first copy, and rows of one page of it."""


def main() -> None:
    """Make or find the books, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=1_000_000)
    given = parser.parse_args()
    place = find({"KWORKBENCH_HOME": str(prepare(given.folder, given.rows))})
    cache = Cache.open(place.cached)
    while cache.tidy():
        pass
    cache.close()
    say(f"{given.rows} expenses, {platform.machine()}, {platform.python_version()}, SQLite {sqlite3.sqlite_version}")
    reader = Reader.open(place.cached, load(place.config_file).connection(CONNECTION).account, lambda: TODAY)
    windows(reader, given.rows)
    first_pages(reader)
    figures(reader)
    selection(reader)
    reader.close()
    copying(given.folder / "copied")


Step = Callable[[], object]


def say(line: str) -> None:
    """Print, at once."""
    print(line, flush=True)  # noqa: T201 - this is what the script is for


def show(what: str, detail: str, steps: Iterable[Step]) -> None:
    """Print median, 99th percentile and maximum of the steps, in milliseconds."""
    spent = sorted(_spent(step) for step in steps)
    median, p99, most = spent[len(spent) // 2], spent[int(len(spent) * 0.99)], spent[-1]
    say(f"{what or 'everything':32} {detail:16} {median:9.2f} {p99:9.2f} {most:9.2f}")


def _spent(step: Step) -> float:
    begin = time.perf_counter()
    step()
    return (time.perf_counter() - begin) * 1000


def parsed(text: str) -> Query:
    """The query of a query line."""
    return parse_query(text, EXPENSES, today=TODAY)


def windows(reader: Reader, rows: int) -> None:
    """Moves through the whole list in every order."""
    say(f"{'milliseconds':49} {'p50':>9} {'p99':>9} {'max':>9}")
    dice = random.Random(1)  # noqa: S311 - the same jumps each time
    for order in ORDERS:
        query = parsed(f"sort:{order}")
        window = reader.rows(EXPENSES, query)
        show(order, "first page", [partial(window.fetch, 0, SCREEN)])
        show(order, "paging down", _fetches(window, (number * PAGE for number in range(60))))
        show(order, "anchors built", [partial(reader.anchors, EXPENSES, query)])
        window.take(reader.anchors(EXPENSES, query, window.generation))
        show(order, "up from the end", _fetches(window, (rows - number * PAGE for number in range(1, 60))))
        jumps = [dice.randrange(rows) for _ in range(200)]
        show(order, "jumps", _fetches(window, jumps))
        show(order, "position of", [partial(window.position_of, f"expenses:{number + 1}") for number in jumps])


def _fetches(window: Window, positions: Iterable[int]) -> list[Step]:
    return [partial(window.fetch, position, SCREEN) for position in positions]


def first_pages(reader: Reader) -> None:
    """From a query to its first page, as after a key."""
    for text in (*WORDS, *FILTERS, *(f"{word} sort:-amount" for word in WORDS[:4])):
        show(text, "first page", [partial(_first_page, reader, parsed(text))] * 9)


def _first_page(reader: Reader, query: Query) -> object:
    return reader.rows(EXPENSES, query).fetch(0, PAGE)


def figures(reader: Reader) -> None:
    """What is read off the UI thread."""
    for text in FIGURES:
        query = parsed(text)
        show(text, "count", [partial(reader.count, EXPENSES, query)] * 3)
        show(text, "sums", [partial(reader.all_sums, EXPENSES, query)] * 3)
        show(text, "facets", [partial(reader.facets, EXPENSES, query)] * 3)
    for by in ("category", "project", "person", "approval", MONTH, DUPLICATES):
        show("groups", by, [partial(reader.groups, EXPENSES, Query(), by)])


def selection(reader: Reader) -> None:
    """All in view as one operation, and what it adds up to."""
    whole = reader.numbers(EXPENSES, Query())
    part = reader.numbers(EXPENSES, parsed("approval:rejected"))
    some = RowSet.of(islice(part, 1000))
    query = parsed("approval:none")
    show("all in view", "", [partial(reader.numbers, EXPENSES, Query())] * 3)
    show("all in view", "one more or less", [partial(whole.toggled, 7)] * 99)
    show("all in view", "without others", [lambda: len(whole - part)] * 99)
    show("all in view", "sums, not shown", [partial(reader.chosen, EXPENSES, query, whole)] * 3)
    show("1,000 marked", "sums, not shown", [partial(reader.chosen, EXPENSES, query, some)] * 9)
    show("1,000 marked", "their rows", [lambda: reader.rows(EXPENSES, Query(), some).fetch(0, 1000)] * 9)


def copying(folder: Path) -> None:
    """A first copy, page by page, its upkeep, and a scan that finds nothing new."""
    shutil.rmtree(folder, ignore_errors=True)
    cache = Cache.open(folder / "cache.db")
    records = list(expenses(COPIED))
    parts = [records[at : at + SERVED] for at in range(0, COPIED, SERVED)]
    for name, first in (("first copy", 1), ("nothing new", len(parts) + 1)):
        begin = time.perf_counter()
        show(name, "a page", [partial(_store, cache, part, seq) for seq, part in enumerate(parts, first)])
        say(f"{name:32} {'rows a second':16} {COPIED / (time.perf_counter() - begin):9.0f}")
        cache.note_sync("a", EXPENSES.name, loaded=COPIED, total=COPIED, checked_at="2026-03-04T09:00:00+00:00")
        show("upkeep", "a step", _upkeep(cache))
    cache.close()
    shutil.rmtree(folder)


def _store(cache: Cache, page: Sequence[Record], seq: int) -> None:
    cache.put("a", page, seq, _no_changes)
    cache.note_sync("a", EXPENSES.name, loaded=seq * SERVED, total=COPIED)


def _upkeep(cache: Cache) -> Iterable[Step]:
    """Steps until one finds nothing to do."""
    more = [True]

    def step() -> None:
        more[0] = cache.tidy()

    while more[0]:
        yield step


def _no_changes(_lid: str) -> Sequence[Change]:
    return ()


if __name__ == "__main__":
    main()
