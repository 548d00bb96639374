"""Small readers of what is drawn."""

from __future__ import annotations

from typing import Any

from textual.app import App
from textual.widget import Widget

from kworkbench.ui.paint import Pieces


def plain(pieces: Pieces) -> str:
    """The text of pieces."""
    return "".join(text if isinstance(text, str) else text.plain for text, _ in pieces)


def tokens(pieces: Pieces, text: str) -> str:
    """The token words of the first piece that holds `text`."""
    return next(token for words, token in pieces if text in (words if isinstance(words, str) else words.plain))


def drawn(widget: Widget) -> list[str]:
    """Every line of a widget as it is drawn now."""
    return [widget.render_line(y).text.rstrip() for y in range(widget.size.height)]


def screen_lines(app: App[Any]) -> list[str]:
    """The whole screen as text."""
    width, height = app.size
    compositor = app.screen._compositor
    strips = compositor.render_strips(app.size)
    assert len(strips) == height
    return [strip.crop(0, width).text.rstrip() for strip in strips]
