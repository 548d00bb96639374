"""Productive's list filters as parameters. Source: api/productive.md section 6.

Money goes out in minor units of the currency that was said; rows of other currencies are for the caller to leave out.
"""

from __future__ import annotations

from datetime import date

from kworkbench.domain.catalog import Control, Filter, ValueType
from kworkbench.domain.money import exponent
from kworkbench.domain.query import Comparison, Operand
from kworkbench.domain.query.operands import MILLI, DayInterval, day_interval, milli_interval
from kworkbench.providers.base import NotOfferedError

Params = tuple[tuple[str, str], ...]


def parameters(of: Filter, kind: ValueType, operand: Operand, today: date) -> Params:
    """What asks for one value of a filter; `kind` is how the value was read.

    Raises:
        NotOfferedError: Productive cannot be asked for that value.
    """
    if of.control is Control.DATES:
        return _days(of.wire.split(","), day_interval(operand, today))
    if of.control is Control.AMOUNTS:
        return _amounts(of, operand)
    if of.options:
        known = {option.word: option.wire for option in of.options}
        return ((f"filter[{of.wire}]", known[operand.low]),)
    if not operand.low:
        raise NotOfferedError(f"Productive cannot be asked for records without {of.name}.")
    return ((f"filter[{of.wire}]{_inside(of, kind, operand)}", _asked(kind, operand.low)),)


def _inside(of: Filter, kind: ValueType, operand: Operand) -> str:
    """What of the parameter's name follows from the value: an own field's id, the operation of a part of a text."""
    if kind is ValueType.KEYED:
        return f"[{operand.low.partition('=')[0]}]"
    in_part = kind is ValueType.TEXT and not of.only_server and operand.comparison is not Comparison.IS
    return "[contains]" if in_part else ""


def _asked(kind: ValueType, word: str) -> str:
    if kind is ValueType.KEYED:
        return word.partition("=")[2]
    return word.upper() if kind is ValueType.CURRENCY else word


def _days(names: list[str], days: DayInterval) -> Params:
    ends = [(names[0], "gt_eq", days.first), (names[-1], "lt_eq", days.last)]
    if len(names) > 1:
        return tuple((f"filter[{name}]", day) for name, _, day in ends if day is not None)
    return tuple((f"filter[{name}][{sign}]", day) for name, sign, day in ends if day is not None)


def _amounts(of: Filter, operand: Operand) -> Params:
    if not operand.currency or not (operand.low or operand.high):
        raise NotOfferedError(f"Productive is asked for {of.name} in one currency.")
    step = 10 ** (MILLI - exponent(operand.currency.upper()))
    interval = milli_interval(operand)
    low = None if interval.low is None else -(-interval.low // step)
    high = None if interval.high is None else interval.high // step
    ends = [("gt_eq", low), ("lt_eq", high)]
    return tuple((f"filter[{of.wire}][{sign}]", str(minor)) for sign, minor in ends if minor is not None)
