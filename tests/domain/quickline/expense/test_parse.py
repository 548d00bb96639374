"""The grammar of the expense line: what becomes which token, and what is text. Product.md section 7."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kworkbench.domain.quickline import DateOrder, Part, under
from kworkbench.domain.quickline.expense import ExpenseContext, parse_expense, plan_expense, preview_expense
from tests.domain.quickline.books import GERMAN
from tests.domain.quickline.expense.books import GROUNDS, KANTATA, PRODUCTIVE, ground

A, D, C, X = Part.AMOUNT, Part.DATE, Part.CURRENCY, Part.TEXT
P, K, B, R = Part.PROJECT, Part.CATEGORY, Part.BILLABLE, Part.REIMBURSABLE


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", []),
        ("12.50+3 lunch @harbour %meals -1d billable", [A, X, P, K, D, B]),
        ("12.50 lunch -1d billable", [A, X]),
        ("lunch 12.50", [X]),
        ('12.50 "lunch @harbour" @webshop', [A, X, P]),
        ('12.50"lunch" %meals', [A, X, K]),
        ('12.50 lunch "team @harbour %meals" @webshop', [A, X, X, P]),
        ('12.50 lunch "team @harbour %meals', [A, X, X]),
        ('12.50 cable 5" @webshop', [A, X, P]),
        ("12.50 lunch @harbour with Ana", [A, X, P, X]),
        ("12.50 tip 10 % of it @harbour", [A, X, P]),
        ("12.50 mail to ana@example.com", [A, X]),
        ("12.50 coffee @ the corner", [A, X]),
        ('@"Harbour app" 5', [P, A]),
        ("210.50 chf taxi", [A, C, X]),
        ("chf 210.50", [C, A]),
        ("€12", [A]),
        ("non-billable NONREIMBURSABLE 5", [B, R, A]),
        ("unbillable not-reimbursable", [B, R]),
        ("50%", [A]),
        ("-50", [A]),
        ("-3d", [D]),
        ("2026-02-30", [D]),
        ("#12", [X]),
        ("%", [K]),
    ],
)
def test_tokens_and_texts(text: str, parts: list[Part]) -> None:
    assert [token.part for token in parse_expense(text, KANTATA).tokens] == parts


def test_the_line_of_the_design() -> None:
    line = parse_expense("12.50+3 lunch @webshop %meals -1d billable", KANTATA)
    assert line.errors == ()
    assert line.place.project is not None
    assert line.place.category is not None
    assert (line.place.project.name, line.place.category.name) == ("Webshop relaunch", "Meals")
    assert (line.amount, line.currency, line.date) == (1_550, "EUR", date(2026, 3, 3))
    assert (line.note, line.billable, line.reimbursable) == ("lunch", True, None)


def test_texts_on_both_sides_of_a_name_are_one_text() -> None:
    assert parse_expense("5 lunch @webshop with Ana", KANTATA).note == "lunch with Ana"
    assert parse_expense('5 "a\tb" @webshop "c"', KANTATA).note == "a b c"


def test_quotes_protect_the_text_in_which_they_open() -> None:
    line = parse_expense('5 dinner "team @webshop %meals" late @kyoto %lodging', KANTATA)
    assert line.place.project is not None
    assert (line.place.project.name, line.place.category_name) == ("Kyoto office", "Lodging")
    assert line.note == "dinner team @webshop %meals late"
    assert parse_expense('5 cable 5" @webshop', KANTATA).note == 'cable 5"'


@pytest.mark.parametrize(
    ("text", "billable", "reimbursable"),
    [("billable", True, None), ("non-billable reimbursable", False, True), ("unreimbursable", None, False)],
)
def test_words_and_their_opposites(text: str, billable: bool | None, reimbursable: bool | None) -> None:
    line = parse_expense(f"5 {text} @webshop %meals", KANTATA)
    assert (line.billable, line.reimbursable, line.errors) == (billable, reimbursable, ())


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("210.50 chf @webshop", "CHF", 21_050),
        ("chf210.50+5chf @webshop", "CHF", 21_550),
        ("5 chf+3 chf lunch @webshop", "CHF", 800),
        ("5 chf + 3 lunch @webshop", "CHF", 800),
        ("5 + chf 3 lunch @webshop", "CHF", 800),
        ("5  chf +  3 chf + 2 tea + 4 cakes @webshop", "CHF", 1_000),
        ("1 250 tea + 3 cakes @webshop", "EUR", 125_000),
        ("210.50 @webshop", "EUR", 21_050),
        ("$12 @harbour-app", "USD", 1_200),
        ("$12 @zzzz", "", 1_200),
        ('$12 @"harbour app"', "USD", 1_200),
        ("1500 @kyoto", "JPY", 1_500),
        ("1500 eur @kyoto", "EUR", 150_000),
        ("12.50", "", 1_250),
    ],
)
def test_an_amount_is_in_the_currency_typed_else_in_the_projects(text: str, currency: str, minor: int) -> None:
    line = parse_expense(text, KANTATA)
    assert (line.currency, line.amount) == (currency, minor)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("12 15 @webshop", "Two amounts: 12 (12.00 EUR) and 15 (15.00 EUR). Keep one, or put the text in quotes."),
        (
            "12 today -1d @webshop",
            "Two dates: today (Wed 2026-03-04) and -1d (Tue 2026-03-03). Keep one, or put the text in quotes.",
        ),
        ("12 2026-02-30", "2026-02-30 is no day of the calendar. Write it like 2026-03-01."),
        ("12 3/4", "3/4 is read as a date only with date_order set. Write it like 2026-03-01."),
        ("50% @webshop", "50% is a share. An expense takes an amount."),
        ("-50 @webshop", "-50 is negative. An expense line takes amounts above zero."),
        ("100-20 @webshop", "100-20 is no amount: only + calculates."),
        ("50+ @webshop", "50+ is no amount: only + calculates."),
        ("12.505 eur @webshop", "12.505 can mean 12505 or 12.505. Write one of them."),
        ("12.5 @kyoto", "12.5 has more decimals than JPY, which has 0."),
        ("12 chf eur @webshop", "CHF and EUR are two currencies. Keep one, or put the text in quotes."),
        ("12 chf + 5 eur @webshop", "CHF and EUR are two currencies. Keep one, or put the text in quotes."),
        ("12chf+5eur @webshop", "CHF and EUR are two currencies. Keep one, or put the text in quotes."),
        ("$12 @webshop", "$ can mean several currencies. Write its code, like 12.50 AUD."),
        ("5 billable non-billable", "billable and non-billable cannot both be. Keep one, or put the text in quotes."),
        ("5 lunch", "No project is named. Write @ and a part of its name."),
        ("5 @", "Write the name of a project after @."),
        ("5 @zzzz", "No project matches 'zzzz'."),
        ("5 @harbour", "'harbour' fits 2 projects: Harbour app, Harbour study. Write more of the name."),
        ('5 @"webshop %meals', '@"webshop %meals is not closed. Write " behind the name.'),
        ('5 @webshop %"meals -1d', '%"meals -1d is not closed. Write " behind the name.'),
        ("5 @webshop @kyoto", "@webshop and @kyoto are 2 projects. Keep one, or put the text in quotes."),
        ("5 @twin", "'twin' fits 2 projects: Twin (id:11), Twin (id:12). Choose one with @id:11."),
        (
            "5 @webshop",
            "No category is named. Write % and a part of its name: Lodging, Meals, Travel, air, Travel, rail.",
        ),
        ("5 %zzzz @webshop", "No category matches 'zzzz'. There are Lodging, Meals, Travel, air, Travel, rail."),
        ("5 %travel @webshop", "'travel' fits 2 categories: Travel, air, Travel, rail. Write more of the name."),
        ("5 %meals %lodging", "%meals and %lodging are 2 categories. Keep one, or put the text in quotes."),
    ],
)
def test_what_is_refused_says_what_to_do(text: str, why: str) -> None:
    assert why in parse_expense(text, ground(style=None)).errors


def test_a_date_in_figures_is_read_where_its_order_is_configured() -> None:
    assert parse_expense("5 3/4", ground(order=DateOrder.DAY_FIRST)).date == date(2025, 4, 3)


def test_the_marks_of_the_locale() -> None:
    assert parse_expense("1.250,5 @webshop", ground(style=GERMAN)).amount == 125_050


@pytest.mark.parametrize(
    ("text", "project"), [("@webshp", "7"), ("@akerlund", "7"), ("@id:12", "12"), ("@KYOTO", "10")]
)
def test_a_project_is_found_by_part_of_its_name_its_client_its_id_and_past_a_slip(text: str, project: str) -> None:
    found = parse_expense(f"5 {text} %meals", KANTATA).place.project
    assert found is not None
    assert found.id == project


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("@webshop", "41"),
        ("@webshop %meals", "41"),
        ("@harbour %dinner", "43"),
        ("@harbour %meals", "43"),
        ("@harbour %lodging", "42"),
        ("@kyoto %id:45", "45"),
    ],
)
def test_both_words_lead_to_one_service_that_tracks_expenses(text: str, service: str) -> None:
    line = parse_expense(f"5 lunch {text}", PRODUCTIVE)
    assert line.errors == ()
    assert line.place.service is not None
    assert line.place.service.id == service


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            "@harbour",
            (
                "Harbour app has 2 services that track expenses: Lodging, Client dinners (Meals). "
                "Write % and a part of one."
            ),
        ),
        (
            "@kyoto",
            (
                "Kyoto office has 2 services that track expenses: Phase 1 (Travel) (id:44), Phase 1 (Travel) (id:45). "
                "Choose one with %id:44."
            ),
        ),
        (
            "@kyoto %phase",
            (
                "'phase' fits 2 services of Kyoto office: Phase 1 (Travel) (id:44), Phase 1 (Travel) (id:45). "
                "Choose one with %id:44."
            ),
        ),
        (
            "@harbour %taxi",
            "No service of Harbour app that tracks expenses matches 'taxi'. There are Lodging, Client dinners (Meals).",
        ),
        (
            "@webshop %taxi",
            "No service of Webshop relaunch that tracks expenses matches 'taxi'. There is only Expenses (Meals).",
        ),
        ('@"harbour study"', "No service of Harbour study tracks expenses."),
        ("@twin", "No service of the 2 projects that 'twin' fits tracks expenses."),
        ("@o", "'o' fits 3 projects: Webshop relaunch, Harbour app, Kyoto office. Write more of the name."),
    ],
)
def test_else_the_choices_are_listed(text: str, why: str) -> None:
    assert why in parse_expense(f"5 lunch {text}", PRODUCTIVE).errors


def test_every_token_is_labelled_under_its_first_cell() -> None:
    text = "12.50 lunch @webshop %meals -1d billable"
    labels = "".join(segment.text for segment in under(parse_expense(text, KANTATA)))
    assert [labels[text.index(word)] for word in ("12.50", "lunch", "@", "%", "-1d", "billable")] == ["└"] * 6


PIECES = st.sampled_from(
    ["12.50", "12.50+3", "210.50 chf", "$5", "50%", "-5", "@harbour", "@", '@"Harbour app"', "%meals", "%", "-1d",
     "mon", "2026-02-30", "billable", "non-billable", "lunch", '"a @b %c', '"', "été", "\t", "柏", "=3", "@o"]
)  # fmt: skip


@pytest.mark.parametrize("on", GROUNDS)
def test_a_name_whose_quotes_are_open_means_nothing(on: ExpenseContext) -> None:
    line = parse_expense('5 lunch @"webshop %meals', on)
    assert (line.place.project, line.place.service) == (None, None)
    assert line.errors == ('@"webshop %meals is not closed. Write " behind the name.',)


@given(st.one_of(st.text(max_size=30), st.lists(PIECES, max_size=7).map(" ".join)), st.sampled_from(GROUNDS))
def test_nothing_typed_raises_and_no_character_is_lost(text: str, on: ExpenseContext) -> None:
    line = parse_expense(text, on)
    covered = set[int]()
    for token in line.tokens:
        assert token.start < token.end
        assert covered.isdisjoint(range(token.start, token.end))
        covered.update(range(token.start, token.end))
    assert all(at in covered for at, char in enumerate(text) if not char.isspace())
    plan = plan_expense(line, on)
    assert plan.recordable or plan.refusals
    shown = preview_expense(plan, on)
    assert bool(shown.enter) == plan.recordable


@given(st.integers(1, 10**9), st.sampled_from(["lunch", "taxi to Åre", "x"]), st.permutations(range(4)))
def test_the_order_of_tokens_says_nothing(minor: int, text: str, order: list[int]) -> None:
    amount = f"{minor // 100}.{minor % 100:02}"
    tokens = [amount, "@webshop", "%meals", "yesterday"]
    line = parse_expense(" ".join([*(tokens[at] for at in order), text]), PRODUCTIVE)
    assert (line.errors, line.amount, line.note) == ((), minor, text)
    assert line.place.service is not None
