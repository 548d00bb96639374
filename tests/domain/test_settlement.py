"""The settlement word, from the four amounts of an invoice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kworkbench.domain.resources import INVOICES
from kworkbench.domain.settlement import settlement_of


@pytest.mark.parametrize(
    ("total", "paid", "written_off", "outstanding", "word"),
    [
        (100, 0, 0, 100, "unpaid"),
        (100, 40, 0, 60, "part-paid"),
        (100, 0, 40, 60, "part-paid"),
        (100, 100, 0, 0, "paid"),
        (100, 60, 40, 0, "paid"),
        (100, 0, 100, 0, "written-off"),
        (100, 140, 0, -40, "overpaid"),
        (100, 60, 60, -20, "overpaid"),
        (0, 0, 0, 0, "unpaid"),
        (-100, 0, 0, -100, "unpaid"),
        (-100, -40, 0, -60, "part-paid"),
        (-100, -100, 0, 0, "paid"),
        (100, -50, 0, 150, "part-paid"),
    ],
)
def test_the_word_says_where_the_invoice_stands(
    total: int, paid: int, written_off: int, outstanding: int, word: str
) -> None:
    assert settlement_of(total=total, paid=paid, written_off=written_off, outstanding=outstanding) == word


@given(st.integers(-1000, 1000), st.integers(-1000, 1000), st.integers(0, 1000))
def test_there_is_always_a_word_of_the_list(total: int, paid: int, written_off: int) -> None:
    word = settlement_of(total=total, paid=paid, written_off=written_off, outstanding=total - paid - written_off)
    assert word in INVOICES.field("settlement").choices
