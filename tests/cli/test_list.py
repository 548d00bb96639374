from __future__ import annotations

import csv
import io
import json

import pytest

from kworkbench.cli.ports import Books, Opening
from kworkbench.domain.records import Record
from tests.cli.books import OFFLINE, SIGNED_OUT, Shop, invoice
from tests.cli.standin import TOKEN, World, run


def numbers(text: str) -> list[str]:
    return [row["number"] for row in json.loads(text)]


def test_json_has_every_documented_field(world: World, shop: Shop) -> None:
    result = run(world, "list", "invoices", "INV-104", "--format", "json")
    assert result.status == 0
    assert result.err == ""
    assert json.loads(result.out) == [
        {
            "id": "104",
            "number": "INV-104",
            "kind": "invoice",
            "client": '=HYPERLINK("x")',
            "project": "Harbour",
            "issued": "2026-01-10",
            "due": "2026-02-09",
            "status": "overdue",
            "state": "open",
            "settlement": "unpaid",
            "late": 29,
            "total": "1250.00",
            "outstanding": "500.00",
            "currency": "EUR",
            "connection": "sandbox-productive",
            "change": None,
        }
    ]


def test_amounts_have_the_decimals_of_their_currency_and_absent_is_null(world: World, shop: Shop) -> None:
    (row,) = json.loads(run(world, "list", "invoices", "INV-106", "--format", "json").out)
    assert (row["total"], row["late"]) == ("3000", None)


def test_the_list_is_brought_up_to_date_first(world: World, shop: Shop) -> None:
    shop.arriving = (*shop.filled, invoice("INV-200", 1))
    assert "INV-200" in run(world, "list", "invoices").out
    assert shop.server is not None
    assert shop.server.calls == [(("invoices",), False)]


def test_offline_reads_the_cache_only(world: World, shop: Shop) -> None:
    for arguments in (["--offline", "list", "invoices"], ["list", "invoices", "--offline"]):
        assert run(world, *arguments).status == 0
        assert shop.server is not None
        assert shop.server.calls == []
    assert world.opened[-1].offline


def test_the_usual_hiding_holds_unless_it_is_lifted(world: World, shop: Shop) -> None:
    shop.arriving = tuple(
        Record("expenses", key, {"id": key, "text": "taxi", "archived": key == "2", "external": False}) for key in "12"
    )
    listed = ("--connection", "sandbox-kantata", "list", "expenses", "--format", "ndjson", "--columns", "id")
    assert run(world, *listed).out == '{"id": "1"}\n'
    assert run(world, *listed, "archived:any").out.count("\n") == 2


def test_all_words_make_one_query_and_may_begin_with_a_dash(world: World, shop: Shop) -> None:
    result = run(world, "list", "invoices", "harbour", "-currency:eur", "--format", "json")
    assert numbers(result.out) == ["INV-106"]
    assert result.status == 0


def test_sorting(world: World, shop: Shop) -> None:
    said = run(world, "list", "invoices", "--sort", "-due,number", "--format", "json")
    assert numbers(said.out) == ["INV-106", "INV-104", "INV-105"]
    in_query = run(world, "list", "invoices", "sort:due", "--format", "json")
    assert numbers(in_query.out) == ["INV-105", "INV-104", "INV-106"]
    usual = run(world, "list", "invoices", "--format", "json")
    assert numbers(usual.out)[0] == "INV-104"


def test_columns_are_printed_in_the_order_given(world: World, shop: Shop) -> None:
    result = run(world, "list", "invoices", "INV-104", "--columns", "outstanding, number,change", "--format", "ndjson")
    assert result.out == '{"outstanding": "500.00", "number": "INV-104", "change": null}\n'


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["invoce"], "There is no resource 'invoce'. Did you mean invoices?\n"),
        (["invoices", "--columns", "nummer"], "There is no field 'nummer'. Did you mean number?\n"),
        (["invoices", "--columns", ","], "--columns names no field. There are: id, number"),
        (["invoices", "--sort", "-duo"], "Invoices cannot be sorted by 'duo'."),
        (["invoices", "--sort", "change"], "Invoices cannot be sorted by 'change'."),
        (["invoices", "--connection", "sandbox-kantat"], "There is no connection 'sandbox-kantat'. Did you mean"),
    ],
)
def test_unknown_names_are_usage(world: World, shop: Shop, arguments: list[str], message: str) -> None:
    result = run(world, "list", *arguments)
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith(message)


