"""The types of documented fields, as words of `documented/` and as checks."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

Kind = str | Mapping[str, Any]
"""A word, with `?` where null is allowed; a mapping is an object with these members, or an empty one."""


def fits(value: Any, kind: Kind) -> bool:
    """Whether a value is of a documented type."""
    if isinstance(kind, Mapping):
        return isinstance(value, dict) and (not value or _members_fit(value, kind))
    if kind.endswith("?"):
        return value is None or fits(value, kind[:-1])
    return _CHECKS[kind](value)


def _members_fit(value: Mapping[str, Any], kinds: Mapping[str, Any]) -> bool:
    return value.keys() == kinds.keys() and all(
        value[name] is None or fits(value[name], kind) for name, kind in kinds.items()
    )


def is_integer(value: Any) -> bool:
    """A JSON integer, which a boolean is not."""
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return is_integer(value) or isinstance(value, float)


def _is_date(value: Any) -> bool:
    return isinstance(value, str) and bool(re.fullmatch(r"\d{4}-\d\d-\d\d", value)) and _parses(date, value)


def _is_datetime(value: Any) -> bool:
    """ISO 8601 in whole seconds."""
    pattern = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)"
    return isinstance(value, str) and bool(re.fullmatch(pattern, value)) and _parses(datetime, value)


def _is_timestamp(value: Any) -> bool:
    """ISO 8601 with milliseconds and a numeric offset."""
    pattern = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d"
    return isinstance(value, str) and bool(re.fullmatch(pattern, value)) and _parses(datetime, value)


def _parses(type_: type[date], value: str) -> bool:
    try:
        type_.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_decimal(value: Any) -> bool:
    return isinstance(value, str) and bool(re.fullmatch(r"-?\d+\.\d+", value))


def _is_hex(value: Any) -> bool:
    return isinstance(value, str) and bool(re.fullmatch(r"[0-9a-f]{32}", value))


def _are_strings(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


_CHECKS: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "integer": is_integer,
    "number": _is_number,
    "boolean": lambda value: isinstance(value, bool),
    "date": _is_date,
    "datetime": _is_datetime,
    "timestamp": _is_timestamp,
    "decimal": _is_decimal,
    "hex": _is_hex,
    "strings": _are_strings,
    "list": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}
