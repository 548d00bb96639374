"""The first write of each verb on a live connection: its answer is compared with what was shown (product.md section 2).

A difference holds the queue of that connection until a person has looked. Every other write only keeps what the server
made otherwise of what was sent, and what was foretold wrongly is a `prediction_miss` in the log.
"""

from __future__ import annotations

from collections.abc import Mapping

from kworkbench.domain.changes import Change, State
from kworkbench.lean import replace
from kworkbench.sync.equal import sent_differences, shown_differences
from kworkbench.sync.events import Applied, Fact, Step, Tell
from kworkbench.sync.facts import differing, proven, stood_still, unproven


def after_apply(change: Change, event: Applied, facts: Mapping[str, str]) -> Step:
    """Close a change whose answer stands in the cache."""
    sent = sent_differences(change, event.records)
    foretold = shown_differences(change, event.records)
    first = unproven(facts, change)
    closed = replace(
        change,
        state=State.CLOSED,
        applied=True,
        closed_at=event.now,
        differences=(*sent, *foretold) if first else sent,
    )
    if not first:
        return Step((closed,))
    if not closed.differences:
        return Step((closed,), facts=(proven(change),))
    held: tuple[Fact, ...] = (stood_still(change), differing(change))
    return Step((closed,), (Tell(change.seq),), held)
