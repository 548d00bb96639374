"""Filters of the query string, as SQL (api/productive.md section 6)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from kworkbench.sandbox.books.rates import half_up
from kworkbench.sandbox.books.store import Value, marks
from kworkbench.sandbox.productive.errors import ApiError, unsupported
from kworkbench.sandbox.productive.filter_table import DECIMAL_UNIT, OPERATIONS, Filter, Kind
from kworkbench.sandbox.productive.query import Pairs
from kworkbench.sandbox.productive.spans import day_of, day_span, second_span

DEEPEST = 8
MOST_CONDITIONS = 200
MOST_VALUES = 1000
"""Limits of ours on what one query may ask."""

SIGNS = {"gt": ">", "gt_eq": ">=", "lt": "<", "lt_eq": "<="}
COMPARISONS = {"eq", "not_eq", "contains", "not_contain", *SIGNS}

_KEY = re.compile(r"filter((?:\[[^\[\]]*\])+)")
_STEP = re.compile(r"\[([^\[\]]*)\]")
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,12}(\.[0-9]{0,12})?")
_FIELD_ID = re.compile(r"[0-9]{1,18}")
_IN_DAYS, _YEAR = set("0123456789-"), re.compile(r"[0-9]{4}")
_FLAGS = {"true": 1, "1": 1, "false": 0, "0": 0}


@dataclass(frozen=True, slots=True)
class Sql:
    """A condition and the values of its placeholders.

    Attributes:
        selective: few rows meet it, and SQLite knows an index that finds them.
        column: the SQL that is compared, when the condition is about nothing else.
        opposite: the negation, when that is what is easily looked for.
    """

    text: str
    values: tuple[Value, ...] = ()
    selective: bool = False
    column: str = ""
    opposite: Sql | None = None


EVERYTHING = Sql("1")
NOTHING = Sql("0", selective=True)


@dataclass(slots=True)
class _Group:
    """A logical group while the query is read: fields by (name, custom field, operation), operands by number."""

    operation: str = "and"
    fields: dict[tuple[str, str, str], list[str]] = field(default_factory=dict)
    operands: dict[int, _Group] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Setting:
    """What comparing needs to know: the organization's offset and day, and whether timestamps keep their seconds."""

    offset_minutes: int
    today: str
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
    elif head not in table:
        raise _unknown(head)
    else:
        keyed = table[head].kind is Kind.CUSTOM
        key = rest.pop(0) if keyed and rest and _FIELD_ID.fullmatch(rest[0]) else ""
        if len(rest) > 1 or keyed is not bool(key):
            raise _unknown(".".join([head, *rest]))
        group.fields.setdefault((head, key, rest[0] if rest else "eq"), []).append(value)


def _group_sql(group: _Group, table: Mapping[str, Filter], setting: Setting) -> Sql:
    """Plain fields beside numbered operands are ANDed with the group (ours); a group without `$op` means and (ours)."""
    plain = [
        _field_sql(name, operation, values, _keyed(table[name], key), setting)
        for (name, key, operation), values in group.fields.items()
    ]
    operands = [_group_sql(group.operands[number], table, setting) for number in sorted(group.operands)]
    if group.operands:
        return _joined("and", [*plain, _joined(group.operation, operands)])
    return _joined(group.operation, plain)


def _joined(operation: str, parts: list[Sql]) -> Sql:
    if not parts:
        return EVERYTHING
    if len(parts) == 1:
        return parts[0]
    words = f" {operation.upper()} "
    selective = (all if operation == "or" else any)(part.selective for part in parts)
    text = "(" + words.join(part.text for part in parts) + ")"
    return Sql(text, tuple(value for part in parts for value in part.values), selective)


def _keyed(one: Filter, key: str) -> Filter:
    return replace(one, column=one.column.format(key)) if key else one


def _field_sql(name: str, operation: str, values: list[str], one: Filter, setting: Setting) -> Sql:
    """A null equals nothing and so differs from everything (ours)."""
    allowed = OPERATIONS[one.kind] if one.fixed is None else frozenset({"eq"})
    if operation not in COMPARISONS or operation not in allowed:
        raise _unknown(f"{name}.{operation}")
    inside = _inside(name, one.fixed or operation, values, one, setting)
    if operation in {"not_eq", "not_contain"}:
        return Sql(f"({inside.text}) IS NOT TRUE", inside.values, opposite=inside)
    return inside


