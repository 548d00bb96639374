"""Actions, edits of several records and invoices from the service to the real sandbox and back into the view."""

from __future__ import annotations

from kworkbench.domain.changes import Args, Change, Op, State
from kworkbench.domain.resources import RESOURCES
from kworkbench.services.acting import EDIT
from kworkbench.services.undo import UndoReview
from kworkbench.store.reader import Row
from tests.sync.stage import TIMEOUT, TODAY, Stage


def act(stage: Stage, resource: str, name: str, rows: list[Row], args: Args | None = None) -> tuple[Change, ...]:
    """Do it with all of these rows and wait until all is settled."""
    made = asked(stage, resource, name, rows, args)
    stage.settle()
    return tuple(stage.change(change.seq) for change in made)


def asked(stage: Stage, resource: str, name: str, rows: list[Row], args: Args | None = None) -> tuple[Change, ...]:
    """Ask for it with all of these rows, whether a refusal is expected or not."""
    action = EDIT if name == EDIT.name else stage.acting.action(resource, name)
    review = stage.acting.review_of(resource, action, args or {}, rows, lambda _row: True)
    for one in review.rows:
        if not one.going:
            review = review.toggle(one.row.lid)
    return stage.acting.confirm(review).result(TIMEOUT)


def waiting(stage: Stage, count: int) -> list[Row]:
    rows = [row for row in stage.rows("expenses") if row.values["approval"] == "submitted"]
    return rows[:count]


def shown(stage: Stage, row: Row) -> Row:
    found = stage.row(row.lid)
    assert found is not None
    return found


def undone(stage: Stage, review: UndoReview) -> tuple[Change, ...]:
    made = stage.undos.confirm(review).result(TIMEOUT)
    stage.settle()
    return tuple(stage.change(change.seq) for change in made)


def new_invoice(stage: Stage, **more: str) -> Row:
    """An invoice made through the form, as the server named it."""
    state = stage.forms.new("invoices")
    if stage.provider == "productive":
        client = stage.reader.related("clients")[0]
        texts = {**state.texts, "client_id": client.id, "currency": "EUR", **more}
    else:
        project = stage.reader.related("projects")[0]
        texts = {**state.texts, "project_id": project.id, "lines": "1200 Design; 50 Hosting", **more}
    change = stage.forms.save(state, texts).result(TIMEOUT)
    stage.settle()
    assert stage.change(change.seq).state is State.CLOSED
    found = stage.row(f"invoices:{stage.home.remote_id(stage.account, change.lid)}")
    assert found is not None
    return found


def test_several_are_approved_at_once_and_taken_back_by_their_inverse(productive: Stage) -> None:
    rows = waiting(productive, 3)
    (change,) = act(productive, "expenses", "approve", rows)
    assert (change.state, change.action) == (State.CLOSED, "approve")
    assert {shown(productive, row).values["approval"] for row in rows} == {"approved"}
    assert len([sent for sent in productive.wire.writes if "bulk_approve" in str(sent)]) == 1
    review = productive.undos.undo()
    assert [row.says.split(" ")[0] for row in review.rows] == ["unapprove"] * 3
    assert [one.state for one in undone(productive, review)] == [State.CLOSED] * 3
    assert {shown(productive, row).values["approval"] for row in rows} <= {"submitted", "none"}


def test_a_refused_row_keeps_its_state_and_has_the_servers_reason(productive: Stage) -> None:
    good, bad = waiting(productive, 2)
    act(productive, "expenses", "reject", [bad], {"rejected_reason": "No receipt"})
    (change,) = asked(productive, "expenses", "approve", [good, shown(productive, bad)])
    refused = productive.await_state(change.seq, State.REJECTED)
    assert (shown(productive, bad).values["approval"], shown(productive, bad).mark) == ("rejected", "!")
    assert refused.error is not None
    assert [(error.row, error.message) for error in refused.error.errors] == [(bad.id, "is rejected")]


