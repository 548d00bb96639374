"""Every filter of both catalogs finds on the cache what the server gives for it (product.md section 6)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kworkbench.domain.catalog import SortKey, ValueType
from kworkbench.domain.query import Comparison, Operand, Query, Term, parse_query, print_query
from kworkbench.domain.query.asked import Asked
from kworkbench.domain.records import Values
from kworkbench.providers.base import NotOfferedError, Response
from tests.filters.cases import Case, cases_of, everything, operands
from tests.filters.line import ACCOUNT, NOON, TODAY, VENDORS, Line, opened
from tests.filters.table import TABLE, table

NOT_IN_THE_BOOKS = {
    "invoices delivery_on": "no invoice has a day of delivery",
    "invoices subscriber_id": "nobody subscribes",
    "invoices subsidiary_id": "there is one subsidiary",
    "invoices parent_invoice_id": "credit notes name no invoice",
    "invoices responsible_id": "whoever is responsible signs nothing",
    "payments subsidiary_id": "there is one subsidiary",
    "payments creator_id": "one person records all payments",
    "expenses purchase_order_id": "nothing was ordered",
}
"""Filters that the sample books give nothing to tell apart; the contract's own cases make such rows."""

ONE_AFTER_ANOTHER = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@cache
def books_of(line: Line) -> Mapping[str, Sequence[Values]]:
    return {kind: line.values(kind) for kind in line.provider.catalog.resources}


def wanted(line: Line, case: Case, operand: Operand) -> frozenset[str]:
    """The server's rows; of an amount those of the currency that was said."""
    told = line.told(Asked(case.kind, case.filter.name, operand))
    if not operand.currency:
        return told
    currency = operand.currency.upper()
    return frozenset(str(of["id"]) for of in books_of(line)[case.kind] if of["currency"] == currency) & told


def agrees(line: Line, case: Case, values: Sequence[Operand], *, negated: bool) -> None:
    """Several values: any of them; negated: what none of them finds. The query reads back from its text."""
    term = Term(case.filter.name, tuple(values), negated)
    read = parse_query(print_query(Query((term,))), line.resource(case.kind), today=TODAY)
    assert read.terms == (term,)
    found = frozenset().union(*(wanted(line, case, operand) for operand in values))
    if negated:
        found = frozenset(str(of["id"]) for of in books_of(line)[case.kind]) - found
    assert line.shown(case.kind, [term]) == found


def on_the_cache(line: Line) -> list[Case]:
    return [case for case in cases_of(line) if not case.filter.only_server]


@given(st.data())
@settings(ONE_AFTER_ANOTHER, max_examples=60)
def test_a_filter_finds_on_the_cache_what_the_server_gives_for_it(line: Line, data: st.DataObject) -> None:
    case = data.draw(st.sampled_from(on_the_cache(line)))
    values = data.draw(st.lists(operands(case, books_of(line)), min_size=1, max_size=2))
    agrees(line, case, values, negated=data.draw(st.booleans()))


@pytest.mark.heavy
@pytest.mark.parametrize("seed", [2, 3, 5])
@pytest.mark.parametrize("vendor", VENDORS)
def test_filters_agree_on_other_books(vendor: str, seed: int) -> None:
    with opened(vendor, seed=seed, size=150) as line:

        @given(st.data())
        @settings(ONE_AFTER_ANOTHER, max_examples=400)
        def agree(data: st.DataObject) -> None:
            case = data.draw(st.sampled_from(on_the_cache(line)))
            values = data.draw(st.lists(operands(case, books_of(line)), min_size=1, max_size=3))
            agrees(line, case, values, negated=data.draw(st.booleans()))

        agree()


def test_every_filter_has_a_case_and_tells_rows_apart(line: Line) -> None:
    """One that is in a catalog and has no case here fails: it can be asked for, and some rows fit it and others not."""
    for case in cases_of(line):
        total = len(books_of(line)[case.kind])
        rows: set[int] = set()
        for operand in everything(case, books_of(line))[:40]:
            found = len(wanted(line, case, operand))
            rows.add(found)
            if 0 < found < total:
                break
        assert rows, f"{case} has no value that its provider can be asked for"
        assert any(0 < found < total for found in rows) or str(case) in NOT_IN_THE_BOOKS, str(case)


