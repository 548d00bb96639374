"""Stories of a payment that is deleted and recorded again, for a provider that cannot change one."""

from __future__ import annotations

from textual.pilot import Pilot

from kworkbench.domain.changes import Op, State
from kworkbench.services.session import Session
from kworkbench.ui.screens.again import AgainForm, AgainScreen
from kworkbench.ui.screens.form import FormClosed
from tests.ui.desk import NOW, Desk, session_of
from tests.ui.keys import press, screen_lines, screen_text, type_text
from tests.ui.samples import books
from tests.ui.stage import Stage


def kantata_books() -> tuple[Desk, Session]:
    desk = Desk()
    sample = books()
    sample.rows["payments:77"].values["project_id"] = "5"  # type: ignore[index]  # a dict underneath
    return desk, session_of(desk, sample, "kantata")


def form(session: Session) -> AgainForm:
    return AgainForm(session, session.again.form("payments", "payments:77"), lambda: NOW)


async def opened_review(pilot: Pilot[None], app: Stage[FormClosed]) -> None:
    """Types another note and asks for both steps."""
    form_screen = app.screen
    assert isinstance(form_screen, AgainForm)
    await press(pilot, "shift+tab")
    await type_text(pilot, "ref 77812")
    await press(pilot, "enter", "enter")
    while not (isinstance(app.screen, AgainScreen) and app.screen.listens):
        await pilot.pause()


async def test_both_steps_are_shown_before_anything_is_sent_and_saved_as_one() -> None:
    desk, session = kantata_books()
    app: Stage[FormClosed] = Stage(lambda: form(session))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "Delete and record again: payment 77" in screen_text(app)
        await opened_review(pilot, app)
        text = screen_text(app)
        assert "── Delete and record again: payment 77 on INV-1386? ──" in text
        assert " - delete payment 77 on INV-1386" in text
        assert "note  (empty) → ref 77812" in text
        assert "Does not come back: its id" in text
        assert "y delete and record again" in screen_lines(app)[-1]
        assert desk.changes == []
        await press(pilot, "y")
        await pilot.pause()
        assert [(one.op, one.state) for one in desk.changes] == [(Op.DELETE, State.HELD), (Op.CREATE, State.HELD)]


async def test_leaving_the_review_goes_back_to_the_form_with_what_was_typed() -> None:
    desk, session = kantata_books()
    app: Stage[FormClosed] = Stage(lambda: form(session))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await opened_review(pilot, app)
        await press(pilot, "escape")
        await pilot.pause()
        assert isinstance(app.screen, AgainForm)
        assert "ref 77812" in screen_text(app)
        assert desk.changes == []
