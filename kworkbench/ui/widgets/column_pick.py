"""Which columns a table shows, which of them is the chosen one, and how far they are scrolled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kworkbench.domain.catalog import Resource
from kworkbench.ui.widgets.columns import Column, Layout, Measures


class ColumnPick:
    """The columns of one table at its present width."""

    def __init__(self, resource: Resource, heads: Mapping[str, str]) -> None:
        self.shown: tuple[Column, ...] = ()
        self.chosen = ""
        self.measures = Measures()
        self._resource = resource
        self._heads = dict(heads)
        self._wanted: tuple[str, ...] = ()
        self._skip = 0
        self.total = 0

    @property
    def names(self) -> tuple[str, ...]:
        """The fields of the columns in their order, scrolled out of sight or not."""
        return self._wanted or self._in_sight

    def want(self, names: Sequence[str]) -> bool:
        """Show these in this order, none: as width allows; False where that is so already."""
        if tuple(names) == self._wanted:
            return False
        self._wanted, self._skip = tuple(names), 0
        return True

    def lay_out(self, total: int) -> None:
        """Place the columns in `total` cells."""
        self.total = total
        scrolled = self._wanted or (self._within_reach if self._skip else ())
        self.shown = self._layout.chosen(scrolled, self._skip) if scrolled else self._layout.columns()

    def step(self, step: int, begin: str) -> bool:
        """Choose the next column, from `begin` on where none is chosen; True where columns were scrolled for it."""
        names = self._within_reach
        if not names:
            return False
        here = self.chosen or begin
        place = max(0, min(len(names) - 1, (names.index(here) if here in names else 0) + step))
        self.chosen = names[place]
        before = self._skip
        while self.chosen not in self._in_sight:
            self._skip = place - 1 if place - 1 < self._skip else self._skip + 1
            self.lay_out(self.total)
        return self._skip != before

    def choose_none(self) -> bool:
        """No column is chosen any more; True where columns that width has no room for went out of sight again."""
        self.chosen = ""
        if self._wanted or not self._skip:
            return False
        self._skip = 0
        self.lay_out(self.total)
        return True

    @property
    def hidden(self) -> tuple[bool, bool]:
        """Whether there are columns scrolled out at the left, and at the right."""
        if not self._wanted and not self._skip:
            return False, False
        names, shown = self._within_reach, self._in_sight
        return len(names) > len(shown) and self._skip > 0, bool(shown) and shown[-1] != names[-1]

    @property
    def _layout(self) -> Layout:
        return Layout(self._resource, self.total, self.measures, self._heads)

    @property
    def _within_reach(self) -> tuple[str, ...]:
        """The columns that steps come to: where none were asked for, also those that width has no room for."""
        if self._wanted or not self.total:
            return self._wanted
        usual = self._layout.usual()
        return (*usual, *(name for name in self._resource.order if name not in usual))

    @property
    def _in_sight(self) -> tuple[str, ...]:
        return tuple(column.field.name for column in self.shown)
