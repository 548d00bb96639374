"""Conflicts: what stands at the server now beside what was asked, and the ways to settle it.

Source: sync-engine.md sections 5 to 7, product.md section 8 ("three values: yours, theirs, before").
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from concurrent.futures import Future
from enum import StrEnum

from kworkbench.domain.catalog import FormField, ResourceCatalog, ValueType
from kworkbench.domain.changes import Arg, Change, Draft, Op, Raw, State
from kworkbench.domain.records import Value, Values
from kworkbench.domain.validation import show_field
from kworkbench.lean import dataclass, replace
from kworkbench.services.changes import NotPossible
from kworkbench.services.futures import chained, failed
from kworkbench.services.ground import Ground
from kworkbench.services.marking import marking_of


class ConflictKind(StrEnum):
    """What stands in the way."""

    FIELDS = "fields"
    GONE = "gone"
    BALANCE = "balance"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ThreeValues:
    """One field: what you asked for, what the server has, what it had before; as shown.

    Attributes:
        moved: the server's is neither what it was nor what you asked for, so it has to be chosen.
    """

    key: str
    name: str
    yours: str
    theirs: str
    before: str
    moved: bool


@dataclass(frozen=True, slots=True)
class Conflict:
    """A conflicting change as a person decides about it.

    Attributes:
        fields: of an edit, in the form's order.
        asked_on, owed_now: of a payment, the invoice's balance when it was asked for and now, in minor units.
        anew: a record that is gone can be made anew with what was asked.
        alike: the other changes that wait for the same decision.
    """

    change: Change
    kind: ConflictKind
    fields: tuple[ThreeValues, ...] = ()
    asked_on: int | None = None
    owed_now: int | None = None
    currency: str = ""
    anew: bool = False
    alike: tuple[Change, ...] = ()

    @property
    def moved(self) -> tuple[ThreeValues, ...]:
        """The fields that have to be chosen."""
        return tuple(each for each in self.fields if each.moved)


class ConflictService:
    """Conflicts of one open connection."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def of(self, change: Change) -> Conflict | None:
        """The conflict of a change; None where it is in none, or belongs to another connection."""
        if change.state is not State.CONFLICTED or change.account != self._ground.account:
            return None
        catalog = self._ground.catalog.resources.get(change.kind)
        if catalog is None:
            return None
        if change.op is Op.CREATE and change.invoice_lid is not None:
            return self._balance(change)
        if change.op is not Op.UPDATE or change.is_bulk:
            return Conflict(change, ConflictKind.OTHER, alike=self._alike(change))
        theirs = self._theirs(change, catalog)
        if theirs is None:
            return Conflict(change, ConflictKind.GONE, anew=self._draft_anew(change, catalog) is not None)
        return Conflict(change, ConflictKind.FIELDS, tuple(self._three(change, catalog, theirs)))

    def settle(self, change: Change, theirs: Collection[str]) -> Future[Change]:
        """Send what was asked but for the fields of which the server's value stays; with none left it is closed."""
        conflict = self.of(change)
        if conflict is None or conflict.kind is not ConflictKind.FIELDS:
            return failed(NotPossible("This change is in no conflict any more."))
        wanted = {key: arg for key, arg in change.args.items() if key not in theirs}
        if not wanted:
            return self._ground.changes.discard(change.seq)
        catalog = self._ground.catalog.resources[change.kind]
        said = self._theirs(change, catalog) or {}
        draft = Draft(
            account=change.account,
            op=Op.UPDATE,
            kind=change.kind,
            lid=change.lid,
            args=wanted,
            pre={**change.pre, **{key: said.get(key) for key in change.args}},
            replaces=change.seq,
            undoes=change.undoes,
        )
        return self._submit(draft)

    def make_anew(self, change: Change) -> Future[Change]:
        """Make a record that is gone anew, with what it said and what was asked."""
        draft = self._draft_anew(change, self._ground.catalog.resources[change.kind])
        if draft is None:
            return failed(NotPossible("What it said was not kept, so it cannot be made anew. d discards the change."))
        return self._submit(draft)

    def pay_rest(self, change: Change) -> Future[Change]:
        """Pay what is outstanding now instead of what was asked."""
        conflict = self.of(change)
        if conflict is None or not conflict.owed_now or not self._ground.catalog.payments.part:
            return failed(NotPossible("Nothing is outstanding that could be paid instead. d discards the payment."))
        draft = self._again(change, {**change.args, "amount": conflict.owed_now}, conflict.owed_now)
        return self._submit(draft)

    def discard_all(self, conflict: Conflict) -> Future[Change]:
        """Discard a change and all that wait for the same decision."""
        discarded = [self._ground.changes.discard(one.seq) for one in (*conflict.alike, conflict.change)]
        return discarded[-1]

    def _submit(self, draft: Draft) -> Future[Change]:
        return chained(self._ground.changes.submit((draft,)), lambda changes: changes[-1])

    def _again(self, change: Change, args: dict[str, Arg], owed: int) -> Draft:
        return Draft(
            account=change.account,
            op=change.op,
            kind=change.kind,
            lid=change.lid,
            args=args,
            pre={**change.pre, "outstanding": owed},
            idem=change.idem,
            marker=change.marker,
            replaces=change.seq,
        )

    # What stands at the server.

    def _theirs(self, change: Change, catalog: ResourceCatalog) -> Values | None:
        """The server's values: as last read, and over them as the engine met them; None where the record is gone."""
        if _is_gone(change):
            return None
        row = self._ground.reader.row(catalog.resource, change.lid)
        if row is None and change.theirs is None:
            return None
        return {**(change.pre if row is None else row.values), **(change.theirs or {})}

    def _three(self, change: Change, catalog: ResourceCatalog, theirs: Values) -> Sequence[ThreeValues]:
        fields = [field for field in catalog.form if field.key in change.args]
        return [self._values(field, change, theirs) for field in fields]

    def _values(self, field: FormField, change: Change, theirs: Values) -> ThreeValues:
        yours, now, before = change.args[field.key], theirs.get(field.key), change.pre.get(field.key)
        currency = str(theirs.get("currency") or change.pre.get("currency") or "")
        return ThreeValues(
            key=field.key,
            name=field.name,
            yours=self._text(field, yours, currency),
            theirs=self._text(field, now, currency),
            before=self._text(field, before, currency),
            moved=not _same(now, before) and not _same(now, yours),
        )

    def _text(self, field: FormField, value: Arg, currency: str) -> str:
        if isinstance(value, Raw):
            return f"{value.text} (as typed)"
        if value is None or value == "":
            return "(empty)"
        if field.picker and isinstance(value, str):
            found = self._ground.reader.lookup(field.picker, value) or {}
            return str(found.get("number" if field.picker == "invoices" else "name") or value)
        shown = show_field(field, value, currency, self._ground.style)
        return f"{shown} {currency}" if field.type is ValueType.AMOUNT and currency else shown

    def _balance(self, change: Change) -> Conflict:
        catalog = self._ground.catalog.resources["invoices"]
        row = self._ground.reader.row(catalog.resource, change.invoice_lid or "")
        owed = None if row is None else row.values.get("outstanding")
        before = change.pre.get("outstanding")
        kind = ConflictKind.GONE if row is None or _is_gone(change) else ConflictKind.BALANCE
        return Conflict(
            change,
            kind,
            asked_on=before if isinstance(before, int) else None,
            owed_now=owed if isinstance(owed, int) else None,
            currency=str(change.pre.get("currency") or (row.values.get("currency") if row else "") or ""),
            alike=self._alike(change),
        )

    def _alike(self, change: Change) -> tuple[Change, ...]:
        others = (one for one in self._ground.changes.open() if one.seq != change.seq)
        return tuple(one for one in others if one.state is State.CONFLICTED and one.lane == change.lane)

    def _draft_anew(self, change: Change, catalog: ResourceCatalog) -> Draft | None:
        said: dict[str, Arg] = {**change.pre, **change.args}
        keys = [field.key for field in catalog.form if field.on_create and said.get(field.key) is not None]
        if catalog.creates or any(field.required and field.key not in keys for field in catalog.form):
            return None
        pre: dict[str, Value] = {key: value for key, value in change.pre.items() if key not in keys}
        args = {key: said[key] for key in keys}
        marking = marking_of(self._ground, change.kind, args)
        return replace(
            Draft(change.account, Op.CREATE, change.kind, self._ground.new_lid()),
            args=args,
            pre=pre,
            idem=marking.idem,
            marker=marking.marker,
            replaces=change.seq,
        )


def _is_gone(change: Change) -> bool:
    from kworkbench.sync.settling import GONE  # noqa: PLC0415 - the sender's words, not for lists

    return GONE in (change.reason or "")


def _same(left: Arg, right: Arg) -> bool:
    return (left or None) == (right or None)
