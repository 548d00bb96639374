"""Forms: opened for a new record, a copy, an edit or a refusal; saved as exactly what differs."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from kworkbench.domain.catalog import FormField
from kworkbench.domain.changes import Change, Op, Raw, State
from kworkbench.domain.records import remote_id_of
from kworkbench.domain.resources import EXPENSES
from kworkbench.services.changes import NotPossible
from kworkbench.services.form_state import FormState
from kworkbench.store.failing import SaveError
from kworkbench.store.reader import Row
from tests.sync.stage import TODAY, Stage


def saved(stage: Stage, state: FormState, **texts: str) -> Change:
    return stage.forms.save(state, {**state.texts, **texts}).result(5)


def a_row(stage: Stage) -> Row:
    return next(row for row in stage.plain_expenses() if row.values["text"])


def test_a_new_form_has_the_providers_fields_and_defaults(still: Stage) -> None:
    state = still.forms.new("expenses")
    assert [field.key for field in state.fields] == [field.key for field in state.resource.form if field.on_create]
    assert state.texts["date"] == "2026-03-31"
    assert (state.title, state.lid, state.change, state.errors) == ("New expense", None, None, ())


def test_a_copy_begins_with_everything_but_its_identity(still: Stage) -> None:
    row = a_row(still)
    state = still.forms.new("expenses", copy_of=row.lid)
    assert state.texts["text"] == row.values["text"]
    reference = "service_id" if still.provider == "productive" else "project_id"
    assert state.texts[reference] == row.values[reference]
    assert state.names[reference]
    change = saved(still, state, text="A copy")
    assert (change.op, change.lid[:4]) == (Op.CREATE, "new:")
    assert change.args["text"] == "A copy"
    assert "id" not in change.args


def test_a_new_payment_form_is_filled_from_its_invoice(still: Stage) -> None:
    invoice = still.unpaid_invoices()[0]
    state = still.forms.new("payments", invoice_lid=invoice.lid)
    assert state.texts["invoice_id"] == invoice.id
    assert state.names["invoice_id"] == invoice.values["number"]
    assert state.currency == invoice.values["currency"]
    change = saved(still, state)
    assert change.marker is not None
    assert change.pre["outstanding"] == invoice.values["outstanding"]
    row = still.row(change.lid)
    assert row is not None
    assert (row.values["invoice"], row.values["amount"]) == (invoice.values["number"], invoice.values["outstanding"])


def test_an_edit_carries_only_what_differs_and_what_stood_there(still: Stage) -> None:
    row = a_row(still)
    state = still.forms.edit("expenses", row.lid)
    change = saved(still, state, text="Other words")
    assert dict(change.args) == {"text": "Other words"}
    assert change.pre["text"] == row.values["text"]
    assert (change.op, change.lid) == (Op.UPDATE, row.lid)


def test_an_edit_that_changes_nothing_is_not_saved(still: Stage) -> None:
    state = still.forms.edit("expenses", a_row(still).lid)
    with pytest.raises(SaveError, match="no field differs"):
        saved(still, state)
    assert still.home.desk.journal() == ()


def test_an_emptied_field_is_asked_to_be_empty(still: Stage) -> None:
    row = next(row for row in still.plain_expenses() if row.values["person_id"])
    state = still.forms.edit("expenses", row.lid)
    assert dict(saved(still, state, person_id="").args) == {"person_id": None}


def test_what_cannot_be_read_is_kept_as_typed_and_summed_nowhere(still: Stage) -> None:
    row = a_row(still)
    field = "unit_amount" if still.provider == "productive" else "amount"
    state = still.forms.edit("expenses", row.lid)
    change = saved(still, state, **{field: "12,5o", "date": "31.02.x"})
    assert dict(change.args) == {field: Raw("12,5o"), "date": Raw("31.02.x")}
    shown = still.row(row.lid)
    assert shown is not None
    assert (shown.values["amount"], shown.values["date"], shown.counted) == (None, "31.02.x", False)


def test_an_edit_of_a_record_that_went_meanwhile_keeps_the_form_open(stage: Stage) -> None:
    row = a_row(stage)
    state = stage.forms.edit("expenses", row.lid)
    stage.server_writes("UPDATE expenses SET deleted_at = '2026-03-31T09:00:00Z' WHERE id = ?", str(row.id))
    assert stage.sync("expenses") == ""
    with pytest.raises(SaveError, match="no longer here"):
        saved(stage, state, text="Too late")


def refused(stage: Stage, texts: Mapping[str, str]) -> Change:
    """A payment form sent with mistakes, and the server's answer to it."""
    state = stage.forms.new("payments")
    change = stage.forms.save(state, {**state.texts, **texts}).result(5)
    stage.time.advance(60)
    return stage.await_state(change.seq, State.REJECTED)


