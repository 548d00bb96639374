"""Deleting through a review: groups, closed periods, and the requests a review turns into."""

from __future__ import annotations

from datetime import date

import pytest

from kworkbench.domain.changes import Op, State
from kworkbench.services.changes import NotPossible
from kworkbench.services.review import Group, Review
from kworkbench.store.reader import Row
from tests.sync.stage import Stage


def review_of(stage: Stage, *rows: Row, seen: bool = True) -> Review:
    return stage.deletes.review("expenses", [row.lid for row in rows], lambda _lid: seen)


def test_rows_stand_in_the_group_that_says_what_will_become_of_them(still: Stage) -> None:
    plain, hidden = still.plain_expenses()[:2]
    invoiced = next(row for row in still.rows("expenses") if row.values["invoiced"])
    lids = [invoiced.lid, hidden.lid, plain.lid]
    review = still.deletes.review("expenses", lids, lambda lid: lid != hidden.lid, "status:open")
    assert [(row.row.lid, row.group, row.going) for row in review.rows] == [
        (plain.lid, Group.WILL_GO, True),
        (invoiced.lid, Group.EXPECTED_REFUSED, False),
        (hidden.lid, Group.NOT_IN_VIEW, False),
    ]
    assert "expected to refuse" in review.in_group(Group.EXPECTED_REFUSED)[0].reason
    assert review.hidden_by == "status:open"


def test_reports_lock_expenses_where_the_provider_has_them(still_kantata: Stage) -> None:
    rows = [row for row in still_kantata.rows("expenses") if row.values["approval"] in ("approved", "submitted")]
    review = review_of(still_kantata, *rows)
    assert {row.group for row in review.rows} == {Group.EXPECTED_REFUSED}


def test_a_closed_period_bars_its_rows(still: Stage) -> None:
    rows = sorted(still.plain_expenses(), key=lambda row: str(row.values["date"]))
    old, new = rows[0], rows[-1]
    still.hold_for(0.0, closed_until=date.fromisoformat(str(old.values["date"])))
    review = review_of(still, old, new).toggle(old.lid).toggle_group(Group.EXPECTED_REFUSED)
    assert [(row.row.lid, row.going, row.barred) for row in review.rows] == [
        (new.lid, True, False),
        (old.lid, False, True),
    ]
    assert review.rows[1].reason == f"closed until {old.values['date']}"
    assert [draft.lid for draft in still.deletes.drafts(review)] == [new.lid]


def test_one_row_is_a_delete_of_its_own_that_knows_what_it_deletes(still: Stage) -> None:
    row = still.plain_expenses()[0]
    (draft,) = still.deletes.drafts(review_of(still, row))
    assert (draft.op, draft.lid, draft.targets) == (Op.DELETE, row.lid, ())
    assert draft.pre["amount"] == row.values["amount"]


def test_several_rows_are_one_request_of_one_gesture(still: Stage) -> None:
    still.hold_for(5.0)
    rows = still.plain_expenses()[:3]
    made = still.deletes.confirm(review_of(still, *rows)).result(5)
    assert [(change.op, change.targets, change.state) for change in made] == [
        (Op.BULK_DELETE, tuple(row.lid for row in rows), State.HELD)
    ]
    shown = [still.row(row.lid) for row in rows]
    assert [row.mark for row in shown if row is not None] == ["-", "-", "-"]


def test_payments_go_one_by_one_and_give_their_invoice_its_balance_back(still: Stage) -> None:
    rows = [row for row in still.rows("payments") if row.values["invoice_id"]][:2]
    review = still.deletes.review("payments", [row.lid for row in rows], lambda _lid: True)
    drafts = still.deletes.drafts(review)
    assert [draft.op for draft in drafts] == [Op.DELETE, Op.DELETE]
    assert [draft.pre["invoice_id"] for draft in drafts] == [row.values["invoice_id"] for row in rows]


def test_more_than_a_hundred_rows_are_several_requests(still: Stage) -> None:
    row = still.plain_expenses()[0]
    going = review_of(still, row).rows[0]
    many = [
        Row(f"expenses:{number}", str(number), row.values, None, "", frozenset(), counted=True) for number in range(201)
    ]
    review = Review(review_of(still, row).catalog, tuple(type(going)(one, Group.WILL_GO, going=True) for one in many))
    drafts = still.deletes.drafts(review)
    assert [(draft.op, len(draft.targets)) for draft in drafts] == [
        (Op.BULK_DELETE, 100),
        (Op.BULK_DELETE, 100),
        (Op.DELETE, 0),
    ]
    assert drafts[2].lid == "expenses:200"
    assert len({draft.lid for draft in drafts}) == 3


def test_a_row_that_was_never_sent_is_dropped_beside_the_request_for_the_others(stage: Stage) -> None:
    stage.wire.cut = True
    state = stage.forms.new("expenses", copy_of=stage.plain_expenses()[0].lid)
    made = stage.forms.save(state, {**state.texts, "text": "Never sent"}).result(5)
    stage.until(lambda: stage.change(made.seq).reason == "offline")
    row = stage.row(made.lid)
    assert row is not None
    others = [one for one in stage.plain_expenses() if one.id][:2]
    drafts = stage.deletes.drafts(review_of(stage, *others, row))
    assert [draft.op for draft in drafts] == [Op.BULK_DELETE, Op.DELETE]
    assert (len(drafts[0].targets), drafts[1].lid) == (2, made.lid)


def test_only_draft_invoices_are_expected_to_go(still: Stage) -> None:
    rows = still.rows("invoices")
    review = still.deletes.review("invoices", [row.lid for row in rows], lambda _lid: True)
    going = {row.row.lid for row in review.going}
    assert going == {row.lid for row in rows if row.values["state"] == "draft"} != set()
    assert [draft.op for draft in still.deletes.drafts(review)] == [Op.DELETE] * len(going)


def test_what_cannot_be_deleted_is_said(still: Stage) -> None:
    with pytest.raises(NotPossible, match="no expense to delete"):
        still.deletes.review("expenses", ["expenses:404"], lambda _lid: True)
