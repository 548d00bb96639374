"""By what a create is known again among the records of a list: its marker, or what was not there before and is alike.

Source: sync-engine.md section 6.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kworkbench.domain.changes import Arg, Change, Idem, Raw
from kworkbench.domain.records import Record
from kworkbench.sync.equal import says

TELLING = ("amount", "date", "note", "text", "number")
"""What two different records of the same day and person would hardly share; others are too coarse."""


def own_among(change: Change, records: Sequence[Record]) -> Record | None:
    """The record that certainly is the change's: it bears its marker, or, without an amount, all it asked for."""
    if change.is_bulk:
        return None
    if change.marker is not None:
        return next(iter(marked(change, records)), None)
    if change.idem is not Idem.NATURAL:
        return None
    return next((one for one in _new(change, records) if says(one.values, _known(one, change.args))), None)


def marked(change: Change, records: Sequence[Record]) -> tuple[Record, ...]:
    """The records that bear the change's marker; the rows of a bulk create bear their own (`rows_among`)."""
    if change.marker is None or change.is_bulk:
        return ()
    return tuple(one for one in records if one.kind == change.kind and one.values.get("marker") == change.marker)


def rows_among(change: Change, records: Sequence[Record]) -> tuple[tuple[str, Record], ...]:
    """The rows that a bulk create still asks for and whose markers are there, each by its local id, in their order."""
    if not change.is_bulk:
        return ()
    markers = change.markers
    there = {one.values.get("marker"): one for one in reversed(records) if one.kind == change.kind}
    found = ((lid, there.get(markers.get(lid, ""))) for lid in change.records)
    return tuple((lid, record) for lid, record in found if record is not None)


def alike(change: Change, records: Sequence[Record]) -> tuple[str, ...]:
    """Ids of rows that were not there before the first send and look like what was asked; none that bears a marker."""
    wanted = [_telling(change, lid) for lid in change.records]
    own = frozenset(change.markers.values())
    new = (one for one in _new(change, records) if one.values.get("marker") not in own)
    return tuple(one.id for one in new if any(_is_like(one, each) for each in wanted))


def others_among(change: Change, records: Sequence[Record]) -> tuple[str, ...]:
    """Ids of rows that were not there before the first send and bear no marker of this change."""
    return tuple(one.id for one in _new(change, records) if one.values.get("marker") != (change.marker or ""))


def _new(change: Change, records: Sequence[Record]) -> list[Record]:
    seen = set(change.pre_image or ())
    return [one for one in records if one.kind == change.kind and one.id not in seen]


def _telling(change: Change, lid: str) -> Mapping[str, Arg]:
    """The values of one row by which it is known; the amount may come from its invoice.

    What the server makes something else of is none of them.
    """
    wanted = {"amount": change.before(lid).get("amount"), **change.wanted(lid)}
    telling = (key for key in TELLING if change.expects.get(key, wanted.get(key)) == wanted.get(key))
    return {
        key: wanted[key] for key in telling if wanted.get(key) not in (None, "") and not isinstance(wanted[key], Raw)
    }


def _is_like(record: Record, wanted: Mapping[str, Arg]) -> bool:
    known = _known(record, wanted)
    return bool(known) and says(record.values, known)


def _known(record: Record, wanted: Mapping[str, Arg]) -> dict[str, Arg]:
    """What a record can be asked about: fields that it does not bear at all tell nothing."""
    return {key: value for key, value in wanted.items() if key in record.values}
