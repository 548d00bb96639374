"""A payment by two keys: at once on the screen, once at the server, whatever the network does."""

from __future__ import annotations

import re
from typing import Any

import pytest

from screenshots.terminal import Terminal
from tests.stories.conftest import Home, Served, connect

LOST_ANSWERS = (
    "drop-after,route=POST:*,times=1",
    pytest.param("truncate,route=POST:*,times=1", marks=pytest.mark.heavy),
)


def open_first(home: Home) -> tuple[Terminal, str]:
    """The workbench with its list read, and the number of the invoice under the cursor."""
    terminal = home.open(140, 40)
    terminal.wait_for(r"checked \d\d:\d\d")
    terminal.rest()
    number = re.search(r"▌\s+(\S+)", terminal.text())
    assert number is not None
    return terminal, number[1]


def payments_of(served: Served, number: str) -> list[Any]:
    """The server's payments of an invoice, on the connection's own dialect."""
    invoice = served.productive("/invoices", **{"filter[number]": number})["data"][0]
    found: list[Any] = served.productive("/payments", **{"filter[invoice_id]": invoice["id"]})["data"]
    return found


def test_the_row_stands_before_any_answer_and_the_server_holds_exactly_one(home: Home, served: Served) -> None:
    served.start("delay=4,route=POST:*")
    home.hold(0.2)
    connect(home, served, "productive")
    terminal, number = open_first(home)
    with terminal:
        before = len(payments_of(served, number))
        terminal.press("p", "enter")
        terminal.wait_for(rf"~ {re.escape(number)} .* paid .*–")
        terminal.wait_for("1 unsent")
        terminal.press("2")
        terminal.wait_for(rf"\* \d{{4}}-\d\d-\d\d\s+{re.escape(number)}")
        assert len(payments_of(served, number)) == before
        terminal.wait_for("nothing unsent")
        terminal.rest()
        assert not re.search(rf"[*~] \d{{4}}-\d\d-\d\d\s+{re.escape(number)}", terminal.text())
    assert len(payments_of(served, number)) == before + 1


@pytest.mark.parametrize("fault", LOST_ANSWERS)
def test_a_lost_answer_is_looked_for_and_never_sent_twice(home: Home, served: Served, fault: str) -> None:
    served.start(fault)
    home.hold(0)
    connect(home, served, "productive")
    terminal, number = open_first(home)
    with terminal:
        before = len(payments_of(served, number))
        terminal.press("p", "enter")
        terminal.wait_for("nothing unsent")
        terminal.rest()
    assert len(payments_of(served, number)) == before + 1
    assert [change["state"] for change in home.changes()] == ["done"]


def test_killed_while_sending_nothing_is_lost_and_nothing_doubled(home: Home, served: Served) -> None:
    served.start("delay=3,route=POST:*,times=1")
    home.hold(0)
    connect(home, served, "productive")
    terminal, number = open_first(home)
    with terminal:
        before = len(payments_of(served, number))
        terminal.press("p", "enter")
        terminal.wait_for("1 unsent")
    with home.open(140, 40) as again:
        again.wait_for(r"checked \d\d:\d\d")
        again.wait_for("nothing unsent|1 unclear")
    told = home.changes()[0]
    if told["state"] == "unclear":
        home.run("changes", "resolve", told["id"], "--send-again")
    assert home.changes()[0]["state"] == "done"
    assert len(payments_of(served, number)) == before + 1


def test_without_a_network_it_is_kept_said_and_settled_afterwards(home: Home, served: Served) -> None:
    served.start()
    home.hold(0)
    connect(home, served, "productive")
    terminal, number = open_first(home)
    with terminal:
        before = len(payments_of(served, number))
        served.stop()
        terminal.press("p", "enter")
        terminal.wait_for("offline")
        terminal.wait_for("1 unsent")
        served.start()
        terminal.wait_for("nothing unsent")
        assert "offline" not in terminal.text()
    assert len(payments_of(served, number)) == before + 1