def test_a_refused_form_comes_back_with_what_was_typed_and_every_message(stage: Stage) -> None:
    typed = {"amount": "", "note": "wire 7781"}
    if stage.provider == "productive":
        typed |= {"invoice_id": stage.unpaid_invoices()[0].id or "", "date": "31.02.x"}
    change = refused(stage, typed)
    state = stage.forms.reopen(change.seq)
    assert {key: state.texts[key] for key in typed} == typed
    assert change.error is not None
    assert state.errors == change.error.errors
    named = {error.field for error in state.errors}
    assert {"amount", "date"} <= named if stage.provider == "productive" else "project" in named
    assert (state.change, state.lid, state.refused_at is not None) == (change, change.lid, True)
    row = stage.row(change.lid)
    assert row is None or not row.counted


def test_a_corrected_form_replaces_the_refused_change_under_the_same_name(stage: Stage) -> None:
    invoice = stage.unpaid_invoices()[0]
    typed = {"amount": "12,5o", "invoice_id": invoice.id or ""}
    change = refused(stage, typed if stage.provider == "productive" else {**typed, "project_id": ""})
    state = stage.forms.reopen(change.seq)
    project = {"project_id": str(invoice.values["project_id"])} if stage.provider == "kantata" else {}
    again = saved(stage, state, amount="1", **project)
    assert (again.lid, again.marker is not None) == (change.lid, True)
    stage.settle()
    assert stage.change(change.seq).state is State.CANCELLED
    assert stage.change(again.seq).state is State.CLOSED
    assert stage.payments_at_server(invoice.lid) == 1


def test_correcting_a_waiting_edit_loses_no_field_of_it(stage: Stage) -> None:
    row = a_row(stage)
    stage.wire.cut = True
    first = stage.edit(row, text="First")
    stage.until(lambda: stage.change(first.seq).reason == "offline")
    state = stage.forms.reopen(first.seq)
    assert state.texts["text"] == "First"
    second = saved(stage, state, date="2026-03-01")
    assert dict(second.args) == {"text": "First", "date": "2026-03-01"}
    assert second.pre["text"] == row.values["text"]
    stage.wire.cut = False
    stage.settle()
    found = stage.row(row.lid)
    assert found is not None
    assert (found.values["text"], found.values["date"]) == ("First", "2026-03-01")


def test_a_form_opens_only_for_what_can_still_be_corrected(still: Stage) -> None:
    deleted = still.delete("expenses", a_row(still))[0]
    with pytest.raises(NotPossible, match="has no form"):
        still.forms.reopen(deleted.seq)
    with pytest.raises(NotPossible, match="has no form"):
        still.forms.reopen(404)


def test_no_form_opens_for_what_is_on_its_way(stage: Stage) -> None:
    stage.wire.hold("PUT", "PATCH")
    change = stage.edit(a_row(stage), text="On its way")
    stage.await_state(change.seq, State.SENDING)
    with pytest.raises(NotPossible, match="sending"):
        stage.forms.reopen(change.seq)


def test_what_a_provider_does_not_offer_is_said_instead(still_kantata: Stage) -> None:
    payment = still_kantata.rows("payments")[0]
    with pytest.raises(NotPossible, match="cannot change a payment"):
        still_kantata.forms.edit("payments", payment.lid)


