"""What a change is about: its records, its lane, and what it wants of each of them."""

from __future__ import annotations

from typing import Any

import pytest

from kworkbench.domain.changes import Change, Draft, Op, lane_of
from kworkbench.domain.predictions import fold
from kworkbench.lean import replace
from tests.sync.making import MARKER, a_bulk, a_change, an_edit

ROWS = ("expenses:1", "expenses:2")


@pytest.mark.parametrize("op", [Op.UPDATE, Op.ACTION, Op.DELETE, Op.CREATE])
def test_a_request_with_targets_is_about_all_of_them_and_not_about_itself(op: Op) -> None:
    change = an_edit(op=op, lid="new:1", targets=ROWS, action="approve")
    assert (change.is_bulk, change.records, change.touched) == (True, ROWS, ROWS)
    alone = an_edit(op=op)
    assert (alone.is_bulk, alone.records, alone.touched) == (False, ("expenses:5",), ("expenses:5",))


def test_a_payment_touches_its_invoice_too() -> None:
    assert a_change().touched == ("new:1", "invoices:9")


def test_actions_on_an_invoice_stand_in_the_lane_of_its_payments() -> None:
    action = Draft("a", Op.ACTION, "invoices", "invoices:9", action="finalize")
    payment = Draft("a", Op.CREATE, "payments", "new:1", args={"invoice_id": "9"})
    assert lane_of(action) == lane_of(payment) == "invoice:invoices:9"


def bulk_edit(**more: Any) -> Change:
    befores = {"expenses:1": {"text": "one"}, "expenses:2": {"text": "two"}}
    return an_edit(lid="new:1", targets=ROWS, pre={}, befores=befores, **more)


def test_each_row_of_a_bulk_edit_has_what_it_was_before() -> None:
    change = bulk_edit()
    assert [change.before(lid) for lid in ROWS] == [{"text": "one"}, {"text": "two"}]
    assert change.wanted("expenses:2") == {"text": "b"}


def test_each_row_of_a_bulk_create_wants_its_own_values_beside_the_shared_ones() -> None:
    rows = {"new:2": {"amount": 200}, "new:3": {"amount": 300, "text": "own"}}
    change = a_bulk(op=Op.CREATE, lid="new:1", targets=tuple(rows), args={"text": "shared"}, each=rows)
    assert [change.wanted(lid) for lid in rows] == [{"text": "shared", "amount": 200}, {"text": "own", "amount": 300}]
    shown = [fold(lid, None, (change,), lambda _kind, _id: None) for lid in rows]
    assert [row.values["amount"] for row in shown if row] == [200, 300]


def test_what_all_rows_want_alike_is_shared_whoever_says_it() -> None:
    rows = {"new:2": {"amount": 200, "project_id": "4", "text": "a"}, "new:3": {"amount": 300, "project_id": "4"}}
    change = a_bulk(op=Op.CREATE, lid="new:1", targets=tuple(rows), args={"text": "a", "date": "2026-03-04"}, each=rows)
    assert change.shared == {"project_id": "4", "text": "a", "date": "2026-03-04"}
    assert a_change().shared == a_change().args


def test_each_row_of_a_marked_create_keeps_its_own_marker_when_others_have_left() -> None:
    each: dict[str, Any] = {"new:2": {}, "new:3": {}, "new:4": {}}
    change = a_bulk(op=Op.CREATE, targets=("new:2", "new:3", "new:4"), each=each, marker=MARKER)
    assert list(change.markers) == list(each)
    assert replace(change, targets=("new:4",)).markers == change.markers
    assert len({MARKER, *change.markers.values()}) == 4
    assert a_change().markers == {"new:1": MARKER}
    assert an_edit(marker=MARKER).markers == a_bulk(op=Op.CREATE, each=each).markers == {}


def test_a_bulk_edit_shows_on_each_of_its_rows() -> None:
    shown = [fold(lid, {"text": "a", "amount": 5}, (bulk_edit(),), lambda _kind, _id: None) for lid in ROWS]
    assert [row.values["text"] for row in shown if row] == ["b", "b"]
    assert [row.mark for row in shown if row] == ["~", "~"]


def test_an_action_shows_what_the_server_is_expected_to_do_and_none_of_its_arguments() -> None:
    action = an_edit(op=Op.ACTION, action="reject", args={"reason": "double"}, expects={"approval": "rejected"})
    shown = fold("expenses:5", {"approval": "submitted", "amount": 5}, (action,), lambda _kind, _id: None)
    assert shown is not None
    assert shown.values == {"approval": "rejected", "amount": 5}
    assert set(shown.predicted) == {"approval"}
