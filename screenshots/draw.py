"""Draws an emulated screen as a picture: characters, colours, bold, reverse, underline, strike-through."""

from __future__ import annotations

from pathlib import Path

import pyte
from PIL import Image, ImageDraw, ImageFont
from pyte.screens import Char

FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "~/.fonts", "~/.local/share/fonts")
PLAIN, BOLD = "DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf"
SIZE = 15
GROUND, INK = "#12151a", "#d9dee6"
NAMED = {
    "black": "#12151a",
    "red": "#ff878c",
    "green": "#93ecc9",
    "brown": "#f5e08a",
    "blue": "#8db8ff",
    "magenta": "#eeb6ff",
    "cyan": "#5fc9dc",
    "white": "#d9dee6",
}


class NoFontError(Exception):
    """The font the pictures are drawn with is not on this machine; the message says what to install."""


def save(screen: pyte.Screen, path: Path) -> None:
    """Write the screen as a PNG.

    Raises:
        NoFontError: DejaVu Sans Mono is not installed.
    """
    plain, bold = (ImageFont.truetype(_font(name), SIZE) for name in (PLAIN, BOLD))
    wide, high = round(plain.getlength("M")), round(SIZE * 1.3)
    picture = Image.new("RGB", (wide * screen.columns, high * screen.lines), GROUND)
    pen = ImageDraw.Draw(picture)
    for y in range(screen.lines):
        for x in range(screen.columns):
            cell = screen.buffer[y][x]
            ink, ground = _colours(cell)
            left, top = x * wide, y * high
            pen.rectangle((left, top, left + wide - 1, top + high - 1), fill=ground)
            if cell.data.strip():
                pen.text((left, top + 1), cell.data, font=bold if cell.bold else plain, fill=ink)
            for drawn, at in ((cell.underscore, high - 2), (cell.strikethrough, high // 2)):
                if drawn:
                    pen.line((left, top + at, left + wide - 1, top + at), fill=ink)
    picture.save(path, optimize=True)


def _colours(cell: Char) -> tuple[str, str]:
    ink, ground = _colour(cell.fg, INK), _colour(cell.bg, GROUND)
    return (ground, ink) if cell.reverse else (ink, ground)


def _colour(name: str, default: str) -> str:
    if name == "default":
        return default
    return NAMED.get(name.removeprefix("bright"), f"#{name}" if len(name) == 6 else default)


def _font(name: str) -> str:
    for folder in FONT_FOLDERS:
        for found in Path(folder).expanduser().rglob(name):
            return str(found)
    raise NoFontError("The pictures need the font DejaVu Sans Mono. On Debian: apt-get install fonts-dejavu-core.")
