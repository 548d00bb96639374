"""Lines of pieces as what a terminal obeys: plain SGR sequences in the colours it has. Needs no toolkit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from colorsys import rgb_to_hls
from enum import Enum
from functools import lru_cache

from kworkbench.lean import dataclass
from kworkbench.ui.paint import Pieces, cells, clip
from kworkbench.ui.tokens import Look, look_of

_ATTRIBUTES = {"bold": "1", "dim": "2", "underline": "4", "reverse": "7", "strike": "9"}


class Depth(Enum):
    """How many colours a terminal has; NONE: attributes alone."""

    NONE = 0
    INDEXED = 256
    TRUE = 1 << 24


@dataclass(frozen=True, slots=True)
class Colours:
    """How a terminal shows tokens."""

    depth: Depth
    dark: bool

    @classmethod
    def of(cls, environ: Mapping[str, str], *, dark: bool) -> Colours:
        """What the environment says of the terminal, as the toolkit understands it."""
        if "NO_COLOR" in environ:
            return cls(Depth.NONE, dark)
        if environ.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit"):
            return cls(Depth.TRUE, dark)
        kind = environ.get("TERM", "").strip().lower().rpartition("-")[2]
        return cls(Depth.INDEXED if kind in ("256color", "kitty") else Depth.NONE, dark)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a line: pieces on a ground, exactly `cells` wide."""

    pieces: Pieces
    cells: int
    ground: str = ""


def drawn(lines: Iterable[Sequence[Span]], colours: Colours) -> bytes:
    """A whole screen, line by line from the first row; every character of the pieces is harmless already."""
    out = ["\x1b[0m"]
    for row, line in enumerate(lines, start=1):
        out.append(f"\x1b[{row};1H")
        for span in line:
            out += _span(span, colours)
    return "".join((*out, "\x1b[0m")).encode("utf-8", "replace")


def _span(span: Span, colours: Colours) -> Iterable[str]:
    ground = f"on {span.ground or 'bg'}"
    pieces = clip(span.pieces, span.cells)
    for text, token in (*pieces, (" " * (span.cells - cells(pieces)), "")):
        plain = text if isinstance(text, str) else text.plain
        if plain:
            yield _sgr(ground, token, colours)
            yield plain


@lru_cache(maxsize=512)
def _sgr(ground: str, token: str, colours: Colours) -> str:
    coloured = colours.depth is not Depth.NONE
    below, above = (look_of(words, dark=colours.dark, coloured=coloured) for words in (ground, token))
    look = Look(above.ink, above.ground or below.ground, above.attributes | below.attributes)
    codes = [_ATTRIBUTES[name] for name in sorted(look.attributes)]
    codes += [_colour(code, value, colours.depth) for code, value in (("38", look.ink), ("48", look.ground)) if value]
    return f"\x1b[{';'.join(('0', *codes))}m"


def _colour(code: str, value: str, depth: Depth) -> str:
    red, green, blue = (int(value[at : at + 2], 16) for at in (1, 3, 5))
    if depth is Depth.TRUE:
        return f"{code};2;{red};{green};{blue}"
    return f"{code};5;{_indexed(red, green, blue)}"


def _indexed(red: int, green: int, blue: int) -> int:
    """The nearest of 256 colours, found as the toolkit finds it, so that nothing changes when it takes over."""
    _, lightness, saturation = rgb_to_hls(red / 255, green / 255, blue / 255)
    if saturation < 0.15:
        grey = round(lightness * 25)
        return 16 if grey == 0 else 231 if grey == 25 else 231 + grey
    sixths = [each / 95 if each < 95 else 1 + (each - 95) / 40 for each in (red, green, blue)]
    return 16 + 36 * round(sixths[0]) + 6 * round(sixths[1]) + round(sixths[2])
