"""The review as data: what goes, what stays, and what each key makes of it."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from kworkbench.domain.records import Value
from kworkbench.providers import CATALOGS
from kworkbench.services.review import Group, Review, ReviewRow, ReviewSum
from kworkbench.store.rows import Row

KANTATA = CATALOGS["kantata"].resources["expenses"]
PRODUCTIVE = CATALOGS["productive"].resources["expenses"]
ONE_BY_ONE = CATALOGS["productive"].resources["payments"]


def row(number: int, minor: int = 100, currency: str = "EUR") -> Row:
    values: Mapping[str, Value] = {"amount": minor, "currency": currency}
    return Row(f"expenses:{number}", str(number), values, None, "", frozenset(), counted=True)


def review(*rows: ReviewRow) -> Review:
    return Review(PRODUCTIVE, rows)


GOES = ReviewRow(row(1, 100), Group.WILL_GO, going=True)
GOES_TOO = ReviewRow(row(2, 250, "CHF"), Group.WILL_GO, going=True)
REFUSED = ReviewRow(row(3, 30), Group.EXPECTED_REFUSED, reason="invoiced")
CLOSED = ReviewRow(row(4, 7), Group.EXPECTED_REFUSED, reason="closed until 2025-12-31", barred=True)
UNSEEN = ReviewRow(row(5, 1), Group.NOT_IN_VIEW)


def test_sums_are_kept_apart_by_currency_and_by_what_happens() -> None:
    made = review(GOES, GOES_TOO, REFUSED, CLOSED, UNSEEN)
    assert made.going_sums == (ReviewSum(250, "CHF", 1), ReviewSum(100, "EUR", 1))
    assert made.staying_sums == (ReviewSum(38, "EUR", 3),)


def test_a_row_is_taken_out_and_put_in() -> None:
    made = review(GOES, REFUSED)
    assert made.toggle("expenses:1").going == ()
    assert len(made.toggle("expenses:3").going) == 2
    assert made.toggle("expenses:3").toggle("expenses:3") == made


def test_a_closed_period_stays_out() -> None:
    made = review(GOES, CLOSED)
    assert made.toggle("expenses:4") == made
    assert made.toggle_group(Group.EXPECTED_REFUSED) == made


def test_a_group_goes_in_whole_and_then_out() -> None:
    made = review(GOES, GOES_TOO, REFUSED, CLOSED)
    assert [one.going for one in made.toggle_group(Group.EXPECTED_REFUSED).rows] == [True, True, True, False]
    assert made.toggle_group(Group.WILL_GO).going == ()
    assert len(made.toggle("expenses:1").toggle_group(Group.WILL_GO).going) == 2


def test_the_requests_say_what_a_refusal_means() -> None:
    two = (GOES, GOES_TOO)
    assert "settled by itself" in Review(PRODUCTIVE, two).requests
    assert Review(KANTATA, two).requests == "1 request for 2 ids, all or nothing. After a refusal all rows come back."
    assert Review(ONE_BY_ONE, two).requests == "2 requests, one for each row. Each row is settled by itself."
    assert Review(PRODUCTIVE, (GOES,)).requests == "1 request."
    assert Review(PRODUCTIVE, (UNSEEN,)).requests == "Nothing is sent."
    many = tuple(ReviewRow(row(number), Group.WILL_GO, going=True) for number in range(201))
    assert Review(KANTATA, many).requests.startswith("3 requests for 201 ids")


@given(st.lists(st.integers(min_value=1, max_value=5), max_size=20))
def test_whatever_is_toggled_every_row_and_amount_is_on_one_side(numbers: list[int]) -> None:
    made = review(GOES, GOES_TOO, REFUSED, CLOSED, UNSEEN)
    for number in numbers:
        made = made.toggle(f"expenses:{number}")
    sums = (*made.going_sums, *made.staying_sums)
    assert sum(each.minor for each in sums) == 388
    assert sum(each.rows for each in sums) == 5
    assert CLOSED in made.rows
