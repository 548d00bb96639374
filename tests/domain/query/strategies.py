from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from kworkbench.domain.catalog import Field, Resource, SortKey, ValueType
from kworkbench.domain.query import Comparison, Operand, Query, Term
from kworkbench.domain.query.fields import possible_choices, query_fields
from kworkbench.domain.resources import RESOURCES

TODAY = date(2026, 3, 4)
COMPARED = [Comparison.HAS, Comparison.LESS, Comparison.AT_MOST, Comparison.MORE, Comparison.AT_LEAST]
AWKWARD = st.text(alphabet='ab ,"-:<>=.é漢\t', min_size=1, max_size=8)
DAYS = st.sampled_from(["today", "-3d", "+30d", "mon", "2026-03", "this-month", "last-quarter", "2026-02-28", "4mar"])
NUMBERS = st.sampled_from(["0", "7.77", "-50", "500", ".5", "123456"])
RESOURCE = st.sampled_from(list(RESOURCES.values()))


def compared(low: st.SearchStrategy[str]) -> st.SearchStrategy[Operand]:
    return st.builds(Operand, st.sampled_from(COMPARED), low) | st.builds(
        lambda low: Operand(Comparison.RANGE, low), low
    )


def operands(field: Field) -> st.SearchStrategy[Operand]:
    match field.type:
        case ValueType.CHOICE | ValueType.YES_NO:
            found = st.builds(Operand, st.just(Comparison.HAS), st.sampled_from(possible_choices(field)))
        case ValueType.DATE:
            found = compared(DAYS)
        case ValueType.DAYS:
            found = compared(st.integers(-40, 400).map(str))
        case ValueType.QUANTITY:
            found = compared(NUMBERS)
        case ValueType.AMOUNT:
            plain, money = compared(NUMBERS), st.sampled_from(["", "eur", "JPY"])
            found = st.builds(lambda op, code: Operand(op.comparison, op.low, op.high, code), plain, money)
        case ValueType.CURRENCY:
            found = st.builds(Operand, st.just(Comparison.HAS), st.sampled_from(["eur", "USD"]))
        case ValueType.ID | ValueType.SEVERAL:
            ids = st.from_regex(r"[a-z0-9]{1,6}", fullmatch=True)
            found = st.builds(Operand, st.just(Comparison.HAS), ids)
        case ValueType.KEYED:
            pairs = st.builds(
                lambda key, value: f"{key}={value}", st.from_regex(r"[0-9]{1,3}", fullmatch=True), AWKWARD
            )
            found = st.builds(Operand, st.just(Comparison.HAS), pairs)
        case _:
            found = st.builds(Operand, st.sampled_from([Comparison.HAS, Comparison.IS]), AWKWARD)
    return found | st.just(Operand(Comparison.HAS, ""))


def terms(resource: Resource) -> st.SearchStrategy[Term]:
    def of(field: Field) -> st.SearchStrategy[Term]:
        values = st.lists(operands(field), min_size=1, max_size=3).map(tuple)
        return st.builds(Term, st.just(field.name), values, st.booleans())

    words = st.lists(st.builds(Operand, st.just(Comparison.HAS), AWKWARD), min_size=1, max_size=2).map(tuple)
    free = st.builds(Term, st.none(), words, st.booleans())
    return st.sampled_from(query_fields(resource)).flatmap(of) | free


def queries(resource: Resource) -> st.SearchStrategy[Query]:
    names = st.sampled_from([field.name for field in resource.known])
    sort = st.lists(st.builds(SortKey, names, st.booleans()), max_size=3, unique_by=lambda key: key.field)
    return st.builds(Query, st.lists(terms(resource), max_size=4).map(tuple), sort.map(tuple))
