from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from kworkbench.domain.catalog import Resource
from kworkbench.domain.query import Query, QueryError, parse_query, print_query, print_terms
from kworkbench.domain.resources import RESOURCES
from tests.domain.query.strategies import RESOURCE, TODAY, queries


def attempt(text: str, resource: Resource) -> Query | QueryError:
    try:
        return parse_query(text, resource, today=TODAY)
    except QueryError as problem:
        return problem


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_every_query_reads_back_from_its_text(data: st.DataObject) -> None:
    resource = data.draw(RESOURCE)
    query = data.draw(queries(resource))
    assert parse_query(print_query(query), resource, today=TODAY) == query


@given(st.text(alphabet='clientduesta:,"-<>=.0 9éx', max_size=30), RESOURCE)
@settings(max_examples=200, deadline=None)
def test_any_line_is_either_a_query_or_an_error_inside_it(text: str, resource: Resource) -> None:
    read = attempt(text, resource)
    if isinstance(read, QueryError):
        assert 0 <= read.start <= read.end <= len(text)
        assert read.message.endswith((".", "?"))
    else:
        assert parse_query(print_query(read), resource, today=TODAY) == read


def test_relative_days_and_words_are_printed_as_typed() -> None:
    text = "due:<+30d amount:>500eur -client:Åcme"
    query = parse_query(f"{text} sort:-due,number", RESOURCES["invoices"], today=TODAY)
    assert print_terms(query) == text
    assert print_query(query) == f"{text} sort:-due,number"
