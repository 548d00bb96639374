"""Stories of a list while its books are read for the first time."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from kworkbench.services.notices import Progressed, RowsChanged, Synced
from kworkbench.services.refresh import Progress, SyncStatus
from kworkbench.store.cache import Cache
from tests.ui import books
from tests.ui.standin import Bench
from tests.ui.story import Story, story


async def test_a_first_copy_fills_the_list_and_says_partial(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    begin_first_copy(bench)
    async with story(tmp_path, (80, 24), bench) as told:
        assert "partial: 200 of 412" in told.lines[1]
        assert told.lines[-3].startswith("── partial  outstanding")
        assert told.lines[-2].startswith(" syncing ■")
        account = bench.current.connection.account
        bench.tell(Progressed(account, "invoices", 400, 412))
        await told.settle()
        text = "\n".join(told.lines)
        assert "First copy of the books  you can work meanwhile" in text
        assert "Sums say partial until a list is whole." in text
        finish_first_copy(bench)
        bench.tell(Synced(account, "invoices"))
        await told.settle()
        assert told.lines[1].rstrip(" ─").endswith("412 of 412")
        assert "First copy" not in "\n".join(told.lines)


async def test_the_first_rows_stay_in_sight_while_a_first_copy_brings_others_before_them(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    begin_first_copy(bench)
    async with story(tmp_path, (80, 24), bench) as told:
        first = told.row
        await arrives(told, "INV-0001", "2019-01-01")
        assert "INV-0001" in told.row
        finish_first_copy(bench)
        bench.tell(Synced(bench.current.connection.account, "invoices"))
        await told.settle()
        await arrives(told, "INV-0002", "2018-01-01")
        assert "INV-0001" in told.row
        assert first not in told.row


async def test_a_cursor_that_was_moved_follows_its_record_through_a_first_copy(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    begin_first_copy(bench)
    async with story(tmp_path, (80, 24), bench) as told:
        await told.press("down", "up")
        number = told.row.split()[1]
        await arrives(told, "INV-0001", "2019-01-01")
        assert number in told.row


async def test_what_is_being_read_can_be_stopped_from_the_palette(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    begin_first_copy(bench)
    async with story(tmp_path, (80, 24), bench) as told:
        for _ in range(2):
            await told.press("ctrl+p")
            await told.type("stop reading")
            await told.press("enter")
        assert bench.line.stopped == 1
        assert told.message == "Nothing is being read now."


async def arrives(told: Story, number: str, due: str) -> None:
    """An overdue invoice that stands before all others comes with a page."""
    account = told.bench.current.connection.account
    one = next(books.invoices())
    cache = Cache.open(told.bench.path)
    values = {**one.values, "id": number, "number": number, "due": due}
    cache.put(account, [replace(one, id=number, values=values)], 2, books.no_changes)
    cache.close()
    told.bench.tell(RowsChanged(account, frozenset({"invoices"})))
    await told.settle()


def begin_first_copy(bench: Bench) -> None:
    with sqlite3.connect(bench.path) as db:
        db.execute("UPDATE sync SET checked_at = NULL, loaded = 200, total = 412")
    db.close()
    bench.line.state = SyncStatus(online=True, reason="", sign_in=False, active=(Progress("invoices", 200, 412),))


def finish_first_copy(bench: Bench) -> None:
    with sqlite3.connect(bench.path) as db:
        db.execute("UPDATE sync SET checked_at = '2026-03-04T09:45:00+00:00', loaded = total")
    db.close()
    bench.line.state = SyncStatus(online=True, reason="", sign_in=False, active=())


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (SyncStatus(online=True, reason="", sign_in=False, active=()), "Reading invoices."),
        (SyncStatus(online=False, reason="No answer.", sign_in=False, active=()), "Nothing was read yet."),
        (SyncStatus(online=False, reason="", sign_in=True, active=()), "Productive no longer accepts this sign-in."),
    ],
)
async def test_before_anything_was_read_it_says_what_to_do(tmp_path: Path, state: SyncStatus, expected: str) -> None:
    bench = Bench(tmp_path, filled=False)
    bench.line.state = state
    async with story(tmp_path, bench=bench) as told:
        assert expected in "\n".join(told.lines)
