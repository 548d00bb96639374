"""Lines of an invoice in one field: read as typed, carried as text, shown again."""

from __future__ import annotations

import pytest

from kworkbench.domain.catalog import FormField, ValueType
from kworkbench.domain.changes import Raw
from kworkbench.domain.invoice_lines import InvoiceLine, lines_in, read_lines, shown_lines, total_of, written
from kworkbench.domain.numbers import ENGLISH, NumberStyle
from kworkbench.domain.validation import read_field, show_field
from tests.sync.stage import TODAY

GERMAN = NumberStyle(".", ",")
FIELD = FormField("lines", "lines", ValueType.LINES)


@pytest.mark.parametrize(
    ("typed", "style", "carried"),
    [
        ("1,200 Design; 50 Hosting +tax", ENGLISH, "1200.00 Design\n50.00 Hosting +tax"),
        ("1.200,50 Design", GERMAN, "1200.50 Design"),
        ("-20 Discount ; ", ENGLISH, "-20.00 Discount"),
        ("12.50+3 lunch", ENGLISH, "15.50 lunch"),
        ("9", None, "9.00"),
    ],
)
def test_lines_are_read_carried_and_shown_again(typed: str, style: NumberStyle | None, carried: str) -> None:
    lines = read_lines(typed, "EUR", style)
    assert isinstance(lines, tuple)
    assert written(lines) == carried
    assert lines_in(carried) == lines
    shown = shown_lines(carried, "EUR", style)
    assert read_lines(shown, "EUR", style) == lines


@pytest.mark.parametrize("typed", ["", " ; ", "much Design", "10 Design; Hosting 5", "1.234.56 x"])
def test_what_is_no_line_gets_a_sentence(typed: str) -> None:
    wrong = read_lines(typed, "EUR", ENGLISH)
    assert isinstance(wrong, str)
    assert wrong.endswith(".")


def test_they_add_up_in_the_currency() -> None:
    assert total_of((InvoiceLine("1200.00", "a"), InvoiceLine("-0.50", "b")), "EUR") == 119_950
    assert total_of((InvoiceLine("180000", "a"),), "JPY") == 180_000


def test_a_field_tells_what_it_read_and_keeps_what_it_cannot_read() -> None:
    read = read_field(FIELD, "1200 Design; 50 Hosting", currency="EUR", today=TODAY, style=ENGLISH)
    assert (read.arg, read.hint) == ("1200.00 Design\n50.00 Hosting", "= 2 lines, 1,250.00 EUR")
    assert show_field(FIELD, read.arg, "EUR", ENGLISH) == "1,200.00 Design; 50.00 Hosting"
    wrong = read_field(FIELD, "Design 1200", currency="EUR", today=TODAY, style=ENGLISH)
    assert (wrong.arg, bool(wrong.message)) == (Raw("Design 1200"), True)


@pytest.mark.parametrize(("typed", "arg"), [("30", 30), ("-2", -2), ("3.5", Raw("3.5")), ("soon", Raw("soon"))])
def test_whole_numbers(typed: str, arg: object) -> None:
    field = FormField("days", "days", ValueType.NUMBER)
    assert read_field(field, typed, currency="", today=TODAY, style=ENGLISH).arg == arg
