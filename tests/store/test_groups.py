from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from kworkbench.domain.catalog import Resource, ValueType
from kworkbench.domain.changes import Op
from kworkbench.domain.query import Query
from kworkbench.domain.records import Record, Values
from kworkbench.domain.resources import EXPENSES, INVOICES, PAYMENTS
from kworkbench.domain.rowset import RowSet
from kworkbench.domain.text import fold_text
from kworkbench.domain.views import DUPLICATES, MONTH, groupable
from kworkbench.store import sums
from kworkbench.store.reader import GroupedWindow, GroupRow, Reader, Row, TooManyGroupsError
from tests.store.books import (
    ACCOUNT,
    TODAY,
    asked,
    books,
    change,
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
from tests.store.test_figures import totals

QUICK = (Phase.explicit, Phase.reuse, Phase.generate)


def key_of(row: Row, resource: Resource, by: str) -> str:
    if by == MONTH:
        return str(row.values[resource.day_field] or "")[:7]
    value, kind = row.values[by], resource.field(by).type
    if kind is ValueType.YES_NO:
        return "yes" if value is True else "no"
    return (fold_text(str(value)) if kind is ValueType.TEXT else str(value)) if value else ""


def shown(reader: Reader, resource: Resource, lids: list[str], query: Query) -> list[Row]:
    rows = [row for lid in lids if (row := reader.row(resource, lid)) is not None]
    return listed(rows, resource, query, TODAY)


@given(st.data())
@settings(max_examples=30, deadline=None, phases=QUICK)
def test_groups_and_the_lines_of_a_grouped_list_equal_those_computed_in_memory(data: st.DataObject) -> None:
    resource = data.draw(st.sampled_from([INVOICES, PAYMENTS, EXPENSES]))
    by = data.draw(st.sampled_from([name for name in groupable(resource) if name != DUPLICATES]))
    records, query = data.draw(books(resource)), data.draw(asked(resource))
    changes = data.draw(some_changes(records))
    lids = lids_of(records, changes)
    with data.draw(scales()).applied(), opened() as (cache, reader), opened() as (server, confirmed):
        cache.put(ACCOUNT, records, 1, touching(changes))
        cache.refold(ACCOUNT, lids, touching(changes))
        server.put(ACCOUNT, records, 1, no_changes)
        rows = shown(reader, resource, lids, query)
        base = shown(confirmed, resource, lids, query)
        heads = reader.groups(resource, query, by)
        assert {head.key: head.rows for head in heads} == Counter(key_of(row, resource, by) for row in rows)
        for head in heads:
            mine = [row for row in rows if key_of(row, resource, by) == head.key]
            theirs = [row for row in base if key_of(row, resource, by) == head.key]
            figures = {(one.label, one.currency): one.minor for one in head.sums if one.minor}
            assert figures == totals(resource, mine)
            confirmed_figures = {(one.label, one.currency): one.server_minor for one in head.sums if one.server_minor}
            assert confirmed_figures == totals(resource, theirs)
            is_text = by != MONTH and resource.field(by).type is ValueType.TEXT
            assert (fold_text(head.label) if is_text else head.label) == head.key
        assert_lines(reader.grouped(resource, query, by, heads), heads, rows, resource, by, data)


def assert_lines(
    window: GroupedWindow,
    heads: tuple[GroupRow, ...],
    rows: list[Row],
    resource: Resource,
    by: str,
    data: st.DataObject,
) -> None:
    opened_keys = set(data.draw(st.lists(st.sampled_from([head.key for head in heads])))) if heads else set()
    lines: list[str] = []
    for head in heads:
        lines.append(f"[{head.key}]")
        if head.key in opened_keys:
            window.open(head.key)
            lines += [row.lid for row in rows if key_of(row, resource, by) == head.key]
    assert window.count() == len(lines)
    for _ in range(4):
        first, count = data.draw(st.integers(0, 15)), data.draw(st.integers(0, 8))
        found = [line.lid if isinstance(line, Row) else f"[{line.key}]" for line in window.fetch(first, count)]
        assert found == lines[first : first + count]
    for row in rows:
        assert window.position_of(row.lid) == (lines.index(row.lid) if row.lid in lines else None)
    for head in heads:
        assert window.position_of_group(head.key) == lines.index(f"[{head.key}]")


def test_groups_stand_in_the_order_of_their_words_and_months_newest_first() -> None:
    with opened() as (cache, reader):
        records = [
            expense("1", 5, approval="rejected", date="2026-01-05", project="Zoo"),
            expense("2", 5, approval="none", date="2026-02-05", project="älg"),
            expense("3", 5, approval="none", date=None, project=None),
        ]
        cache.put(ACCOUNT, records, 1, no_changes)
        assert [head.key for head in reader.groups(EXPENSES, Query(), "approval")] == ["none", "rejected"]
        assert [head.label for head in reader.groups(EXPENSES, Query(), "project")] == ["älg", "Zoo", ""]
        assert [head.key for head in reader.groups(EXPENSES, Query(), MONTH)] == ["2026-02", "2026-01", ""]


def test_a_grouped_list_keeps_its_open_groups_through_a_refresh() -> None:
    with opened() as (cache, reader):
        cache.put(ACCOUNT, [invoice("1"), invoice("2", client="Beta")], 1, no_changes)
        window = reader.grouped(INVOICES, Query(), "client", reader.groups(INVOICES, Query(), "client"))
        window.open("beta")
        cache.put(ACCOUNT, [invoice("3", client="Beta"), invoice("4", client="Aaa")], 2, no_changes)
        window.refresh(reader.groups(INVOICES, Query(), "client"))
        assert [line.label for line in window.fetch(0, 9) if isinstance(line, GroupRow)] == ["Aaa", "Acme", "Beta"]
        assert window.is_open("beta")
        assert window.length == 5
        window.close("beta")
        assert window.length == 3


PAIRS = st.frozensets(
    st.tuples(st.integers(1, 8), st.integers(1, 8)).map(lambda two: frozenset(f"expenses:{one}" for one in two)),
    max_size=5,
)


def alike() -> st.SearchStrategy[list[Record]]:
    days = st.integers(1, 12).map(lambda day: f"2026-03-{day:02d}") | st.none()
    one = st.fixed_dictionaries(
        {
            "date": days,
            "project": st.sampled_from(["A", "a", "B", None]),
            "currency": st.sampled_from(["EUR", "JPY"]),
            "person": st.sampled_from(["Ann", "Bo", None]),
            "text": st.sampled_from(["taxi", "bus", None]),
            "invoiced": st.booleans(),
            "receipt": st.booleans(),
            "approval": st.sampled_from(["none", "approved", "rejected"]),
        }
    )
    return st.lists(one, max_size=8).map(
        lambda found: [expense(str(number), 500, **values) for number, values in enumerate(found, start=1)]
    )


@given(alike(), PAIRS)
@settings(max_examples=30, deadline=None, phases=QUICK)
def test_possible_duplicates_are_what_near_pairs_join(
    records: list[Record], dismissed: frozenset[frozenset[str]]
) -> None:
    with opened() as (cache, reader):
        cache.put(ACCOUNT, records, 1, no_changes)
        found = reader.groups(EXPENSES, Query(), DUPLICATES, dismissed)
        by_lid = {record.lid: record.values for record in records}
        groups = [set(reader.lids(EXPENSES, RowSet.of(head.members))) for head in found]
        assert sorted(map(sorted, groups)) == sorted(map(sorted, joined(by_lid, dismissed)))
        for head, lids in zip(found, groups, strict=True):
            assert head.kept == min(lids, key=lambda lid: rank(by_lid[lid], lid))
            same = [
                Counter(by_lid[lid].get(name) for lid in lids if by_lid[lid].get(name)) for name in ("person", "text")
            ]
            assert head.strong is any(most > 1 for counts in same for most in counts.values())
            summed = [lid for lid in lids if by_lid[lid]["approval"] != "rejected"]
            assert sum(one.minor for one in head.sums) == 500 * len(summed)
        assert [head.strong for head in found] == sorted((head.strong for head in found), reverse=True)


def rank(values: Values, lid: str) -> tuple[bool, bool, bool, str, int]:
    late = str(values["date"])
    return not values["invoiced"], values["approval"] != "approved", not values["receipt"], late, int(lid[9:])


def joined(by_lid: Mapping[str, Values], dismissed: frozenset[frozenset[str]]) -> list[set[str]]:
    groups = [{lid} for lid, values in by_lid.items() if values.get("date") and values.get("project")]
    for one in by_lid:
        for other in by_lid:
            if is_near(by_lid[one], by_lid[other]) and one != other and frozenset((one, other)) not in dismissed:
                mine = next(group for group in groups if one in group)
                theirs = next(group for group in groups if other in group)
                if mine is not theirs:
                    mine |= theirs
                    groups.remove(theirs)
    return [group for group in groups if len(group) > 1]


def is_near(one: Values, other: Values) -> bool:
    days = [date.fromisoformat(str(values["date"])) for values in (one, other) if values["date"] and values["project"]]
    alike = str(one["project"]).lower() == str(other["project"]).lower() and one["currency"] == other["currency"]
    return alike and len(days) == 2 and abs((days[0] - days[1]).days) <= 3


def test_an_expense_that_waits_for_its_delete_is_no_duplicate() -> None:
    going = change(1, Op.DELETE, "expenses", "expenses:2")
    with opened() as (cache, reader):
        cache.put(ACCOUNT, [expense("1", 5, project="A"), expense("2", 5, project="A")], 1, no_changes)
        (head,) = reader.groups(EXPENSES, Query(), DUPLICATES)
        window = reader.grouped(EXPENSES, Query(), DUPLICATES, (head,))
        window.open(head.key)
        assert [line.lid for line in window.fetch(0, 5) if isinstance(line, Row)] == ["expenses:2", "expenses:1"]
        cache.refold(ACCOUNT, ["expenses:2"], touching([going]))
        assert reader.groups(EXPENSES, Query(), DUPLICATES) == ()


def test_a_group_for_nearly_every_row_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sums, "MOST_GROUPS", 2)
    with opened() as (cache, reader):
        cache.put(ACCOUNT, [expense(str(number), 5, text=f"no {number}") for number in range(3)], 1, no_changes)
        assert len(reader.groups(EXPENSES, Query(), "currency")) == 1
        with pytest.raises(TooManyGroupsError, match="Filter first"):
            reader.groups(EXPENSES, Query(), "text")
