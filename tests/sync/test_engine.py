"""Writes end to end: a real home, real providers, and the sandbox with everything that goes wrong on a line."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kworkbench.domain.changes import Resolution, State
from kworkbench.store.reader import Row
from kworkbench.sync.clock import ms
from kworkbench.sync.events import Apply
from kworkbench.sync.notices import ConnectionState, Progressed, Renamed, Settled, Synced
from kworkbench.sync.sender import Sender
from tests.sync.checks import assert_converged, assert_paid_once, marks, outstanding
from tests.sync.stage import Stage

PAYMENTS_WRITE = "route=POST:*payments*"


SETTLED_MINUTES = {"kantata": 4, "productive": 6}


def looked(stage: Stage, times: int) -> Callable[[], bool]:
    """The payments were read once before the send, and so often since; the invoice after them."""
    return lambda: sum(not one.is_write and "/invoices/" in one.path for one in stage.wire.sent) >= 1 + times


def await_pause(stage: Stage, seq: int) -> int:
    """Wait until a change waits for its time, and let that come; for how many ms it was asked to wait."""
    now_ms = ms(stage.time.now())
    stage.until(lambda: (stage.change(seq).not_before or 0) > now_ms, "a pause")
    waits = (stage.change(seq).not_before or 0) - now_ms
    stage.time.advance(waits / 1000 + 0.01)
    return waits


def test_a_first_sync_reads_every_row_and_tells_how_far_it_is(stage: Stage) -> None:
    stage.notices.clear()
    assert stage.sync() == ""
    shown = {name: len(stage.rows(name)) for name in ("invoices", "payments", "expenses")}
    told = {one.kind: (one.loaded, one.total) for one in stage.notices if isinstance(one, Progressed)}
    assert {kind: told[kind] for kind in shown} == {kind: (count, count) for kind, count in shown.items()}
    assert shown["expenses"] == 60
    assert {one.kind for one in stage.notices if isinstance(one, Synced)} >= set(shown)
    for kind, count in shown.items():
        ages = stage.reader.ages(kind)
        assert (ages.loaded, ages.total) == (count, count)
        assert ages.checked_at is not None


def test_a_payment_stands_and_the_balance_has_moved_before_any_answer(stage: Stage) -> None:
    invoice = stage.unpaid_invoices()[0]
    stage.wire.hold("POST")
    change = stage.pay(invoice)
    row = stage.row(change.lid)
    assert row is not None
    assert (row.values["amount"], row.values["invoice"], row.mark) == (
        invoice.values["outstanding"],
        invoice.values["number"],
        "*",
    )
    assert outstanding(stage, invoice) == 0
    assert stage.payments_at_server(invoice.lid) == 0
    stage.wire.await_request("POST")
    assert stage.await_state(change.seq, State.SENDING).attempts == 1
    stage.wire.release()
    assert_paid_once(stage, invoice)
    renamed = next(one for one in stage.notices if isinstance(one, Renamed))
    assert renamed.before == change.lid
    assert stage.row(change.lid) is None
    assert stage.row(renamed.after) is not None


@pytest.mark.parametrize("fault", ["drop-after", "garbage", "truncate"])
def test_a_payment_whose_answer_is_lost_is_found_and_never_sent_again(stage: Stage, fault: str) -> None:
    invoice = stage.unpaid_invoices()[0]
    stage.faults(f"{fault},{PAYMENTS_WRITE},times=1")
    change = stage.pay(invoice)
    stage.until(lambda: any(isinstance(one, Settled) and one.change.state is State.AMBIGUOUS for one in stage.notices))
    assert_paid_once(stage, invoice)
    assert len(stage.wire.writes) == 1
    assert stage.change(change.seq).state is State.CLOSED


@pytest.mark.parametrize("fault", ["drop-before", "status=503"])
def test_a_payment_that_may_have_been_lost_waits_for_a_person(stage: Stage, fault: str) -> None:
    invoice = stage.unpaid_invoices()[0]
    stage.faults(f"{fault},{PAYMENTS_WRITE},times=1")
    change = stage.pay(invoice)
    stage.await_state(change.seq, State.AMBIGUOUS)
    row = stage.row(change.lid)
    assert row is not None
    assert (row.mark, row.state, row.counted) == ("?", "unclear", False)
    for times, seconds in enumerate((5, 15, 40, *[60] * (SETTLED_MINUTES[stage.provider] - 1)), start=1):
        stage.until(looked(stage, times), "another look")
        assert stage.change(change.seq).state is State.AMBIGUOUS
        stage.time.advance(seconds)
    stage.await_state(change.seq, State.NEEDS_YOU)
    assert "kw:" not in (stage.change(change.seq).reason or "")
    assert len(stage.wire.writes) == 1
    stage.changes.resolve(change.seq, Resolution.SEND_AGAIN).result(5)
    assert_paid_once(stage, invoice)
    assert len(stage.wire.writes) == 2


def test_a_payment_that_is_sent_again_and_lost_again_is_waited_for_anew(stage: Stage) -> None:
    stage.faults(f"drop-before,{PAYMENTS_WRITE},times=2")
    change = stage.pay(stage.unpaid_invoices()[0])

    def needs_you() -> bool:
        stage.time.advance(5)
        return stage.change(change.seq).state is State.NEEDS_YOU

    stage.until(needs_you)
    stage.changes.resolve(change.seq, Resolution.SEND_AGAIN).result(5)
    stage.until(lambda: len(stage.wire.writes) == 2)
    stage.await_state(change.seq, State.AMBIGUOUS)
    lost = stage.time.monotonic()
    stage.until(needs_you)
    assert stage.time.monotonic() - lost >= 60 * SETTLED_MINUTES[stage.provider]


def test_a_server_that_asks_to_wait_is_not_asked_again_before(stage: Stage) -> None:
    invoice = stage.unpaid_invoices()[0]
    stage.faults(f"status=429,{PAYMENTS_WRITE},times=1")
    change = stage.pay(invoice)
    stage.until(lambda: stage.change(change.seq).not_before is not None)
    assert stage.change(change.seq).state is State.QUEUED
    assert len(stage.wire.writes) == 1
    stage.time.advance(60)
    assert_paid_once(stage, invoice)


def test_offline_nothing_is_lost_and_afterwards_everything_settles(stage: Stage) -> None:
    invoice, expense, gone = stage.unpaid_invoices()[0], *stage.plain_expenses()[:2]
    stage.wire.cut = True
    paid = stage.pay(invoice)
    edited = stage.edit(expense, text="Taxi, corrected")
    deleted = stage.delete("expenses", gone)[0]
    stage.until(lambda: stage.home.line(stage.account).online is False)
    stage.until(lambda: all(one.not_before is not None for one in stage.home.desk.open()))
    assert stage.changes.counts().unsent == 3
    assert [stage.change(one.seq).reason for one in (paid, edited, deleted)] == ["offline"] * 3
    assert marks(stage) == {paid.lid: "*", invoice.lid: "~", expense.lid: "~", gone.lid: "-"}
    stage.wire.cut = False
    stage.time.advance(1)
    assert_paid_once(stage, invoice)
    line = [one for one in stage.notices if isinstance(one, ConnectionState)]
    assert [one.online for one in line] == [False, True]
    row = stage.row(expense.lid)
    assert row is not None
    assert row.values["text"] == "Taxi, corrected"
    assert stage.row(gone.lid) is None


def test_what_was_saved_without_a_started_engine_goes_out_with_the_next_start(stage: Stage) -> None:
    invoice = stage.unpaid_invoices()[0]
    stage.home.close()
    stage.home = stage.open_home(sends=False)
    stage.home.start()
    stage.pay(invoice)
    state = stage.forms.new("expenses", copy_of=stage.plain_expenses()[0].lid)
    made = stage.forms.save(state, {**state.texts, "text": "Saved offline"}).result(5)
    assert outstanding(stage, invoice) == 0
    assert set(stage.states().values()) == {"queued"}
    assert not stage.wire.writes
    stage.restart()
    assert_paid_once(stage, invoice)
    assert stage.change(made.seq).attempts == 1
    assert len([row for row in stage.rows("expenses") if row.values["text"] == "Saved offline"]) == 1


@pytest.mark.parametrize("stopped", [True, False])
def test_a_sandbox_that_is_gone_for_a_while_costs_nothing(stage: Stage, stopped: bool) -> None:
    invoice = stage.unpaid_invoices()[0]
    if stopped:
        stage.server.stop()
    else:
        stage.faults("status=503,route=GET:*")
    change = stage.pay(invoice)
    stage.until(lambda: stage.change(change.seq).reason is not None)
    assert stage.change(change.seq).state is State.QUEUED
    assert not stage.wire.writes
    if stopped:
        stage.server.start()
    stage.faults()
    stage.time.advance(61)
    assert_paid_once(stage, invoice)


def test_a_refused_check_asks_ever_more_seldom(productive: Stage) -> None:
    productive.faults("status=500,route=GET:*payments*")
    change = productive.pay(productive.unpaid_invoices()[0])
    waits = [await_pause(productive, change.seq) for _ in range(5)]
    assert waits == [500, 1000, 2000, 4000, 8000]
    assert productive.change(change.seq).reason == "The server answered 500: The sandbox was asked to answer 500."


def test_a_refresh_that_brings_the_payment_settles_it_at_once(stage: Stage) -> None:
    invoice = stage.unpaid_invoices()[0]
    stage.faults(f"drop-after,{PAYMENTS_WRITE},times=1")
    stage.wire.block_after_write("invoice_id")
    change = stage.pay(invoice)
    stage.await_state(change.seq, State.AMBIGUOUS)
    assert stage.sync("payments") == ""
    assert stage.change(change.seq).state is State.CONFIRMED
    stage.wire.watch, stage.wire.blocked = lambda _moment, _sent: None, ""
    stage.time.advance(2)
    assert_paid_once(stage, invoice)
    assert len(stage.wire.writes) == 1


def test_an_unclear_payment_moves_no_balance_but_by_what_the_server_says(stage: Stage) -> None:
    invoice = stage.unpaid_invoices()[0]
    stage.faults(f"drop-after,{PAYMENTS_WRITE},times=1")
    stage.wire.block_after_write("payments")
    change = stage.pay(invoice)
    stage.await_state(change.seq, State.AMBIGUOUS)
    assert outstanding(stage, invoice) == invoice.values["outstanding"]
    assert stage.sync("invoices") == ""
    assert stage.change(change.seq).state is State.AMBIGUOUS
    assert outstanding(stage, invoice) == 0
    stage.wire.blocked = ""
    stage.time.advance(60)
    assert_paid_once(stage, invoice)


def test_a_balance_that_moved_at_the_server_stops_the_payment(stage: Stage) -> None:
    invoice = stage.unpaid_invoices()[0]
    stage.wire.cut = True
    change = stage.pay(invoice)
    stage.until(lambda: stage.change(change.seq).not_before is not None)
    stage.server_writes("UPDATE invoices SET amount_total = amount_total + 100, amount_unpaid = amount_unpaid + 100")
    stage.wire.cut = False
    stage.time.advance(1)
    stage.await_state(change.seq, State.CONFLICTED)
    assert not stage.wire.writes
    assert outstanding(stage, invoice) == int(str(invoice.values["outstanding"])) + 100
    assert "balance changed" in stage.changes.reason(stage.change(change.seq))
    stage.changes.discard(change.seq).result(5)
    assert not marks(stage)


def test_a_part_payment_and_a_write_off_of_the_rest_go_one_after_the_other(productive: Stage) -> None:
    invoice = productive.unpaid_invoices()[0]
    productive.wire.hold("POST")
    productive.pay(invoice, "100 rest=writeoff")
    row = productive.row(invoice.lid)
    assert row is not None
    assert (row.values["outstanding"], row.values["paid"], row.values["settlement"]) == (0, 10000, "paid")
    productive.wire.await_request("POST")
    assert len(productive.wire.writes) == 1
    productive.wire.release()
    assert_converged(productive)
    assert outstanding(productive, invoice) == 0
    kinds = "SELECT written_off_on IS NULL, amount FROM payments WHERE invoice_id = ? ORDER BY id"
    rest = int(str(invoice.values["outstanding"])) - 10000
    assert productive.server_rows(kinds, str(invoice.id)) == [(1, 10000), (0, rest)]


def test_a_payment_on_a_project_alone_is_found_by_its_marker_too(kantata: Stage) -> None:
    project = kantata.reader.related("projects")[0]
    before = kantata.server_rows("SELECT count(*) FROM payments")[0][0]
    kantata.faults("drop-after,route=POST:*payments*,times=1")
    state = kantata.forms.new("payments")
    kantata.wire.block_after_write("GET")
    change = kantata.forms.save(state, {**state.texts, "project_id": project.id, "amount": "12.50"}).result(5)
    kantata.await_state(change.seq, State.AMBIGUOUS)
    kantata.home.close()
    kantata.wire.watch, kantata.wire.blocked = lambda _moment, _sent: None, ""
    kantata.restart()
    assert_converged(kantata)
    assert kantata.change(change.seq).state is State.CLOSED
    assert kantata.server_rows("SELECT count(*) FROM payments")[0][0] == int(str(before)) + 1
    assert len(kantata.wire.writes) == 1


def test_an_answer_that_an_earlier_run_left_is_read_as_who_is_signed_in(
    kantata: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(_sender: Sender, _effect: Apply) -> None:
        """The process ends before."""

    with monkeypatch.context() as patched:
        patched.setattr(Sender, "apply", never)
        state = kantata.forms.new("payments")
        project = next(one for one in kantata.reader.related("projects") if one.id in external_projects(kantata))
        change = kantata.forms.save(state, {**state.texts, "project_id": project.id, "amount": "12.50"}).result(5)
        kantata.await_state(change.seq, State.CONFIRMED)
        kantata.home.close()
    kantata.restart()
    assert_converged(kantata, "payments")
    assert [row.values["external"] for row in kantata.rows("payments") if row.values["amount"] == 1250] == [True]


def external_projects(stage: Stage) -> set[object]:
    """Ids of projects whose payments the list hides: somebody else's."""
    return {row.values["project_id"] for row in stage.rows("payments") if row.values["external"]}


