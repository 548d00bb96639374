"""The grammar of the line: what becomes which token, and where the note starts. Product.md section 7."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kworkbench.domain.quickline import DateOrder, LineContext, Part, ghost, parse_line, under
from tests.domain.quickline.books import COMMAND_LINE, INV_104, KANTATA, KANTATA_104, KNOWN, ON_104, TODAY, context

A, D, INV, N, C = Part.AMOUNT, Part.DATE, Part.INVOICE, Part.NOTE, Part.CURRENCY


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", []),
        ("500", [A]),
        ("500 yesterday wire ref 77812", [A, D, N]),
        ("yesterday 500", [D, A]),
        ("wire 500 yesterday", [N]),
        ('500 "yesterday wire"', [A, N]),
        ('500"yesterday', [A, N]),
        ("1 250.50 mon", [A, D]),
        ("12.50 + 3 lunch", [A, N]),
        ("5 eur + 3 lunch", [A, N]),
        ("5 eur+3 eur lunch", [A, C, N]),
        ("5 eur +3d lunch", [A, C, D, N]),
        ("5 + top 3 hits", [A, N]),
        ("50% -3d", [A, D]),
        ("rest 4mar", [A, D]),
        ("refund 50", [Part.REFUND, A]),
        ("500 rest=writeoff", [A, Part.REST_WRITTEN_OFF]),
        ("writeoff bad debt", [Part.WRITE_OFF, N]),
        ("500 eur", [A, C]),
        ("EUR 500 cash", [C, A, N]),
        ("500eur", [A]),
        ("500 all of it", [A, N]),
        ("#acme 500", [INV, A]),
        ("INV-104 500", [INV, A]),
        ("inv-104 500", [INV, A]),
        ("INV-1104 500", [N]),
        ("3rd of march", [N]),
        ("500 200abc", [A, N]),
        ("500 2000", [A, A]),
        ("04.03.26", [D]),
        ("50+", [A]),
        ("100-20", [A]),
        ("=45210.33", [A]),
        ("-50", [A]),
    ],
)
def test_tokens_on_a_fixed_invoice(text: str, parts: list[Part]) -> None:
    assert [token.part for token in parse_line(text, ON_104).tokens] == parts


@pytest.mark.parametrize(
    ("text", "number", "amount"),
    [
        ("INV-104 500", "INV-104", 50_000),
        ("500 INV-104", "INV-104", 50_000),
        ("#INV-104", "INV-104", None),
        ("#1105 50%", "INV-1105", 30_000),
        ("#akerlund rest", "INV-104", 1_245_000),
        ("#aakerlund", "INV-104", None),
        ('#"söner ab" 500', "INV-104", 50_000),
        ("1042 500", "1042", 50_000),
        ("500 1042", "1042", 50_000),
        ("104 500", "104", 50_000),
        ("104 12.50+3", "104", 1_550),
        ("INV-104 5 eur + 3", "INV-104", 800),
        ("104 5 eur+3 eur", "104", 800),
        ("1042 rest", "1042", 80_000),
        ("#id:52 5", "TWIN-1", 500),
        ("2026-03-01 500", "2026-03-01", 50_000),
        ("3/4 500", "3/4", 50_000),
    ],
)
def test_invoice_on_the_command_line(text: str, number: str, amount: int | None) -> None:
    line = parse_line(text, COMMAND_LINE)
    assert line.errors == ()
    assert line.invoice is not None
    assert (line.invoice.number, line.amount) == (number, amount)


def test_a_segment_of_a_number_comes_before_a_part_of_it() -> None:
    exact = parse_line("#1104", COMMAND_LINE)
    assert exact.invoice == KNOWN[1]
    line = parse_line("#110", COMMAND_LINE)
    assert [one.number for one in line.candidates] == ["INV-1104", "INV-1105"]
    assert parse_line('#"penalver', COMMAND_LINE).candidates == line.candidates


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "No invoice is named. Write # and its number, a part of it, or of the client."),
        ("1042", "No invoice is named. Write #1042 for the invoice of that number."),
        ("INV-999 500", "No invoice INV-999 is known. Write # and a part of its number or client."),
        ("#zzzz", "No invoice matches 'zzzz'."),
        ('500 #"acme rest', '#"acme rest is not closed. Write " behind the name.'),
        ("# 500", "Write the number of an invoice or a part of it after #."),
        (
            "#penalver",
            (
                "'penalver' fits 2 invoices: INV-1104 Peñalver Hermanos S.L. 500.00 EUR, "
                "INV-1105 Peñalver Hermanos S.L. 600.00 EUR. Write more of the number."
            ),
        ),
        (
            "TWIN-1 5",
            (
                "'TWIN-1' fits 2 invoices: TWIN-1 (id:51) First Twin 100.00 EUR, "
                "TWIN-1 (id:52) Second Twin 200.00 EUR. Choose one with #id:51."
            ),
        ),
        ("INV-104 INV-1104", "INV-104 and INV-1104 are two targets. Keep one, or put the note in quotes."),
        ("INV-104 1.250", "1.250 can mean 1250 or 1.25. Write one of them."),
        ("1042 104", "Two amounts: 1042 (1042.00) and 104 (104.00). Keep one, or put the note in quotes."),
    ],
)
def test_refused_on_the_command_line(text: str, why: str) -> None:
    assert why in parse_line(text, COMMAND_LINE).errors


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("500 2000", "Two amounts: 500 (500.00 EUR) and 2000 (2,000.00 EUR). Keep one, or put the note in quotes."),
        ("500 rest", "Two amounts: 500 (500.00 EUR) and rest (12,450.00 EUR). Keep one, or put the note in quotes."),
        (
            "today mon",
            "Two dates: today (Wed 2026-03-04) and mon (Mon 2026-03-02). Keep one, or put the note in quotes.",
        ),
        ("500 600", "500 600 can be one amount or two, 500 and 600. Write it without the blank."),
        ("-50", "-50 is negative. Write refund 50 to record money given back."),
        ("12.345", "12.345 can mean 12345 or 12.345. Write one of them."),
        ("12.3456", "12.3456 has more decimals than EUR, which has 2."),
        ("500 usd", "USD is not the currency here, which is EUR."),
        ("5 eur + 3 usd", "USD is not the currency here, which is EUR."),
        ("5 usd + 3", "USD is not the currency here, which is EUR."),
        ("500usd", "USD is not the currency here, which is EUR."),
        ("usd", "USD is not the currency here, which is EUR."),
        ("$500", "$ is not the currency here, which is EUR."),
        ("3/4", "3/4 is read as a date only with date_order set. Write it like 2026-03-01."),
        ("50*2", "50*2 is no known invoice and no amount: only + calculates."),
        ("100-20", "100-20 is no known invoice and no amount: only + calculates."),
        ("50+", "50+ is no known invoice and no amount: only + calculates."),
        ("=45210.33", "=45210.33 sets a control total, which only a payment run has."),
        ("refund", "A refund needs its amount: refund 50."),
        ("refund for broken chairs", "A refund needs its amount: refund 50."),
        ("rest=writeoff", "rest=writeoff needs the amount that was paid: 500 rest=writeoff."),
        ("500 refund writeoff", "Keep one of refund, writeoff and rest=writeoff."),
        ("@webshop 500", "Productive records payments on invoices only. Put a note with @ in quotes."),
    ],
)
def test_refused_on_a_fixed_invoice(text: str, why: str) -> None:
    assert why in parse_line(text, ON_104).errors


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("refund 50", "Kantata records no refunds."),
        ("-50", "-50 is negative. Kantata records no refunds."),
        ("writeoff", "Kantata records no write-offs."),
        ("500 rest=writeoff", "Kantata records no write-offs."),
        ("@harbour 500", "'harbour' fits 2 projects: Harbour app, Harbour study. Write more of the name."),
        ('@"webshop 500', '@"webshop 500 is not closed. Write " behind the name.'),
        ("@zzzz 500", "No project matches 'zzzz'."),
        ("@webshop 50%", "50% is of what is outstanding. A project payment needs an amount."),
    ],
)
def test_refused_on_kantata(text: str, why: str) -> None:
    assert why in parse_line(text, KANTATA_104).errors


@pytest.mark.parametrize(
    ("text", "ground", "project", "currency"),
    [
        ("@webshop 500", KANTATA_104, "Webshop relaunch", "EUR"),
        ('@"harbour app" 500', KANTATA_104, "Harbour app", "USD"),
        ("@ 500", KANTATA_104, "Webshop", "EUR"),
        ("500 @project", KANTATA_104, "Webshop", "EUR"),
        ("INV-104 500 @project", context(rules=KANTATA, style=None), "Webshop", "EUR"),
        ("1042 500 @project", context(rules=KANTATA, style=None), "Webshop", "EUR"),
        ("104 500 @", context(rules=KANTATA, style=None), "Webshop", "EUR"),
    ],
)
def test_project(text: str, ground: LineContext, project: str, currency: str) -> None:
    line = parse_line(text, ground)
    assert line.errors == ()
    assert line.project is not None
    assert (line.invoice, line.project.name, line.currency, line.amount) == (None, project, currency, 50_000)


def test_only_the_sign_changes_a_fixed_invoice() -> None:
    other = parse_line("#1105 500", ON_104)
    assert other.invoice is not None
    assert other.invoice.number == "INV-1105"
    assert parse_line("INV-1105 500", ON_104).invoice == INV_104
    assert parse_line("2026-03-01", ON_104).date == date(2026, 3, 1)


def test_an_order_of_dates_makes_figures_readable() -> None:
    ground = context(INV_104, order=DateOrder.DAY_FIRST)
    assert parse_line("3/4", ground).date == date(2025, 4, 3)
    assert parse_line("04.03.26 500", ground).amount == 50_000


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("500 wire ref 77812", "wire ref 77812"),
        ('500 "2026-03-01 wire"', "2026-03-01 wire"),
        ('500 "half open', "half open"),
        ("500 wire\x1b[2J\nref", "wire [2J ref"),
        ("500   ", ""),
    ],
)
def test_note(text: str, note: str) -> None:
    assert parse_line(text, ON_104).note == note


def test_the_row_under_the_line_is_shortened_to_fit() -> None:
    line = parse_line("8450 yesterday wire ref 77812", ON_104)
    assert "".join(segment.text for segment in under(line)) == "└sum └date     └note"
    line = parse_line("#a 12.345 x", ON_104)
    segments = [segment for segment in under(line) if segment.text.strip()]
    assert [(segment.text, segment.token) for segment in segments] == [
        ("└", "refused"),
        ("└sum", "refused"),
        ("└note", "unsent"),
    ]


@pytest.mark.parametrize(
    ("text", "suggested"),
    [
        ("", "12,450.00 today"),
        ("500 yes", "terday"),
        ("500 ref", "und"),
        ("re", "st"),
        ("#INV-1", "04"),
        ("500 wire yes", ""),
        ("500 ", ""),
    ],
)
def test_ghost(text: str, suggested: str) -> None:
    assert ghost(text, ON_104) == suggested


def test_the_ghost_of_an_empty_line_is_the_full_payment() -> None:
    line = parse_line(ghost("", ON_104), ON_104)
    assert (line.amount, line.date, line.errors) == (INV_104.outstanding, TODAY, ())
    assert ghost("", KANTATA_104) == "12,450.00"
    assert ghost("", COMMAND_LINE) == ""


TYPED = (
    "500 1.250 50% rest refund writeoff rest=writeoff eur $5 today 4mar 3/4 #inv # @web @ INV-104 104 TWIN-1 wire =5"
)
WORDS = st.sampled_from([*TYPED.split(), "1 250", '"', "-50", "+", "50+", "\t", "é"])
LINES = st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=7).map(" ".join))
GROUNDS = st.sampled_from(
    [ON_104, KANTATA_104, COMMAND_LINE, context(*KNOWN[:3]), context(rules=KANTATA), context(order=DateOrder.DAY_FIRST)]
)


@given(LINES, GROUNDS)
def test_spans_cover_what_was_typed(text: str, ground: LineContext) -> None:
    tokens = parse_line(text, ground).tokens
    covered = [False] * len(text)
    at = 0
    for token in tokens:
        assert at <= token.start < token.end <= len(text)
        covered[token.start : token.end] = [True] * (token.end - token.start)
        at = token.end
    assert all(seen or char.isspace() for seen, char in zip(covered, text, strict=True))


@given(LINES, GROUNDS)
def test_a_token_is_read_or_says_why_not(text: str, ground: LineContext) -> None:
    line = parse_line(text, ground)
    for token in line.tokens:
        assert token.error in {"", *line.errors}
        assert token.reading or token.error or token.part in {Part.NOTE, Part.AMOUNT}
    assert (line.invoice is not None or line.project is not None or len(ground.chosen) > 1) or line.errors
    assert isinstance(ghost(text, ground), str)
