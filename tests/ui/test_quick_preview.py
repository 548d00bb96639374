"""What the preview of a payment line says, without a screen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kworkbench.domain.numbers import ENGLISH
from kworkbench.domain.quickline.plan import PaymentPlan
from kworkbench.ui.paint import Pieces, cells
from kworkbench.ui.screens.base import pieces_text
from kworkbench.ui.widgets.quick_preview import PreviewStyle, full_payment, preview_lines, token_labels
from tests.ui.desk import Books, Desk, invoice, payment, session_of

SESSION = session_of(Desk(), Books([invoice(1348, "Åkerlund & Söner AB", 1_245_000), payment(9, 1348, 845_000)], {}))
STYLE = PreviewStyle(ENGLISH, SESSION.catalog.payments, marker="kw:…")


def plan(text: str) -> PaymentPlan:
    return SESSION.payments.plan(text, "invoices:1348")


def said(lines: list[Pieces]) -> list[str]:
    return [pieces_text(line).strip() for line in lines]


def labels(text: str) -> str:
    return pieces_text(token_labels(text, plan(text).line.tokens, 70))


def test_each_token_says_under_its_first_cell_what_it_was_read_as() -> None:
    assert labels("8450 yesterday wire ref 77812") == "└sum └date     └note"
    assert labels("12,450.00 today") == "└amount   └date"


def test_labels_stand_under_wide_characters_too() -> None:
    assert labels("500 東京 wire").startswith("└")
    assert labels('500 "東京" x').index("└note") == 4


def test_the_full_payment_is_the_ghost() -> None:
    assert full_payment(plan(""), ENGLISH) == "12,450.00 today"


def test_the_balance_reaches_paid() -> None:
    assert said(preview_lines(plan(""), STYLE, 80))[:2] == [
        "12,450.00 EUR on Wed 2026-03-04, note kw:…",
        "Outstanding 12,450.00 → paid",
    ]


def test_a_caution_says_what_enter_does_now() -> None:
    text = said(preview_lines(plan("8450 yesterday wire"), STYLE, 80))
    assert text[2] == "▲ Same amount: 8,450.00 EUR was paid on this invoice on 2026-02-27."
    assert text[3] == "Enter twice pays it anyway."
    armed = PreviewStyle(ENGLISH, SESSION.catalog.payments, armed=True)
    assert said(preview_lines(plan("8450"), armed, 80))[-1] == "Enter again pays it anyway. Esc goes back to typing."


def test_overpaying_names_the_surplus() -> None:
    assert "Outstanding 12,450.00 → overpaid by 550.00 EUR" in said(preview_lines(plan("13000"), STYLE, 80))


def test_a_refusal_replaces_the_payment_and_the_cautions() -> None:
    text = said(preview_lines(plan("8450 31feb"), STYLE, 80))
    assert text == ["! 31feb is no day of the calendar. Write it like 2026-03-01."]


def test_a_refund_and_a_write_off_say_so() -> None:
    assert said(preview_lines(plan("refund 50"), STYLE, 80))[0].startswith("Refund 50.00 EUR on")
    assert said(preview_lines(plan("12000 rest=writeoff"), STYLE, 80))[0].startswith(
        "12,000.00 EUR, 450.00 EUR written off on"
    )


def test_kantata_says_where_a_typed_date_goes() -> None:
    session = session_of(Desk(), Books([invoice(1, "Null & Void", 5000)], {}), provider="kantata")
    typed = session.payments.plan("yesterday wire", "invoices:1")
    text = said(preview_lines(typed, PreviewStyle(ENGLISH, session.catalog.payments), 80))
    assert text[0] == "50.00 EUR, note 2026-03-03 wire"
    assert text[1] == "No payment date is kept there. The date stands at the front of the note."


@pytest.mark.parametrize("room", [60, 80, 140])
def test_long_refusals_are_wrapped_and_lose_no_word(room: int) -> None:
    typed = plan("8450 300 wire")
    lines = preview_lines(typed, STYLE, room)
    assert all(cells(line) <= room for line in lines)
    words = " ".join(" ".join(said(lines)).removeprefix("! ").split())
    assert words == " ".join(typed.refusals)


@given(st.text(max_size=40))
def test_any_text_has_labels_in_order_and_a_preview_without_controls(text: str) -> None:
    typed = plan(text)
    drawn = pieces_text(token_labels(text, typed.line.tokens, 80))
    assert drawn.count("└") == len(typed.line.tokens)
    shown = "".join(pieces_text(line) for line in preview_lines(typed, STYLE, 80))
    assert not any(ord(character) < 32 or 127 <= ord(character) < 160 for character in shown + drawn)
