"""Opened for the first time, without an account."""

from __future__ import annotations

import re
import signal

import pytest

from tests.stories.conftest import Home

ROW = re.compile(r"\d{4}-\d\d-\d\d .*(EUR|USD|GBP|CHF|JPY)")


@pytest.mark.parametrize(("columns", "rows", "shown"), [(80, 24, 18), (140, 40, 33), (200, 60, 52)])
def test_the_first_start_ends_on_invoices_with_amounts_and_sums(
    home: Home, columns: int, rows: int, shown: int
) -> None:
    with home.open(columns, rows) as terminal:
        terminal.wait_for(r"outstanding [\d,.]+ (EUR|USD)")
        terminal.wait_for("400 of 400")
        terminal.wait_for(r"(?s)\A(?!.*First copy)")
        terminal.rest()
        lines = terminal.text().splitlines()
    assert lines[0].startswith(" SANDBOX")
    assert sum(bool(ROW.search(line)) for line in lines) >= shown
    assert any(" 400" in line for line in lines[:3])
    assert ("Filters" in lines[1]) is (columns >= 110)


def test_a_bare_command_without_a_terminal_says_what_to_do(home: Home) -> None:
    done = home.run()
    assert done.returncode == 2
    assert "needs a terminal" in done.stderr


def test_it_quits_by_its_key_and_names_what_waits(home: Home) -> None:
    with home.open() as terminal:
        terminal.wait_for("INV-")
        terminal.rest()
        terminal.press("p", "enter")
        terminal.wait_for("Paid INV-")
        terminal.press("q")
        terminal.wait_for("1 unsent change waits")
        assert terminal.ended() == 0


def test_it_ends_when_its_terminal_is_gone(home: Home) -> None:
    with home.open() as terminal:
        terminal.wait_for("INV-")
        terminal.rest()
        assert terminal.hang_up() == 128 + signal.SIGHUP
