"""Stories of the quick payment line, through the keys."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from textual import events
from textual.pilot import Pilot

from kworkbench.domain.changes import State
from kworkbench.ui.widgets.line_input import LineInput
from tests.ui.desk import NOW, TODAY, Books, Desk, invoice, payment, session_of
from tests.ui.keys import press, screen_lines, screen_text, type_text
from tests.ui.panel_host import PanelHost
from tests.ui.stage import Stage


@dataclass
class Line:
    pilot: Pilot[None]
    host: PanelHost
    desk: Desk
    app: Stage[None]

    @property
    def text(self) -> str:
        return screen_text(self.app)

    @property
    def footer(self) -> str:
        return screen_lines(self.app)[-1]

    @property
    def typed(self) -> str:
        return self.host.query_one(LineInput).value


@asynccontextmanager
async def open_line(
    lid: str | None = "invoices:1348", size: tuple[int, int] = (80, 24), today: Callable[[], date] = lambda: TODAY
) -> AsyncIterator[Line]:
    desk = Desk()
    books = Books(
        [
            invoice(1348, "Åkerlund & Söner AB", 1_245_000),
            invoice(1386, "N/A Consulting", 1_890_080),
            invoice(1400, "Paid Ltd", 0, status="paid", settlement="paid"),
            payment(9, 1348, 845_000),
        ],
        {},
    )
    session = session_of(desk, books, today=today)
    host = PanelHost(session, lid, lambda: NOW)
    app: Stage[None] = Stage(lambda: host)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield Line(pilot, host, desk, app)


async def test_enter_alone_pays_in_full() -> None:
    async with open_line() as line:
        assert "► 12,450.00 today" in line.text
        assert "Outstanding 12,450.00 → paid" in line.text
        await press(line.pilot, "enter")
        (change,) = line.desk.changes
        assert change.args["amount"] == 1_245_000
        assert change.state is State.HELD
        assert [message.changes for message in line.host.recorded] == [(change,)]


async def test_a_line_that_was_open_over_midnight_pays_on_the_new_day() -> None:
    days = [TODAY]
    async with open_line(today=lambda: days[-1]) as line:
        days.append(TODAY + timedelta(days=1))
        await press(line.pilot, "enter")
        assert line.desk.changes[0].args["date"] == "2026-03-05"


async def test_a_part_payment_with_date_and_note() -> None:
    async with open_line() as line:
        await type_text(line.pilot, "500 yesterday wire ref 77812")
        assert "   └sum└date     └note" in line.text
        assert "500.00 EUR on Tue 2026-03-03, note wire ref 77812" in line.text
        await press(line.pilot, "enter")
        assert dict(line.desk.changes[0].args) | {} == {
            "invoice_id": "1348", "amount": 50_000, "date": "2026-03-03", "note": "wire ref 77812",
        }  # fmt: skip


async def test_a_caution_needs_a_second_enter_and_the_footer_says_so() -> None:
    async with open_line() as line:
        await type_text(line.pilot, "8450")
        assert "▲ Same amount:" in line.text
        await press(line.pilot, "enter")
        assert line.desk.changes == []
        assert "Enter pay anyway" in line.footer
        await press(line.pilot, "enter")
        assert line.desk.changes[0].args["amount"] == 845_000


async def test_an_edit_takes_the_first_enter_back() -> None:
    async with open_line() as line:
        await type_text(line.pilot, "8450")
        await press(line.pilot, "enter")
        await type_text(line.pilot, " x")
        assert "Enter pay " in line.footer
        await press(line.pilot, "enter")
        assert line.desk.changes == []


async def test_escape_goes_back_to_typing_first_and_leaves_then() -> None:
    async with open_line() as line:
        await type_text(line.pilot, "8450")
        await press(line.pilot, "enter", "escape")
        assert line.host.closed == 0
        assert line.typed == "8450"
        await press(line.pilot, "escape")
        assert line.host.closed == 1
        assert line.desk.changes == []


async def test_a_refusal_leaves_no_enter_in_the_footer() -> None:
    async with open_line() as line:
        await type_text(line.pilot, "8450 31feb")
        assert "! 31feb is no day of the calendar." in line.text
        assert "Enter" not in line.footer
        await press(line.pilot, "enter")
        assert line.desk.changes == []
        assert line.typed == "8450 31feb"


async def test_an_invoice_without_debt_is_refused_at_once() -> None:
    async with open_line("invoices:1400") as line:
        assert "INV-1400 has nothing outstanding." in line.text
        await press(line.pilot, "enter")
        assert line.desk.changes == []


async def test_a_full_disk_keeps_the_line_and_says_what_to_do() -> None:
    async with open_line() as line:
        line.desk.full = True
        await type_text(line.pilot, "500 wire")
        await press(line.pilot, "enter")
        assert "! The disk is full." in line.text
        assert line.typed == "500 wire"
        line.desk.full = False
        await press(line.pilot, "enter")
        assert len(line.desk.changes) == 1


async def test_up_brings_earlier_lines_and_down_the_empty_one() -> None:
    async with open_line() as line:
        await type_text(line.pilot, "100 a")
        await press(line.pilot, "enter")
        await press(line.pilot, "ctrl+u")
        await type_text(line.pilot, "200 b")
        await press(line.pilot, "enter", "ctrl+u", "up")
        assert line.typed == "200 b"
        await press(line.pilot, "up", "up")
        assert line.typed == "100 a"
        await press(line.pilot, "down", "down")
        assert line.typed == ""


async def test_tab_writes_the_full_payment_out_and_completes_words() -> None:
    async with open_line() as line:
        await press(line.pilot, "tab")
        assert line.typed == "12,450.00 today"
        await press(line.pilot, "ctrl+u")
        await type_text(line.pilot, "500 yes")
        await press(line.pilot, "tab")
        assert line.typed == "500 yesterday"


async def test_tab_goes_round_the_invoices_a_number_may_mean() -> None:
    async with open_line(None) as line:
        await type_text(line.pilot, "500 #13")
        assert "fits 2 invoices" in line.text
        await press(line.pilot, "tab")
        first = line.typed
        await press(line.pilot, "tab")
        assert {first, line.typed} == {"500 #INV-1348", "500 #INV-1386"}
        assert "Pay INV-13" in line.text


async def test_several_pasted_lines_are_not_taken() -> None:
    async with open_line() as line:
        line.host.query_one(LineInput).post_message(events.Paste("500 a\n600 b"))
        await line.pilot.pause()
        assert line.typed == ""
        assert "Several lines were pasted" in line.text


async def test_pasted_control_characters_reach_no_terminal() -> None:
    async with open_line() as line:
        line.host.query_one(LineInput).post_message(events.Paste("500 \x1b]52;c;x\x07 [@click=app.quit]y"))
        await line.pilot.pause()
        assert "\x1b" not in line.text
        assert "[@click=app.quit]y" in line.text


@pytest.mark.parametrize("size", [(80, 24), (140, 40), (200, 60)])
async def test_the_panel_pushes_the_rule_up_and_covers_no_fixed_row(size: tuple[int, int]) -> None:
    async with open_line(size=size) as line:
        rows = screen_lines(line.app)
        assert rows[0].startswith(" SANDBOX")
        assert "outstanding" in rows[-8]
        assert "Pay INV-1348" in rows[-7]
        assert "nothing unsent" in rows[-2]
        assert rows[-1].startswith(" Enter pay")
