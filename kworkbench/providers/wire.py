"""Bodies and scalars of any provider, safe to read whatever was sent. Imports no pydantic."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal

from kworkbench.domain.changes import Arg, Raw
from kworkbench.providers.base import UnreadableAnswerError
from kworkbench.providers.pieces import Pieces, Sent

MAX_DEPTH = 64
PIECE_DEPTH = MAX_DEPTH - 2
"""A record stands in a collection, and that in the document."""

MAX_MINOR = 2**53
"""Largest amount that a JSON number holds exactly; far below what SQLite can store."""

MAX_ID = 64

MAX_TEXT = 1024 * 1024
"""Characters that are shown of one text; the record's raw text has them all."""

_NESTED = frozenset({dict, list})
_TOO_DEEP = "The server's answer is nested too deep."
_WHOLE = re.compile(r"([+-]?\d{1,18})(?:\.0*)?")
_DECIMAL = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,12})?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_READS_AS_NUMBER = re.compile(r"\s*[+-]?\s*[.\d]")


def parse(body: bytes) -> object:
    """The JSON document in a body.

    Raises:
        UnreadableAnswerError: not JSON in UTF-8, nested deeper than 64, or numbers that are none.
    """
    try:
        return Pieces(body.decode("utf-8-sig"), _DECODER, _fit).read()
    except RecursionError:
        raise UnreadableAnswerError(_TOO_DEEP) from None
    except UnreadableAnswerError:
        raise
    except ValueError:
        raise UnreadableAnswerError("The server's answer is not JSON.") from None


def raw_text(document: object) -> str:
    """A document as JSON text, for `Record.raw`: as it was sent, where that is known, else compact."""
    if isinstance(document, Sent):
        return document.text
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def whole(value: object) -> int | None:
    """A count of minor units sent as number or digit string; None for null and for an empty text.

    Raises:
        ValueError: anything else; an amount is never guessed.
    """
    if value is None or value == "":
        return None
    if isinstance(value, float) and math.isfinite(value) and value.is_integer():
        value = int(value)
    if isinstance(value, str) and (found := _WHOLE.fullmatch(value.strip())):
        value = int(found[1])
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > MAX_MINOR:
        raise ValueError("not a whole number of minor units")
    return value


def identifier(value: object) -> str | None:
    """An id as text; None for null and for an empty text.

    Raises:
        ValueError: neither text nor whole number, or longer than 64 characters.
    """
    if value is None or value == "":
        return None
    if type(value) is str and len(value) <= MAX_ID:
        return value
    if isinstance(value, str | int) and not isinstance(value, bool) and len(str(value)) <= MAX_ID:
        return str(value)
    raise ValueError("not an id")


def text(value: object) -> str | None:
    """A text; numbers as they are written, None for null, for an empty text and for what is no text."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    written = str(value)
    return f"{written[: MAX_TEXT - 1]}…" if len(written) > MAX_TEXT else written or None


def flag(value: object) -> bool | None:
    """Yes or no, also as `true`, `FALSE`, 1 or 0; None for anything else."""
    known = {"true": True, "false": False, "1": True, "0": False}
    return known.get(str(value).strip().lower()) if isinstance(value, bool | int | str) else None


def day(value: object) -> str | None:
    """The ISO day of a date or of a date-time, as written; None for what names no day of the calendar."""
    if not isinstance(value, str) or not _DAY.match(value):
        return None
    try:
        return date.fromisoformat(value[:10]).isoformat()
    except ValueError:
        return None


def moment(value: object) -> str | None:
    """An ISO date-time in UTC, so that two of them compare as texts; None for what names no moment."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
        return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC).isoformat(timespec="milliseconds")
    except (ValueError, OverflowError):
        return None


def quantity(value: object) -> str | None:
    """A decimal text of sensible length (`1.0`), also sent as a number; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    written = str(value).strip()
    return format(Decimal(written), "f") if _DECIMAL.fullmatch(written) else None


def several(values: Iterable[str | None]) -> str | None:
    """Texts as one, a line each; empty ones are left out, none at all is None."""
    found = [" ".join(value.splitlines()) for value in values if value]
    return "\n".join(found) or None


def blank(arg: Arg) -> bool:
    """True for an argument that says nothing."""
    return arg is None or arg == "" or (isinstance(arg, Raw) and not arg.text.strip())


def typed(arg: Arg) -> str | int | bool | None:
    """An argument as it goes out; one that could not be read here goes as it was typed."""
    return arg.text if isinstance(arg, Raw) else arg


def minor_out(arg: Arg) -> str | int:
    """An amount as it goes out: minor units, an empty text for none, and what could not be read as typed.

    Providers take digits for minor units, so a typed text that begins like a number goes in quotes: it is refused,
    not booked as a hundredth of what was meant.
    """
    if blank(arg):
        return ""
    if isinstance(arg, int):
        return int(arg)
    shown = str(typed(arg))
    return f"'{shown}'" if _READS_AS_NUMBER.match(shown) else shown


def _fit(piece: object, text: str) -> tuple[object, str]:
    """A piece of a document and its text without halves of surrogate pairs, which no file or screen can hold.

    Raises:
        UnreadableAnswerError: it is nested too deep.
    """
    if text.count("{") + text.count("[") > PIECE_DEPTH:
        _check_depth(piece)
    if "\\ud" not in text.lower():
        return piece, text
    mended = _mended(piece)
    return mended, raw_text(mended)


def _check_depth(piece: object) -> None:
    level = [piece] if isinstance(piece, dict | list) else []
    for _ in range(PIECE_DEPTH):
        inner = (each.values() if isinstance(each, dict) else each for each in level)
        level = [value for values in inner for value in values if type(value) in _NESTED]
        if not level:
            return
    raise UnreadableAnswerError(_TOO_DEEP)


def _no_constant(name: str) -> float:
    raise ValueError(name)


def _mended(value: object) -> object:
    """The same value with halves of surrogate pairs replaced."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, list):
        return [_mended(item) for item in value]
    if isinstance(value, dict):
        return {_mended(key): _mended(item) for key, item in value.items()}
    return value


_DECODER = json.JSONDecoder(parse_constant=_no_constant)
