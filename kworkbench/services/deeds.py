"""Deeds: what one keypress asked of the server, which of them undo and redo each other. Pure.

Source: product.md section 10. Everything is read from the journal, so it is the same after a restart and in a second
workbench.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kworkbench.domain.changes import OPEN, WAITING, Change, State
from kworkbench.lean import dataclass

TAKEN_BACK = "taken back"
"""The reason of a change that was taken back before it was sent."""

DONE = frozenset({State.CONFIRMED, State.CLOSED})
ON_ITS_WAY = frozenset({State.SENDING, State.AMBIGUOUS, State.NEEDS_YOU})


@dataclass(frozen=True, slots=True)
class Deed:
    """The changes of one gesture, in order.

    Attributes:
        undoes: the gesture it takes back, None where it does something new. A gesture that is older than what is known
            goes by the empty text.
        is_undo: it takes back what another one did; a redo takes back an undo, and so does something again.
    """

    gesture: str
    changes: tuple[Change, ...]
    undoes: str | None = None
    is_undo: bool = False

    @property
    def done(self) -> tuple[Change, ...]:
        """Those the server has taken."""
        return tuple(change for change in self.changes if change.state in DONE)

    @property
    def on_its_way(self) -> tuple[Change, ...]:
        """Those that are being sent, or may have arrived."""
        return tuple(change for change in self.changes if change.state in ON_ITS_WAY)

    @property
    def waiting(self) -> tuple[Change, ...]:
        """Those that wait to be sent: whatever was tried of them did not take effect."""
        return tuple(change for change in self.changes if change.state in WAITING - ON_ITS_WAY)

    @property
    def was_taken_back(self) -> bool:
        """Nothing of it was ever sent, because a person took it back."""
        return all(change.state is State.CANCELLED and change.reason == TAKEN_BACK for change in self.changes)

    @property
    def holds(self) -> bool:
        """Something of it reached the server, or still may."""
        return any(change.state in OPEN | DONE and change.state is not State.REJECTED for change in self.changes)


class Deeds:
    """All deeds of one account that are known."""

    def __init__(self, changes: Iterable[Change], account: str) -> None:
        """`changes` in any order."""
        own = sorted((change for change in changes if change.account == account), key=lambda one: one.seq)
        gestures = {change.seq: change.gesture for change in own}
        grouped: dict[str, list[Change]] = {}
        for change in own:
            grouped.setdefault(change.gesture, []).append(change)
        known: dict[str, Deed] = {}
        for gesture, found in grouped.items():
            seq = found[0].undoes
            undoes = None if seq is None else gestures.get(seq, "")
            known[gesture] = Deed(gesture, tuple(found), undoes, _is_undo(undoes, known))
        self._known: Mapping[str, Deed] = known
        self._newest = tuple(sorted(known.values(), key=lambda deed: -deed.changes[-1].seq))
        self._undone = {deed.undoes: deed for deed in known.values() if deed.undoes and deed.holds}

    @property
    def to_undo(self) -> Deed | None:
        """The newest deed that did something, or is about to, and was not taken back."""
        return next((deed for deed in self._newest if not deed.is_undo and self._stands(deed)), None)

    @property
    def to_redo(self) -> Deed | None:
        """The newest deed that took something back, where nothing new was asked for since."""
        for deed in self._newest:
            if deed.was_taken_back or deed.is_undo:
                if deed.gesture not in self._undone and (deed.was_taken_back or deed.done):
                    return deed
            elif deed.undoes is None and self._stands(deed):
                return None
        return None

    def change(self, seq: int) -> Change | None:
        """A change by its number, where it is known."""
        return next((one for deed in self._newest for one in deed.changes if one.seq == seq), None)

    def of(self, change: Change) -> Deed | None:
        """The deed a change is part of."""
        deed = self._known.get(change.gesture)
        return deed if deed is not None and any(one.seq == change.seq for one in deed.changes) else None

    def named(self, gesture: str) -> Deed | None:
        """The deed of a gesture, where it is known."""
        return self._known.get(gesture)

    def undone_by(self, gesture: str) -> Deed | None:
        """The deed that took this one back, where one did and was not refused."""
        return self._undone.get(gesture)

    def tries(self, gesture: str) -> int:
        """How many deeds have tried to take this one back."""
        return sum(deed.undoes == gesture for deed in self._known.values())

    def _stands(self, deed: Deed) -> bool:
        moves = deed.done or deed.on_its_way or deed.waiting
        return bool(moves) and deed.gesture not in self._undone


def _is_undo(undoes: str | None, known: Mapping[str, Deed]) -> bool:
    """Whether a deed takes something back: not where what it takes back did so itself, or was never sent."""
    if undoes is None:
        return False
    before = known.get(undoes)
    return before is None or not (before.is_undo or before.was_taken_back)
