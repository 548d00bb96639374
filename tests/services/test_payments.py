"""From a typed line to durable payments, as both providers keep them."""

from __future__ import annotations

import pytest

from kworkbench.domain.changes import Idem, Op, State
from kworkbench.domain.marker import split_marker
from kworkbench.store.reader import Row
from tests.sync.stage import Stage


def owed(row: Row) -> int:
    value = row.values["outstanding"]
    assert isinstance(value, int)
    return value


def test_an_empty_line_pays_all_that_is_outstanding_today(still: Stage) -> None:
    invoice = still.unpaid_invoices()[0]
    plan = still.payments.plan("", invoice.lid)
    assert (plan.ready, plan.before, plan.after) == (True, owed(invoice), 0)
    (draft,) = still.payments.drafts(plan)
    assert (draft.op, draft.kind, draft.account) == (Op.CREATE, "payments", still.account)
    assert draft.args["invoice_id"] == invoice.id
    assert draft.pre["outstanding"] == owed(invoice)
    assert (draft.idem, split_marker(draft.marker or "")[1]) == (Idem.MARKED, draft.marker)


def test_a_predicted_amount_is_never_sent_where_the_server_sets_it(still_kantata: Stage) -> None:
    invoice = still_kantata.unpaid_invoices()[0]
    (draft,) = still_kantata.payments.drafts(still_kantata.payments.plan("wire 7781", invoice.lid))
    assert "amount" not in draft.args
    assert draft.pre["amount"] == owed(invoice)
    assert draft.args["project_id"] == invoice.values["project_id"]


def test_a_payment_bears_its_own_date_where_the_server_keeps_one(still_productive: Stage) -> None:
    invoice = still_productive.unpaid_invoices()[0]
    (draft,) = still_productive.payments.drafts(still_productive.payments.plan("100 yesterday wire", invoice.lid))
    assert (draft.args["amount"], draft.args["date"], draft.args["note"]) == (10000, "2026-03-30", "wire")


def test_one_line_can_be_two_payments_of_one_gesture_and_one_key(still_productive: Stage) -> None:
    invoice = still_productive.unpaid_invoices()[0]
    plan = still_productive.payments.plan("100 rest=writeoff", invoice.lid)
    drafts = still_productive.payments.drafts(plan, key="bank:1")
    assert [draft.key for draft in drafts] == ["bank:1", "bank:1#2"]
    assert len({draft.marker for draft in drafts}) == len({draft.lid for draft in drafts}) == 2
    made = still_productive.save(*drafts)
    assert len({change.gesture for change in made}) == 1
    assert [change.seq for change in still_productive.save(*drafts)] == [change.seq for change in made]


def test_without_a_marker_a_payment_says_so(still: Stage) -> None:
    still.hold_for(0.0, marker=False)
    (draft,) = still.payments.drafts(still.payments.plan("", still.unpaid_invoices()[0].lid))
    assert (draft.idem, draft.marker) == (Idem.UNMARKED, None)


def test_a_payment_is_held_and_counted_in_the_next_plan(still_productive: Stage) -> None:
    still_productive.hold_for(5.0)
    invoice = still_productive.unpaid_invoices()[0]
    change = still_productive.pay(invoice, "100")
    assert change.state is State.HELD
    plan = still_productive.payments.plan("", invoice.lid)
    assert (plan.before, plan.after) == (owed(invoice) - 10000, 0)
    assert still_productive.payments.history == ("100",)


def test_nothing_is_outstanding_once_it_is_paid_here(still: Stage) -> None:
    invoice = still.unpaid_invoices()[0]
    still.pay(invoice)
    plan = still.payments.plan("", invoice.lid)
    assert not plan.ready
    assert plan.refusals


def test_a_received_total_is_allotted_over_marked_invoices(still_productive: Stage) -> None:
    invoices = still_productive.unpaid_invoices()[:2]
    batch = still_productive.payments.plan_all("", [row.lid for row in invoices])
    assert sum(payment.amount for plan in batch.plans for payment in plan.payments) == sum(map(owed, invoices))


@pytest.mark.parametrize("line", ["12,3,4", "nowhere-#", "500 600"])
def test_a_line_that_cannot_be_read_is_never_ready(still: Stage, line: str) -> None:
    plan = still.payments.plan(f"#no-such-invoice {line}", None)
    assert not plan.ready


def test_what_the_server_refused_to_make_is_no_earlier_payment(productive: Stage) -> None:
    invoice = productive.unpaid_invoices()[0]
    productive.faults("status=422,route=POST:*,times=1")
    change = productive.pay(invoice, "7.77")
    productive.await_state(change.seq, State.REJECTED)
    assert productive.payments.plan("7.77", invoice.lid).ready
    productive.changes.retry(change.seq).result(5)
    productive.await_state(change.seq, State.CLOSED)
    assert [one.name for one in productive.payments.plan("7.77", invoice.lid).open_cautions] == ["same-amount"]


def test_an_invoice_is_named_by_its_id(still: Stage) -> None:
    invoice = still.unpaid_invoices()[0]
    plan = still.payments.plan(f"#id:{invoice.id}")
    assert plan.ready
    assert [one.args["invoice_id"] for one in plan.payments] == [invoice.id]
    assert still.payments.plan("#id:").refusals
    assert still.payments.plan("#id:0").refusals == ("No invoice matches 'id:0'.",)
