"""What of a table is in sight, and what of it is as it was: where a change was one's own, all but a row or two."""

from __future__ import annotations

from collections.abc import Mapping

from kworkbench.lean import dataclass
from kworkbench.store.reader import Row
from kworkbench.ui.widgets.pages import Pages
from kworkbench.ui.widgets.scroll_thumb import Thumb


@dataclass(frozen=True, slots=True)
class Sight:
    """The scroll bar, the cursor's place, and rows by place with whether they fade, as far as they were read."""

    thumb: Thumb
    cursor: int
    lines: Mapping[int, tuple[Row, bool]]

    @property
    def top(self) -> int:
        """The first place in sight."""
        return self.thumb.top

    def same(self, before: Sight) -> frozenset[int]:
        """Places whose row is as it was."""
        return frozenset(place for place, seen in self.lines.items() if before.lines.get(place) == seen)


def sight_of(pages: Pages, thumb: Thumb, rows: int, cursor: int) -> Sight:
    """What is in sight of pages on a table with room for so many rows."""
    read = ((place, pages.at(place)) for place in range(thumb.top, thumb.top + rows))
    return Sight(thumb, cursor, {at: (line, pages.is_faded(line.lid)) for at, line in read if isinstance(line, Row)})
