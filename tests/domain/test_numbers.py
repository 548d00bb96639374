"""Figures as a locale writes them."""

from __future__ import annotations

import pytest

from kworkbench.domain.numbers import ENGLISH, PLAIN, NumberStyle, format_amount, format_count, format_money

SWISS = NumberStyle("’", ".")


@pytest.mark.parametrize(
    ("minor", "currency", "style", "text"),
    [
        (125_000, "EUR", ENGLISH, "1,250.00"),
        (-125_000, "EUR", ENGLISH, "-1,250.00"),
        (5, "EUR", ENGLISH, "0.05"),
        (-5, "EUR", ENGLISH, "-0.05"),
        (180_000, "JPY", ENGLISH, "180,000"),
        (1_250_500, "KWD", NumberStyle(".", ","), "1.250,500"),
        (123_456_789, "CHF", SWISS, "1’234’567.89"),
        (125_000, "EUR", PLAIN, "1250.00"),
        (0, "EUR", ENGLISH, "0.00"),
    ],
)
def test_format_amount(minor: int, currency: str, style: NumberStyle, text: str) -> None:
    assert format_amount(minor, currency, style) == text
    assert format_money(minor, currency, style) == f"{text} {currency}"


@pytest.mark.parametrize(("count", "text"), [(0, "0"), (412, "412"), (9_616, "9,616"), (-1_000, "-1,000")])
def test_format_count(count: int, text: str) -> None:
    assert format_count(count, ENGLISH) == text
