"""Stories of conflicts: three values to choose from, a record that is gone, an invoice that was paid meanwhile."""

from __future__ import annotations

from kworkbench.domain.changes import Change, Op, State
from kworkbench.sync.settling import GONE
from tests.ui.desk import draft
from tests.ui.keys import press
from tests.ui.samples import conflicting_edit, open_books, paid_meanwhile
from tests.ui.test_changes import Shown, opened


def last(changes: Shown) -> Change:
    return changes.desk.changes[-1]


async def test_three_values_stand_beside_each_other_and_yours_is_picked_at_first() -> None:
    desk, session = open_books()
    conflicting_edit(desk, session)
    async with opened((desk, session)) as changes:
        text = changes.text
        assert "# Conflict: edit expense 88213" in text
        assert "• yours   2026-03-01" in text
        assert "theirs  2026-02-28" in text
        assert "before  2026-02-27" in text
        assert "text  no conflict" in text
        assert "► send the picks" in text
        assert "yours: text, date" in text


async def test_theirs_for_one_field_sends_the_rest() -> None:
    desk, session = open_books()
    conflicting_edit(desk, session)
    async with opened((desk, session)) as changes:
        await press(changes.pilot, "enter")
        assert "space pick value" in changes.lines[-1]
        await press(changes.pilot, "down", "space")
        assert "• theirs  2026-02-28" in changes.text
        assert "Enter send the picks" in changes.lines[-1]
        await press(changes.pilot, "enter")
        made = last(changes)
        assert (made.op, dict(made.args), made.pre["date"]) == (Op.UPDATE, {"text": "Taxi, both ways"}, "2026-02-28")
        assert "Decided, send the picks: edit expense 88213" in changes.text


async def test_mine_is_sent_over_what_they_wrote_with_their_value_as_the_one_before() -> None:
    desk, session = open_books()
    conflicting_edit(desk, session)
    async with opened((desk, session), (80, 24)) as changes:
        await press(changes.pilot, "enter", "enter", "enter")
        made = last(changes)
        assert dict(made.args) == {"date": "2026-03-01", "text": "Taxi, both ways"}
        assert made.pre["date"] == "2026-02-28"


async def test_where_everything_is_theirs_it_is_closed() -> None:
    desk, session = open_books()
    asked = draft(
        session, Op.UPDATE, "expenses", "expenses:88213", args={"date": "2026-03-01"}, pre={"date": "2026-02-27"}
    )
    desk.add(asked, State.CONFLICTED)
    async with opened((desk, session)) as changes:
        await press(changes.pilot, "enter", "down", "space")
        assert "► close it" in changes.text
        await press(changes.pilot, "enter")
        assert changes.states == [State.CANCELLED]


async def test_the_values_that_the_engine_met_go_before_those_of_the_list() -> None:
    desk, session = open_books()
    change = conflicting_edit(desk, session)
    desk.meet(change.seq, {"date": "2026-02-14", "text": change.pre["text"]})
    async with opened((desk, session)) as changes:
        assert "theirs  2026-02-14" in changes.text


async def test_a_record_that_is_gone_can_be_made_anew_or_let_go() -> None:
    desk, session = open_books()
    pre = {"text": "Taxi", "date": "2026-02-27", "currency": "EUR", "unit_amount": 4_200, "service_id": "41"}
    asked = draft(session, Op.UPDATE, "expenses", "expenses:999", args={"date": "2026-03-01"}, pre=pre)
    desk.add(asked, State.CONFLICTED, reason=GONE)
    async with opened((desk, session)) as changes:
        assert "The record is no longer at the server." in changes.text
        assert "► make it anew" in changes.text
        assert "► discard yours" in changes.text
        await press(changes.pilot, "enter", "enter")
        made = last(changes)
        assert (made.op, made.args["date"], made.args["text"]) == (Op.CREATE, "2026-03-01", "Taxi")


async def test_an_invoice_paid_meanwhile_offers_what_is_left_of_it() -> None:
    desk, session = open_books()
    paid_meanwhile(desk, session)
    async with opened((desk, session)) as changes:
        assert "when asked     15,000.00 EUR" in changes.text
        assert "now            12,450.00 EUR" in changes.text
        assert "► pay 12,450.00 EUR" in changes.text
        await press(changes.pilot, "enter", "enter")
        assert (last(changes).args["amount"], last(changes).pre["outstanding"]) == (1_245_000, 1_245_000)


async def test_sending_it_all_the_same_is_asked_twice() -> None:
    desk, session = open_books()
    paid_meanwhile(desk, session)
    async with opened((desk, session)) as changes:
        await press(changes.pilot, "enter", "down", "down", "enter")
        assert changes.states == [State.CONFLICTED]
        assert "on top of what was paid meanwhile" in changes.text
        await press(changes.pilot, "enter")
        assert changes.states == [State.QUEUED]


async def test_what_waits_for_the_same_decision_is_discarded_together() -> None:
    desk, session = open_books()
    paid_meanwhile(desk, session)
    paid_meanwhile(desk, session)
    async with opened((desk, session)) as changes:
        assert "► discard all 2" in changes.text
        await press(changes.pilot, "enter", "end", "enter")
        assert changes.states == [State.CANCELLED, State.CANCELLED]
