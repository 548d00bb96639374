"""The query line: what a list shows, as data and as text (product.md section 6)."""

from kworkbench.domain.query.ast import Chip, Comparison, Operand, Query, QueryError, Term
from kworkbench.domain.query.defaults import chips, effective
from kworkbench.domain.query.parse import parse_query, parse_sort
from kworkbench.domain.query.printing import print_query, print_sort, print_term, print_terms

__all__ = [
    "Chip",
    "Comparison",
    "Operand",
    "Query",
    "QueryError",
    "Term",
    "chips",
    "effective",
    "parse_query",
    "parse_sort",
    "print_query",
    "print_sort",
    "print_term",
    "print_terms",
]
