"""The columns of the typed tables, made from the resources: plain values to show, keys to compare, marks of changes.

A field's column holds its value, or NULL where the value is not of its type (a date as typed); such values stand in
`_odd`. Keys: texts folded, amounts and quantities in thousandths so that currencies of any exponent compare.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from kworkbench.domain.catalog import Field, Resource, ValueType
from kworkbench.domain.money import exponent
from kworkbench.domain.query.operands import MILLI
from kworkbench.domain.records import Value, Values
from kworkbench.domain.resources import RESOURCES
from kworkbench.domain.status import due_while_owed, is_owed, iso_day, stage
from kworkbench.domain.text import clean_text, fold_text, natural_key

SqlValue = str | int | None

INT64 = 2**63 - 1
_STEPS = (1, 10, 100, 1000)
PROSE_KEY = 80
"""Texts without a limit are sorted by so many folded characters, which keeps their index small."""

NUMBERED = frozenset({"number", "invoice"})
"""Texts whose digits sort as numbers."""

PROSE = frozenset({"text", "note", "subject", "service"})
"""Texts without a usual length."""

MARKS = ("_state", "_mark", "_counted", "_predicted", "_unsent", "_touched", "_odd")
"""What open changes make of a row: shown word, gutter mark, in sums, predicted names, waiting, touched, odd values."""

MARK_DEFAULTS: tuple[SqlValue, ...] = (None, "", 1, "", 0, 0, None)


SEARCH_END = "\n\n"
"""Ends every `_search`, so that three letters begin at each of its places and words of one or two have an index too."""

_OWN_ORDER = frozenset({"id", "invoice_id", *NUMBERED})
"""Fields that have a column of their own to be sorted or looked up by."""


def columns_of(resource: Resource) -> tuple[str, ...]:
    """Names of the columns that a record's values fill, in table order."""
    names = [name for field in resource.fields if field.stored for name in _columns_of(field)]
    return (*names, *(_DERIVED if resource.name == "invoices" else ()), "_search")


def _columns_of(field: Field) -> tuple[str, ...]:
    """The columns of one field: its value, the key it is compared by, the key it is sorted by."""
    key = (key_of(field.name),) if field.type in _KEYED else ()
    order = (order_of(field.name),) if field.name in _OWN_ORDER else ()
    return (field.name, *key, *order)


def table_columns(resource: Resource) -> tuple[str, ...]:
    """Names of all columns of the typed table, in order: rare fields last, so that nothing is read past them."""
    return (*usual_columns(resource), *rare_columns(resource))


def usual_columns(resource: Resource) -> tuple[str, ...]:
    """Names of the columns that every row has."""
    return ("_acct", "_lid", *columns_of(resource), *MARKS)


def rare_columns(resource: Resource) -> tuple[str, ...]:
    """Names of the columns of the rare fields: their values alone, so that rows stay narrow."""
    return tuple(field.name for field in resource.rare)


def project(resource: Resource, values: Values) -> tuple[SqlValue, ...]:
    """What `values` put into `columns_of`."""
    out: list[SqlValue] = []
    searched: list[str] = []
    currency = values.get("currency")
    for name, read, make_key, is_ordered, is_searched in _PLANS[resource.name]:
        value = values.get(name)
        if value is None or value == "":
            out += [None] * (1 + (make_key is not None) + is_ordered)
            continue
        out.append(read(value))
        if make_key is not None:
            key = make_key(value, currency)
            out.append(key)
            if is_searched:
                searched.append(str(key))
        if is_ordered:
            out.append(_natural(value))
    if resource.name == "invoices":
        out += (stage(values), due_while_owed(values), int(is_owed(values)))
    out.append("\n".join((*searched, SEARCH_END)))
    return tuple(out)


def project_rare(resource: Resource, values: Values) -> Mapping[str, SqlValue]:
    """What `values` put into the columns of the rare fields, by column: those that are not empty."""
    places = _RARE_PLACES[resource.name]
    out: dict[str, SqlValue] = {}
    for name, value in values.items():
        read = places.get(name)
        if read is not None and value is not None and value != "":
            out[name] = read(value)
    return out


def odd_values(resource: Resource, values: Values, columns: tuple[SqlValue, ...]) -> dict[str, Value]:
    """The values that their column refused (a date as typed), by field."""
    odd: dict[str, Value] = {}
    for name, at in _STRICT[resource.name]:
        if columns[at] is None:
            value = values.get(name)
            if value is not None and value != "":
                odd[name] = value
    return odd


def key_of(name: str) -> str:
    """The column a text, amount or quantity is compared in."""
    return f"{name}__key"


def key_sql(field: Field) -> str:
    """What a text, amount or quantity is compared by, as SQL; of a rare field it is made when it is asked for."""
    name = field.compared
    if not field.rare:
        return f'"{key_of(name)}"'
    return f'{RARE_KEYS[field.type][0]}("{name}", currency)'


