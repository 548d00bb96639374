"""Payments deleted and recorded again where a provider cannot change them: over the real sandbox."""

from __future__ import annotations

from datetime import date

import pytest

from kworkbench.domain.changes import Op, State
from kworkbench.services.changes import NotPossible
from kworkbench.store.reader import Row
from tests.sync.stage import TIMEOUT, Stage


def paid(stage: Stage) -> tuple[Row, Row]:
    invoice = stage.unpaid_invoices()[0]
    change = stage.pay(invoice)
    stage.settle()
    lid = f"payments:{stage.home.remote_id(stage.account, change.lid)}"
    return invoice, stage.rows_by_lid("payments")[lid]


def notes(stage: Stage, invoice: Row) -> list[str]:
    rows = stage.server_rows("SELECT note FROM payments WHERE invoice_id = ?", int(invoice.id or 0))
    return [str(row[0]) for row in rows]


def test_its_note_is_corrected_in_two_steps_and_the_invoice_stays_paid(kantata: Stage) -> None:
    invoice, payment = paid(kantata)
    state = kantata.again.form("payments", payment.lid)
    review = kantata.again.review(state, {**state.texts, "note": "The right note"})
    delete, create = review.drafts
    assert (delete.op, delete.lid, create.op, create.again) == (Op.DELETE, payment.lid, Op.CREATE, payment.lid)
    assert [(each.name, each.now, each.then) for each in review.fields] == [("note", "(empty)", "The right note")]
    assert "its id" in review.lost
    assert review.minor == payment.values["amount"]
    change = kantata.again.confirm(review).result(TIMEOUT)
    kantata.settle()
    assert kantata.change(change.seq).state is State.CLOSED
    (note,) = notes(kantata, invoice)
    assert note.startswith("The right note")
    shown = kantata.row(invoice.lid)
    assert shown is not None
    assert shown.values["outstanding"] == 0


def test_it_is_no_undo_but_edited_once_more(kantata: Stage) -> None:
    _, payment = paid(kantata)
    state = kantata.again.form("payments", payment.lid)
    change = kantata.again.confirm(kantata.again.review(state, {**state.texts, "note": "x"})).result(TIMEOUT)
    kantata.settle()
    (row,) = kantata.undos.undo_of(kantata.change(change.seq)).rows
    assert "edited once more" in row.why_not


def test_where_nothing_differs_nothing_is_sent(kantata: Stage) -> None:
    _, payment = paid(kantata)
    state = kantata.again.form("payments", payment.lid)
    with pytest.raises(NotPossible, match="Nothing differs"):
        kantata.again.review(state, state.texts)


def test_a_closed_period_bars_it(kantata: Stage) -> None:
    _, payment = paid(kantata)
    kantata.hold_for(0.0, closed_until=date(2100, 1, 1))
    with pytest.raises(NotPossible, match="closed until 2100-01-01"):
        kantata.again.form("payments", payment.lid)


def test_productive_changes_payments_in_place(productive: Stage) -> None:
    _, payment = paid(productive)
    with pytest.raises(NotPossible, match="edited in place"):
        productive.again.form("payments", payment.lid)
