"""What is known beforehand of an amount that the provider converts into the currency of the project.

Its rate is the provider's: the amount is to come, its row names what was given, and no sum counts it before.
Sources: product.md section 7, "Expense line"; api/kantata.md section 4.3.
"""

from __future__ import annotations

from kworkbench.domain.money import decimal_text
from kworkbench.domain.records import Values
from kworkbench.lean import dataclass


@dataclass(frozen=True, slots=True)
class Conversion:
    """`pre` and `expects` of a draft (`domain.changes.Draft`)."""

    pre: Values
    expects: Values


def conversion(minor: int, currency: str, own: str) -> Conversion:
    """Of `minor` units of `currency`, which the provider turns into the currency `own`."""
    given = f"{decimal_text(minor, currency)} {currency}"
    return Conversion(pre={"currency": own, "foreign": given}, expects={"amount": None, "currency": own})
