"""A compositor that stops as soon as every changed cell is drawn: most paints change one widget in front of others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import cast

from textual._compositor import Compositor
from textual.geometry import Region
from textual.strip import Strip


class FrontFirst(Compositor):
    """Asks the widgets in front first, each only for the lines in question."""

    def _render_chops(
        self, crop: Region, is_rendered_line: Callable[[int], bool]
    ) -> Sequence[Mapping[int, Strip]]:  # as the toolkit has it, but for what is not asked for
        chops: list[dict[int, Strip | None]] = [dict.fromkeys(cuts[:-1]) for cuts in self.cuts]
        left, right = crop.column_span
        missing = {
            (y, start)
            for y in crop.line_range
            if is_rendered_line(y)
            for start, end in pairwise(self.cuts[y])
            if start < right and end > left
        }
        for widget, (region, clip) in self.visible_widgets.items():
            shown = region.intersection(clip)
            asked = shown.intersection(Region(shown.x, crop.y, shown.width, crop.height))
            if not missing:
                break
            if not asked or not asked.overlaps(crop):
                continue
            first, last = asked.column_span
            for y, strip in zip(asked.line_range, widget.render_lines(asked - region.offset), strict=False):
                if is_rendered_line(y):
                    cuts = [cut for cut in self.cuts[y] if first <= cut <= last]
                    for start, part in zip(cuts, strip.divide([cut - first for cut in cuts[1:]]), strict=False):
                        if chops[y][start] is None:
                            chops[y][start] = part
                            missing.discard((y, start))
        return cast("Sequence[Mapping[int, Strip]]", chops)
