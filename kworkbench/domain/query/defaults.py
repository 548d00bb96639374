"""What a provider hides unless asked: implied terms, and the chips that show them (product.md section 6)."""

from __future__ import annotations

from collections.abc import Sequence

from kworkbench.domain.query.ast import Chip, Comparison, Operand, Query, Term
from kworkbench.domain.query.printing import print_term


def effective(query: Query, hides: Sequence[str]) -> Query:
    """The query with the terms of `hides` (`archived:no`) added whose field it does not mention."""
    return Query((*query.terms, *_implied(query, hides)), query.sort)


def chips(query: Query, hides: Sequence[str]) -> tuple[Chip, ...]:
    """What stands on the top rule: the query's own terms as typed, then the implied ones."""
    own = (Chip(print_term(term)) for term in query.terms)
    implied = (Chip(print_term(term), implied=True) for term in _implied(query, hides))
    return (*own, *implied)


def _implied(query: Query, hides: Sequence[str]) -> tuple[Term, ...]:
    terms = []
    for word in hides:
        name, _, value = word.partition(":")
        if not query.mentions(name):
            terms.append(Term(name, (Operand(Comparison.HAS, value),)))
    return tuple(terms)
