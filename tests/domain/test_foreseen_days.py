"""What is foreseen of new invoices, and the days that follow from a change."""

from __future__ import annotations

from typing import Any

import pytest

from kworkbench.domain.changes import Idem, Op, Raw, State
from kworkbench.domain.predictions import Folded, fold
from kworkbench.domain.records import Values
from tests.domain.folding import (
    INVOICE,
    a_change,
    a_payment,
    lookup,
)


def a_new_invoice(state: State = State.QUEUED, **args: Any) -> Folded:
    wanted = {"project_id": "4", "issued": "2026-03-04", "payment_schedule": 30, **args}
    change = a_change(Op.CREATE, state, kind="invoices", args=wanted, idem=Idem.UNMARKED)
    folded = fold("new:1", None, [change], lookup)
    assert folded is not None
    return folded


def test_a_new_invoice_is_a_draft_that_adds_up_and_is_owed() -> None:
    folded = a_new_invoice(lines="1200.00 Design\n50.00 Hosting +tax", tax_rate="20", draft=True)
    expected = {
        "kind": "invoice", "state": "draft", "settlement": "unpaid", "total": 126_000, "outstanding": 126_000,
        "paid": 0, "written_off": 0, "due": "2026-04-03", "client": "Acme", "currency": "EUR", "project": "Harbour",
    }  # fmt: skip
    assert {key: folded.values.get(key) for key in expected} == expected
    assert {"total", "outstanding", "state", "due"} <= folded.predicted
    assert folded.mark == "*"


@pytest.mark.parametrize("lines", [None, Raw("much Design")])
def test_lines_that_are_not_there_or_not_read_add_up_to_nothing(lines: Raw | None) -> None:
    assert a_new_invoice(lines=lines).values["total"] == 0


def test_an_invoice_is_issued_at_once_or_by_an_edit() -> None:
    assert a_new_invoice(draft=False).values["state"] == "open"
    change = a_change(Op.UPDATE, kind="invoices", lid="invoices:9", args={"draft": False}, pre={"draft": True})
    folded = fold("invoices:9", {**INVOICE, "state": "draft"}, [change], lookup)
    assert folded is not None
    assert (folded.values["state"], folded.values["total"], "state" in folded.predicted) == ("open", 10000, True)


def test_days_that_are_none_foresee_no_due_day() -> None:
    assert a_new_invoice(issued=Raw("32.13.")).values["due"] is None
    assert a_new_invoice(payment_schedule=Raw("soon")).values["due"] is None


def test_the_payment_that_leaves_nothing_gives_its_invoice_the_day_it_was_paid_on() -> None:
    part, rest = a_payment(4000), a_payment(6000, seq=2, args={"invoice_id": "9", "amount": 6000, "date": "2026-03-05"})
    after_part, paid = fold("invoices:9", INVOICE, [part], lookup), fold("invoices:9", INVOICE, [part, rest], lookup)
    assert after_part is not None
    assert paid is not None
    assert ("paid_on" in after_part.values, "paid_on" in after_part.predicted) == (False, False)
    assert (paid.values["paid_on"], "paid_on" in paid.predicted) == ("2026-03-05", True)
    undated = fold("invoices:9", INVOICE, [a_payment(10000, args={"invoice_id": "9", "amount": 10000})], lookup)
    assert undated is not None
    assert "paid_on" not in undated.values


def test_an_invoice_that_owes_again_has_no_day_of_payment_and_more_money_does_not_move_it() -> None:
    settled: Values = {**INVOICE, "outstanding": 0, "paid": 10000, "settlement": "paid", "paid_on": "2026-02-01"}
    gone = a_change(Op.DELETE, lid="payments:7", pre={"invoice_id": "9", "amount": 10000, "date": "2026-02-01"})
    owes, more = fold("invoices:9", settled, [gone], lookup), fold("invoices:9", settled, [a_payment(100)], lookup)
    assert owes is not None
    assert more is not None
    assert (owes.values["paid_on"], "paid_on" in owes.predicted) == (None, True)
    assert (more.values["paid_on"], "paid_on" in more.predicted) == ("2026-02-01", False)


@pytest.mark.parametrize(("kind", "kept"), [(None, "paid_on"), ("write-off", "written_off_on")])
def test_a_payment_shows_its_day_under_the_name_its_provider_keeps_it_by(kind: str | None, kept: str) -> None:
    args = {"invoice_id": "9", "amount": 100, "date": "2026-03-05", **({"kind": kind} if kind else {})}
    made = fold("new:1", None, [a_payment(args=args)], lookup)
    assert made is not None
    days = {key: made.values.get(key) for key in ("paid_on", "written_off_on")}
    assert days == {"paid_on": None, "written_off_on": None, kept: "2026-03-05"}
    assert kept in made.predicted
