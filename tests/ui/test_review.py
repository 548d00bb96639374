"""Stories of the delete review: what stands there, and what each key does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from textual.pilot import Pilot

from kworkbench.domain.changes import Change, Op, State
from kworkbench.ui.screens.review import ReviewScreen
from tests.ui.desk import NOW, Desk
from tests.ui.keys import press, screen_lines, screen_text
from tests.ui.samples import open_books
from tests.ui.stage import Stage

MARKED = ("expenses:1", "expenses:2", "expenses:3", "expenses:4")


@dataclass
class Shown:
    pilot: Pilot[None]
    app: Stage[tuple[Change, ...]]
    desk: Desk

    @property
    def lines(self) -> list[str]:
        return screen_lines(self.app)

    @property
    def text(self) -> str:
        return screen_text(self.app)


def make() -> tuple[Desk, ReviewScreen]:
    desk, session = open_books()
    review = session.deletes.review("expenses", MARKED, lambda lid: lid != "expenses:4", "date:2026-02")
    return desk, ReviewScreen(session, review, lambda: NOW)


@asynccontextmanager
async def opened(size: tuple[int, int] = (140, 40)) -> AsyncIterator[Shown]:
    desk, screen = make()
    app: Stage[tuple[Change, ...]] = Stage(lambda: screen)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await pilot.pause()
        yield Shown(pilot, app, desk)


async def test_it_asks_with_both_numbers_and_shows_what_goes_and_stays() -> None:
    async with opened() as review:
        text = review.text
        assert "── Delete 2 of 4 expenses? ─" in text
        assert "nothing has been sent" in text
        assert "Will go          248.00 CHF (1)   214.00 EUR (1)" in text
        assert "Stays            86.40 EUR (1)   1,200 JPY (1)" in text
        assert "1 request for 2 ids. After a refusal each id is read again and settled by itself." in text
        assert "── Expected to be refused  space puts a row back ─" in text
        assert "── Not in view  hidden by date:2026-02 ─" in text
        assert "1 row, taken out" in text
        assert "  - 2026-02-13  Lodging  Hôtel de la Paix, 2 nights" in text


async def test_y_deletes_what_goes_in_one_gesture() -> None:
    async with opened() as review:
        assert "y delete 2" in review.lines[-1]
        await press(review.pilot, "y")
        (change,) = review.desk.changes
        assert change.op is Op.BULK_DELETE
        assert change.targets == ("expenses:1", "expenses:3")
        assert change.state is State.HELD
        assert review.app.answers == [(change,)]


@pytest.mark.parametrize("key", ["n", "enter", "escape"])
async def test_other_keys_leave_and_send_nothing(key: str) -> None:
    async with opened() as review:
        await press(review.pilot, key)
        assert review.app.answers == [()]
        assert review.desk.changes == []


@pytest.mark.parametrize("key", ["d", "p", "u"])
async def test_the_key_that_opened_it_does_nothing(key: str) -> None:
    async with opened() as review:
        await press(review.pilot, key)
        assert review.app.answers == []
        assert review.desk.changes == []


async def test_keys_pressed_before_it_was_painted_are_dropped() -> None:
    desk, screen = make()
    app: Stage[tuple[Change, ...]] = Stage(lambda: screen)
    async with app.run_test(size=(140, 40)) as pilot:
        await pilot.pause()
        await pilot.pause()
        assert screen._painted_at is not None
        screen._painted_at += 60.0
        await press(pilot, "y", "n")
        assert desk.changes == []
        assert app.answers == []


async def test_space_takes_rows_out_and_at_none_y_is_gone() -> None:
    async with opened() as review:
        await press(review.pilot, "space")
        assert "y delete 1" in review.lines[-1]
        assert "── Delete 1 of 4 expenses? ─" in review.text
        await press(review.pilot, "space")
        assert "y delete" not in review.lines[-1]
        await press(review.pilot, "y")
        assert review.desk.changes == []
        assert "No row is left to delete." in review.text


async def test_space_puts_a_row_in_that_the_server_may_refuse() -> None:
    async with opened() as review:
        await press(review.pilot, "down", "down", "space")
        assert "y delete 3" in review.lines[-1]
        assert "  - 2026-02-12  Meals" in review.text


async def test_a_whole_group_goes_out_and_comes_back() -> None:
    async with opened() as review:
        await press(review.pilot, "a")
        assert "2 rows, taken out" in review.text
        await press(review.pilot, "a")
        assert "y delete 2" in review.lines[-1]


async def test_at_80_columns_reasons_stand_below_their_row() -> None:
    async with opened((80, 24)) as review:
        lines = review.lines
        row = next(number for number, line in enumerate(lines) if "Zum Löwen" in line)
        assert lines[row + 1].strip().startswith("! It is on an invoice")
        assert "86.40 EUR" in lines[row]


async def test_a_full_disk_leaves_the_review_open() -> None:
    async with opened() as review:
        review.desk.full = True
        await press(review.pilot, "y")
        assert review.app.answers == []
        assert "The disk is full." in review.text
