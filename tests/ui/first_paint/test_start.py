"""The start on a real terminal: the first paint, the toolkit's turn, keys typed in between, and every way out."""

from __future__ import annotations

import os
import re
import signal
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kworkbench.config import load
from kworkbench.paths import Paths, find
from kworkbench.ui.first_paint.early import NAME
from tests.ui.books import fill_cache
from tests.ui.terminal import Terminal, started

CONFIG = """default = "books"

[connections.books]
provider = "productive"
base_url = "http://127.0.0.1:9/api/v2"
organization_id = "1"
user_id = "1"
"""
TOOLKIT = b"\x1b[?2026$p"
"""The toolkit asks this once it has the terminal."""
STARTS = 5
"""A busy machine may read the first paint so late that the toolkit is up already; such a start proves nothing."""


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    found = find({"KWORKBENCH_HOME": str(tmp_path)})
    found.create()
    found.config_file.write_text(CONFIG)
    fill_cache(found.cached, load(found.config_file).connection("books").account)
    return found


@contextmanager
def program(paths: Paths, columns: int = 80, rows: int = 24, **environ: str) -> Iterator[Terminal]:
    told = {
        "KWORKBENCH_HOME": str(paths.state.parent),
        "KWORKBENCH_TOKEN": "x",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        "COLORTERM": "truecolor",
        "COLUMNS": "",
        "LINES": "",
        **environ,
    }
    with started("kworkbench", [], told, columns, rows) as terminal:
        yield terminal


def settings(terminal: Terminal) -> list[object]:
    return list(termios.tcgetattr(terminal._fd))[:6]


def ended(terminal: Terminal, before: list[object]) -> int:
    """Its exit status; the terminal is as it was."""
    terminal._read_until(lambda: False, 20, "the end", ends=True)
    after = settings(terminal)
    status = os.waitstatus_to_exitcode(os.waitpid(terminal.pid, 0)[1])
    assert after == before
    written = terminal.bytes
    assert written.count(b"\x1b[?1049h") == 1
    assert written.rindex(b"\x1b[?1049l") > written.rindex(b"\x1b[?1049h")
    assert written.rindex(b"\x1b[?25h") > written.rindex(b"\x1b[?25l")
    return status


def test_the_first_paint_shows_the_rows_of_the_live_list(paths: Paths) -> None:
    for columns, rows, kept in ((140, 40, False), (140, 40, True), (80, 24, False)):
        assert (paths.state / NAME).exists() or not kept
        with program(paths, columns, rows) as terminal:
            before = settings(terminal)
            terminal.wait_for("nothing unsent")
            first = terminal.screen_before(TOOLKIT)
            assert "? help" in first[-1]
            left = 27 if columns >= 110 else 0
            live = [line[left:-1] for line in terminal.screen.display[2:-3]]  # the last cell is the scroll mark's
            assert [line[left:-1] for line in first[2:-3]] == live
            assert "INV-1150" in "\n".join(first)
            assert b"\x1b[2J" not in terminal.bytes
            terminal.press(b"\x11")
            assert ended(terminal, before) == 0


def test_keys_typed_before_the_toolkit_is_up_act_afterwards(paths: Paths) -> None:
    for _ in range(STARTS):
        with program(paths) as terminal:
            before = settings(terminal)
            terminal.wait_for("INV-1150")
            terminal.press(b"3")
            early = TOOLKIT not in terminal.bytes
            terminal.wait_for("category")
            terminal.press(b"\x11")
            assert ended(terminal, before) == 0
        if early:
            return
    pytest.fail("No key could be typed before the toolkit was up.")


def test_enter_typed_before_the_program_has_the_terminal_is_enter(paths: Paths) -> None:
    with program(paths) as terminal:
        terminal.press(b"\r")  # its line is still edited by the terminal, which makes a line feed of it
        terminal.wait_for("back to the list")
        terminal.press(b"\x11")
        assert terminal.wait_for_end() == 0


@pytest.mark.parametrize(("number", "live"), [(signal.SIGTERM, True), (signal.SIGHUP, False)])
def test_a_signal_leaves_the_terminal_as_it_was(paths: Paths, number: signal.Signals, live: bool) -> None:
    with program(paths) as terminal:
        before = settings(terminal)
        terminal.wait_for("nothing unsent" if live else "INV-1150")
        os.kill(terminal.pid, number)
        assert ended(terminal, before) == 128 + number


def test_an_interrupt_before_the_toolkit_is_up_leaves_the_terminal_as_it_was(paths: Paths) -> None:
    with program(paths) as terminal:
        before = settings(terminal)
        terminal.wait_for("INV-1150")
        terminal.press(b"\x03")
        # One that passes through an `exec` of the standard library ends Python by the signal, however tidy.
        assert ended(terminal, before) in (130, -signal.SIGINT)


def test_what_prevents_the_start_is_said_on_a_terminal_as_it_was(paths: Paths) -> None:
    paths.outbox.mkdir()
    with program(paths) as terminal:
        before = settings(terminal)
        assert ended(terminal, before) == 3
    said = re.sub(rb"\x1b\[[^a-zA-Z]*[a-zA-Z]", b"", terminal.bytes[terminal.bytes.rindex(b"\x1b[?1049l") :])
    assert said.strip()
    assert b"Traceback" not in terminal.bytes
