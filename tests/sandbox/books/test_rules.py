from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kworkbench.sandbox.books.expense_rules import Lock, costs, delete_expenses, lock_of, service_for
from kworkbench.sandbox.books.moments import local_day, local_text, moment_text, whole_seconds
from kworkbench.sandbox.books.money_model import Expense, ExpenseReport, Invoice, Payment
from kworkbench.sandbox.books.rates import IN_EUR, known, rate, rate_text
from kworkbench.sandbox.books.rules import (
    PaymentEntry,
    change_payment,
    delete_payment,
    filing_project,
    invoice_project_ids,
    record_payment,
    settle,
)
from kworkbench.sandbox.books.store import Books


@pytest.fixture
def books() -> Iterator[Books]:
    opened = Books.open(None, today=date(2026, 3, 3), size=60, clock=lambda: datetime(2026, 3, 3, 9, 40, tzinfo=UTC))
    yield opened
    opened.close()


def payment(number: int, amount: int, day: str, *, off: bool = False) -> Payment:
    return Payment(
        id=number,
        invoice_id=1,
        project_id=1,
        creator_id=1,
        amount=amount,
        currency="EUR",
        paid_on=None if off else day,
        written_off_on=day if off else None,
        note=None,
        external_id=None,
        created_at="",
        updated_at="",
    )


@pytest.mark.parametrize(
    ("total", "payments", "unpaid", "paid_on"),
    [
        (100, [], 100, None),
        (100, [payment(1, 40, "2026-01-01")], 60, None),
        (100, [payment(1, 40, "2026-01-01"), payment(2, 60, "2026-01-05")], 0, "2026-01-05"),
        (100, [payment(1, 60, "2026-01-05"), payment(2, 40, "2026-01-01")], 0, "2026-01-05"),
        (100, [payment(1, 100, "2026-01-01"), payment(2, 50, "2026-01-09")], -50, "2026-01-01"),
        (100, [payment(1, 100, "2026-01-01"), payment(2, -50, "2026-01-09")], 50, None),
        (100, [payment(1, 40, "2026-01-01"), payment(2, 60, "2026-01-05", off=True)], 0, "2026-01-05"),
        (-100, [], -100, None),
        (-100, [payment(1, -40, "2026-01-01")], -60, None),
        (-100, [payment(1, -100, "2026-01-01")], 0, "2026-01-01"),
        (0, [payment(1, 100, "2026-01-01")], -100, "2026-01-01"),
    ],
)
def test_an_invoice_is_settled_by_the_payment_that_leaves_nothing(
    total: int, payments: list[Payment], unpaid: int, paid_on: str | None
) -> None:
    result = settle(total, payments)
    assert (result.unpaid, result.paid_on) == (unpaid, paid_on)


@given(st.integers(-(10**9), 10**9), st.lists(st.tuples(st.integers(-(10**6), 10**6), st.booleans())))
def test_nothing_is_lost_between_paid_and_unpaid(total: int, parts: list[tuple[int, bool]]) -> None:
    payments = [payment(n, amount, f"2026-01-{n % 28 + 1:02}", off=off) for n, (amount, off) in enumerate(parts)]
    result = settle(total, payments)
    assert result.paid + result.written_off + result.unpaid == total
    assert (result.paid_on is not None) <= (result.unpaid <= 0 if total >= 0 else result.unpaid >= 0)


def unpaid_invoice(books: Books) -> Invoice:
    where = "WHERE state = 'open' AND kind = 'invoice' AND amount_paid = 0 AND amount_unpaid > 0 LIMIT 1"
    return books.all(Invoice, where)[0]


def test_a_payment_comes_changes_and_goes(books: Books) -> None:
    invoice = unpaid_invoice(books)
    payment_id = record_payment(books, PaymentEntry(500, invoice.currency, 201, invoice.id, paid_on="2026-03-01"))
    made = books.one(Payment, payment_id)
    assert made
    assert made.project_id == filing_project(books, invoice.id) == invoice_project_ids(books, invoice.id)[0]
    assert books.all(Invoice, "WHERE id = ?", (invoice.id,))[0].amount_paid == 500
    change_payment(books, made, amount=invoice.amount_total)
    assert books.all(Invoice, "WHERE id = ?", (invoice.id,))[0].paid_on == "2026-03-01"
    delete_payment(books, made)
    again = books.all(Invoice, "WHERE id = ?", (invoice.id,))[0]
    assert (again.amount_paid, again.amount_unpaid, again.paid_on) == (0, invoice.amount_total, None)
    assert books.one(Payment, payment_id) is None


def test_a_payment_of_a_project_has_no_invoice(books: Books) -> None:
    payment_id = record_payment(books, PaymentEntry(500, "EUR", 201, project_id=301, paid_on="2026-03-01"))
    made = books.one(Payment, payment_id)
    assert made
    assert (made.invoice_id, made.project_id) == (None, 301)
    change_payment(books, made, note="x")
    delete_payment(books, made)


@pytest.mark.parametrize(
    ("invoiced", "status", "lock"),
    [
        (True, None, Lock.INVOICED),
        (True, "approved", Lock.INVOICED),
        (False, "new", Lock.SUBMITTED),
        (False, "approved", Lock.APPROVED),
        (False, "rejected", None),
        (False, "cancelled", None),
        (False, None, None),
    ],
)
def test_what_locks_an_expense(books: Books, invoiced: bool, status: str | None, lock: Lock | None) -> None:
    where = f"WHERE invoice_id IS {'NOT ' if invoiced else ''}NULL LIMIT 1"
    report = None if status is None else ExpenseReport(1, "", None, status, 1, 1, "", "")
    assert lock_of(books.all(Expense, where)[0], report) is lock


def test_a_deleted_expense_keeps_its_row(books: Books) -> None:
    expense = books.all(Expense, "LIMIT 1")[0]
    delete_expenses(books, [expense.id])
    gone = books.one(Expense, expense.id)
    assert gone
    assert gone.deleted_at == "2026-03-03T09:40:00.000Z"


def test_the_service_of_a_project_and_category(books: Books) -> None:
    found = service_for(books, 301, 3)
    assert found
    assert (found.service_type_id, found.expense_tracking_enabled) == (3, True)
    without = service_for(books, 301, None)
    assert without
    assert without.expense_tracking_enabled
    assert service_for(books, 999, 3) is None


def test_costs_are_rounded_half_up_and_converted() -> None:
    found = costs(amount=333, quantity="1.5", currency="CHF", project_currency="JPY", default_currency="EUR")
    assert (found.total, found.exchange_rate) == (500, "1.05")
    assert found.project_amount == 861
    same = costs(amount=-5, quantity="1.0", currency="EUR", project_currency="EUR", default_currency="EUR")
    assert (same.total, same.project_amount, same.project_rate) == (-5, -5, "1.0")


@given(st.sampled_from(sorted(IN_EUR)), st.sampled_from(sorted(IN_EUR)))
def test_rates_there_and_back_cancel(source: str, target: str) -> None:
    assert known(source)
    if source != target:
        assert abs(rate(source, target) * rate(target, source) - 1) < Decimal("0.02")
    assert "." in rate_text(rate(source, target))


def test_moments_are_utc_texts_of_one_width() -> None:
    text = moment_text(datetime.fromisoformat("2021-01-24T00:04:43.325999+01:00"))
    assert text == "2021-01-23T23:04:43.325Z"
    assert local_text(text, 60) == "2021-01-24T00:04:43.325+01:00"
    assert local_day(text, 60) == "2021-01-24"
    assert whole_seconds(text) == "2021-01-23T23:04:43Z"
