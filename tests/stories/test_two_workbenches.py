"""Two workbenches over one home: the second asks, the first sends; when it ends, the second takes over. And undo."""

from __future__ import annotations

import re

import pytest

from tests.stories.conftest import Home, Served, connect
from tests.stories.test_payments import open_first, payments_of


@pytest.mark.heavy
def test_the_second_asks_the_first_sends_and_the_second_takes_over_when_it_ends(home: Home, served: Served) -> None:
    served.start()
    home.hold(3)
    connect(home, served, "productive")
    first, number = open_first(home)
    with first:
        second, _ = open_first(home)
        with second:
            before = len(payments_of(served, number))
            second.press("p", "enter")
            first.wait_for("1 unsent")
            first.wait_for("nothing unsent")
            second.wait_for("nothing unsent")
            assert len(payments_of(served, number)) == before + 1
            first.press("q")
            assert first.ended() == 0
            second.press("u")
            second.wait_for(f"Undo: pay {re.escape(number)}")
            second.rest()
            second.press("y")
            second.wait_for("1 unsent")
            second.wait_for("nothing unsent")
    assert [change["state"] for change in home.changes()] == ["done", "done"]
    assert len(payments_of(served, number)) == before


@pytest.mark.heavy
def test_u_deletes_a_payment_that_was_sent_and_the_journal_says_so(home: Home, served: Served) -> None:
    served.start()
    home.hold(2)
    connect(home, served, "productive")
    terminal, number = open_first(home)
    with terminal:
        before = len(payments_of(served, number))
        terminal.press("p", "enter")
        terminal.wait_for("1 unsent")
        terminal.wait_for("nothing unsent")
        terminal.rest()
        terminal.press("u")
        terminal.wait_for(f"Undo: pay {re.escape(number)}")
        terminal.rest()
        terminal.press("y")
        terminal.wait_for("1 unsent")
        terminal.wait_for("nothing unsent")
        terminal.rest()
        terminal.press("5")
        terminal.wait_for(r"undone \d\d:\d\d")
    assert len(payments_of(served, number)) == before
    assert "DELETE /payments/" in home.run("changes", "show", "2").stdout
