"""Filters of the query string, as SQL (api/productive.md section 6)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from kworkbench.sandbox.books.store import Value, marks
from kworkbench.sandbox.productive.errors import ApiError, unsupported
from kworkbench.sandbox.productive.filter_table import OPERATIONS, Filter, Kind
from kworkbench.sandbox.productive.query import Pairs

DEEPEST = 8
MOST_CONDITIONS = 200
MOST_VALUES = 1000
"""Limits of ours on what one query may ask."""

SIGNS = {"gt": ">", "gt_eq": ">=", "lt": "<", "lt_eq": "<="}
COMPARISONS = {"eq", "not_eq", "contains", "not_contain", *SIGNS}

_KEY = re.compile(r"filter((?:\[[^\[\]]*\])+)")
_STEP = re.compile(r"\[([^\[\]]*)\]")
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FLAGS = {"true": 1, "1": 1, "false": 0, "0": 0}


@dataclass(frozen=True, slots=True)
class Sql:
    """A condition and the values of its placeholders."""

    text: str
    values: tuple[Value, ...] = ()


@dataclass(slots=True)
class _Group:
    """A logical group while the query is read: fields by (name, operation), operands by number."""

    operation: str = "and"
    fields: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    operands: dict[int, _Group] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Setting:
    """What comparing needs to know: the organization's offset, and whether timestamps keep their seconds."""

    offset_minutes: int
    to_the_second: bool = False


def conditions(pairs: Pairs, table: Mapping[str, Filter], setting: Setting) -> Sql:
    """All filters of a query as one SQL condition.

    Raises:
        ApiError: 400, an unknown filter, operation or group, or a value that is none of its kind.
    """
    root = _Group()
    asked = [(name, value) for name, value in pairs if name == "filter" or name.startswith("filter[")]
    if len(asked) > MOST_CONDITIONS:
        raise unsupported("Filter", f"More than {MOST_CONDITIONS} conditions are not supported")
    for name, value in asked:
        found = _KEY.fullmatch(name)
        if found is None:
            raise _unknown(name)
        _place(root, _STEP.findall(found[1]), value, table)
    return _group_sql(root, table, setting)


def _unknown(name: str) -> ApiError:
    return unsupported("Filter", f"Filter '{name}' is not supported on this endpoint")


def _place(group: _Group, steps: list[str], value: str, table: Mapping[str, Filter], depth: int = 1) -> None:
    """Puts one parameter into its group: `[$op]`, `[0][…]`, `[name]`, `[name][op]`, each with `[]` behind or not."""
    head, rest = steps[0], [step for step in steps[1:] if step]
    if depth > DEEPEST:
        raise unsupported("Group", f"Groups deeper than {DEEPEST} are not supported")
    if head == "$op" and not rest:
        if value not in {"and", "or"}:
            raise unsupported("Group", f"Group operation '{value}' is not supported on this endpoint")
        group.operation = value
    elif re.fullmatch(r"[0-9]{1,4}", head) and rest:
        _place(group.operands.setdefault(int(head), _Group()), rest, value, table, depth + 1)
    elif head not in table or len(rest) > 1:
        raise _unknown(".".join([head, *rest]) if head in table else head)
    else:
        operation = rest[0] if rest else "eq"
        group.fields.setdefault((head, operation), []).append(value)


def _group_sql(group: _Group, table: Mapping[str, Filter], setting: Setting) -> Sql:
    """Plain fields beside numbered operands are ANDed with the group (ours); a group without `$op` means and (ours)."""
    plain = [
        _field_sql(name, operation, values, table[name], setting) for (name, operation), values in group.fields.items()
    ]
    operands = [_group_sql(group.operands[number], table, setting) for number in sorted(group.operands)]
    if group.operands:
        return _joined("and", [*plain, _joined(group.operation, operands)])
    return _joined(group.operation, plain)


def _joined(operation: str, parts: list[Sql]) -> Sql:
    if not parts:
        return Sql("1")
    words = f" {operation.upper()} "
    return Sql(
        "(" + words.join(part.text for part in parts) + ")", tuple(value for part in parts for value in part.values)
    )


def _field_sql(name: str, operation: str, values: list[str], one: Filter, setting: Setting) -> Sql:
    allowed = OPERATIONS[one.kind] if one.fixed is None else frozenset({"eq"})
    if operation not in COMPARISONS or operation not in allowed:
        raise _unknown(f"{name}.{operation}")
    plain = _positive(name, one.fixed or operation, values, one, setting)
    inside = Sql(one.within.format(plain.text), plain.values)
    if operation in {"not_eq", "not_contain"}:
        return Sql(f"NOT coalesce({inside.text}, 0)", inside.values)
    return inside


def _positive(name: str, operation: str, raw: list[str], one: Filter, setting: Setting) -> Sql:
    """The comparison without its negation; a null equals nothing and so differs from everything (ours)."""
    if one.kind is Kind.TEXT:
        return _text_sql(operation, raw, one.column)
    parts = [part.strip() for text in raw for part in text.split(",")]
    if len(parts) > MOST_VALUES:
        raise _bad_value(name, f"more than {MOST_VALUES} values")
    if one.kind is Kind.CHOICE:
        return _joined("or", [Sql(_choice(name, part, one)) for part in parts])
    column, values = one.column, [_value(name, part, one.kind, setting) for part in parts]
    if one.kind is Kind.MOMENT:
        column = _moment_column(one.column, setting)
    if operation in SIGNS:
        return _joined("and", [Sql(f"{column} {SIGNS[operation]} ?", (value,)) for value in values])
    return Sql(f"{column} IN ({marks(len(values))})", tuple(values))


def _text_sql(operation: str, raw: list[str], column: str) -> Sql:
    if operation in {"contains", "not_contain"}:
        return _joined("or", [Sql(f"instr(fold({column}), fold(?)) > 0", (value,)) for value in raw])
    return Sql(f"{column} IN ({marks(len(raw))})", tuple(raw))


def _choice(name: str, value: str, one: Filter) -> str:
    if value not in one.choices:
        raise _bad_value(name, value)
    return f"({one.choices[value]})"


def _moment_column(column: str, setting: Setting) -> str:
    return (
        f"substr({column}, 1, 19)" if setting.to_the_second else f"date({column}, '{setting.offset_minutes} minutes')"
    )


def _value(name: str, text: str, kind: Kind, setting: Setting) -> Value:
    if kind in {Kind.ID, Kind.WHOLE} and _WHOLE.fullmatch(text):
        return int(text)
    if kind is Kind.FLAG and text.lower() in _FLAGS:
        return _FLAGS[text.lower()]
    if kind in {Kind.DATE, Kind.MOMENT}:
        found = _seconds(text) if kind is Kind.MOMENT and setting.to_the_second else _date(text)
        if found is not None:
            return found
    raise _bad_value(name, text)


def _date(text: str) -> str | None:
    """The date part as written; a time behind it must be one."""
    try:
        return (date if _DAY.fullmatch(text) else datetime).fromisoformat(text).isoformat()[:10]
    except ValueError:
        return None


def _seconds(text: str) -> str | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    try:
        return (moment.astimezone(UTC) if moment.tzinfo else moment).isoformat()[:19]
    except OverflowError:
        return None


def _bad_value(name: str, text: str) -> ApiError:
    return unsupported("Filter Value", f"Value '{text[:100]}' is not supported for filter '{name}'")
