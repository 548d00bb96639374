"""Lines of a new invoice in one field: `1,200 Design; 50 Hosting +tax`.

As a change carries them: one line of text each, an amount in main units with a decimal point, then the words.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from kworkbench.domain.money import MoneyError, decimal_text, parse_minor
from kworkbench.domain.numbers import PLAIN, NumberStyle, format_amount
from kworkbench.domain.quickline.amounts import Unreadable, read_signed
from kworkbench.lean import dataclass

TAXED = "+tax"
SEPARATOR = ";"


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """One line: its amount as a decimal text in main units, its words, and whether tax is due on it."""

    amount: str
    text: str
    taxable: bool = False


def read_lines(text: str, currency: str, style: NumberStyle | None) -> tuple[InvoiceLine, ...] | str:
    """The lines in a text as it is typed, or a sentence what is wrong with it."""
    lines: list[InvoiceLine] = []
    for each in (part.strip() for part in text.split(SEPARATOR)):
        if not each:
            continue
        typed, _, words = each.partition(" ")
        read = read_signed(typed, currency, style)
        if isinstance(read, Unreadable):
            return f"{read.sentence} Write lines like 1200 Design; 50 Hosting."
        words = words.strip()
        taxable = words.endswith(TAXED)
        lines.append(InvoiceLine(decimal_text(read.minor, currency), words.removesuffix(TAXED).strip(), taxable))
    return tuple(lines) or "Write a line like 1200 Design."


def written(lines: tuple[InvoiceLine, ...]) -> str:
    """Lines as a change carries them."""
    return "\n".join(f"{line.amount} {line.text}{f' {TAXED}' if line.taxable else ''}".rstrip() for line in lines)


def lines_in(text: str) -> tuple[InvoiceLine, ...]:
    """The lines of a text that `written` wrote."""
    found = []
    for each in text.splitlines():
        amount, _, words = each.partition(" ")
        taxable = words.endswith(TAXED)
        found.append(InvoiceLine(amount, words.removesuffix(TAXED).strip(), taxable))
    return tuple(found)


def shown_lines(text: str, currency: str, style: NumberStyle | None) -> str:
    """A text that `written` wrote, as it is typed."""
    parts = []
    for line in lines_in(text):
        figure = format_amount(parse_minor(line.amount, currency), currency, style or PLAIN)
        parts.append(f"{figure} {line.text}{f' {TAXED}' if line.taxable else ''}".strip())
    return f"{SEPARATOR} ".join(parts)


def total_of(lines: tuple[InvoiceLine, ...], currency: str) -> int:
    """What lines add up to without tax, in minor units of `currency`."""
    return sum(parse_minor(str(Decimal(line.amount)), currency) for line in lines)


def gross_of(lines: tuple[InvoiceLine, ...], currency: str, rate: str) -> int:
    """What lines come to with a tax of `rate` percent on those that are taxed, in minor units, rounded half up."""
    taxed = tuple(line for line in lines if line.taxable)
    try:
        tax = Decimal(total_of(taxed, currency)) * Decimal(rate or "0") / 100
        return total_of(lines, currency) + int(tax.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    except (InvalidOperation, MoneyError):
        return 0
