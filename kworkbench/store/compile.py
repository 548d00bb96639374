"""Terms of a query as SQL conditions with parameters.

Inside this module `@` before a column stands for "an index may be used here or not"; see `Clause`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import TypeAlias

from kworkbench.domain.catalog import Field, Resource, ValueType
from kworkbench.domain.query import Comparison, Operand, Term, parse_query
from kworkbench.domain.query.asked import answer_key
from kworkbench.domain.query.fields import CHANGE, CONNECTION, query_field
from kworkbench.domain.query.operands import day_interval, milli_interval, whole_interval
from kworkbench.domain.resources import RESOURCES
from kworkbench.domain.status import OPEN_STATUS, OVERDUE
from kworkbench.domain.text import fold_text
from kworkbench.lean import dataclass
from kworkbench.store.columns import SqlValue, has_own_order, key_sql, lookup_key, order_of
from kworkbench.store.order import is_late
from kworkbench.store.schema import quoted, sortable

ANY = "any"
CONNECTION_NAME = "connection_name()"
"""A function of the reader: the folded name of the connection whose lists it reads."""

ACCOUNT_NUMBER = "account_number()"
"""A function of the reader: the number under which the account's rows stand."""

Param: TypeAlias = SqlValue | bytes
_WORDS = (ValueType.CHOICE, ValueType.YES_NO)
_COMPUTED = ("status", "late")
"""Fields without a column of their own that an index still helps with."""


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
    parts = [_part(resource, field, operand, today) for operand in term.values]
    sql = " OR ".join(part.sql for part in parts)
    params = tuple(value for part in parts for value in part.params)
    if term.negated:
        return Clause(f"({sql.replace('@', '+')}) IS NOT TRUE", params, None, term.field)
    has_index = field is not None and (field.compared in sortable(resource) or field.compared in _COMPUTED)
    indexed = has_index and all(part.indexed for part in parts)
    by_index = f"({sql.replace('@', '')})" if indexed else None
    return Clause(f"({sql.replace('@', '+')})", params, by_index, term.field, _words(field, term))


def _words(field: Field | None, term: Term) -> tuple[str, ...]:
    """What the searched text of a row that fits must hold one of."""
    if field is not None and not (field.searched and field.type is ValueType.TEXT):
        return ()
    words = tuple(fold_text(operand.low) for operand in term.values)
    return words if all(words) else ()


def _asked(resource: Resource, operand: Operand, field: Field) -> _Part:
    """Rows that the server named when it was asked this; a row it did not name does not fit."""
    answer = f"(SELECT id FROM answer WHERE acct = {ACCOUNT_NUMBER} AND key = ?)"
    named = f"EXISTS (SELECT 1 FROM answer_row AS told WHERE told.answer = {answer} AND told.lid = _lid)"
    key = answer_key(resource.name, field.name, operand)
    if not operand.currency:
        return _Part(named, (key,))
    return _Part(f"({named} AND +currency = ?)", (key, operand.currency.upper()))


def _part(resource: Resource, field: Field | None, operand: Operand, today: date) -> _Part:
    if field is None:
        return _Part("instr(_search, ?) > 0", (fold_text(operand.low),))
    if field.asked:
        return _asked(resource, operand, field)
    if field.means:
        return _meant(resource, dict(field.means)[operand.low], today)
    is_bare = operand.comparison in (Comparison.HAS, Comparison.IS)
    if is_bare and not operand.low and field.type is not ValueType.DAYS:
        part = _Part(f"{_column(field)} IS NULL")
    else:
        part = _BUILDERS[field.type](field, operand, today)
    return _Part(f"({part.sql}) IS NOT TRUE", part.params) if field.inverse else part


def _meant(resource: Resource, queries: tuple[str, ...], today: date) -> _Part:
    """What a word stands for: any of several queries over the stored fields."""
    stored = RESOURCES[resource.name]
    ways: list[str] = []
    params: list[SqlValue] = []
    for text in queries:
        terms = parse_query(text, stored, today=today).terms
        clauses = [_clause(stored, query_field(stored, str(term.field)), term, today) for term in terms]
        ways.append(" AND ".join(clause.sql for clause in clauses))
        params += [value for clause in clauses for value in clause.params if not isinstance(value, bytes)]
    return _Part(" OR ".join(f"({way})" for way in ways), tuple(params))


def _column(field: Field) -> str:
    if field.name == CHANGE.name:
        return "_state"
    if field.name == CONNECTION.name:
        return f"nullif({CONNECTION_NAME}, '')"
    return "_stage" if field.name == "status" else quoted(field.compared)


def _text(field: Field, operand: Operand, _today: date) -> _Part:
    key = CONNECTION_NAME if field.name == CONNECTION.name else key_sql(field)
    wanted = (fold_text(operand.low),)
    if operand.comparison is Comparison.IS:
        return _Part(f"@{key} = ?", wanted, indexed=True)
    return _Part(f"instr({key}, ?) > 0", wanted)


def _id(field: Field, operand: Operand, _today: date) -> _Part:
    column = quoted(field.compared)
    if not has_own_order(field.compared):
        return _Part(f"{column} = ?", (operand.low,))
    key = quoted(order_of(field.compared))
    return _Part(f"(@{key} = ? AND +{column} = ?)", (lookup_key(operand.low), operand.low), indexed=True)


def _several(field: Field, operand: Operand, _today: date) -> _Part:
    return _Part(f"instr({quoted(field.compared)}, ?) > 0", (f"\n{operand.low}\n",))


def _choice(field: Field, operand: Operand, today: date) -> _Part:
    if field.name == "status" and operand.low == OVERDUE:
        return _Part(f"@{is_late(today)}", indexed=True)
    if field.name == "status" and operand.low == OPEN_STATUS:
        return _Part("_owed = 1")
    return _Part(f"@{_column(field)} = ?", (operand.low,), indexed=True)


def _yes_no(field: Field, operand: Operand, _today: date) -> _Part:
    """Yes is what is known to be so; no is all else, what nobody said included."""
    if operand.low == "yes":
        return _Part(f"@{quoted(field.compared)} = 1", indexed=True)
    return _Part(f"{quoted(field.compared)} IS NOT 1")


def _currency(field: Field, operand: Operand, _today: date) -> _Part:
    return _Part(f"@{quoted(field.compared)} = ?", (operand.low.upper(),), indexed=True)


def _date(field: Field, operand: Operand, today: date) -> _Part:
    days = day_interval(operand, today)
    return _between(quoted(field.compared), days.first, days.last)


def _amount(field: Field, operand: Operand, _today: date) -> _Part:
    interval = milli_interval(operand)
    part = _between(key_sql(field), interval.low, interval.high)
    if not operand.currency:
        return part
    return _Part(f"({part.sql} AND +currency = ?)", (*part.params, operand.currency.upper()), indexed=True)


def _quantity(field: Field, operand: Operand, _today: date) -> _Part:
    interval = milli_interval(operand)
    part = _between(key_sql(field), interval.low, interval.high)
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
    ValueType.SEVERAL: _several,
    ValueType.KEYED: _several,
    ValueType.CHOICE: _choice,
    ValueType.YES_NO: _yes_no,
    ValueType.CURRENCY: _currency,
    ValueType.DATE: _date,
    ValueType.AMOUNT: _amount,
    ValueType.QUANTITY: _quantity,
    ValueType.DAYS: _late,
}
