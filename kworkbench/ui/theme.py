"""The tokens of the look as two Textual themes and as styles (screens.md section 3)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from rich.segment import Segment
from rich.style import Style
from textual.app import App
from textual.color import Color
from textual.filter import LineFilter
from textual.theme import Theme

from kworkbench.lean import dataclass
from kworkbench.ui.tokens import TOKENS, look_of

DARK = "kworkbench-dark"
LIGHT = "kworkbench-light"


def _theme(name: str, *, dark: bool) -> Theme:
    colour = {key: token.dark if dark else token.light for key, token in TOKENS.items()}
    own = {
        "text-muted": colour["muted"],
        "text-disabled": colour["muted"],
        "foreground-muted": colour["muted"],
        "border": colour["rule"],
        "border-blurred": colour["rule"],
        "block-cursor-background": colour["cursor"],
        "block-cursor-foreground": colour["strong"],
        "block-cursor-text-style": "none",
        "input-cursor-background": colour["strong"],
        "input-cursor-foreground": colour["bg"],
        "input-selection-background": colour["marked-cursor"],
        "scrollbar": colour["rule"],
        "scrollbar-hover": colour["muted"],
        "scrollbar-active": colour["accent"],
        "scrollbar-background": colour["bg"],
        "scrollbar-background-hover": colour["bg"],
        "scrollbar-background-active": colour["bg"],
        "scrollbar-corner-color": colour["bg"],
    }
    return Theme(
        name=name,
        primary=colour["accent"],
        secondary=colour["bar"],
        warning=colour["unclear"],
        error=colour["refused"],
        success=colour["done"],
        accent=colour["accent"],
        foreground=colour["text"],
        background=colour["bg"],
        surface=colour["bg"],
        panel=colour["raised"],
        boost=colour["raised"],
        dark=dark,
        variables={**own, **colour},
    )


THEMES = (_theme(DARK, dark=True), _theme(LIGHT, dark=False))


@lru_cache(maxsize=512)
def _style(words: str, dark: bool, coloured: bool) -> Style:
    look = look_of(words, dark=dark, coloured=coloured)
    attributes = dict.fromkeys(look.attributes, True)
    return Style(color=look.ink, bgcolor=look.ground, **attributes)  # type: ignore[arg-type]  # a dict of attribute switches


@dataclass(frozen=True, slots=True)
class Palette:
    """Token words to terminal styles, for the theme in force."""

    dark: bool = True
    coloured: bool = True

    def style(self, words: str) -> Style:
        """The style of `"ink attribute… on ground"`.

        Raises:
            KeyError: no such token.
        """
        return _style(words, self.dark, self.coloured)


def palette_of(app: App[Any]) -> Palette:
    """The palette that fits the app's theme and `NO_COLOR`."""
    return Palette(dark=app.current_theme.dark, coloured=not app.no_color)


class AttributesOnly(LineFilter):
    """Drops every colour on the way out, so that only bold, dim, underline, reverse and strike leave the program.

    Textual's own filters for `NO_COLOR` still send grey or default colours.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002  # base signature
        """The same segments without colours."""
        return [Segment(text, None if style is None else _bare(style), control) for text, style, control in segments]


@lru_cache(maxsize=1024)
def _bare(style: Style) -> Style:
    return Style(
        bold=style.bold, dim=style.dim, underline=style.underline, reverse=style.reverse, strike=style.strike,
        meta=style.meta or None,
    )  # fmt: skip
