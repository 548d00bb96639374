from __future__ import annotations

import re

import pytest
from rich.color import Color, ColorSystem

from kworkbench.ui.first_paint.ansi import Colours, Depth, Span, drawn
from kworkbench.ui.safe import safe_text
from kworkbench.ui.tokens import TOKENS

SGR = re.compile(rb"\x1b\[([0-9;]*)m")


@pytest.mark.parametrize(
    ("environ", "depth"),
    [
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, Depth.TRUE),
        ({"TERM": "xterm-256color"}, Depth.INDEXED),
        ({"TERM": "xterm-256color", "COLORTERM": "24bit", "NO_COLOR": ""}, Depth.NONE),
        ({"TERM": "xterm"}, Depth.NONE),
        ({}, Depth.NONE),
    ],
)
def test_colours_are_those_of_the_terminal(environ: dict[str, str], depth: Depth) -> None:
    assert Colours.of(environ, dark=True).depth is depth


@pytest.mark.parametrize("dark", [True, False])
def test_each_of_256_colours_is_the_one_the_toolkit_takes(dark: bool) -> None:
    for name, token in TOKENS.items():
        value = token.dark if dark else token.light
        expected = Color.parse(value).downgrade(ColorSystem.EIGHT_BIT).number
        assert f"38;5;{expected}".encode() in drawn([[Span([("x", name)], 1)]], Colours(Depth.INDEXED, dark)), name


def test_without_colour_only_attributes_are_sent() -> None:
    line = [Span([(name, f"{name} bold")], 20, "cursor") for name in TOKENS]
    codes = {code for found in SGR.findall(drawn([line], Colours(Depth.NONE, dark=True))) for code in found.split(b";")}
    assert codes <= {b"0", b"1", b"2", b"4", b"7", b"9"}


def test_a_line_is_as_wide_as_its_spans_and_stands_in_its_row() -> None:
    written = drawn(
        [[Span([("long text", "")], 4), Span([], 2)], [Span([("会議室", "")], 5)]], Colours(Depth.TRUE, dark=True)
    )
    first, second = re.split(rb"\x1b\[[12];1H", written)[1:]
    assert SGR.sub(b"", first).decode() == "lon…  "
    assert SGR.sub(b"", second).decode() == "会議…"


def test_hostile_text_reaches_the_terminal_harmless() -> None:
    written = drawn([[Span([(safe_text("a\x1b[2J\x9b2Jb\u202ec"), "text")], 20)]], Colours(Depth.TRUE, dark=True))
    assert b"\x1b[2J" not in written
    assert "\x9b".encode() not in written
    assert "\u202e".encode() not in written
