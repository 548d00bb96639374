"""What a day or a second in a filter spans in the books, which keep UTC texts (api/productive.md section 6)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone

from kworkbench.sandbox.books.moments import moment_text

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_EARLIEST, _LATEST = "", "~"
"""Texts before and after every moment."""

Span = tuple[str, str]


def day_of(text: str) -> str | None:
    """The day of a date, or of a timestamp as it is written; None for neither."""
    try:
        return (date if _DAY.fullmatch(text) else datetime).fromisoformat(text).isoformat()[:10]
    except ValueError:
        return None


def day_span(text: str, offset_minutes: int) -> Span | None:
    """The first moment of a day at that offset, and the first after it; None for no day."""
    day = day_of(text)
    if day is None:
        return None
    start = datetime.fromisoformat(day).replace(tzinfo=timezone(timedelta(minutes=offset_minutes)))
    return _moment(start, 0, _EARLIEST), _moment(start, 1, _LATEST)


def _moment(start: datetime, days: int, beyond: str) -> str:
    """`beyond` stands for what the calendar of computers does not reach."""
    try:
        return moment_text(start + timedelta(days=days))
    except OverflowError:
        return beyond


def second_span(text: str) -> Span | None:
    """A second, in UTC where no offset is written, up to what follows its last fraction; None for no timestamp."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    try:
        second = (moment.astimezone(UTC) if moment.tzinfo else moment).isoformat()[:19]
    except OverflowError:
        return None
    return second, f"{second}~"
