"""A list in groups as a window: the heads of all groups, and the rows of those that are open."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import TypeAlias

from kworkbench.store.grouping import GroupRow
from kworkbench.store.rows import Row
from kworkbench.store.window import Window

Line: TypeAlias = GroupRow | Row


class GroupedWindow:
    """Lines by position: each group's head, and behind the head of an open group its rows in the query's order.

    `rows_of` makes the window of one group's rows. The groups are read elsewhere, off the UI thread.
    """

    def __init__(self, groups: Sequence[GroupRow], rows_of: Callable[[GroupRow], Window]) -> None:
        self._rows_of = rows_of
        self._groups: tuple[GroupRow, ...] = tuple(groups)
        self._open: dict[str, Window] = {}
        self._starts: list[int] = []
        self._place()

    @property
    def groups(self) -> tuple[GroupRow, ...]:
        """Every group, in order."""
        return self._groups

    @property
    def length(self) -> int:
        """How many lines there are."""
        return self._starts[-1]

    def is_open(self, key: str) -> bool:
        """True where the rows of that group are shown."""
        return key in self._open

    def open(self, key: str) -> None:
        """Show the rows of a group; an unknown key does nothing."""
        group = next((group for group in self._groups if group.key == key), None)
        if group is not None and key not in self._open:
            window = self._rows_of(group)
            window.known(group.rows)
            self._open[key] = window
            self._place()

    def close(self, key: str) -> None:
        """Show only the head of a group."""
        if self._open.pop(key, None) is not None:
            self._place()

    def count(self) -> int:
        """How many lines there are."""
        return self.length

    def fetch(self, first: int, count: int) -> list[Line]:
        """The lines at positions `first` to `first + count - 1`; fewer at the end."""
        first, found = max(first, 0), list[Line]()
        end = min(first + max(count, 0), self.length)
        at = bisect_right(self._starts, first) - 1
        while first + len(found) < end:
            group, position = self._groups[at], first + len(found)
            inside = position - self._starts[at]
            if inside == 0:
                found.append(group)
                inside += 1
            wanted = min(end - first - len(found), self._starts[at + 1] - self._starts[at] - inside)
            if wanted > 0:
                rows = self._open[group.key].fetch(inside - 1, wanted)
                found += rows
                if len(rows) < wanted:
                    break
            at += 1
        return found

    def position_of(self, lid: str) -> int | None:
        """The position of a record in an open group, or None."""
        for start, group in zip(self._starts, self._groups, strict=False):
            window = self._open.get(group.key)
            if window is not None and (inside := window.position_of(lid)) is not None:
                return start + 1 + inside
        return None

    def position_of_group(self, key: str) -> int | None:
        """The position of a group's head."""
        return next((start for start, group in zip(self._starts, self._groups, strict=False) if group.key == key), None)

    def group_at(self, position: int) -> GroupRow | None:
        """The group whose head or row stands there."""
        at = bisect_right(self._starts, position) - 1
        return self._groups[at] if 0 <= at < len(self._groups) else None

    def refresh(self, groups: Sequence[GroupRow] | None = None) -> None:
        """The data changed: forget rows; take the groups as they are now, where they were read again."""
        if groups is not None:
            self._groups = tuple(groups)
        known = {group.key: group for group in self._groups}
        self._open = {key: self._rows_of(known[key]) for key in self._open if key in known}
        for key, window in self._open.items():
            window.known(known[key].rows)
        self._place()

    def _place(self) -> None:
        lines = (1 + (group.rows if group.key in self._open else 0) for group in self._groups)
        self._starts = list(accumulate(lines, initial=0))
