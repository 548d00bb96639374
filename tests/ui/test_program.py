"""Stories of the whole program: its windows, screens, connections, help, themes and its end."""

from __future__ import annotations

from pathlib import Path

from kworkbench.domain.changes import Op
from kworkbench.domain.connections import Connection
from tests.ui.desk import draft
from tests.ui.standin import Bench
from tests.ui.story import rows_of, story


async def test_a_window_under_60_by_16_says_what_it_needs(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        told.bench.desk.add(draft(told.bench.current, Op.DELETE, "expenses", "expenses:1"))
        await told.pilot.resize_terminal(50, 14)
        await told.settle()
        assert told.lines[0] == "Make the window at least 60 by 16."
        assert told.lines[1] == "1 unsent change is safe."
        await told.pilot.resize_terminal(60, 16)
        await told.settle()
        assert len(rows_of(told.lines)) == 10


async def test_screens_keep_their_place_and_one_key_shows_each(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        await told.press("down", "down", "2")
        assert " 2 Payments " in told.lines[0]
        assert "received" in told.lines[-3]
        await told.press("3")
        assert told.lines[2].lstrip().startswith("date▼")
        await told.press("1")
        assert "INV-1351" in told.row
        await told.press("5")
        assert told.lines[1].startswith("── Changes")


async def test_another_connection_is_opened_by_name(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        await told.press("ctrl+o")
        assert "sandbox-kantata" in "\n".join(told.lines)
        await told.press("down", "enter")
        assert told.lines[0].startswith(" SANDBOX  kantata")
        assert told.list.session.catalog.provider == "kantata"
        await told.press("2")
        assert told.lines[2].lstrip().startswith("recorded▼")
        assert told.bench.begun == 2


async def test_help_and_palette_filter_while_typing_and_run_verbs(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        await told.press("question_mark")
        await told.type("sidebar")
        assert any("filter sidebar" in line for line in told.lines)
        await told.press("escape", "ctrl+p")
        await told.type("totals")
        await told.press("enter")
        assert told.lines[1].startswith("── Totals ──")
        assert any("809,800 JPY" in line for line in told.lines)
        await told.press("escape")
        assert told.lines[2].lstrip().startswith("number")


async def test_dark_and_light_are_one_verb_apart(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        await told.press("ctrl+p")
        await told.type("light")
        await told.press("enter")
        assert told.pilot.app.current_theme.dark is False


async def test_quitting_names_what_still_waits(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        told.bench.desk.add(draft(told.bench.current, Op.DELETE, "expenses", "expenses:1"))
        await told.pilot.press("ctrl+q")
        await told.pilot.pause()
        assert told.pilot.app.return_value == "1 unsent change waits in the outbox for the next start."


async def test_a_live_read_only_connection_says_so_and_writes_nothing(tmp_path: Path) -> None:
    live = Connection("bluefin", "productive", "https://api.productive.io/api/v2", organization="Bluefin Legal")
    bench = Bench(tmp_path, [live])
    async with story(tmp_path, bench=bench) as told:
        assert told.lines[0].startswith(" LIVE read-only  bluefin · Bluefin Legal")
        await told.press("p")
        assert told.message.startswith("This connection is read-only.")