def test_a_day_is_set_on_several_with_one_request_and_given_back_by_undo(productive: Stage) -> None:
    rows = productive.plain_expenses()[:2]
    (change,) = act(productive, "expenses", "mark-reimbursed", rows, {"reimbursed_on": "2026-03-30"})
    assert (change.op, change.state) == (Op.UPDATE, State.CLOSED)
    for row in rows:
        said = productive.reader.said("expenses", row.id or "") or {}
        assert (said["reimbursed_on"], said["reimbursable"]) == ("2026-03-30", True)
    review = productive.undos.undo()
    assert not any(row.warning for row in review.rows)
    undone(productive, review)
    assert "reimbursed_on" not in (productive.reader.said("expenses", rows[0].id or "") or {})


def test_several_are_edited_in_one_gesture(stage: Stage) -> None:
    rows = stage.plain_expenses()[:3]
    changes = act(stage, "expenses", "edit", rows, {"text": "Same for all"})
    assert len(changes) == (1 if stage.provider == "productive" else 3)
    assert len({change.gesture for change in changes}) == 1
    assert {shown(stage, row).values["text"] for row in rows} == {"Same for all"}


def test_a_copy_is_there_at_once(productive: Stage) -> None:
    row = productive.plain_expenses()[0]
    before = len(productive.rows("expenses"))
    (change,) = act(productive, "expenses", "copy", [row], {"text": "Taxi back"})
    assert change.state is State.CLOSED
    assert len(productive.rows("expenses")) == before + 1
    assert any(each.values["text"] == "Taxi back" for each in productive.rows("expenses"))


def test_an_invoice_gets_lines_is_finalized_and_sent(productive: Stage) -> None:
    invoice = new_invoice(productive, subject="March")
    assert (invoice.values["state"], invoice.values["total"], invoice.values["subject"]) == ("draft", 0, "March")
    rate = productive.reader.related("tax_rates")[0]
    line: Args = {"line_text": "Design", "line_price": 120_000, "line_quantity": "1", "tax_rate_id": rate.id}
    (change,) = act(productive, "invoices", "add-line", [invoice], line)
    assert change.state is State.CLOSED
    assert int(str(shown(productive, invoice).values["total"])) >= 120_000
    (final,) = act(productive, "invoices", "finalize", [shown(productive, invoice)], {"number": "2026-99"})
    assert final.state is State.CLOSED
    assert (shown(productive, invoice).values["state"], shown(productive, invoice).values["number"]) == (
        "open",
        "2026-99",
    )
    (sent,) = act(productive, "invoices", "send", [shown(productive, invoice)])
    assert sent.state is State.CLOSED
    assert (productive.reader.said("invoices", invoice.id or "") or {})["sent_on"]


def test_a_mail_of_a_draft_is_refused_and_never_sent_again_by_itself(productive: Stage) -> None:
    draft = new_invoice(productive)
    (change,) = asked(productive, "invoices", "send", [draft])
    assert productive.await_state(change.seq, State.REJECTED).attempts == 1
    assert len([sent for sent in productive.wire.writes if "/send" in sent.path]) == 1


def test_a_draft_is_deleted_and_an_issued_invoice_cancelled(kantata: Stage) -> None:
    one, two = new_invoice(kantata), new_invoice(kantata)
    assert one.values["total"] == 125_000
    (gone,) = kantata.deletes.confirm(kantata.deletes.review("invoices", [one.lid], lambda _lid: True)).result(TIMEOUT)
    kantata.settle()
    assert (kantata.change(gone.seq).state, kantata.row(one.lid)) == (State.CLOSED, None)
    act(kantata, "invoices", "issue", [two])
    assert shown(kantata, two).values["state"] == "open"
    (cancelled,) = act(kantata, "invoices", "cancel", [shown(kantata, two)])
    assert cancelled.state is State.CLOSED
    assert (shown(kantata, two).values["state"], shown(kantata, two).values["outstanding"]) == ("cancelled", 0)


def test_reports_are_handed_in_and_decided(kantata: Stage) -> None:
    rows = [row for row in kantata.plain_expenses() if not row.values["external"]]
    mine = [row for row in rows if row.values["project_id"] == rows[0].values["project_id"]][:2]
    (submit,) = act(kantata, "expenses", "submit-report", mine, {"title": "March"})
    assert submit.state is State.CLOSED
    assert {shown(kantata, row).values["approval"] for row in mine} == {"submitted"}
    assert len({shown(kantata, row).values["report_id"] for row in mine}) == 1
    listed = next(row for row in kantata.rows("expenses") if row.lid == mine[0].lid)  # as a list reads it
    (decided,) = act(kantata, "expenses", "approve-report", [listed], {"description": "Fine"})
    assert decided.state is State.CLOSED
    assert {shown(kantata, row).values["approval"] for row in mine} == {"approved"}


