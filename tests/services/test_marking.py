"""One place decides what a new record is known again by; forms, undo and redo ask it."""

from __future__ import annotations

import pytest

from kworkbench.domain.changes import Args, Change, Idem, Op, Raw
from kworkbench.domain.connections import SANDBOXES
from kworkbench.domain.marker import split_marker
from kworkbench.services.ground import Ground
from kworkbench.services.marking import MARKER_SHOWN, marker_shown, marking_of
from kworkbench.store.reader import Row
from tests.sync.stage import Stage


def ground_of(stage: Stage, **connection: bool) -> Ground:
    stage.hold_for(0.0, **connection)
    return stage.forms._ground


def a_copy(stage: Stage, row: Row, **texts: str) -> Change:
    state = stage.forms.new("expenses", copy_of=row.lid)
    return stage.forms.save(state, {**state.texts, **texts}).result(5)


@pytest.mark.parametrize(
    ("connection", "kind", "marked"),
    [
        ({}, "payments", True),
        ({"marker": False, "expense_marker": True}, "payments", False),
        ({}, "expenses", False),
        ({"expense_marker": True, "marker": False}, "expenses", True),
        ({"expense_marker": True}, "invoices", False),
    ],
)
def test_who_bears_a_marker(still: Stage, connection: dict[str, bool], kind: str, marked: bool) -> None:
    ground = ground_of(still, **connection)
    found = marking_of(ground, kind, {"text": "Taxi"})
    assert found.idem is (Idem.MARKED if marked else Idem.UNMARKED)
    assert split_marker(found.marker or "") == ("", found.marker if marked else None)
    assert marker_shown(ground, kind) == (MARKER_SHOWN if marked else None)


@pytest.mark.parametrize(
    ("args", "bears"),
    [({"text": "Taxi"}, True), ({"text": Raw("Taxi")}, True), ({"text": " "}, False), ({"text": Raw("")}, False)],
)
def test_a_required_text_that_is_empty_is_left_to_the_server(still: Stage, args: Args, bears: bool) -> None:
    found = marking_of(ground_of(still, expense_marker=True), "expenses", args)
    assert (found.marker is not None) == (bears or still.provider == "kantata")


def test_a_form_marks_an_expense_only_where_it_was_turned_on(still: Stage) -> None:
    row = still.plain_expenses()[0]
    plain = a_copy(still, row, text="Plain")
    assert (plain.idem, plain.marker) == (Idem.UNMARKED, None)
    ground_of(still, expense_marker=True)
    marked = a_copy(still, row, text="Marked")
    assert (marked.idem, marked.args["text"]) == (Idem.MARKED, "Marked")
    assert marked.marker is not None
    shown = still.row(marked.lid)
    assert shown is not None
    assert shown.values["text"] == "Marked"
    state = still.forms.edit("expenses", marked.lid)
    edited = still.forms.save(state, {**state.texts, "text": "Edited"}).result(5)
    assert (edited.op, edited.idem, edited.marker) == (Op.UPDATE, Idem.NATURAL, None)


def test_what_was_taken_back_is_marked_anew_as_the_connection_now_says(still: Stage) -> None:
    ground_of(still, expense_marker=True)
    made = a_copy(still, still.plain_expenses()[0], text="Once")
    still.changes.withdraw((made,)).result(5)
    again = still.undos.redo().rows[0].draft
    assert again is not None
    assert again.idem is Idem.MARKED
    assert again.marker not in (None, made.marker)
    ground_of(still)
    plain = still.undos.redo().rows[0].draft
    assert plain is not None
    assert (plain.idem, plain.marker) == (Idem.UNMARKED, None)


def test_an_expense_that_is_made_anew_is_marked_where_it_was_turned_on(stage: Stage) -> None:
    row = stage.plain_expenses()[0]
    (gone,) = stage.delete("expenses", row)
    stage.await_settled()
    ground = ground_of(stage, expense_marker=True)
    draft = stage.undos._inverses._again(stage.change(gone.seq), row.lid, "key").draft
    assert draft is not None
    assert (draft.op, draft.idem) == (Op.CREATE, Idem.MARKED)
    assert draft.marker is not None
    assert ground.connection.account == SANDBOXES[0 if stage.provider == "productive" else 1].account