def test_each_plain_value_of_a_filter_finds_the_same_rows_on_both_sides(line: Line) -> None:
    for case in on_the_cache(line):
        for operand in everything(case, books_of(line))[:3]:
            agrees(line, case, [operand], negated=False)


def test_what_a_provider_cannot_be_asked_for_is_said() -> None:
    with opened("kantata", size=20) as line:
        for asked in (
            Asked("expenses", "mine", Operand(Comparison.HAS, "no")),
            Asked("expenses", "ref_service", Operand(Comparison.HAS, "")),
        ):
            with pytest.raises(NotOfferedError):
                line.provider.list_asked(asked, TODAY, 1, 200)
    with opened("productive", size=20) as line:
        for asked in (
            Asked("payments", "amount", Operand(Comparison.MORE, "5")),
            Asked("payments", "external_id", Operand(Comparison.HAS, "")),
        ):
            with pytest.raises(NotOfferedError):
                line.provider.list_asked(asked, TODAY, 1, 200)


def test_every_documented_order_is_one_of_the_list(line: Line) -> None:
    """Rows that have a value stand in the server's order; those that are equal may stand in any.

    Amounts are compared within a currency. Texts, own fields among them, are folded here, so only that they have an
    order is tried.
    """
    for kind, of in line.provider.catalog.resources.items():
        for name, wire in (of.sorts or {}).items():
            for descending in (False, True):
                mine = line.sorted_by(kind, SortKey(name, descending=descending))
                theirs = line.told_in_order(kind, wire, descending=descending)
                assert sorted(mine) == sorted(theirs)
                field = of.resource.field(name)
                if field.type in (ValueType.TEXT, ValueType.KEYED) or wire == "invoicing_status":
                    continue
                records = {str(values["id"]): values for values in books_of(line)[kind]}
                currency = records[mine[0]]["currency"] if field.type is ValueType.AMOUNT and mine else None
                here, there = (
                    [records[each][name] for each in order if currency in (None, records[each]["currency"])]
                    for order in (mine, theirs)
                )
                assert [each for each in here if each is not None] == [each for each in there if each is not None]


def test_both_shapes_of_productive_say_the_same() -> None:
    """What the seed's shape sends unasked, the later one sends because it is asked for."""
    with opened("productive") as seed, opened("productive-modern") as modern:
        for kind in seed.provider.catalog.resources:
            for old, new in zip(seed.values(kind), modern.values(kind), strict=True):
                said = {name: value for name, value in old.items() if value is not None}
                assert {name: new[name] for name in said} == said
    assert NOON.date() == TODAY


def test_the_table_of_filters_is_that_of_the_catalogs() -> None:
    assert TABLE.read_text(encoding="utf-8") == table(), "run python -m tests.filters.table"


def test_what_nobody_here_has_heard_of_survives_its_way_into_the_cache(line: Line) -> None:
    """Also where a number is sent as a text, and the other way round."""
    catalog = line.provider.catalog
    for kind in catalog.resources:
        answer = line.send(line.provider.list_page(kind, 1, 200))
        document = json.loads(answer.body)
        key = document["data"][0]["id"] if catalog.provider == "productive" else document["results"][0]["id"]
        if catalog.provider == "productive":
            document["data"][0]["attributes"]["brand_new"] = {"deep": [1, "two"]}
        else:
            document[document["results"][0]["key"]][key]["brand_new"] = {"deep": [1, "two"]}
            document[document["results"][0]["key"]][key]["id"] = int(key)
        body = Response(200, {}, json.dumps(document).encode())
        line.put(line.provider.read_page(kind, body, line.cache.lookup(ACCOUNT)).records)
        kept = line.reader.raw(kind, key)
        assert kept is not None
        of = json.loads(kept)
        assert of.get("brand_new", of.get("attributes", {}).get("brand_new")) == {"deep": [1, "two"]}
