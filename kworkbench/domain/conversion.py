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
