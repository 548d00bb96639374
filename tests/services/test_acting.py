"""Actions through a review: who is expected to be refused, what belongs together, and the requests they turn into."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import cast

import pytest

from kworkbench.domain.catalog import Resource
from kworkbench.domain.changes import Args, Draft, Idem, Op, State
from kworkbench.domain.query import Query
from kworkbench.services.changes import NotPossible
from kworkbench.services.review import Group, Review
from kworkbench.store.reader import Reader, Row
from tests.sync.stage import TODAY, Stage


def review_of(
    stage: Stage, resource: str, name: str, rows: list[Row], args: Args | None = None, *, seen: bool = True
) -> Review:
    action = stage.acting.action(resource, name)
    return stage.acting.review_of(resource, action, args or {}, rows, lambda _row: seen)


def expenses(stage: Stage, approval: str) -> list[Row]:
    return [row for row in stage.rows("expenses") if row.values["approval"] == approval and not row.values["archived"]]


def invoices(stage: Stage, state: str, settlement: str = "unpaid") -> list[Row]:
    return [
        row
        for row in stage.rows("invoices")
        if (row.values["state"], row.values["settlement"], row.values["kind"]) == (state, settlement, "invoice")
    ]


# Productive.


def test_the_state_of_a_row_says_what_will_become_of_it(still_productive: Stage) -> None:
    waiting, approved = expenses(still_productive, "submitted"), expenses(still_productive, "approved")
    rejected = expenses(still_productive, "rejected")
    rows = [approved[0], rejected[0], waiting[0]]
    review = review_of(still_productive, "expenses", "approve", rows)
    assert [(one.row.lid, one.group, one.going) for one in review.rows] == [
        (waiting[0].lid, Group.WILL_GO, True),
        (approved[0].lid, Group.EXPECTED_REFUSED, False),
        (rejected[0].lid, Group.EXPECTED_REFUSED, False),
    ]
    assert [one.reason for one in review.rows[1:]] == [
        "It is approved already.",
        "Rejected; expected to be refused. Unreject it first.",
    ]
    put_in = review.toggle(rejected[0].lid)
    assert [one.going for one in put_in.rows] == [True, False, True]
    assert review.requests == "1 request."


def test_several_are_approved_with_one_request_and_one_with_its_own(still_productive: Stage) -> None:
    rows = expenses(still_productive, "submitted")[:3]
    (many,) = still_productive.acting.drafts(review_of(still_productive, "expenses", "approve", rows))
    assert (many.op, many.action, many.targets) == (Op.ACTION, "approve", tuple(row.lid for row in rows))
    expected = {"approval": "approved", "approved_on": TODAY.isoformat()}
    assert (many.expects, many.idem, many.hold_seconds) == (expected, Idem.NATURAL, 0.0)
    assert many.befores[rows[0].lid]["approval"] == "submitted"
    (one,) = still_productive.acting.drafts(review_of(still_productive, "expenses", "approve", rows[:1]))
    assert (one.lid, one.targets, one.pre["approval"]) == (rows[0].lid, (), "submitted")


def test_a_rejection_goes_row_by_row_with_its_reason(still_productive: Stage) -> None:
    rows = expenses(still_productive, "submitted")[:2]
    args = {"rejected_reason": "No receipt"}
    drafts = still_productive.acting.drafts(review_of(still_productive, "expenses", "reject", rows, args))
    assert [(draft.lid, draft.args, draft.action) for draft in drafts] == [(row.lid, args, "reject") for row in rows]


def test_what_is_only_a_field_is_an_edit_of_all_of_them_at_once(still_productive: Stage) -> None:
    rows = still_productive.plain_expenses()[:2]
    args = {"reimbursed_on": "2026-03-30"}
    (draft,) = still_productive.acting.drafts(review_of(still_productive, "expenses", "mark-reimbursed", rows, args))
    assert (draft.op, draft.action, draft.args) == (Op.UPDATE, "", {"reimbursable": True, **args})
    assert set(draft.befores) == {row.lid for row in rows}
    assert all({"reimbursable", "reimbursed_on"} <= set(before) for before in draft.befores.values())


def test_an_outward_action_waits_and_is_never_sent_twice(still_productive: Stage) -> None:
    still_productive.hold_for(5.0)
    row = invoices(still_productive, "open")[0]
    review = review_of(still_productive, "invoices", "send", [row])
    assert "never sent a second time" in review.requests
    (change,) = still_productive.acting.confirm(review).result(5)
    assert (change.op, change.action, change.state, change.idem) == (Op.ACTION, "send", State.HELD, Idem.UNMARKED)


def test_the_review_of_a_mail_names_whom_it_goes_to_and_the_payments(still_productive: Stage) -> None:
    paid = next(row for row in invoices(still_productive, "open", "part-paid") if row.id)
    payments = still_productive.reader.payments_of(paid.id or "")
    (row,) = review_of(still_productive, "invoices", "send", [paid]).rows
    assert row.notes[0].startswith("to whom Productive has for the client")
    assert len(row.notes) == 1 + len(payments)
    assert str(payments[0].values["date"]) in "".join(row.notes)
    (named,) = review_of(still_productive, "invoices", "send", [paid], {"to": "a@example.org", "cc": ""}).rows
    assert named.notes[0] == "to a@example.org"


def test_what_is_done_with_one_record_is_not_done_with_two(still_productive: Stage) -> None:
    rows = invoices(still_productive, "open")[:2]
    with pytest.raises(NotPossible, match="one invoice at a time"):
        review_of(still_productive, "invoices", "add-line", rows)
    with pytest.raises(NotPossible, match="no invoice"):
        review_of(still_productive, "invoices", "send", [])
    with pytest.raises(NotPossible, match="Productive has no fly of invoices"):
        still_productive.acting.action("invoices", "fly")


def test_a_closed_period_bars_edits_but_not_decisions(still_productive: Stage) -> None:
    row = expenses(still_productive, "submitted")[0]
    still_productive.hold_for(0.0, closed_until=date.fromisoformat(str(row.values["date"])))
    assert review_of(still_productive, "expenses", "mark-paid", [row], {"paid_on": "2026-03-30"}).rows[0].barred
    assert review_of(still_productive, "expenses", "approve", [row]).going


def test_rows_out_of_view_start_taken_out(still_productive: Stage) -> None:
    row = expenses(still_productive, "submitted")[0]
    (only,) = review_of(still_productive, "expenses", "approve", [row], seen=False).rows
    assert (only.group, only.going) == (Group.NOT_IN_VIEW, False)


def test_a_corrected_gesture_takes_the_place_of_the_refused_one(still_productive: Stage) -> None:
    review = review_of(still_productive, "expenses", "reject", expenses(still_productive, "submitted")[:2])
    drafts = still_productive.acting.drafts(replace(review, replaces=7))
    assert [draft.replaces for draft in drafts] == [7, None]


# Kantata.


class Shelf:
    """A reader over a few rows: the sample books are too small for a report of several expenses."""

    def __init__(self, rows: list[Row]) -> None:
        self._rows = rows

    def rows(self, _resource: Resource, query: Query) -> Shelf:
        wanted = {operand.low for term in query.terms for operand in term.values}
        return Shelf([row for row in self._rows if row.values["report_id"] in wanted])

    def row(self, _resource: Resource, lid: str) -> Row | None:
        return next((row for row in self._rows if row.lid == lid), None)

    def fetch(self, first: int, count: int) -> list[Row]:
        return self._rows[first : first + count]


def on_reports(stage: Stage) -> list[Row]:
    """Two expenses of report 7, then one of report 8, all of them waiting."""
    rows = expenses(stage, "none")[:3]
    return [
        replace(row, values={**row.values, "approval": "submitted", "report_id": report})
        for row, report in zip(rows, ("7", "7", "8"), strict=True)
    ]


def whole(stage: Stage, name: str, rows: list[Row], asked: list[Row], args: Args | None = None) -> Review:
    action = stage.acting.action("expenses", name)
    shelf = cast("Reader", Shelf(rows))
    return stage.acting.review_of("expenses", action, args or {}, asked, lambda _row: True, reader=shelf)


def test_a_report_is_decided_whole_and_the_review_lists_all_of_it(still_kantata: Stage) -> None:
    rows = on_reports(still_kantata)
    review = whole(still_kantata, "approve-report", rows, rows[:1], {"description": "Fine"})
    assert [(one.row.lid, one.group, one.going) for one in review.rows] == [
        (rows[0].lid, Group.WILL_GO, True),
        (rows[1].lid, Group.TOGETHER, True),
    ]
    assert review.requests == "1 request, one for each report."
    (draft,) = still_kantata.acting.drafts(review)
    assert (draft.op, draft.action, draft.args) == (Op.ACTION, "approve-report", {"description": "Fine"})
    assert draft.targets == tuple(row.lid for row in rows[:2])
    assert (draft.pre["report_id"], draft.expects) == ("7", {"approval": "approved"})
    both = still_kantata.acting.drafts(whole(still_kantata, "approve-report", rows, [rows[2], rows[0]]))
    assert sorted(len(one.targets) for one in both) == [1, 2]


def test_rows_of_one_report_are_taken_out_together(still_kantata: Stage) -> None:
    rows = on_reports(still_kantata)
    review = whole(still_kantata, "reject-report", rows, [rows[0], rows[2]])
    out = review.toggle(rows[1].lid)
    assert [one.row.lid for one in out.going] == [rows[2].lid]
    assert len(out.toggle_group(Group.TOGETHER).going) == 3
    assert review.toggle_group(Group.WILL_GO).going == ()


def test_what_is_on_no_report_cannot_be_put_in(still_kantata: Stage) -> None:
    row = expenses(still_kantata, "none")[0]
    (only,) = review_of(still_kantata, "expenses", "approve-report", [row]).rows
    assert (only.barred, only.group) == (True, Group.EXPECTED_REFUSED)
    assert review_of(still_kantata, "expenses", "approve-report", [row]).toggle(row.lid).going == ()


def test_one_report_is_made_for_each_project(still_kantata: Stage) -> None:
    rows = [row for row in expenses(still_kantata, "none") if not row.values["invoiced"]]
    projects = {row.values["project_id"] for row in rows}
    review = review_of(still_kantata, "expenses", "submit-report", rows, {"title": "March", "comment": None})
    drafts = still_kantata.acting.drafts(review)
    assert len(projects) > 1
    assert {draft.pre["project_id"] for draft in drafts} == projects
    assert all(draft.args == {"title": "March"} and draft.targets for draft in drafts)
    assert sum(len(draft.targets) for draft in drafts) == len(rows)


def test_kantata_issues_by_an_edit_and_cancels_by_an_action(still_kantata: Stage) -> None:
    still_kantata.hold_for(5.0)
    (issue,) = still_kantata.acting.drafts(
        review_of(still_kantata, "invoices", "issue", invoices(still_kantata, "draft")[:1])
    )
    assert (issue.op, issue.args, issue.expects, issue.idem) == (
        Op.UPDATE,
        {"draft": False},
        {"state": "open"},
        Idem.UNMARKED,
    )
    row = invoices(still_kantata, "open")[0]
    (cancel,) = still_kantata.acting.drafts(review_of(still_kantata, "invoices", "cancel", [row]))
    assert (cancel.op, cancel.action, cancel.hold_seconds) == (Op.ACTION, "cancel", 5.0)
    (shown,) = still_kantata.acting.confirm(review_of(still_kantata, "invoices", "cancel", [row])).result(5)
    after = still_kantata.row(row.lid)
    assert after is not None
    assert (after.values["state"], after.values["outstanding"], after.mark) == ("cancelled", 0, "~")
    assert {"state", "outstanding"} <= after.predicted
    assert shown.state is State.HELD


def test_a_review_of_something_else_is_no_action(still: Stage) -> None:
    review = still.deletes.review("expenses", [still.plain_expenses()[0].lid], lambda _lid: True)
    with pytest.raises(NotPossible):
        still.acting.drafts(review)
    assert isinstance(still.deletes.drafts(review)[0], Draft)
