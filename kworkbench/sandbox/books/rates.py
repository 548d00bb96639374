"""Exchange rates of the sandbox: one fixed table keeps books and answers reproducible (ours; no source gives rates)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

IN_EUR = {
    "EUR": Decimal(1),
    "USD": Decimal("0.92"),
    "GBP": Decimal("1.17"),
    "CHF": Decimal("1.05"),
    "JPY": Decimal("0.0061"),
    "SEK": Decimal("0.088"),
    "NOK": Decimal("0.086"),
    "DKK": Decimal("0.134"),
    "PLN": Decimal("0.233"),
    "CZK": Decimal("0.0397"),
    "HUF": Decimal("0.00252"),
    "CAD": Decimal("0.675"),
    "AUD": Decimal("0.606"),
    "KWD": Decimal("3.01"),
}
"""What one main unit of a currency is worth in EUR. A currency that is not here is refused."""


def known(currency: str) -> bool:
    """Whether the sandbox can convert this ISO 4217 code."""
    return currency in IN_EUR


def rate(source: str, target: str) -> Decimal:
    """Main units of `target` for one main unit of `source`, with six decimals at most.

    Raises:
        KeyError: a currency that is not `known`.
    """
    if source == target:
        return Decimal("1.0")
    exact = IN_EUR[source] / IN_EUR[target]
    return exact.quantize(Decimal("0.000001"), rounding=ROUND_HALF_UP)


def rate_text(value: Decimal) -> str:
    """A rate as both vendors print it: no trailing zeros, at least one decimal (`1.25`, `1.0`)."""
    text = format(value.normalize(), "f")
    return text if "." in text else f"{text}.0"


def half_up(value: Decimal) -> int:
    """A decimal as a whole number, rounded half up (ours)."""
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))
