"""Undo and redo of what was sent: over a real home, real providers and the real sandbox."""

from __future__ import annotations

from datetime import date

import pytest

from kworkbench.domain.changes import Change, Op, State
from kworkbench.services.changes import NotPossible
from kworkbench.services.undo import UndoReview
from kworkbench.store.reader import Row
from tests.sync.stage import TIMEOUT, Stage


def confirmed(stage: Stage, review: UndoReview) -> tuple[Change, ...]:
    """The changes of an undo, once the server has answered all of them."""
    made = stage.undos.confirm(review).result(TIMEOUT)
    stage.settle()
    return tuple(stage.change(change.seq) for change in made)


def paid(stage: Stage) -> tuple[Row, Change]:
    invoice = stage.unpaid_invoices()[0]
    change = stage.pay(invoice)
    stage.settle()
    return invoice, stage.change(change.seq)


def test_a_payment_that_was_sent_is_deleted_and_its_invoice_owes_again(stage: Stage) -> None:
    invoice, change = paid(stage)
    assert stage.payments_at_server(invoice.lid) == 1
    review = stage.undos.undo()
    (row,) = review.rows
    assert row.says == f"delete payment {stage.home.remote_id(stage.account, change.lid)} on {invoice.values['number']}"
    assert (row.minor, row.currency) == (invoice.values["outstanding"], invoice.values["currency"])
    (undo,) = confirmed(stage, review)
    assert (undo.op, undo.state, undo.undoes) == (Op.DELETE, State.CLOSED, change.seq)
    assert stage.payments_at_server(invoice.lid) == 0
    shown = stage.row(invoice.lid)
    assert shown is not None
    assert shown.values["outstanding"] == invoice.values["outstanding"]


def test_redo_pays_again_under_a_review_and_never_twice(stage: Stage) -> None:
    invoice, change = paid(stage)
    confirmed(stage, stage.undos.undo())
    review = stage.undos.redo()
    assert review.redo
    assert review.moves_money
    first, second = stage.undos.confirm(review).result(TIMEOUT), stage.undos.confirm(review).result(TIMEOUT)
    assert first[0].seq == second[0].seq
    stage.settle()
    assert stage.payments_at_server(invoice.lid) == 1
    assert stage.change(first[0].seq).marker != change.marker


def test_an_edit_gets_its_previous_values_and_says_what_changed_since(stage: Stage) -> None:
    row = stage.plain_expenses()[0]
    change = stage.edit(row, text="Ferry, not taxi")
    stage.settle()
    (inverse,) = stage.undos.undo().rows
    assert [(each.name, each.now, each.then) for each in inverse.fields] == [
        ("text", "Ferry, not taxi", row.values["text"])
    ]
    assert inverse.warning == ""
    stage.edit(stage.rows_by_lid("expenses")[row.lid], text="Train")
    stage.settle()
    (later,) = stage.undos.undo_of(change).rows
    assert later.warning == "Changed since then: text"
    (undo,) = confirmed(stage, stage.undos.undo_of(change))
    assert undo.state is State.CLOSED
    assert stage.rows_by_lid("expenses")[row.lid].values["text"] == row.values["text"]


def test_deleted_expenses_are_made_anew_and_it_is_said_what_is_lost(kantata: Stage) -> None:
    stage = kantata
    rows = stage.plain_expenses()[:2]
    stage.delete("expenses", *rows)
    stage.settle()
    assert not stage.rows_by_lid("expenses").keys() & {row.lid for row in rows}
    before = len(stage.rows("expenses"))
    review = stage.undos.undo()
    assert len(review.rows) == 2
    assert all("its id" in row.lost for row in review.rows)
    made = confirmed(stage, review)
    assert [change.state for change in made] == [State.CLOSED, State.CLOSED]
    assert len(stage.rows("expenses")) == before + 2
    texts = sorted(str(row.values["text"]) for row in rows)
    lids = [f"expenses:{stage.home.remote_id(stage.account, change.lid)}" for change in made]
    assert sorted(str(stage.rows_by_lid("expenses")[lid].values["text"]) for lid in lids) == texts


def test_what_is_on_its_way_has_to_be_waited_for(productive: Stage) -> None:
    productive.wire.hold("POST")
    change = productive.pay(productive.unpaid_invoices()[0])
    productive.await_state(change.seq, State.SENDING)
    with pytest.raises(NotPossible, match="on its way"):
        productive.undos.undo()


def test_what_waits_offline_is_taken_back_without_a_trace(productive: Stage) -> None:
    productive.wire.cut = True
    invoice = productive.unpaid_invoices()[0]
    change = productive.pay(invoice)
    productive.until(lambda: productive.change(change.seq).reason is not None)
    taken = productive.changes.withdraw(productive.undos.waiting()).result(TIMEOUT)
    assert taken is not None
    assert productive.change(change.seq).state is State.CANCELLED
    productive.wire.cut = False
    review = productive.undos.redo()
    assert [row.says for row in review.rows] == [f"pay {invoice.values['number']}"]
    confirmed(productive, review)
    assert productive.payments_at_server(invoice.lid) == 1


def test_a_record_that_is_gone_cannot_be_taken_back(productive: Stage) -> None:
    _, change = paid(productive)
    lid = f"payments:{productive.home.remote_id(productive.account, change.lid)}"
    productive.delete("payments", productive.rows_by_lid("payments")[lid])
    productive.settle()
    review = productive.undos.undo_of(change)
    assert review.going == ()
    assert "no longer at the server" in review.rows[0].why_not


