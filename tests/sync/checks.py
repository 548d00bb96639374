"""What must hold after everything has settled."""

from __future__ import annotations

from kworkbench.domain.resources import RESOURCES
from kworkbench.store.reader import Row
from tests.sync.stage import Stage


def outstanding(stage: Stage, invoice: Row) -> object:
    """What the view says is outstanding on an invoice, in minor units of its currency."""
    row = stage.row(invoice.lid)
    assert row is not None
    return row.values["outstanding"]


def marks(stage: Stage) -> dict[str, str]:
    """Local id -> mark of every row that bears one."""
    return {lid: mark for lid, (_, mark, _) in stage.view().items() if mark}


def assert_converged(stage: Stage, *kinds: str) -> None:
    """Nothing is open, nothing is marked, and one more reading (of the kinds written) moves no row (I7)."""
    stage.await_settled()
    assert not marks(stage)
    before = stage.view()
    assert stage.sync(*(kinds or RESOURCES)) == ""
    after = stage.view()
    assert {lid: (before.get(lid), row) for lid, row in after.items() if before.get(lid) != row} == {}
    assert before.keys() == after.keys()


def assert_paid_once(stage: Stage, invoice: Row) -> None:
    """Server, base and view agree: exactly one payment, nothing outstanding."""
    stage.await_settled()
    assert stage.payments_at_server(invoice.lid) == 1
    assert outstanding(stage, invoice) == 0
    assert_converged(stage, "invoices", "payments")
