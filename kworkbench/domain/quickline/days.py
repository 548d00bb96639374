"""Dates as people type them on a line or in a form: the words of `domain.dates`, and day and month in figures.

`3/4` and `04.03.26` are read only where the configuration says which comes first.
Source: product.md section 7, "Date".
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum

from kworkbench.domain.dates import MONTHS, WEEKDAYS, DateError, parse_day
from kworkbench.domain.quickline.amounts import Unreadable


class DateOrder(StrEnum):
    """The configured meaning of a date in figures: `date_order`."""

    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"
    YEAR_FIRST = "ymd"


_ISO_SHAPE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}")
_MONTH_SHAPE = re.compile(rf"[0-9]{{1,2}}(?:{'|'.join(MONTHS)})[a-z]{{0,6}}(?:[0-9]{{4}})?")
_FIGURES = re.compile(r"([0-9]{1,4})/([0-9]{1,2})(?:/([0-9]{4}|[0-9]{1,2}))?")
_DOTTED = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4}|[0-9]{2})")


def read_day(word: str, today: date, order: DateOrder | None) -> date | Unreadable | None:
    """The day a word names; None if it does not look like one, `Unreadable` if it does and is not."""
    if not word.isascii():
        return None
    if found := _FIGURES.fullmatch(word) or _DOTTED.fullmatch(word):
        return _in_figures(word, (found[1], found[2], found[3]), today, order)
    try:
        return parse_day(word, today)
    except DateError:
        if _ISO_SHAPE.fullmatch(word) or _MONTH_SHAPE.fullmatch(word.lower()):
            return Unreadable(f"{word} is no day of the calendar. Write it like 2026-03-01.")
        return None


def is_date_shape(word: str) -> bool:
    """Whether a word has the shape of a date in figures, valid or not."""
    return any(shape.fullmatch(word) for shape in (_ISO_SHAPE, _FIGURES, _DOTTED))


def is_iso_shape(word: str) -> bool:
    """Whether a word looks like `2026-03-01`, valid or not."""
    return bool(_ISO_SHAPE.fullmatch(word))


def day_text(day: date) -> str:
    """A day with its weekday: `Tue 2026-03-03`."""
    return f"{WEEKDAYS[day.weekday()].title()} {day.isoformat()}"


def _in_figures(
    word: str, parts: tuple[str, str, str | None], today: date, order: DateOrder | None
) -> date | Unreadable | None:
    first, second, third = parts
    if len(first) == 3 or (len(first) == 4 and third is None):
        return None
    if order is None:
        return Unreadable(f"{word} is read as a date only with date_order set. Write it like 2026-03-01.")
    if len(first) == 4 or (order is DateOrder.YEAR_FIRST and third is not None):
        year, month, day = first, second, third or ""
    elif order is DateOrder.DAY_FIRST:
        year, month, day = third or "", second, first
    else:
        year, month, day = third or "", first, second
    return _build(word, year, month, day, today)


def _build(word: str, year: str, month: str, day: str, today: date) -> date | Unreadable:
    problem = Unreadable(f"{word} is no day of the calendar. Write it like 2026-03-01.")
    if not 1 <= int(month) <= 12 or len(day) > 2:
        return problem
    full = {0: "", 1: f"200{year}", 2: f"20{year}", 4: year}[len(year)]
    try:
        return parse_day(f"{int(day)}{MONTHS[int(month) - 1]}{full}", today)
    except DateError:
        return problem
