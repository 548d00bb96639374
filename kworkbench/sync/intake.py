"""What comes into the outbox from people: drafts of one gesture, and decisions that another process left as requests.

Source: sync-engine.md I10 and section 7, "second instance".
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from kworkbench.domain.changes import Change, Draft, Resolution, State
from kworkbench.lean import dataclass, replace
from kworkbench.store.failing import SaveError
from kworkbench.store.outbox import Outbox
from kworkbench.sync.clock import iso, ms
from kworkbench.sync.events import Discarded, Replaced, Resolved, Retried

IN_FLIGHT = frozenset({State.SENDING, State.AMBIGUOUS, State.NEEDS_YOU})
"""States of a change that may stand at the server: no other one may take its place."""

NOT_YET_SETTLED = IN_FLIGHT | {State.QUEUED, State.HELD, State.BLOCKED}
"""States that the sender may move at any moment: a process that is not the sender replaces none of these."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of drafts.

    Attributes:
        known: changes that stood there already under the keys of some drafts; `made`: the new ones.
        heirs: number of a change whose place is taken, and of the one that takes it.
    """

    known: tuple[Change, ...]
    made: tuple[Change, ...]
    heirs: tuple[tuple[int, int], ...]

    @property
    def replaced(self) -> tuple[int, ...]:
        """Numbers of the changes whose place the drafts take."""
        return tuple(old for old, _ in self.heirs)

    @property
    def changes(self) -> tuple[Change, ...]:
        """Those that were known, then the new ones."""
        return (*self.known, *self.made)


def take_in(outbox: Outbox, drafts: Sequence[Draft], untouchable: frozenset[State], now: datetime) -> Taken:
    """Save drafts as one gesture, inside the caller's transaction.

    Raises:
        SaveError: one would take the place of a change in an `untouchable` state, or of one that is over.
    """
    for draft in drafts:
        _refuse_overtaken(outbox, draft, untouchable)
    gesture = secrets.token_hex(6)
    known: list[Change] = []
    made: list[Change] = []
    numbers: list[int] = []
    for draft in drafts:
        earlier = outbox.by_key(draft.account, draft.key) if draft.key else None
        if earlier is not None:
            known.append(earlier)
        else:
            needing = replace(draft, needs=(*draft.needs, *(numbers[place] for place in draft.after)))
            made += outbox.append(((secrets.token_hex(8), needing),), gesture=gesture, now=iso(now), now_ms=ms(now))
        numbers.append(made[-1].seq if earlier is None else earlier.seq)
    pairs = zip(drafts, numbers, strict=True)
    heirs = tuple((draft.replaces, number) for draft, number in pairs if draft.replaces is not None)
    return Taken(tuple(known), tuple(made), heirs)


def _refuse_overtaken(outbox: Outbox, draft: Draft, untouchable: frozenset[State]) -> None:
    old = None if draft.replaces is None else outbox.change(draft.replaces)
    if old is None:
        return
    if old.state in untouchable:
        raise SaveError("Nothing was saved: this change is on its way to the server. Wait for the answer, then edit.")
    if old.state in (State.CONFIRMED, State.CLOSED):
        raise SaveError("Nothing was saved: the server took this change meanwhile. Open the record again to edit it.")


GIVE_WAY = "give-way"
"""What a process that sends asks of one that holds the lock and does not."""


def asked_to_give_way(outbox: Outbox) -> bool:
    """Whether somebody asked the holder of the lock to give way; the request goes with it."""
    asked = [request for request in outbox.requests() if request.verb == GIVE_WAY]
    if asked:
        with outbox.transaction():
            for request in asked:
                outbox.drop_request(request.id)
    return bool(asked)


def decision(verb: str, seq: int, argument: str, now: datetime) -> Retried | Discarded | Resolved | Replaced:
    """A person's decision as an event.

    `argument` of `resolve` is a resolution, with `:` and an id after `found`; of `replace` the new change's number.

    Raises:
        ValueError: no such verb or resolution.
    """
    if verb == "retry":
        return Retried(seq, ms(now))
    if verb == "discard":
        return Discarded(seq, iso(now))
    if verb == "replace":
        return Replaced(seq, int(argument), iso(now), ms(now))
    if verb == "resolve":
        word, _, found = argument.partition(":")
        return Resolved(seq, iso(now), ms(now), Resolution(word), found)
    raise ValueError(f"no such request: {verb}")
