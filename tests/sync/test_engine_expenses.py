"""Edits, deletes and bulk deletes of expenses under every fault, at both dialects."""

from __future__ import annotations

import pytest

from kworkbench.domain.changes import Op, State
from kworkbench.services.change_words import reason_of
from kworkbench.store.reader import Row
from tests.sync.checks import assert_converged, marks
from tests.sync.stage import Stage

FAULTS = ["drop-before", "drop-after", "garbage", "status=503", "status=429"]


def text_of(stage: Stage, row: Row) -> object:
    found = stage.row(row.lid)
    assert found is not None
    return found.values["text"]


def there(stage: Stage, *rows: Row) -> int:
    """How many of these expenses the server still has."""
    sql = "SELECT count(*) FROM expenses WHERE id = ? AND deleted_at IS NULL"
    return sum(int(str(stage.server_rows(sql, str(row.id))[0][0])) for row in rows)


INVOICED = "UPDATE expenses SET invoice_id = (SELECT min(id) FROM invoices) WHERE id = ?"
GONE = "UPDATE expenses SET deleted_at = '2026-03-31T09:00:00Z' WHERE id = ?"


@pytest.mark.parametrize("fault", FAULTS)
def test_an_edit_arrives_whatever_happens_to_its_answer(stage: Stage, fault: str) -> None:
    row = stage.plain_expenses()[0]
    stage.faults(*(f"{fault},route={method}:*expenses*,times=1" for method in ("PUT", "PATCH")))
    change = stage.edit(row, text="Corrected")
    assert text_of(stage, row) == "Corrected"
    stage.settle()
    assert stage.change(change.seq).state is State.CLOSED
    assert text_of(stage, row) == "Corrected"
    assert_converged(stage, "expenses")
    assert len(stage.wire.writes) == (1 if fault in ("drop-after", "truncate", "garbage") else 2)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_delete_arrives_whatever_happens_to_its_answer(stage: Stage, fault: str) -> None:
    row, kept = stage.plain_expenses()[:2]
    stage.faults(f"{fault},route=DELETE:*,times=1")
    change = stage.delete("expenses", row)[0]
    stage.settle()
    assert stage.change(change.seq).state is State.CLOSED
    assert (stage.row(row.lid), there(stage, row, kept)) == (None, 1)
    assert_converged(stage, "expenses")


@pytest.mark.parametrize("fault", FAULTS[:2])
def test_a_bulk_delete_arrives_whatever_happens_to_its_answer(stage: Stage, fault: str) -> None:
    rows = stage.plain_expenses()[:4]
    stage.faults(f"{fault},route=DELETE:*,times=1")
    stage.delete("expenses", *rows[:3])
    stage.settle()
    assert there(stage, *rows) == 1
    assert stage.row(rows[3].lid) is not None
    assert_converged(stage, "expenses")


def test_an_edit_that_is_refused_goes_out_of_the_view_exactly(stage: Stage) -> None:
    row = stage.plain_expenses()[0]
    before = stage.view()
    state = stage.forms.edit("expenses", row.lid)
    change = stage.forms.save(state, {**state.texts, "date": "31.02.x", "text": "Other"}).result(5)
    assert stage.view() != before
    stage.await_state(change.seq, State.REJECTED)
    assert marks(stage) == {row.lid: "!"}
    after = stage.view()
    assert {lid: values for lid, (values, _, _) in after.items()} == {
        lid: values for lid, (values, _, _) in before.items()
    }
    refused = stage.change(change.seq)
    assert refused.error is not None
    assert "date" in {error.field for error in refused.error.errors}


def test_an_edit_of_a_record_that_is_gone_is_a_conflict(stage: Stage) -> None:
    row = stage.plain_expenses()[0]
    stage.server_writes(GONE, int(row.id or 0))
    change = stage.edit(row, text="Too late")
    stage.await_state(change.seq, State.CONFLICTED)
    assert marks(stage) == {row.lid: "#"}


def test_an_edit_that_crossed_another_one_is_a_conflict(stage: Stage) -> None:
    row = stage.plain_expenses()[0]
    stage.faults(*(f"drop-before,route={method}:*,times=1" for method in ("PUT", "PATCH")))
    stage.wire.block_after_write("GET")
    change = stage.edit(row, text="Mine")
    stage.await_state(change.seq, State.AMBIGUOUS)
    stage.server_writes("UPDATE expenses SET name = 'Theirs' WHERE id = ?", int(row.id or 0))
    stage.wire.watch, stage.wire.blocked = lambda _moment, _sent: None, ""
    stage.time.advance(60)
    stage.await_state(change.seq, State.CONFLICTED)
    assert text_of(stage, row) == "Theirs"
    assert len(stage.wire.writes) == 1


def test_a_kantata_bulk_delete_comes_back_whole_and_goes_without_the_refused_row(kantata: Stage) -> None:
    rows = kantata.plain_expenses()[:3]
    invoiced = rows[1]
    before = kantata.view()
    kantata.server_writes(INVOICED, int(invoiced.id or 0))
    change = kantata.delete("expenses", *rows)[0]
    assert marks(kantata) == {row.lid: "-" for row in rows}
    kantata.await_state(change.seq, State.REJECTED)
    assert marks(kantata) == {row.lid: "!" for row in rows}
    values = {lid: values for lid, (values, _, _) in kantata.view().items()}
    assert values[rows[0].lid] == before[rows[0].lid][0]
    refused = kantata.change(change.seq)
    assert refused.error is not None
    assert [(one.row, one.message) for one in refused.error.errors] == [
        (invoiced.id, f"Expense {invoiced.id} is invoiced and cannot be deleted")
    ]
    assert "t sends it again without them" in reason_of(refused)
    again = kantata.changes.retry(change.seq).result(5)
    assert again.op is Op.BULK_DELETE
    kantata.settle()
    assert there(kantata, *rows) == 1
    assert kantata.row(invoiced.lid) is not None
    assert_converged(kantata, "expenses")
    assert [one.path for one in kantata.wire.writes] == ["/api/v1/expenses"] * 2


