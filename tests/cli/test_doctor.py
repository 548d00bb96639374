from __future__ import annotations

import sqlite3

import pytest

from kworkbench.cli.checks import Finding, Health, terminal
from tests.cli.standin import TOKEN, World, run
from tests.test_config import FULL


def lines(text: str, health: str) -> list[str]:
    return [line.removeprefix(f"{health}: ") for line in text.splitlines() if line.startswith(f"{health}: ")]


def test_a_new_home_is_well(world: World) -> None:
    result = run(world, "doctor")
    assert (result.status, lines(result.out, "fail"), lines(result.out, "warn")) == (0, [], [])
    told = lines(result.out, "ok")
    assert told[0].startswith("Python 3.")
    assert "outbox.db is not there yet." in told
    assert "2 connections, the default is sandbox-productive." in told
    assert "sandbox-kantata answers: signed in as Sam Sample (id 1)." in told
    assert "Tokens are kept in tests.cli.standin.MemoryKeyring." in told
    assert told[-1] == "This is no terminal: the commands work, the workbench needs one."


def test_databases_are_looked_into(world: World) -> None:
    world.paths.create()
    with sqlite3.connect(world.paths.outbox) as db:
        db.execute("CREATE TABLE t(x)")
    db.close()
    world.paths.cached.write_bytes(b"this is no database, and it is longer than a header of one hundred bytes" * 3)
    result = run(world, "doctor")
    assert result.status == 1
    assert any(line.startswith("outbox.db is whole") for line in lines(result.out, "ok"))
    (damaged,) = lines(result.out, "fail")
    assert damaged.startswith(f"{world.paths.cached} is damaged (file is not a database). It is made anew")


def test_folders_open_to_others_are_told(world: World) -> None:
    world.paths.create()
    world.paths.data.chmod(0o755)
    world.paths.config.chmod(0o700)
    result = run(world, "doctor")
    assert f"{world.paths.data} can be read by others. Run chmod 700 on it." in lines(result.out, "warn")
    assert f"{world.paths.config} is writable, and closed to others." in lines(result.out, "ok")


def test_a_home_that_cannot_be_made_is_a_fault(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kworkbench.cli.checks.os.access", lambda _path, _rights: False)
    result = run(world, "doctor")
    assert result.status == 1
    assert len(lines(result.out, "fail")) == len(world.paths.folders)
    assert lines(result.out, "fail")[0].startswith(f"{world.paths.folders[0]} cannot be made below ")


def test_a_token_file_open_to_others_is_a_fault(world: World) -> None:
    world.paths.create()
    world.paths.tokens.write_text("{}")
    world.paths.tokens.chmod(0o644)
    assert lines(run(world, "doctor").out, "fail") == [
        f"{world.paths.tokens} can be read by others. Run chmod 600 on it."
    ]


def test_a_file_in_the_place_of_a_folder_is_a_fault(world: World) -> None:
    world.paths.logs.parent.mkdir(exist_ok=True)
    world.paths.logs.write_text("")
    assert f"{world.paths.logs} is not a folder that can be written." in run(world, "doctor").out


def test_a_broken_configuration_does_not_end_it(world: World) -> None:
    world.config("x = 1\n")
    result = run(world, "doctor")
    assert result.status == 1
    assert len(lines(result.out, "fail")) == 1
    assert "line 1: There is no key 'x'" in lines(result.out, "fail")[0]


def test_servers_are_asked_with_their_tokens(world: World) -> None:
    world.config(FULL)
    assert "books has no token here. Run `kworkbench connect productive`." in lines(run(world, "doctor").out, "warn")
    told = run(world, "doctor", environ={"KWORKBENCH_TOKEN": TOKEN})
    assert "books answers: signed in as Ada Example (id 12) at Harbour Agency." in lines(told.out, "ok")
    world.people = {}
    refused = run(world, "doctor", environ={"KWORKBENCH_TOKEN": TOKEN})
    assert lines(refused.out, "fail") == ["books does not accept the token."]


def test_an_unreachable_server_is_a_warning(world: World) -> None:
    world.unreachable = True
    result = run(world, "doctor")
    assert result.status == 0
    assert lines(result.out, "warn") == [
        "sandbox-productive: No connection to the server (refused).",
        "sandbox-kantata: No connection to the server (refused).",
    ]


def test_offline_asks_nobody(world: World) -> None:
    result = run(world, "--offline", "doctor")
    assert "No server was asked: --offline." in lines(result.out, "ok")
    assert world.asked == []


def test_no_keyring_is_a_warning(world: World) -> None:
    world.keyring = None
    result = run(world, "doctor")
    assert result.status == 0
    assert lines(result.out, "warn")[0].startswith("There is no keyring. Set KWORKBENCH_TOKEN for each run")


@pytest.mark.parametrize(
    ("width", "height", "environ", "health", "sentence"),
    [
        (80, 24, {"TERM": "xterm"}, Health.OK, "The terminal has 80 x 24 cells, colours of xterm."),
        (80, 24, {"NO_COLOR": "1"}, Health.OK, "The terminal has 80 x 24 cells, without colour (NO_COLOR)."),
        (59, 24, {}, Health.WARN, "The terminal has 59 x 24 cells, colours of unknown. The workbench needs 60 x 16."),
    ],
)
def test_the_terminal_is_measured(
    width: int, height: int, environ: dict[str, str], health: Health, sentence: str
) -> None:
    assert next(terminal(width, height, environ)) == Finding(health, sentence)
