"""A list of lines under heads, for reviews and changes: some can bear the cursor, others are heads and blanks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import zip_longest

from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from kworkbench.lean import dataclass
from kworkbench.ui.drawn import Drawn
from kworkbench.ui.inked import strip
from kworkbench.ui.paint import Piece, Pieces
from kworkbench.ui.theme import palette_of
from kworkbench.ui.timed import let_keys_go


@dataclass(frozen=True, slots=True)
class Line:
    """One line. With a `key` it can bear the cursor, and its pieces begin behind the cell of the cursor's bar.

    `make`, where it is given, makes the pieces when the line comes into sight.
    """

    pieces: Pieces = ()
    key: str | None = None
    make: Callable[[], Pieces] | None = None


BLANK = Line()


class LineList(Drawn, can_focus=True):
    """Lines with one cursor that stays on its key when the lines are made anew."""

    DEFAULT_CSS = "LineList { height: 1fr; }"

    @dataclass
    class Moved(Message):
        """The cursor stands on another line, or on none."""

        key: str | None

    @dataclass
    class Clicked(Message):
        """The line that already had the cursor was clicked."""

        key: str

    @dataclass
    class Resized(Message):
        """It has another width: its lines are to be made anew."""

        lines: LineList

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # as Widget
        super().__init__(id=id)
        self._lines: tuple[Line, ...] = ()
        self._at: int | None = None
        self._top = 0
        self._rolled = False
        self._width = 0

    @property
    def key(self) -> str | None:
        """The key of the line under the cursor."""
        return None if self._at is None else self._lines[self._at].key

    @property
    def below(self) -> int:
        """How many lines with a key stand below the last one shown."""
        return sum(line.key is not None for line in self.out_of_sight)

    @property
    def out_of_sight(self) -> Sequence[Line]:
        """The lines below the last one shown."""
        return self._lines[self._top + self.size.height :]

    def show(self, lines: Sequence[Line]) -> None:
        """Draws these lines. The cursor follows its key; a key that is gone leaves it at the nearest place."""
        before, where, old = self.key, self._at, self._lines
        self._lines = tuple(lines)
        places = [index for index, line in enumerate(self._lines) if line.key is not None]
        kept = next((index for index in places if self._lines[index].key == before), None)
        if kept is None and places:
            kept = min(places, key=lambda index: (abs(index - (where or 0)), index))
        self._stand(kept, before, old)

    def go(self, key: str) -> None:
        """Puts the cursor on the line with that key, where there is one."""
        found = next((index for index, line in enumerate(self._lines) if line.key == key), None)
        if found is not None:
            self._stand(found, self.key)

    def do_move(self, where: str) -> None:
        """Moves the cursor: `down up page-down page-up first last`. Where it cannot go further, the lines scroll."""
        places = [index for index, line in enumerate(self._lines) if line.key is not None]
        page = max(1, self.size.height - 1)
        far = len(self._lines)
        step = {"down": 1, "up": -1, "page-down": page, "page-up": -page, "first": -far, "last": far}.get(where)
        if step is None:
            return
        if not places or self._at is None:
            self._roll(step)
            return
        wanted = places[max(0, min(len(places) - 1, places.index(self._at) + step))]
        if wanted == self._at or (self._rolled and step < 0 and self._top > self._at):
            self._roll(step)
        else:
            self._move(wanted)

    def _roll(self, step: int) -> None:
        """Scroll by lines that bear no cursor; it stays where it is, maybe out of sight."""
        top = max(0, min(len(self._lines) - self.size.height, self._top + step))
        if top != self._top:
            self._top, self._rolled = top, True
            self.refresh()

    def _move(self, at: int) -> None:
        """Stand elsewhere among the same lines: only two of them look different, unless they were scrolled."""
        before, top, key = self._at, self._top, self.key
        self._at, self._rolled = at, False
        self._scroll()
        if self._top != top or before is None:
            self.refresh()
        else:
            self.refresh(*(Region(0, each - top, self.size.width, 1) for each in {before, at}))
        if self.key != key:
            self.post_message(self.Moved(self.key))

    def _stand(self, at: int | None, before: str | None, old: Sequence[Line] | None = None) -> None:
        """Puts the cursor there and draws what differs from before, when the lines were `old`."""
        was, top = self._at, self._top
        self._at = at
        self._rolled = self._rolled and self.key == before
        self._scroll()
        if top != self._top:
            self.refresh()
        else:
            moved = {was, at} if was != at else set()
            lines = self._lines if old is None else old
            pairs = zip_longest(lines[top : top + self.size.height], self._lines[top : top + self.size.height])
            for index, (one, other) in enumerate(pairs, top):
                if one != other or index in moved:
                    self.refresh(Region(0, index - top, self.size.width, 1))
        if self.key != before:
            self.post_message(self.Moved(self.key))

    def _scroll(self) -> None:
        height = self.size.height
        if not height:
            return
        most = max(0, len(self._lines) - height)
        if self._at is None or self._rolled:
            self._top = min(self._top, most)
            return
        above = self._at
        while above and self._lines[above - 1].key is None and self._at - above < height - 1:
            above -= 1
        self._top = max(0, min(self._top, above, most), self._at - height + 1)

    def on_focus(self) -> None:
        """Keys that were held for what has closed are for these lines."""
        let_keys_go(self)

    def on_resize(self, event: events.Resize) -> None:
        """Keeps the cursor in view; lines for another width are asked for."""
        self._scroll()
        if event.size.width != self._width:
            self._width = event.size.width
            self.post_message(self.Resized(self))

    def on_click(self, event: events.Click) -> None:
        """A click brings the cursor; a second one on the same line opens it."""
        index = self._top + event.y
        if index < len(self._lines) and (key := self._lines[index].key) is not None:
            if key == self.key:
                self.post_message(self.Clicked(key))
            self._stand(index, self.key)

    def on_mouse_scroll_down(self) -> None:
        """The wheel moves the cursor."""
        self.do_move("down")

    def on_mouse_scroll_up(self) -> None:
        """The wheel moves the cursor."""
        self.do_move("up")

    def pieces(self, y: int, total: int) -> Pieces:  # noqa: ARG002  # lines are made for the width
        """The bar's cell, where the line can bear it, and the line."""
        index = self._top + y
        if index >= len(self._lines):
            return []
        line = self._lines[index]
        pieces = line.pieces if line.make is None else line.make()
        if line.key is None:
            return pieces
        bar: Piece = ("▌" if index == self._at and self.has_focus else " ", "accent")
        return [bar, *pieces]

    def render_line(self, y: int) -> Strip:
        """One line; the cursor's on its tint."""
        here = self._at is not None and self._top + y == self._at
        ground = ("cursor" if self.has_focus else "raised") if here else ""
        return strip(self.pieces(y, self.size.width), palette_of(self.app), self.size.width, ground)
