"""What is known beforehand of an amount that the provider converts into the currency of the project.

Its rate is the provider's: the amount is to come, its row names what was given, and no sum counts it before.
Sources: product.md section 7, "Expense line"; api/kantata.md section 4.3.
"""

from __future__ import annotations

from kworkbench.domain.money import decimal_text
from kworkbench.domain.records import Value, Values


def to_come(own: str) -> dict[str, Value]:
    """The `expects` of a draft whose amount the provider turns into the currency `own`."""
    return {"amount": None, "currency": own}


def is_to_come(expects: Values) -> bool:
    """Whether a change expects its amount of the provider."""
    return expects.get("amount", 0) is None


def given(minor: Value, currency: Value) -> str | None:
    """What was given, as the record will name it: `210.50 CHF`; None where it was not read."""
    if not isinstance(minor, int) or not isinstance(currency, str):
        return None
    return f"{decimal_text(minor, currency)} {currency}"


def spellings(minor: int, currency: str) -> tuple[str, ...]:
    """How records name an amount that was given: `8.00 CHF` here, `8.0 CHF` or `8 CHF` as servers write numbers."""
    whole, _, places = decimal_text(minor, currency).partition(".")
    least = places.rstrip("0")
    most = max(len(places), 1)
    written = (least.ljust(count, "0") for count in range(len(least), most + 1))
    return tuple(f"{whole}.{one} {currency}" if one else f"{whole} {currency}" for one in written)
