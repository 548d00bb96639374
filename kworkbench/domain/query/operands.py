"""What operands mean: intervals of days, of numbers and of amounts.

The parser checks with these functions, the store compares with them. Both ends of an interval belong to it; None leaves
an end open.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from kworkbench.domain.dates import DateError, parse_days
from kworkbench.domain.query.ast import Comparison, Operand
from kworkbench.lean import dataclass

MILLI = 3
"""Amounts and quantities are compared in thousandths, the finest minor unit there is."""

_NUMBER = re.compile(r"[+-]?(?:\d{1,15}(?:\.\d{1,6})?|\.\d{1,6})", re.ASCII)
_AMOUNT = re.compile(r"([+-]?(?:\d[\d.]*|\.\d+))([A-Za-z]{3})?", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d{1,6}", re.ASCII)


class OperandError(ValueError):
    """An operand that cannot be read; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Values from `low` to `high`, both included, in thousandths or whole days; empty where low is above high."""

    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class DayInterval:
    """ISO days from `first` to `last`, both included."""

    first: str | None
    last: str | None


def split_amount(text: str) -> tuple[str, str]:
    """The number and the currency word, empty if none, of `500` or `500eur`.

    Raises:
        OperandError: no amount.
    """
    found = _AMOUNT.fullmatch(text)
    if not found or not _NUMBER.fullmatch(found[1]):
        raise OperandError(f"{text!r} is not an amount. Write it like 1250.50 or 1250.50eur.")
    return found[1], found[2] or ""


def milli_interval(operand: Operand) -> Interval:
    """The interval of an amount or a quantity, in thousandths of its unit.

    Raises:
        OperandError: an end is no number, or the range ends before it starts.
    """
    return _interval(operand, _thousandths)


def whole_interval(operand: Operand) -> Interval:
    """The interval of a count of days.

    Raises:
        OperandError: an end is no whole number, or the range ends before it starts.
    """
    return _interval(operand, _whole)


def day_interval(operand: Operand, today: date) -> DayInterval:
    """The days an operand means; a period such as `2026-03` counts whole, so `>2026-03` begins with April.

    Raises:
        OperandError: an end is no day, or the range ends before it starts.
    """
    try:
        return _days(operand, today)
    except DateError as problem:
        raise OperandError(str(problem)) from None


def _days(operand: Operand, today: date) -> DayInterval:
    low = parse_days(operand.low, today) if operand.low else None
    first, last = (low.first, low.last) if low else (None, None)
    match operand.comparison:
        case Comparison.LESS:
            first, last = None, _beside(first, -1)
        case Comparison.AT_MOST:
            first = None
        case Comparison.MORE:
            first, last = _beside(last, 1), None
        case Comparison.AT_LEAST:
            last = None
        case Comparison.RANGE:
            last = parse_days(operand.high, today).last if operand.high else None
            if first is not None and last is not None and last < first:
                raise OperandError(f"The range {operand.low}..{operand.high} ends before it starts.")
    return DayInterval(_iso(first), _iso(last))


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _beside(day: date | None, step: int) -> date | None:
    if day is None:
        return None
    try:
        return day + timedelta(days=step)
    except OverflowError:
        raise OperandError("That day is beyond the calendar.") from None


@dataclass(frozen=True, slots=True)
class _Number:
    """A typed number on the scale compared on: `floor` and `ceiling` differ where it lies between two steps."""

    floor: int
    ceiling: int


def _interval(operand: Operand, read: Callable[[str], _Number]) -> Interval:
    low = read(operand.low) if operand.low else None
    high = read(operand.high) if operand.high else None
    match operand.comparison:
        case Comparison.LESS:
            return Interval(None, None if low is None else low.ceiling - 1)
        case Comparison.AT_MOST:
            return Interval(None, None if low is None else low.floor)
        case Comparison.MORE:
            return Interval(None if low is None else low.floor + 1, None)
        case Comparison.AT_LEAST:
            return Interval(None if low is None else low.ceiling, None)
        case Comparison.RANGE:
            if low is not None and high is not None and high.ceiling < low.floor:
                raise OperandError(f"The range {operand.low}..{operand.high} ends before it starts.")
            return Interval(None if low is None else low.ceiling, None if high is None else high.floor)
        case _:
            return Interval(None, None) if low is None else Interval(low.ceiling, low.floor)


def _thousandths(text: str) -> _Number:
    if not _NUMBER.fullmatch(text):
        raise OperandError(f"{text!r} is not a number. Write it like 1250.50.")
    scaled = Decimal(text).scaleb(MILLI)
    return _Number(math.floor(scaled), math.ceil(scaled))


def _whole(text: str) -> _Number:
    if not _WHOLE.fullmatch(text):
        raise OperandError(f"{text!r} is not a number of days. Write it like 30.")
    return _Number(int(text), int(text))
