"""Taking a change back at the server: what is asked of it then, and where there is no way back."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from kworkbench.domain.changes import Change, Draft, Idem, Op, Raw, State
from kworkbench.domain.inverse import Means, NoInverseError, inverse, recorded_again
from tests.sync.making import ACCOUNT, MARKER, a_bulk, a_change, an_edit

ROWS = ("expenses:1", "expenses:2")


def means(**more: Any) -> Means:
    numbers = count(1)
    values: dict[str, Any] = {
        "remote_id": lambda lid: {"new:1": "88", "new:2": "89"}.get(lid) or (lid.partition(":")[2] or None),
        "new_lid": lambda: f"new:made{next(numbers)}",
        "new_marker": lambda: "kw:NEWNEWNEW2",
        "form": {"expenses": ("text", "amount"), "payments": ("invoice_id", "amount")},
        "actions": {"approve": "unapprove"},
    }
    return Means(**(values | more))


def done(change: Change) -> Change:
    return replace(change, state=State.CLOSED)


def test_a_payment_that_was_made_is_deleted() -> None:
    (draft,) = inverse(done(a_change(lid="new:1")), means())
    assert (draft.op, draft.lid, draft.undoes) == (Op.DELETE, "payments:88", 1)
    assert draft.pre == {"invoice_id": "9", "amount": 10000, "currency": "EUR", "outstanding": 10000}


def test_an_edit_gets_its_values_back_and_knows_what_it_had_set() -> None:
    (draft,) = inverse(done(an_edit(args={"text": "b", "amount": Raw("1x")}, pre={"text": "a", "amount": 5})), means())
    assert (draft.op, draft.args, draft.pre) == (Op.UPDATE, {"text": "a", "amount": 5}, {"text": "b"})


@pytest.mark.parametrize(("texts", "requests"), [(("a", "a"), 1), (("a", "x"), 2)])
def test_a_bulk_edit_goes_back_in_one_request_where_all_rows_were_the_same(
    texts: tuple[str, str], requests: int
) -> None:
    befores = {lid: {"text": text} for lid, text in zip(ROWS, texts, strict=True)}
    drafts = inverse(done(an_edit(lid="new:7", targets=ROWS, pre={}, befores=befores)), means())
    assert len(drafts) == requests
    assert {draft.undoes for draft in drafts} == {1}
    asked = {lid: draft.args["text"] for draft in drafts for lid in (draft.targets or (draft.lid,))}
    assert asked == dict(zip(ROWS, texts, strict=True))


def test_deleted_records_are_made_anew_from_what_is_known_of_them() -> None:
    befores = {lid: {"text": lid, "amount": 5, "currency": "EUR", "report": "7"} for lid in ROWS}
    drafts = inverse(done(a_bulk(targets=ROWS, befores=befores)), means())
    assert [draft.args for draft in drafts] == [{"text": lid, "amount": 5} for lid in ROWS]
    assert {draft.lid for draft in drafts} == {"new:made1", "new:made2"}
    assert {draft.idem for draft in drafts} == {Idem.UNMARKED}


def test_a_payment_that_is_made_anew_bears_a_marker_of_its_own() -> None:
    gone = a_change(op=Op.DELETE, lid="payments:70", args={}, pre={"invoice_id": "9", "amount": 300})
    (draft,) = inverse(done(gone), means())
    assert (draft.idem, draft.marker) == (Idem.MARKED, "kw:NEWNEWNEW2")
    assert draft.marker != MARKER


def test_an_action_is_undone_by_its_opposite() -> None:
    approve = an_edit(op=Op.ACTION, action="approve", pre={"approval": "none"}, expects={"approval": "approved"})
    (draft,) = inverse(done(approve), means())
    assert (draft.op, draft.action, draft.expects) == (Op.ACTION, "unapprove", {"approval": "none"})
    assert draft.pre == {"approval": "approved"}


@pytest.mark.parametrize(
    ("change", "more", "sentence"),
    [
        (an_edit(), {}, "has not reached the server"),
        (done(a_change(again="payments:70")), {}, "edited once more"),
        (done(a_change(lid="new:none")), {"remote_id": lambda _lid: None}, "which record it is"),
        (done(a_change()), {"deletes": {"payments": "No deletes here."}}, "No deletes here"),
        (done(an_edit()), {"updates": {"expenses": "No edits here."}}, "No edits here"),
        (done(a_bulk()), {"creates": {"expenses": "Nothing new here."}}, "Nothing new here"),
        (done(a_bulk()), {}, "not known here any more"),
        (done(an_edit(op=Op.ACTION, action="send")), {}, "Send cannot be taken back"),
        (done(an_edit(op=Op.ACTION, action="approve", idem=Idem.UNMARKED)), {}, "cannot be taken back"),
    ],
)
def test_what_has_no_way_back_says_why(change: Change, more: dict[str, Any], sentence: str) -> None:
    with pytest.raises(NoInverseError, match=sentence):
        inverse(change, means(**more))


def test_a_payment_recorded_again_is_two_drafts_of_which_the_second_needs_the_first() -> None:
    delete = Draft(ACCOUNT, Op.DELETE, "payments", "payments:70", hold_seconds=5.0)
    first, second = recorded_again(delete, Draft(ACCOUNT, Op.CREATE, "payments", "new:1"))
    assert first == delete
    assert (second.after, second.again, second.hold_seconds) == ((0,), "payments:70", 5.0)
