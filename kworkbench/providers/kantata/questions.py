"""Kantata's list filters as parameters. Source: api/kantata.md sections 2.1, 3.2, 4.2 and 5.2.

`*_after` and `*_before` are strict (our assumption there), so a day begins after the second before it.
"""

from __future__ import annotations

from datetime import date, timedelta

from kworkbench.domain.catalog import Control, Filter, ValueType
from kworkbench.domain.query import Operand
from kworkbench.domain.query.operands import DayInterval, day_interval
from kworkbench.providers.base import NotOfferedError

Params = tuple[tuple[str, str], ...]


def parameters(of: Filter, _kind: ValueType, operand: Operand, today: date) -> Params:
    """What asks for one value of a filter; days are those of UTC.

    Raises:
        NotOfferedError: Kantata cannot be asked for that value.
    """
    names = of.wire.split(",")
    if of.control is Control.DATES:
        return _days(names, day_interval(operand, today))
    if of.control in (Control.YES_NO, Control.CHOICE):
        return _chosen(of, names, operand.low)
    if not operand.low:
        raise NotOfferedError(f"Kantata cannot be asked for records without {of.name}.")
    return ((of.wire, operand.low),)


def _chosen(of: Filter, names: list[str], word: str) -> Params:
    known = {option.word: option.wire for option in of.options}
    if len(names) > 1:
        return ((names[0 if word == "yes" else 1], "true"),)
    if not known.get(word):
        raise NotOfferedError(f"Kantata cannot be asked for {of.name}:{word}.")
    return ((of.wire, known[word]),)


def _days(names: list[str], days: DayInterval) -> Params:
    if len(names) == 1:
        return ((names[0], f"{days.first or ''}:{days.last or ''}"),)
    found = []
    if days.first is not None:
        before = date.fromisoformat(days.first) - timedelta(days=1)
        found.append((names[0], f"{before.isoformat()}T23:59:59Z"))
    if days.last is not None:
        behind = date.fromisoformat(days.last) + timedelta(days=1)
        found.append((names[1], f"{behind.isoformat()}T00:00:00Z"))
    return tuple(found)
