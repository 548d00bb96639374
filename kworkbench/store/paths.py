"""Two ways to a position of a list: walking its order by key from anchors, and a short list of rows found at once."""

from __future__ import annotations

import sqlite3
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from copy import copy

from kworkbench.lean import dataclass
from kworkbench.store.seek import Place, Seeker

STRIDE = 32
"""Anchors are remembered at such positions, and at the first row of each fetch."""

WIDE_STRIDE = 500
"""Distance of the anchors that are built ahead, over the whole list."""

MOST_ANCHORS = 8192

NEAR = (100, 3_000)
"""So few rows are counted from either end before all that stand ahead are: in well under a millisecond, mostly."""


@dataclass(frozen=True, slots=True)
class Anchors:
    """Places of a whole list, `WIDE_STRIDE` positions apart from 0 on, and its length.

    `generation` is that of the window they were asked for; a window that was refreshed since does not take them.
    """

    places: tuple[Place, ...]
    length: int
    generation: int


def build_anchors(seeker: Seeker, generation: int) -> Anchors:
    """Walk the whole list once. Reads many rows, though no whole ones: for a thread of its own."""
    places: list[Place] = []
    here = seeker.walk(None, 1)
    while here:
        places += here
        here = seeker.walk(here[0], 1, skip=WIDE_STRIDE)
    rest = 0 if not places else seeker.count_from(places[-1])
    return Anchors(tuple(places), max(0, len(places) - 1) * WIDE_STRIDE + rest, generation)


def sorted_anchors(seeker: Seeker, whole: Seeker, generation: int) -> Anchors:
    """The same for an order of several keys, which no index walks: sorted once by `whole`, the order uncut."""
    lids, length = whole.every(WIDE_STRIDE)
    places = (seeker.place_of(lid) for lid in lids)
    return Anchors(tuple(place for place in places if place is not None), length, generation)


