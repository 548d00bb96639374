"""Two workbenches over one home: the second asks, the first sends; when it ends, the second takes over. And undo."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from typing import Any, TypeVar

import pytest

from tests.stories.conftest import TOKEN, Home, Served, connect
from tests.stories.test_payments import open_first, payments_of

T = TypeVar("T")


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


@pytest.mark.heavy
def test_an_open_workbench_reads_and_sends_for_a_connection_that_is_added_meanwhile(home: Home, served: Served) -> None:
    served.start()
    with home.open() as terminal:
        terminal.wait_for("nothing unsent")
        connect(home, served, "productive")
        origin = served.ready["productive"].removesuffix("/api/v2")
        (home.folder / "data" / "tokens.json").write_text(json.dumps({f"books {origin}": TOKEN}))
        invoices = within(20, lambda: unpaid(home))
        number = invoices[0]["number"]
        before = len(payments_of(served, number))
        paid = home.run("pay", number, "--connection", "books", "--yes")
        assert (paid.returncode, paid.stdout.startswith("done")) == (0, True), paid.stdout + paid.stderr
    assert len(payments_of(served, number)) == before + 1


def unpaid(home: Home) -> list[dict[str, Any]]:
    """Unpaid invoices of the new connection, as far as the open workbench has read them."""
    done = home.run("list", "invoices", "status:unpaid", "--connection", "books", "--format", "json")
    found: list[dict[str, Any]] = json.loads(done.stdout) if done.returncode == 0 else []
    return found


def within(seconds: float, ask: Callable[[], T]) -> T:
    """What an answer is once it is not empty."""
    end = time.monotonic() + seconds
    while not (found := ask()) and time.monotonic() < end:
        pass
    return found
