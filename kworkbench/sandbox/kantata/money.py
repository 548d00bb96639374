"""How Kantata writes a currency beside an amount."""

from __future__ import annotations

from kworkbench.domain.money import decimal_text, exponent

SYMBOLS = {
    "EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "CHF": "CHF", "SEK": "kr", "NOK": "kr", "DKK": "kr", "PLN": "zł",
    "CZK": "Kč", "HUF": "Ft", "CAD": "$", "AUD": "$",
}  # fmt: skip

NAMES = {
    "EUR": "Euro", "USD": "United States Dollar", "GBP": "British Pound", "CHF": "Swiss Franc", "JPY": "Japanese Yen",
    "SEK": "Swedish Krona", "NOK": "Norwegian Krone", "DKK": "Danish Krone", "PLN": "Polish Złoty",
    "CZK": "Czech Koruna", "HUF": "Hungarian Forint", "CAD": "Canadian Dollar", "AUD": "Australian Dollar",
    "KWD": "Kuwaiti Dinar",
}  # fmt: skip


def symbol(currency: str) -> str:
    """The currency's sign, or its code where no sign is in use."""
    return SYMBOLS.get(currency, currency)


def base_unit(currency: str) -> int:
    """How many subunits one main unit has: 100 for EUR, 1 for JPY."""
    return int(10 ** exponent(currency))


def money_text(minor: int, currency: str) -> str:
    """An amount in minor units of `currency` as the formatted text of a workspace: `$20`, `€1250.50`."""
    text = decimal_text(minor, currency)
    whole, _, fraction = text.partition(".")
    return symbol(currency) + (whole if not fraction.strip("0") else text)
