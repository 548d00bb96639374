"""Scans of collections of several pages: pages that shift, rows that are gone, copies that stop half-way."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from kworkbench.domain.query import Comparison, Operand
from kworkbench.domain.query.asked import Asked
from kworkbench.domain.resources import EXPENSES
from kworkbench.providers.kantata.provider import KantataProvider
from kworkbench.providers.productive.provider import ProductiveProvider
from kworkbench.store import upkeep
from kworkbench.store.schema import late_indexes
from kworkbench.sync import reading, refresh
from kworkbench.sync.notices import Progressed, RowsChanged, Synced
from tests.sync.conftest import Open
from tests.sync.stage import SIZE, TIMEOUT, Stage
from tests.sync.wire import Sent

PAGE = 20
DELETED = "UPDATE expenses SET deleted_at = '2026-03-31T09:00:00Z' WHERE id = ?"


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    for provider in (KantataProvider, ProductiveProvider):
        monkeypatch.setattr(provider, "TABLES", replace(provider.TABLES, page_size=PAGE))


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Stage]:
    """A home that has read nothing yet."""
    (tmp_path / "empty").mkdir()
    stage = Stage(tmp_path / "empty", "productive")
    stage.home.start()
    yield stage
    stage.close()


def ids(stage: Stage) -> list[str]:
    return sorted((str(row.id) for row in stage.rows("expenses")), key=int)


def after_first_page(stage: Stage, act: object) -> None:
    """Do something when the first page of expenses has been served."""

    def watch(moment: str, sent: Sent) -> None:
        if moment == "after" and "expenses" in sent.path and callable(act):
            stage.wire.watch = lambda _moment, _sent: None
            act()

    stage.wire.watch = watch


def test_a_row_that_a_shifting_page_hides_from_a_scan_stays(stage: Stage) -> None:
    before = ids(stage)
    after_first_page(stage, lambda: stage.server_writes(DELETED, int(before[0])))
    assert stage.sync("expenses") == ""
    assert ids(stage) == before
    assert stage.sync("expenses") == ""
    assert ids(stage) == before[1:]


def test_rows_that_are_gone_leave_once_they_were_looked_for(stage: Stage) -> None:
    before = ids(stage)
    for each in before[3:6]:
        stage.server_writes(DELETED, int(each))
    stage.notices.clear()
    assert stage.sync("expenses") == ""
    assert ids(stage) == [*before[:3], *before[6:]]
    gone = frozenset(f"expenses:{each}" for each in before[3:6])
    assert any(isinstance(told, RowsChanged) and told.lids == gone for told in stage.notices)
    assert isinstance(stage.notices[-1], Synced)


def test_only_so_many_rows_are_looked_for_after_one_scan(open_stage: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = open_stage("productive")
    monkeypatch.setattr(refresh, "MOST_LOOKED_FOR", 2)
    before = ids(stage)
    for each in before[:3]:
        stage.server_writes(DELETED, int(each))
    for left in (1, 0):
        assert stage.sync("expenses") == ""
        assert len(set(before[:3]) & set(ids(stage))) == left


def test_a_related_record_that_is_gone_leaves_at_once(productive: Stage) -> None:
    people = productive.reader.related("people")
    asked = len(productive.wire.sent)
    productive.server_writes("DELETE FROM memberships WHERE 0")
    assert productive.sync("people") == ""
    assert productive.reader.related("people") == people
    assert all(sent.path.endswith(("people", "organization_memberships")) for sent in productive.wire.sent[asked:])


def test_the_page_behind_the_next_is_asked_for_before_the_next_has_come(empty: Stage) -> None:
    after_first_page(empty, lambda: empty.wire.hold("GET"))
    reading: Future[str] = empty.home.refresh(empty.account, ("expenses",))
    empty.wire.await_request("GET", 4)
    assert [sent.path.rpartition("/")[2] for sent in empty.wire.sent] == ["organization_memberships", *["expenses"] * 3]
    empty.wire.release()
    assert reading.result(5) == ""
    assert len(ids(empty)) == SIZE


def test_rows_are_told_with_the_first_page_and_then_now_and_then(empty: Stage) -> None:
    assert empty.sync("expenses") == ""
    told = [one for one in empty.notices if isinstance(one, RowsChanged | Progressed | Synced)]
    assert [type(one) for one in told] == [RowsChanged, Progressed, RowsChanged, Progressed, Synced]
    assert [one.loaded for one in told if isinstance(one, Progressed)] == [PAGE, SIZE]
    rows = [one.lids or frozenset() for one in told if isinstance(one, RowsChanged)]
    assert frozenset().union(*rows) >= {f"expenses:{each}" for each in ids(empty)}


def index_names(stage: Stage) -> set[str]:
    with closing(sqlite3.connect(f"file:{stage.files.cache}?mode=ro", uri=True)) as cache:
        return {name for (name,) in cache.execute("SELECT name FROM sqlite_schema WHERE type = 'index'")}


def test_a_copy_that_stops_keeps_its_rows_tells_them_and_gets_its_indexes(
    empty: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = {name for name, _ in late_indexes(EXPENSES)}
    monkeypatch.setattr(upkeep, "LONG_COPY", 2 * PAGE)
    dropped: list[bool] = []
    real = upkeep.Upkeep.settle

    def settle(self: upkeep.Upkeep) -> None:
        dropped.append(not late & index_names(empty))
        real(self)

    monkeypatch.setattr(upkeep.Upkeep, "settle", settle)
    after_first_page(empty, lambda: setattr(empty.wire, "cut", True))
    assert empty.sync("expenses") != ""
    assert dropped == [True]
    assert len(ids(empty)) == PAGE
    assert any(isinstance(told, RowsChanged) for told in empty.notices)
    empty.home.close()
    empty.wire.cut = False
    empty.home = empty.open_home()
    empty.home.start()
    assert empty.sync("expenses") == ""
    assert len(ids(empty)) == SIZE


def test_the_same_page_twice_ends_the_scan(empty: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    real = ProductiveProvider.list_page
    monkeypatch.setattr(ProductiveProvider, "list_page", lambda self, kind, _number, size: real(self, kind, 1, size))
    assert empty.sync("expenses") == "The server sent page 2 of expenses twice."
    assert len(ids(empty)) == PAGE


def test_a_list_without_end_is_read_so_far(open_stage: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    assert reading.MOST_PAGES == 10_000
    monkeypatch.setattr(reading, "MOST_PAGES", 2)
    stage = open_stage("productive")
    assert stage.sync("expenses") == "The list of expenses has more than 2 pages. It was read so far."
    free = Asked("expenses", "invoicing_status", Operand(Comparison.HAS, "not-invoiced"))
    assert "more than 2 pages" in stage.home.answer(stage.account, free).result(TIMEOUT)


@pytest.mark.parametrize(("status", "reads"), [(403, True), (404, True), (422, False)])
def test_a_list_that_not_every_server_has_stops_nothing_where_it_is_refused(
    kantata: Stage, status: int, reads: bool
) -> None:
    """Without its list a picker is empty; a question that makes no sense is another matter."""
    kantata.faults(f"status={status},route=GET:*/expense_budgets")
    kantata.notices.clear()
    problem = kantata.sync("expense_budgets", "expenses")
    synced = [notice.kind for notice in kantata.notices if isinstance(notice, Synced)]
    assert (problem == "", "expenses" in synced) == (reads, reads)


def test_a_list_that_every_server_has_stops_the_scan_where_it_is_refused(kantata: Stage) -> None:
    kantata.faults("status=403,route=GET:*/vendors")
    assert "403" in kantata.sync("vendors", "expenses")


def test_the_next_number_is_asked_of_whoever_can_say_it(stage: Stage) -> None:
    told = stage.home.next_number(stage.account).result(TIMEOUT)
    numbers = [int(str(row.values["number"])) for row in stage.rows("invoices") if str(row.values["number"]).isdigit()]
    assert told == (str(max(numbers) + 1) if stage.provider == "kantata" else "")
    stage.wire.cut = True
    assert stage.home.next_number(stage.account).result(TIMEOUT) == ""
    stage.home.close()
    assert stage.home.next_number(stage.account).result(TIMEOUT) == ""
