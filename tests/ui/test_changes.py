"""Stories of the changes screen: groups, detail, and the ways out of each state."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from kworkbench.domain.changes import OPEN, Idem, Op, State
from kworkbench.services.notices import ChangesChanged
from kworkbench.services.session import Session
from kworkbench.ui.screens.changes import ChangesScreen
from kworkbench.ui.screens.form import FormScreen
from kworkbench.ui.verbs import footer
from kworkbench.ui.widgets.status_line import StatusLine
from tests.ui.desk import NOW, Desk, draft
from tests.ui.keys import press, screen_lines, screen_text, type_text
from tests.ui.samples import busy_books, open_books, unclear_payment
from tests.ui.stage import Stage


@dataclass
class Shown:
    pilot: Pilot[None]
    screen: ChangesScreen
    app: Stage[None]
    desk: Desk

    def on_form(self) -> bool:
        return isinstance(self.app.screen, FormScreen)

    async def form_opens(self) -> None:
        """Until the form has the keys: it is opened beside the key that asked for it."""
        while not self.on_form() or self.app.focused is None:
            await self.pilot.pause()
        await self.pilot.pause()

    @property
    def states(self) -> list[State]:
        return [change.state for change in self.desk.changes]

    @property
    def lines(self) -> list[str]:
        return screen_lines(self.app)

    @property
    def text(self) -> str:
        return screen_text(self.app)


@asynccontextmanager
async def opened(books: tuple[Desk, Session], size: tuple[int, int] = (140, 40)) -> AsyncIterator[Shown]:
    desk, session = books
    screen = ChangesScreen(session, lambda: NOW)
    app: Stage[None] = Stage(lambda: screen)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await pilot.pause()
        yield Shown(pilot, screen, app, desk)


async def test_groups_stand_in_the_order_of_what_a_person_must_do() -> None:
    async with opened(busy_books(), (80, 24)) as changes:
        lines = changes.lines
        heads = [line.strip() for line in lines if line.startswith((" Needs", " Waiting", " Done"))]
        assert heads == ["Needs you 2", "Waiting 2", "Done today 1"]
        assert "5 changes" in lines[1]
        assert any("? 09:38  pay INV-1386" in line and "18,900.80 EUR  unclear" in line for line in lines)
        assert any("! 09:40  edit expense 88213" in line and "5 messages" in line for line in lines)
        assert any("~ 09:40  pay INV-1348" in line and "sends in 4 s" in line for line in lines)
        assert any("   09:12  pay INV-1372" in line and "done" in line for line in lines)
        assert "payments waiting 12,450.00 EUR (1)  unclear 18,900.80 EUR (1)" in lines[-3]


async def test_the_footer_takes_back_what_is_held_and_tries_again_only_what_stopped() -> None:
    async with opened(busy_books()) as changes:
        key = next(str(change.seq) for change in changes.desk.changes if change.state is State.HELD)
        changes.screen.entries.go(key)
        await changes.pilot.pause()
        assert "u undo" in changes.lines[-1]
        assert "try again" not in changes.lines[-1]
        await press(changes.pilot, "t")
        assert changes.desk.changes[int(key) - 1].state is State.HELD


async def test_the_detail_shows_the_marker_of_a_payment_and_all_of_a_long_note() -> None:
    desk, session = open_books()
    asked = draft(session, Op.CREATE, "payments", "new:1", args={"note": "wire " * 20 + "end", "amount": 100}, pre={})
    desk.add(replace(asked, marker="kw:7Q2M4Z8K1P"), State.NEEDS_YOU)
    async with opened((desk, session)) as changes:
        assert "kw:7Q2M4Z8K1P" in changes.text
        assert "end" in changes.text


async def test_nothing_asked_says_what_to_press() -> None:
    async with opened(open_books(), (80, 24)) as changes:
        assert "Nothing was asked of the server today." in changes.text
        assert "`" not in changes.text
        await press(changes.pilot, "enter", "d", "t")
        assert changes.desk.changes == []


async def test_the_detail_shows_every_message_of_the_server() -> None:
    async with opened(busy_books()) as changes:
        await press(changes.pilot, "down")
        text = changes.text
        assert "! Refused: edit expense 88213" in text
        assert "You asked at 09:40: edit expense 88213." in text
        for message in ("date: is not a valid date", "unit cost: must be greater than 0", "person: is not a member"):
            assert message in text
        assert "is locked for" in text
        assert "2026-02-30 (as typed)" in text
        assert "before       2026-02-28" in text
        assert "e      edit and send again" in text


async def test_e_opens_the_form_with_what_was_typed_and_keeps_it_for_later() -> None:
    async with opened(busy_books()) as changes:
        await press(changes.pilot, "down", "e")
        await changes.form_opens()
        assert "2026-02-30" in changes.text
        await type_text(changes.pilot, "7")
        await press(changes.pilot, "escape")
        assert not changes.on_form()
        assert "Kept as typed." in changes.text
        await press(changes.pilot, "e")
        await changes.form_opens()
        assert "2026-02-307" in changes.text


async def test_an_unclear_payment_shows_both_balances_and_the_payment_that_may_be_it() -> None:
    async with opened(busy_books()) as changes:
        text = changes.text
        assert "if it is there 0.00 EUR" in text
        assert "if it is not   18,900.80 EUR" in text
        assert "► it is there" in text
        assert "payment 77, 2026-03-04, 18,900.80 EUR" in text
        assert "It is looked for every minute, and" in text
        await press(changes.pilot, "tab", "end", "end")
        assert "09:38  POST /payments" in changes.text
        assert "sent no answer in 30 s" in changes.text
        assert '"amount": 1890080' in changes.text


@pytest.mark.parametrize(("idem", "end"), [(Idem.MARKED, "you decide."), (Idem.GUARDED, "it is sent again.")])
async def test_an_unclear_payment_says_what_comes_after_the_wait(idem: Idem, end: str) -> None:
    desk, session = open_books()
    unclear = unclear_payment(desk, session)
    desk.changes[0] = replace(unclear, state=State.AMBIGUOUS, idem=idem)
    async with opened((desk, session)) as changes:
        assert end in changes.text


async def test_it_is_there_is_taken_with_two_enters() -> None:
    async with opened(busy_books()) as changes:
        unclear = next(change for change in changes.desk.changes if change.state is State.NEEDS_YOU)
        await press(changes.pilot, "enter", "enter")
        assert changes.desk.changes[unclear.seq - 1].state is State.CLOSED
        assert "Decided, it is there: pay INV-1386" in changes.text


async def test_sending_again_warns_once() -> None:
    desk, session = open_books()
    unclear_payment(desk, session)
    async with opened((desk, session)) as changes:
        await press(changes.pilot, "enter", "down", "down", "enter")
        assert desk.changes[0].state is State.NEEDS_YOU
        assert "If the first one arrived, both stand there." in changes.text
        await press(changes.pilot, "enter")
        assert desk.changes[0].state is not State.NEEDS_YOU


async def test_discarding_asks_once() -> None:
    async with opened(busy_books()) as changes:
        await press(changes.pilot, "down")
        await press(changes.pilot, "d")
        assert "d again discards this change: edit expense 88213" in changes.text
        assert changes.states[1] is State.REJECTED
        await press(changes.pilot, "d")
        assert changes.states[1:2] == [State.CANCELLED]
        assert "Discarded: edit expense 88213" in changes.text


async def test_moving_on_takes_the_question_back() -> None:
    async with opened(busy_books()) as changes:
        await press(changes.pilot, "down", "d", "up", "down", "d")
        assert changes.desk.changes[1].state is State.REJECTED


async def test_t_tries_a_refused_change_again_and_says_why_not_for_others() -> None:
    async with opened(busy_books()) as changes:
        await press(changes.pilot, "t")
        assert "there is nothing to try again" in changes.text
        await press(changes.pilot, "down", "t")
        assert changes.desk.changes[1].state is State.QUEUED


async def test_at_80_columns_enter_opens_the_detail_and_escape_closes_it() -> None:
    async with opened(busy_books(), (80, 24)) as changes:
        await press(changes.pilot, "enter")
        assert "? Unclear: pay INV-1386" in changes.lines[1]
        assert "Needs you" not in changes.text
        assert "Esc back to the list" in changes.lines[-1]
        await press(changes.pilot, "q")
        assert "Esc back to the list" not in changes.lines[-1]
        assert "Needs you 2" in changes.text
        await press(changes.pilot, "enter")
        await press(changes.pilot, "escape")
        assert "Needs you 2" in changes.text


async def test_an_opened_change_is_drawn_anew_when_it_moves_on() -> None:
    async with opened(busy_books(), (80, 24)) as changes:
        await press(changes.pilot, "down", "enter")
        assert "! Refused: edit expense 88213" in changes.lines[1]
        assert changes.lines[-2].startswith(" ! ")
        await press(changes.pilot, "d", "d")
        assert "Discarded: edit expense 88213" in changes.lines[1]
        changes.app.screen.query_one(StatusLine).hush()
        await changes.pilot.pause()
        assert not changes.lines[-2].startswith(" ! ")


async def test_the_cursor_stays_on_its_change_when_others_settle() -> None:
    async with opened(busy_books()) as changes:
        await press(changes.pilot, "down")
        changes.desk.ask_closed(3)
        changes.screen.on_notice(ChangesChanged())
        await changes.pilot.pause()
        assert changes.screen.change is not None
        assert changes.screen.change.seq == 2


async def test_a_change_of_another_connection_is_named_as_such() -> None:
    desk, session = busy_books()
    desk.move_account(2, "kantata|elsewhere||")
    async with opened((desk, session)) as changes:
        await press(changes.pilot, "down", "e")
        assert changes.app.screen is changes.screen
        assert "belongs to another connection" in changes.text


async def test_x_writes_the_whole_journal_into_a_new_file(tmp_path: Path) -> None:
    path = tmp_path / "journal.json"
    async with opened(busy_books(), (80, 24)) as changes:
        await press(changes.pilot, "x")
        assert "── Export the journal" in changes.text
        assert "kworkbench-journal-2026-03-04.csv" in changes.text
        assert "Enter export" in changes.lines[-1]
        await type_text(changes.pilot, str(path))
        await press(changes.pilot, "enter")
        while not path.exists() or "Wrote" not in changes.text:
            await changes.pilot.pause()
        assert "Wrote 5 changes" in changes.text
        assert len(json.loads(path.read_text())) == 5
        await press(changes.pilot, "x")
        await type_text(changes.pilot, str(path))
        assert "There is a file of that name already." in changes.text
        await press(changes.pilot, "enter")
        assert "── Export the journal" in changes.text
        await press(changes.pilot, "escape")
        assert "── Export the journal" not in changes.text


async def test_what_was_over_before_today_stands_below_the_rest() -> None:
    desk, session = open_books()
    old = draft(
        session, Op.CREATE, "payments", "new:9", args={"amount": 1}, pre={"invoice": "INV-1", "currency": "EUR"}
    )
    desk.add(old, State.CLOSED, at="2026-02-01T09:12:00+00:00")
    async with opened((desk, session), (80, 24)) as changes:
        assert " Earlier 1" in changes.lines
        assert any("2026-02-01  pay INV-1" in line for line in changes.lines)


async def test_a_discard_names_what_goes_with_it() -> None:
    desk, session = open_books()
    made = draft(session, Op.CREATE, "expenses", "new:7", args={"text": "Taxi"}, pre={"currency": "EUR"})
    desk.add(made, State.REJECTED)
    desk.add(draft(session, Op.UPDATE, "expenses", "new:7", args={"text": "Bus"}), State.BLOCKED)
    async with opened((desk, session)) as changes:
        await press(changes.pilot, "d")
        assert "d again discards this change: add expense, and with it edit expense" in changes.text


@pytest.mark.parametrize("op", [Op.CREATE, Op.UPDATE, Op.DELETE])
@pytest.mark.parametrize("state", list(State))
async def test_no_state_is_without_a_sentence_and_something_to_press(op: Op, state: State) -> None:
    desk, session = open_books()
    kind, lid = ("payments", "new:1") if op is Op.CREATE else ("expenses", "expenses:88213")
    asked = draft(session, op, kind, lid, args={"invoice_id": "1386"} if op is Op.CREATE else {"text": "Bus"})
    change = desk.add(asked, state)
    async with opened((desk, session)) as changes:
        assert session.changes.sentence(change) in changes.text
        assert change.shown.word in changes.text
        said = session.changes.reason(change)
        assert bool(said) is (state in OPEN)
        assert said.split(".")[0][:30] in changes.lines[-2]
        offered = {verb.id for verb, _ in footer(changes.screen.facts())}
        assert "show-change" in offered
        useful = offered & {"correct", "retry", "discard", "take-back"}
        assert useful or state in (State.SENDING, State.CANCELLED)
        await press(changes.pilot, "enter")
        assert "Undo" in changes.text
        if change.shown.mark in ("?", "#"):
            assert "► " in changes.text


async def test_changes_are_found_by_words_and_states() -> None:
    async with opened(busy_books(), (80, 24)) as changes:
        await press(changes.pilot, "slash")
        await type_text(changes.pilot, "state:refused,queued -pay")
        assert "edit expense 88213" in changes.text
        assert "delete 2 expenses" in changes.text
        assert "INV-13" not in changes.text
        await press(changes.pilot, "enter")
        lines = screen_lines(changes.pilot.app)
        assert "Changes  state:refused,queued -pay" in lines[1]
        assert "2 of 5" in lines[1]


async def test_what_cannot_be_read_stands_under_its_word_and_escape_takes_the_query_back() -> None:
    async with opened(busy_books(), (80, 24)) as changes:
        await press(changes.pilot, "slash")
        await type_text(changes.pilot, "state:lost")
        assert "▲ state is never 'lost'." in changes.text
        await press(changes.pilot, "escape")
        assert "5 changes" in screen_lines(changes.pilot.app)[1]
        assert "pay INV-1386" in changes.text


async def test_where_nothing_fits_escape_drops_the_last_filter() -> None:
    async with opened(busy_books(), (80, 24)) as changes:
        await press(changes.pilot, "slash")
        await type_text(changes.pilot, "state:refused taxi")
        await press(changes.pilot, "enter")
        assert "No change fits." in changes.text
        assert "Esc  drop taxi" in changes.text
        await press(changes.pilot, "escape")
        assert "1 of 5" in screen_lines(changes.pilot.app)[1]
        assert "edit expense 88213" in changes.text


async def test_a_state_is_picked_from_those_there_are() -> None:
    async with opened(busy_books(), (80, 24)) as changes:
        await press(changes.pilot, "f")
        assert "Which changes?" in changes.text
        await type_text(changes.pilot, "unc")
        await press(changes.pilot, "enter")
        assert "Changes  state:unclear" in screen_lines(changes.pilot.app)[1]
        await press(changes.pilot, "f", "enter")
        assert "5 changes" in screen_lines(changes.pilot.app)[1]
