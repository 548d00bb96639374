"""The text field and the list of lines, alone on a screen."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult

from kworkbench.ui.theme import DARK, THEMES
from kworkbench.ui.timed import TimedApp
from kworkbench.ui.widgets.line_input import LineInput
from kworkbench.ui.widgets.line_list import BLANK, Line, LineList
from tests.ui.keys import press, screen_lines


class Bare(TimedApp[None]):
    """One widget on an empty screen."""

    def __init__(self, widget: type[LineInput | LineList]) -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = DARK
        self._widget = widget

    def compose(self) -> ComposeResult:
        yield self._widget()


def rows(*keys: str) -> list[Line]:
    return [Line([("Head", "strong")]), *(Line([(f" row {key}", "text")], key) for key in keys), BLANK]


async def test_a_field_keeps_hidden_characters_and_shows_their_marks() -> None:
    app: App[None] = Bare(LineInput)
    async with app.run_test(size=(40, 5)) as pilot:
        field = app.query_one(LineInput)
        field.set_text("a\x1b[31mb\u202ec\nd")
        await pilot.pause()
        assert field.value == "a\x1b[31mb\u202ec\nd"
        assert screen_lines(app)[0].startswith("a□[31mb□c¶d")
        await press(pilot, "backspace", "backspace")
        assert field.value == "a\x1b[31mb\u202ec"


async def test_the_cursor_of_a_field_stands_behind_wide_characters() -> None:
    app: App[None] = Bare(LineInput)
    async with app.run_test(size=(40, 5)) as pilot:
        field = app.query_one(LineInput)
        field.focus()
        field.set_text("東京x")
        await pilot.pause()
        assert field.cursor_screen_offset.x == 6
        await press(pilot, "left", "left", "z")
        assert field.value == "東z京x"


async def test_a_long_text_scrolls_with_its_cursor() -> None:
    app: App[None] = Bare(LineInput)
    async with app.run_test(size=(20, 5)) as pilot:
        field = app.query_one(LineInput)
        field.focus()
        field.set_text("".join(str(number % 10) for number in range(50)))
        await pilot.pause()
        assert screen_lines(app)[0].endswith("9")
        await press(pilot, "home")
        assert screen_lines(app)[0].startswith("0123")


async def test_the_cursor_follows_its_key_and_else_stays_near() -> None:
    app: App[None] = Bare(LineList)
    async with app.run_test(size=(40, 10)) as pilot:
        lines = app.query_one(LineList)
        lines.show(rows("a", "b", "c"))
        assert lines.key == "a"
        lines.do_move("down")
        lines.show(rows("x", "y", "a", "b"))
        assert lines.key == "b"
        lines.show(rows("x", "y", "a"))
        assert lines.key == "a"
        lines.show([BLANK])
        assert [lines.key] == [None]
        lines.do_move("down")
        await pilot.pause()
        assert "▌" not in "".join(screen_lines(app))


@pytest.mark.parametrize(("move", "key"), [("last", "29"), ("page-down", "8"), ("down", "1"), ("up", "0")])
async def test_the_cursor_stays_in_sight(move: str, key: str) -> None:
    app: App[None] = Bare(LineList)
    async with app.run_test(size=(40, 9)) as pilot:
        lines = app.query_one(LineList)
        lines.focus()
        lines.show(rows(*(str(number) for number in range(30))))
        await pilot.pause()
        lines.do_move(move)
        await pilot.pause()
        assert lines.key == key
        assert any(line.startswith(f"▌ row {key}") for line in screen_lines(app))
        lines.do_move("first")
        await pilot.pause()
        assert screen_lines(app)[0].startswith("Head")


async def test_a_click_brings_the_cursor() -> None:
    app: App[None] = Bare(LineList)
    async with app.run_test(size=(40, 9)) as pilot:
        lines = app.query_one(LineList)
        lines.show(rows("a", "b", "c"))
        await pilot.click(LineList, offset=(5, 3))
        assert lines.key == "c"
        await pilot.click(LineList, offset=(5, 0))
        assert lines.key == "c"
