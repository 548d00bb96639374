"""How SQLite goes about the lists: the narrow index or a search, never row by row through the wide tables."""

from __future__ import annotations

import pytest

from kworkbench.sandbox.productive.filter_table import OPERATIONS, Filter, Kind
from kworkbench.sandbox.productive.picker_tables import LISTINGS
from tests.sandbox.productive.support import Api

SAMPLES = {Kind.DATE: "2026-01-01", Kind.MOMENT: "2026-01-01", Kind.FLAG: "true", Kind.TEXT: "a", Kind.CUSTOM: "a"}
EVERY = " AND 1 ORDER BY "
ORDERS = {"expenses": "sort=-date", "invoices": "sort=invoiced_on", "payments": "sort=paid_on"}
WIDE = {"expenses": "e", "invoices": "i", "payments": "p"}


def queries(name: str) -> list[str]:
    listing = LISTINGS[name]
    found = [f"sort={sign}{key}" for key in listing.sorts for sign in ("", "-")]
    for key, one in listing.filters.items():
        found += [f"filter[{key}{'][7' * (one.kind is Kind.CUSTOM)}]{operation}" for operation in asked(one)]
    return found


def asked(one: Filter) -> list[str]:
    if one.choices:
        return [f"={value}" for value in one.choices] + ["[not_eq]=1"]
    value = SAMPLES.get(one.kind, "1")
    return [f"={value}"] if one.fixed else [f"[{operation}]={value}" for operation in sorted(OPERATIONS[one.kind])]


@pytest.mark.parametrize("name", sorted(WIDE))
async def test_no_filter_and_no_sort_walks_a_wide_table(api: Api, name: str) -> None:
    alias = WIDE[name]
    statements: set[str] = set()
    api.books.connection.set_trace_callback(statements.add)
    for query in queries(name):
        assert (await api.send("GET", f"/{name}?{query}&{ORDERS[name]}")).status_code == 200, query
    api.books.connection.set_trace_callback(None)
    lists = [one for one in statements if f"FROM {name} {alias} " in one]
    assert len(lists) > len(queries(name))
    for statement in lists:
        plan = [str(row[3]) for row in api.books.connection.execute(f"EXPLAIN QUERY PLAN {statement}")]
        walks = [step for step in plan if f"{step} ".startswith(f"SCAN {alias} ")]
        if "(0)" in statement:
            continue  # never true, and never walked
        # Without a condition the index of an order may be walked: the page is full after as many steps.
        assert all("USING COVERING INDEX" in step or EVERY in statement for step in walks), (statement, walks)
