from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from kworkbench.domain.catalog import Resource, SortKey
from kworkbench.domain.query import Query, parse_query
from kworkbench.domain.resources import EXPENSES, INVOICES
from kworkbench.store.reader import Reader, Row, Window
from kworkbench.store.seek import Seeker
from tests.store.books import (
    ACCOUNT,
    OTHER,
    TODAY,
    Scale,
    asked,
    books,
    expense,
    invoice,
    lids_of,
    no_changes,
    opened,
    scales,
    some_changes,
    touching,
)
from tests.store.naive import listed

QUICK = (Phase.explicit, Phase.reuse, Phase.generate)
RESOURCE = st.sampled_from([INVOICES, EXPENSES])


def parsed(text: str, resource: Resource = EXPENSES) -> Query:
    return parse_query(text, resource, today=TODAY)


def everything(reader: Reader, resource: Resource, lids: Iterable[str]) -> list[Row]:
    return [row for lid in lids if (row := reader.row(resource, lid)) is not None]


@given(st.data())
@settings(max_examples=25, deadline=None, phases=QUICK)
def test_any_window_equals_the_whole_list_computed_in_memory(data: st.DataObject) -> None:
    resource = data.draw(RESOURCE)
    query = data.draw(asked(resource))
    with opened() as (cache, reader), data.draw(scales()).applied():
        cache.put(OTHER, data.draw(books(resource, 3)), 1, no_changes)
        window = reader.rows(resource, query)
        lids: list[str] = []
        for seq in (1, 2):
            records = data.draw(books(resource))
            changes = touching(found := data.draw(some_changes(records)))
            cache.put(ACCOUNT, records, seq, changes)
            lids = list(dict.fromkeys([*lids, *lids_of(records, found)]))
            cache.refold(ACCOUNT, lids, changes)
            while data.draw(st.booleans()) and cache.tidy():
                pass
            window.refresh()
            expected = [row.lid for row in listed(everything(reader, resource, lids), resource, query, TODAY)]
            assert reader.count(resource, query) == len(expected)
            assert_reads(window, expected, data)


def assert_reads(window: Window, expected: list[str], data: st.DataObject) -> None:
    """Whatever is known of it and in whichever order it is read, at any scroll position."""
    if data.draw(st.booleans()):
        window.count()
    if data.draw(st.booleans()):
        assert window.take(window.anchors(window.generation))
        assert window.length == len(expected)
    for _ in range(4):
        if data.draw(st.booleans()) and expected:
            at = data.draw(st.integers(0, len(expected) - 1))
            assert window.position_of(expected[at]) == at
        first, count = data.draw(st.integers(0, 15)), data.draw(st.integers(0, 6))
        assert [row.lid for row in window.fetch(first, count)] == expected[first : first + count]
    for position, lid in sorted(enumerate(expected), reverse=data.draw(st.booleans())):
        assert window.position_of(lid) == position
    assert window.position_of("expenses:none") is None


@given(st.data())
@settings(max_examples=15, deadline=None, phases=QUICK)
def test_rows_around_a_record_need_no_position(data: st.DataObject) -> None:
    records = data.draw(books(EXPENSES))
    query = Query((), data.draw(asked(EXPENSES)).sort)
    with opened() as (cache, reader):
        cache.put(ACCOUNT, records, 1, no_changes)
        order = [row.lid for row in listed(everything(reader, EXPENSES, lids_of(records, [])), EXPENSES, query, TODAY)]
        window = reader.rows(EXPENSES, query)
        for at, lid in enumerate(order):
            before, count = data.draw(st.integers(0, 5)), data.draw(st.integers(6, 9))
            first = max(0, at - before)
            found = window.around(lid, before, count)
            assert found is not None
            assert [row.lid for row in found] == order[first : first + count]
        assert window.around("expenses:none", 3, 5) is None


def test_the_first_order_of_invoices_is_late_ones_by_age_then_newest() -> None:
    with opened() as (cache, reader):
        records = [
            invoice("1", due="2026-04-01", issued="2026-03-01"),
            invoice("2", due="2026-03-01", issued="2026-02-01"),
            invoice("3", due="2026-01-01", issued="2025-12-01"),
            invoice("4", due="2025-01-01", outstanding=0, settlement="paid", issued="2026-03-02"),
            invoice("5", due=None, issued=None),
        ]
        cache.put(ACCOUNT, records, 1, no_changes)
        window = reader.rows(INVOICES, Query())
        assert [row.id for row in window.fetch(0, 9)] == ["3", "2", "4", "1", "5"]
        assert [row.values["late"] for row in window.fetch(0, 2)] == [62, 3]
        assert window.length == 5


def test_rows_without_a_value_stand_last_in_both_directions() -> None:
    with opened() as (cache, reader):
        records = [invoice("1", due=None), invoice("2", due="2026-01-01"), invoice("3", due="2026-02-01")]
        cache.put(ACCOUNT, records, 1, no_changes)
        for descending, order in ((False, ["2", "3", "1"]), (True, ["3", "2", "1"])):
            rows = reader.rows(INVOICES, Query(sort=(SortKey("due", descending),))).fetch(0, 9)
            assert [row.id for row in rows] == order


