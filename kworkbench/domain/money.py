"""Money as integer minor units with its currency; `Decimal` appears only at parse and display.

Source: api/productive.md section 9, api/kantata.md section 3.1. Exponents are those of ISO 4217.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from kworkbench.lean import dataclass

NO_DECIMALS = frozenset("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split())
THREE_DECIMALS = frozenset("BHD IQD JOD KWD LYD OMR TND".split())


class MoneyError(ValueError):
    """A text that is no amount of its currency; the message is a sentence for a person."""


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount: `minor` counts the minor unit of `currency` (cents for EUR, yen for JPY)."""

    minor: int
    currency: str

    def text(self) -> str:
        """The amount with the currency's decimals and no grouping, as JSON and CSV carry it: `1250.00`."""
        return decimal_text(self.minor, self.currency)


def exponent(currency: str) -> int:
    """How many decimals the ISO 4217 currency code has: 2 unless the standard says otherwise."""
    if currency in NO_DECIMALS:
        return 0
    return 3 if currency in THREE_DECIMALS else 2


def decimal_text(minor: int, currency: str) -> str:
    """`minor` units of `currency` as a plain decimal text: `(-125000, "EUR")` is `-1250.00`."""
    places = exponent(currency)
    if not places:
        return str(minor)
    sign, digits = ("-" if minor < 0 else ""), str(abs(minor)).rjust(places + 1, "0")
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


def parse_minor(text: str, currency: str) -> int:
    """The minor units of `currency` that a plain decimal text (`1250`, `1250.5`, `-3.20`) means.

    Raises:
        MoneyError: no number, or more decimals than the currency has.
    """
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        raise MoneyError(f"{text!r} is not an amount. Write it like 1250.00.") from None
    if not value.is_finite():
        raise MoneyError(f"{text!r} is not an amount. Write it like 1250.00.")
    scaled = value.scaleb(exponent(currency))
    if scaled != scaled.to_integral_value():
        raise MoneyError(f"{currency} has {exponent(currency)} decimals. Round {text} to that.")
    return int(scaled)


def convert(minor: int, source: str, target: str, rate: Decimal) -> int:
    """`minor` units of `source` times `rate`, in minor units of `target`, rounded half up."""
    value = Decimal(minor).scaleb(exponent(target) - exponent(source)) * rate
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))
