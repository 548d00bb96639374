"""`kworkbench expense`: what an expense says, and that everything around it is as with `pay`."""

from __future__ import annotations

import pytest

from kworkbench.domain.changes import Idem, Op, State
from kworkbench.store.failing import SaveError
from tests.cli.books import OFFLINE, PLACES, SIGNED_OUT, Shop
from tests.cli.standin import World, run
from tests.test_config import FULL

S = State
LINE = ("12.50+3", "lunch", "@webshop", "%meals", "-1d", "billable")
KANTATA = ("--connection", "sandbox-kantata")


@pytest.fixture(autouse=True)
def places(shop: Shop) -> None:
    shop.filled = shop.arriving = PLACES


def test_a_line_is_added_and_its_answer_waited_for(world: World, shop: Shop) -> None:
    shop.desk.fates = [S.SENDING, S.CONFIRMED]
    result = run(world, "expense", *LINE, "--yes")
    assert (result.status, result.out, result.err) == (0, "done 1  add expense\n", "")
    (change,) = shop.desk.changes
    assert (change.op, change.kind, change.idem, change.marker) == (Op.CREATE, "expenses", Idem.UNMARKED, None)
    assert dict(change.args) == {
        "service_id": "41",
        "date": "2026-03-09",
        "unit_amount": 1_550,
        "currency": "EUR",
        "text": "lunch",
        "billable_amount": 1_550,
    }


def test_at_kantata_it_stands_on_project_and_category(world: World, shop: Shop) -> None:
    shop.desk.fates = [S.CONFIRMED]
    assert run(world, *KANTATA, "expense", "210.50", "chf", "taxi", "@webshop", "%meals", "--yes").status == 0
    (change,) = shop.desk.changes
    assert dict(change.args) == {
        "project_id": "7",
        "category_id": "2",
        "date": "2026-03-10",
        "amount": 21_050,
        "currency": "CHF",
        "text": "taxi",
    }
    assert dict(change.pre) == {"currency": "EUR"}


def test_a_dry_run_prints_what_would_be_sent(world: World, shop: Shop) -> None:
    result = run(world, *KANTATA, "expense", *LINE, "--dry-run")
    assert (result.status, result.err) == (0, "")
    assert result.out == (
        "SANDBOX sandbox-kantata\n"
        "New expense on Webshop relaunch  Acme Ltd\n"
        "  15.50 EUR on Mon 2026-03-09, Meals, by you, billable\n"
        "  Text: lunch\n"
        "POST /expenses\n"
        '{\n  "project_id": "7",\n  "category_id": "2",\n  "date": "2026-03-09",\n  "amount": 1550,\n'
        '  "text": "lunch",\n  "billable": true\n}\n'
    )
    assert shop.desk.changes == []


def test_without_terminal_and_yes_the_plan_is_printed_only(world: World, shop: Shop) -> None:
    result = run(world, "expense", *LINE)
    assert (result.status, shop.desk.changes) == (2, [])
    assert result.err == "Nothing was queued. Add --yes to record it, or run it on a terminal to be asked.\n"


def test_on_a_terminal_it_is_asked(world: World, shop: Shop) -> None:
    assert run(world, "expense", *LINE, typed="n\n", terminal=True).status == 1
    shop.desk.fates = [S.CONFIRMED]
    result = run(world, "expense", *LINE, typed="y\n", terminal=True)
    assert (result.status, len(shop.desk.changes)) == (0, 1)
    assert "Text: lunch" in result.err


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ((), 2, "Say what was spent, like: kworkbench expense 12.50 lunch @harbour %meals yesterday."),
        (("5", "lunch", "@harbour"), 1, "Harbour study. Write more of the name."),
        (("5", "lunch", "@nowhere", "%meals"), 1, "No project matches 'nowhere'."),
        (("5", "2026-02-30", "lunch", "@webshop", "%meals"), 1, "2026-02-30 is no day of the calendar."),
        (("5", "6", "lunch", "@webshop", "%meals"), 1, "Two amounts: 5 (5.00 EUR) and 6 (6.00 EUR)."),
        (("1.250", "lunch", "@webshop", "%meals"), 1, "1.250 can mean 1250 or 1.25. Write one of them."),
        (("5", "lunch", "@webshop", "%meals", "+2d"), 1, "add --accept future-date."),
        (("5", "lunch", "today", "@webshop", "%meals"), 1, "add --accept word-in-text."),
        (("5", "lunch", "--accept", "overpaid"), 2, "There is no caution 'overpaid'."),
        (("5", "lunch", "--dry-runn"), 2, "There is no option --dry-runn."),
    ],
)
def test_what_is_not_recorded_says_why(
    world: World, shop: Shop, words: tuple[str, ...], status: int, said: str
) -> None:
    result = run(world, *KANTATA, "expense", *words, "--yes")
    assert (result.status, shop.desk.changes) == (status, [])
    assert said in result.err


