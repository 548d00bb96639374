"""Terms that only the server can answer: what it is asked, and under which key its answer is kept.

Each value of a term is a question of its own. Source: product.md section 6, sync-engine.md section 3 (`query`).
"""

from __future__ import annotations

from kworkbench.domain.catalog import Resource
from kworkbench.domain.query.ast import Operand, Query, Term
from kworkbench.domain.query.fields import query_field
from kworkbench.domain.query.printing import print_values
from kworkbench.lean import dataclass, replace


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: which records of a list fit one value of one filter.

    Attributes:
        kind: the list. word: the filter's word in the query line.
    """

    kind: str
    word: str
    operand: Operand

    @property
    def key(self) -> str:
        """The key of its answer within an account."""
        return answer_key(self.kind, self.word, self.operand)

    @property
    def text(self) -> str:
        """The question as it stands in the query line."""
        return f"{self.word}:{print_values(Term(self.word, (self.operand,)))}"


def answer_key(kind: str, word: str, operand: Operand) -> str:
    """The key under which the answer to a question is kept."""
    return f"{kind} {Asked(kind, word, operand).text}"


def asked_of(query: Query, resource: Resource) -> tuple[Asked, ...]:
    """What the server has to be asked for this query, each question once."""
    found = (
        Asked(resource.name, term.field, operand)
        for term in query.terms
        if term.field is not None and query_field(resource, term.field).asked
        for operand in term.values
        if operand.low != ANY
    )
    return tuple(dict.fromkeys(found))


ANY = "any"
"""The value that lifts a filter."""


def answered(query: Query, resource: Resource, known: frozenset[str]) -> Query:
    """The query without the terms that wait for an answer: `known` are the keys of those that are there."""
    waiting = {
        term for term in query.terms if any(each.key not in known for each in asked_of(Query((term,)), resource))
    }
    return replace(query, terms=tuple(term for term in query.terms if term not in waiting)) if waiting else query