def test_a_query_that_cannot_be_read_is_marked_under_its_word(world: World, shop: Shop) -> None:
    result = run(world, "list", "invoices", "acme", "duo:today")
    assert result.status == 2
    sentence, text, marks, _ = result.err.split("\n")
    assert "duo" in sentence
    assert text == "  acme duo:today"
    assert text[marks.index("^") : marks.rindex("^") + 1].startswith("duo")


def test_csv_is_safe_and_ends_lines_as_the_standard_says(world: World, shop: Shop) -> None:
    text = run(world, "list", "invoices", "--format", "csv", "--columns", "number,client,total,late").out
    assert text.count("\r\n") == 4
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[0] == ["number", "client", "total", "late"]
    assert ["INV-104", '\'=HYPERLINK("x")', "1250.00", "29"] in rows
    assert ["INV-105", "Acme Ltd", "-12.50", ""] in rows


def test_nothing_harmful_reaches_a_terminal(world: World, shop: Shop) -> None:
    for way in ("table", "csv", "json", "ndjson"):
        text = run(world, "list", "invoices", "INV-106", "--format", way, width=120, terminal=True).out
        assert "\x1b" not in text
        assert "柏" in text
    (row,) = json.loads(run(world, "list", "invoices", "INV-106", "--format", "json").out)
    assert row["client"] == "Ćwiek\x1b[2J 柏"


def test_the_table_aligns_amounts_and_wide_characters(world: World, shop: Shop) -> None:
    result = run(world, "list", "invoices", "--columns", "client,total,currency", "--sort", "number")
    assert result.out.splitlines() == [
        "client             total  currency",
        '=HYPERLINK("x")  1250.00  EUR',
        "Acme Ltd          -12.50  EUR",
        "Ćwiek□[2J 柏        3000  JPY",
    ]
    assert result.err == "3 rows.\n"


def test_columns_go_before_an_amount_is_cut(world: World, shop: Shop) -> None:
    narrow = run(world, "list", "invoices", width=40).out.splitlines()
    wide = run(world, "list", "invoices", width=200).out.splitlines()
    assert max(map(len, narrow)) <= 40
    assert narrow[0].split() == ["number", "client", "due"]
    assert wide[0].split() == ("number client project kind issued due status total outstanding currency late".split())


def test_with_the_server_down_the_cache_is_printed(world: World, shop: Shop) -> None:
    shop.line = OFFLINE
    result = run(world, "list", "invoices", "--format", "json")
    assert result.status == 0
    assert len(json.loads(result.out)) == 3
    assert result.err == (
        "sandbox-productive could not be brought up to date (No route to the server). "
        "What follows was last complete on 2026-03-09.\n"
    )


def test_a_cache_that_was_never_filled_is_said(world: World, shop: Shop) -> None:
    shop.filled, shop.line = (), OFFLINE
    result = run(world, "list", "invoices")
    assert (result.status, result.out) == (3, "")
    assert result.err.endswith("(No route to the server). Nothing of invoices is here yet.\n")
    offline = run(world, "--offline", "list", "expenses")
    assert (offline.status, offline.err) == (
        3,
        "Nothing of expenses is here yet. Run it once without --offline.\n",
    )


def test_an_empty_list_is_no_error(world: World, shop: Shop) -> None:
    assert run(world, "list", "payments", "--format", "json").out == "[]\n"
    assert run(world, "list", "payments", "--format", "ndjson").out == ""
    assert run(world, "list", "payments", "--format", "csv").out.count("\r\n") == 1


