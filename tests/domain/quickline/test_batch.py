"""One line for several marked invoices. Product.md section 7, "Several invoices marked"."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kworkbench.domain.quickline import BatchPlan, InvoiceFacts, LineContext, allot, parse_line, plan_payments
from tests.domain.quickline.books import KANTATA, context, invoice

OLD = replace(invoice("INV-1", outstanding=30_000), due=date(2026, 1, 31))
NEW = replace(invoice("INV-2", outstanding=50_000), due=date(2026, 2, 28))
UNDATED = invoice("INV-3", outstanding=20_000)
MARKED = context(NEW, UNDATED, OLD)


def batch(text: str, ground: LineContext = MARKED) -> BatchPlan:
    return plan_payments(parse_line(text, ground), ground)


def amounts(plan: BatchPlan) -> dict[str, int]:
    return {one.invoice.number: one.amount for one in plan.payable if one.invoice is not None}


@pytest.mark.parametrize("text", ["", "rest", "yesterday wire", "writeoff"])
def test_without_an_amount_each_is_paid_in_full(text: str) -> None:
    plan = batch(text)
    assert amounts(plan) == {"INV-1": 30_000, "INV-2": 50_000, "INV-3": 20_000}
    assert (plan.total, plan.refusals, plan.cautions) == (100_000, (), ())


def test_date_and_note_go_to_every_payment() -> None:
    plan = batch("yesterday wire")
    assert {(one.payments[0].day, one.payments[0].note) for one in plan.plans} == {(date(2026, 3, 3), "wire")}


@pytest.mark.parametrize(
    ("text", "shares"),
    [
        ("300", {"INV-1": 30_000}),
        ("450", {"INV-1": 30_000, "INV-2": 15_000}),
        ("1000", {"INV-1": 30_000, "INV-2": 50_000, "INV-3": 20_000}),
    ],
)
def test_a_typed_total_goes_to_the_oldest_due_first(text: str, shares: dict[str, int]) -> None:
    plan = batch(text)
    assert amounts(plan) == shares
    assert plan.refusals == ()


def test_a_total_that_is_more_than_owed_does_not_add_up() -> None:
    assert batch("1100").refusals == ("100.00 EUR of the total has no invoice to go to.",)


def test_what_cannot_be_paid_is_a_row_with_its_reason() -> None:
    paid = replace(OLD, outstanding=0)
    plan = batch("", context(NEW, paid))
    assert [one.refusals for one in plan.plans] == [(), ("INV-1 has nothing outstanding.",)]
    assert (amounts(plan), plan.refusals) == ({"INV-2": 50_000}, ())
    assert batch("", context(paid, paid)).refusals == ("None of the marked invoices can be paid.",)


def test_a_whole_only_provider_refuses_the_part() -> None:
    plan = batch("450", context(NEW, OLD, rules=KANTATA))
    assert plan.refusals == ("150.00 EUR of the total has no invoice to go to.",)
    assert amounts(batch("800", context(NEW, OLD, rules=KANTATA))) == {"INV-1": 30_000, "INV-2": 50_000}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("50%", "50% is of one invoice. Write the total received as an amount."),
        ("refund 50", "Refunds and rest=writeoff are for one invoice at a time."),
        ("500 rest=writeoff", "Refunds and rest=writeoff are for one invoice at a time."),
        ("500 writeoff", "An amount is written off one invoice at a time."),
        ("#INV-104", "Several invoices are marked. Clear the marks to name one with #."),
        ("1.250", "1.250 can mean 1250 or 1.25. Write one of them."),
    ],
)
def test_refused(text: str, why: str) -> None:
    assert batch(text).refusals == (why,)


def test_several_currencies_are_refused() -> None:
    plan = batch("", context(OLD, replace(NEW, currency="GBP")))
    assert plan.refusals == ("The marked invoices are in EUR and GBP. Pay one currency at a time.",)
    assert plan.plans == ()


def test_several_clients_are_a_caution() -> None:
    ground = context(OLD, invoice("INV-9", "Other Ltd"))
    plan = batch("", ground)
    assert [caution.name for caution in plan.open_cautions] == ["several-clients"]
    assert batch("", replace(ground, accepted=frozenset({"several-clients"}))).open_cautions == ()


@given(
    st.integers(0, 1_000_000),
    st.lists(st.tuples(st.integers(-100, 300_000), st.dates()), max_size=8),
)
def test_an_allotment_adds_up_and_never_overpays(total: int, owed: list[tuple[int, date]]) -> None:
    invoices = [_due(f"INV-{place}", outstanding, due) for place, (outstanding, due) in enumerate(owed)]
    allotment = allot(total, invoices)
    assert sum(allotment.shares) + allotment.left == total
    assert allotment.left >= 0
    assert all(0 <= share <= max(0, one.outstanding) for share, one in zip(allotment.shares, invoices, strict=True))
    part = [one for share, one in zip(allotment.shares, invoices, strict=True) if 0 < share < one.outstanding]
    assert len(part) <= 1
    for late in part:
        younger = [s for s, one in zip(allotment.shares, invoices, strict=True) if (one.due or date.max) > _day(late)]
        assert not any(younger)


def _due(number: str, outstanding: int, due: date) -> InvoiceFacts:
    return replace(invoice(number, outstanding=outstanding), due=due)


def _day(one: InvoiceFacts) -> date:
    return one.due or date.max
