"""A typed expense, over a served sandbox on a terminal: live, so that the first answer is compared with the preview."""

from __future__ import annotations

import pytest

from tests.stories.conftest import Home, Served
from tests.stories.test_verbs import SIZES, SMALL, at


@SIZES
def test_an_expense_is_typed_at_productive(home: Home, served: Served, size: tuple[int, int]) -> None:
    with at(home, served, "productive", size) as terminal:
        terminal.press("3")
        terminal.rest()
        terminal.press("n", "12.50+3 lunch with Ana @packaging %meals 2026-03-02 billable")
        terminal.wait_for("15.50 EUR on Mon 2026-03-02, Meals, by ")
        terminal.press("enter")
        terminal.wait_for("Added 15.50 EUR on Packaging")
        terminal.wait_for("nothing unsent")
        assert "queue waits" not in terminal.text()
    found = [one["attributes"] for one in served.productive("/expenses", sort="-id")["data"]]
    made = next(one for one in found if one["name"] == "lunch with Ana")
    assert (made["date"], made["amount"], made["billable_amount"]) == ("2026-03-02", 1550, 1550)


@pytest.mark.parametrize("size", [SMALL])
def test_an_expense_in_another_currency_is_converted_by_kantata(
    home: Home, served: Served, size: tuple[int, int]
) -> None:
    with at(home, served, "kantata", size) as terminal:
        terminal.press("3")
        terminal.rest()
        terminal.press("n", "210.50 chf taxi to Bern @packaging %travel")
        terminal.wait_for("the EUR amount is to come")
        terminal.press("enter")
        terminal.wait_for("Added 210.50 CHF on Packaging")
        terminal.wait_for("nothing unsent")
        terminal.rest()
        assert "queue waits" not in terminal.text()
        assert "to come" not in terminal.text()
    newest = served.kantata("/expenses", order="created_at:desc", per_page="1", from_archived_workspaces="true")
    (made,) = newest["expenses"].values()
    assert (made["notes"], made["currency"]) == ("taxi to Bern", "EUR")
    assert made["foreign_exchange_amount"]["source_currency"] == "CHF"
    assert made["amount_in_cents"] > 0
