"""The app over a small real cache, driven by keys: what every story of the lists begins with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from textual import events
from textual.pilot import Pilot

from kworkbench.ui.screens.list import ListScreen
from kworkbench.ui.widgets.status_line import StatusLine
from tests.ui.keys import press, workers_done
from tests.ui.standin import Bench, app_over
from tests.ui.text import screen_lines


class Driven:
    """The app on a screen of some size, driven by keys."""

    def __init__(self, pilot: Pilot[str]) -> None:
        self.pilot = pilot

    async def press(self, *keys: str) -> None:
        await press(self.pilot, *keys)
        await workers_done(self.pilot.app)
        await self.pilot.pause()

    async def settle(self) -> None:
        await self.pilot.pause()
        await workers_done(self.pilot.app)
        await self.pilot.pause()

    @property
    def lines(self) -> list[str]:
        return screen_lines(self.pilot.app)

    @property
    def message(self) -> str:
        return self.pilot.app.screen.query_one(StatusLine).message


class Story(Driven):
    """The app over a bench, with what a person would look at in a list."""

    def __init__(self, pilot: Pilot[str], bench: Bench) -> None:
        super().__init__(pilot)
        self.bench = bench

    async def type(self, text: str) -> None:
        """Fill the text field that has the focus at once."""
        self.pilot.app.post_message(events.Paste(text))
        await self.settle()

    @property
    def row(self) -> str:
        """The line under the cursor."""
        return next((line for line in self.lines if line.startswith("▌") or "│▌" in line), "")

    @property
    def list(self) -> ListScreen:
        screen = self.pilot.app.screen
        assert isinstance(screen, ListScreen)
        return screen


@asynccontextmanager
async def story(tmp_path: Path, size: tuple[int, int] = (80, 24), bench: Bench | None = None) -> AsyncIterator[Story]:
    own = bench or Bench(tmp_path)
    async with app_over(own).run_test(size=size) as pilot:
        told = Story(pilot, own)
        await told.settle()
        yield told
    own.close()


def rows_of(lines: list[str]) -> list[str]:
    return [line for line in lines if "INV-" in line]
