"""The rows of a list that were read last, and how many there are: what a table draws from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

from kworkbench.ui.widgets.group_lines import GroupLine
from kworkbench.ui.widgets.grouped_places import GroupedPlaces
from kworkbench.ui.widgets.places import Places

if TYPE_CHECKING:
    from kworkbench.store.reader import Row, Window

AnyPlaces: TypeAlias = "Places | GroupedPlaces"

SCREENS = 3
"""How many screens of rows are read at once."""


def read_first(window: Window, lid: str | None, height: int) -> None:
    """Find what a brief `Pages.load` asks for: what can be in sight around a record, else the first rows.

    Raises:
        ReadInterruptedError: called off.
    """
    place = window.position_of(lid) if lid else None
    window.seek(*_in_sight(place or 0, height))


def _in_sight(place: int, height: int) -> tuple[int, int]:
    """From which place on how many rows can be in sight with the cursor at `place`."""
    first = max(0, place - height)
    return first, place - first + height


class Pages:
    """One page of a list's rows around what is in sight. `count` may not be known yet."""

    def __init__(self) -> None:
        self.places: AnyPlaces | None = None
        self.first = 0
        self.lines: Sequence[Row | GroupLine] = []
        self.counted: int | None = None
        self._is_brief = False

    @property
    def count(self) -> int:
        """Rows of the list; as many as are known before they were counted."""
        known = self.first + len(self.lines)
        if self.counted is None:
            return known
        return max(known, self.counted + (self.places.extra if self.places else 0))

    def open(self, places: AnyPlaces | None, *, brief: bool = False) -> None:
        """Read from these places from now on; nothing is known of them. `brief`: load little the first time."""
        self.places = places
        self.counted = None
        self._is_brief = brief
        self.forget()

    def forget(self) -> None:
        """What was read is not so any more."""
        self.lines = []

    def be_brief(self) -> None:
        """Load little the next time: what lies around it is read behind the paint."""
        self._is_brief = True

    def read(self, first: int, count: int) -> Sequence[Row | GroupLine]:
        """Lines by place; fewer at the end."""
        return self.places.fetch(first, count) if self.places else []

    def load(self, place: int, height: int) -> list[Row]:
        """Have the page around a place on a screen of `height` rows; gives the rows that were not here before.

        A brief page is what can be in sight.
        """
        first, wanted = max(0, place - height), height * SCREENS
        if self._is_brief:
            first, wanted = _in_sight(place, height)
            self._is_brief = False
        end, known = first + wanted, self.first + len(self.lines)
        start, stop = max(first, self.first), min(end, known)
        head = self.read(first, start - first) if first < start < stop else []
        if start < stop and len(head) == start - first:
            tail = [] if self.beyond(stop) else self.read(stop, end - stop)
            self.lines = [*head, *self.lines[start - self.first : stop - self.first], *tail]
            new = [*head, *tail]
        else:
            self.lines = new = list(self.read(first, wanted))
        self.first = first
        if len(self.lines) < wanted and (self.lines or not first):
            self.counted = first + len(self.lines) - (self.places.extra if self.places else 0)
        return [line for line in new if not isinstance(line, GroupLine)]

    def holds(self, place: int) -> bool:
        """True where the page has that place."""
        return self.first <= place < self.first + len(self.lines)

    def beyond(self, place: int) -> bool:
        """True where the list is known to have no such place."""
        return self.counted is not None and not 0 <= place < self.count

    @property
    def rows(self) -> list[Row]:
        """The page without heads."""
        return [line for line in self.lines if not isinstance(line, GroupLine)]

    def at(self, place: int) -> Row | GroupLine | None:
        """The line there, if the page has it."""
        return self.lines[place - self.first] if self.holds(place) else None

    def put(self, place: int, row: Row) -> None:
        """That row stands there now."""
        self.lines = [*self.lines[: place - self.first], row, *self.lines[place - self.first + 1 :]]

    def near(self, top: int, height: int) -> list[tuple[str, int]]:
        """Records in sight with their places."""
        shown = self.lines[max(0, top - self.first) : max(0, top - self.first + height)]
        placed = enumerate(shown, max(self.first, top))
        return [(line.lid, place) for place, line in placed if not isinstance(line, GroupLine)]

    def is_faded(self, lid: str) -> bool:
        """True for a row that stays although it no longer matches."""
        return self.places is not None and self.places.is_faded(lid)
