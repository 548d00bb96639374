"""Writing from the lists of the real app: the keys a person presses, over services whose desk is in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from concurrent.futures import Future
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from textual import events
from textual.pilot import Pilot

from kworkbench.domain.changes import Op, State
from kworkbench.domain.connections import SANDBOXES
from kworkbench.services.answers import AnswerService
from kworkbench.ui import timed
from kworkbench.ui.app import WorkbenchApp
from kworkbench.ui.screens.base import WorkScreen
from kworkbench.ui.screens.review import ReviewScreen
from tests.ui.keys import press, screen_lines, screen_text, type_text, workers_done
from tests.ui.standin import Bench, app_over

if TYPE_CHECKING:
    from kworkbench.sync.late import LateHome


@dataclass
class Story:
    pilot: Pilot[str]
    app: WorkbenchApp
    bench: Bench

    @property
    def lines(self) -> list[str]:
        return screen_lines(self.app)

    @property
    def text(self) -> str:
        return screen_text(self.app)

    @property
    def states(self) -> list[State]:
        return [change.state for change in self.bench.desk.changes]

    async def press(self, *keys: str) -> None:
        await press(self.pilot, *keys)
        await self.pilot.pause()


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@asynccontextmanager
async def told(bench: Bench, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Story]:
    app = app_over(bench)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await pilot.pause()
        yield Story(pilot, app, bench)


async def test_p_enter_pays_in_full_and_u_takes_it_back(bench: Bench) -> None:
    async with told(bench) as story:
        await story.press("p", "enter")
        (change,) = bench.desk.changes
        assert change.args["amount"] == 1_134_048
        assert "Paid INV-1150, 11,340.48 USD. Sends in 5 s, u takes it back" in story.text
        assert "Pay INV-1150" not in story.text
        await story.press("u")
        assert story.states == [State.CANCELLED]


async def test_a_line_is_typed_under_the_list_and_escape_leaves_it(bench: Bench) -> None:
    async with told(bench) as story:
        await story.press("p")
        assert "► 11,340.48 today" in story.text
        await type_text(story.pilot, "500 yesterday wire")
        assert "Outstanding 11,340.48 → 10,840.48 USD" in story.text
        await story.press("escape")
        assert "Pay INV-1150" not in story.text
        assert bench.desk.changes == []
        await story.press("down")
        assert bench.desk.changes == []


async def test_marked_expenses_go_through_the_review(bench: Bench) -> None:
    async with told(bench, (140, 40)) as story:
        await story.press("3", "down", "space", "space", "d")
        assert "Delete 2 expenses?" in story.text
        await story.press("y")
        (change,) = bench.desk.changes
        assert change.op is Op.BULK_DELETE
        assert len(change.targets) == 2
        assert "Deletes 2 expenses." in story.text


async def in_one_breath(story: Story, *keys: str) -> None:
    for key in keys:
        story.app.post_message(events.Key(key, key if len(key) == 1 else None))
    for _ in range(6):
        await story.pilot.pause()
        await workers_done(story.app)
    await story.pilot.pause()


async def test_a_payment_typed_in_one_breath_reaches_the_line(bench: Bench) -> None:
    async with told(bench) as story:
        await in_one_breath(story, "p", *"500", "enter")
        (change,) = bench.desk.changes
        assert change.args["amount"] == 50_000


async def test_p_enter_in_one_breath_pays_in_full(bench: Bench) -> None:
    async with told(bench) as story:
        await in_one_breath(story, "p", "enter", "down", "p", "enter")
        assert [change.args["amount"] for change in bench.desk.changes] == [1_134_048, 612_000]


async def test_a_search_typed_in_one_breath_reaches_the_query_line(bench: Bench) -> None:
    async with told(bench) as story:
        await in_one_breath(story, "slash", *"123", "enter")
        assert "123" in story.lines[1]


async def test_keys_go_on_when_nothing_opened(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timed, "LONGEST_HOLD", 0.1)
    async with told(bench) as story:
        await story.press("2")
        await in_one_breath(story, "p", "3")
        await story.pilot.pause(0.2)
        assert isinstance(story.app.screen, WorkScreen)
        assert story.app.screen.tab == "expenses"


async def test_d_and_y_in_one_breath_delete_nothing(bench: Bench) -> None:
    async with told(bench) as story:
        await story.press("3", "down")
        for key in "dy":
            story.app.post_message(events.Key(key, key))
        await story.pilot.pause()
        await story.pilot.pause()
        assert isinstance(story.app.screen, ReviewScreen)
        assert bench.desk.changes == []


async def test_a_form_from_the_list_is_saved_and_named(bench: Bench) -> None:
    async with told(bench) as story:
        await story.press("3", "down", "e")
        assert "── Edit expense" in story.lines[1]
        await type_text(story.pilot, " 2")
        await story.press("enter")
        if not bench.desk.changes:
            await story.press("enter")
        (change,) = bench.desk.changes
        assert change.op is Op.UPDATE
        assert str(change.args["text"]).endswith(" 2")
        assert "Saved here: edit expense" in story.text


async def test_from_160_columns_the_list_stays_in_sight_beside_the_form(bench: Bench) -> None:
    async with told(bench, (170, 40)) as story:
        await story.press("3", "e")
        lines = story.lines
        assert "rows ──┬── Edit expense" in lines[1]
        assert lines[3].startswith("▌")
        assert "Enter save" in lines[-1]


@dataclass
class Numbering:
    """A server that says the next number when the test lets it."""

    told: Future[str]

    def next_number(self, _account: str) -> Future[str]:
        return self.told


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
async def test_a_new_invoice_offers_the_next_number_once_the_server_has_said_it(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    """The form waits for nothing, and the number is a suggestion: nothing is sent of it."""
    bench = Bench(tmp_path, [one for one in SANDBOXES if one.provider == "kantata"])
    server = Numbering(Future())
    bench.current = bench.with_answers(AnswerService(cast("LateHome", server), bench.connections[0].account))
    async with told(bench, size) as story:
        await story.press("n")
        assert "── New invoice" in story.lines[1]
        await type_text(story.pilot, "1")
        assert "INV-2207" not in story.text
        server.told.set_result("INV-2207")
        await story.press("tab")
        line = next(line for line in story.lines if line.strip().startswith("number"))
        assert "INV-2207" in line
        await story.press("enter")
        await story.press("enter")
        (change,) = bench.desk.changes
        assert "number" not in change.args


async def test_without_a_next_number_the_form_says_what_empty_means(tmp_path: Path) -> None:
    bench = Bench(tmp_path, [one for one in SANDBOXES if one.provider == "kantata"])
    server = Numbering(Future())
    server.told.set_result("")
    bench.current = bench.with_answers(AnswerService(cast("LateHome", server), bench.connections[0].account))
    async with told(bench) as story:
        await story.press("n")
        assert "Empty: the next one." in story.text
        await story.press("escape")
        assert bench.desk.changes == []
