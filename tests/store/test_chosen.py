from __future__ import annotations

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from kworkbench.domain.query import Query
from kworkbench.domain.resources import EXPENSES, INVOICES
from kworkbench.domain.rowset import RowSet
from kworkbench.store import source
from tests.domain.query.strategies import queries
from tests.store.books import (
    ACCOUNT,
    books,
    expense,
    lids_of,
    no_changes,
    opened,
    some_changes,
    touching,
)
from tests.store.test_figures import totals
from tests.store.test_groups import shown

QUICK = (Phase.explicit, Phase.reuse, Phase.generate)
NUMBERS = st.sets(st.integers(0, 70), max_size=20)


@given(NUMBERS, NUMBERS, st.integers(0, 70))
def test_a_set_of_rows_is_a_set(one: set[int], other: set[int], number: int) -> None:
    mine, theirs = RowSet.of(one), RowSet.of(other)
    assert list(mine | theirs) == sorted(one | other)
    assert list(mine & theirs) == sorted(one & other)
    assert list(mine - theirs) == sorted(one - other)
    assert set(mine.toggled(number)) == one ^ {number}
    assert (len(mine), bool(mine), number in mine) == (len(one), bool(one), number in one)
    assert (mine == theirs) is (one == other)
    assert hash(mine.toggled(70).toggled(70)) == hash(mine)


@given(st.data())
@settings(max_examples=25, deadline=None, phases=QUICK)
def test_a_selection_adds_up_whatever_the_list_shows(data: st.DataObject) -> None:
    resource = data.draw(st.sampled_from([INVOICES, EXPENSES]))
    records = data.draw(books(resource))
    changes = data.draw(some_changes(records))
    query, other = data.draw(queries(resource)), data.draw(queries(resource))
    lids = lids_of(records, changes)
    with opened() as (cache, reader), opened() as (server, confirmed):
        cache.put(ACCOUNT, records, 1, touching(changes))
        cache.refold(ACCOUNT, lids, touching(changes))
        server.put(ACCOUNT, records, 1, no_changes)
        rows = shown(reader, resource, lids, other)
        chosen = reader.numbers(resource, other)
        assert set(chosen) == {row.number for row in rows}
        assert sorted(reader.lids(resource, chosen)) == sorted(row.lid for row in rows)
        in_view = [row for row in shown(reader, resource, lids, query) if row.number in chosen]
        assert set(reader.numbers(resource, query, chosen)) == {row.number for row in in_view}
        back = [row.lid for row in reversed(rows)]
        assert [row.lid for row in reader.records(resource, ("none", *back))] == back
        window = reader.rows(resource, query, chosen)
        assert [row.lid for row in window.fetch(0, 30)] == [row.lid for row in in_view]
        found = reader.chosen(resource, query, chosen)
        assert (found.rows, found.not_in_view) == (len(rows), len(rows) - len(in_view))
        sums = reader.all_sums(resource, Query(), chosen)
        assert {(one.label, one.currency): one.minor for one in sums if one.minor} == totals(resource, rows)
        mine = {row.lid for row in rows}
        base = [row for row in shown(confirmed, resource, lids, Query()) if row.lid in mine]
        server_sums = {(one.label, one.currency): one.server_minor for one in sums if one.server_minor}
        assert server_sums == totals(resource, base)


def test_a_number_is_never_given_twice() -> None:
    with opened() as (cache, reader):
        cache.put(ACCOUNT, [expense("1", 5), expense("2", 5)], 1, no_changes)
        chosen = reader.numbers(EXPENSES, Query())
        cache.remove(ACCOUNT, "expenses", ["2"], no_changes)
        cache.put(ACCOUNT, [expense("3", 5), expense("1", 6)], 2, no_changes)
        assert reader.lids(EXPENSES, chosen) == ("expenses:1",)


def test_a_large_selection_reads_as_a_small_one() -> None:
    with opened() as (cache, reader):
        cache.put(ACCOUNT, [expense(str(number), number) for number in range(1, 60)], 1, no_changes)
        chosen = RowSet.of(range(10, 50))
        small = source.chosen_rows(chosen)
        assert small.by_index is not None
        assert len(str(source.chosen_rows(RowSet.of((1_000_000,))).params)) < 100
        assert source.chosen_rows(RowSet.of(range(source.RARE))).by_index is None
        assert reader.count(EXPENSES, Query(), RowSet.of([*range(10, 50), *range(100, 100 + source.RARE)])) == 40
