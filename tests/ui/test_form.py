"""Stories of the form: new, edit, refused; what a person types and what the server said."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest
from textual.pilot import Pilot

from kworkbench.domain.changes import Raw
from kworkbench.services.form_state import FormState
from kworkbench.services.session import Session
from kworkbench.ui.screens.form import FormClosed, FormScreen
from kworkbench.ui.verbs import keys_at
from kworkbench.ui.widgets.form_field import FormRow
from tests.ui.desk import NOW, Desk
from tests.ui.keys import press, screen_lines, screen_text, type_keys, type_text
from tests.ui.samples import open_books, refused_edit
from tests.ui.stage import Stage
from tests.ui.standin import Bench, app_over


@dataclass
class Form:
    pilot: Pilot[None]
    screen: FormScreen
    app: Stage[FormClosed]
    desk: Desk
    session: Session

    @property
    def lines(self) -> list[str]:
        return screen_lines(self.app)

    @property
    def text(self) -> str:
        return screen_text(self.app)

    @property
    def here(self) -> str:
        return next(row.field.name for row in self.screen.query(FormRow) if row.has_focus_within)

    def row(self, name: str) -> FormRow:
        return next(row for row in self.screen.query(FormRow) if row.field.name == name)

    async def go(self, name: str) -> None:
        self.row(name).focus_value()
        await self.pilot.pause()


@asynccontextmanager
async def shown(
    desk: Desk, session: Session, state: FormState, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Form]:
    screen = FormScreen(session, state, lambda: NOW)
    app: Stage[FormClosed] = Stage(lambda: screen)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield Form(pilot, screen, app, desk, session)


@asynccontextmanager
async def refused(size: tuple[int, int] = (80, 24)) -> AsyncIterator[Form]:
    desk, session = open_books()
    change = refused_edit(desk, session)
    async with shown(desk, session, session.forms.reopen(change.seq), size) as form:
        yield form


@asynccontextmanager
async def new_expense(size: tuple[int, int] = (80, 24)) -> AsyncIterator[Form]:
    desk, session = open_books()
    async with shown(desk, session, session.forms.new("expenses"), size) as form:
        yield form


async def test_every_message_stands_under_its_field_and_what_was_typed_is_still_there() -> None:
    async with refused() as form:
        lines = form.lines
        assert "! refused at" in lines[1]
        assert "5 messages" in lines[1]
        assert lines[2] == ' ! Budget "Webshop relaunch" is locked for approved time and expenses'
        date = next(number for number, line in enumerate(lines) if line.startswith(" ! date*"))
        assert "▌2026-02-30" in lines[date]
        assert lines[date + 1].strip() == "is not a valid date"
        assert lines[date + 2].strip() == "must be inside the budget's dates"
        cost = next(number for number, line in enumerate(lines) if "unit cost*" in line)
        assert "-42.00" in lines[cost]
        assert lines[cost + 1].strip() == "must be greater than 0"
        assert lines[cost][:20] == " ! unit cost*       "
        assert lines[date + 1][:21] == " " * 20 + "i"


async def test_focus_stands_on_the_first_field_the_server_named() -> None:
    async with refused() as form:
        assert form.here == "date"
        assert "Enter send again" in form.lines[-1]
        assert "Esc keep for later" in form.lines[-1]


async def test_an_edit_clears_that_field_and_no_other() -> None:
    async with refused() as form:
        await press(form.pilot, "backspace")
        assert form.row("date").notes == ()
        assert len(form.row("unit cost").notes) == 1
        assert "must be greater than 0" in form.text


async def test_sent_again_it_replaces_the_refused_change() -> None:
    async with refused() as form:
        await press(form.pilot, "ctrl+u")
        await type_text(form.pilot, "2026-02-27")
        await form.go("unit cost")
        await press(form.pilot, "ctrl+u")
        await type_text(form.pilot, "42")
        await press(form.pilot, "enter")
        sent = form.desk.changes[-1]
        assert sent.args == {"date": "2026-02-27"}
        assert form.app.answers[0] is not None
        assert form.app.answers[0].change == sent


async def test_a_refused_form_is_kept_as_it_stands() -> None:
    async with refused() as form:
        await type_text(form.pilot, "9")
        await press(form.pilot, "escape")
        (answer,) = form.app.answers
        assert answer is not None
        assert answer.kept
        assert answer.change is None
        assert form.app.kept_forms[1]["date"] == "2026-02-309"


async def test_local_checks_ask_once_and_then_send_as_typed() -> None:
    async with new_expense() as form:
        await type_text(form.pilot, "Parking")
        await form.go("date")
        await press(form.pilot, "ctrl+u")
        await type_text(form.pilot, "31feb")
        await press(form.pilot, "enter")
        assert form.desk.changes == []
        assert form.here == "date"
        assert "31feb is no day of the calendar" in form.text
        assert "Unit cost is required." in form.text
        assert "Enter send as typed" in form.lines[-1]
        await press(form.pilot, "enter")
        (change,) = form.desk.changes
        assert change.args["date"] == Raw("31feb")
        assert change.args["text"] == "Parking"


async def test_a_check_speaks_when_its_field_is_left() -> None:
    async with new_expense() as form:
        await form.go("date")
        await press(form.pilot, "ctrl+u")
        await type_text(form.pilot, "soon")
        assert "soon is not a date" not in form.text
        await press(form.pilot, "tab")
        assert "▲ date*" in form.text
        assert "soon is not a date" in form.text


async def test_dates_are_words_and_amounts_are_sums() -> None:
    async with new_expense() as form:
        await form.go("date")
        await press(form.pilot, "ctrl+u")
        await type_text(form.pilot, "yesterday")
        assert "= Tue 2026-03-03" in form.text
        await form.go("currency")
        await type_text(form.pilot, "CHF")
        await form.go("unit cost")
        await type_text(form.pilot, "12.50+3")
        assert "= 15.50 CHF" in form.text


async def test_a_picker_narrows_while_typing_and_enter_picks() -> None:
    async with new_expense() as form:
        await form.go("service")
        await type_keys(form.pilot, "tr")
        assert "► Travel and lodging" in form.text
        assert "Training" in form.text
        assert "Software" not in form.text
        assert "Enter pick" in form.lines[-1]
        await press(form.pilot, "down", "enter")
        assert form.row("service").text == "43"
        assert form.here == "person"
        assert "Training" in form.text


async def test_escape_closes_the_picker_before_the_form() -> None:
    async with new_expense() as form:
        await form.go("service")
        await press(form.pilot, "down")
        assert form.row("service").picking
        await press(form.pilot, "escape")
        assert not form.row("service").picking
        assert form.app.answers == []


async def test_the_only_match_is_taken_when_the_picker_is_left() -> None:
    async with new_expense() as form:
        await form.go("service")
        await type_text(form.pilot, "softw")
        await press(form.pilot, "tab")
        assert form.row("service").text == "42"


async def test_words_that_match_nothing_are_kept_and_questioned() -> None:
    async with new_expense() as form:
        await form.go("service")
        await type_text(form.pilot, "zebra")
        assert "No service matches." in form.text
        await press(form.pilot, "tab")
        assert form.row("service").text == "zebra"
        assert "Pick a service from the list." in form.text


async def test_space_turns_yes_and_no() -> None:
    async with new_expense() as form:
        await form.go("reimbursable")
        assert "space: yes" in form.text
        await press(form.pilot, "space")
        assert form.row("reimbursable").text == "yes"
        assert "space: no" in form.text


async def test_escape_asks_before_typed_text_is_dropped() -> None:
    async with new_expense() as form:
        await type_text(form.pilot, "Parking")
        await press(form.pilot, "escape")
        assert form.app.answers == []
        assert "What was typed is not saved." in form.text
        await press(form.pilot, "escape")
        assert len(form.app.answers) == 1


async def test_an_untouched_form_leaves_at_once() -> None:
    async with new_expense() as form:
        await press(form.pilot, "escape")
        assert len(form.app.answers) == 1


async def test_a_full_disk_keeps_the_form_open() -> None:
    async with refused() as form:
        form.desk.full = True
        await press(form.pilot, "enter", "enter")
        assert "The disk is full." in form.text
        assert form.app.answers == []


async def test_a_form_too_long_scrolls_and_the_rule_counts_what_is_below() -> None:
    async with refused(size=(80, 16)) as form:
        assert "▼" in form.lines[-3]
        assert "more fields" in form.lines[-3]
        await form.go("position")
        assert any(line.startswith("   position") for line in form.lines)
        assert "▼" not in form.lines[-3]


async def test_from_160_columns_the_form_takes_the_right_80() -> None:
    async with refused(size=(170, 40)) as form:
        assert form.screen.query_one("#form").region.x == 90
        assert form.screen.query_one("#form").region.width == 80
        assert form.screen.styles.background.a == 0


async def test_hostile_text_is_shown_harmless_and_saved_as_it_was() -> None:
    desk, session = open_books()
    row = session.reader.row(session.catalog.resources["expenses"].resource, "expenses:1")
    assert row is not None
    evil = "a\x1b]52;c;x\x07\u202eb\n[/x]"
    cast("dict[str, object]", row.values)["text"] = evil
    async with shown(desk, session, session.forms.edit("expenses", "expenses:1")) as form:
        assert "\x1b" not in form.text
        assert "\u202e" not in form.text
        assert "[/x]" in form.text
        assert form.row("text").text == evil


@pytest.mark.parametrize("key", ["down", "tab"])
async def test_fields_follow_each_other(key: str) -> None:
    async with new_expense() as form:
        await press(form.pilot, key)
        assert form.here == "date"
        await press(form.pilot, "shift+tab")
        assert form.here == "text"


async def test_enter_leaves_what_no_choice_matches_as_typed_and_it_can_be_sent() -> None:
    async with new_expense() as form:
        await form.go("service")
        await type_text(form.pilot, "zzz")
        assert "matches." in form.text
        assert "Enter keep as typed" in form.lines[-1]
        await press(form.pilot, "enter")
        assert form.here != "service"
        assert form.row("service").text == "zzz"
        assert "Pick a service from the list." in form.text
        await press(form.pilot, "enter", "enter")
        assert form.desk.changes[-1].args["service_id"] == "zzz"


@pytest.mark.parametrize(("columns", "panes"), [(160, "-narrow"), (200, "-wide")])
async def test_the_list_beside_a_form_is_laid_out_in_the_room_that_is_left(
    tmp_path: Path, columns: int, panes: str
) -> None:
    app = app_over(Bench(tmp_path))
    async with app.run_test(size=(columns, 40)) as pilot:
        await press(pilot, "3")
        await pilot.pause()
        before = screen_lines(app)[2]
        await press(pilot, "e")
        await pilot.pause()
        seen = [line[: columns - 81].rstrip() for line in screen_lines(app)]
        assert app.screen_stack[-2].has_class(panes)
        assert "60 of 60 rows" in seen[1]
        assert "amount" in seen[2]
        assert "approval" in seen[2]
        assert screen_lines(app)[1][columns - 81] == "┬"
        await press(pilot, "escape")
        await pilot.pause()
        assert screen_lines(app)[2] == before


async def test_f1_opens_help_where_text_is_typed() -> None:
    async with new_expense() as form:
        assert form.lines[-1].rstrip().endswith("F1 help")
        assert any(verb.id == "help-typing" for verb in keys_at(form.screen.place)["f1"])
