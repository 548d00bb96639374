"""What a list must show, computed the slow way from rows in memory: the other reading of product.md that the store is
compared with. Shares only text folding and the calendar's words with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from functools import cmp_to_key

from kworkbench.domain.catalog import Field, Resource, SortKey, ValueType
from kworkbench.domain.dates import parse_days
from kworkbench.domain.money import exponent
from kworkbench.domain.query import Comparison, Operand, Query, Term
from kworkbench.domain.query.fields import CHANGE, query_field
from kworkbench.domain.records import Value, Values
from kworkbench.domain.resources import STATUSES
from kworkbench.domain.status import statuses
from kworkbench.domain.text import fold_text, natural_key
from kworkbench.store.reader import Row

Comparable = str | Decimal | int


def listed(rows: Sequence[Row], resource: Resource, query: Query, today: date) -> list[Row]:
    """The rows of a query in its order."""
    kept = [row for row in rows if all(fits(row, resource, term, today) for term in query.terms)]
    return ordered(kept, resource, query.sort or resource.first_sort)


def ordered(rows: Sequence[Row], resource: Resource, sort: Sequence[SortKey]) -> list[Row]:
    def compare(one: Row, other: Row) -> int:
        for key in sort:
            field = resource.field(key.field)
            a, b = sort_value(field, one.values), sort_value(field, other.values)
            if a is None or b is None:
                if (a is None) != (b is None):
                    return 1 if a is None else -1
                continue
            if found := _sign(a, b):
                return -found if key.descending else found
        tie = _sign(one.lid, other.lid)
        return -tie if sort[-1].descending else tie

    return sorted(rows, key=cmp_to_key(compare))


def sort_value(field: Field, values: Values) -> Comparable | None:
    value = values.get(field.name)
    if value is None or value == "":
        return None
    if isinstance(value, int) and field.type is not ValueType.AMOUNT:
        return value
    return _MEANT.get(field.name, _BY_TYPE.get(field.type, _as_text))(value, values)


def _as_text(value: Value, _values: Values) -> str:
    return str(value)


def _numbered(value: Value, _values: Values) -> str:
    return natural_key(fold_text(str(value))[:80])


def _worth(value: Value, values: Values) -> Decimal:
    return Decimal(str(value)).scaleb(-exponent(str(values.get("currency") or "")))


_MEANT: dict[str, Callable[[Value, Values], Comparable]] = {
    "status": lambda value, _: STATUSES.index(str(value)),
    **dict.fromkeys(("id", "invoice_id", "number", "invoice"), _numbered),
}
_BY_TYPE: dict[ValueType, Callable[[Value, Values], Comparable]] = {
    ValueType.AMOUNT: _worth,
    ValueType.QUANTITY: lambda value, _: Decimal(str(value)),
    ValueType.TEXT: lambda value, _: fold_text(str(value))[:80],
}


def fits(row: Row, resource: Resource, term: Term, today: date) -> bool:
    if term.field is None:
        return any(_found(row, resource, operand.low) for operand in term.values) is not term.negated
    field = query_field(resource, term.field)
    if field.type in (ValueType.CHOICE, ValueType.YES_NO) and any(value.low == "any" for value in term.values):
        return True
    return any(_one(row, field, operand, today) for operand in term.values) is not term.negated


def _found(row: Row, resource: Resource, word: str) -> bool:
    texts = (row.values.get(field.name) for field in resource.fields if field.searched)
    folded = "\n".join(fold_text(str(text)) for text in texts if text)
    return fold_text(word) in folded


def _one(row: Row, field: Field, operand: Operand, today: date) -> bool:
    value = row.state if field is CHANGE else row.values.get(field.name)
    if operand.comparison in (Comparison.HAS, Comparison.IS) and not operand.low:
        return value is None or value == ""
    if field.type is ValueType.YES_NO:
        return (value is True) is (operand.low == "yes")
    if field.name == "status":
        return operand.low in statuses(row.values, today)
    return value is not None and _same(field, value, operand, row, today)


def _same(field: Field, value: Value, operand: Operand, row: Row, today: date) -> bool:
    found = value == operand.low
    match field.type:
        case ValueType.CURRENCY:
            found = value == operand.low.upper()
        case ValueType.SEVERAL | ValueType.KEYED:
            found = operand.low in str(value).split("\n")
        case ValueType.TEXT:
            text, word = fold_text(str(value)), fold_text(operand.low)
            found = text == word if operand.comparison is Comparison.IS else word in text
        case ValueType.DATE:
            found = _in_days(str(value), operand, today)
        case ValueType.AMOUNT:
            wanted = operand.currency.upper() or row.values.get("currency")
            found = wanted == row.values.get("currency") and _compared(_worth(value, row.values), operand)
        case ValueType.DAYS | ValueType.QUANTITY:
            found = _compared(Decimal(str(value)), operand)
    return found


def _in_days(day: str, operand: Operand, today: date) -> bool:
    low = parse_days(operand.low, today) if operand.low else None
    high = parse_days(operand.high, today) if operand.high else None
    at = date.fromisoformat(day)
    first, last = (low.first, low.last) if low else (None, None)
    match operand.comparison:
        case Comparison.LESS:
            return first is not None and at < first
        case Comparison.AT_MOST:
            return last is not None and at <= last
        case Comparison.MORE:
            return last is not None and at > last
        case Comparison.AT_LEAST:
            return first is not None and at >= first
        case Comparison.RANGE:
            return (first is None or at >= first) and (high is None or high.last is None or at <= high.last)
        case _:
            return first is not None and last is not None and first <= at <= last


def _compared(value: Decimal, operand: Operand) -> bool:
    low = Decimal(operand.low or "-Infinity")
    high = Decimal(operand.high or "Infinity")
    by = {
        Comparison.RANGE: low <= value <= high,
        Comparison.LESS: value < low,
        Comparison.AT_MOST: value <= low,
        Comparison.MORE: value > low,
        Comparison.AT_LEAST: value >= low,
    }
    return by.get(operand.comparison, value == low)


def _sign(one: Comparable, other: Comparable) -> int:
    if isinstance(one, str) or isinstance(other, str):
        return (str(one) > str(other)) - (str(one) < str(other))
    return (one > other) - (one < other)
