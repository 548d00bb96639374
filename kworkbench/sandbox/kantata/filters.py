"""The kinds of list filters, each a factory from SQL to a reader of the parameter's value.

A reader gives a condition with its values, or None when the value restricts nothing. That a value that cannot be read
gives 400, and that `*_after` and `*_before` are strict, are our assumptions.
Source: api/kantata.md sections 2.1 and 10.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from kworkbench.domain.dates import DateError, parse_iso
from kworkbench.sandbox.books.moments import moment_text
from kworkbench.sandbox.kantata.call import Look
from kworkbench.sandbox.kantata.errors import Refusal, unreadable

Value = str | int | None
MAX_ID = 2**63 - 1

# A plus sign that was not encoded arrives as a space.
_BARE_OFFSET = re.compile(r"(T.*\d) (\d\d:?\d\d)$")


@dataclass(frozen=True, slots=True)
class Condition:
    """A piece of a WHERE clause and the values of its placeholders.

    `opposite`, where few rows fit it, is the negation with the same values.
    """

    sql: str
    values: tuple[Value, ...] = ()
    opposite: str = ""


Reader = Callable[[str, str, Look], Condition | None]


@dataclass(frozen=True, slots=True)
class Filter:
    """A parameter of a list; `default` is what an absent one means, but not when the parameter `unless` is given."""

    read: Reader
    default: str | None = None
    unless: str | None = None


def after(column: str) -> Filter:
    """Moments after the given one, in the whole seconds that records show."""

    def read(name: str, value: str, _look: Look) -> Condition:
        edge = _moment(name, value).replace(microsecond=0) + timedelta(seconds=1)
        return Condition(f"{column} >= ?", (moment_text(edge),))

    return Filter(read)


def before(column: str) -> Filter:
    """Moments before the given one, in the whole seconds that records show."""

    def read(name: str, value: str, _look: Look) -> Condition:
        moment = _moment(name, value)
        edge = moment if not moment.microsecond else moment.replace(microsecond=0) + timedelta(seconds=1)
        return Condition(f"{column} < ?", (moment_text(edge),))

    return Filter(read)


def changes(prefix: str = "t.") -> dict[str, Filter]:
    """The four moments every resource can be filtered by."""
    return {
        "created_after": after(f"{prefix}created_at"),
        "created_before": before(f"{prefix}created_at"),
        "updated_after": after(f"{prefix}updated_at"),
        "updated_before": before(f"{prefix}updated_at"),
    }


def number(sql: str) -> Filter:
    """One whole number for the one `?` of a condition."""

    def read(name: str, value: str, _look: Look) -> Condition:
        return Condition(sql, (whole(name, value),))

    return Filter(read)


def text(sql: str) -> Filter:
    """A text, put into every `?` of a condition."""

    def read(_name: str, value: str, _look: Look) -> Condition:
        return Condition(sql, (value,) * sql.count("?"))

    return Filter(read)


def lacks(sql: str) -> Filter:
    """A text for the one `?` of a condition that the rows must not meet."""

    def read(_name: str, value: str, _look: Look) -> Condition:
        return Condition(f"NOT ({sql})", (value,), sql)

    return Filter(read)


def has(sql: str) -> Filter:
    """True asks for the rows that meet a condition, false for those that do not."""

    def read(name: str, value: str, _look: Look) -> Condition:
        return Condition(sql) if boolean(name, value) else Condition(f"NOT ({sql})", (), sql)

    return Filter(read)


def starts(*columns: str, any_word: bool = False) -> Filter:
    """A text that one of the columns starts with, or (`any_word`) one of its words; case does not matter."""

    def read(_name: str, value: str, _look: Look) -> Condition:
        text = like(value.casefold())
        patterns = [f"{text}%", f"% {text}%"][: 2 if any_word else 1]
        pairs = [(column, pattern) for column in columns for pattern in patterns]
        sql = " OR ".join(f"fold({column}) LIKE ? ESCAPE '\\'" for column, _ in pairs)
        return Condition(sql, tuple(pattern for _, pattern in pairs))

    return Filter(read)


def like(value: str) -> str:
    """The value as a piece of a LIKE pattern that means itself."""
    return value.translate(_LIKE)


_LIKE = str.maketrans({"%": r"\%", "_": r"\_", "\\": r"\\"})


def numbers(sql: str, limit: int | None = None) -> Filter:
    """A comma list of whole numbers for the one `{}` of a condition; words that are none are dropped."""

    def read(name: str, value: str, _look: Look) -> Condition:
        words = [word.strip() for word in value.split(",") if word.strip()]
        if limit is not None and len(words) > limit:
            raise unreadable(f"{name} takes no more than {limit} values.")
        return among(sql, [int(word) for word in words if _is_id(word)])

    return Filter(read)


def texts(sql: str, limit: int) -> Filter:
    """A comma list of texts for the one `{}` of a condition."""

    def read(name: str, value: str, _look: Look) -> Condition:
        words = [word.strip() for word in value.split(",") if word.strip()]
        if len(words) > limit:
            raise unreadable(f"{name} takes no more than {limit} values.")
        return among(sql, words)

    return Filter(read)


def flag(sql: str) -> Filter:
    """A condition that holds when true is asked for; false restricts nothing (our assumption)."""

    def read(name: str, value: str, look: Look) -> Condition | None:
        return _for_caller(sql, look) if boolean(name, value) else None

    return Filter(read)


def either(when_true: str, when_false: str, default: str | None = None, unless: str | None = None) -> Filter:
    """One condition for true, another for false; an empty one restricts nothing."""

    def read(name: str, value: str, look: Look) -> Condition | None:
        sql = when_true if boolean(name, value) else when_false
        return _for_caller(sql, look) if sql else None

    return Filter(read, default, unless)


def days(column: str) -> Filter:
    """`YYYY-MM-DD:YYYY-MM-DD`, both days included, either side open."""

    def read(name: str, value: str, _look: Look) -> Condition | None:
        first, colon, last = value.partition(":")
        if not colon:
            raise unreadable(f"{name} is not a range of dates. Write it like 2026-03-01:2026-03-31.")
        bounds = ((">=", _day(name, first)), ("<=", _day(name, last)))
        given = [(sign, day.isoformat()) for sign, day in bounds if day]
        if not given:
            return None
        return Condition(" AND ".join(f"{column} {sign} ?" for sign, _ in given), tuple(day for _, day in given))

    return Filter(read)


def among(sql: str, values: list[int] | list[str]) -> Condition:
    """The condition with each `{}` replaced by any of the values, however many there are."""
    return Condition(sql.replace("{}", "(SELECT value FROM json_each(?))"), (json.dumps(values),) * sql.count("{}"))


def boolean(name: str, value: str) -> bool:
    """True and false as Kantata writes them; that 1 and 0 are understood is our assumption.

    Raises:
        Refusal: neither.
    """
    lower = value.lower()
    if lower in ("true", "1"):
        return True
    if lower in ("false", "0"):
        return False
    raise unreadable(f"{name} must be true or false.")


def whole(name: str, value: str) -> int:
    """A whole number that a row can be looked for by.

    Raises:
        Refusal: anything else.
    """
    if not _is_id(value.strip()):
        raise unreadable(f"{name} must be a whole number.")
    return int(value)


def ids_of(words: list[str]) -> list[int]:
    """The words that are ids."""
    return [int(word) for word in words if _is_id(word)]


def _is_id(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) < 20 and int(word) <= MAX_ID


def _for_caller(sql: str, look: Look) -> Condition:
    return Condition(sql, (look.caller,) * sql.count("?"))


def _moment(name: str, value: str) -> datetime:
    try:
        moment = datetime.fromisoformat(_BARE_OFFSET.sub(r"\1+\2", value.strip()))
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        shifted = moment.astimezone(UTC)
        shifted + timedelta(days=1)
    except (ValueError, OverflowError):
        raise _no_moment(name) from None
    return shifted


def _no_moment(name: str) -> Refusal:
    return unreadable(f"{name} is not a date-time. Write it like 2026-03-01T09:30:00Z.")


def _day(name: str, value: str) -> date | None:
    if not value.strip():
        return None
    try:
        return parse_iso(value)
    except DateError:
        raise unreadable(f"{name} is not a range of dates. Write it like 2026-03-01:2026-03-31.") from None