def a_paid_invoice(stage: Stage) -> tuple[Row, Row]:
    """The only payment of an invoice that it paid in full, and the invoice."""
    payments: dict[object, list[Row]] = {}
    for row in stage.rows("payments"):
        payments.setdefault(row.values["invoice_id"], []).append(row)
    for invoice in stage.rows("invoices"):
        found = payments.get(invoice.id, [])
        amounts = {row.values["amount"] for row in found} | {invoice.values["total"], invoice.values["paid"]}
        if len(found) == len(amounts) == 1 and invoice.values["state"] == "open":
            return found[0], invoice
    raise AssertionError("the sample books hold no invoice paid at once")


def test_a_deleted_payment_gives_the_balance_back(stage: Stage) -> None:
    paid, invoice = a_paid_invoice(stage)
    stage.wire.hold("DELETE")
    stage.delete("payments", paid)
    row = stage.row(paid.lid)
    assert row is not None
    assert (row.mark, row.counted) == ("-", False)
    expected = int(str(invoice.values["outstanding"])) + int(str(paid.values["amount"]))
    assert outstanding(stage, invoice) == expected
    stage.wire.await_request("DELETE")
    stage.wire.release()
    assert_converged(stage)
    assert stage.row(paid.lid) is None
    assert outstanding(stage, invoice) == expected
