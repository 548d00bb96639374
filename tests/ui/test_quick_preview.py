"""How the words of a payment line are drawn, without a screen; the words are tested in the domain."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kworkbench.domain.quickline.plan import PaymentPlan
from kworkbench.domain.quickline.preview import Row, Segment
from kworkbench.ui.paint import cells
from kworkbench.ui.screens.base import pieces_text
from kworkbench.ui.widgets.quick_parts import row_lines
from tests.ui.desk import Books, Desk, invoice, payment, session_of

SESSION = session_of(Desk(), Books([invoice(1348, "Åkerlund & Söner AB", 1_245_000), payment(9, 1348, 845_000)], {}))


def plan(text: str) -> PaymentPlan:
    return SESSION.payments.plan(text, "invoices:1348")


def drawn(text: str, room: int = 80, *, armed: bool = False) -> list[str]:
    shown = SESSION.payments.preview(plan(text), "invoices:1348", armed=armed)
    lines = [line for row in shown.rows for line in row_lines(row, room)]
    assert all(cells(line) <= room for line in lines)
    return [pieces_text(line) for line in lines]


def test_the_full_payment_is_the_ghost() -> None:
    assert SESSION.payments.ghost("invoices:1348") == "12,450.00 today"
    assert SESSION.payments.ghost(None) == ""


def test_rows_stand_under_the_line_and_marks_in_their_column() -> None:
    assert drawn("8450 yesterday wire") == [
        "   8,450.00 EUR on Tue 2026-03-03, note wire kw:…",
        "   Outstanding 12,450.00 → 4,000.00 EUR",
        " ▲ Same amount: 8,450.00 EUR was paid on this invoice on 2026-02-27.",
        "   Enter, then Enter again, pays it anyway.",
    ]
    assert drawn("8450", armed=True)[-1] == "   Enter again pays it anyway. Esc goes back to typing."


def test_a_refusal_stands_alone() -> None:
    assert drawn("8450 31feb") == [" ! 31feb is no day of the calendar. Write it like 2026-03-01."]


def test_figures_and_cautions_are_bold() -> None:
    (line,) = row_lines(Row((Segment("Overpaid: ", "unclear"), Segment("12.00 EUR", "strong"), Segment("x")), "▲"), 80)
    assert [token for _, token in line][-3:] == ["unclear bold", "strong bold", "text"]


@pytest.mark.parametrize("room", [60, 80, 140])
@pytest.mark.parametrize("text", ["8450 300 wire", "8450 wire " + "and a long note " * 9])
def test_long_rows_are_wrapped_and_lose_no_word(room: int, text: str) -> None:
    shown = SESSION.payments.preview(plan(text), "invoices:1348", armed=False)
    words = " ".join(f"{row.mark} {row.text}" for row in shown.rows).split()
    assert " ".join(drawn(text, room)).split() == words


@given(st.text(max_size=40))
def test_any_text_has_a_preview_without_controls(text: str) -> None:
    shown = SESSION.payments.preview(plan(text), "invoices:1348", armed=False)
    said = "".join(pieces_text(line) for row in shown.rows for line in row_lines(row, 80))
    assert not any(ord(character) < 32 or 127 <= ord(character) < 160 for character in said)
