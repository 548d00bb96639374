"""Lines as the toolkit draws them, sent with no more codes than their changes of style need."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._styles_cache import StylesCache
from textual.color import Color
from textual.filter import LineFilter
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from kworkbench.ui.paint import Pieces
from kworkbench.ui.safe import cell_len
from kworkbench.ui.theme import Palette

_OFF = {"1": "22", "2": "22", "4": "24", "7": "27", "9": "29"}
"""What switches an attribute off; bold and dim go together."""
_BITS = (("1", "bold"), ("2", "dim"), ("4", "underline"), ("7", "reverse"), ("9", "strike"))


class Inked(Strip):
    """A line whose styles come from a palette: they are final, so the toolkit's filters have nothing to change."""

    __slots__ = ()

    def render(self, console: Console) -> str:
        """What a terminal obeys; a code is sent only for what differs from the piece before."""
        if self._render_cache is None:
            system = console._color_system or ColorSystem.TRUECOLOR  # noqa: SLF001  # as the toolkit's own strips
            parts: list[str] = []
            before = _PLAIN
            for text, style, _ in self._segments:
                now = style or _PLAIN
                if now is not before:
                    parts.append(_change(before, now, system))
                    before = now
                parts.append(text)
            if before is not _PLAIN:
                parts.append("\x1b[0m")
            self._render_cache = "".join(parts)
        return self._render_cache

    def divide(self, cuts: Iterable[int]) -> Sequence[Strip]:
        """Parts that end at these cells; the line itself where it is not cut."""
        ends = list(cuts)
        if ends == [self.cell_length]:
            return (self,)
        return [Inked(part, part.cell_length) for part in super().divide(ends)]

    def crop(self, start: int, end: int | None = None) -> Strip:
        """The cells from `start` to before `end`."""
        part = super().crop(start, end)
        return part if isinstance(part, Inked) else Inked(part, part.cell_length)

    def apply_filter(self, filter: LineFilter, background: Color) -> Strip:  # noqa: A002, ARG002  # base signature
        """The line as it is."""
        return self


_PLAIN = Style()


class WholeLines(StylesCache):
    """Keeps lines as their widget drew them: one without border, padding and opacity has nothing to add to them."""

    def render_widget(self, widget: Widget, crop: Region) -> list[Strip]:
        """The lines of `crop`; only what has changed is drawn."""
        width = widget.size.width
        if width != self._width:
            self.clear()
            self._width = width
        kept, dirty, draw = self._cache, self._dirty_lines, widget.render_line
        strips: list[Strip] = []
        for y in crop.line_range:
            strip = None if y in dirty else kept.get(y)
            if strip is None:
                strip = kept[y] = draw(y)
            strips.append(strip)
        dirty.difference_update(crop.line_range)
        if crop.column_span != (0, width):
            return [strip.crop(*crop.column_span) for strip in strips]
        return strips


def strip(pieces: Pieces, palette: Palette, total: int, ground: str = "") -> Strip:
    """The pieces as one drawn line of exactly `total` cells on `ground`. Blanks go with what stands before them."""
    inks = _inks(palette, ground or "bg")
    segments: list[Segment] = []
    text, style, used = "", inks[""], 0
    for piece, token in pieces:
        plain = piece if isinstance(piece, str) else piece.plain
        if not plain:
            continue
        used += cell_len(plain)
        ink = inks[token]
        if ink is style or (plain.isspace() and _same_on_blanks(style, ink)):
            text += plain
        elif text.isspace() and _same_on_blanks(style, ink):
            text, style = text + plain, ink
        else:
            if text:
                segments.append(Segment(text, style))
            text, style = plain, ink
    if used < total and not _same_on_blanks(style, inks[""]):
        segments.append(Segment(text, style))
        text, style = "", inks[""]
    segments.append(Segment(text + " " * (total - used), style))
    line = Inked(segments, max(total, used))
    return line.crop(0, total) if used > total else line


class _Inks(dict[str, Style]):
    """The styles of token words on one ground."""

    def __init__(self, palette: Palette, ground: str) -> None:
        super().__init__()
        self._palette = palette
        self._base = palette.style(f"on {ground}")

    def __missing__(self, token: str) -> Style:
        style = self[token] = self._base + self._palette.style(token)
        return style


@lru_cache(maxsize=64)
def _inks(palette: Palette, ground: str) -> _Inks:
    return _Inks(palette, ground)


@lru_cache(maxsize=4096)
def _same_on_blanks(one: Style, other: Style) -> bool:
    """True where a blank looks the same in both."""
    flags = [(style.underline, style.reverse, style.strike) for style in (one, other)]
    return one == other or (one.bgcolor == other.bgcolor and not any((*flags[0], *flags[1])))


@lru_cache(maxsize=4096)
def _change(before: Style, after: Style, system: ColorSystem) -> str:
    """The code between two pieces; empty where they look the same."""
    was, now = _attributes(before), _attributes(after)
    off = dict.fromkeys(_OFF[each] for each in was if each not in now)
    if off and not (after.color or after.bgcolor):
        off, before = {"0": None}, _PLAIN
    kept = {each for each in was if _OFF[each] not in off and "0" not in off}
    codes = [*off, *(each for each in now if each not in kept)]
    for is_ink, old, new in ((True, before.color, after.color), (False, before.bgcolor, after.bgcolor)):
        if old != new:
            codes += new.downgrade(system).get_ansi_codes(is_ink) if new else ["39" if is_ink else "49"]
    return f"\x1b[{';'.join(codes)}m" if codes else ""


def _attributes(style: Style) -> list[str]:
    return [code for code, name in _BITS if getattr(style, name)]
