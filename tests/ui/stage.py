"""A bare app that shows one screen or panel over a session, and keeps what it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from textual.screen import Screen

from kworkbench.ui.theme import DARK, THEMES
from kworkbench.ui.timed import TimedApp

Answer = TypeVar("Answer")


class Stage(TimedApp[None], Generic[Answer]):
    """Shows the screen that `make` makes."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self, make: Callable[[], Screen[Answer]]) -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = DARK
        self.animation_level = "none"
        self._make = make
        self.kept_forms: dict[int, Mapping[str, str]] = {}
        self.answers: list[Answer | None] = []

    def on_mount(self) -> None:
        self.push_screen(self._make(), self.answers.append)
