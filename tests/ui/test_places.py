from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kworkbench.domain.rowset import RowSet
from kworkbench.store.rows import Row
from kworkbench.ui.widgets.marks import Marks
from kworkbench.ui.widgets.pages import Pages
from kworkbench.ui.widgets.places import Places


class Source:
    """Rows in an order that a test changes."""

    def __init__(self, lids: list[str]) -> None:
        self.lids = lids
        self.known = set(lids)

    def fetch(self, first: int, count: int) -> list[Row]:
        return [Row(lid, lid, {}) for lid in self.lids[first : first + count]]

    def count(self) -> int:
        return len(self.lids)

    def position_of(self, lid: str) -> int | None:
        return self.lids.index(lid) if lid in self.lids else None

    def refresh(self) -> None:
        """Nothing is remembered here."""

    def row(self, lid: str) -> Row | None:
        return Row(lid, lid, {}) if lid in self.known else None


def lids(rows: list[Row]) -> list[str]:
    return [row.lid for row in rows]


ORDER = st.permutations([f"r{number}" for number in range(12)])


@given(
    ORDER, ORDER, st.sets(st.integers(0, 11), max_size=5), st.integers(0, 12), st.integers(0, 12), st.integers(1, 14)
)
def test_rows_with_own_changes_keep_their_place_and_no_row_is_lost_or_doubled(
    before: list[str], after: list[str], kept: set[int], size: int, first: int, count: int
) -> None:
    source = Source(list(before))
    places = Places(source, source.row)
    source.lids = list(after)[:size]
    pinned = {before[place]: place for place in kept}
    places.refresh(lambda row, _position: row.lid in pinned, list(enumerate_lids(before)))
    whole = lids(places.fetch(0, 50))
    assert sorted(whole) == sorted({*source.lids, *pinned})
    assert len(whole) == size + places.extra
    if all(place < len(whole) for place in pinned.values()):
        assert {lid: whole.index(lid) for lid in pinned} == pinned
    assert [lid for lid in whole if lid not in pinned] == [lid for lid in source.lids if lid not in pinned]
    assert lids(places.fetch(first, count)) == whole[first : first + count]
    for place, lid in enumerate(whole):
        assert places.place_of(lid) == place
        assert places.is_faded(lid) is (lid not in source.lids)


def enumerate_lids(order: list[str]) -> list[tuple[str, int]]:
    return [(lid, place) for place, lid in enumerate(order)]


def test_a_pinned_row_that_is_gone_at_the_server_vanishes() -> None:
    source = Source(["a", "b", "c"])
    places = Places(source, source.row)
    places.refresh(lambda row, _position: row.lid == "b", [("b", 1)])
    source.lids, source.known = ["a", "c"], {"a", "c"}
    places.refresh(lambda _row, _position: False, [])
    assert lids(places.fetch(0, 9)) == ["a", "c"]
    assert places.place_of("b") is None


def test_a_row_that_was_not_told_of_keeps_its_place_too() -> None:
    source = Source(["a", "b", "c", "d"])
    places = Places(source, source.row)
    source.lids = ["a", "d"]
    places.refresh(lambda row, _position: row.lid == "b", enumerate_lids(["a", "b", "c", "d"]), {"a"})
    assert lids(places.fetch(0, 9)) == ["a", "b", "d"]
    assert places.is_faded("b")


def test_marks_can_be_cleared_and_brought_back() -> None:
    marks = Marks()
    marks.add(RowSet.of([1, 2]))
    marks.toggle(2)
    assert list(marks.rows) == [1]
    marks.clear()
    assert not marks
    assert marks.can_bring_back
    marks.bring_back()
    assert list(marks.rows) == [1]
    assert not marks.can_bring_back


def test_a_range_marks_what_lies_between_and_gives_back_what_it_leaves() -> None:
    marks = Marks()
    marks.add(RowSet.of([99]))
    marks.range_from(4, 14)
    assert marks.span(6) == (4, 6)
    marks.mark_range([14, 15, 16])
    marks.mark_range([14, 15])
    assert list(marks.rows) == [14, 15, 99]
    marks.end_range()
    assert marks.span(9) is None
    assert list(marks.rows) == [14, 15, 99]


@given(st.integers(0, 40), st.lists(st.tuples(st.integers(0, 45), st.integers(1, 6)), min_size=1, max_size=8))
def test_pages_read_only_what_is_new_and_never_mix_places_up(size: int, loads: list[tuple[int, int]]) -> None:
    source = Source([f"r{number}" for number in range(size)])
    pages = Pages()
    pages.open(Places(source, source.row))
    for place, height in loads:
        held = {place: pages.at(place) for place in range(size) if pages.holds(place)}
        new = pages.load(place, height)
        first = max(0, place - height)
        wanted = source.lids[first : first + 3 * height]
        assert lids(pages.rows) == wanted
        assert lids(new) == [lid for lid in wanted if source.lids.index(lid) not in held]
        if len(wanted) < 3 * height and (wanted or not first):
            assert pages.counted == size
        assert pages.counted in (None, size)
