"""The first write of each verb on a live connection: its answer is compared with what was shown (product.md section 2).

A difference holds the queue of that connection until a person has looked. Every other write only keeps what the server
made otherwise of what was sent, and what was foretold wrongly is a `prediction_miss` in the log.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kworkbench.domain.changes import Change, State
from kworkbench.domain.records import Record
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
        _whole(change, event.records),
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


def _whole(change: Change, records: Sequence[Record]) -> Change:
    """A bulk create with the rows that were found before the rest of them, so that journal and undo know them all."""
    known = set(change.markers.values()) if change.is_bulk else set()
    mine = [record for record in records if record.kind == change.kind]
    told_apart = bool(mine) and all(record.values.get("marker") in known for record in mine)
    return replace(change, targets=tuple(change.each)) if told_apart else change
