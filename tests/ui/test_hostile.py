"""Every screen over books in which every text is hostile: nothing of it acts or reaches the terminal as it is."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from kworkbench.ui import safe
from tests.ui.hostile import COUNT, PAYLOAD, poison, texts
from tests.ui.standin import Bench
from tests.ui.story import Story, story
from tests.ui.terminal import started

SCREENS = {
    "invoices": (),
    "detail of an invoice": ("enter",),
    "payments": ("2",),
    "detail of a payment": ("2", "enter"),
    "expenses": ("3",),
    "detail of an expense": ("3", "enter"),
    "sums": ("equals_sign",),
    "help": ("question_mark",),
    "quick line": ("p",),
    "form": ("3", "e"),
    "review of a delete": ("3", "space", "j", "space", "d"),
    "query line": ("slash",),
    "changes": ("5",),
    "connections": ("ctrl+o",),
    "columns": ("C",),
}


def acting(told: Story) -> list[str]:
    """What on the screen would act when it is clicked, or is a control byte."""
    found: list[str] = []
    for strip in told.pilot.app.screen._compositor.render_strips():
        for segment in strip:
            if any(unicodedata.category(each) in ("Cc", "Cs") for each in segment.text):
                found.append(repr(segment.text))
            meta = segment.style.meta if segment.style else {}
            if any(key.startswith("@") for key in meta) or (segment.style and segment.style.link):
                found.append(f"{segment.text!r}: {meta}")
    return found


@pytest.mark.parametrize("screen", SCREENS)
async def test_no_text_acts_and_none_reaches_the_screen_as_it_is(screen: str, tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    poison(bench.path)
    async with story(tmp_path, (140, 40), bench) as told:
        await told.press(*SCREENS[screen])
        await told.settle()
        assert acting(told) == []
        assert told.pilot.app.is_running


async def test_a_text_that_is_not_made_harmless_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safe, "_safe", lambda text, _limit: text)
    bench = Bench(tmp_path)
    poison(bench.path)
    async with story(tmp_path, (140, 40), bench) as told:
        assert acting(told)


def test_there_are_two_hundred_of_them() -> None:
    assert len(texts()) == COUNT
    assert sum("@click" in text for text in texts()) > 20
    assert sum("\x1b" in text or "\x9b" in text for text in texts()) > 50


def test_a_real_terminal_gets_none_of_it(tmp_path: Path) -> None:
    with started("tests.ui.play", [str(tmp_path), "hostile"], {"COLORTERM": "truecolor"}) as terminal:
        terminal.wait_for("INV-1150")
        for keys in (b"\r", b"\x1b", b"2", b"3", b"5", b"1"):
            terminal.press(keys)
        terminal.wait_for("INV-1150")
        terminal.press(b"\x11")
        assert terminal.wait_for_end() == 0
    assert PAYLOAD.encode() not in terminal.bytes
    assert not any(
        part in terminal.bytes for part in (b"\x1b]52", b"\x1bP+q", b"\xc2\x9b", b"\xc2\x9d", "\u202e".encode())
    )