def _inside(name: str, operation: str, values: list[str], one: Filter, setting: Setting) -> Sql:
    """The comparison without its negation."""
    if one.places:
        return _joined(
            "or", [_guarded(_inside(name, operation, values, place, setting), place) for place in one.places]
        )
    if one.kind in {Kind.TEXT, Kind.CUSTOM}:
        plain = _text_sql(operation, values, one)
    else:
        plain = _positive(name, operation, [part.strip() for text in values for part in text.split(",")], one, setting)
    elsewhere = one.within != "{}"
    return Sql(
        f"({one.within.format(plain.text)})",
        plain.values,
        selective=plain.selective or elsewhere or one.kind is Kind.ID,
        column="" if elsewhere or operation in {"contains", "not_contain"} else one.column,
    )


def _guarded(found: Sql, place: Filter) -> Sql:
    """A condition on another table, asked of no row when nothing there meets it."""
    column, _, rows = found.text.partition(" IN ")
    if place.within == "{}":
        return found
    return replace(found, text=f"(EXISTS {rows[:-1]} AND {column[1:]} IN {rows[:-1]})", values=found.values * 2)


def _positive(name: str, operation: str, parts: list[str], one: Filter, setting: Setting) -> Sql:
    if len(parts) > MOST_VALUES:
        raise _bad_value(name, f"more than {MOST_VALUES} values")
    if one.kind is Kind.CHOICE:
        return _joined("or", [Sql(_choice(name, part, one, setting)) for part in parts])
    if one.kind is Kind.MOMENT:
        return _moments_sql(name, operation, parts, one.column, setting)
    column, values = one.column, [_value(name, part, one.kind) for part in parts]
    if operation in SIGNS:
        return _joined("and", [Sql(f"{column} {SIGNS[operation]} ?", (value,)) for value in values])
    return _among(column, values)


def _among(column: str, values: Sequence[Value]) -> Sql:
    """One value is compared by `=`: SQLite makes a table of a list, even of one."""
    text = f"{column} = ?" if len(values) == 1 else f"{column} IN ({marks(len(values))})"
    return Sql(text, tuple(values))


def _text_sql(operation: str, raw: list[str], one: Filter) -> Sql:
    if operation in {"contains", "not_contain"}:
        return _joined("or", [_held(value.casefold(), one) for value in raw])
    return _among(one.column, raw)


def _held(part: str, one: Filter) -> Sql:
    """Whether a folded text stands in the column."""
    if one.days:
        return _held_in_days(part, one.days)
    return Sql(f"instr({one.folded}, ?) > 0" if one.folded else f"holds({one.column}, ?)", (part,))


def _held_in_days(part: str, columns: Sequence[str]) -> Sql:
    """Whether a text is part of one of these dates; four digits in a row can only be the year."""
    if not set(part) <= _IN_DAYS:
        return NOTHING
    if _YEAR.match(part):
        return _joined("or", [Sql(f"({column} >= ? AND {column} < ?)", (part, f"{part}~")) for column in columns])
    return _joined("or", [Sql(f"instr({column}, ?) > 0", (part,)) for column in columns])


def _choice(name: str, value: str, one: Filter, setting: Setting) -> str:
    if value not in one.choices:
        raise _bad_value(name, value)
    return "({})".format(one.choices[value].replace("@today", f"'{setting.today}'"))


def _moments_sql(name: str, operation: str, parts: list[str], column: str, setting: Setting) -> Sql:
    """Timestamps against the day (or the second) from `first` up to, but without, `end`."""
    compared = []
    for part in parts:
        span = second_span(part) if setting.to_the_second else day_span(part, setting.offset_minutes)
        if span is None:
            raise _bad_value(name, part)
        first, end = span
        if operation in SIGNS:
            sign, edge = {"gt": (">=", end), "gt_eq": (">=", first), "lt": ("<", first), "lt_eq": ("<", end)}[operation]
            compared.append(Sql(f"{column} {sign} ?", (edge,)))
        else:
            compared.append(Sql(f"({column} >= ? AND {column} < ?)", (first, end)))
    return _joined("and" if operation in SIGNS else "or", compared)


def _value(name: str, text: str, kind: Kind) -> Value:
    if kind in {Kind.ID, Kind.WHOLE} and _WHOLE.fullmatch(text):
        return int(text)
    if kind is Kind.DECIMAL and _DECIMAL.fullmatch(text):
        return half_up(Decimal(text) * DECIMAL_UNIT)
    if kind is Kind.FLAG and text.lower() in _FLAGS:
        return _FLAGS[text.lower()]
    if kind is Kind.DATE and (found := day_of(text)) is not None:
        return found
    raise _bad_value(name, text)


def _bad_value(name: str, text: str) -> ApiError:
    return unsupported("Filter Value", f"Value '{text[:100]}' is not supported for filter '{name}'")
