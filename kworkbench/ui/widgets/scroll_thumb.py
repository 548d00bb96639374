"""The thumb of a scroll bar in whole cells: where it stands, and where a pointer drags the rows to. Pure."""

from __future__ import annotations

from kworkbench.lean import dataclass

GLYPH = "█"


@dataclass(frozen=True, slots=True)
class Thumb:
    """A thumb on a track of `track` cells over `count` rows, of which `top` is the first in sight."""

    track: int
    count: int
    top: int

    @property
    def needed(self) -> bool:
        """True where not all rows are in sight."""
        return self.count > self.track > 0

    @property
    def size(self) -> int:
        """Cells of the thumb."""
        return max(1, self.track * self.track // self.count) if self.needed else self.track

    @property
    def first(self) -> int:
        """The track's cell where the thumb begins; at the ends only where the rows are at their ends."""
        room, most = self.track - self.size, self.count - self.track
        if not self.needed or self.top <= 0:
            return 0
        if self.top >= most:
            return room
        return max(1, min(room - 1, self.top * room // most)) if room > 1 else self.top * room // most

    @property
    def cells(self) -> frozenset[int]:
        """The track's cells that it covers."""
        return frozenset(range(self.first, self.first + self.size)) if self.needed else frozenset()

    def covers(self, cell: int) -> bool:
        """True for a cell of the thumb."""
        return cell in self.cells

    def top_at(self, first: int) -> int:
        """The first row in sight when the thumb is dragged to begin at that cell."""
        room = self.track - self.size
        if room <= 0:
            return 0
        return max(0, min(room, first)) * (self.count - self.track) // room