class Walk:
    """Positions by key: from the nearest anchor, or from an end, forward or backward."""

    def __init__(self, seeker: Seeker) -> None:
        self.seeker = seeker
        self.length: int | None = None
        self._anchors: dict[int, Place] = {}
        self._positions: list[int] = []
        self._wide: tuple[Place, ...] = ()

    def moved(self, db: sqlite3.Connection) -> Walk:
        """The same way on another connection."""
        walk = copy(self)
        walk.seeker = self.seeker.moved(db)
        return walk

    def take(self, anchors: Anchors) -> None:
        """Use anchors that were built ahead."""
        self._wide = anchors.places
        self.length = anchors.length

    def numbers(self, first: int, count: int) -> list[int]:
        """The numbers of the rows at `first` to `first + count - 1`; fewer at the end of the list."""
        if self.length is not None:
            count = min(count, self.length - first)
        places = self._places(first, count) if count > 0 else []
        self._remember(first, places)
        return [place.row for place in places]

    def position_of(self, lid: str) -> int | None:
        """The position of a record, from the nearest anchor before it."""
        place = self.seeker.place_of(lid)
        if place is None:
            return None
        start, anchor = self._anchor_before(place)
        position = None if self._wide else self._near_an_end(place, start, anchor)
        if position is None:
            position = start + self._steps(anchor, place)
        self._remember(position, [place])
        return position

    def around(self, lid: str, before: int, count: int) -> list[int] | None:
        """The numbers of rows around a record, `count` in all, up to `before` of them ahead of it."""
        place = self.seeker.place_of(lid)
        if place is None:
            return None
        ahead = self.seeker.walk(place, before, inclusive=False, backward=True)[::-1]
        return [each.row for each in (*ahead, *self.seeker.walk(place, count - len(ahead)))]

    def count(self) -> int:
        """How many rows there are."""
        if self.length is None:
            self.length = self.seeker.source.count()
        return self.length

    def _places(self, first: int, count: int) -> list[Place]:
        """From whichever known place is nearest; one further down is walked up from."""
        seek, last = self.seeker, first + count - 1
        before, after = self._nearest(first)
        start = 0 if before is None else before[0]
        from_end = None if self.length is None else self.length - 1 - last
        if after is not None and after[0] - last <= min(first - start, first if from_end is None else from_end):
            position, place = after
            split = min(max(position - first, 0), count)
            ahead = seek.walk(place, split, skip=max(0, position - 1 - last), inclusive=False, backward=True)[::-1]
            return ahead if split == count else [*ahead, *seek.walk(place, count - split)]
        if from_end is not None and from_end < first - start:
            return seek.walk(None, count, skip=from_end, backward=True)[::-1]
        return seek.walk(None if before is None else before[1], count, skip=first - start)

    def _nearest(self, first: int) -> tuple[tuple[int, Place] | None, tuple[int, Place] | None]:
        """The last anchor up to that position, and the first one behind it."""
        at = bisect_right(self._positions, first)
        before = [self._known(at - 1)] if at else []
        after = [self._known(at)] if at < len(self._positions) else []
        wide = first // WIDE_STRIDE
        before += [(wide * WIDE_STRIDE, self._wide[wide])] if wide < len(self._wide) else []
        after += [((wide + 1) * WIDE_STRIDE, self._wide[wide + 1])] if wide + 1 < len(self._wide) else []
        return max(before, key=_position, default=None), min(after, key=_position, default=None)

    def _known(self, at: int) -> tuple[int, Place]:
        position = self._positions[at]
        return position, self._anchors[position]

    def _anchor_before(self, place: Place) -> tuple[int, Place | None]:
        """The last anchor that does not stand behind a place: its position and where it is."""
        own = bisect_left(self._positions, True, key=lambda at: self.seeker.stands_after(self._anchors[at], place))
        wide = bisect_left(self._wide, True, key=lambda anchor: self.seeker.stands_after(anchor, place))
        found = [(0, None), *([self._known(own - 1)] if own else [])]
        found += [((wide - 1) * WIDE_STRIDE, self._wide[wide - 1])] if wide else []
        return max(found, key=_position)

    def _steps(self, anchor: Place | None, place: Place) -> int:
        """How many rows stand from an anchor up to a place: a few are walked as pages are, more are counted."""
        if self._wide:
            walked = self.seeker.walk(anchor, WIDE_STRIDE)
            found = next((at for at, each in enumerate(walked) if each.row == place.row), None)
            if found is not None:
                return found
        return self.seeker.count_before(place, anchor)

    def _near_an_end(self, place: Place, start: int, anchor: Place | None) -> int | None:
        """Its position where few rows stand between it and the anchor, or the end of the list."""
        for most in NEAR:
            before = self.seeker.count_before(place, anchor, most=most)
            if before < most:
                return start + before
            behind = most if self.length is None else self.seeker.count_from(place, most=most)
            if self.length is not None and behind < most:
                return self.length - behind
        return None

    def _remember(self, first: int, places: Sequence[Place]) -> None:
        for position, place in enumerate(places, first):
            if position == first or position % STRIDE == 0:
                self._anchors[position] = place
        if len(self._anchors) > MOST_ANCHORS:
            kept = sorted(self._anchors)[::2]
            self._anchors = {position: self._anchors[position] for position in kept}
        self._positions = sorted(self._anchors)


class Few:
    """A list of few rows, all of their numbers read in order at once."""

    def __init__(self, seeker: Seeker) -> None:
        self.source = seeker.source
        self._numbers = seeker.numbers()
        self.length: int | None = len(self._numbers)

    def moved(self, db: sqlite3.Connection) -> Few:
        """The same list on another connection."""
        few = copy(self)
        few.source = self.source.moved(db)
        return few

    def take(self, _anchors: Anchors) -> None:
        """It needs none."""

    def numbers(self, first: int, count: int) -> list[int]:
        """The numbers of the rows at `first` to `first + count - 1`; fewer at the end of the list."""
        return self._numbers[first : first + count]

    def position_of(self, lid: str) -> int | None:
        """The position of a record."""
        sql = f"SELECT _row FROM {self.source.table} WHERE _acct = {self.source.acct} AND _lid = ?"
        found = self.source.db.execute(sql, (lid,)).fetchone()
        return self._numbers.index(found[0]) if found is not None and found[0] in self._numbers else None

    def around(self, lid: str, before: int, count: int) -> list[int] | None:
        """The numbers of rows around a record, `count` in all, up to `before` of them ahead of it."""
        position = self.position_of(lid)
        if position is None:
            return None
        first = max(0, position - before)
        return self._numbers[first : first + count]

    def count(self) -> int:
        """How many rows there are."""
        return len(self._numbers)


def _position(anchor: tuple[int, Place | None]) -> int:
    return anchor[0]
