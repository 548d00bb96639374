"""Every amount rule of product.md section 7, by example, and printed amounts read back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kworkbench.domain.money import NO_DECIMALS, THREE_DECIMALS
from kworkbench.domain.numbers import ENGLISH, PLAIN, NumberStyle, format_amount
from kworkbench.domain.quickline.amounts import MOST, Sum, Unreadable, read_quantity, read_share, read_signed, read_sum
from tests.domain.quickline.books import FRENCH, GERMAN, SWISS

STYLES = (
    ENGLISH,
    GERMAN,
    SWISS,
    FRENCH,
    PLAIN,
    NumberStyle(" ", ","),
    NumberStyle("'", "."),
    NumberStyle("\u00a0", "."),
)


@pytest.mark.parametrize(
    ("text", "currency", "style", "minor"),
    [
        # a bare number
        ("500", "EUR", ENGLISH, 50_000),
        ("500", "JPY", ENGLISH, 500),
        ("0012", "EUR", ENGLISH, 1_200),
        # both marks: the last is the decimal mark, whatever the locale
        ("1,250.50", "EUR", GERMAN, 125_050),
        ("1.250,50", "EUR", ENGLISH, 125_050),
        ("1.250,5", "EUR", None, 125_050),
        ("12.345.678,90", "EUR", ENGLISH, 1_234_567_890),
        # one mark with 1 or 2 digits after it: decimal
        ("12.5", "EUR", GERMAN, 1_250),
        ("12,50", "EUR", ENGLISH, 1_250),
        (".50", "EUR", None, 50),
        ("12,50", "EUR", None, 1_250),
        ("500.", "EUR", ENGLISH, 50_000),
        # one mark and exactly 3 digits: thousands if the locale groups with that mark
        ("1,250", "EUR", ENGLISH, 125_000),
        ("1.250", "EUR", GERMAN, 125_000),
        ("1.250", "KWD", ENGLISH, 1_250),
        ("1.250", "KWD", None, 1_250),
        ("1,250", "KWD", ENGLISH, 1_250_000),
        # the same mark twice: thousands
        ("1.250.000", "EUR", ENGLISH, 125_000_000),
        ("1,250,000", "EUR", None, 125_000_000),
        # blank and apostrophe group
        ("1 250", "EUR", None, 125_000),
        ("1 250,50", "EUR", ENGLISH, 125_050),
        ("1\u202f250,50", "EUR", FRENCH, 125_050),
        ("1'250.50", "EUR", None, 125_050),
        ("1’250", "EUR", SWISS, 125_000),
        # only + calculates
        ("12.50+3", "EUR", ENGLISH, 1_550),
        ("1,000.00 + 250 + .5", "EUR", ENGLISH, 125_050),
        ("+50", "EUR", ENGLISH, 5_000),
        # currency words
        ("500eur", "EUR", ENGLISH, 50_000),
        ("€500", "EUR", ENGLISH, 50_000),
        ("EUR 500", "EUR", ENGLISH, 50_000),
    ],
)
def test_read(text: str, currency: str, style: NumberStyle | None, minor: int) -> None:
    read = read_sum(text, currency, style)
    assert isinstance(read, Sum), read
    assert read.minor == minor


@pytest.mark.parametrize(
    ("text", "currency", "style", "why"),
    [
        ("1.250", "EUR", ENGLISH, "1.250 can mean 1250 or 1.25. Write one of them."),
        ("1,250", "EUR", GERMAN, "1,250 can mean 1250 or 1.25. Write one of them."),
        ("1.250", "EUR", None, "1.250 can mean 1250 or 1.25. Write one of them."),
        ("1,250", "JPY", None, "1,250 can mean 1250 or 1.25. Write one of them."),
        ("12.3456", "EUR", ENGLISH, "12.3456 has more decimals than EUR, which has 2."),
        ("1250.500", "EUR", ENGLISH, "1250.500 has more decimals than EUR, which has 2."),
        ("0.500", "EUR", GERMAN, "0.500 has more decimals than EUR, which has 2."),
        ("5.5", "JPY", ENGLISH, "5.5 has more decimals than JPY, which has 0."),
        ("1'250.500", "EUR", ENGLISH, "1'250.500 has more decimals than EUR, which has 2."),
        ("1,25.00", "EUR", ENGLISH, "1,25.00 is not an amount. Write it like 1250.00."),
        ("1.25.000", "EUR", GERMAN, "1.25.000 is not an amount. Write it like 1250.00."),
        ("1,250.00.5", "EUR", ENGLISH, "1,250.00.5 is not an amount. Write it like 1250.00."),
        ("12 50", "EUR", ENGLISH, "12 50 is not an amount. Write it like 1250.00."),
        ("1'250,300.00", "EUR", ENGLISH, "1'250,300.00 is not an amount. Write it like 1250.00."),
        ("5*3", "EUR", ENGLISH, "5*3 is not an amount. Write it like 1250.00 or 12.50+3."),
        ("500abc", "EUR", ENGLISH, "500abc is not an amount. Write it like 1250.00 or 12.50+3."),
        ("50+", "EUR", ENGLISH, "50+ is not an amount. Write it like 1250.00 or 12.50+3."),
        ("٥٠", "EUR", ENGLISH, "٥٠ is not an amount. Write it like 1250.00 or 12.50+3."),
        ("9" * 14, "EUR", ENGLISH, f"{'9' * 14} is too large for an amount."),
    ],
)
def test_refused(text: str, currency: str, style: NumberStyle | None, why: str) -> None:
    assert read_sum(text, currency, style) == Unreadable(why)


@pytest.mark.parametrize(("text", "minor"), [("50%", 501), ("12.5%", 125), ("100%", 1_001), ("150%", 1_502), ("0%", 0)])
def test_share_rounds_half_up(text: str, minor: int) -> None:
    assert read_share(text, 1_001) == minor


@pytest.mark.parametrize("text", ["%", "-5%", "5.123%", "5"])
def test_share_refused(text: str) -> None:
    assert read_share(text, 100) == Unreadable(f"{text} is not a percentage. Write it like 50%.")


def test_signed_takes_a_minus_before_one_amount() -> None:
    assert read_signed("-42.00", "EUR", ENGLISH) == Sum(-4_200)
    assert read_signed("−42", "EUR", ENGLISH) == Sum(-4_200)
    assert isinstance(read_signed("-42+3", "EUR", ENGLISH), Unreadable)


@pytest.mark.parametrize(
    ("text", "style", "quantity"),
    [
        ("1", ENGLISH, "1"),
        ("1,5", ENGLISH, "1.5"),
        ("0.3333", ENGLISH, "0.3333"),
        ("1.250", ENGLISH, "1.250"),
        ("1.250", GERMAN, "1250"),
        ("1,250", ENGLISH, "1250"),
        ("-2", ENGLISH, "-2"),
        (".5", None, "0.5"),
    ],
)
def test_quantity(text: str, style: NumberStyle | None, quantity: str) -> None:
    assert read_quantity(text, style) == quantity


@pytest.mark.parametrize("text", ["two", "1.2.3", "", "-", "1..2"])
def test_quantity_refused(text: str) -> None:
    assert read_quantity(text, ENGLISH) == Unreadable(f"{text} is not a quantity. Write it like 1.5.")


@given(
    minor=st.integers(0, MOST - 1),
    currency=st.sampled_from(["EUR", "USD", *sorted(NO_DECIMALS), *sorted(THREE_DECIMALS)]),
    style=st.sampled_from(STYLES),
)
def test_a_printed_amount_reads_back(minor: int, currency: str, style: NumberStyle) -> None:
    assert read_sum(format_amount(minor, currency, style), currency, style) == Sum(minor)


@given(st.text(alphabet="0123456789.,'’ +-%€eurEUR\u202f", max_size=30), st.sampled_from([*STYLES, None]))
def test_any_text_gives_an_amount_or_a_sentence(text: str, style: NumberStyle | None) -> None:
    read = read_signed(text, "EUR", style)
    assert isinstance(read, Unreadable) or abs(read.minor) < MOST
    quantity = read_quantity(text, style)
    assert isinstance(quantity, (str, Unreadable))
