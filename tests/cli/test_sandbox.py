from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kworkbench.cli.ports import Resetting, Serving
from kworkbench.domain.secret import Secret
from kworkbench.sandbox.faults import KINDS
from tests.cli.standin import World, run


def test_serving_takes_the_defaults(world: World) -> None:
    assert run(world, "sandbox", "serve").status == 0
    assert world.served == [Serving()]
    assert world.paths.data.is_dir()


def test_every_option_is_passed_on(world: World) -> None:
    words = (
        "sandbox serve --host ::1 --port 8100 --data books.db --seed 7 --today 2026-02-28 --size 250 --token abc "
        "--rate-limit --fault delay=3 --fault status=503,route=POST:*,p=0.5,times=2 --shape modern"
    ).split()
    assert run(world, *words).status == 0
    assert world.served == [
        Serving(
            "::1",
            8100,
            Path("books.db"),
            7,
            date(2026, 2, 28),
            250,
            Secret("abc"),
            rate_limit=True,
            faults=("delay=3", "status=503,route=POST:*,p=0.5,times=2"),
            modern=True,
        )
    ]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--host 0.0.0.0", "The sandbox is served to this machine only, and 0.0.0.0 is not loopback."),
        ("--port 70000", "Invalid value for '--port': 70000 is not in the range 0<=x<=65535."),
        ("--size tiny", "Invalid value for '--size': 'tiny' is no size. Write small, or a number of expenses"),
        ("--size 0", "Invalid value for '--size': '0' is no size."),
        ("--today 2026-02-30", "Invalid value for '--today': '2026-02-30' is no day of the calendar."),
        ("--seed x", "Invalid value for '--seed': 'x' is not a valid integer."),
    ],
)
def test_wrong_options_are_told(world: World, words: str, message: str) -> None:
    result = run(world, "sandbox", "serve", *words.split())
    assert result.status == 2
    assert result.err.startswith(message)
    assert world.served == []


def test_what_the_server_says_against_it_is_told(world: World) -> None:
    world.serve_error = ValueError("'dely' is no kind of fault. The kinds are delay.")
    result = run(world, "sandbox", "serve", "--fault", "dely")
    assert (result.status, result.err) == (2, "'dely' is no kind of fault. The kinds are delay.\n")
    world.serve_error = OSError(98, "Address already in use")
    result = run(world, "sandbox", "serve", "--port", "80")
    assert (result.status, result.err) == (
        3,
        "The sandbox cannot start (Address already in use). Try another --port or --data.\n",
    )


def test_resetting_is_asked_for(world: World) -> None:
    assert run(world, "sandbox", "reset", typed="n\n", terminal=True).status == 1
    quiet = run(world, "sandbox", "reset")
    assert (quiet.status, quiet.err) == (2, "Nothing was reset. Add --yes to make the sample books anew.\n")
    assert world.resets == []
    result = run(world, "sandbox", "reset", "--size", "small", typed="y\n", terminal=True)
    assert result.status == 0
    assert result.err.endswith("The sample books are new.\n")
    assert world.resets == [Resetting()]


def test_resetting_with_yes_takes_options(world: World) -> None:
    assert run(world, "sandbox", "reset", "--yes", "--seed", "3", "--size", "90", "--today", "2026-01-31").status == 0
    assert world.resets == [Resetting(3, date(2026, 1, 31), 90)]


def test_the_help_tells_how_faults_are_set_while_it_runs(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(world, "sandbox", "serve", "--help").status == 0
    said = capsys.readouterr().out
    for word in (*KINDS, "PUT /sandbox/faults", "--shape [seed|modern]", "X-RateLimit-Reset"):
        assert word in said
