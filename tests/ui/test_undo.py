"""Stories of undo and redo: what is still held, what waits, and the review of what was sent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from textual.pilot import Pilot

from kworkbench.domain.changes import Change, Op, State
from kworkbench.services.notices import ChangesChanged
from kworkbench.services.session import Session
from kworkbench.ui.screens.changes import ChangesScreen
from kworkbench.ui.screens.undo import UndoScreen
from tests.ui.desk import NOW, Desk, draft
from tests.ui.keys import press, screen_lines, screen_text
from tests.ui.samples import open_books
from tests.ui.stage import Stage


@dataclass
class Shown:
    pilot: Pilot[None]
    app: Stage[None]
    desk: Desk

    async def press(self, *keys: str) -> None:
        """Presses keys; those behind one that opens a review are for a call of their own."""
        await press(self.pilot, *keys)
        while isinstance(screen := self.app.screen, UndoScreen) and not screen.listens:
            await self.pilot.pause()

    async def answered(self, seq: int) -> None:
        """The server has confirmed a change."""
        self.desk.ask_closed(seq)
        screen = self.app.screen
        assert isinstance(screen, ChangesScreen)
        screen.on_notice(ChangesChanged())
        await self.pilot.pause()

    def on_review(self) -> bool:
        return isinstance(self.app.screen, UndoScreen)

    @property
    def lines(self) -> list[str]:
        return screen_lines(self.app)

    @property
    def text(self) -> str:
        return screen_text(self.app)

    @property
    def last(self) -> Change:
        return self.desk.changes[-1]


@asynccontextmanager
async def opened(books: tuple[Desk, Session], size: tuple[int, int] = (80, 24)) -> AsyncIterator[Shown]:
    desk, session = books
    app: Stage[None] = Stage(lambda: ChangesScreen(session, lambda: NOW))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await pilot.pause()
        yield Shown(pilot, app, desk)


def recorded(state: State = State.CLOSED) -> tuple[Desk, Session]:
    """Books with payment 77 recorded from here."""
    desk, session = open_books()
    args = {"invoice_id": "1386", "amount": 1_890_080, "date": "2026-03-04"}
    pre = {"invoice": "INV-1386", "currency": "EUR"}
    desk.add(draft(session, Op.CREATE, "payments", "payments:77", args=args, pre=pre), state)
    return desk, session


def deleted() -> tuple[Desk, Session]:
    """Books with two expenses deleted from here, by one request."""
    desk, session = open_books()
    befores = {
        f"expenses:{number}": {
            "text": f"Taxi {number}", "date": "2026-02-11", "currency": "EUR", "unit_amount": 100 * number,
            "amount": 100 * number, "service_id": "41",
        }
        for number in (8, 9)
    }  # fmt: skip
    asked = draft(session, Op.BULK_DELETE, "expenses", "new:3", targets=tuple(befores), befores=befores)
    desk.add(asked, State.CLOSED)
    return desk, session


def edited() -> tuple[Desk, Session]:
    """Books with the date of an expense edited from here."""
    desk, session = open_books()
    args, pre = {"date": "2026-02-28"}, {"date": "2026-02-27", "currency": "EUR"}
    desk.add(draft(session, Op.UPDATE, "expenses", "expenses:88213", args=args, pre=pre), State.CLOSED)
    return desk, session


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
async def test_u_on_a_payment_that_was_sent_says_what_it_means_there_and_asks(size: tuple[int, int]) -> None:
    async with opened(recorded(), size) as told:
        await told.press("u")
        assert told.on_review()
        assert told.lines[1].startswith("── Undo: pay INV-1386? ──")
        assert "nothing has been sent" in told.lines[1]
        assert "Moves            18,900.80 EUR (1)" in told.text
        assert "• delete payment 77 on INV-1386" in told.text
        assert "y undo" in told.lines[-1]
        assert len(told.desk.changes) == 1
        await told.press("y")
        assert not told.on_review()
        assert (told.last.op, told.last.lid, told.last.undoes, told.last.state) == (
            Op.DELETE, "payments:77", 1, State.HELD,
        )  # fmt: skip
        assert "Saved here: delete payment 77 on INV-1386." in told.text


async def test_leaving_the_review_leaves_everything_as_it_is() -> None:
    for key in ("n", "escape", "enter"):
        async with opened(recorded()) as told:
            await told.press("u")
            await told.press(key)
            assert not told.on_review()
            assert len(told.desk.changes) == 1


async def test_the_journal_says_what_undid_what_and_u_again_finds_nothing() -> None:
    async with opened(recorded(), (140, 40)) as told:
        await told.press("u")
        await told.press("y")
        await told.answered(2)
        await told.press("end")
        assert "undone 09:45" in told.text
        assert "Undone by change 2 at 09:45." in told.text
        await told.press("u")
        assert "It was taken back already, by change 2." in told.text
        await told.press("home")
        assert "It takes back change 1, pay INV-1386." in told.text


async def test_redo_of_money_asks_again() -> None:
    async with opened(recorded(), (140, 40)) as told:
        await told.press("u")
        await told.press("y")
        await told.answered(2)
        await told.press("U")
        assert told.on_review()
        assert "── Redo: pay INV-1386? ──" in told.lines[1]
        assert "make payment 77 anew on INV-1386" in told.text
        assert "Does not come back: its id" in told.text
        await told.press("y")
        assert (told.last.op, told.last.kind, told.last.undoes) == (Op.CREATE, "payments", 2)


async def test_deleted_rows_can_be_taken_out_of_their_undo() -> None:
    async with opened(deleted()) as told:
        await told.press("u")
        assert "2 requests, one for each row." in told.text
        assert "y undo 2" in told.lines[-1]
        assert "• bring expense 9 back" in told.text
        assert told.text.count("▲ Expected to come back as it was, under its own id.") == 2
        await told.press("space")
        assert "y undo 1" in told.lines[-1]
        assert "2 rows, 1 taken out" in told.text
        await told.press("y")
        (back,) = told.desk.changes[1:]
        assert (back.action, back.lid, back.pre["text"]) == ("restore", "expenses:9", "Taxi 9")


async def test_an_edit_shows_both_values_and_redo_of_it_needs_no_review() -> None:
    async with opened(edited()) as told:
        await told.press("u")
        assert "date  2026-02-28 → 2026-02-27" in told.text
        await told.press("y")
        assert (told.last.op, dict(told.last.args)) == (Op.UPDATE, {"date": "2026-02-27"})


async def test_what_cannot_be_taken_back_says_why_and_y_does_nothing() -> None:
    desk, session = open_books()
    desk.add(draft(session, Op.DELETE, "payments", "payments:9", pre={"note": "Wire"}), State.CLOSED)
    async with opened((desk, session)) as told:
        await told.press("u")
        assert "Cannot be taken back" in told.text
        assert "! What it said was not kept when it was deleted." in told.text
        await told.press("y", "space")
        assert told.on_review()
        assert "It stays out" in told.text
        assert len(desk.changes) == 1


async def test_what_waits_for_the_network_is_taken_back_without_a_review() -> None:
    async with opened(recorded(State.QUEUED)) as told:
        await told.press("u")
        assert not told.on_review()
        assert told.last.state is State.CANCELLED
        assert "Taken back: pay INV-1386. Nothing was sent" in told.text


async def test_hostile_text_is_harmless_in_the_review() -> None:
    desk, session = open_books()
    said = {"text": "\x1b]52;c;Zm9v\x07[@click=app.quit]x", "date": "2026-02-11", "currency": "EUR", "unit_amount": 1}
    desk.add(draft(session, Op.DELETE, "expenses", "expenses:9", pre={**said, "service_id": "41"}), State.CLOSED)
    async with opened((desk, session)) as told:
        await told.press("u")
        assert told.on_review()
        assert "\x1b" not in told.text
        assert "[@click=app.quit]x" in told.text
