"""Writes a query as the text that means it, so that `parse_query(print_query(q)) == q`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kworkbench.domain.catalog import SortKey
from kworkbench.domain.query.ast import Comparison, Operand, Query, Term

_FIELD_LIKE = re.compile(r"[A-Za-z_][A-Za-z_0-9]*:", re.ASCII)
_SIGNS = ("<", ">", "=")


def print_query(query: Query) -> str:
    """The whole query, its order included where it has one of its own."""
    words = [print_term(term) for term in query.terms]
    if query.sort:
        words.append(f"sort:{print_sort(query.sort)}")
    return " ".join(words)


def print_terms(query: Query) -> str:
    """The query's terms alone, as they stand on the query line."""
    return " ".join(print_term(term) for term in query.terms)


def print_sort(keys: Sequence[SortKey]) -> str:
    """An order as `-due,number`."""
    return ",".join(f"-{key.field}" if key.descending else key.field for key in keys)


def print_term(term: Term) -> str:
    """One term, word for word what could be typed."""
    if term.field is None:
        return _sign(term) + _free(term)
    return f"{_sign(term)}{term.word or term.field}:{print_values(term)}"


def print_values(term: Term) -> str:
    """What stands behind the colon of a term on a field: `500..,3`."""
    return ",".join(_operand(value) for value in term.values)


def _sign(term: Term) -> str:
    return "-" if term.negated else ""


def _free(term: Term) -> str:
    first, *rest = (value.low for value in term.values)
    lead = _quote(first) if first.startswith("-") or _FIELD_LIKE.match(first) else quoted_if_needed(first)
    return ",".join((lead, *(quoted_if_needed(word) for word in rest)))


def _operand(operand: Operand) -> str:
    if operand.comparison is Comparison.RANGE:
        if operand.high:
            return f"{operand.low}..{operand.high}{operand.currency}"
        return f"{operand.low}{operand.currency}.."
    low = _quote(operand.low) if operand.low.startswith(_SIGNS) else quoted_if_needed(operand.low)
    return f"{operand.comparison}{low}{operand.currency}"


def quoted_if_needed(text: str) -> str:
    """A value as it is typed: in quotes where it holds blanks, commas or quotes."""
    plain = text and not any(char.isspace() or char in ',"' for char in text)
    return text if plain else _quote(text)


def _quote(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'
