"""What looking for an unclear create makes of it: the table of sync-engine.md section 6.

Finding the marker is certain at any moment; only absence needs the wait, and only for a class that may be sent again
does it lead to a second send.
"""

from __future__ import annotations

from collections.abc import Mapping

from kworkbench.domain.changes import Change, Idem, Refusal, State
from kworkbench.lean import replace
from kworkbench.sync.events import Probed, Step
from kworkbench.sync.facts import goes_again, keeps_markers
from kworkbench.sync.settling import (
    ALREADY_PAID,
    LOOKS_ALIKE,
    MOST_SENDS,
    NOT_FINDABLE,
    NOT_THERE,
    ROWS_ALIKE,
    ROWS_NOT_THERE,
    TAKEN_UNREADABLE,
    confirmed,
    conflicted,
    first_message,
    landed,
    rejected,
    told,
)

CONFLICTS = frozenset({409, 412})
UNCLEAR = frozenset({State.AMBIGUOUS, State.NEEDS_YOU})
"""States in which it may turn out at any time what the server has."""


def after_probe(change: Change, event: Probed, facts: Mapping[str, str], *, again: bool = False) -> Step:
    """Decide on an unclear create after the server was asked for it. Finding it wins at any time.

    `again`: the person wants marked payments of this connection to be sent again by themselves.
    """
    if event.found is not None:
        return confirmed(change, (event.found,))
    if event.rows:
        step = landed(change, event.rows)
        (rest,) = step.changed
        asked = event.attempts is not None and rest.state in UNCLEAR
        return step.then(_not_found(rest, event, facts, again=again)) if asked else step
    return _not_found(change, event, facts, again=again)


def _not_found(change: Change, event: Probed, facts: Mapping[str, str], *, again: bool) -> Step:
    """The create, or what is left of its rows, did not turn up by its marker."""
    if not event.looked:
        return _ask(change, NOT_FINDABLE)
    if not event.reached or event.attempts not in (None, change.attempts):
        return Step()
    if event.candidates and not _knows_its_row(change, facts):
        return _ask(change, ROWS_ALIKE if change.is_bulk else LOOKS_ALIKE, candidates=event.candidates)
    if change.state is State.NEEDS_YOU:
        return Step()
    return _not_there(change, event, again=goes_again(change, facts, wanted=again))


def _not_there(change: Change, event: Probed, *, again: bool) -> Step:
    """Nothing like it is at the server so far."""
    if change.error is not None:
        return _refused(change, event, change.error)
    if event.others and change.idem is Idem.GUARDED:
        return conflicted(change, ALREADY_PAID)
    if not event.settled:
        return Step()
    if change.idem is Idem.NATURAL:
        return _once_more(change)
    return _again(change) if again else _absent(change)


def _knows_its_row(change: Change, facts: Mapping[str, str]) -> bool:
    """True where a row without the marker cannot be ours."""
    return change.marker is not None and keeps_markers(facts, change.account, change.kind)


def _refused(change: Change, event: Probed, refusal: Refusal) -> Step:
    """The server had said no, and the row is not there."""
    if refusal.status in CONFLICTS:
        return conflicted(change, first_message(refusal))
    if event.others and change.idem is Idem.GUARDED:
        return conflicted(change, ALREADY_PAID)
    if change.is_bulk or event.settled:
        return rejected(change, refusal)
    return Step()


def _again(change: Change) -> Step:
    """It cannot be there, and a second one would be refused or seen: so it is sent again, after a check as ever."""
    if change.attempts >= MOST_SENDS:
        return _absent(change)
    return Step((replace(change, state=State.QUEUED, reason=None),))


def _once_more(change: Change) -> Step:
    """A create without an amount is known by its likeness, and a second one costs nobody anything: once more."""
    if change.attempts > 1 or change.response is not None:
        return _absent(change)
    return _again(change)


def _absent(change: Change) -> Step:
    not_there = ROWS_NOT_THERE if change.is_bulk else NOT_THERE
    return _ask(change, not_there if change.response is None else TAKEN_UNREADABLE)


def _ask(change: Change, reason: str, candidates: tuple[str, ...] = ()) -> Step:
    """A person decides; the rows it may be stay with the change."""
    alike = {"candidates": ",".join(candidates)} if candidates else None
    if change.state is State.NEEDS_YOU and (alike is None or change.theirs == alike):
        return Step()
    return told(replace(change, state=State.NEEDS_YOU, reason=reason, theirs=alike))