def test_a_caution_is_accepted_by_its_name(world: World, shop: Shop) -> None:
    shop.desk.fates = [S.CONFIRMED]
    words = ("5", "lunch", "@webshop", "+2d", "--accept", "future-date", "--yes")
    assert run(world, "expense", *words).status == 0
    assert shop.desk.changes[0].args["date"] == "2026-03-12"


def test_a_name_from_the_server_is_printed_harmless(world: World, shop: Shop) -> None:
    result = run(world, "expense", "5", "lunch", "@app")
    assert "New expense on Harbour app□[2J" in result.out
    assert "\x1b" not in result.out + result.err


def test_lines_of_stdin_are_one_gesture_and_bear_numbered_keys(world: World, shop: Shop) -> None:
    shop.desk.fates = [S.CONFIRMED]
    typed = "5 lunch @webshop\n6 dinner @webshop\n"
    assert run(world, "expense", "-", "--yes", "--key", "may", typed=typed).status == 0
    assert [(change.key, change.args["text"]) for change in shop.desk.changes] == [
        ("may:1", "lunch"),
        ("may:2", "dinner"),
    ]


def test_the_same_twice_on_stdin_is_a_caution(world: World, shop: Shop) -> None:
    typed = "5 lunch @webshop\n5 dinner @webshop\n"
    result = run(world, "expense", "-", "--yes", typed=typed)
    assert (result.status, shop.desk.changes) == (1, [])
    assert "An earlier line adds the same amount on the same project and day." in result.err
    shop.desk.fates = [S.CONFIRMED]
    assert run(world, "expense", "-", "--yes", "--accept", "same-amount", typed=typed).status == 0


def test_one_bad_line_of_several_queues_none(world: World, shop: Shop) -> None:
    typed = "5 lunch @webshop\n6 dinner @nowhere\n"
    result = run(world, "expense", "-", "--yes", typed=typed)
    assert (result.status, shop.desk.changes) == (1, [])
    assert "1 of 2 lines cannot be recorded like this. Nothing was queued." in result.err


def test_the_same_key_is_the_same_expense(world: World, shop: Shop) -> None:
    shop.desk.fates = [S.CONFIRMED]
    assert run(world, "expense", *LINE, "--yes", "--key", "r7").status == 0
    again = run(world, "expense", "99", "other", "@webshop", "--yes", "--key", "r7")
    assert (again.status, len(shop.desk.changes)) == (0, 1)
    assert "Change 1 was made before under the same key. It was not made again." in again.err


@pytest.mark.parametrize(("fates", "status"), [([S.REJECTED], 1), ([S.AMBIGUOUS], 5), ([], 6), ([S.CONFIRMED], 0)])
def test_each_outcome_has_its_status(world: World, shop: Shop, fates: list[State], status: int) -> None:
    shop.desk.fates = fates
    assert run(world, "expense", *LINE, "--yes").status == status


def test_offline_and_signed_out(world: World, shop: Shop) -> None:
    assert run(world, "--offline", "expense", *LINE, "--yes").status == 6
    shop.line = SIGNED_OUT
    assert run(world, "expense", "6", "lunch", "@webshop", "--yes").status == 4


def test_offline_with_nothing_here_queues_nothing(world: World, shop: Shop) -> None:
    shop.filled, shop.line = (), OFFLINE
    result = run(world, "expense", *LINE, "--yes")
    assert (result.status, shop.desk.changes) == (3, [])
    assert "No project is here yet, so nothing was queued." in result.err


def test_what_a_line_is_read_against_is_brought_up(world: World, shop: Shop) -> None:
    shop.filled = ()
    shop.desk.fates = [S.CONFIRMED]
    assert run(world, *KANTATA, "expense", *LINE, "--yes").status == 0
    assert shop.server is not None
    assert shop.server.calls[0][0] == ("projects", "categories", "people", "expenses")


def test_a_full_disk_is_told(world: World, shop: Shop) -> None:
    shop.desk.problem = SaveError("Nothing was saved: disk full. Free some disk space, then save again.")
    assert run(world, "expense", *LINE, "--yes").status == 3


def test_live_books_must_be_named_and_open_to_writes(world: World, shop: Shop) -> None:
    world.config(FULL)
    assert run(world, "--read-only", "expense", *LINE, "--yes").status == 1
    assert run(world, "expense", *LINE, "--yes").status == 2
    assert shop.desk.changes == []
