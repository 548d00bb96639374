from __future__ import annotations

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from kworkbench.domain.catalog import SortKey
from kworkbench.domain.query import Comparison, Operand, Query, Term, parse_query
from kworkbench.domain.resources import EXPENSES
from kworkbench.store import paths, search, spread, upkeep
from kworkbench.store.cache import Cache
from tests.domain.query.strategies import queries
from tests.store.books import (
    ACCOUNT,
    OTHER,
    TODAY,
    books,
    expense,
    lids_of,
    no_changes,
    opened,
    some_changes,
    touching,
)
from tests.store.test_groups import shown

QUICK = (Phase.explicit, Phase.reuse, Phase.generate)
PARTS = st.sampled_from(
    ["ac", "m", "inv", "INV-", "sö", "漢", "漢字", '"', 'd "s', "%", "_", "zz", "acme", "ner", "cme\nacm"]
)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every plan for large lists on books of a few rows."""
    monkeypatch.setattr(search, "COMMON", 10_000)
    monkeypatch.setattr(spread, "LARGE", 2)
    monkeypatch.setattr(paths, "WIDE_STRIDE", 3)
    monkeypatch.setattr(upkeep, "SLICE", 3)


def tidy(cache: Cache) -> None:
    while cache.tidy():
        pass


@pytest.mark.usefixtures("small")
def test_rare_words_are_found_by_the_index_through_every_change() -> None:
    @given(st.data())
    @settings(max_examples=30, deadline=None, phases=QUICK)
    def run(data: st.DataObject) -> None:
        records = data.draw(books(EXPENSES))
        changes = data.draw(some_changes(records))
        later = data.draw(books(EXPENSES, 6))
        field = data.draw(st.sampled_from([None, "text", "person"]))
        words = data.draw(st.lists(PARTS, min_size=1, max_size=2))
        term = Term(field, tuple(Operand(Comparison.HAS, word) for word in words), data.draw(st.booleans()))
        query = Query((term,))
        with opened() as (cache, reader):
            cache.put(ACCOUNT, records, 1, no_changes)
            cache.put(OTHER, data.draw(books(EXPENSES, 3)), 1, no_changes)
            tidy(cache)
            cache.refold(ACCOUNT, lids_of(records, changes), touching(changes))
            cache.put(ACCOUNT, later, 2, touching(changes))
            if later:
                cache.remove(ACCOUNT, "expenses", [later[0].id], touching(changes))
            expected = [row.lid for row in shown(reader, EXPENSES, lids_of([*records, *later], changes), query)]
            assert [row.lid for row in reader.rows(EXPENSES, query).fetch(0, 50)] == expected
            tidy(cache)
            assert [row.lid for row in reader.rows(EXPENSES, query).fetch(0, 50)] == expected
            assert reader.count(EXPENSES, query) == len(expected)

    run()


@pytest.mark.usefixtures("small")
def test_any_order_of_several_keys_has_its_positions_with_anchors_and_without() -> None:
    @given(st.data())
    @settings(max_examples=30, deadline=None, phases=QUICK)
    def run(data: st.DataObject) -> None:
        records = data.draw(books(EXPENSES))
        names = st.sampled_from(["currency", "approval", "billable", "person", "amount", "date", "text"])
        keys = st.lists(st.builds(SortKey, names, st.booleans()), max_size=3, unique_by=lambda key: key.field)
        query = Query(data.draw(queries(EXPENSES)).terms[:1], tuple(data.draw(keys)))
        with opened() as (cache, reader):
            cache.put(ACCOUNT, records, 1, no_changes)
            order = [row.lid for row in shown(reader, EXPENSES, [record.lid for record in records], query)]
            window = reader.rows(EXPENSES, query)
            if data.draw(st.booleans()):
                anchors = reader.anchors(EXPENSES, query, window.generation)
                assert anchors.length == len(order)
                assert window.take(anchors)
                assert window.length == len(order)
            for _ in range(6):
                first, count = data.draw(st.integers(0, 15)), data.draw(st.integers(0, 6))
                assert [row.lid for row in window.fetch(first, count)] == order[first : first + count]
            for lid in data.draw(st.permutations(order)):
                assert window.position_of(lid) == order.index(lid)

    run()


def test_anchors_of_before_a_refresh_are_not_taken() -> None:
    with opened() as (cache, reader):
        cache.put(ACCOUNT, [expense("1", 5)], 1, no_changes)
        window = reader.rows(EXPENSES, Query())
        anchors = reader.anchors(EXPENSES, Query(), window.generation)
        window.refresh()
        assert not window.take(anchors)
        assert window.length is None


def test_a_rare_word_is_looked_up_and_a_common_one_walked() -> None:
    with opened() as (cache, reader):
        cache.put(ACCOUNT, [expense(str(number), 5, text=f"taxi no{number}no") for number in range(900)], 1, no_changes)
        rare, common = (parse_query(word, EXPENSES, today=TODAY) for word in ("no777no", "taxi"))
        assert [row.id for row in reader.rows(EXPENSES, rare).fetch(0, 9)] == ["777"]
        tidy(cache)
        assert reader.rows(EXPENSES, rare)._seeker().lead is not None
        assert reader.rows(EXPENSES, common)._seeker().lead is None
        assert [row.id for row in reader.rows(EXPENSES, rare).fetch(0, 9)] == ["777"]


def test_words_are_found_where_sqlite_has_no_full_text_index(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kworkbench.store.schema._can_search", lambda _db: False)
    with opened() as (cache, reader):
        cache.put(ACCOUNT, [expense("1", 5, text="taxi"), expense("2", 5, text="bus")], 1, no_changes)
        tidy(cache)
        found = reader.rows(EXPENSES, parse_query("taxi", EXPENSES, today=TODAY)).fetch(0, 9)
        assert [row.id for row in found] == ["1"]