def test_a_productive_bulk_delete_settles_each_row_by_itself(productive: Stage) -> None:
    rows = productive.plain_expenses()[:3]
    productive.server_writes(INVOICED, int(rows[0].id or 0))
    productive.server_writes(GONE, int(rows[2].id or 0))
    change = productive.delete("expenses", *rows)[0]
    refused = productive.await_state(change.seq, State.REJECTED)
    assert productive.row(rows[2].lid) is None
    assert rows[2].lid not in refused.targets
    assert refused.error is not None
    named = {error.row for error in refused.error.errors}
    assert rows[0].id in named
    productive.changes.retry(change.seq).result(5)
    productive.settle()
    assert there(productive, *rows) == 1
    assert_converged(productive, "expenses")


def test_more_than_a_hundred_go_in_several_requests_and_one_gesture(stage: Stage) -> None:
    rows = [row for row in stage.plain_expenses() if not row.values["external"]]
    made = stage.delete("expenses", *rows)
    assert len({change.gesture for change in made}) == 1
    stage.settle()
    assert there(stage, *rows) == 0
    assert_converged(stage, "expenses")


def test_an_edit_before_and_a_delete_after_a_bulk_keep_their_order(stage: Stage) -> None:
    first, second = stage.plain_expenses()[:2]
    stage.wire.hold("PUT", "PATCH")
    edited = stage.edit(first, text="Before it goes")
    stage.wire.await_request("PUT" if stage.provider == "kantata" else "PATCH")
    stage.delete("expenses", first, second)
    assert stage.await_state(edited.seq, State.SENDING)
    assert len(stage.wire.writes) == 1
    stage.wire.release()
    stage.settle()
    assert there(stage, first, second) == 0
    assert_converged(stage, "expenses")
    assert [one.method for one in stage.wire.writes][1:] == ["DELETE"]


def test_a_new_expense_is_there_before_the_answer_and_bears_the_servers_id_after(stage: Stage) -> None:
    like = stage.plain_expenses()[0]
    state = stage.forms.new("expenses", copy_of=like.lid)
    stage.wire.hold("POST")
    change = stage.forms.save(state, {**state.texts, "text": "Copied"}).result(5)
    row = stage.row(change.lid)
    assert row is not None
    assert (row.values["text"], row.values["amount"], row.values["project"], row.mark) == (
        "Copied",
        like.values["amount"],
        like.values["project"],
        "*",
    )
    stage.wire.await_request("POST")
    stage.wire.release()
    stage.settle()
    assert_converged(stage, "expenses")
    assert len([one for one in stage.rows("expenses") if one.values["text"] == "Copied"]) == 1


def test_a_new_expense_whose_answer_is_lost_is_never_sent_again_by_itself(stage: Stage) -> None:
    like = stage.plain_expenses()[0]
    stage.faults("drop-after,route=POST:*,times=1")
    state = stage.forms.new("expenses", copy_of=like.lid)
    change = stage.forms.save(state, {**state.texts, "text": "Copied"}).result(5)
    stage.await_state(change.seq, State.NEEDS_YOU)
    stage.time.advance(3600)
    unclear = stage.change(change.seq)
    assert "One that looks like it stands at the server" in stage.changes.reason(unclear)
    made = stage.server_rows("SELECT max(id) FROM expenses")[0][0]
    assert unclear.theirs == {"candidates": str(made)}
    assert len(stage.wire.writes) == 1


def test_what_was_asked_of_a_new_record_waits_until_the_server_has_named_it(stage: Stage) -> None:
    like = stage.plain_expenses()[0]
    state = stage.forms.new("expenses", copy_of=like.lid)
    stage.wire.hold("POST")
    created = stage.forms.save(state, {**state.texts, "text": "Copied"}).result(5)
    stage.wire.await_request("POST")
    row = stage.row(created.lid)
    assert row is not None
    stage.edit(row, text="Copied and edited")
    stage.wire.release()
    stage.settle()
    assert_converged(stage, "expenses")
    assert len([one for one in stage.rows("expenses") if one.values["text"] == "Copied and edited"]) == 1
    assert [one.method for one in stage.wire.writes] == ["POST", "PUT" if stage.provider == "kantata" else "PATCH"]


@pytest.mark.parametrize("status", [403, 404])
def test_a_server_that_lists_no_expenses_still_takes_new_ones(stage: Stage, status: int) -> None:
    like = stage.plain_expenses()[0]
    stage.faults(f"status={status},route=GET:*expenses*")
    state = stage.forms.new("expenses", copy_of=like.lid)
    change = stage.forms.save(state, {**state.texts, "text": "Unseen"}).result(5)
    stage.await_settled()
    assert stage.change(change.seq).state is State.CLOSED


def test_a_lost_expense_that_nobody_may_look_for_is_a_persons(stage: Stage) -> None:
    like = stage.plain_expenses()[0]
    stage.faults("status=403,route=GET:*expenses*", "drop-after,route=POST:*,times=1")
    state = stage.forms.new("expenses", copy_of=like.lid)
    change = stage.forms.save(state, {**state.texts, "text": "Unseen"}).result(5)
    unclear = stage.await_state(change.seq, State.NEEDS_YOU)
    assert "Look for it in the list" in (unclear.reason or "")
