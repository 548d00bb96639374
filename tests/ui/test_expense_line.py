"""Stories of the expense line through the real app: the keys a person presses on the list of expenses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from kworkbench.domain.changes import Op, State
from kworkbench.domain.connections import SANDBOXES
from kworkbench.services.refresh import SyncStatus
from kworkbench.ui.app import WorkbenchApp
from tests.ui.keys import press, screen_lines, screen_text, type_keys, type_text
from tests.ui.places import with_places
from tests.ui.standin import Bench, app_over
from tests.ui.test_pictures import SIZES, Compare, settle

LINE = "12.50+3 lunch @webshop %meals -1d billable"


@dataclass
class Story:
    pilot: Pilot[str]
    app: WorkbenchApp
    bench: Bench

    @property
    def text(self) -> str:
        return screen_text(self.app)

    @property
    def footer(self) -> str:
        return screen_lines(self.app)[-1]

    async def press(self, *keys: str) -> None:
        await press(self.pilot, *keys)
        await self.pilot.pause()

    async def say(self, text: str) -> None:
        await type_text(self.pilot, text)
        await self.pilot.pause()

    @property
    def asked(self) -> list[dict[str, object]]:
        return [dict(change.args) for change in self.bench.desk.changes]


@asynccontextmanager
async def line(
    tmp_path: Path, provider: str = "productive", size: tuple[int, int] = (80, 24), **connection: object
) -> AsyncIterator[Story]:
    own = [replace(one, **connection) for one in SANDBOXES if one.provider == provider]  # type: ignore[arg-type]
    bench = with_places(Bench(tmp_path, own))
    app = app_over(bench)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        story = Story(pilot, app, bench)
        await story.press("3", "n")
        yield story


async def test_n_then_typing_then_enter_adds_it(tmp_path: Path) -> None:
    async with line(tmp_path) as story:
        await type_keys(story.pilot, "12.50+3 lunch @web")
        assert "Webshop relaunch has 2 services that track expenses: Meals, Travel." in story.text
        assert "Enter" not in story.footer
        await story.say("shop %meals -1d billable")
        assert "── New expense on Webshop relaunch  Åkerlund & Söner AB ──" in story.text
        assert "   └amount └text └project └cat   └day└billable" in story.text
        assert "15.50 EUR on Tue 2026-03-03, Meals, by you, billable" in story.text
        assert "Text: lunch" in story.text
        assert story.footer.startswith(" Enter add  Esc leave")
        await story.press("enter")
        (change,) = story.bench.desk.changes
        assert (change.op, change.kind, change.state) == (Op.CREATE, "expenses", State.QUEUED)
        assert story.asked == [
            {
                "service_id": "2",
                "date": "2026-03-03",
                "unit_amount": 1_550,
                "currency": "EUR",
                "text": "lunch",
                "billable_amount": 1_550,
            }
        ]
        assert "Added 15.50 EUR on Webshop relaunch." in story.text
        assert "New expense" not in story.text


async def test_at_kantata_a_category_is_named_and_another_currency_is_to_come(tmp_path: Path) -> None:
    async with line(tmp_path, "kantata") as story:
        await story.say("210.50 chf taxi @webshop")
        assert "! No category is named. Write % and a part of its name: Meals, Travel." in story.text
        await story.say(" %tra")
        assert "Kantata OX converts it; the EUR amount is to come and in no sum yet." in story.text
        await story.press("enter")
        (change,) = story.bench.desk.changes
        assert (dict(change.pre), dict(change.expects)) == (
            {"currency": "EUR"},
            {"amount": None, "currency": "EUR"},
        )
        assert "Added 210.50 CHF on Webshop relaunch." in story.text


async def test_a_caution_takes_a_second_enter_and_escape_goes_back_to_typing(tmp_path: Path) -> None:
    async with line(tmp_path) as story:
        await story.say("5 lunch @webshop %meals +1d")
        assert "▲ Future date: Thu 2026-03-05 has not come yet." in story.text
        await story.press("enter")
        assert story.footer.startswith(" Enter add anyway  Esc back")
        await story.press("escape")
        assert story.footer.startswith(" Enter add  Esc leave")
        await story.press("enter")
        assert story.asked == []
        await story.press("enter")
        assert [one["date"] for one in story.asked] == ["2026-03-05"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("5 lunch @harbour", "! 'harbour' fits 2 projects: Harbour app, Harbour study. Write more of"),
        ("5 lunch @office", "! No service of Office move tracks expenses."),
        ("5 2026-02-30 lunch @webshop %meals", "! 2026-02-30 is no day of the calendar. Write it like 2026-03-01."),
        ("5 6 lunch @webshop %meals", "! Two amounts: 5 (5.00 EUR) and 6 (6.00 EUR). Keep one, or put the text in"),
        ("lunch 5 @webshop %meals", "! '5' stands in the text. Write it first, or behind @ and %."),
    ],
)
async def test_a_wrong_line_says_what_to_do_and_enter_adds_nothing(tmp_path: Path, text: str, said: str) -> None:
    async with line(tmp_path) as story:
        await story.say(text)
        assert said in story.text
        await story.press("enter")
        assert story.asked == []
        assert "New expense" in story.text


async def test_the_closed_period_is_refused(tmp_path: Path) -> None:
    async with line(tmp_path, closed_until=date(2026, 3, 3)) as story:
        await story.say("5 lunch @webshop %meals -1d")
        assert "! 2026-03-03 is in the closed period, up to 2026-03-03." in story.text
        await story.press("enter")
        assert story.asked == []


async def test_enter_on_an_empty_line_opens_the_form_and_f2_takes_what_was_typed_along(tmp_path: Path) -> None:
    async with line(tmp_path) as story:
        assert "► 12.50 lunch @project %service" in story.text
        assert "Enter opens the form with all fields." in story.text
        assert story.footer.startswith(" Enter form  Esc leave")
        await story.press("tab", "enter")
        assert "── New expense ─" in story.text
        assert "* required" in story.text
        await story.press("escape", "n")
        await story.say("12.50 lunch @webshop %tra -1d non-reimbursable")
        await story.press("f2")
        form = {row.split()[0]: row for row in screen_lines(story.app)[3:] if row.strip()}
        assert "lunch" in form["text*"]
        assert "2026-03-03" in form["date*"]
        assert "Travel" in form["service*"]
        assert "no" in form["reimbursable"]
        await story.press("enter")
        assert [(one["text"], one["service_id"], one["unit_amount"]) for one in story.asked] == [("lunch", "3", 1_250)]


async def test_what_f2_took_along_is_not_dropped_by_one_escape(tmp_path: Path) -> None:
    async with line(tmp_path) as story:
        await story.say("12.50 dinner @webshop %mea")
        await story.press("f2", "escape")
        assert "── New expense ─" in story.text
        assert "What was typed is not saved. Esc again drops it, Enter saves." in story.text
        await story.press("escape")
        assert "── New expense ─" not in story.text
        assert story.asked == []


async def test_tab_completes_and_up_brings_earlier_lines(tmp_path: Path) -> None:
    async with line(tmp_path) as story:
        await story.say("5 lunch @webs")
        await story.press("tab")
        await story.say(" %me")
        await story.press("tab", "enter")
        await story.press("n", "up")
        assert '► 5 lunch @"Webshop relaunch" %Meals' in story.text
        await story.press("down")
        assert "► 12.50 lunch @project %service" in story.text
        await story.press("escape")
        assert "New expense" not in story.text
        assert len(story.asked) == 1


async def test_offline_the_line_says_how_old_its_data_are(tmp_path: Path) -> None:
    async with line(tmp_path) as story:
        await story.press("escape")
        story.bench.line.state = SyncStatus(online=False, reason="No answer.", sign_in=False, active=())
        await story.press("n")
        assert "as of 06:00" in story.text
        await story.say("5 lunch @webshop %meals")
        await story.press("enter")
        assert len(story.asked) == 1


async def test_several_pasted_lines_are_not_one_expense(tmp_path: Path) -> None:
    async with line(tmp_path) as story:
        focused = story.app.screen.focused
        assert focused is not None
        focused.post_message(events.Paste("5 lunch\n6 dinner"))
        await story.pilot.pause()
        assert "Several lines were pasted; this line takes one expense. Nothing was taken." in story.text


async def test_a_full_disk_keeps_the_line(tmp_path: Path) -> None:
    async with line(tmp_path) as story:
        story.bench.desk.full = True
        await story.say("5 lunch @webshop %meals")
        await story.press("enter")
        assert "! The disk is full. Nothing was saved; make room and press Enter again." in story.text
        story.bench.desk.full = False
        await story.press("enter")
        assert len(story.asked) == 1


async def test_names_of_the_server_are_harmless(tmp_path: Path) -> None:
    async with line(tmp_path, "kantata") as story:
        await story.say("5 lunch @study %meals")
        assert "New expense on Harbour study  Peñalver□[2J" in story.text


async def test_a_read_only_connection_opens_no_line(tmp_path: Path) -> None:
    async with line(tmp_path, writable=False) as story:
        assert "New expense" not in story.text
        assert "This connection is read-only." in story.text


@pytest.mark.parametrize("size", ["80x24", "140x40"])
def test_how_it_looks(snap_compare: Compare, tmp_path: Path, size: str) -> None:
    async def run(pilot: Pilot[str]) -> None:
        await settle(pilot)
        await press(pilot, "3", "n")
        await type_text(pilot, "210.50 chf taxi @webshop %travel +1d billable")
        await press(pilot, "enter")
        await settle(pilot)

    app = app_over(with_places(Bench(tmp_path, [one for one in SANDBOXES if one.provider == "kantata"])))
    assert snap_compare(app, terminal_size=SIZES[size], run_before=run)
