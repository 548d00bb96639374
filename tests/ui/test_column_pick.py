"""Which columns steps come to, and what is scrolled for them."""

from __future__ import annotations

from pathlib import Path

from kworkbench.domain.resources import EXPENSES
from kworkbench.ui.widgets.column_pick import ColumnPick
from tests.ui.story import story


def shown(pick: ColumnPick) -> list[str]:
    return [column.field.name for column in pick.shown]


def test_steps_come_to_columns_that_have_no_room_and_back() -> None:
    pick = ColumnPick(EXPENSES, {})
    pick.lay_out(80)
    usual = shown(pick)
    assert "person" not in usual
    assert pick.hidden == (False, False)
    reached = []
    for _ in EXPENSES.order:
        pick.step(1, "date")
        reached.append(pick.chosen)
        assert shown(pick)[0] == "date"
        assert pick.chosen in shown(pick)
    assert {*usual, *reached} == set(EXPENSES.order)
    assert pick.hidden == (True, False)
    for _ in EXPENSES.order:
        pick.step(-1, "date")
    assert shown(pick) == usual


def test_without_a_chosen_column_those_without_room_are_out_of_sight_again() -> None:
    pick = ColumnPick(EXPENSES, {})
    pick.lay_out(80)
    usual = shown(pick)
    while pick.chosen != "person":
        pick.step(1, "date")
    assert pick.choose_none()
    assert shown(pick) == usual
    assert not pick.choose_none()


async def test_a_narrow_list_is_sorted_by_a_column_that_had_no_room(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        await told.press("3")
        while told.list.table.column != "project":
            await told.press("l")
        assert "◄" in told.lines[2]
        await told.press("s")
        assert "project▲" in told.lines[2]
        await told.press("escape")
        assert "project" not in told.lines[2]


async def test_ctrl_c_names_the_key_that_quits(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        await told.press("ctrl+c")
        assert told.message == "ctrl+q quits."
