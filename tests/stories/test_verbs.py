"""What else is done with records, over a served sandbox on a terminal: decisions, reports, invoices, shared edits."""

from __future__ import annotations

import pytest

from screenshots.terminal import Terminal
from tests.stories.conftest import Home, Served, connect

SMALL, WIDE = (80, 24), (140, 40)
SIZES = pytest.mark.parametrize("size", [SMALL, pytest.param(WIDE, marks=pytest.mark.heavy)])


def at(home: Home, served: Served, provider: str, size: tuple[int, int]) -> Terminal:
    """The workbench over the served sandbox; nothing is held back, so that `y` sends."""
    served.start()
    home.hold(0)
    connect(home, served, provider)
    terminal = home.open(*size, ("--connection", "books"))
    terminal.wait_for("nothing unsent")
    terminal.rest()
    return terminal


def only(terminal: Terminal, tab: str, query: str) -> None:
    """A list with the rows of a query."""
    terminal.press(tab)
    terminal.rest()
    terminal.press("/", query, "enter")
    terminal.rest()


def choose(terminal: Terminal, words: str, asks: str = "") -> None:
    """An action by its name; `asks` stands on the screen that it opens."""
    terminal.press("i")
    terminal.wait_for("Do with")
    terminal.press(words, "enter")
    if asks:
        terminal.wait_for(asks)
        terminal.rest()


@SIZES
def test_marked_expenses_are_approved_and_one_is_rejected_with_a_reason(
    home: Home, served: Served, size: tuple[int, int]
) -> None:
    with at(home, served, "productive", size) as terminal:
        only(terminal, "3", "approval:submitted")
        ids = [row["id"] for row in home.rows("expenses", "approval:submitted")[:3]]
        terminal.press("space", "space")
        choose(terminal, "approve", r"Approve 2 expenses\?")
        terminal.press("y")
        terminal.wait_for("approve 2 expenses")
        terminal.wait_for("nothing unsent")
        choose(terminal, "reject", "Reject this expense")
        terminal.press("No receipt", "enter")
        terminal.wait_for(r"why +No receipt")
        terminal.rest()
        terminal.press("y")
        terminal.wait_for("reject 1 expense")
        terminal.wait_for("nothing unsent")
    found = [served.productive(f"/expenses/{record}")["data"]["attributes"] for record in ids]
    assert [(one["approved"], one["rejected"]) for one in found] == [(True, False), (True, False), (False, True)]
    assert found[2]["rejected_reason"] == "No receipt"


@pytest.mark.heavy
@pytest.mark.parametrize("size", [SMALL, WIDE])
def test_what_marked_rows_share_is_edited_at_once(home: Home, served: Served, size: tuple[int, int]) -> None:
    with at(home, served, "kantata", size) as terminal:
        query = "approval:none invoiced:no currency:eur"
        only(terminal, "3", query)
        ids = [row["id"] for row in home.rows("expenses", query)[:2]]
        terminal.press("space", "space", "e")
        terminal.wait_for("Edit 2 expenses")
        terminal.rest()
        terminal.press(*["tab"] * 5, "The same for both", "enter")
        terminal.wait_for(r"Edit 2 expenses\?")
        terminal.rest()
        terminal.press("y")
        terminal.wait_for("Saved here: edit 2 expenses")
        terminal.wait_for("nothing unsent")
    shown = served.kantata("/expenses", only=",".join(ids), on_my_account="false", from_archived_workspaces="true")
    assert {record["notes"] for record in shown["expenses"].values()} == {"The same for both"}


@SIZES
def test_an_invoice_is_made_at_kantata_issued_and_cancelled(home: Home, served: Served, size: tuple[int, int]) -> None:
    with at(home, served, "kantata", size) as terminal:
        terminal.press("1", "n")
        terminal.wait_for("New invoice")
        terminal.rest()
        terminal.press("down", "enter", "tab", "tab", "1200 Design; 50 Hosting")
        terminal.wait_for("2 lines")
        terminal.press("enter")
        terminal.wait_for("Saved here: add invoice")
        terminal.wait_for("nothing unsent")
        only(terminal, "1", "status:draft total:1250")
        choose(terminal, "issue", r"Issue this invoice\?")
        terminal.press("y")
        terminal.wait_for("nothing unsent")
        choose(terminal, "cancel", r"Cancel this invoice\?")
        assert "no payments" in terminal.text()
        terminal.press("y")
        terminal.wait_for("nothing unsent")
    newest = served.kantata("/invoices", order="created_at:desc", per_page="1")
    (invoice,) = newest["invoices"].values()
    assert (invoice["balance_in_cents"], invoice["status"]) == (125_000, "cancelled")


@pytest.mark.heavy
def test_a_mail_that_is_refused_comes_back_with_what_was_typed(home: Home, served: Served) -> None:
    with at(home, served, "productive", SMALL) as terminal:
        only(terminal, "1", "status:draft")
        choose(terminal, "send invoices to", "Send this invoice")
        terminal.press("books@client.example", "enter")
        terminal.wait_for("A draft")
        terminal.rest()
        terminal.press("space")  # it starts out: the refusal is expected
        terminal.press("y")
        terminal.wait_for("1 refused")
        terminal.rest()
        terminal.press("e")
        terminal.wait_for("refused at")
        assert "books@client.example" in terminal.text()
        terminal.press("escape")
    assert [change["state"] for change in home.changes()] == ["refused"]


@pytest.mark.heavy
def test_a_report_is_handed_in_and_approved_whole(home: Home, served: Served) -> None:
    with at(home, served, "kantata", WIDE) as terminal:
        query = "approval:none invoiced:no"
        only(terminal, "3", query)
        row = home.rows("expenses", query)[0]
        choose(terminal, "submit report", "Submit a report of this expense")
        terminal.press("enter")
        terminal.wait_for(r"Submit a report of this expense\?")
        terminal.rest()
        terminal.press("y")
        terminal.wait_for("Saved here: submit a report")
        while [change["state"] for change in home.changes()] != ["done"]:
            terminal.rest()  # only then it is known which report it is on
        terminal.rest()
        choose(terminal, "approve report", "Approve the report of this expense")
        terminal.press("enter")
        terminal.wait_for(r"1 request, one for each report")
        terminal.rest()
        terminal.press("y")
        terminal.wait_for("nothing unsent")
    shown = served.kantata(f"/expenses/{row['id']}", include="active_submission", on_my_account="false")
    (report,) = shown["expense_report_submissions"].values()
    assert report["status"] == "approved"
