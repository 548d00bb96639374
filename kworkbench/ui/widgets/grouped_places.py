"""Which line stands at which place of a grouped list: heads, and the rows of the groups that are open."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from kworkbench.store.grouping import GroupRow
from kworkbench.ui.widgets.group_lines import GroupLine
from kworkbench.ui.widgets.places import RowSource

if TYPE_CHECKING:
    from kworkbench.store.grouped import GroupedWindow
    from kworkbench.store.reader import Row

Keep = Callable[["Row", "int | None"], bool]


class GroupedPlaces:
    """The order of heads and rows. Groups are read elsewhere; until they are known it is empty.

    Rows with a change of one's own do not keep their place here: they go where their group is.
    """

    extra = 0

    def __init__(self, all_rows: RowSource, sum_field: str, by: str, before: GroupedPlaces | None = None) -> None:
        """`all_rows` are those of the query without groups; heads bear the sums of `sum_field`.

        `before` were the places of the list until now: groups of the same `by` stay open or closed as they were.
        """
        self.by = by
        self._before = before.window if before is not None and before.by == by else None
        self._all = all_rows
        self._sum_field = sum_field
        self._window: GroupedWindow | None = None
        self._aside: dict[frozenset[int], frozenset[str]] = {}

    @property
    def window(self) -> GroupedWindow | None:
        """The groups and their rows, once they were read."""
        return self._window

    @property
    def known(self) -> bool:
        """True once the groups were read."""
        return self._window is not None

    @property
    def count(self) -> int:
        """Lines in all."""
        return self._window.length if self._window is not None else 0

    def take(self, window: GroupedWindow, *, is_open: bool) -> None:
        """The groups as they are now. Those that were there stay open or closed; of the others all are, or none."""
        before, self._before = self._window or self._before, None
        known = {group.key for group in before.groups} if before is not None else frozenset[str]()
        for group in window.groups:
            if before.is_open(group.key) if before is not None and group.key in known else is_open:
                window.open(group.key)
        self._window = window

    def toggle(self, key: str) -> None:
        """Open a group, or close it."""
        if self._window is not None and self._window.is_open(key):
            self._window.close(key)
        elif self._window is not None:
            self._window.open(key)

    def toggle_all(self) -> None:
        """Close every group; where all are closed, open them."""
        groups = self._groups
        opened = [group.key for group in groups if self._is_open(group.key)]
        for key in opened or [group.key for group in groups]:
            self.toggle(key)

    def head_place(self, key: str) -> int | None:
        """Where the head of a group stands."""
        return self._window.position_of_group(key) if self._window is not None else None

    def head_after(self, key: str) -> int | None:
        """Where the head of the group behind that one stands; None behind the last."""
        keys = [group.key for group in self._groups]
        at = keys.index(key) + 1 if key in keys else len(keys)
        return self.head_place(keys[at]) if at < len(keys) else None

    # Groups that a person has put aside: they stay in their place, faded, until the query is run again.

    def put_aside(self, group: GroupRow, lids: Collection[str]) -> None:
        """The group's members, which have these local ids, are no duplicates of each other."""
        self._aside[frozenset(group.members)] = frozenset(lids)

    def take_back(self, group: GroupRow) -> None:
        """They may be duplicates after all."""
        members = frozenset(group.members)
        self._aside = {aside: lids for aside, lids in self._aside.items() if aside.isdisjoint(members)}

    def is_aside(self, group: GroupRow) -> bool:
        """True for a group of which every two members were put aside together."""
        return bool(group.members) and any(aside.issuperset(group.members) for aside in self._aside)

    def group_at(self, place: int) -> GroupRow | None:
        """The group whose head or row stands there."""
        return self._window.group_at(place) if self._window is not None else None

    # As the table reads places.

    def fetch(self, first: int, count: int) -> Sequence[Row | GroupLine]:
        """The lines from place `first` on; fewer at the end."""
        lines: Iterable[Row | GroupRow] = self._window.fetch(first, count) if self._window is not None else ()
        return [self._line(line) if isinstance(line, GroupRow) else line for line in lines]

    def place_of(self, lid: str) -> int | None:
        """Where a record of an open group stands, else None."""
        return self._window.position_of(lid) if self._window is not None else None

    def shows(self, lid: str) -> bool:
        """True for a record of the query, in an open group or a closed one."""
        if any(group.members for group in self._groups):
            return self.place_of(lid) is not None
        return self._all.position_of(lid) is not None

    @property
    def kept(self) -> frozenset[str]:
        """No row keeps its place here."""
        return frozenset()

    def is_faded(self, lid: str) -> bool:
        """True for a row that was put aside."""
        return any(lid in lids for lids in self._aside.values())

    def refresh(
        self,
        keep: Keep,  # noqa: ARG002  # as ungrouped places
        shown: Sequence[tuple[str, int]],  # noqa: ARG002  # as ungrouped places
        changed: Collection[str] | None = None,  # noqa: ARG002  # as ungrouped places
    ) -> None:
        """Rows have changed; the groups are read again elsewhere."""
        self._all.refresh()
        if self._window is not None:
            self._window.refresh()

    @property
    def _groups(self) -> tuple[GroupRow, ...]:
        return self._window.groups if self._window is not None else ()

    def _is_open(self, key: str) -> bool:
        return self._window is not None and self._window.is_open(key)

    def _line(self, group: GroupRow) -> GroupLine:
        sums = tuple(each for each in group.sums if each.field == self._sum_field and (each.rows or each.server_minor))
        aside = self.is_aside(group)
        note = "no duplicates" if aside else "same person or text" if group.strong else ""
        return GroupLine(group.key, group.label, group.rows, sums, self._is_open(group.key), note, aside)
