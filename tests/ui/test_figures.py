"""Amounts that no sum holds are named beside the sums, and among all totals."""

from __future__ import annotations

from pathlib import Path

from kworkbench.domain.changes import Op, State
from kworkbench.domain.numbers import ENGLISH
from kworkbench.store.reader import Sum
from kworkbench.ui.screens.base import pieces_text
from kworkbench.ui.widgets.chips import sums_pieces
from tests.ui.desk import draft
from tests.ui.standin import Bench
from tests.ui.story import story

OWED = (Sum("outstanding", "EUR", 1000, 1000, 2, pending=False, label="outstanding"),)
UNCLEAR = (Sum("amount", "EUR", 62_500, 62_500, 1, pending=False, label="unclear"),)


def test_what_is_unclear_stands_behind_the_sums_by_its_word() -> None:
    line = pieces_text(sums_pieces(OWED, "outstanding", 80, ENGLISH, aside=UNCLEAR))
    assert line == "outstanding 10.00 EUR (2)  unclear 625.00 EUR"


def test_where_there_is_no_room_the_sums_give_way_first() -> None:
    line = pieces_text(sums_pieces(OWED * 3, "outstanding", 56, ENGLISH, aside=UNCLEAR))
    assert line.endswith("unclear 625.00 EUR")
    assert "2 more" in line


async def test_a_payment_that_may_have_arrived_is_named_under_its_invoices(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    args = {"invoice_id": "1150", "amount": 1_134_048}
    asked = draft(bench.current, Op.CREATE, "payments", "new:1", args=args, pre={"currency": "USD"})
    bench.desk.add(asked, State.NEEDS_YOU)
    async with story(tmp_path, (140, 40), bench=bench) as told:
        assert any("unclear 11,340.48 USD" in line for line in told.lines)
        await told.press("equals_sign")
        while not any("Not in these sums" in line for line in told.lines):
            await told.pilot.pause()
        assert any("unclear" in line and "11,340.48 USD" in line for line in told.lines)


async def test_an_invoice_says_both_balances_where_its_payment_may_have_arrived(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    args = {"invoice_id": "1150", "amount": 1_000_000}
    asked = draft(bench.current, Op.CREATE, "payments", "new:1", args=args, pre={"currency": "USD"})
    bench.desk.add(asked, State.AMBIGUOUS, at="2026-03-04T09:38:00+00:00")
    async with story(tmp_path, (200, 60), bench=bench) as told:
        at = next(index for index, line in enumerate(told.lines) if "Outstanding  " in line and "11,340.48 USD" in line)
        assert "? if that of 09:38 is there" in told.lines[at + 1]
        assert "1,340.48 USD" in told.lines[at + 1]
