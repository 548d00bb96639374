"""The overlay moved step by step is the overlay computed anew, and rows that stand are not written twice (I5)."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kworkbench.domain.changes import Change, Op
from kworkbench.domain.records import Record
from kworkbench.store.cache import Cache
from kworkbench.store.cache_file import CacheError
from kworkbench.sync.overlay import Named, Overlay
from tests.sync.making import ACCOUNT, a_bulk, a_change, an_edit

LIDS = ("expenses:5", "expenses:6", "new:1", "new:2")
CHANGES = st.one_of(
    st.builds(lambda lid: {"lid": lid}, st.sampled_from(LIDS)),
    st.builds(lambda rows: {"targets": tuple(rows), "lid": "new:9"}, st.sets(st.sampled_from(LIDS), min_size=1)),
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.integers(1, 6), CHANGES),
        st.tuples(st.just("take"), st.integers(1, 6), st.none()),
        st.tuples(st.just("name"), st.sampled_from(["new:1", "new:2"]), st.none()),
    ),
    max_size=20,
)


def laid(overlay: Overlay) -> dict[str, list[int]]:
    lids = (*LIDS, "expenses:91", "expenses:92", "invoices:9")
    return {lid: [one.seq for one in overlay.changes_of(ACCOUNT)(lid)] for lid in lids}


@settings(max_examples=80, deadline=None)
@given(STEPS)
def test_moved_step_by_step_it_is_what_it_would_be_anew(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, Any, Any]]
) -> None:
    with closing(Cache.open(tmp_path_factory.mktemp("overlay") / "cache.db")) as cache:
        moved, known = Overlay(cache), dict[int, Change]()
        names: dict[tuple[str, str], tuple[str, str]] = {}
        for what, which, fields in steps:
            if what == "put":
                known = dict(sorted({**known, which: an_edit(which, **fields)}.items()))
                moved.move((known[which],), known)
            elif what == "take":
                before = known.pop(which, None)
                moved.move(() if before is None else (before,), known)
            else:
                named = Named(ACCOUNT, which, "expenses", f"9{which[-1]}")
                names[ACCOUNT, which] = (named.kind, named.remote_id)
                moved.name(named)
            anew = Overlay(cache)
            anew.know(names)
            anew.index(known.values())
            assert laid(moved) == laid(anew)


def test_rows_of_a_bulk_create_keep_their_values_when_the_server_names_them(tmp_path: Path) -> None:
    each = {"new:2": {"amount": 200}, "new:3": {"amount": 300}}
    change = a_bulk(op=Op.CREATE, lid="new:9", targets=tuple(each), each=each)
    with closing(Cache.open(tmp_path / "cache.db")) as cache:
        overlay = Overlay(cache)
        overlay.index((change,))
        overlay.name(Named(ACCOUNT, "new:3", "expenses", "93"))
        (found,) = overlay.changes_of(ACCOUNT)("expenses:93")
        assert found.wanted("expenses:93") == {"amount": 300}
        assert overlay.changes_of(ACCOUNT)("new:3") == ()
        overlay.fold(ACCOUNT, {"new:2", "expenses:93"})
        overlay.keep()
        rows = cache._db.execute("SELECT _lid FROM expenses ORDER BY _lid").fetchall()
        assert [lid for (lid,) in rows] == ["expenses:93", "new:2"]
        assert cache._db.execute("SELECT count(*) FROM invoices").fetchone() == (0,)


def written(cache: Cache, change: Change) -> int:
    """How many rows one refold of expense 5 writes."""
    before = cache._db.total_changes
    cache.refold(ACCOUNT, ["expenses:5"], lambda _lid: (change,))
    return cache._db.total_changes - before


def test_a_row_that_stands_so_already_is_not_written_again(tmp_path: Path) -> None:
    with closing(Cache.open(tmp_path / "cache.db")) as cache:
        cache.put(ACCOUNT, (Record("expenses", "5", {"text": "a"}),), 1, lambda _lid: ())
        assert written(cache, an_edit()) > 0
        assert written(cache, an_edit()) == 0
        assert written(cache, an_edit(args={"text": "c"})) > 0
        cache.put(ACCOUNT, (Record("expenses", "5", {"text": "x"}),), 2, lambda _lid: ())
        assert written(cache, an_edit(args={"text": "c"})) > 0


def test_what_was_rolled_back_is_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(Cache.open(tmp_path / "cache.db")) as cache:
        cache.put(ACCOUNT, (Record("expenses", "5", {"text": "a"}),), 1, lambda _lid: ())
        cache._db.execute("PRAGMA max_page_count=1")
        long = an_edit(args={"text": "b" * 200_000})
        with pytest.raises(CacheError):
            cache.refold(ACCOUNT, ["expenses:5"], lambda _lid: (long,))
        cache._db.execute("PRAGMA max_page_count=10000000")
        assert written(cache, long) > 0


def test_a_change_of_another_account_lies_over_nothing_here(tmp_path: Path) -> None:
    with closing(Cache.open(tmp_path / "cache.db")) as cache:
        overlay = Overlay(cache)
        overlay.index((replace(a_change(), account="another"),))
        assert overlay.changes_of(ACCOUNT)("new:1") == ()
