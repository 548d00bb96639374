"""How figures are written: grouping and decimal mark of a locale, as two characters.

The style is a parameter everywhere; which locale it comes from is known to the composition root alone.
"""

from __future__ import annotations

from kworkbench.domain.money import decimal_text
from kworkbench.lean import dataclass


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """The mark between groups of three digits (may be empty) and the mark before decimals."""

    group: str
    decimal: str


ENGLISH = NumberStyle(",", ".")
"""`1,250.00`."""

PLAIN = NumberStyle("", ".")
"""`1250.00`, as the command line prints it: text without a locale can be typed back there."""

TO_COME = "to come"
"""What stands for an amount that only the provider will know (`domain.conversion`)."""


def format_amount(minor: int, currency: str, style: NumberStyle) -> str:
    """`minor` units of `currency` with its decimals: `1,250.00`. The currency itself is not in the text."""
    whole, _, decimals = decimal_text(abs(minor), currency).partition(".")
    sign = "-" if minor < 0 else ""
    return sign + _grouped(whole, style) + (style.decimal + decimals if decimals else "")


def format_money(minor: int, currency: str, style: NumberStyle) -> str:
    """An amount with its currency: `1,250.00 EUR`."""
    return f"{format_amount(minor, currency, style)} {currency}"


def format_count(count: int, style: NumberStyle) -> str:
    """A number of things: `9,616`."""
    return ("-" if count < 0 else "") + _grouped(str(abs(count)), style)


def _grouped(digits: str, style: NumberStyle) -> str:
    return f"{int(digits):,}".replace(",", style.group)
