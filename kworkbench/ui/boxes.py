"""Boxes that hold other widgets and do not scroll.

The toolkit lays a widget out, and paints it, once more whenever what it could scroll over has another size. A widget
that never scrolls has its size from the layout that has just placed it, and that layout paints it: nothing is left.
"""

from __future__ import annotations

from textual.containers import Container, Horizontal, Vertical
from textual.geometry import Size
from textual.widget import Widget


class Unscrolled(Widget):
    """A widget that never scrolls."""

    def _size_updated(self, size: Size, virtual_size: Size, container_size: Size, layout: bool = True) -> bool:  # noqa: ARG002  # base signature
        before = self._size
        is_other = super()._size_updated(size, virtual_size, container_size, layout=False)
        if self._size != before:
            self._repaint_regions.clear()
        return is_other


class Box(Container, Unscrolled):
    """Lays out what it holds as its style says."""


class Column(Vertical, Unscrolled):
    """What it holds stands one below the other."""


class Row(Horizontal, Unscrolled):
    """What it holds stands side by side."""
