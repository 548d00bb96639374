"""Counts for the sidebar: how many rows each choice of a group would show together with the other groups."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import islice

from kworkbench.domain.catalog import Field, Resource, ValueType
from kworkbench.domain.query import Query
from kworkbench.domain.query.edit import names_value
from kworkbench.domain.query.fields import possible_choices
from kworkbench.domain.status import OPEN_STATUS, OVERDUE
from kworkbench.lean import dataclass
from kworkbench.store.columns import SqlValue, key_of
from kworkbench.store.compile import ANY, Clause, compile_terms
from kworkbench.store.order import is_late
from kworkbench.store.schema import FIGURED, GROUPED, HIDDEN, covered, quoted
from kworkbench.store.source import Source, label_of, source_of

MOST_VALUES = 200
"""Values of an open group (clients) that are counted; the rest are found by typing."""


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One choice: its word (empty: rows without a value), its rows, and whether the query names it."""

    value: str
    rows: int
    chosen: bool = False
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class Facet:
    """One group of the sidebar; values with most rows first."""

    field: str
    values: tuple[FacetValue, ...]


def facets(db: sqlite3.Connection, resource: Resource, acct: int, query: Query, today: date) -> tuple[Facet, ...]:
    """Every group of the resource, in its order. Reads many rows once: call it off the UI thread."""
    fields = [resource.field(name) for name in resource.facets]
    source = source_of(db, resource, acct, query, today, but=resource.facets)
    about = [term for term in query.terms if term.field in resource.facets]
    asked = [(term.field, clause) for term in about for clause in compile_terms(resource, (term,), today)]
    counts: dict[str, dict[SqlValue, int]] = {field.name: defaultdict(int) for field in fields}
    for values, fits, rows in _combined(source, fields, [clause for _, clause in asked], today):
        missed = {name for (name, _), fit in zip(asked, fits, strict=True) if not fit}
        for field, value in zip(fields, values, strict=True):
            if missed <= {field.name}:
                for word in _words_of(field, value):
                    counts[field.name][word] += rows
    return tuple(_facet(field, _ordered(source, field, counts[field.name]), query) for field in fields)


_Values = tuple[SqlValue, ...]


def _combined(
    source: Source, fields: Sequence[Field], asked: Sequence[Clause], today: date
) -> Iterator[tuple[tuple[_Values, ...], _Values, int]]:
    """(each field's columns, whether each clause fits, rows) of all rows alike in what the groups look at."""
    columns = [_columns(field, today) for field in fields]
    wanted = [sql for sqls in columns for sql in sqls]
    resource = source.resource
    in_index = (*GROUPED, *HIDDEN, *FIGURED[resource.name])
    plain = all(clause.field in covered(resource) for clause in source.clauses) and {*wanted} <= {
        *map(quoted, in_index)
    }
    groups = [quoted(name) for name in in_index] if plain else [f"+{sql}" for sql in wanted]
    sql = f"""SELECT {", ".join([*wanted, *(clause.sql for clause in asked), "count(*)"])} FROM {source.table}
        WHERE {source.where(lead=source.rare())} GROUP BY {", ".join(groups)}"""
    params = [value for clause in asked for value in clause.params]
    for *cells, rows in source.db.execute(sql, (*params, *source.params)):
        rest = iter(cells)
        yield tuple(tuple(islice(rest, len(sqls))) for sqls in columns), tuple(rest), rows


def _columns(field: Field, today: date) -> tuple[str, ...]:
    """What a group has to know of a row."""
    if field.name == "status":
        return "_stage", "_owed", f"({is_late(today)})"
    return (quoted(key_of(field.name)) if field.type is ValueType.TEXT else quoted(field.name),)


def _words_of(field: Field, values: _Values) -> tuple[SqlValue, ...]:
    """The words of a group that find a row with these columns."""
    if field.name == "status":
        stage, owed, late = values
        return stage, *((OPEN_STATUS,) if owed else ()), *((OVERDUE,) if late else ())
    if field.type is ValueType.YES_NO:
        return ("yes" if values[0] == 1 else "no",)
    return values


def _ordered(source: Source, field: Field, counts: Mapping[SqlValue, int]) -> list[tuple[str, int]]:
    """The values of a group as words: known ones all, in their order; others by their rows, the first of them."""
    if field.type in (ValueType.CHOICE, ValueType.YES_NO):
        words = [word for word in possible_choices(field) if word != ANY]
        rest = [(str(value or ""), rows) for value, rows in counts.items() if value not in words]
        return [*((word, counts.get(word, 0)) for word in words), *sorted(rest)]
    first = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0] is not None, str(pair[0])))[:MOST_VALUES]
    if field.type is not ValueType.TEXT:
        return [(str(value or ""), rows) for value, rows in first]
    return [(label_of(source, field.name, value), rows) for value, rows in first]


def _facet(field: Field, counts: Sequence[tuple[str, int]], query: Query) -> Facet:
    values = []
    for value, rows in sorted(counts, key=lambda pair: -pair[1]):
        chosen, excluded = (_named(query, field.name, value, negated=negated) for negated in (False, True))
        values.append(FacetValue(value, rows, chosen, excluded))
    return Facet(field.name, tuple(values))


def _named(query: Query, name: str, value: str, *, negated: bool) -> bool:
    return any(
        names_value(operand, value)
        for term in query.terms
        if term.field == name and term.negated is negated
        for operand in term.values
    )
