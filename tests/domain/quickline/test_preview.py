"""The words under the line. Screens.md section 5."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kworkbench.domain.quickline import (
    LineContext,
    PastPayment,
    Segment,
    parse_line,
    plain,
    plan_payments,
    preview,
    preview_batch,
)
from tests.domain.quickline.books import INV_104, KANTATA_104, ON_104, context, invoice, planned

MARKER = "kw:7Q2MABCDEF"


def shown(text: str, ground: LineContext = ON_104, *, armed: bool = False) -> list[str]:
    return plain(preview(planned(text, ground), ground, marker=MARKER, armed=armed)).splitlines()


def test_the_drawn_example() -> None:
    once = replace(INV_104, payments=(PastPayment(date(2026, 2, 27), 845_000),))
    assert shown("8450 yesterday wire ref 77812", context(once), armed=True) == [
        "Pay INV-104  Åkerlund & Söner AB",
        "  8,450.00 EUR on Tue 2026-03-03, note wire ref 77812 kw:7Q2MABCDEF",
        "  Outstanding 12,450.00 → 4,000.00 EUR",
        "▲ Same amount: 8,450.00 EUR was paid on this invoice on 2026-02-27.",
        "  Enter again pays it anyway. Esc goes back to typing.",
    ]


@pytest.mark.parametrize(
    ("text", "ground", "rows"),
    [
        (
            "",
            ON_104,
            [
                "Pay INV-104  Åkerlund & Söner AB",
                "  12,450.00 EUR on Wed 2026-03-04, note kw:7Q2MABCDEF",
                "  Outstanding 12,450.00 → paid",
            ],
        ),
        (
            "13000",
            ON_104,
            [
                "Pay INV-104  Åkerlund & Söner AB",
                "  13,000.00 EUR on Wed 2026-03-04, note kw:7Q2MABCDEF",
                "  Outstanding 12,450.00 → 550.00 EUR overpaid",
                "▲ Overpaid: 550.00 EUR more than the 12,450.00 EUR outstanding.",
                "  Enter, then Enter again, pays it anyway.",
            ],
        ),
        (
            "12000 rest=writeoff",
            ON_104,
            [
                "Pay INV-104  Åkerlund & Söner AB",
                "  12,000.00 EUR, and write off 450.00 EUR on Wed 2026-03-04, note kw:7Q2MABCDEF",
                "  Outstanding 12,450.00 → paid",
            ],
        ),
        (
            "refund 50",
            ON_104,
            [
                "Refund INV-104  Åkerlund & Söner AB",
                "  refund 50.00 EUR on Wed 2026-03-04, note kw:7Q2MABCDEF",
                "  Outstanding 12,450.00 → 12,500.00 EUR",
            ],
        ),
        (
            "writeoff",
            ON_104,
            [
                "Write off INV-104  Åkerlund & Söner AB",
                "  write off 12,450.00 EUR on Wed 2026-03-04, note kw:7Q2MABCDEF",
                "  Outstanding 12,450.00 → written off",
            ],
        ),
        (
            "yesterday wire",
            KANTATA_104,
            [
                "Pay INV-104  Åkerlund & Söner AB",
                "  12,450.00 EUR on Wed 2026-03-04, note 2026-03-03 wire kw:7Q2MABCDEF",
                "  Kantata keeps no payment date; 2026-03-03 goes to the front of the note.",
                "  Outstanding 12,450.00 → paid",
            ],
        ),
        (
            "@ 500",
            KANTATA_104,
            [
                "Record on Webshop  Åkerlund & Söner AB",
                "  project payment 500.00 EUR on Wed 2026-03-04, note kw:7Q2MABCDEF",
                "  No invoice is settled by it; the amount stands as not allocated.",
            ],
        ),
        (
            "500",
            KANTATA_104,
            [
                "Pay INV-104  Åkerlund & Söner AB",
                "! Kantata pays INV-104 only in full, 12,450.00 EUR.",
                "! Add @project to record it on the project. That settles no invoice.",
            ],
        ),
        (
            "1.250",
            ON_104,
            ["Pay INV-104  Åkerlund & Söner AB", "! 1.250 can mean 1250 or 1.25. Write one of them."],
        ),
    ],
)
def test_rows(text: str, ground: LineContext, rows: list[str]) -> None:
    assert shown(text, ground) == rows


@pytest.mark.parametrize(
    ("text", "armed", "enter"),
    [
        ("", False, "pay"),
        ("13000", False, "pay"),
        ("13000", True, "pay anyway"),
        ("refund 5", False, "refund"),
        ("1.250", False, ""),
    ],
)
def test_the_footer_names_enter(text: str, armed: bool, enter: str) -> None:
    assert preview(planned(text), ON_104, armed=armed).enter == enter


def test_tokens_of_the_drawn_example() -> None:
    rows = preview(planned("8450 yesterday wire"), ON_104, marker=MARKER).rows
    assert rows[0].segments == (
        Segment("8,450.00 EUR", "strong"),
        Segment(" on ", "muted"),
        Segment("Tue 2026-03-03", "text"),
        Segment(", note ", "muted"),
        Segment("wire", "text"),
        Segment(f" {MARKER}", "muted"),
    )
    assert preview(planned(""), ON_104).rows[1].segments[-1] == Segment("paid", "done")


def test_without_a_marker_an_empty_note_is_not_named() -> None:
    assert preview(planned(""), ON_104).rows[0].text == "12,450.00 EUR on Wed 2026-03-04"


def test_an_accepted_caution_is_not_asked_again() -> None:
    ground = replace(ON_104, accepted=frozenset({"overpaid"}))
    assert shown("13000", ground)[-1] == "  Outstanding 12,450.00 → 550.00 EUR overpaid"


def test_several_invoices() -> None:
    ground = context(invoice("INV-1"), invoice("INV-2", "Other Ltd"), invoice("INV-3", outstanding=0))
    plan = plan_payments(parse_line("yesterday wire", ground), ground)
    assert plain(preview_batch(plan, ground, not_in_view=1)).splitlines() == [
        "Pay 3 invoices, 1 not in view",
        "  2 payments, 2,000.00 EUR on Tue 2026-03-03, note wire",
        "▲ 1 cannot be paid: INV-3 has nothing outstanding.",
        "▲ Several clients: The marked invoices are of 2 clients.",
        "  Enter opens the review. Nothing is sent before it.",
    ]


def test_several_invoices_refused() -> None:
    ground = context(invoice("INV-1"), invoice("INV-2"))
    refused = preview_batch(plan_payments(parse_line("50%", ground), ground), ground)
    assert plain(refused).splitlines() == [
        "Pay 2 invoices",
        "! 50% is of one invoice. Write the total received as an amount.",
    ]
    assert refused.enter == ""
