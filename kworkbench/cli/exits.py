"""Exit statuses, and which of several wins. Source: product.md section 11."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from kworkbench.domain.changes import State


class Exit(IntEnum):
    """What a command's status says."""

    DONE = 0
    REFUSED = 1
    """By the server or a check; an ambiguous line, an unknown invoice, a conflict."""
    USAGE = 2
    """Wrong usage, query syntax, an unknown connection or field."""
    OFFLINE = 3
    """Offline or a server fault, and nothing queued."""
    SIGN_IN = 4
    UNCLEAR = 5
    """It may or may not have reached the server."""
    QUEUED = 6
    """Saved and not sent yet: not to be repeated."""


WORST_FIRST = (Exit.UNCLEAR, Exit.SIGN_IN, Exit.QUEUED, Exit.OFFLINE, Exit.REFUSED, Exit.USAGE, Exit.DONE)

_OF_STATE = {
    State.QUEUED: Exit.QUEUED,
    State.HELD: Exit.QUEUED,
    State.BLOCKED: Exit.QUEUED,
    State.SENDING: Exit.QUEUED,
    State.AMBIGUOUS: Exit.UNCLEAR,
    State.NEEDS_YOU: Exit.UNCLEAR,
    State.REJECTED: Exit.REFUSED,
    State.CONFLICTED: Exit.REFUSED,
    State.CONFIRMED: Exit.DONE,
    State.CLOSED: Exit.DONE,
    State.CANCELLED: Exit.DONE,
}


def worst(statuses: Iterable[Exit]) -> Exit:
    """The one that a command ends with when it did several things; `DONE` for none."""
    met = frozenset(statuses)
    return next((status for status in WORST_FIRST if status in met), Exit.DONE)


def exit_of(state: State) -> Exit:
    """What a change in that state means for the command that made it."""
    return _OF_STATE[state]
