"""Days and ranges of days, with the words people type for them.

Days are `datetime.date`; on the wire and in the cache they are ISO texts (`2026-03-01`). "Today" is always a parameter.
Source: product.md sections 6 and 7.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from kworkbench.lean import dataclass

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_ISO_MONTH = re.compile(r"(\d{4})-(\d{2})")
_YEAR = re.compile(r"(\d{4})")
_OFFSET = re.compile(r"([+-]\d{1,4})d")
_DAY_MONTH = re.compile(r"(\d{1,2})([a-z]{3,9})(\d{4})?")
_PERIOD = re.compile(r"(this|last|next)-(week|month|quarter|year)")


def moment(at: datetime, now: datetime) -> str:
    """A point in time as people say it: the clock today, else the date. Both in the same zone."""
    return at.strftime("%H:%M") if at.date() == now.date() else at.strftime("%Y-%m-%d")


class DateError(ValueError):
    """A text that names no day; the message is a sentence for a person."""


@dataclass(frozen=True, slots=True)
class Days:
    """A range of days, both ends included; None leaves that end open."""

    first: date | None
    last: date | None


def parse_iso(text: str) -> date:
    """The day an ISO text names.

    Raises:
        DateError: not `YYYY-MM-DD`, or no day of the calendar.
    """
    found = _ISO_DAY.fullmatch(text.strip())
    if not found:
        raise DateError(f"{text!r} is not a date. Write it like 2026-03-01.")
    return _day(text, int(found[1]), int(found[2]), int(found[3]))


def parse_day(text: str, today: date) -> date:
    """One day in any of the words of a line: ISO, `today`, `yesterday`, `mon` (the latest), `-3d`, `+30d`, `4mar`.

    A day and month without a year mean the latest such day that is not after `today`.

    Raises:
        DateError: no such word or no such day.
    """
    word = text.strip().lower()
    if word in _NEAR:
        return today + timedelta(days=_NEAR[word])
    if word[:3] in WEEKDAYS and len(word) >= 3 and _is_weekday(word):
        return today - timedelta(days=(today.weekday() - WEEKDAYS.index(word[:3])) % 7)
    if found := _OFFSET.fullmatch(word):
        return _shift(text, today, int(found[1]))
    if (found := _DAY_MONTH.fullmatch(word)) and (month := _month(found[2])):
        return _day_of_month(text, int(found[1]), month, int(found[3]) if found[3] else None, today)
    return parse_iso(text)


def parse_days(text: str, today: date) -> Days:
    """A day or a period as a range: a day's words, `2026`, `2026-03`, `this-month`, `last-quarter`, `this-year`.

    Raises:
        DateError: neither a day nor a period.
    """
    word = text.strip().lower()
    if found := _PERIOD.fullmatch(word):
        return _period(found[2], {"last": -1, "this": 0, "next": 1}[found[1]], today)
    if (found := _ISO_MONTH.fullmatch(word)) and 1 <= int(found[2]) <= 12:
        return _months(int(found[1]), int(found[2]), 1)
    if (found := _YEAR.fullmatch(word)) and int(found[1]) > 0:
        return _months(int(found[1]), 1, 12)
    day = parse_day(text, today)
    return Days(day, day)


_NEAR = {"today": 0, "yesterday": -1, "tomorrow": 1}
_WEEKDAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTH_NAMES = ("january february march april may june july august september october november december").split()


def _is_weekday(word: str) -> bool:
    return _WEEKDAY_NAMES[WEEKDAYS.index(word[:3])].startswith(word)


def _month(word: str) -> int | None:
    for number, name in enumerate(_MONTH_NAMES, start=1):
        if name.startswith(word):
            return number
    return None


def _day(text: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise DateError(f"{text!r} is no day of the calendar. Write it like 2026-03-01.") from None


def _shift(text: str, today: date, days: int) -> date:
    try:
        return today + timedelta(days=days)
    except OverflowError:
        raise DateError(f"{text!r} is no day of the calendar. Write it like 2026-03-01.") from None


def _day_of_month(text: str, day: int, month: int, year: int | None, today: date) -> date:
    if year is not None:
        return _day(text, year, month, day)
    for candidate in range(today.year, today.year - 9, -1):
        try:
            found = date(candidate, month, day)
        except ValueError:
            continue
        if found <= today:
            return found
    raise DateError(f"{text!r} is no day of the calendar. Write it like 2026-03-01.")


def _months(year: int, month: int, count: int) -> Days:
    first = date(year, month, 1)
    after = year * 12 + month - 1 + count
    return Days(first, date(after // 12, after % 12 + 1, 1) - timedelta(days=1))


def _period(unit: str, step: int, today: date) -> Days:
    if unit == "week":
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=step)
        return Days(monday, monday + timedelta(days=6))
    size = {"month": 1, "quarter": 3, "year": 12}[unit]
    index = (today.year * 12 + today.month - 1) // size * size + step * size
    return _months(index // 12, index % 12 + 1, size)
