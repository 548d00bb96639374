"""When a value of a record is what was asked, and what differs where it is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from kworkbench.domain.changes import DAYS_OF_THE_SERVER, Arg, Args, Change, Difference, Idem, Op, Raw
from kworkbench.domain.predictions import payment_effect
from kworkbench.domain.records import Record, Value, Values, remote_id_of

OUTSTANDING = "invoice.outstanding"
_NUMBERS = frozenset({"quantity", "tax_rate"})
"""Fields whose decimal text can be written in several ways."""


def same(key: str, left: Value, right: Value) -> bool:
    """Whether two values mean the same: absent, empty and no do, and so do `2` and `2.0` of a quantity."""
    if key in _NUMBERS and left and right:
        try:
            return Decimal(str(left)) == Decimal(str(right))
        except InvalidOperation:
            return left == right
    return (left or None) == (right or None)


def says(values: Values, wanted: Mapping[str, Arg]) -> bool:
    """Whether a record says what was asked; what could not be read here never says so."""
    return all(not isinstance(arg, Raw) and same(key, values.get(key), arg) for key, arg in wanted.items())


def unmoved(values: Values, before: Values, wanted: Mapping[str, Arg]) -> bool:
    """Whether the fields that were asked for still are what they were before."""
    return all(same(key, values.get(key), before.get(key)) for key in wanted)


def aim(change: Change, lid: str) -> Args:
    """What one of its records says once the change is done: what was wanted, of an action its effect."""
    return _certain(change.expects) if change.op is Op.ACTION else change.wanted(lid)


def can_tell(change: Change) -> bool:
    """Whether its records can say that it is done: not of an outward action, nor where nobody said what it does."""
    return change.idem is not Idem.UNMARKED and (change.op is not Op.ACTION or bool(aim(change, change.lid)))


def _certain(expects: Values) -> Values:
    """What is expected without the days, which only the server knows."""
    return {key: value for key, value in expects.items() if key not in DAYS_OF_THE_SERVER}


def sent_differences(change: Change, records: tuple[Record, ...]) -> tuple[Difference, ...]:
    """What the answer's records say otherwise than what was sent. Fields that a record does not bear tell nothing.

    Nor do those which the server was expected to make something else of, as an amount that it converts.
    """
    found: list[Difference] = []
    for lid, record in _own(change, records) if change.op is not Op.ACTION else ():
        kept = {key: arg for key, arg in change.wanted(lid).items() if change.expects.get(key, arg) == arg}
        found += _differing(kept, record)
    return tuple(found)


def shown_differences(change: Change, records: tuple[Record, ...]) -> tuple[Difference, ...]:
    """What the records say otherwise than the preview did: what the server was expected to do by itself."""
    found: list[Difference] = []
    for lid, record in _own(change, records):
        found += _differing(_shown(change, lid), record)
    return (*found, *_parent(change, records))


def _shown(change: Change, lid: str) -> Args:
    """The values a preview named beside those that were sent."""
    named = {key: change.before(lid)[key] for key in ("amount", "currency") if key in change.before(lid)}
    kept = named if change.op is Op.CREATE else {}
    wanted = {} if change.op is Op.ACTION else change.wanted(lid)
    return {key: value for key, value in {**kept, **_certain(change.expects)}.items() if key not in wanted}


def _parent(change: Change, records: tuple[Record, ...]) -> tuple[Difference, ...]:
    """A payment lowers what is outstanding on its invoice by its amount."""
    before, effect = change.pre.get("outstanding"), payment_effect(change)
    invoice = next((record for record in records if record.lid == change.invoice_lid), None)
    if invoice is None or not isinstance(before, int) or effect is None or change.op is not Op.CREATE:
        return ()
    left, got = before - effect, invoice.values.get("outstanding")
    return () if got == left else (Difference(OUTSTANDING, left, got, invoice.id),)


def made_by(change: Change, records: Sequence[Record]) -> list[tuple[str, Record]]:
    """The records that a create made, each with the local id it was asked under: by its marker, else by its place."""
    mine = [record for record in records if record.kind == change.kind]
    if not change.is_bulk:
        return [(change.lid, mine[0])] if mine else []
    asked = {marker: lid for lid, marker in change.markers.items()}
    told = [(asked[str(marker)], one) for one in mine if (marker := one.values.get("marker")) in asked]
    return told if len(told) == len(mine) else list(zip(change.targets, mine, strict=False))


def _own(change: Change, records: tuple[Record, ...]) -> list[tuple[str, Record]]:
    """The records of a change, each with the local id it was asked under."""
    if change.deletes:
        return []
    if change.op is Op.CREATE or not change.is_bulk:
        return made_by(change, records)
    mine = [record for record in records if record.kind == change.kind]
    by_id = {record.id: record for record in mine}
    return [(lid, by_id[found]) for lid in change.targets if (found := remote_id_of(lid)) in by_id]


def _differing(wanted: Mapping[str, Arg], record: Record) -> list[Difference]:
    return [
        Difference(key, arg, record.values[key], record.id)
        for key, arg in wanted.items()
        if not isinstance(arg, Raw) and key in record.values and not same(key, record.values[key], arg)
    ]
