"""How SQLite goes about the lists: the narrow index or a search, never row by row through the wide tables."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from kworkbench.sandbox.productive import pages
from kworkbench.sandbox.productive.filter_table import OPERATIONS, Filter, Kind
from kworkbench.sandbox.productive.filters import Setting, Sql, conditions
from kworkbench.sandbox.productive.picker_tables import LISTINGS
from kworkbench.sandbox.productive.query import Page, Term, order_of
from tests.sandbox.productive.support import Api

SAMPLES = {Kind.DATE: "2026-01-01", Kind.MOMENT: "2026-01-01", Kind.FLAG: "true", Kind.TEXT: "a", Kind.CUSTOM: "a"}
ORDERS = {"expenses": "-date", "invoices": "invoiced_on", "payments": "paid_on"}
COMPUTED = ("profit", "profit_down", "revenue", "revenue_down", "taxed", "billed")
"""Indexes of worked-out values: SQLite does not call them covering, and looks up no row for them."""

SETTING = Setting(offset_minutes=60, today="2026-03-03")


@dataclass(frozen=True)
class Asked:
    """A query of a list; it is printed as it was asked."""

    pairs: list[tuple[str, str]]
    where: Sql
    terms: list[Term]


def every_query(name: str) -> list[Asked]:
    """Each sort key, each operation of each filter alone and with an order, and a group."""
    listing = LISTINGS[name]
    found = [[("sort", f"{sign}{key}")] for key in listing.sorts for sign in ("", "-")]
    for key, one in listing.filters.items():
        for step, value in operations(one):
            pair = (f"filter[{key}]{'[7]' * (one.kind is Kind.CUSTOM)}{step}", value)
            found += [[pair], [pair, ("sort", ORDERS[name])]]
    found.append([("filter[$op]", "or"), ("filter[0][project_id]", "1"), ("filter[1][amount][gt]", "1")])
    return [Asked(one, conditions(one, listing.filters, SETTING), order_of(one, listing.sorts)) for one in found]


def operations(one: Filter) -> list[tuple[str, str]]:
    if one.choices:
        return [("", value) for value in one.choices] + [("[not_eq]", "1")]
    value = "2026-0" if one.days else SAMPLES.get(one.kind, "1")
    return [("", value)] if one.fixed else [(f"[{operation}]", value) for operation in sorted(OPERATIONS[one.kind])]


@pytest.mark.parametrize("looked_ahead", [4000, 3])
@pytest.mark.parametrize("name", sorted(ORDERS))
def test_no_filter_and_no_sort_walks_a_wide_table(
    api: Api, name: str, looked_ahead: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "LOOKED_AHEAD", looked_ahead)
    listing, statements = LISTINGS[name], set[str]()
    for asked in every_query(name):
        statements.clear()
        api.books.connection.set_trace_callback(statements.add)
        pages.read_page(api.books, listing, asked.where, asked.terms, Page(1, 30))
        api.books.connection.set_trace_callback(None)
        assert statements
        for statement in statements:
            plan = [str(row[3]) for row in api.books.connection.execute(f"EXPLAIN QUERY PLAN {statement}")]
            walks = [step for step in plan if f"{step} ".startswith(f"SCAN {listing.alias} ")]
            assert all(is_narrow(step) for step in walks), (asked, statement, walks)


def is_narrow(step: str) -> bool:
    return "USING COVERING INDEX" in step or step.endswith(tuple(f"USING INDEX sorted_by_{key}" for key in COMPUTED))
