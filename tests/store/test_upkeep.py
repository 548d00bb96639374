from __future__ import annotations

from threading import Event

import pytest

from kworkbench.domain.catalog import SortKey
from kworkbench.domain.query import Query
from kworkbench.domain.resources import EXPENSES
from kworkbench.store import upkeep
from kworkbench.store.cache import Cache
from kworkbench.store.caretaker import Caretaker
from kworkbench.store.schema import late_indexes
from kworkbench.store.writer import Writer
from tests.store.books import ACCOUNT, expense, no_changes, opened

ROWS = [expense(str(number), number, text=f"taxi {number}") for number in range(40)]


def index_names(cache: Cache) -> set[str]:
    return {name for (name,) in cache._db.execute("SELECT name FROM sqlite_schema WHERE type = 'index'")}


@pytest.fixture(autouse=True)
def short_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "LONG_COPY", 20)
    monkeypatch.setattr(upkeep, "SLICE", 7)


def test_a_long_first_copy_goes_without_most_indexes_until_it_is_complete() -> None:
    late = {name for name, _ in late_indexes(EXPENSES)}
    by_amount = Query(sort=(SortKey("amount"),))
    with opened() as (cache, reader):
        assert late <= index_names(cache)
        cache.put(ACCOUNT, ROWS[:5], 1, no_changes)
        cache.note_sync(ACCOUNT, "expenses", loaded=5, total=40)
        cache.put(ACCOUNT, ROWS[5:], 2, no_changes)
        assert not late & index_names(cache)
        assert not cache.tidy()
        assert [row.id for row in reader.rows(EXPENSES, by_amount).fetch(38, 9)] == ["38", "39"]
        cache.note_sync(ACCOUNT, "expenses", loaded=40, total=40, checked_at="2026-03-04T09:00:00Z")
        while cache.tidy():
            pass
        assert late <= index_names(cache)
        assert [row.id for row in reader.rows(EXPENSES, by_amount).fetch(38, 9)] == ["38", "39"]


def test_a_copy_that_stopped_gets_its_indexes_and_later_scans_keep_them() -> None:
    with opened() as (cache, _):
        cache.put(ACCOUNT, ROWS[:5], 1, no_changes)
        cache.note_sync(ACCOUNT, "expenses", loaded=5, total=40)
        cache.put(ACCOUNT, ROWS[5:], 2, no_changes)
        cache.settle()
        while cache.tidy():
            pass
        whole = index_names(cache)
        cache.note_sync(ACCOUNT, "expenses", loaded=5, total=40)
        assert index_names(cache) == whole


def test_upkeep_gives_way_and_goes_on_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "_OPERATIONS", 1)
    with opened() as (cache, _):
        cache.put(ACCOUNT, ROWS, 1, no_changes)
        assert cache.tidy(lambda: True)
        assert cache._db.execute("SELECT row FROM searched WHERE kind = 'expenses'").fetchone() == (0,)
        while cache.tidy(lambda: False):
            pass
        assert cache._db.execute("SELECT row FROM searched WHERE kind = 'expenses'").fetchone() == (40,)


def test_the_caretaker_works_when_nobody_else_does_and_ends_with_the_writer() -> None:
    with opened() as (cache, _):
        cache.put(ACCOUNT, ROWS, 1, no_changes)
        writer, may_go = Writer(), Event()
        care = Caretaker(writer, cache)
        writer.submit(may_go.wait)
        woken = writer.submit(care.wake)
        usual = writer.submit(lambda: cache._db.execute("SELECT row FROM searched WHERE kind = 'expenses'").fetchone())
        before = writer.is_wanted
        urgent = writer.submit(lambda: 1, urgent=True)
        assert (before, writer.is_wanted) == (False, True)
        may_go.set()
        assert (woken.result(5), usual.result(5), urgent.result(5)) == (None, (0,), 1)
        done = Event()
        writer.submit(done.set, idle=True)
        assert done.wait(5)
        writer.close()
        assert writer.is_wanted
        care.wake()


def test_a_closed_cache_has_nothing_to_keep_up() -> None:
    with opened() as (cache, _):
        cache.put(ACCOUNT, ROWS, 1, no_changes)
        cache.close()
        assert not cache.tidy()
