"""What can be taken back of a change, and what took it back, in plain sentences. Pure."""

from __future__ import annotations

from collections.abc import Callable

from kworkbench.domain.changes import Change, State
from kworkbench.services.change_words import can_be_taken_back, sentence_of
from kworkbench.services.deeds import Deeds


def undo_sentence(change: Change, deeds: Deeds, at: Callable[[Change], str]) -> str:
    """A change's undo state; `at` gives the moment a change ended, as shown."""
    deed = deeds.of(change)
    by = None if deed is None else deeds.undone_by(deed.gesture)
    if by is not None:
        ended = by.changes[-1]
        when = f" at {at(ended)}" if ended.closed_at else ", which waits"
        return f"Undone by change {by.changes[0].seq}{when}."
    if can_be_taken_back(change):
        return "u takes it back, and nothing is sent."
    return _OF_STATE[change.state]


_WAITS = "u takes it back before it is sent."
_ASKED = "Undo waits for the answer."
_NOT_SAVED = "Nothing to undo: nothing was saved there."
_DONE = "u shows what undoing it means there, and asks."

_OF_STATE = {
    State.QUEUED: _WAITS,
    State.HELD: _WAITS,
    State.BLOCKED: _WAITS,
    State.SENDING: _ASKED,
    State.AMBIGUOUS: _ASKED,
    State.NEEDS_YOU: _ASKED,
    State.REJECTED: _NOT_SAVED,
    State.CONFLICTED: _NOT_SAVED,
    State.CONFIRMED: _DONE,
    State.CLOSED: _DONE,
    State.CANCELLED: "Nothing to undo from here.",
}


def undoes_sentence(change: Change, deeds: Deeds) -> str:
    """What a change takes back; empty where it takes nothing back."""
    deed = deeds.of(change)
    if change.undoes is None or deed is None:
        return ""
    before = deeds.change(change.undoes)
    what = f", {sentence_of(before)}" if before is not None else ""
    if deed.is_undo:
        return f"It takes back change {change.undoes}{what}."
    return f"It does again what change {change.undoes}{what} took back."
