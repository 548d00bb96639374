"""Steps from one query to the next, as the sidebar and the keys of a list make them."""

from __future__ import annotations

from kworkbench.domain.catalog import Field, SortKey, ValueType
from kworkbench.domain.query.ast import Comparison, Operand, Query, Term
from kworkbench.domain.text import fold_text
from kworkbench.lean import replace


def value_operand(field: Field, value: str) -> Operand:
    """The operand that finds exactly the rows that show `value`; an empty one those that show none."""
    exact = field.type is ValueType.TEXT and value
    return Operand(Comparison.IS if exact else Comparison.HAS, value)


def names_value(operand: Operand, value: str) -> bool:
    """True where the operand is that very value, whatever its case and accents."""
    return operand.comparison in (Comparison.HAS, Comparison.IS) and fold_text(operand.low) == fold_text(value)


def without(query: Query, field: str) -> Query:
    """The query without its terms on that field."""
    return replace(query, terms=tuple(term for term in query.terms if term.field != field))


def with_term(query: Query, term: Term) -> Query:
    """The query with `term` in place of every other term on its field; on free words, added."""
    kept = query if term.field is None else without(query, term.field)
    return replace(kept, terms=(*kept.terms, term))


def toggled(query: Query, field: Field, value: str, *, excluded: bool = False) -> Query:
    """The query with one value of a field chosen (or excluded), or no longer so where it was."""
    terms: list[Term] = []
    found = False
    for term in query.terms:
        if term.field != field.name or term.negated is not excluded:
            terms.append(term)
            continue
        kept = tuple(operand for operand in term.values if not names_value(operand, value))
        removed = len(kept) != len(term.values)
        if not removed and not found:
            kept = (*kept, value_operand(field, value))
        found = True
        if kept:
            terms.append(replace(term, values=kept))
    if not found:
        terms.append(Term(field.name, (value_operand(field, value),), excluded))
    return replace(query, terms=tuple(terms))


def sorted_by(query: Query, key: SortKey, *, further: bool = False) -> Query:
    """The query ordered by `key` alone, or by `key` after its own keys; one on the same column is replaced."""
    if not further:
        return replace(query, sort=(key,))
    if any(have.field == key.field for have in query.sort):
        return replace(query, sort=tuple(key if have.field == key.field else have for have in query.sort))
    return replace(query, sort=(*query.sort, key))
