"""Terms of a query as SQL conditions with parameters.

Inside this module `@` before a column stands for "an index may be used here or not"; see `Clause`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import TypeAlias

from kworkbench.domain.catalog import Field, Resource, ValueType
from kworkbench.domain.query import Comparison, Operand, Term
from kworkbench.domain.query.fields import CHANGE, CONNECTION, query_field
from kworkbench.domain.query.operands import day_interval, milli_interval, whole_interval
from kworkbench.domain.status import OPEN_STATUS, OVERDUE
from kworkbench.domain.text import fold_text
from kworkbench.lean import dataclass
from kworkbench.store.columns import SqlValue, has_own_order, key_of, lookup_key, order_of
from kworkbench.store.order import is_late
from kworkbench.store.schema import quoted, sortable

ANY = "any"
CONNECTION_NAME = "connection_name()"
"""A function of the reader: the folded name of the connection whose lists it reads."""

Param: TypeAlias = SqlValue | bytes
_WORDS = (ValueType.CHOICE, ValueType.YES_NO)


@dataclass(frozen=True, slots=True)
class Clause:
    """A condition on a row.

    Attributes:
        sql: written so that SQLite uses no index for it (unary plus); the order's index leads.
        params: its parameters, in order.
        by_index: the same condition for the same parameters, open to an index; None where none would help.
        field: the field it is about; None for free words.
        words: folded texts, one of which a row that fits has in its searched text; empty where that is not known.
        by_row: `by_index` finds rows by their number, not by an index that begins with the account.
    """

    sql: str
    params: tuple[Param, ...] = ()
    by_index: str | None = None
    field: str | None = None
    words: tuple[str, ...] = ()
    by_row: bool = False


def compile_terms(resource: Resource, terms: Iterable[Term], today: date) -> tuple[Clause, ...]:
    """One clause per term; a term that only lifts a default (`archived:any`) asks for nothing."""
    found = []
    for term in terms:
        field = None if term.field is None else query_field(resource, term.field)
        if field is None or field.type not in _WORDS or all(operand.low != ANY for operand in term.values):
            found.append(_clause(resource, field, term, today))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Part:
    sql: str
    params: tuple[SqlValue, ...] = ()
    indexed: bool = False


def _clause(resource: Resource, field: Field | None, term: Term, today: date) -> Clause:
    parts = [_part(field, operand, today) for operand in term.values]
    sql = " OR ".join(part.sql for part in parts)
    params = tuple(value for part in parts for value in part.params)
    if term.negated:
        return Clause(f"({sql.replace('@', '+')}) IS NOT TRUE", params, None, term.field)
    has_index = field is not None and (field.name in sortable(resource) or not field.stored)
    indexed = has_index and all(part.indexed for part in parts)
    by_index = f"({sql.replace('@', '')})" if indexed else None
    return Clause(f"({sql.replace('@', '+')})", params, by_index, term.field, _words(field, term))


def _words(field: Field | None, term: Term) -> tuple[str, ...]:
    """What the searched text of a row that fits must hold one of."""
    if field is not None and not (field.searched and field.type is ValueType.TEXT):
        return ()
    words = tuple(fold_text(operand.low) for operand in term.values)
    return words if all(words) else ()


def _part(field: Field | None, operand: Operand, today: date) -> _Part:
    if field is None:
        return _Part("instr(_search, ?) > 0", (fold_text(operand.low),))
    is_bare = operand.comparison in (Comparison.HAS, Comparison.IS)
    if is_bare and not operand.low and field.type is not ValueType.DAYS:
        return _Part(f"{_column(field)} IS NULL")
    return _BUILDERS[field.type](field, operand, today)


def _column(field: Field) -> str:
    if field.name == CHANGE.name:
        return "_state"
    if field.name == CONNECTION.name:
        return f"nullif({CONNECTION_NAME}, '')"
    return "_stage" if field.name == "status" else quoted(field.name)


def _text(field: Field, operand: Operand, _today: date) -> _Part:
    key = CONNECTION_NAME if field.name == CONNECTION.name else quoted(key_of(field.name))
    wanted = (fold_text(operand.low),)
    if operand.comparison is Comparison.IS:
        return _Part(f"@{key} = ?", wanted, indexed=True)
    return _Part(f"instr({key}, ?) > 0", wanted)


def _id(field: Field, operand: Operand, _today: date) -> _Part:
    column = quoted(field.name)
    if not has_own_order(field.name):
        return _Part(f"{column} = ?", (operand.low,))
    key = quoted(order_of(field.name))
    return _Part(f"(@{key} = ? AND +{column} = ?)", (lookup_key(operand.low), operand.low), indexed=True)


def _choice(field: Field, operand: Operand, today: date) -> _Part:
    if field.name == "status" and operand.low == OVERDUE:
        return _Part(f"@{is_late(today)}", indexed=True)
    if field.name == "status" and operand.low == OPEN_STATUS:
        return _Part("_owed = 1")
    return _Part(f"@{_column(field)} = ?", (operand.low,), indexed=True)


def _yes_no(field: Field, operand: Operand, _today: date) -> _Part:
    """Yes is what is known to be so; no is all else, what nobody said included."""
    if operand.low == "yes":
        return _Part(f"@{quoted(field.name)} = 1", indexed=True)
    return _Part(f"{quoted(field.name)} IS NOT 1")


def _currency(field: Field, operand: Operand, _today: date) -> _Part:
    return _Part(f"@{quoted(field.name)} = ?", (operand.low.upper(),), indexed=True)


def _date(field: Field, operand: Operand, today: date) -> _Part:
    days = day_interval(operand, today)
    return _between(quoted(field.name), days.first, days.last)


def _amount(field: Field, operand: Operand, _today: date) -> _Part:
    interval = milli_interval(operand)
    part = _between(quoted(key_of(field.name)), interval.low, interval.high)
    if not operand.currency:
        return part
    return _Part(f"({part.sql} AND +currency = ?)", (*part.params, operand.currency.upper()), indexed=True)


def _quantity(field: Field, operand: Operand, _today: date) -> _Part:
    interval = milli_interval(operand)
    part = _between(quoted(key_of(field.name)), interval.low, interval.high)
    return _Part(part.sql, part.params)


def _late(_field: Field, operand: Operand, today: date) -> _Part:
    """Days late as an interval of due days; an invoice that is not late has none."""
    if not operand.low and operand.comparison is not Comparison.RANGE:
        return _Part(f"(@{is_late(today)}) IS NOT TRUE")
    days = whole_interval(operand)
    last = _back(today, max(1, 1 if days.low is None else days.low))
    first = None if days.high is None else _back(today, days.high)
    return _between("_due_open", first, last)


def _back(today: date, days: int) -> str:
    """The ISO day that many days before `today`, within the calendar."""
    room = (today - date.min).days
    return (today - timedelta(days=min(days, room))).isoformat()


def _between(column: str, low: SqlValue, high: SqlValue) -> _Part:
    ends = [(sign, end) for sign, end in ((">=", low), ("<=", high)) if end is not None]
    if not ends:
        return _Part(f"@{column} IS NOT NULL")
    sql = " AND ".join(f"@{column} {sign} ?" for sign, _ in ends)
    return _Part(f"({sql})", tuple(end for _, end in ends), indexed=True)


_Builder = Callable[[Field, Operand, date], _Part]

_BUILDERS: Mapping[ValueType, _Builder] = {
    ValueType.TEXT: _text,
    ValueType.ID: _id,
    ValueType.CHOICE: _choice,
    ValueType.YES_NO: _yes_no,
    ValueType.CURRENCY: _currency,
    ValueType.DATE: _date,
    ValueType.AMOUNT: _amount,
    ValueType.QUANTITY: _quantity,
    ValueType.DAYS: _late,
}
