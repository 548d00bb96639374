"""Pressing keys and reading what stands on the screen."""

from __future__ import annotations

from typing import Any

from textual import events
from textual.app import App
from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from kworkbench.ui.timed import TimedApp

_NAMES = {
    " ": "space", "#": "number_sign", ".": "full_stop", ",": "comma", "=": "equals_sign", "+": "plus", "-": "minus",
    "@": "at", '"': "quotation_mark", "/": "slash", "*": "asterisk", "<": "less_than_sign", ">": "greater_than_sign",
    "?": "question_mark",
}  # fmt: skip


async def type_text(pilot: Pilot[Any], text: str) -> None:
    """Puts a text into the focused field at once, as a paste does: key by key it takes the tests too long."""
    focused = pilot.app.screen.focused
    assert focused is not None
    focused.post_message(events.Paste(text))
    await pilot.pause()


async def type_keys(pilot: Pilot[Any], text: str) -> None:
    """Types each character with its key."""
    await pilot.press(*(_NAMES.get(character, character) for character in text))
    await pilot.pause()


def key_event(key: str) -> events.Key:
    """A key as a terminal sends it."""
    named = {name: character for character, name in _NAMES.items()}
    return events.Key(key, named.get(key, key if len(key) == 1 else None))


async def press(pilot: Pilot[Any], *keys: str) -> None:
    """Presses keys as fast as a terminal sends them, and waits until they are answered."""
    app = pilot.app
    for key in keys:
        app.post_message(key_event(key))
        if not isinstance(app, TimedApp):
            await pilot.pause()
    await pilot.pause()
    while isinstance(app, TimedApp) and app.has_keys:
        await pilot.pause()


def screen_lines(app: App[Any]) -> list[str]:
    """Every row of the screen as text, without blanks at its end."""
    width, height = app.size
    rows = app.screen._compositor.render_strips(app.size)
    return ["".join(segment.text for segment in row)[:width].rstrip() for row in rows][:height]


def screen_text(app: App[Any]) -> str:
    """The whole screen as text."""
    return "\n".join(screen_lines(app))


async def workers_done(app: App[Any]) -> None:
    """Wait until no worker runs; one that another takes the place of meanwhile is no fault."""
    while True:
        try:
            await app.workers.wait_for_complete()
        except WorkerCancelled:
            continue
        return
