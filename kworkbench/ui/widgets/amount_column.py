"""Amounts under each other: aligned at the decimal mark, as wide as the widest."""

from __future__ import annotations

from collections.abc import Iterable

from kworkbench.domain.numbers import NumberStyle
from kworkbench.domain.records import Values
from kworkbench.lean import dataclass
from kworkbench.ui.paint import Piece
from kworkbench.ui.safe import fill, safe_text
from kworkbench.ui.widgets.columns import split_amount

CURRENCY_CELLS = 3


@dataclass(frozen=True, slots=True)
class Amount:
    """`minor` units of `currency`."""

    minor: int
    currency: str


def amount_in(values: Values, name: str) -> Amount | None:
    """The amount a record has in field `name`, or None."""
    minor, currency = values.get(name), values.get("currency")
    if isinstance(minor, int) and not isinstance(minor, bool) and isinstance(currency, str):
        return Amount(minor, currency)
    return None


@dataclass(frozen=True, slots=True)
class AmountColumn:
    """A column of amounts with their currency: cells before and from the decimal mark."""

    whole: int
    fraction: int
    style: NumberStyle

    @classmethod
    def of(cls, amounts: Iterable[Amount | None], style: NumberStyle) -> AmountColumn:
        """The column that holds all of these."""
        parts = [split_amount(each.minor, each.currency, style) for each in amounts if each is not None]
        return cls(
            max((len(whole) for whole, _ in parts), default=1), max((len(rest) for _, rest in parts), default=3), style
        )

    @property
    def cells(self) -> int:
        """The width of the whole column, currency included."""
        return self.whole + self.fraction + 1 + CURRENCY_CELLS

    def pieces(self, amount: Amount | None, ink: str) -> list[Piece]:
        """One amount and its currency, or as many blanks."""
        if amount is None:
            return [(" " * self.cells, "")]
        whole, fraction = split_amount(amount.minor, amount.currency, self.style)
        text = whole.rjust(self.whole) + fraction.ljust(self.fraction)
        return [(text, ink), (" ", ""), (fill(safe_text(amount.currency), CURRENCY_CELLS), "muted")]