def test_a_row_of_a_refused_bulk_action_says_that_it_was_another(productive: Stage) -> None:
    good, bad = waiting(productive, 2)
    act(productive, "expenses", "reject", [bad], {"rejected_reason": "No receipt"})
    (change,) = asked(productive, "expenses", "approve", [good, shown(productive, bad)])
    refused = productive.await_state(change.seq, State.REJECTED)
    assert "is rejected" in productive.changes.reason(refused, bad.lid)
    assert productive.changes.reason(refused, good.lid).startswith("Not done, because the server refused another row")


def test_what_was_not_invoiced_is_billed_on_a_draft_whose_budget_the_form_begins_with(productive: Stage) -> None:
    """Which lines come of it nobody here can tell: the review says so, and the total is the server's."""
    draft = next(row for row in productive.rows("invoices") if row.values["state"] == "draft")
    action = productive.acting.action("invoices", "generate-lines")
    state = productive.asking.ask("invoices", action, [draft])
    known = productive.reader.row(RESOURCES["invoices"], draft.lid)
    assert known is not None
    assert state.texts["budget_ids"] == str(known.values["budget_ids"]).replace("\n", ",")
    budget = productive.reader.lookup("budgets", state.texts["budget_ids"].split(",")[0])
    assert budget is not None
    assert budget["name"]
    assert budget["project"]
    args, told = productive.asking.args(state, state.texts)
    assert told[0][0] == "budget"
    review = productive.acting.review_of("invoices", action, args, [draft], lambda _row: True)
    assert "Which lines come of it only Productive knows" in review.requests
    (change,) = productive.acting.confirm(review).result(TIMEOUT)
    assert change.expects == {}
    productive.settle()
    assert productive.change(change.seq).state is State.CLOSED
    sql = "SELECT count(*) FROM expenses WHERE invoice_id = ? AND deal_id = ?"
    budgets = [int(each) for each in state.texts["budget_ids"].split(",")]
    billed = sum(int(str(productive.server_rows(sql, int(draft.id or 0), each)[0][0])) for each in budgets)
    total = shown(productive, draft).values["total"]
    assert (billed == 0) == (total == draft.values["total"])


def test_the_day_of_an_approval_is_foretold_and_given_back(productive: Stage) -> None:
    """The server's day may be another one: it is shown with its mark, and differs from nothing."""
    row = waiting(productive, 1)[0]
    resource = RESOURCES["expenses"]
    productive.wire.cut = True
    (change,) = asked(productive, "expenses", "approve", [row])
    foretold = productive.reader.row(resource, row.lid)
    assert foretold is not None
    assert (foretold.values["approved_on"], "approved_on" in foretold.predicted) == (TODAY.isoformat(), True)
    productive.wire.cut = False
    productive.settle()
    assert productive.change(change.seq).differences == ()
    done = productive.reader.row(resource, row.lid)
    assert done is not None
    assert (done.values["approved_on"], done.predicted) == (TODAY.isoformat(), frozenset())
    undone(productive, productive.undos.undo())
    assert (productive.reader.row(resource, row.lid) or row).values["approved_on"] is None


def test_the_days_of_finalizing_and_sending_are_foretold_where_they_are_empty(productive: Stage) -> None:
    draft = new_invoice(productive)
    sent = next(row for row in productive.rows("invoices") if row.values["state"] == "open")
    productive.hold_for(5.0)
    expected = {}
    for name, row in (("finalize", draft), ("send", draft), ("send", sent)):
        (change,) = asked(productive, "invoices", name, [row])
        expected[name, row.lid] = dict(change.expects)
        productive.changes.take_back().result(TIMEOUT)
    assert expected == {
        ("finalize", draft.lid): {"state": "open", "finalized": TODAY.isoformat()},
        ("send", draft.lid): {"sent_on": TODAY.isoformat()},
        ("send", sent.lid): {},
    }