def test_amounts_sort_by_worth_in_their_own_currency_and_numbers_as_numbers() -> None:
    with opened() as (cache, reader):
        cache.put(
            ACCOUNT,
            [
                invoice("1", number="INV-10", total=180000, currency="JPY"),
                invoice("2", number="inv-9", total=1245000, currency="EUR"),
                invoice("3", number="INV-100", total=777, currency="KWD"),
            ],
            1,
            no_changes,
        )
        by_total = reader.rows(INVOICES, Query(sort=(SortKey("total"),))).fetch(0, 3)
        assert [row.id for row in by_total] == ["3", "2", "1"]
        by_number = reader.rows(INVOICES, Query(sort=(SortKey("number"),))).fetch(0, 3)
        assert [row.id for row in by_number] == ["2", "1", "3"]


def test_a_window_follows_changes_after_refresh() -> None:
    with opened() as (cache, reader):
        query = parsed("sort:amount")
        window = reader.rows(EXPENSES, query)
        assert window.fetch(0, 5) == []
        cache.put(ACCOUNT, [expense(str(number), number) for number in range(100)], 1, no_changes)
        window.refresh()
        assert [row.id for row in window.fetch(90, 20)] == [str(number) for number in range(90, 100)]
        assert window.length == 100
        cache.remove(ACCOUNT, "expenses", [str(number) for number in range(50)], no_changes)
        window.refresh()
        assert [row.id for row in window.fetch(0, 2)] == ["50", "51"]
        assert window.position_of("expenses:99") == 49


def test_a_told_length_is_used_to_read_from_the_end() -> None:
    with opened() as (cache, reader):
        cache.put(ACCOUNT, [expense(str(number), number) for number in range(200)], 1, no_changes)
        window = reader.rows(EXPENSES, parsed("sort:amount"))
        window.known(200)
        assert [row.id for row in window.fetch(195, 60)] == ["195", "196", "197", "198", "199"]
        assert window.fetch(200, 5) == []


@pytest.mark.parametrize("resource", [INVOICES, EXPENSES])
def test_every_single_sort_walks_an_index_instead_of_sorting(resource: Resource) -> None:
    with opened() as (cache, reader):
        cache.put(ACCOUNT, [invoice("1"), expense("1", 5)], 1, no_changes)
        plans: list[str] = []
        for name in set(resource.order) - {"status"}:
            for descending in (False, True):
                window = reader.rows(resource, Query(sort=(SortKey(name, descending),)))
                plans += explain(window._seeker())
        assert plans
        assert [plan for plan in plans if "USE TEMP B-TREE FOR ORDER BY" in plan] == []


def explain(seeker: Seeker) -> list[str]:
    found: list[str] = []
    for segment in seeker._order:
        by = ", ".join(f"{key.sql} {'DESC' if key.descending else 'ASC'}" for key in segment.keys)
        sql = f"EXPLAIN QUERY PLAN {seeker._select(segment, segment.where)} ORDER BY {by} LIMIT 60"
        found += [row[3] for row in seeker.source.db.execute(sql, seeker.source.params)]
    return found


@pytest.mark.parametrize("near", [1, 2, 20])
def test_a_records_place_is_counted_from_whichever_end_is_near(near: int) -> None:
    with opened() as (cache, reader), Scale(rare=0, large=9, stride=50, near=near).applied():
        cache.put(ACCOUNT, [expense(str(number), number) for number in range(9)], 1, no_changes)
        for text in ("sort:amount", "sort:-amount", "sort:currency,-amount", "sort:category,amount currency:eur"):
            window = reader.rows(EXPENSES, parsed(text))
            order = [row.lid for row in reader.rows(EXPENSES, parsed(text)).fetch(0, 9)]
            assert window.count() == 9
            assert [window.position_of(lid) for lid in reversed(order)] == [*range(8, -1, -1)]


def test_the_place_of_a_late_invoice_is_counted_without_reading_those_behind_it() -> None:
    with opened() as (cache, reader):
        days = [f"2025-{month:02}-{day:02}" for month in range(1, 11) for day in range(1, 29)]
        records = [invoice(f"{number:04}", due=day) for number, day in enumerate(days * 10)]
        cache.put(ACCOUNT, records, 1, no_changes)
        window = reader.rows(INVOICES, parsed("status:open", INVOICES))
        rows = window.fetch(0, 60)
        steps = 0

        def step() -> int:
            nonlocal steps
            steps += 1
            return 0

        window.refresh()
        window._begin()
        window._db.set_progress_handler(step, 100)
        try:
            assert [window.position_of(rows[at].lid) for at in (3, 50)] == [3, 50]
        finally:
            window._db.set_progress_handler(None, 0)
        assert steps < 100, f"{steps} hundred steps of SQLite"