def test_sign_in_is_asked_for(world: World, shop: Shop) -> None:
    shop.line = SIGNED_OUT
    result = run(world, "list", "invoices", "--format", "json")
    assert result.status == 4
    assert len(json.loads(result.out)) == 3
    assert (
        "does not accept the sign-in. Run `kworkbench connect productive --name sandbox-productive` with a fresh token"
        in result.err
    )


def test_who_signs_in_through_the_browser_is_not_asked_for_a_token(world: World, shop: Shop) -> None:
    world.config('[connections.books]\nprovider = "kantata"\nclient_id = "app"\n')
    shop.line = SIGNED_OUT
    result = run(world, "--connection", "books", "list", "invoices", environ={"KWORKBENCH_TOKEN": TOKEN})
    assert result.status == 4
    assert (
        "books does not accept the sign-in. Run `kworkbench connect kantata --name books`, or set KWORKBENCH_TOKEN."
        in result.err
    )


@pytest.mark.parametrize(("terminal", "shown"), [(True, True), (False, False)])
def test_progress_stands_on_a_terminal_only(world: World, shop: Shop, terminal: bool, shown: bool) -> None:
    def slow(opening: Opening) -> Books:
        books = shop.books(opening)
        assert shop.server is not None
        under_way = shop.server.begin()
        world.on_pause = lambda: under_way.set_result(None)
        return books

    world.books = slow
    result = run(world, "list", "invoices", terminal=terminal)
    assert ("invoices 200 of 1,400" in result.err) is shown
    assert result.err.endswith("3 rows.\n")


def test_a_filter_that_only_the_server_knows_is_asked_before_the_list_is_read(world: World, shop: Shop) -> None:
    shop.told = {"invoices full_query:acme": ("105",), "invoices full_query:x": ()}
    result = run(world, "list", "invoices", "full_query:acme", "--format", "json")
    assert (result.status, numbers(result.out)) == (0, ["INV-105"])
    result = run(world, "list", "invoices", "full_query:acme,x", "status:open", "--format", "json")
    assert (result.status, json.loads(result.out)) == (0, [])
    result = run(world, "list", "invoices", "-full_query:acme", "--format", "json")
    assert sorted(numbers(result.out)) == ["INV-104", "INV-106"]


def test_offline_only_what_the_server_answered_before_can_be_listed(world: World, shop: Shop) -> None:
    shop.told = {"invoices full_query:acme": ("105",)}
    assert run(world, "list", "invoices", "full_query:acme").status == 0
    shop.told = {}
    result = run(world, "--offline", "list", "invoices", "full_query:acme", "--format", "json")
    assert (result.status, numbers(result.out)) == (0, ["INV-105"])
    result = run(world, "--offline", "list", "invoices", "full_query:other")
    assert (result.status, result.out) == (3, "")
    assert "Only Productive knows full_query:other. It was never asked. Leave out --offline." in result.err


def test_without_a_new_answer_the_old_one_is_used_and_said_and_without_any_nothing_is_listed(
    world: World, shop: Shop
) -> None:
    shop.told = {"invoices full_query:acme": ("105",)}
    assert run(world, "list", "invoices", "full_query:acme").status == 0
    shop.told = {}
    result = run(world, "list", "invoices", "full_query:acme", "--format", "json")
    assert (result.status, numbers(result.out)) == (0, ["INV-105"])
    assert "The server answered 500 to a read. full_query:acme is as Productive answered on " in result.err
    result = run(world, "list", "invoices", "full_query:other")
    assert (result.status, result.out) == (3, "")
    assert "Only Productive knows full_query:other. The server answered 500 to a read." in result.err


def test_words_of_the_providers_filters_are_read_here_too(world: World, shop: Shop) -> None:
    result = run(world, "list", "invoices", "aging:over-45")
    assert (result.status, result.err.strip()) == (0, "0 rows.")
    result = run(world, "list", "invoices", "credited_net:>5")
    assert result.status == 2
    assert "Say the currency too, like credited_net:>500eur." in result.err
    assert run(world, "list", "invoices", "--sort", "-sent_on", "--format", "json").status == 0
    result = run(world, "list", "invoices", "--sort", "aging")
    assert (result.status, "cannot be sorted by 'aging'" in result.err) == (2, True)