def test_a_closed_period_bars_its_undo(still_productive: Stage) -> None:
    stage = still_productive
    row = stage.plain_expenses()[0]
    stage.home.start()
    stage.edit(row, text="Ferry")
    stage.settle()
    stage.hold_for(0.0, closed_until=date.fromisoformat(str(row.values["date"])))
    review = stage.undos.undo()
    assert review.going == ()
    assert "closed until" in review.rows[0].why_not


def test_there_is_nothing_to_undo_or_redo_at_first(still_productive: Stage) -> None:
    with pytest.raises(NotPossible, match="nothing to undo"):
        still_productive.undos.undo()
    with pytest.raises(NotPossible, match="nothing to redo"):
        still_productive.undos.redo()
    assert still_productive.undos.waiting() == ()


def test_rows_can_be_taken_out_of_an_undo(stage: Stage) -> None:
    rows = stage.plain_expenses()[:2]
    stage.delete("expenses", *rows)
    stage.settle()
    review = stage.undos.undo()
    smaller = review.toggle(review.rows[0].key)
    assert smaller.going == review.rows[1:]
    assert len(confirmed(stage, smaller)) == 1


def deleted(stage: Stage, resource: str, row: Row) -> Change:
    (change,) = stage.delete(resource, row)
    stage.settle()
    assert row.lid not in stage.rows_by_lid(resource)
    return stage.change(change.seq)


def test_deleted_productive_expenses_come_back_under_their_own_ids(productive: Stage) -> None:
    rows = productive.plain_expenses()[:2]
    before = {row.lid: row.values for row in rows}
    productive.delete("expenses", *rows)
    productive.settle()
    review = productive.undos.undo()
    assert {row.says for row in review.rows} == {f'bring expense {row.id} back "{row.values["text"]}"' for row in rows}
    assert all("under its own id" in row.warning and not row.lost for row in review.rows)
    made = confirmed(productive, review)
    assert [(change.action, change.state) for change in made] == [("restore", State.CLOSED)] * 2
    assert {lid: productive.rows_by_lid("expenses")[lid].values for lid in before} == before


def test_a_draft_of_productive_comes_back_and_redo_deletes_it_again(productive: Stage) -> None:
    draft = next(row for row in productive.rows("invoices") if row.values["state"] == "draft")
    deleted(productive, "invoices", draft)
    confirmed(productive, productive.undos.undo())
    assert productive.rows_by_lid("invoices")[draft.lid].values == draft.values
    redo = productive.undos.redo()
    assert (redo.moves_money, redo.rows[0].says) == (True, f"delete invoice {draft.id}")
    confirmed(productive, redo)
    assert draft.lid not in productive.rows_by_lid("invoices")


def test_what_comes_back_stands_in_the_list_before_the_server_has_answered(productive: Stage) -> None:
    row = productive.plain_expenses()[0]
    deleted(productive, "expenses", row)
    productive.wire.cut = True
    (change,) = productive.undos.confirm(productive.undos.undo()).result(TIMEOUT)
    shown = productive.rows_by_lid("expenses")[row.lid]
    assert (shown.mark, shown.values["text"], shown.values["amount"]) == ("~", row.values["text"], row.values["amount"])
    assert {"text", "amount"} <= shown.predicted
    productive.wire.cut = False
    productive.settle()
    assert productive.change(change.seq).state is State.CLOSED
    assert productive.rows_by_lid("expenses")[row.lid].mark == ""


def test_what_is_not_kept_any_more_is_said_and_made_anew_by_the_next_undo(productive: Stage) -> None:
    row = productive.plain_expenses()[0]
    deleted(productive, "expenses", row)
    productive.server_writes("DELETE FROM expenses WHERE id = ?", int(row.id or 0))
    (change,) = productive.undos.confirm(productive.undos.undo()).result(TIMEOUT)
    refused = productive.await_state(change.seq, State.REJECTED)
    assert "does not list it among what was deleted" in (refused.reason or "")
    assert row.lid not in productive.rows_by_lid("expenses")
    (again,) = productive.undos.undo().rows
    assert again.says.startswith(f"make expense {row.id} anew")
    assert "its id" in again.lost


def test_what_somebody_else_brought_back_meanwhile_is_there(productive: Stage) -> None:
    row = productive.plain_expenses()[0]
    deleted(productive, "expenses", row)
    productive.server_writes("UPDATE expenses SET deleted_at = NULL WHERE id = ?", int(row.id or 0))
    (undo,) = confirmed(productive, productive.undos.undo())
    assert undo.state is State.CLOSED
    assert productive.rows_by_lid("expenses")[row.lid].values == row.values


def test_a_lost_answer_to_bringing_back_is_settled_by_looking(productive: Stage) -> None:
    row = productive.plain_expenses()[0]
    deleted(productive, "expenses", row)
    productive.faults("drop-after,route=PATCH:*/restore,times=1")
    (undo,) = confirmed(productive, productive.undos.undo())
    assert (undo.state, undo.attempts) == (State.CLOSED, 1)
    assert productive.rows_by_lid("expenses")[row.lid].values == row.values


def test_a_taken_back_action_that_goes_outside_is_done_again_only_through_its_review(productive: Stage) -> None:
    productive.hold_for(5.0)
    row = next(row for row in productive.rows("invoices") if row.values["state"] == "open")
    review = productive.acting.review_of(
        "invoices", productive.acting.action("invoices", "send"), {"to": "a@b.example"}, [row], lambda _row: True
    )
    productive.acting.confirm(review).result(TIMEOUT)
    productive.changes.take_back().result(TIMEOUT)
    redo = productive.undos.redo()
    assert redo.moves_money
    (draft,) = [each.draft for each in redo.rows]
    assert draft is not None
    assert (draft.action, draft.args, draft.hold_seconds) == ("send", {"to": "a@b.example"}, 5.0)
