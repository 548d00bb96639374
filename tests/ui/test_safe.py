from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from kworkbench.ui.safe import (
    CUT,
    HIDDEN,
    LINE_END,
    TAB,
    Content,
    cut,
    fill,
    safe_lines,
    safe_text,
    visible,
    width,
    wrapped,
)

HOSTILE = (
    "[@click=app.simulate_key('d')]Acme[/]",
    "[/x]",
    "[draft]",
    "\x1b]52;c;ZWNobw==\x07",
    "\x9b31mred",
    "Acme\u202egnp.exe",
    "a\u200bb\u200db\ufeff",
    "tag\U000e0041\U000e007f",
    "\ud800 lone \udfff",
    "line\r\nnext\nlast\x85\u2028",
    "tab\there",
    "Zażółć 会議室 Ａ",
    "e\u0301\u0301\u0301\u0301\u0301\u0301\u0301",
    "\u0301leading",
    "",
)

texts = st.text(st.characters(), max_size=60) | st.sampled_from(HOSTILE)
limits = st.integers(min_value=0, max_value=40)


def is_harmful(character: str) -> bool:
    category = unicodedata.category(character)
    return category in ("Cc", "Cf", "Cs", "Zl", "Zp") or 0xFE00 <= ord(character) <= 0xFE0F


IGNORABLE = (
    (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F),
    (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
)  # fmt: skip
"""Unicode's `Default_Ignorable_Code_Point`: nothing is drawn where no font knows better (DerivedCoreProperties.txt)."""
NOTHING = (0xFFFE, 0xFFFF, 0x10FFFE, 0x10FFFF)
NEWER = range(0x13439, 0x13440)
"""Format characters since Unicode 15, which Python 3.11 does not know."""


def test_all_that_is_hidden_is_marked_and_all_that_can_be_seen_stays() -> None:
    hidden = {code for first, last in IGNORABLE for code in range(first, last + 1)} | {*NOTHING, *NEWER}
    hidden |= {code for code in range(sys.maxunicode + 1) if is_harmful(chr(code))}
    shown = visible("".join(map(chr, range(sys.maxunicode + 1)))).plain
    assert {code for code, character in enumerate(shown) if ord(character) != code} == hidden


def test_no_control_format_or_surrogate_of_all_of_unicode_comes_through() -> None:
    every = [chr(code) for code in range(sys.maxunicode + 1)]
    harmful = [character for character in every if is_harmful(character)]
    assert len(harmful) > 2200
    passed = [hex(ord(character)) for character in harmful if character in safe_text(f"a{character}b").plain]
    assert passed == []


@pytest.mark.parametrize(
    "code", [0x00, 0x07, 0x1B, 0x7F, 0x80, 0x9B, 0x61C, 0x200E, 0x202A, 0x2066, 0x200B, 0xE0041, 0xD83D]
)
def test_each_is_replaced_by_one_visible_mark(code: int) -> None:
    assert safe_text(f"a{chr(code)}b").plain == f"a{HIDDEN}b"


def test_line_ends_and_tabs_have_marks_of_their_own() -> None:
    assert safe_text("a\r\nb\nc\td").plain == f"a{LINE_END}b{LINE_END}c{TAB}d"


@given(texts, st.none() | limits)
@example("会議室", 4)
@example("会", 1)
@example("e\u0301e\u0301e\u0301", 2)
def test_a_text_is_one_harmless_line_that_fits(text: str, limit: int | None) -> None:
    safe = safe_text(text, limit)
    assert isinstance(safe, Content)
    assert not any(is_harmful(character) for character in safe.plain)
    safe.plain.encode("utf-8")
    if limit is not None:
        assert cell_len(safe.plain) <= limit


@given(texts, limits)
def test_what_fits_is_not_cut_and_what_is_cut_says_so(text: str, limit: int) -> None:
    whole, part = safe_text(text), safe_text(text, limit)
    if width(whole) <= limit:
        assert part.plain == whole.plain
    elif limit:
        assert part.plain.endswith(CUT)
        assert whole.plain.startswith(part.plain.removesuffix(CUT))


@given(texts, limits, st.booleans())
def test_a_filled_cell_is_exactly_as_wide_as_its_column(text: str, cells: int, right: bool) -> None:
    assert width(fill(safe_text(text), cells, right=right)) == cells


@given(texts, st.integers(min_value=2, max_value=30))
def test_wrapping_keeps_every_word_and_fits(text: str, cells: int) -> None:
    lines = wrapped(text, cells)
    assert all(width(line) <= cells for line in lines)
    kept = "".join("".join(line.plain for line in lines).split())
    assert kept == "".join("".join(line.plain for line in safe_lines(text)).split())


@given(texts)
def test_a_field_s_text_keeps_its_length(text: str) -> None:
    shown = visible(text).plain
    assert len(shown) == len(text)
    assert not any(is_harmful(character) for character in shown)


def test_wide_and_combining_characters_are_measured_by_cells() -> None:
    assert width("会議室") == 6
    assert width("e\u0301") == 1
    assert cut(Content("会議室レンタル"), 7).plain == f"会議室{CUT}"
    assert safe_text("Åkerlund & Söner AB", 18).plain == f"Åkerlund & Söner{CUT}"


def test_markup_stays_text() -> None:
    assert safe_text("[bold red]x[/] [@click=quit]y").plain == "[bold red]x[/] [@click=quit]y"


def test_towers_of_combining_marks_are_cut_down() -> None:
    assert len(safe_text("e" + "\u0301" * 50).plain) <= 6


@pytest.mark.parametrize(
    ("text", "cells", "lines"),
    [
        ("abcd", 4, ("abcd",)),
        ("abcde", 4, ("abcd", "e")),
        ("a bcdef", 3, ("a", "bcd", "ef")),
        ("a bc def", 4, ("a bc", "def")),
        ("ab c d", 3, ("ab", "c d")),
        ("会議室", 1, ("会", "議", "室")),
        ("abcd  ", 4, ("abcd",)),
        ("one\ntwo", 9, ("one", "two")),
        ("", 9, ("",)),
    ],
)
def test_lines_are_broken_at_the_last_blank_that_fits(text: str, cells: int, lines: tuple[str, ...]) -> None:
    assert tuple(line.plain for line in wrapped(text, cells)) == lines


def test_a_cell_is_filled_at_the_right_or_with_right_at_the_left() -> None:
    assert fill(Content("ab"), 4).plain == "ab  "
    assert fill(Content("ab"), 4, right=True).plain == "  ab"


def test_a_cell_of_one_shows_that_something_is_there() -> None:
    assert [cut(Content("ab"), limit).plain for limit in (0, 1, 2)] == ["", CUT, "ab"]


def test_a_mark_that_combines_with_nothing_gets_something_to_stand_on() -> None:
    assert safe_text("\u0301leading").plain == f"{HIDDEN}\u0301leading"
    assert safe_text("é").plain == "é"
