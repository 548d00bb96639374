"""The view is the fold at every step, whatever happens, and the base when everything is taken out (I5, I6)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kworkbench.domain.changes import Draft, Op, State
from kworkbench.sync.events import (
    Discarded,
    Outcome,
)
from tests.sync.making import ACCOUNT, NOW
from tests.sync.table import (
    BASE,
    REFUSAL,
    Table,
    a_delete_draft,
    a_payment_draft,
    an_edit_draft,
    outstanding,
)

STEPS = st.sampled_from(
    [
        "pay",
        "pay held",
        "edit 5",
        "edit 6",
        "delete 5",
        "delete 70",
        "bulk",
        "done",
        "refused",
        "unknown",
        "back",
        "drop",
    ]
)


def take_step(table: Table, step: str, number: int) -> None:
    """One thing that can happen; answers go to the change that is being sent."""
    sending = next((one.seq for one in table.desk.open() if one.state is State.SENDING), None)
    word, _, which = step.partition(" ")
    if word == "pay":
        owed = outstanding(table)
        assert isinstance(owed, int)
        args, pre = {"invoice_id": "9", "amount": 100}, {"outstanding": owed, "currency": "EUR"}
        hold = 5.0 if which else 0.0
        change = table.save(a_payment_draft(lid=f"new:{number}", args=args, pre=pre, hold_seconds=hold))
        table.check(change[0].seq)
    elif word == "edit":
        table.save(an_edit_draft(f"expenses:{which}", f"text {number}"))
    elif step == "delete 70":
        table.save(replace(a_delete_draft("payments:70"), kind="payments", pre={"invoice_id": "9", "amount": 300}))
    elif word == "delete":
        table.save(a_delete_draft(hold_seconds=5.0))
    elif word == "bulk":
        draft = Draft(ACCOUNT, Op.BULK_DELETE, "expenses", f"new:{number}", targets=("expenses:6", "expenses:7"))
        table.save(draft)
    elif word == "back":
        table.desk.take_back().result(5)
    elif word == "drop" and table.desk.open():
        table.desk.ask(Discarded(table.desk.open()[0].seq, NOW)).result(5)
    elif sending is not None:
        outcome = {"done": Outcome.DONE, "refused": Outcome.REFUSED, "unknown": Outcome.UNKNOWN}.get(word)
        if outcome is not None:
            table.answer(sending, outcome, refusal=REFUSAL if outcome is Outcome.REFUSED else None)


@example(["pay held", "edit 5", "delete 70", "back"])
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEPS, min_size=1, max_size=8))
def test_the_view_is_always_the_fold_and_taking_everything_out_leaves_the_base(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    table = Table(tmp_path_factory.mktemp("fold"))
    try:
        table.put(*BASE)
        before = table.view()
        for number, step in enumerate(steps):
            take_step(table, step, number)
        while sending := [one.seq for one in table.desk.open() if one.state is State.SENDING]:
            table.answer(sending[0], Outcome.UNKNOWN)  # as a start takes it; what waited behind it is sent then
        stepwise = [row.values for row in table.view()]
        table.reopen()
        assert [row.values for row in table.view()] == stepwise
        while left := table.desk.open():
            change = left[0]
            if change.state is State.CONFIRMED:
                table.desk.apply(change, (), (), 1).result(5)
            elif change.state is State.SENDING:
                table.answer(change.seq, Outcome.REFUSED, refusal=REFUSAL)
            else:
                table.desk.ask(Discarded(change.seq, NOW)).result(5)
        assert table.view() == before
    finally:
        table.close()
