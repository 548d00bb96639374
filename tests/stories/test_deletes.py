"""Bulk deletes on the Kantata connection, one of the rows invoiced at the server since the last sync."""

from __future__ import annotations

import re
import sqlite3

from screenshots.terminal import Terminal
from tests.stories.conftest import Home, Served, connect


def mark_three(home: Home) -> Terminal:
    """Expenses on screen, the first three marked."""
    terminal = home.open(140, 40, ("--connection", "books"))
    terminal.wait_for(r"checked \d\d:\d\d")
    terminal.press("3")
    terminal.wait_for("approval")
    terminal.rest()
    terminal.press("/", "approval:none invoiced:no", "enter")
    terminal.rest()
    terminal.press("space", "space", "space")
    terminal.wait_for("3 marked")
    return terminal


def marked_ids(home: Home, count: int = 3) -> list[str]:
    """Ids of the first rows of the list."""
    return [row["id"] for row in home.rows("expenses", "approval:none invoiced:no")[:count]]


def there(served: Served, ids: list[str]) -> list[str]:
    """Which of the ids the server still has."""
    found = served.kantata("/expenses", only=",".join(ids), on_my_account="false", from_archived_workspaces="true")
    return sorted(result["id"] for result in found["results"])


def test_a_refused_row_brings_all_back_with_its_reason_and_the_others_go_without_it(home: Home, served: Served) -> None:
    served.start()
    home.hold(0)
    connect(home, served, "kantata")
    with mark_three(home) as terminal:
        ids = marked_ids(home)
        invoice_at_the_server(served, ids[1])
        terminal.press("d")
        terminal.wait_for("Delete 3 expenses")
        terminal.press("y")
        terminal.wait_for("1 refused")
        assert there(served, ids) == sorted(ids)
        terminal.press("5")
        terminal.wait_for("invoiced")
        terminal.press("t")
        terminal.wait_for("nothing unsent")
    assert there(served, ids) == [ids[1]]


def test_u_takes_a_delete_back_and_nothing_was_sent(home: Home, served: Served) -> None:
    served.start()
    home.hold(30)
    connect(home, served, "kantata")
    with mark_three(home) as terminal:
        ids = marked_ids(home)
        terminal.press("d")
        terminal.wait_for("Delete 3 expenses")
        terminal.press("y")
        terminal.wait_for("unsent")
        terminal.press("u")
        terminal.wait_for("Taken back")
        assert re.search("nothing unsent", terminal.text())
    assert there(served, ids) == sorted(ids)
    assert [change["state"] for change in home.changes()] == ["discarded"]


def invoice_at_the_server(served: Served, expense_id: str) -> None:
    """Somebody else puts the expense on an invoice."""
    with sqlite3.connect(served.books, timeout=10) as db:
        changed = db.execute(
            "UPDATE expenses SET invoice_id = (SELECT min(id) FROM invoices) WHERE id = ?", (expense_id,)
        ).rowcount
    db.close()
    assert changed == 1
