"""Pictures of quick line, form, review and changes at the two usual sizes. Sync: `snap_compare` runs its own loop."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen

from kworkbench.ui.screens.changes import ChangesScreen
from kworkbench.ui.screens.form import FormScreen
from kworkbench.ui.screens.review import ReviewScreen
from tests.ui.desk import NOW
from tests.ui.keys import press, type_text
from tests.ui.panel_host import PanelHost
from tests.ui.samples import busy_books, open_books, refused_edit
from tests.ui.stage import Stage

SIZES = [(80, 24), (140, 40)]
Before = Callable[[Pilot[None]], Awaitable[None]]


class SnapCompare(Protocol):
    """The plugin's fixture, as far as it is used here."""

    def __call__(self, app: App[None], *, terminal_size: tuple[int, int], run_before: Before) -> bool: ...


def stage(make: Callable[[], Screen[Any]]) -> Stage[None]:
    return Stage(make)


def refused_form() -> FormScreen:
    desk, session = open_books()
    return FormScreen(session, session.forms.reopen(refused_edit(desk, session).seq), lambda: NOW)


def review() -> ReviewScreen:
    _, session = open_books()
    marked = ("expenses:1", "expenses:2", "expenses:3", "expenses:4")
    found = session.deletes.review("expenses", marked, lambda lid: lid != "expenses:4", "date:2026-02")
    return ReviewScreen(session, found, lambda: NOW)


def changes() -> ChangesScreen:
    return ChangesScreen(busy_books()[1], lambda: NOW)


def quick_line() -> PanelHost:
    return PanelHost(open_books()[1], "invoices:1348", lambda: NOW)


async def settled(pilot: Pilot[None]) -> None:
    await pilot.pause()
    await pilot.pause()


async def overpaying(pilot: Pilot[None]) -> None:
    await settled(pilot)
    await type_text(pilot, "13000 yesterday wire ref 77812")
    await press(pilot, "enter")


async def picking(pilot: Pilot[None]) -> None:
    await settled(pilot)
    await press(pilot, *["tab"] * 5, "ctrl+u", "t", "r")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("make", "before"),
    [
        pytest.param(quick_line, overpaying, id="quick-line"),
        pytest.param(refused_form, settled, id="refused-form"),
        pytest.param(review, settled, id="review"),
        pytest.param(changes, settled, id="changes"),
    ],
)
def test_it_looks_as_designed(
    snap_compare: SnapCompare, make: Callable[[], Screen[Any]], before: Before, size: tuple[int, int]
) -> None:
    assert snap_compare(stage(make), terminal_size=size, run_before=before)


def test_a_picker_opens_under_its_field(snap_compare: SnapCompare) -> None:
    assert snap_compare(stage(new_expense), terminal_size=(80, 24), run_before=picking)


def new_expense() -> FormScreen:
    _, session = open_books()
    return FormScreen(session, session.forms.new("expenses"), lambda: NOW)
