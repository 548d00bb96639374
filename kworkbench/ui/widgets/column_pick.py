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
        self._total = 0

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
        self._total = total
        layout = Layout(self._resource, total, self.measures, self._heads)
        self.shown = layout.chosen(self._wanted, self._skip) if self._wanted else layout.columns()

    def step(self, step: int, begin: str) -> bool:
        """Choose the next column, from `begin` on where none is chosen; True where columns were scrolled for it."""
        names = self.names
        if not names:
            return False
        here = self.chosen or begin
        place = max(0, min(len(names) - 1, (names.index(here) if here in names else 0) + step))
        self.chosen = names[place]
        before = self._skip
        while self.chosen not in self._in_sight:
            self._skip = place - 1 if place - 1 < self._skip else self._skip + 1
            self.lay_out(self._total)
        return self._skip != before

    @property
    def hidden(self) -> tuple[bool, bool]:
        """Whether there are columns scrolled out at the left, and at the right."""
        names, shown = self.names, self._in_sight
        return len(names) > len(shown) and self._skip > 0, bool(shown) and shown[-1] != names[-1]

    @property
    def _in_sight(self) -> tuple[str, ...]:
        return tuple(column.field.name for column in self.shown)
