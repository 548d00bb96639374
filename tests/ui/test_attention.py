"""Stories of what is over at the server and still waits for a word: a held queue, a row that stands there twice."""

from __future__ import annotations

from dataclasses import replace

from kworkbench.domain.changes import Difference, Op, State
from kworkbench.services.notices import ChangesChanged
from kworkbench.services.session import Session
from kworkbench.ui.screens.review import ReviewScreen
from kworkbench.ui.screens.undo import UndoScreen
from tests.ui.desk import Desk, draft
from tests.ui.keys import press
from tests.ui.samples import open_books
from tests.ui.test_changes import opened


def recorded(**learnt: str) -> tuple[Desk, Session]:
    """Books with payment 77 recorded, its invoice left with another balance than shown."""
    desk, session = open_books()
    args = {"invoice_id": "1386", "amount": 1_890_080, "date": "2026-03-04"}
    pre = {"invoice": "INV-1386", "currency": "EUR"}
    change = desk.add(draft(session, Op.CREATE, "payments", "payments:77", args=args, pre=pre), State.CLOSED)
    other = Difference("invoice.outstanding", 0, 12_000, "1386")
    desk.changes[0] = replace(change, differences=(other,))
    desk.learnt = {key.replace("_", ":") if key == "double_1" else f"differs:{session.connection.account}": value
                   for key, value in learnt.items()}  # fmt: skip
    return desk, session


async def test_a_first_write_that_came_out_otherwise_holds_the_queue_and_asks() -> None:
    async with opened(recorded(differs="1")) as changes:
        assert " Needs you 1" in changes.text
        assert "▲ 09:40  pay INV-1386" in changes.text
        assert "otherwise than shown" in changes.text
        assert "invoice outstanding" in changes.text
        assert "shown        0.00 EUR" in changes.text
        assert "now          120.00 EUR" in changes.text
        for way in ("go on", "undo it", "stay as it is"):
            assert f"► {way}" in changes.text
        assert "so the queue waits." in changes.lines[-2]


async def test_it_goes_on_with_enter() -> None:
    books = recorded(differs="1")
    async with opened(books) as changes:
        await press(changes.pilot, "enter")
        assert "Enter go on" in changes.lines[-1]
        await press(changes.pilot, "enter")
        assert books[0].asked_to == ["go-on"]


async def test_it_can_be_undone_or_left_as_it_is() -> None:
    books = recorded(differs="1")
    async with opened(books) as changes:
        await press(changes.pilot, "enter", "end", "enter")
        assert "Nothing is sent on this connection until you go on." in changes.text
        await press(changes.pilot, "up", "enter")
        assert isinstance(changes.app.screen, UndoScreen)
    assert books[0].asked_to == []


async def test_a_payment_that_stands_twice_is_told_in_red_and_either_can_be_deleted_under_review() -> None:
    books = recorded(double_1="77,78")
    async with opened(books) as changes:
        assert "It stands at the server 2 times, as 77 and 78." in changes.text
        assert "► delete 77" in changes.text
        assert "► delete 78" in changes.text
        assert "► keep them" in changes.text
        await press(changes.pilot, "enter", "enter")
        assert isinstance(changes.app.screen, ReviewScreen)
        assert "Delete this payment?" in changes.text
        assert len(books[0].changes) == 1


async def test_every_screen_tells_of_it_until_it_is_decided() -> None:
    desk, session = recorded(double_1="77,78")
    desk.add(draft(session, Op.UPDATE, "expenses", "expenses:1", args={"text": "Bus"}), State.CLOSED)
    async with opened((desk, session), (80, 24)) as changes:
        await press(changes.pilot, "end")
        assert "! A payment stands at the server 2 times. 5 shows both" in changes.lines[-2]
        desk.learnt = {}
        changes.screen.on_notice(ChangesChanged())
        await changes.pilot.pause()
        assert "stands at the server" not in changes.text