def order_of(name: str) -> str:
    """The column an id or a document number is sorted in."""
    return f"{name}__order"


def has_own_order(name: str) -> bool:
    """True where `order_of(name)` is a column."""
    return name in _OWN_ORDER


def milli(minor: int, currency: str) -> int:
    """An amount in minor units of `currency` as thousandths of its unit, within what SQLite can hold."""
    return max(-INT64, min(INT64, minor * _STEPS[MILLI - exponent(currency)]))


def lookup_key(value: str) -> str:
    """The key under which an id or a document number is found in `order_of`."""
    return _natural(value)


def _text(value: Value) -> str:
    return clean_text(value if isinstance(value, str) else str(value))


def _folded(value: Value, _currency: Value) -> str:
    return _fold(value if isinstance(value, str) else str(value))


def _natural(value: Value) -> str:
    text = value if isinstance(value, str) else str(value)
    if text.isascii() and text.isdigit() and not text.startswith("0"):
        return f"{min(len(text), 99):02d}{text}"
    return natural_key(_fold(text)[:PROSE_KEY])


@lru_cache(maxsize=8192)
def _fold(text: str) -> str:
    return fold_text(text)


@lru_cache(maxsize=8192)
def _iso_day(text: str) -> str | None:
    return iso_day(text)


def _day(value: Value) -> str | None:
    return _iso_day(value) if isinstance(value, str) else None


def _lines(value: Value) -> str:
    """Several values, each between line ends, so that one is found whole."""
    return f"\n{_text(value)}\n"


def _number(value: Value) -> SqlValue:
    """A count as a number, a decimal as the text it came as: forms tell them apart."""
    return value if isinstance(value, int) and not isinstance(value, bool) else _text(value)


def _yes_no(value: Value) -> int | None:
    return int(value) if isinstance(value, bool) else None


def _amount(value: Value) -> int | None:
    fits = isinstance(value, int) and not isinstance(value, bool) and -INT64 <= value <= INT64
    return value if fits and isinstance(value, int) else None


def _amount_key(value: Value, currency: Value) -> int | None:
    minor = _amount(value)
    return None if minor is None else milli(minor, currency if isinstance(currency, str) else "")


def _quantity_key(value: Value, _currency: Value) -> int | None:
    try:
        scaled = Decimal(str(value).strip()).scaleb(MILLI)
    except InvalidOperation:
        return None
    return round(scaled) if scaled.is_finite() and abs(scaled) <= INT64 else None


_DERIVED = ("_stage", "_due_open", "_owed")

_KEYED: Mapping[ValueType, Callable[[Value, Value], SqlValue]] = {
    ValueType.TEXT: _folded,
    ValueType.AMOUNT: _amount_key,
    ValueType.QUANTITY: _quantity_key,
}
"""From a value and its record's currency to the key it is compared by."""


def _if_any(make: Callable[[Value, Value], SqlValue]) -> Callable[[Value, Value], SqlValue]:
    return lambda value, currency: None if value is None else make(value, currency)


RARE_KEYS: Mapping[ValueType, tuple[str, Callable[[Value, Value], SqlValue]]] = {
    kind: (f"key_{kind.value}", _if_any(make)) for kind, make in _KEYED.items()
}
"""The functions of the reader that make the keys of rare fields: their names, and what they do."""

_READ: Mapping[ValueType, Callable[[Value], SqlValue]] = {
    ValueType.AMOUNT: _amount,
    ValueType.DATE: _day,
    ValueType.YES_NO: _yes_no,
}
"""Columns that refuse what is not of their type."""

_RARE_READ: Mapping[ValueType, Callable[[Value], SqlValue]] = {
    **_READ,
    ValueType.SEVERAL: _lines,
    ValueType.KEYED: _lines,
    ValueType.QUANTITY: _number,
}

_Step = tuple[str, Callable[[Value], SqlValue], Callable[[Value, Value], SqlValue] | None, bool, bool]


def _plan(resource: Resource) -> tuple[_Step, ...]:
    return tuple(
        (
            field.name,
            _READ.get(field.type, _text),
            _KEYED.get(field.type),
            field.name in _OWN_ORDER,
            field.searched and field.type is ValueType.TEXT,
        )
        for field in resource.fields
        if field.stored
    )


def _strict(resource: Resource) -> tuple[tuple[str, int], ...]:
    names = columns_of(resource)
    return tuple((field.name, names.index(field.name)) for field in resource.fields if field.type in _READ)


def _rare_places(resource: Resource) -> Mapping[str, Callable[[Value], SqlValue]]:
    """How the value of each rare field is read."""
    return {field.name: _RARE_READ.get(field.type, _text) for field in resource.rare}


_RARE_PLACES = {name: _rare_places(resource) for name, resource in RESOURCES.items()}
_PLANS = {name: _plan(resource) for name, resource in RESOURCES.items()}
_STRICT = {name: _strict(resource) for name, resource in RESOURCES.items()}
