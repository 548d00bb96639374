"""Rows of a table as they were drawn, kept by place: a row that only moves on the screen is not drawn again."""

from __future__ import annotations

from collections.abc import Callable, Collection

from textual.strip import Strip

from kworkbench.ui.inked import Inked, strip
from kworkbench.ui.paint import Pieces
from kworkbench.ui.theme import Palette
from kworkbench.ui.widgets.cells import PLAIN, RowLook
from kworkbench.ui.widgets.scroll_thumb import GLYPH

_MOST = 2000
"""Drawn rows kept at most."""


class RowStrips:
    """Drawn rows of one width and one palette."""

    def __init__(self) -> None:
        self._plain: dict[int, Strip] = {}
        self._others: dict[tuple[int, RowLook, bool], Strip] = {}
        self._for = Palette(), 0

    def clear(self) -> None:
        """Rows, columns or the look of them have changed."""
        self._plain.clear()
        self._others.clear()

    def keep(self, places: Collection[int]) -> None:
        """Only the rows at these places are as they were drawn."""
        self._plain = {place: drawn for place, drawn in self._plain.items() if place in places}
        self._others = {key: drawn for key, drawn in self._others.items() if key[0] in places}

    def drop(self, place: int) -> None:
        """Another row stands at a place."""
        self._plain.pop(place, None)
        self._others = {key: drawn for key, drawn in self._others.items() if key[0] != place}

    def begin(self, palette: Palette, total: int) -> None:
        """Draw for `total` cells in that palette; what was drawn for others is forgotten."""
        if (palette, total) != self._for or len(self._plain) + len(self._others) > _MOST:
            self._for = palette, total
            self.clear()

    def has_plain(self, place: int) -> bool:
        """True where the ordinary look of that place was drawn."""
        return place in self._plain

    def at(self, place: int, look: RowLook, pieces: Callable[[], Pieces], *, thumb: bool = False) -> Strip:
        """The row at a place, with the scroll bar's thumb in its last cell or without.

        `pieces` are asked for only where it was not drawn so far.
        """
        if look is PLAIN and not thumb:
            drawn = self._plain.get(place)
            if drawn is None:
                drawn = self._plain[place] = self._drawn(look, pieces())
            return drawn
        drawn = self._others.get((place, look, thumb))
        if drawn is None:
            whole = self.at(place, look, pieces) if thumb else self._drawn(look, pieces())
            drawn = self._others[place, look, thumb] = self._with_thumb(whole, look) if thumb else whole
        return drawn

    def _drawn(self, look: RowLook, pieces: Pieces) -> Strip:
        palette, total = self._for
        return strip(pieces, palette, total, look.ground)

    def _with_thumb(self, drawn: Strip, look: RowLook) -> Strip:
        palette, total = self._for
        return Inked([*drawn.crop(0, total - 1), *strip([(GLYPH, "rule")], palette, 1, look.ground)], total)
