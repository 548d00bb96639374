"""`kworkbench delete`: what is meant, what is left out, who is asked, and what becomes of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kworkbench.domain.changes import Op, State
from kworkbench.domain.records import Record, Value
from tests.cli.books import OFFLINE, SIGNED_OUT, Shop
from tests.cli.standin import World, run

S = State


def expense(number: int, **more: Value) -> Record:
    values: dict[str, Value] = {
        "id": str(number), "date": f"2026-03-{number:02}", "category": "Travel", "text": f"Taxi {number}",
        "amount": 1250, "currency": "EUR", "approval": "none", "invoiced": False, "archived": False, "external": False,
    }  # fmt: skip
    return Record("expenses", str(number), {**values, **more})


EXPENSES = (expense(1), expense(2), expense(3, invoiced=True), expense(4, text="Hotel\x1b[2J", amount=20000))


@pytest.fixture(autouse=True)
def filled(shop: Shop) -> None:
    shop.filled = shop.arriving = EXPENSES


def test_a_query_deletes_what_it_finds_and_leaves_out_what_is_expected_to_be_refused(world: World, shop: Shop) -> None:
    shop.desk.fates = [S.SENDING, S.CONFIRMED]
    result = run(world, "delete", "expenses", "text:taxi", "--yes", "--expect", "3")
    assert (result.status, result.out) == (0, "done 1  delete 2 expenses\n")
    (change,) = shop.desk.changes
    assert (change.op, set(change.targets)) == (Op.BULK_DELETE, {"expenses:1", "expenses:2"})


def test_what_only_the_server_knows_it_must_say_now(world: World, shop: Shop) -> None:
    words = ("delete", "expenses", "full_query:taxi", "--expect", "1", "--yes", "--connection", "sandbox-productive")
    result = run(world, *words)
    assert (result.status, len(shop.desk.changes)) == (3, 0)
    assert "Only Productive knows full_query:taxi. The server answered 500 to a read." in result.err
    result = run(world, "delete", "expenses", "-full_query:taxi", "--dry-run")
    assert (result.status, result.out) == (3, "")


def test_ids_need_no_number(world: World, shop: Shop) -> None:
    shop.desk.fates = [S.CONFIRMED]
    result = run(world, "delete", "expenses", "--ids", " 2 ", "--yes")
    assert (result.status, result.out) == (0, "done 1  delete expense 2\n")
    assert [change.op for change in shop.desk.changes] == [Op.DELETE]


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["delete", "expenses"], 2, "Say which records: a query, or --ids 1,2,3."),
        (["delete", "expenses", "text:taxi", "--ids", "1"], 2, "Say which records"),
        (["delete", "expenses", "text:taxi", "--yes"], 2, "--expect N"),
        (["delete", "expense", "x"], 2, "There is no resource"),
        (["delete", "expenses", "colour:red"], 2, "colour:red"),
        (
            ["delete", "expenses", "text:nowhere", "--yes", "--expect", "0"],
            1,
            "No expense matches.",
        ),
        (["delete", "expenses", "text:taxi", "--yes", "--expect", "2"], 1, "3 match, not 2. Nothing was deleted."),
        (["delete", "expenses", "--ids", "1,77,88", "--yes"], 1, "There is no expense 77, 88. Nothing was deleted."),
        (["delete", "expenses", "--ids", " , ", "--yes"], 2, "Say which records"),
        (["delete", "expenses", "--ids", "3", "--yes"], 1, "All of them are expected to be refused."),
        (["--offline", "delete", "expenses", "text:taxi", "--yes", "--expect", "3"], 3, "not brought up to date"),
    ],
)
def test_what_deletes_nothing_says_why(world: World, shop: Shop, words: list[str], status: int, said: str) -> None:
    result = run(world, *words)
    assert (result.status, said in result.err) == (status, True), result.err
    assert shop.desk.changes == []


def test_without_a_terminal_the_plan_is_printed_and_nothing_is_queued(world: World, shop: Shop) -> None:
    result = run(world, "delete", "expenses", "text:taxi,hotel")
    assert result.status == 2
    assert "Delete 3 expenses: 225.00 EUR" in result.out
    assert "- 4  2026-03-04  Travel  Hotel" in result.out
    assert "\x1b" not in result.out
    assert "Left out: 1" in result.out
    assert "It is on an invoice" in result.out
    assert "Add --yes" in result.err
    assert shop.desk.changes == []


def test_a_dry_run_prints_what_would_be_sent(world: World, shop: Shop) -> None:
    result = run(world, "delete", "expenses", "--ids", "1,2", "--dry-run")
    assert result.status == 0
    assert "Delete 2 expenses: 25.00 EUR" in result.out
    assert "POST /expenses" in result.out  # the stand-in's one request
    assert shop.desk.changes == []


@pytest.mark.parametrize(("typed", "status", "count"), [("y\n", 0, 1), ("yes\n", 0, 1), ("\n", 1, 0), ("n\n", 1, 0)])
def test_on_a_terminal_it_is_asked(world: World, shop: Shop, typed: str, status: int, count: int) -> None:
    shop.desk.fates = [S.CONFIRMED]
    result = run(world, "delete", "expenses", "--ids", "1,2", typed=typed, terminal=True)
    assert (result.status, len(shop.desk.changes)) == (status, count)
    assert "Delete these 2? [y/N]" in result.err
    assert "- 1  2026-03-01" in result.err


def test_old_rows_are_shown_but_not_deleted_unasked(world: World, shop: Shop) -> None:
    shop.line = OFFLINE
    result = run(world, "delete", "expenses", "text:taxi", "--yes", "--expect", "3")
    assert (result.status, "could not be brought up to date" in result.err) == (3, True)
    shop.line = SIGNED_OUT
    assert run(world, "delete", "expenses", "text:taxi", "--yes", "--expect", "3").status == 4
    assert shop.desk.changes == []


def test_writing_must_be_on(world: World, shop: Shop) -> None:
    result = run(world, "--read-only", "delete", "expenses", "--ids", "1", "--yes")
    assert (result.status, "--read-only" in result.err) == (1, True)
    assert shop.desk.changes == []


def test_a_refusal_is_told_row_by_row(world: World, shop: Shop) -> None:
    shop.desk.fates = [S.REJECTED]
    shop.arriving = tuple(replace(one) for one in EXPENSES)
    result = run(world, "delete", "expenses", "--ids", "1", "--yes")
    assert (result.status, "refused 1  delete expense 1" in result.out) == (1, True)
