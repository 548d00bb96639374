"""The values in request bodies: each reader gives what a column keeps, or says what is wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from kworkbench.sandbox.books.rates import half_up, known, rate_text
from kworkbench.sandbox.productive.call import cleanly, whole_id
from kworkbench.sandbox.productive.errors import INVALID, NOT_A_DATE, NOT_A_NUMBER, NOT_LISTED
from kworkbench.sandbox.productive.wire import Json

LARGEST_AMOUNT = 10**12
"""Greatest amount in minor units, either way (ours); sums and conversions of such amounts fit into 64 bits."""

_DECIMAL = re.compile(r"[+-]?[0-9]{1,400}(\.[0-9]{0,400})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FIELD_ID = re.compile(r"[0-9]{1,18}")


class FieldError(ValueError):
    """A value that is none of its kind; the message is the `detail` of its error."""


def blank(value: Json) -> bool:
    """Missing, null and nothing but spaces are the same (seed)."""
    return value is None or (isinstance(value, str) and not value.strip())


def day(value: Json) -> str | None:
    """A date, or None for a blank one.

    Raises:
        FieldError: no date.
    """
    if blank(value):
        return None
    if isinstance(value, str) and _DAY.fullmatch(value.strip()):
        try:
            return date.fromisoformat(value.strip()).isoformat()
        except ValueError:
            raise FieldError(NOT_A_DATE) from None
    raise FieldError(NOT_A_DATE)


def decimal(value: Json) -> Decimal:
    """A number, or a text of one.

    Raises:
        FieldError: no number.
    """
    text = str(value).strip() if isinstance(value, (int, float, str)) and not isinstance(value, bool) else ""
    if isinstance(value, float):
        text = format(value, "f")
    if not _DECIMAL.fullmatch(text):
        raise FieldError(NOT_A_NUMBER)
    return Decimal(text)


def within(number: Decimal, least: int, most: int) -> Decimal:
    """The number itself.

    Raises:
        FieldError: it is less than `least` or more than `most`.
    """
    if number < least:
        raise FieldError(f"must be greater than or equal to {least}")
    if number > most:
        raise FieldError(f"must be less than or equal to {most}")
    return number


def minor(value: Json) -> int:
    """Minor units of money: fractions are rounded half up (ours).

    Raises:
        FieldError: no number, or one beyond `LARGEST_AMOUNT`.
    """
    number = within(decimal(value), -LARGEST_AMOUNT, LARGEST_AMOUNT)
    return half_up(number)


def place(value: Json) -> int:
    """A place in a row of things: a whole number from 0 to a million (ours).

    Raises:
        FieldError: no such number.
    """
    return half_up(within(decimal(value), 0, 10**6))


def quantity(value: Json) -> str:
    """A quantity as the decimal text that is kept: `1.0`, `2.5`.

    Raises:
        FieldError: no number, or one below 0 or beyond a million (ours).
    """
    number = within(decimal(value), 0, 10**6)
    return rate_text(number.quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP))


def percent(value: Json) -> str | None:
    """A percentage as the decimal text that is kept, or None for a blank one.

    Raises:
        FieldError: no number, or one below 0 or beyond 1000 (ours).
    """
    if blank(value):
        return None
    return rate_text(within(decimal(value), 0, 1000).quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP))


def number_of(*values: int) -> Callable[[Json], int]:
    """Reads one of these numbers."""

    def read(value: Json) -> int:
        found = whole_id(value)
        if found not in values:
            raise FieldError(NOT_LISTED)
        return found

    return read


def one_of(*words: str) -> Callable[[Json], str | None]:
    """Reads one of these words, or None for a blank one."""

    def read(value: Json) -> str | None:
        if blank(value):
            return None
        if value not in words:
            raise FieldError(NOT_LISTED)
        return str(value)

    return read


def tags(value: Json) -> str:
    """A list of texts, or one text with commas, as the JSON text that is kept.

    Raises:
        FieldError: anything else, or more than 100 tags (ours).
    """
    parts = value.split(",") if isinstance(value, str) else value or []
    if not isinstance(parts, list) or len(parts) > 100:
        raise FieldError(INVALID)
    return json.dumps([(text(part) or "").strip() for part in parts], ensure_ascii=False)


def custom_fields(value: Json) -> str | None:
    """Values by the id of their field, as the JSON text that is kept; null and `{}` keep nothing (ours).

    Raises:
        FieldError: no such object, or one larger than 20,000 characters (ours).
    """
    if not value:
        return None
    if not isinstance(value, Mapping) or not all(_FIELD_ID.fullmatch(name) for name in value):
        raise FieldError(INVALID)
    kept = json.dumps(value, ensure_ascii=False)
    if len(kept) > 20_000 or not cleanly([kept]):
        raise FieldError(INVALID)
    return kept


def flag(value: Json) -> int:
    """Yes or no as 1 or 0; blank means no (ours).

    Raises:
        FieldError: neither.
    """
    if isinstance(value, bool):
        return int(value)
    if blank(value):
        return 0
    found = {"true": 1, "1": 1, "false": 0, "0": 0}.get(str(value).lower())
    if found is None:
        raise FieldError(INVALID)
    return found


def text(value: Json) -> str | None:
    """A text as it was sent; numbers become text, null stays null (ours).

    Raises:
        FieldError: a list or an object, or characters that cannot be kept.
    """
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise FieldError(INVALID)
    found = str(value)
    if not cleanly([found]):
        raise FieldError(INVALID)
    return found


def currency(value: Json) -> str:
    """The code of a currency that the sandbox has a rate for.

    Raises:
        FieldError: any other.
    """
    code = (text(value) or "").strip().upper()
    if not known(code):
        raise FieldError(NOT_LISTED)
    return code
