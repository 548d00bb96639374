"""The row under the input: every token says what it was read as, shortened to fit. Source: screens.md section 5."""

from __future__ import annotations

from collections.abc import Callable

from kworkbench.domain.quickline.preview import Segment
from kworkbench.domain.quickline.tokens import Part, Typed

_LABELS: dict[Part, tuple[str, ...]] = {
    Part.AMOUNT: ("amount", "sum"),
    Part.REFUND: ("refund", "back"),
    Part.WRITE_OFF: ("write-off", "off"),
    Part.REST_WRITTEN_OFF: ("rest written off", "rest off", "off"),
    Part.CURRENCY: ("currency", "cur"),
    Part.DATE: ("date", "day"),
    Part.INVOICE: ("invoice", "inv"),
    Part.PROJECT: ("project", "proj"),
    Part.NOTE: ("note",),
    Part.CATEGORY: ("category", "cat"),
    Part.BILLABLE: ("billable", "bill"),
    Part.REIMBURSABLE: ("reimbursable", "reim"),
    Part.TEXT: ("text",),
}


def under(line: Typed, cells: Callable[[str], int] = len) -> tuple[Segment, ...]:
    """`└sum └date     └note`, its first cell under the first character; `cells` measures text in terminal cells."""
    segments: list[Segment] = []
    at = 0
    for place, token in enumerate(line.tokens):
        start = cells(line.text[: token.start])
        last = place == len(line.tokens) - 1
        room = None if last else cells(line.text[: line.tokens[place + 1].start]) - start - 1
        label = f"└{_fitting(_LABELS[token.part], room)}"
        if start > at:
            segments.append(Segment(" " * (start - at), "muted"))
        segments.append(Segment(label, "refused" if token.error else "unsent"))
        at = start + len(label)
    return tuple(segments)


def _fitting(words: tuple[str, ...], room: int | None) -> str:
    """The longest word that leaves a blank before the next label; the shortest one may also touch it."""
    shortest = words[-1] if room is None or len(words[-1]) <= room else ""
    return next((word for word in words if room is None or len(word) < room), shortest)
