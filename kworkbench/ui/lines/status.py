"""The status line: at the right what is always true, at the left the first that applies (screens.md section 4)."""

from __future__ import annotations

from datetime import datetime

from kworkbench.domain.dates import moment
from kworkbench.lean import dataclass
from kworkbench.ui.paint import Piece, Pieces, cells, clip, joined, spread
from kworkbench.ui.tokens import MARKS
from kworkbench.ui.words import is_old

LEAST_WORDS = 12
"""Cells that must be left for the words before a key, so that they still say something."""

_COUNTED = (("~", "unsent"), ("!", "refused"), ("#", "in conflict"), ("?", "unclear"))


@dataclass(frozen=True, slots=True)
class Status:
    """What a status line says, before it knows its width.

    Attributes:
        message, reason, alert, selection, progress: at the left, the first that is not empty.
        changed_at, checked_at: ages of the data in view, local time; None before the first.
        offline_since: when the server was last reached, None while online; `sign_in`: it wants a new sign-in.
        counted: the changes are known.
        unsent, refused, conflict, unclear: changes in each state.
    """

    now: datetime
    message: tuple[Piece, ...] = ()
    reason: tuple[Piece, ...] = ()
    alert: tuple[Piece, ...] = ()
    selection: tuple[Piece, ...] = ()
    progress: tuple[Piece, ...] = ()
    changed_at: datetime | None = None
    checked_at: datetime | None = None
    offline: bool = False
    offline_since: datetime | None = None
    sign_in: bool = False
    counted: bool = True
    unsent: int = 0
    refused: int = 0
    conflict: int = 0
    unclear: int = 0

    @property
    def left(self) -> tuple[Piece, ...]:
        """The first thing that applies."""
        return self.message or self.reason or self.alert or self.selection or self.progress


def counts(status: Status, words: int) -> list[Piece]:
    """The counts of changes, the first `words` of them with their word; marks and numbers always."""
    if not status.counted:
        return []
    numbers = (status.unsent, status.refused, status.conflict, status.unclear)
    present = [(mark, word, number) for (mark, word), number in zip(_COUNTED, numbers, strict=True) if number]
    if not present:
        return [("nothing unsent", "muted")] if words >= 0 else []
    loose = words >= len(present)
    groups: list[Pieces] = []
    for index, (mark, word, number) in enumerate(present):
        group: list[Piece] = [(f"{mark} {number}" if loose else f"{mark}{number}", f"{MARKS[mark]} bold")]
        if index < words:
            group.append((f" {word}", MARKS[mark]))
        groups.append(group)
    return joined(groups, "  " if loose else " ")


def age_pieces(now: datetime, changed_at: datetime | None, checked_at: datetime | None) -> list[Piece]:
    """`changed 09:41  checked 09:45`; what is None is left out."""
    shown = (("changed", changed_at), ("checked", checked_at))
    return joined([[_age(word, at, now)] for word, at in shown if at is not None])


def _ages(status: Status, *, checked: bool) -> list[Piece]:
    return age_pieces(status.now, status.changed_at, status.checked_at if checked else None)


def _age(word: str, at: datetime, now: datetime) -> Piece:
    return f"{word} {moment(at, now)}", "unclear" if is_old(at, now) else "muted"


def _offline(status: Status) -> list[Piece]:
    if status.sign_in:
        return [("sign-in needed", "unclear bold")]
    if not status.offline:
        return []
    since = f" {moment(status.offline_since, status.now)}" if status.offline_since else ""
    return [(f"offline{since}", "unclear bold")]


def _rights(status: Status) -> list[list[Piece]]:
    """Every form of the right side, the roomiest first."""
    known = status.checked_at or status.changed_at
    stale: list[Pieces] = [[_age("checked", known, status.now)]] if known and is_old(known, status.now) else []
    offline = _offline(status)
    full = len(_COUNTED)
    tops = [_ages(status, checked=True), _ages(status, checked=False)] if not status.offline else []
    forms = [joined([age, counts(status, full)]) for age in tops if age]
    least = [*stale, offline]
    forms.extend(joined([*least, counts(status, words)]) for words in range(full, -1, -1))
    forms.append(joined([*least, counts(status, -1)]))
    return forms


def status_pieces(status: Status, total: int) -> list[Piece]:
    """The status line in `total` cells, one blank cell at both edges."""
    room = total - 2
    left = list(status.left)
    if not left and not status.offline:
        ages = _ages(status, checked=total >= 110)
        right = next((form for form in _rights(status) if not _has_age(form)), [])
        return [(" ", ""), *spread(ages, right, room), (" ", "")]
    rights = _rights(status)
    gap = 2 if left else 0
    right = next((form for form in rights if cells(form) + cells(left) + gap <= room), rights[-1])
    kept = _kept(left, max(0, room - cells(right) - gap))
    return [(" ", ""), *spread(kept, right, room), (" ", "")]


def _kept(left: Pieces, room: int) -> list[Piece]:
    """The left side in `room` cells: words before the first key are cut first, so that what to press stays."""
    key = next((index for index, (_, token) in enumerate(left) if token.startswith("accent")), 0)
    space = room - cells(left[key:]) - 1
    if not key or cells(left) <= room or space < LEAST_WORDS:
        return clip(left, room)
    return [*clip(left[:key], space), (" ", ""), *left[key:]]


def _has_age(form: Pieces) -> bool:
    return any(isinstance(text, str) and text.startswith(("changed", "checked")) for text, _ in form)
