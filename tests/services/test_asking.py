"""Forms before a review: what an action takes, one edit for several records, and both again after a refusal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kworkbench.domain.changes import FieldError, Raw, Refusal, State
from kworkbench.services.acting import EDIT
from kworkbench.services.changes import NotPossible
from tests.sync.stage import TODAY, Stage


def test_an_action_asks_for_what_its_table_names(still_productive: Stage) -> None:
    rows = still_productive.plain_expenses()[:3]
    action = still_productive.acting.action("expenses", "mark-paid")
    state = still_productive.asking.ask("expenses", action, rows)
    assert (state.title, state.texts) == ("Mark 3 expenses as paid", {"paid_on": TODAY.isoformat()})
    args, told = still_productive.asking.args(state, {"paid_on": "2026-03-28"})
    assert (args, told) == ({"paid_on": "2026-03-28"}, (("paid on", "2026-03-28"),))
    assert still_productive.asking.args(state, {"paid_on": "32.13."})[0] == {"paid_on": Raw("32.13.")}


def test_what_is_left_empty_is_not_asked_for(still_productive: Stage) -> None:
    invoice = next(row for row in still_productive.rows("invoices") if row.values["state"] == "open")
    action = still_productive.acting.action("invoices", "send")
    state = still_productive.asking.ask("invoices", action, [invoice])
    assert [field.key for field in state.fields] == ["to", "cc", "bcc", "subject", "body"]
    assert still_productive.asking.args(state, {**state.texts, "to": "a@example.org"})[0] == {"to": "a@example.org"}
    several = still_productive.asking.ask("invoices", action, [invoice, invoice])
    assert several.fields == ()


def test_amounts_are_in_the_currency_of_the_row(still_productive: Stage) -> None:
    invoice = next(row for row in still_productive.rows("invoices") if row.values["currency"] == "JPY")
    state = still_productive.asking.ask("invoices", still_productive.acting.action("invoices", "add-line"), [invoice])
    args, _ = still_productive.asking.args(state, {**state.texts, "line_price": "180,000"})
    assert (state.currency, args["line_price"]) == ("JPY", 180_000)


def test_several_records_show_what_they_share_and_count_the_rest(still: Stage) -> None:
    rows = still.plain_expenses()[:6]
    state = still.asking.edit("expenses", rows)
    texts = {row.values["text"] for row in rows}
    assert state.title == "Edit 6 expenses"
    assert len(texts) > 1
    assert (state.texts["text"], state.differing["text"]) == ("", len(texts))
    same = [row for row in still.plain_expenses() if row.values["text"] == rows[0].values["text"]][:1]
    alone = still.asking.edit("expenses", [*same, *same])
    assert (alone.texts["text"], dict(alone.differing)) == (rows[0].values["text"], {})


def test_only_what_was_typed_is_changed(still: Stage) -> None:
    rows = still.plain_expenses()[:6]
    state = still.asking.edit("expenses", rows)
    with pytest.raises(NotPossible, match="Nothing differs"):
        still.asking.args(state, state.texts)
    args, told = still.asking.args(state, {**state.texts, "text": "Same for all"})
    assert (args, told) == ({"text": "Same for all"}, (("text", "Same for all"),))
    drafts = still.acting.drafts(still.acting.review_of("expenses", EDIT, args, rows, lambda _row: True))
    assert [draft.args for draft in drafts] == [args] * len(drafts)
    assert len(drafts) == (1 if still.provider == "productive" else 6)
    assert still.forms.read(state, next(one for one in state.fields if one.key == "text"), "").message is None


def test_amounts_of_several_currencies_are_not_edited_together(still_productive: Stage) -> None:
    rows = still_productive.plain_expenses()
    other = next(row for row in rows if row.values["currency"] != rows[0].values["currency"])
    keys = {field.key for field in still_productive.asking.edit("expenses", [rows[0], other]).fields}
    assert "unit_amount" not in keys
    assert "unit_amount" in {field.key for field in still_productive.asking.edit("expenses", rows[:1] * 2).fields}


def test_what_cannot_be_edited_is_said(still_kantata: Stage) -> None:
    with pytest.raises(NotPossible, match="cannot change a payment"):
        still_kantata.asking.edit("payments", still_kantata.rows("payments")[:2])
    with pytest.raises(NotPossible, match="no expense to edit"):
        still_kantata.asking.edit("expenses", [])


def test_a_refused_action_comes_back_with_what_was_typed(still_productive: Stage) -> None:
    rows = still_productive.plain_expenses()[:1]
    action = still_productive.acting.action("expenses", "reject")
    args = {"rejected_reason": "No receipt"}
    review = still_productive.acting.review_of("expenses", action, args, rows, lambda _row: True)
    (change,) = still_productive.acting.confirm(review).result(5)
    error = Refusal(422, (FieldError("why", "is too short"),))
    refused = replace(change, state=State.REJECTED, error=error, closed_at=change.created_at)
    state = still_productive.asking.reopen(refused)
    assert (state.texts, state.errors) == ({"rejected_reason": "No receipt"}, error.errors)
    assert (state.rows[0].lid, state.change, state.refused_at is None) == (rows[0].lid, refused, False)
    assert still_productive.asking.args(state, state.texts)[0] == args
    with pytest.raises(NotPossible, match="sending"):
        still_productive.asking.reopen(replace(refused, state=State.SENDING))


def test_a_refused_edit_of_several_comes_back_whole(still_productive: Stage) -> None:
    rows = still_productive.plain_expenses()[:2]
    review = still_productive.acting.review_of("expenses", EDIT, {"text": "Both"}, rows, lambda _row: True)
    (change,) = still_productive.acting.confirm(review).result(5)
    state = still_productive.asking.reopen(replace(change, state=State.REJECTED))
    assert (state.texts["text"], len(state.rows)) == ("Both", 2)
    assert still_productive.asking.args(state, state.texts)[0] == {"text": "Both"}
