"""Bulk payments under review, over stand-ins with the real services."""

from __future__ import annotations

import pytest

from kworkbench.services.changes import NotPossible
from kworkbench.services.pay_review import PayReview
from kworkbench.services.review import Group
from tests.ui.desk import Books, Desk, invoice, session_of

BOOKS = [
    invoice(1, "Acme", 30_000, due="2026-01-31"),
    invoice(2, "Acme", 50_000, due="2026-02-28"),
    invoice(3, "Acme", 20_000, due="2026-03-31"),
    invoice(4, "Acme", 10_000, outstanding=0, settlement="paid", status="paid"),
]
ALL = [row.lid for row in BOOKS]
SESSION = session_of(Desk(), Books(BOOKS, {}))


def begun(text: str, hidden: str = "") -> PayReview:
    return SESSION.pay_reviews.begin(text, ALL, lambda lid: lid != hidden)


def going(batch: PayReview) -> dict[str, object]:
    return {row.row.lid.removeprefix("invoices:"): row.row.values["amount"] for row in batch.review.going}


def sums(batch: PayReview) -> list[tuple[int, str, int]]:
    return [(each.minor, each.currency, each.rows) for each in batch.review.going_sums]


def test_each_is_paid_in_full_and_what_cannot_be_stays_out() -> None:
    batch = begun("")
    assert going(batch) == {"1": 30_000, "2": 50_000, "3": 20_000}
    assert sums(batch) == [(100_000, "EUR", 3)]
    (paid,) = batch.review.in_group(Group.EXPECTED_REFUSED)
    assert paid.barred
    assert paid.reason
    assert going(SESSION.pay_reviews.toggle(batch, ALL[3])) == going(batch)


@pytest.mark.parametrize(
    ("text", "shares"), [("450", {"1": 30_000, "2": 15_000}), ("1000", {"1": 30_000, "2": 50_000, "3": 20_000})]
)
def test_only_what_has_a_share_of_the_total_is_paid(text: str, shares: dict[str, int]) -> None:
    batch = begun(text)
    assert going(batch) == shares
    assert sums(batch) == [(sum(shares.values()), "EUR", len(shares))]
    assert batch.plan.total == sum(shares.values())


def test_a_total_is_shared_out_anew_when_rows_are_taken_out_and_must_add_up() -> None:
    reviews = SESSION.pay_reviews
    less = reviews.toggle(begun("450"), ALL[0])
    assert going(less) == {"2": 45_000}
    none = reviews.toggle(reviews.toggle(less, ALL[1]), ALL[2])
    assert going(none) == {}
    few = reviews.toggle(less, ALL[1])
    assert "has no invoice to go to" in few.review.stopped
    assert going(reviews.toggle(few, ALL[1])) == {"2": 45_000}


def test_rows_not_in_view_start_taken_out_and_come_in_as_a_group() -> None:
    batch = begun("", hidden=ALL[1])
    assert going(batch) == {"1": 30_000, "3": 20_000}
    assert "2" in going(SESSION.pay_reviews.toggle_group(batch, Group.NOT_IN_VIEW))


def test_an_amount_set_for_one_row_leaves_the_rest_of_the_total_to_the_others() -> None:
    reviews = SESSION.pay_reviews
    batch = reviews.set_amount(begun("450"), ALL[0], "100")
    assert isinstance(batch, PayReview)
    assert going(batch) == {"1": 10_000, "2": 35_000}
    back = reviews.set_amount(batch, ALL[0], "")
    assert isinstance(back, PayReview)
    assert going(back) == {"1": 30_000, "2": 15_000}
    assert isinstance(reviews.set_amount(batch, ALL[0], "soon"), str)
    over = reviews.set_amount(begun("450"), ALL[0], "500")
    assert isinstance(over, PayReview)
    assert over.review.stopped == "The amounts are 50.00 EUR more than the total."


def test_an_invoice_that_changed_meanwhile_stops_the_record() -> None:
    books = Books(BOOKS, {})
    session = session_of(Desk(), books)
    batch = session.pay_reviews.begin("", ALL[:2], lambda _lid: True)
    books.rows[ALL[0]] = invoice(1, "Acme", 30_000, outstanding=10_000, due="2026-01-31")
    with pytest.raises(NotPossible, match="changed meanwhile"):
        session.pay_reviews.confirm(batch)
