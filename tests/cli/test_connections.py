from __future__ import annotations

import json

import pytest

from kworkbench.config import load
from tests.cli.standin import TOKEN, Person, World, run
from tests.test_config import FULL


@pytest.fixture
def books(world: World) -> World:
    world.config(FULL)
    assert world.keyring is not None
    world.keyring.kept[("kworkbench", "books https://api.productive.io")] = TOKEN
    return world


def test_they_are_listed_as_a_table(books: World) -> None:
    result = run(books, "connections")
    lines = result.out.splitlines()
    assert result.status == 0
    assert lines[0].split() == (
        "name provider base_url organization organization_id user_id writable closed_until default".split()
    )
    assert lines[3].split() == (
        "books productive https://api.productive.io/api/v2 Harbour Agency 31 12 yes 2025-12-31 yes".split()
    )


def test_they_are_listed_as_json(books: World) -> None:
    listed = json.loads(run(books, "connections", "list", "--format", "json").out)
    assert listed[0] == {
        "name": "sandbox-productive",
        "provider": "productive",
        "base_url": "embedded:",
        "organization": "Harbour & Finch Studio",
        "organization_id": None,
        "user_id": None,
        "writable": True,
        "closed_until": None,
        "default": False,
    }
    assert listed[2]["organization_id"] == "31"
    assert listed[2]["default"] is True


def test_the_default_is_tested_with_its_token(books: World) -> None:
    result = run(books, "connections", "test")
    assert (result.status, result.out) == (0, "books: signed in as Ada Example (id 12) at Harbour Agency.\n")
    assert books.asked == [("https://api.productive.io", TOKEN)]


def test_the_sandbox_is_tested_without_one(books: World) -> None:
    result = run(books, "connections", "test", "sandbox-kantata", environ={"KWORKBENCH_TOKEN": TOKEN})
    assert (result.status, result.out) == (0, "sandbox-kantata: signed in as Sam Sample (id 1).\n")
    assert books.asked == [("embedded:", None)]


def test_a_token_of_the_environment_goes_to_the_chosen_one_only(books: World) -> None:
    books.keyring = None
    books.config(FULL + '\n[connections.other]\nprovider = "kantata"\nuser_id = "12"\n')
    refused = run(books, "connections", "test", "other", environ={"KWORKBENCH_TOKEN": TOKEN})
    assert refused.status == 4
    assert refused.err.startswith("There is no token for other. Run `kworkbench connect kantata --name other`")
    assert books.asked == []
    chosen = run(books, "--connection", "other", "connections", "test", "other", environ={"KWORKBENCH_TOKEN": TOKEN})
    assert chosen.status == 0


def test_a_refused_or_unreachable_one_is_told(books: World) -> None:
    books.unreachable = True
    assert run(books, "connections", "test").status == 3
    books.unreachable = False
    books.people = {TOKEN: Person("99", "Bo", "")}
    result = run(books, "connections", "test")
    assert result.status == 4
    assert "someone else than the connection was made for" in result.err
    books.people = {}
    assert run(books, "connections", "test").status == 4


def test_testing_an_untested_one_keeps_who_it_is(world: World) -> None:
    world.config('[connections.k]\nprovider = "kantata"\nwritable = true\n')
    assert run(world, "--connection", "k", "connections", "test", environ={"KWORKBENCH_TOKEN": TOKEN}).status == 0
    connection = load(world.paths.config_file).connection("k")
    assert (connection.user_id, connection.organization, connection.writable) == ("12", "Harbour Agency", True)


def test_another_default_is_chosen(books: World) -> None:
    result = run(books, "connections", "use", "sandbox-kantata")
    assert (result.status, result.err) == (0, "sandbox-kantata is the default connection now.\n")
    assert load(books.paths.config_file).default == "sandbox-kantata"


@pytest.mark.parametrize("verb", [["use", "boks"], ["test", "boks"], ["remove", "boks"], ["rename", "boks", "x"]])
def test_an_unknown_name_is_answered_with_the_nearest(books: World, verb: list[str]) -> None:
    result = run(books, "connections", *verb)
    assert (result.status, result.err) == (2, "There is no connection 'boks'. Did you mean books?\n")


@pytest.mark.parametrize("verb", [["remove", "sandbox-kantata"], ["rename", "sandbox-kantata", "x"]])
def test_the_built_in_ones_stay(books: World, verb: list[str]) -> None:
    result = run(books, "connections", *verb)
    assert (result.status, result.err) == (
        2,
        "sandbox-kantata is built in. It can be neither removed nor renamed.\n",
    )


def test_removing_takes_token_and_cache_along(books: World) -> None:
    result = run(books, "connections", "remove", "books", typed="books\n", terminal=True)
    assert result.status == 0
    assert result.err.endswith("books is removed.\n")
    assert books.forgotten == ["books"]
    assert books.keyring is not None
    assert books.keyring.kept == {}
    assert load(books.paths.config_file).default == "sandbox-productive"


def test_removing_wants_the_name_or_yes(books: World) -> None:
    assert run(books, "connections", "remove", "books", typed="y\n", terminal=True).status == 1
    quiet = run(books, "connections", "remove", "books")
    assert (quiet.status, quiet.err) == (
        2,
        "Nothing was removed. Add --yes to remove books without being asked.\n",
    )
    assert load(books.paths.config_file).default == "books"
    assert run(books, "connections", "remove", "books", "--yes").status == 0


def test_renaming_takes_the_token_along(books: World) -> None:
    assert run(books, "connections", "rename", "books", "agency").status == 0
    assert load(books.paths.config_file).default == "agency"
    assert books.keyring is not None
    assert books.keyring.kept == {("kworkbench", "agency https://api.productive.io"): TOKEN}


def test_a_new_name_must_be_one(books: World) -> None:
    assert run(books, "connections", "rename", "books", "a b").status == 2
    taken = run(books, "connections", "rename", "books", "sandbox-kantata")
    assert (taken.status, taken.err) == (
        2,
        "There is a connection sandbox-kantata already. Choose another name.\n",
    )
