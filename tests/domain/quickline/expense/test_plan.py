"""What a line asks for at each provider, what is refused, and what needs a second `Enter`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kworkbench.domain.catalog import ValueType
from kworkbench.domain.quickline import CautionName, ProjectFacts, plain
from kworkbench.domain.quickline.candidates import match_projects
from kworkbench.domain.quickline.expense import (
    ExpenseContext,
    PastExpense,
    ServiceFacts,
    endings,
    ghost_expense,
    preview_expense,
    preview_nothing,
)
from kworkbench.providers import CATALOGS
from tests.domain.quickline.expense.books import (
    ALIKE,
    KANTATA,
    PRODUCTIVE,
    args_of,
    ground,
    planned,
)


def told(text: str, on: ExpenseContext = KANTATA, *, armed: bool = False, marker: str | None = None) -> list[str]:
    return plain(preview_expense(planned(text, on), on, armed=armed, marker=marker)).splitlines()


@pytest.mark.parametrize("provider", ["kantata", "productive"])
def test_the_rules_are_those_of_the_form(provider: str) -> None:
    """What a line leaves out, a form leaves out too: the same fields, wanted in the same way."""
    rules = CATALOGS[provider].expenses
    form = {field.key: field for field in CATALOGS[provider].resources["expenses"].form}
    assert rules.on_service == ("service_id" in form)
    assert rules.text_required == form["text"].required
    assert rules.billed_amount == ("billable" not in form)
    assert rules.converts == (not form["currency"].required)
    assert form["unit_amount" if rules.on_service else "amount"].type is ValueType.AMOUNT


def test_at_kantata_an_expense_stands_on_project_and_category() -> None:
    assert args_of("12.50+3 lunch @webshop %meals -1d billable non-reimbursable") == {
        "project_id": "7",
        "category_id": "2",
        "date": "2026-03-03",
        "amount": 1_550,
        "text": "lunch",
        "billable": True,
        "reimbursable": False,
    }
    plan = planned("5 @webshop %meals")
    assert plan.expense is not None
    assert (plan.expense.pre, plan.expense.expects) == ({"currency": "EUR"}, {})


def test_at_productive_it_stands_on_a_service_in_its_currency() -> None:
    assert args_of("12.50+3 lunch @harbour %dinner -1d billable reimbursable", PRODUCTIVE) == {
        "service_id": "43",
        "date": "2026-03-03",
        "unit_amount": 1_550,
        "currency": "USD",
        "text": "lunch",
        "billable_amount": 1_550,
        "reimbursable": True,
    }
    assert args_of("5 lunch @webshop non-billable", PRODUCTIVE)["billable_amount"] == 0
    assert "billable_amount" not in args_of("5 lunch @webshop", PRODUCTIVE)


def test_who_is_signed_in_is_named() -> None:
    assert args_of("5 @webshop %meals", ground(person="Ana Ek"))["person_id"] == "5"
    assert "by Ana Ek" in told("5 @webshop %meals", ground(person="Ana Ek"))[1]


def test_kantata_converts_another_currency_and_the_amount_is_to_come() -> None:
    plan = planned("210.50 chf taxi @webshop %meals")
    assert plan.expense is not None
    assert (plan.expense.args["amount"], plan.expense.args["currency"]) == (21_050, "CHF")
    assert plan.expense.pre == {"currency": "EUR"}
    assert plan.expense.expects == {"amount": None, "currency": "EUR"}
    assert told("210.50 chf taxi @webshop %meals") == [
        "New expense on Webshop relaunch  Åkerlund & Söner AB",
        "  210.50 CHF on Wed 2026-03-04, Meals, by you",
        "  Kantata OX converts it; the EUR amount is to come and in no sum yet.",
        "  Text: taxi",
    ]


def test_productive_keeps_another_currency() -> None:
    plan = planned("210.50 chf taxi @webshop", PRODUCTIVE)
    assert plan.expense is not None
    assert (plan.expense.args["unit_amount"], plan.expense.args["currency"]) == (21_050, "CHF")
    assert (plan.expense.pre, plan.expense.expects, plan.expense.converted) == ({}, {}, "")


@pytest.mark.parametrize(
    ("text", "on", "refusals"),
    [
        (
            "lunch",
            KANTATA,
            (
                "An expense needs its amount, like 12.50.",
                "No project is named. Write @ and a part of its name.",
                "No category is named. Write % and a part of its name: Lodging, Meals, Travel, air, Travel, rail.",
            ),
        ),
        ("0 @webshop %meals", KANTATA, ("An amount of zero records nothing.",)),
        ("5 @webshop", PRODUCTIVE, ("Productive wants to know what it was: write a word or two.",)),
        (
            "5 -1d @webshop %meals",
            ground(closed_until=date(2026, 3, 3)),
            ("2026-03-03 is in the closed period, up to 2026-03-03.",),
        ),
    ],
)
def test_everything_that_is_missing_is_said_at_once(text: str, on: ExpenseContext, refusals: tuple[str, ...]) -> None:
    plan = planned(text, on)
    assert plan.refusals == refusals
    assert not plan.ready
    assert preview_expense(plan, on).enter == ""


@pytest.mark.parametrize(
    ("project", "refusal"),
    [
        ("webshop", "Webshop relaunch has too many services for a line. The form finds them."),
        ("harbour", "'harbour' fits 2 projects: Harbour app, Harbour study. Write more of the name."),
        ("twin", "'twin' fits 2 projects: Twin (id:11), Twin (id:12). Choose one with @id:11."),
    ],
)
def test_none_of_too_many_services_is_picked(project: str, refusal: str) -> None:
    on = replace(PRODUCTIVE, services_of=lambda _ids: None)
    assert planned(f"5 lunch @{project} %meals", on).refusals == (refusal,)
    assert endings(f"5 lunch @{project} %mea", on) == []


def test_the_day_after_the_closed_period_is_open() -> None:
    assert planned("5 @webshop %meals", ground(closed_until=date(2026, 3, 3))).ready


@pytest.mark.parametrize(
    ("past", "sentence"),
    [
        (ALIKE, "5.00 EUR stands on this project on 2026-03-02: Lunch with Ana."),
        (PastExpense(None, unsent=True), "5.00 EUR on this project is waiting to be sent."),
        (
            PastExpense(None, "x", unsent=True, unclear=True),
            "5.00 EUR on this project may have reached the server already: x.",
        ),
    ],
)
def test_a_possible_duplicate_is_a_caution(past: PastExpense, sentence: str) -> None:
    plan = planned("5 @webshop %meals", ground(past=past))
    assert [(one.name, one.sentence) for one in plan.cautions] == [(CautionName.SAME_AMOUNT, sentence)]
    assert (plan.recordable, plan.ready) == (True, False)
    accepted = planned("5 @webshop %meals", ground(past=past, accepted=frozenset({"same-amount"})))
    assert (accepted.ready, accepted.cautions) == (True, plan.cautions)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("5 lunch yesterday @webshop %meals", "yesterday"),
        ("5 lunch (2026-02-30) @webshop %meals", "2026-02-30"),
        ("5 lunch, Billable. @webshop %meals", "Billable"),
        ("5 lunch @webshop %meals for all -1d", "-1d"),
        ("5 taxi chf @webshop %meals", "chf"),
        ("5 lunch USD @webshop %meals", "USD"),
        ("5 lunch 30.00 chf @webshop %meals", "chf"),
        ("5 lunch (30chf) @webshop %meals", "30chf"),
        ("5 lunch €30 @webshop %meals", "€30"),
        ("5 taxi £ @webshop %meals", "£"),
        ("5 chf taxi chf @webshop %meals", ""),
        ("5 lunch eur @webshop %meals", ""),
        ("5 pens FOR ALL, with Bob, TOP10 @webshop %meals", ""),
        ('5 taxi "30 chf" @webshop %meals', ""),
        ("5 lunch yesterday @webshop %meals -1d", ""),
        ('5 "lunch yesterday billable" @webshop %meals', ""),
        ('5 lunch "in quotes -1d" @webshop %meals', ""),
        ("5 3/4 screw, 10 % off @webshop %meals today", ""),
    ],
)
def test_a_word_that_the_text_has_swallowed_is_a_caution(text: str, word: str) -> None:
    cautions = planned(text).open_cautions
    said = f"{word!r} stands in the text and is not read there. Write it first, or behind @ and %."
    assert [one.sentence for one in cautions] == ([said] if word else [])
    assert {one.name for one in cautions} <= {CautionName.WORD_IN_TEXT}


def test_an_amount_that_the_text_has_swallowed_is_named() -> None:
    assert planned("lunch 12.50 @webshop %meals").refusals == (
        "'12.50' stands in the text. Write it first, or behind @ and %.",
    )


def test_what_is_converted_is_compared_as_it_was_given() -> None:
    (caution,) = planned("5 chf @webshop %meals", ground(past=ALIKE)).cautions
    assert caution.sentence == "5.00 CHF stands on this project on 2026-03-02: Lunch with Ana."


def test_a_day_to_come_is_a_caution_that_a_second_enter_accepts() -> None:
    assert told("5 lunch tomorrow @webshop %meals +1d")[-2:] == [
        "▲ Future date: Thu 2026-03-05 has not come yet.",
        "  Enter, then Enter again, adds it anyway.",
    ]
    assert (
        told("5 lunch @webshop +1d", PRODUCTIVE, armed=True)[-1]
        == "  Enter again adds it anyway. Esc goes back to typing."
    )
    armed = preview_expense(planned("5 lunch @webshop +1d", PRODUCTIVE), PRODUCTIVE, armed=True)
    assert armed.enter == "add anyway"


def test_the_preview_names_everything_that_will_be_stored() -> None:
    assert told("12.50+3 lunch @harbour %dinner -1d billable non-reimbursable", PRODUCTIVE, marker="kw:AB") == [
        "New expense on Harbour app  Peñalver Hermanos S.L.",
        "  15.50 USD on Tue 2026-03-03, Client dinners (Meals), by you, billable, not reimbursable",
        "  Text: lunch kw:AB",
    ]


def test_an_empty_line_says_how_one_is_written() -> None:
    shown = preview_nothing(PRODUCTIVE)
    assert shown.enter == "form"
    assert "%service" in plain(shown)
    assert "%category" in plain(preview_nothing(KANTATA))
    assert ghost_expense(KANTATA) == "12.50 lunch @project %category"


@pytest.mark.parametrize(
    ("text", "on", "found"),
    [
        ("5 @harb", KANTATA, ['5 @"Harbour app"', '5 @"Harbour study"']),
        ('5 @"harbour s', KANTATA, ['5 @"Harbour study"']),
        ("5 lunch %me", KANTATA, ["5 lunch %Meals"]),
        ("5 %", KANTATA, ["5 %Lodging", "5 %Meals", '5 %"Travel, air"', '5 %"Travel, rail"']),
        ("5 @harbour %din", PRODUCTIVE, ['5 @harbour %"Client dinners"']),
        ("5 @harbour %", PRODUCTIVE, ["5 @harbour %Lodging", '5 @harbour %"Client dinners"']),
        ("5 %me", PRODUCTIVE, []),
        ("5 bil", KANTATA, ["5 billable"]),
        ("yes", KANTATA, ["yesterday"]),
        ("5 @Twin", KANTATA, ["5 @id:11", "5 @id:12"]),
        ("5 ", KANTATA, []),
    ],
)
def test_the_last_word_can_be_completed(text: str, on: ExpenseContext, found: list[str]) -> None:
    assert endings(text, on) == found


def test_a_name_with_quotes_in_it_is_completed_by_its_id() -> None:
    labels = ProjectFacts("21", 'Whisky labels "12 years"', "Lochan", "EUR")
    screens = ServiceFacts("51", '24" screens', "21", "EUR")
    on = replace(PRODUCTIVE, find_projects=lambda text: match_projects(text, [labels]), services_of=lambda _: [screens])
    assert endings("5 x @whis", on) == ["5 x @id:21"]
    assert endings("5 x @id:21 %scr", on) == ["5 x @id:21 %id:51"]
    assert planned("5 x @id:21 %id:51", on).ready
