"""Stories of the list of connections over a real home: another process writes the configuration meanwhile."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from kworkbench.composition.opening import open_home
from kworkbench.config import load
from kworkbench.config_edit import add_connection, remove
from kworkbench.domain.changes import Draft, Op
from kworkbench.domain.connections import Connection
from kworkbench.paths import find
from kworkbench.services.session import Manner
from kworkbench.ui.app import WorkbenchApp
from kworkbench.ui.screens.base import WorkScreen
from kworkbench.ui.screens.connections import ConnectionsScreen
from tests.ui.keys import press
from tests.ui.story import Driven

BLUEFIN = Connection("bluefin", "productive", "https://api.productive.io/api/v2", "5", "Bluefin Legal", "7")


class Told(Driven):
    """The real app over the real workbench of a home without a network."""

    def __init__(self, pilot: Pilot[str], file: Path) -> None:
        super().__init__(pilot)
        self.file = file

    async def press(self, *keys: str) -> None:
        await press(self.pilot, *keys)
        await self.settle()

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def top(self) -> str:
        return self.lines[0]


@asynccontextmanager
async def a_home(folder: Path, *, read_only: bool = False) -> AsyncIterator[Told]:
    environ = {"KWORKBENCH_HOME": str(folder)}
    paths = find(environ)
    config = load(paths.config_file)
    manner = Manner(offline=True, read_only=read_only)
    opened = open_home(paths, environ, config, config.connection(), manner, sends=False)
    try:
        opened.workbench.open(config.default)
        app = WorkbenchApp(opened.workbench)
        app.animation_level = "none"
        async with app.run_test(size=(80, 24)) as pilot:
            told = Told(pilot, paths.config_file)
            await told.settle()
            yield told
    finally:
        opened.close()


@pytest.mark.parametrize("keys", [("down", "down"), ("j", "j"), ("G",), ("end", "k", "pagedown")])
async def test_a_connection_that_was_added_meanwhile_is_listed_and_opened(
    tmp_path: Path, keys: tuple[str, ...]
) -> None:
    async with a_home(tmp_path) as told:
        add_connection(told.file, BLUEFIN, make_default=False)
        await told.press("ctrl+o")
        assert "bluefin" in told.text
        await told.press(*keys, "enter")
        assert told.top.startswith(" LIVE read-only  bluefin · Bluefin Legal")


async def test_one_that_was_removed_meanwhile_is_not_listed(tmp_path: Path) -> None:
    add_connection(find({"KWORKBENCH_HOME": str(tmp_path)}).config_file, BLUEFIN, make_default=False)
    async with a_home(tmp_path) as told:
        remove(told.file, "bluefin")
        await told.press("ctrl+o")
        assert "bluefin" not in told.text


async def test_one_that_is_removed_while_the_list_stands_says_so_when_it_is_chosen(tmp_path: Path) -> None:
    add_connection(find({"KWORKBENCH_HOME": str(tmp_path)}).config_file, BLUEFIN, make_default=False)
    async with a_home(tmp_path) as told:
        await told.press("ctrl+o", "down", "down")
        remove(told.file, "bluefin")
        await told.press("enter")
        assert told.top.startswith(" SANDBOX  productive")
        assert told.message == "bluefin is no longer configured. ctrl+o lists the others."
        assert not isinstance(told.pilot.app.screen, ConnectionsScreen)


async def test_the_open_one_is_opened_anew_where_it_may_be_written_to_now(tmp_path: Path) -> None:
    add_connection(find({"KWORKBENCH_HOME": str(tmp_path)}).config_file, BLUEFIN, make_default=True)
    async with a_home(tmp_path) as told:
        assert told.top.startswith(" LIVE read-only  bluefin")
        add_connection(told.file, replace(BLUEFIN, writable=True), make_default=True)
        await told.press("ctrl+o", "enter")
        assert told.top.startswith(" LIVE  bluefin")
        screen = told.pilot.app.screen
        assert isinstance(screen, WorkScreen)
        draft = Draft(BLUEFIN.account, Op.DELETE, "expenses", "expenses:1")
        (change,) = screen.session.changes.submit((draft,)).result(20)
        assert change.account == BLUEFIN.account


async def test_a_start_that_only_reads_stays_so_whatever_is_written_meanwhile(tmp_path: Path) -> None:
    async with a_home(tmp_path, read_only=True) as told:
        add_connection(told.file, replace(BLUEFIN, writable=True), make_default=False)
        await told.press("ctrl+o")
        await told.press("down", "down", "enter")
        assert told.top.startswith(" LIVE read-only  bluefin")


async def test_a_configuration_that_cannot_be_read_leaves_what_was_known_and_is_told(tmp_path: Path) -> None:
    async with a_home(tmp_path) as told:
        told.file.parent.mkdir(parents=True, exist_ok=True)
        told.file.write_text("[connections.books]\nprovider = 7\n")
        await told.press("ctrl+o")
        assert "sandbox-kantata" in told.text
        assert "provider" in told.message
        await told.press("down", "enter")
        assert told.top.startswith(" SANDBOX  kantata")
