"""Reading what changed, reading again after a fault, what is fresh, and stopping (sync-engine.md section 5)."""

from __future__ import annotations

from concurrent.futures import Future
from datetime import datetime, timedelta

import pytest

from kworkbench.providers.base import Request
from kworkbench.providers.kantata.provider import KantataProvider
from kworkbench.sync.engine import STOPPED
from kworkbench.sync.freshness import Freshness
from kworkbench.sync.refresh import MARGIN, WHOLE_AFTER
from tests.sync.conftest import Open
from tests.sync.making import ACCOUNT, a_change, an_edit
from tests.sync.stage import Stage
from tests.sync.virtual import MORNING, VirtualTime


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Kind and moment of every request for changes."""
    found: list[tuple[str, str]] = []
    real = KantataProvider.list_changed

    def list_changed(self: KantataProvider, kind: str, since: str, number: int, size: int) -> Request | None:
        if since:
            found.append((kind, since))
        return real(self, kind, since, number, size)

    monkeypatch.setattr(KantataProvider, "list_changed", list_changed)
    return found


def moved(stage: Stage, record_id: str, billable: bool) -> None:
    """Somebody else edits an expense, now."""
    now = stage.time.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    sql = "UPDATE expenses SET billable = ?, updated_at = ? WHERE id = ?"
    stage.server_writes(sql, int(billable), now, int(record_id))


def test_a_refresh_reads_only_what_changed_since_the_last_with_ten_minutes_to_spare(
    kantata: Stage, asked: list[tuple[str, str]]
) -> None:
    row = kantata.plain_expenses()[0]
    kantata.time.advance(900)
    moved(kantata, row.id or "", not row.values["billable"])
    told = len(kantata.notices)
    assert kantata.sync("expenses", full=False) == ""
    ((kind, since),) = asked
    assert kind == "expenses"
    assert datetime.fromisoformat(since) <= MORNING - MARGIN
    after = kantata.row(row.lid)
    assert after is not None
    assert after.values["billable"] is not row.values["billable"]
    assert len(kantata.rows("expenses")) > 1
    assert any(type(notice).__name__ == "Synced" for notice in kantata.notices[told:])


def test_changes_are_asked_for_from_the_last_reading_of_changes_on(
    kantata: Stage, asked: list[tuple[str, str]]
) -> None:
    for _ in range(2):
        kantata.time.advance(1200)
        assert kantata.sync("expenses", full=False) == ""
    first, second = (datetime.fromisoformat(since) for _, since in asked)
    assert second - first >= timedelta(seconds=1200)


def test_a_clock_that_is_behind_the_servers_asks_in_the_servers_time(
    kantata: Stage, asked: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kworkbench.sync.traffic.Traffic.ahead", lambda *_: timedelta(hours=2))
    kantata.time.advance(60)
    assert kantata.sync("expenses", full=False) == ""
    assert datetime.fromisoformat(asked[0][1]) >= MORNING + timedelta(hours=2) - MARGIN - timedelta(minutes=1)


def test_now_and_then_the_whole_is_read_all_the_same(kantata: Stage, asked: list[tuple[str, str]]) -> None:
    gone = kantata.plain_expenses()[0]
    kantata.server_writes("DELETE FROM expenses WHERE id = ?", int(gone.id or 0))
    kantata.time.advance(60)
    assert kantata.sync("expenses", full=False) == ""
    assert kantata.row(gone.lid) is not None
    kantata.time.advance(WHOLE_AFTER.total_seconds())
    assert kantata.sync("expenses", full=False) == ""
    assert kantata.row(gone.lid) is None
    assert len(asked) == 1


def test_a_full_resync_reads_everything_whatever_is_known(kantata: Stage, asked: list[tuple[str, str]]) -> None:
    kantata.time.advance(60)
    assert kantata.sync("expenses", full=True) == ""
    assert asked == []


def test_a_provider_that_cannot_filter_by_change_is_read_whole(productive: Stage) -> None:
    gone = productive.plain_expenses()[0]
    productive.server_writes("UPDATE expenses SET deleted_at = '2026-03-31T09:00:00Z' WHERE id = ?", int(gone.id or 0))
    productive.time.advance(60)
    assert productive.sync("expenses", full=False) == ""
    assert productive.row(gone.lid) is None


def test_a_server_that_does_not_know_the_filter_is_read_whole(kantata: Stage) -> None:
    kantata.faults("status=400,route=GET:*expenses*,times=1")
    kantata.time.advance(60)
    assert kantata.sync("expenses", full=False) == ""


@pytest.mark.parametrize(("times", "works"), [(2, True), (3, False)])
def test_a_page_is_asked_for_three_times_before_a_scan_gives_up(kantata: Stage, times: int, works: bool) -> None:
    kantata.faults(f"status=503,route=GET:*expenses*,times={times}")
    reading: Future[str] = kantata.home.refresh(kantata.account, ("expenses",), full=True)

    def over() -> bool:
        kantata.time.advance(2.0)
        return reading.done()

    kantata.until(over, "the end of the reading")
    assert (reading.result(1) == "") is works


def test_a_reading_is_stopped_and_what_was_read_stays(open_stage: Open) -> None:
    stage = open_stage("kantata")
    stage.wire.hold("GET")
    reading: Future[str] = stage.home.refresh(stage.account, ("expenses",), full=True)
    stage.wire.await_request("GET", 1)
    assert stage.home.cancel(stage.account).result(5) == ""
    assert reading.result(5) == STOPPED
    stage.wire.release()
    assert stage.rows("expenses")
    assert stage.sync("expenses") == ""


def test_what_is_fresh_is_not_read_again_until_its_time_is_over_or_a_change_moved_it(kantata: Stage) -> None:
    def reads(kinds: tuple[str, ...], *, stale: bool = True) -> int:
        before = len(kantata.wire.sent)
        assert kantata.home.refresh(kantata.account, kinds, stale=stale).result(5) == ""
        return len(kantata.wire.sent) - before

    assert reads(("expenses",)) > 0
    assert reads(("expenses",)) == 0
    assert reads(("expenses",), stale=False) > 0
    kantata.time.advance(31.0)
    assert reads(("expenses",)) > 0
    kantata.edit(kantata.plain_expenses()[0], text="Moved")
    kantata.await_settled()
    assert reads(("expenses",)) > 0


def test_money_is_fresh_for_half_a_minute_lists_for_five_and_currencies_for_a_day() -> None:
    time = VirtualTime()
    fresh = Freshness(time)
    kinds = ("payments", "projects", "currencies")
    assert fresh.stale(ACCOUNT, kinds) == kinds
    fresh.read(ACCOUNT, kinds, fresh.begin())
    for seconds, left in ((29.0, ()), (2.0, ("payments",)), (270.0, ("payments", "projects")), (86_100.0, kinds)):
        time.advance(seconds)
        assert fresh.stale(ACCOUNT, kinds) == left
    assert fresh.stale("another", ("projects",)) == ("projects",)


def test_a_change_makes_its_kind_stale_and_the_invoices_of_a_payment() -> None:
    time = VirtualTime()
    fresh = Freshness(time)
    kinds = ("invoices", "payments", "expenses")
    fresh.read(ACCOUNT, kinds, fresh.begin())
    fresh.moved(a_change())
    assert fresh.stale(ACCOUNT, kinds) == ("invoices", "payments")
    time.advance(1.0)
    began = fresh.begin()
    time.advance(1.0)
    fresh.moved(an_edit())
    fresh.read(ACCOUNT, kinds, began)
    assert fresh.stale(ACCOUNT, kinds) == ("expenses",)
