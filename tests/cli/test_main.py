from __future__ import annotations

import pytest

from kworkbench import __version__
from kworkbench.cli.start import Start
from tests.cli.standin import World, run


def test_the_version_is_one_line(world: World) -> None:
    result = run(world, "--version")
    assert (result.status, result.err) == (0, "")
    assert result.out.startswith(f"kworkbench {__version__} (Python 3.")
    assert result.out.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "start"),
    [
        (["--connection", "sandbox-kantata"], Start("sandbox-kantata")),
        (["--read-only"], Start(read_only=True)),
        (["--offline", "--read-only"], Start(read_only=True, offline=True)),
    ],
)
def test_options_alone_open_the_workbench(world: World, arguments: list[str], start: Start) -> None:
    assert run(world, *arguments).status == 0
    assert world.started == [start]


def test_the_status_of_the_workbench_is_the_commands(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(World, "_workbench", lambda _self, _start: 3)
    assert run(world, "--offline").status == 3


def test_an_unknown_connection_is_told_before_anything_opens(world: World) -> None:
    result = run(world, "--connection", "sandbox-kantat")
    assert result.status == 2
    assert result.err == "There is no connection 'sandbox-kantat'. Did you mean sandbox-kantata?\n"
    assert world.started == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["lst"], "There is no command 'lst'. Did you mean list? `kworkbench --help` shows what is possible.\n"),
        (["changes", "retri", "3"], "There is no command 'retri'. Did you mean retry? `kworkbench changes --help`"),
        (["list"], "Missing argument 'RESOURCE'. `kworkbench list --help` shows what is possible.\n"),
        (["--conection", "x"], "No such option"),
        (
            ["list", "invoices", "--format", "xml"],
            "Invalid value for '--format': there is no 'xml'. There are: table, csv,",
        ),
        (["list", "invoices", "--colums", "id"], "There is no option --colums. Did you mean --columns?"),
        (["changes", "show", "x"], "Invalid value for 'ID': 'x' is not a valid integer."),
    ],
)
def test_wrong_usage_names_what_was_meant(world: World, arguments: list[str], message: str) -> None:
    result = run(world, *arguments)
    assert result.status == 2
    assert result.err.startswith(message)
    assert result.out == ""


def test_a_broken_configuration_is_told_in_a_sentence(world: World) -> None:
    world.config("hold_second = 3\n")
    for command in (["--offline"], ["list", "invoices"], ["connections"], ["connect", "kantata"]):
        result = run(world, *command)
        assert result.status == 2
        assert "config.toml, line 1: There is no key 'hold_second'. Did you mean hold_seconds?" in result.err


@pytest.mark.parametrize(
    "command", ["", "list", "pay", "sync", "changes", "connect", "connections", "sandbox", "doctor"]
)
def test_every_command_explains_itself(world: World, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(world, *command.split(), "--help").status == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"Usage: kworkbench {command}".rstrip())
    assert "!" not in shown
