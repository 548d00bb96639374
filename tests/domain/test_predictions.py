"""The fold: what a row looks like with its open changes, and exactly without them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kworkbench.domain.changes import IN_VIEW, Change, Op, Raw, State
from kworkbench.domain.predictions import Folded, Unsure, fold, payment_effect, unsure_of
from kworkbench.domain.records import Value, Values
from kworkbench.lean import replace
from tests.domain.folding import (
    EXPENSE,
    INVOICE,
    a_change,
    a_delete,
    a_payment,
    an_edit,
    folded,
    invoice_with,
    lookup,
)


def test_a_record_nobody_touched_is_what_the_server_said() -> None:
    assert folded("expenses:5", EXPENSE) == Folded(EXPENSE)
    assert fold("expenses:5", None, (), lookup) is None


def test_a_new_payment_is_a_row_with_what_its_invoice_tells() -> None:
    row = folded("new:1", None, a_payment())
    shown = ("invoice", "client", "project", "currency", "amount", "date", "kind", "id")
    assert [row.values[key] for key in shown] == [
        "INV-9",
        "Acme",
        "Harbour",
        "EUR",
        4000,
        "2026-03-04",
        "payment",
        None,
    ]
    assert (row.mark, row.state, row.counted) == ("*", State.QUEUED, True)


@pytest.mark.parametrize(
    ("args", "kind"),
    [
        ({"invoice_id": "9", "amount": -50}, "refund"),
        ({"invoice_id": "9", "amount": 50, "kind": "write-off"}, "write-off"),
        ({"project_id": "4", "amount": 50}, "project"),
    ],
)
def test_a_new_payment_has_the_kind_that_its_arguments_mean(args: dict[str, Value], kind: str) -> None:
    assert folded("new:1", None, a_payment(args=args)).values["kind"] == kind


def test_a_payment_without_a_date_of_its_own_bears_the_day_it_was_recorded() -> None:
    assert folded("new:1", None, a_payment(args={"project_id": "4", "amount": 1})).values["date"] == "2026-03-04"


EFFECTS = [
    ("a part", [a_payment(4000)], (6000, 4000, 0, "part-paid")),
    ("all of it", [a_payment(10000)], (0, 10000, 0, "paid")),
    ("too much", [a_payment(10001)], (-1, 10001, 0, "overpaid")),
    ("a refund", [a_payment(-500)], (10500, -500, 0, "part-paid")),
    (
        "a write-off",
        [a_payment(args={"invoice_id": "9", "amount": 10000, "kind": "write-off"})],
        (0, 0, 10000, "written-off"),
    ),
    (
        "two in a row",
        [a_payment(4000), a_payment(6000, seq=2, lid="new:2", pre={"outstanding": 6000})],
        (0, 10000, 0, "paid"),
    ),
    (
        "Kantata: the amount is the server's",
        [a_payment(args={"invoice_id": "9"}, pre={"amount": 10000})],
        (0, 10000, 0, "paid"),
    ),
    ("what cannot be read", [a_payment(Raw("12,5o"))], (10000, 0, 0, "unpaid")),
]


@pytest.mark.parametrize(("changes", "expected"), [case[1:] for case in EFFECTS], ids=[case[0] for case in EFFECTS])
def test_a_payment_moves_its_invoice(changes: Sequence[Change], expected: tuple[Value, ...]) -> None:
    assert invoice_with(*changes) == expected


def test_deleting_a_payment_gives_the_balance_back() -> None:
    paid: Values = {**INVOICE, "outstanding": 6000, "paid": 4000, "settlement": "part-paid"}
    gone = a_change(Op.DELETE, lid="payments:7", pre={"invoice_id": "9", "amount": 4000, "kind": "payment"})
    assert invoice_with(gone, base=paid) == (10000, 0, 0, "unpaid")
    given_up: Values = {**INVOICE, "outstanding": 6000, "written_off": 4000, "settlement": "part-paid"}
    gone = a_change(Op.DELETE, lid="payments:7", pre={"invoice_id": "9", "amount": 4000, "kind": "write-off"})
    assert invoice_with(gone, base=given_up) == (10000, 0, 0, "unpaid")


def test_editing_a_payment_moves_its_invoice_by_the_difference() -> None:
    paid: Values = {**INVOICE, "outstanding": 6000, "paid": 4000, "settlement": "part-paid"}
    edit = a_change(Op.UPDATE, lid="payments:7", args={"amount": 2500}, pre={"invoice_id": "9", "amount": 4000})
    assert invoice_with(edit, base=paid) == (7500, 2500, 0, "part-paid")


def test_an_edit_that_leaves_the_amount_alone_predicts_nothing_of_the_invoice() -> None:
    edit = a_change(Op.UPDATE, lid="payments:7", args={"note": "x"}, pre={"invoice_id": "9", "amount": 4000})
    assert folded("invoices:9", INVOICE, edit).predicted == frozenset()


def test_what_a_payment_predicts_of_its_invoice_is_named() -> None:
    row = folded("invoices:9", INVOICE, a_payment())
    assert row.predicted == {"outstanding", "paid", "settlement", "status", "late"}
    assert (row.mark, row.counted) == ("~", True)


def test_a_payment_that_the_balance_already_shows_is_not_subtracted_twice() -> None:
    after: Values = {**INVOICE, "outstanding": 6000, "paid": 4000, "settlement": "part-paid"}
    assert invoice_with(a_payment(state=State.CONFIRMED), base=after) == (6000, 4000, 0, "part-paid")
    assert invoice_with(a_payment(state=State.CONFIRMED)) == (6000, 4000, 0, "part-paid")


@pytest.mark.parametrize("state", [State.AMBIGUOUS, State.NEEDS_YOU])
def test_an_unclear_payment_moves_no_balance_and_marks_its_invoice(state: State) -> None:
    for outstanding in (10000, 6000):
        base: Values = {**INVOICE, "outstanding": outstanding}
        row = folded("invoices:9", base, a_payment(state=state))
        assert (row.values, row.mark, row.counted, row.predicted) == (base, "?", True, frozenset())
    assert invoice_with(a_payment(state=state), a_payment(seq=2))[0] == 6000


def test_both_balances_of_an_invoice_are_known() -> None:
    lost, waits = a_payment(state=State.AMBIGUOUS), a_payment(seq=2)
    gone = a_change(Op.DELETE, seq=3, lid="payments:7", pre={"invoice_id": "9", "amount": 500}, state=State.NEEDS_YOU)
    assert unsure_of(6000, (waits,)) is None
    assert unsure_of(6000, (lost, waits)) == Unsure(lost, 2000)
    assert unsure_of(6000, (lost, gone)) == Unsure(gone, 2500)


@pytest.mark.parametrize(("args", "counted"), [({"unit_amount": 90}, False), ({"text": "bus"}, True)])
def test_an_unclear_edit_of_an_amount_is_in_no_sum(args: dict[str, Any], counted: bool) -> None:
    row = folded("expenses:5", EXPENSE, an_edit(args, state=State.AMBIGUOUS))
    assert (row.mark, row.counted) == ("?", counted)
    assert folded("expenses:5", EXPENSE, an_edit(args)).counted


def test_an_unclear_action_shows_what_the_server_last_said() -> None:
    approve = a_change(Op.ACTION, lid="expenses:5", kind="expenses", expects={"approval": "approved"})
    assert folded("expenses:5", EXPENSE, approve).values["approval"] == "approved"
    lost = replace(approve, state=State.AMBIGUOUS)
    assert folded("expenses:5", EXPENSE, lost).values.get("approval") == EXPENSE.get("approval")


@pytest.mark.parametrize("state", [State.QUEUED, State.HELD, State.SENDING])
def test_a_payment_that_cannot_be_at_the_server_is_always_subtracted(state: State) -> None:
    after: Values = {**INVOICE, "outstanding": 6000, "paid": 4000}
    assert invoice_with(a_payment(state=state), base=after)[0] == 2000


def test_a_payment_of_an_invoice_that_is_not_here_leaves_no_row_of_it() -> None:
    assert fold("invoices:9", None, (a_payment(),), lookup) is None


@pytest.mark.parametrize(("amount", "shown"), [(Raw("12,5o"), None), (None, None)])
def test_an_amount_that_cannot_be_read_is_in_no_sum(amount: Raw | None, shown: Value) -> None:
    row = folded("new:1", None, a_payment(amount))
    assert (row.values["amount"], row.counted) == (shown, False)


def test_another_field_that_cannot_be_read_is_shown_as_typed_and_summed() -> None:
    row = folded("new:1", None, a_payment(args={"invoice_id": "9", "amount": 5, "date": Raw("yesterdy")}))
    assert (row.values["date"], row.counted) == ("yesterdy", True)


@pytest.mark.parametrize(
    ("state", "mark", "counted"),
    [
        (State.AMBIGUOUS, "?", False),
        (State.NEEDS_YOU, "?", False),
        (State.REJECTED, "!", False),
        (State.CONFLICTED, "#", False),
    ],
)
def test_a_create_that_may_not_be_there_is_shown_and_not_summed(state: State, mark: str, counted: bool) -> None:
    row = folded("new:1", None, a_payment(state=state))
    assert (row.mark, row.counted, row.values["amount"]) == (mark, counted, 4000)


def test_a_create_that_is_over_leaves_nothing() -> None:
    assert fold("new:1", None, (a_payment(state=State.CANCELLED),), lookup) is None


def test_edits_apply_in_order_and_later_ones_win() -> None:
    first, second = an_edit({"text": "bus", "date": "2026-03-02"}), an_edit({"text": "train"}, seq=2)
    row = folded("expenses:5", EXPENSE, first, second)
    assert (row.values["text"], row.values["date"], row.values["amount"]) == ("train", "2026-03-02", 1200)
    assert row.predicted == {"text", "date"}
    assert row.mark == "~"


def test_a_reference_shows_the_name_it_stands_for() -> None:
    row = folded("expenses:5", EXPENSE, an_edit({"category_id": "2", "person_id": "1"}))
    assert (row.values["category"], row.values["person"]) == ("Meals", "Ada")
    unknown = folded("expenses:5", EXPENSE, an_edit({"category_id": "404"}))
    assert unknown.values["category"] is None


def test_an_expense_of_a_service_takes_over_its_project_and_category() -> None:
    new = a_change(kind="expenses", args={"service_id": "6", "unit_amount": 250, "quantity": "1.5", "currency": "EUR"})
    row = folded("new:1", None, new)
    assert [row.values[key] for key in ("project", "category", "amount", "approval", "invoiced")] == [
        "Harbour",
        "Travel",
        375,
        "none",
        False,
    ]


@pytest.mark.parametrize(
    ("quantity", "unit", "amount"),
    [
        ("2", 333, 666),
        ("1.5", 333, 500),
        ("0.5", 1, 1),
        ("", 70, 70),
        (None, 70, 70),
        ("-2", 70, -140),
        ("x", 70, None),
    ],
)
def test_an_amount_is_quantity_times_unit_cost_rounded_half_up(quantity: Value, unit: int, amount: Value) -> None:
    row = folded("expenses:5", {**EXPENSE, "quantity": "9"}, an_edit({"quantity": quantity, "unit_amount": unit}))
    assert (row.values["amount"], row.counted) == (amount, amount is not None)


def test_a_row_that_waits_for_its_delete_stays_struck_and_out_of_sums_until_the_answer() -> None:
    row = folded("expenses:5", EXPENSE, a_delete())
    assert (row.values, row.mark, row.counted) == (EXPENSE, "-", False)
    unclear = folded("expenses:5", EXPENSE, a_delete(State.AMBIGUOUS))
    assert (unclear.mark, unclear.counted) == ("?", False)
    assert fold("expenses:5", EXPENSE, (a_delete(State.CONFIRMED),), lookup) is None


def test_a_bulk_delete_marks_each_of_its_rows() -> None:
    bulk = a_change(Op.BULK_DELETE, kind="expenses", targets=("expenses:5", "expenses:6"))
    assert folded("expenses:5", EXPENSE, bulk).mark == "-"
    assert folded("expenses:6", EXPENSE, bulk).mark == "-"


def test_the_most_urgent_state_gives_the_mark() -> None:
    states = [State.QUEUED, State.SENDING, State.NEEDS_YOU, State.REJECTED]
    changes = [an_edit({"text": state.value}, state, seq) for seq, state in enumerate(states)]
    assert [folded("expenses:5", EXPENSE, *changes[:count]).state for count in range(1, 5)] == states
    assert [folded("expenses:5", EXPENSE, *changes[:count]).mark for count in range(1, 5)] == ["~", "~", "?", "!"]


@pytest.mark.parametrize("state", sorted(set(State) - IN_VIEW - {State.CLOSED, State.CANCELLED}))
@pytest.mark.parametrize("change", [an_edit, a_delete])
def test_what_the_server_did_not_take_leaves_its_values_and_only_a_mark(change: Any, state: State) -> None:
    made = change({"text": "bus"}, state) if change is an_edit else change(state)
    row = folded("expenses:5", EXPENSE, made)
    assert (row.values, row.counted, row.predicted) == (EXPENSE, True, frozenset())
    assert row.mark in {"!", "#"}


def test_a_confirmed_change_bears_no_mark_and_stays_until_its_answer_is_applied() -> None:
    row = folded("expenses:5", EXPENSE, an_edit({"text": "bus"}, State.CONFIRMED))
    assert (row.values["text"], row.mark, row.state) == ("bus", "", None)


def test_a_created_row_that_the_server_named_keeps_what_the_server_said_of_it() -> None:
    base: Values = {
        "id": "77",
        "invoice_id": "9",
        "amount": 4000,
        "currency": "EUR",
        "note": "theirs",
        "kind": "payment",
    }
    row = folded("payments:77", base, a_payment(state=State.CONFIRMED))
    assert (row.values["id"], row.values["note"], row.mark) == ("77", "theirs", "")


def test_the_effect_of_a_payment_is_none_where_it_cannot_be_known() -> None:
    assert payment_effect(a_payment(Raw("?"))) is None
    assert payment_effect(a_change(Op.DELETE, pre={"invoice_id": "9"})) is None
    assert payment_effect(a_change(Op.UPDATE, args={"amount": 5}, pre={})) is None


STATES = st.sampled_from([state for state in State if state is not State.CONFIRMED])
AMOUNTS = st.integers(-20000, 20000) | st.just(Raw("12,5o"))


@st.composite
def some_changes(draw: st.DrawFn) -> list[Change]:
    """Payments on invoice 9, edits and deletes of expense 5, in any state."""
    changes: list[Change] = []
    for seq in range(1, draw(st.integers(1, 6)) + 1):
        state = draw(STATES)
        which = draw(st.integers(0, 2))
        if which == 0:
            changes.append(a_payment(draw(AMOUNTS), state, seq, lid=f"new:{seq}", pre={}))
        elif which == 1:
            args = draw(
                st.dictionaries(st.sampled_from(["text", "amount", "date"]), AMOUNTS | st.text(max_size=3), max_size=2)
            )
            changes.append(an_edit(args, state, seq))
        else:
            changes.append(a_delete(state, seq))
    return changes


def touching(lid: str, changes: Sequence[Change]) -> list[Change]:
    return [change for change in changes if lid in change.touched]


@given(some_changes(), st.data())
def test_taking_a_change_out_leaves_exactly_the_view_without_it(changes: list[Change], data: st.DataObject) -> None:
    """I6: a change that is over is as if it had never been made, whatever stands before and after it."""
    taken = data.draw(st.sampled_from(changes))
    over = [
        a_change(change.op, State.CANCELLED, change.seq, kind=change.kind, lid=change.lid, args=change.args)
        if change is taken
        else change
        for change in changes
    ]
    without = [change for change in changes if change is not taken]
    for lid, base in (("invoices:9", INVOICE), ("expenses:5", EXPENSE), (taken.lid, None)):
        assert fold(lid, base, touching(lid, over), lookup) == fold(lid, base, touching(lid, without), lookup)


@given(some_changes())
def test_the_base_is_never_changed_and_what_was_not_predicted_is_the_servers(changes: list[Change]) -> None:
    for lid, base in (("invoices:9", INVOICE), ("expenses:5", EXPENSE)):
        before = dict(base)
        found = fold(lid, base, touching(lid, changes), lookup)
        assert base == before
        if found is not None:
            moved = {key for key in before if found.values[key] != before[key]}
            assert moved <= found.predicted


@given(st.lists(st.integers(-5000, 5000).filter(bool), max_size=5), st.integers(0, 9999))
def test_outstanding_falls_by_the_sum_of_all_payments(amounts: list[int], owed: int) -> None:
    changes = [a_payment(amount, seq=seq, lid=f"new:{seq}", pre={}) for seq, amount in enumerate(amounts, start=1)]
    base: Values = {**INVOICE, "outstanding": owed, "total": owed}
    values = folded("invoices:9", base, *changes).values
    assert values["outstanding"] == owed - sum(amounts)
    assert values["paid"] == sum(amounts)