def test_amounts_are_read_in_the_currency_of_what_was_picked(still: Stage) -> None:
    invoice = next(row for row in still.rows("invoices") if row.values["currency"] not in ("EUR", None))
    state = still.forms.new("payments")
    assert still.forms.currency_of(state, {"invoice_id": invoice.id or ""}) == invoice.values["currency"]
    assert still.forms.currency_of(state, {"currency": " chf "}) == "CHF"
    assert still.forms.currency_of(state, {}) == ""


def test_pickers_offer_names_and_only_where_there_is_something_to_pick(still: Stage) -> None:
    state = still.forms.new("expenses")
    picker = next(field for field in state.fields if field.picker == "people")
    plain = next(field for field in state.fields if field.picker is None)
    names = [choice.name for choice in still.forms.choices(picker, "")]
    assert names
    assert still.forms.choices(picker, names[0])[0].name == names[0]
    assert still.forms.choices(plain, "") == ()


def test_a_field_says_at_once_what_it_makes_of_a_text(still: Stage) -> None:
    state = still.forms.new("expenses")
    day = next(field for field in state.fields if field.key == "date")
    assert still.forms.read(state, day, "-1d").arg == "2026-03-30"
    assert still.forms.read(state, day, "soon").message
    assert remote_id_of(still.rows("expenses")[0].lid)


def test_a_copy_leaves_what_is_the_originals_own(still: Stage) -> None:
    invoice = next(row for row in still.rows("invoices") if row.values["state"] == "open" and row.values["project_id"])
    state = still.forms.new("invoices", copy_of=invoice.lid)
    assert (state.texts["number"], state.texts["issued"]) == ("", TODAY.isoformat())
    assert state.texts["client_id" if still.provider == "productive" else "project_id"]
    if still.provider == "productive":
        assert (state.texts["sent_on"], state.texts["currency"]) == ("", invoice.values["currency"])
    else:
        assert (state.texts["draft"], state.texts["payment_schedule"]) == ("yes", "30")
    expense = still.plain_expenses()[0]
    assert still.forms.new("expenses", copy_of=expense.lid).texts["receipt_id"] == ""


def test_own_fields_are_typed_by_number_and_go_out_only_where_they_were_touched(productive: Stage) -> None:
    """A semicolon inside a value stands there twice."""
    row = next(row for row in productive.rows("expenses") if row.id == "50007")
    productive.server_writes("UPDATE expenses SET custom_fields = ? WHERE id = 50007", '{"7": "a; 8=b", "9": 5}')
    productive.sync("expenses")
    state = productive.forms.edit("expenses", row.lid)
    assert state.texts["custom_field"] == "7=a;; 8=b; 9=5"
    assert productive.forms.draft(state, {**state.texts, "text": "Tram"}).args == {"text": "Tram"}
    change = saved(productive, state, custom_field="9=6; 12=Fair")
    productive.settle()
    assert productive.change(change.seq).state is State.CLOSED
    assert productive.change(change.seq).differences == ()
    ((kept,),) = productive.server_rows("SELECT custom_fields FROM expenses WHERE id = 50007")
    assert json.loads(str(kept)) == {"7": None, "9": 6, "12": "Fair"}
    (back,) = productive.undos.undo().rows
    assert [(each.name, each.then) for each in back.fields] == [("own fields", "7=a;; 8=b; 9=5")]


def test_a_reference_is_sent_once_and_the_form_of_a_record_begins_without_one(kantata: Stage) -> None:
    row = a_row(kantata)
    typed = "service_name=Xero; service_model=Bill; service_model_ref=812; status=pending"
    change = saved(kantata, kantata.forms.edit("expenses", row.lid), external_reference=typed)
    kantata.settle()
    assert kantata.change(change.seq).state is State.CLOSED
    read = kantata.reader.row(EXPENSES, row.lid)
    assert read is not None
    assert (read.values["ref_service"], read.values["ref_id"]) == ("Xero", "812")
    assert kantata.forms.edit("expenses", row.lid).texts["external_reference"] == ""
    wrong = kantata.forms.read(kantata.forms.edit("expenses", row.lid), _field(kantata, "external_reference"), "Xero")
    assert wrong.message == "Write each as name=value, like service_name=…."


def _field(stage: Stage, key: str) -> FormField:
    return next(field for field in stage.forms.new("expenses").fields if field.key == key)
