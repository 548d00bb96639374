"""The program on a real terminal: what leaves it without colour, and what is left after a bug."""

from __future__ import annotations

import re
from pathlib import Path

from tests.ui.terminal import Terminal, started

SGR = re.compile(rb"\x1b\[([0-9;:]*)m")
ATTRIBUTES = {b"", b"0", b"1", b"2", b"4", b"7", b"9", b"22", b"24", b"27", b"29"}


def codes(written: bytes) -> set[bytes]:
    return {code for group in SGR.findall(written) for code in re.split(rb"[;:]", group)}


def tour(terminal: Terminal) -> None:
    """Through every kind of drawing: list, marks, detail, query line with an error, help, quick line, other screens."""
    terminal.wait_for("INV-1150")
    terminal.wait_for("outstanding 89,220.97")
    terminal.press(b" j\r")
    terminal.wait_for("Payments  ")
    terminal.press(b"\x1b")
    terminal.wait_for("number    client")
    terminal.press(b"/")
    terminal.wait_for("Enter keep")
    terminal.press(b"status:x")
    terminal.wait_for("Possible")
    terminal.press(b"\x1b")
    terminal.wait_for("number    client")
    terminal.press(b"?")
    terminal.wait_for("In a list")
    terminal.press(b"\x1b")
    terminal.wait_for("number    client")
    terminal.press(b"p")
    terminal.wait_for("Pay INV-")
    terminal.wait_for("Esc leave")
    terminal.press(b"\x1b")
    terminal.wait_for("p pay")
    terminal.press(b"3")
    terminal.wait_for("category")


def test_without_colour_only_attributes_leave_the_program(tmp_path: Path) -> None:
    with started("tests.ui.play", [str(tmp_path)], {"NO_COLOR": "1"}) as terminal:
        tour(terminal)
        terminal.press(b"\x11")
        assert terminal.wait_for_end() == 0
    sent = codes(terminal.bytes)
    assert sent <= ATTRIBUTES
    assert {b"1", b"2", b"7"} <= sent


def test_with_colour_the_tokens_leave_the_program_and_the_terminal_is_restored(tmp_path: Path) -> None:
    with started("tests.ui.play", [str(tmp_path)], {"COLORTERM": "truecolor"}) as terminal:
        terminal.wait_for("INV-1150")
        terminal.press(b"\x11")
        assert terminal.wait_for_end() == 0
    assert b"38;2;255;158;100" in terminal.bytes
    assert b"3" not in codes(terminal.bytes)
    assert terminal.bytes.count(b"\x1b[?1049h") == terminal.bytes.count(b"\x1b[?1049l") == 1
    assert terminal.bytes.rindex(b"\x1b[?25h") > terminal.bytes.rindex(b"\x1b[?25l")


def test_a_bug_prints_no_traceback_no_locals_and_restores_the_terminal(tmp_path: Path) -> None:
    with started("tests.ui.play", [str(tmp_path), "crash"], {}) as terminal:
        terminal.wait_for("INV-1150")
        terminal.wait_for("outstanding 89,220.97")
        terminal.press(b"=")
        assert terminal.wait_for_end() == 0
    after = terminal.bytes[terminal.bytes.rindex(b"\x1b[?1049l") :].decode()
    assert "fault=RuntimeError" in after
    assert "Traceback" not in terminal.bytes.decode()
    assert "5ecret" not in terminal.bytes.decode()
    assert "\x1b[?25h" in after
