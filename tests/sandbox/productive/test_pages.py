"""Whichever way a page is found, its rows and its count are those of the plain statement."""

from __future__ import annotations

from itertools import product

import pytest

from kworkbench.sandbox.books.expense_rules import delete_expenses
from kworkbench.sandbox.books.money_model import Expense
from kworkbench.sandbox.productive import pages
from kworkbench.sandbox.productive.filters import EVERYTHING, Sql
from kworkbench.sandbox.productive.picker_tables import LISTINGS
from kworkbench.sandbox.productive.query import Page, Term
from tests.sandbox.productive.support import Api
from tests.sandbox.productive.test_plans import ORDERS, every_query

EXPENSES = LISTINGS["expenses"]


@pytest.fixture(autouse=True)
def mixed(api: Api) -> None:
    """Nulls, equal values and deleted rows among the expenses."""
    rows = [row.id for row in api.books.all(Expense, "WHERE invoice_id IS NULL ORDER BY id")]
    delete_expenses(api.books, rows[:2])
    for row_id in rows[2:8]:
        api.books.update(Expense, row_id, service_id=None, deal_id=None, service_type_id=None, tax_rate_id=None)
    for row_id in rows[5:12]:
        api.books.update(Expense, row_id, name="Taxi", draft=1, pay_on="2026-01-02", custom_fields='{"1": "x"}')


def plainly(api: Api, name: str, terms: list[Term], where: Sql = EVERYTHING) -> list[int]:
    listing = LISTINGS[name]
    order = ", ".join([*(term.text() for term in terms), f"{listing.alias}.id"])
    sql = f"SELECT {listing.alias}.id {listing.source(where.text, order)} ORDER BY {order}"
    return [int(row[0]) for row in api.books.connection.execute(sql, where.values)]


@pytest.mark.parametrize("name", sorted(ORDERS))
def test_every_order_is_that_of_its_key_with_ties_by_id(api: Api, name: str) -> None:
    for sql, descending in product(dict.fromkeys(LISTINGS[name].sorts.values()), (False, True)):
        terms = [Term(sql, descending)]
        expected = plainly(api, name, terms)
        assert len(expected) > 20
        for number in range(1, len(expected) // 7 + 3):
            page = Page(number, 7)
            found = pages.read_page(api.books, LISTINGS[name], EVERYTHING, terms, page)
            assert found == (expected[page.offset : page.offset + 7], len(expected)), (sql, descending, number)


@pytest.mark.parametrize("ahead", [4000, 3])
def test_a_second_key_orders_equal_values_of_the_first(api: Api, ahead: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "LOOKED_AHEAD", ahead)
    for first, second in product(("d.name", "e.draft", "e.amount"), ("e.date", "t.name")):
        terms = [Term(first, descending=True), Term(second, descending=False)]
        found, total = pages.read_page(api.books, EXPENSES, EVERYTHING, terms, Page(2, 20))
        expected = plainly(api, "expenses", terms)
        assert (found, total) == (expected[20:40], len(expected)), (first, second)


@pytest.mark.parametrize("name", sorted(ORDERS))
def test_few_and_many_rows_are_found_alike(api: Api, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for asked in every_query(name):
        order = asked.terms
        expected = plainly(api, name, order, asked.where)
        for ahead, page in product((4000, 3), (Page(1, 9), Page(2, 9), Page(40, 9))):
            monkeypatch.setattr(pages, "LOOKED_AHEAD", ahead)
            found = pages.read_page(api.books, LISTINGS[name], asked.where, order, page)
            assert found == (expected[page.offset : page.offset + 9], len(expected)), (asked, ahead, page)
