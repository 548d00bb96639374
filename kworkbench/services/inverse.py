"""The inverse of one change: the drafts that take it back at the provider, in words too, and what is lost by it.

Source: product.md section 10. A created record is deleted, an edit gets its previous values, a deleted record comes
back under its own id where its provider keeps what was deleted, and is made anew elsewhere. What a provider gives no
way back from says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from kworkbench.domain.actions import find_action
from kworkbench.domain.catalog import FormField, ResourceCatalog, ValueType
from kworkbench.domain.changes import RESTORE, Arg, Change, Draft, Op, Raw
from kworkbench.domain.dates import DateError, parse_iso
from kworkbench.domain.records import Value, Values, remote_id_of
from kworkbench.domain.validation import show_field
from kworkbench.lean import dataclass
from kworkbench.services.ground import Ground
from kworkbench.services.marking import marking_of
from kworkbench.services.record_values import values_of

_EDITED_AGAIN = "A payment that was deleted and recorded again is edited once more instead"

UNDO_KEY = "undo:"
"""What the key of every change begins with that takes one back."""

_FOR_GOOD = "What it did at the provider cannot be taken back from here"
_NOT_HERE = "It is no longer at the server, or was not read yet. r reads again"

_PARENT = ("invoice_id", "invoice", "client", "client_id", "project", "kind", "amount", "currency")
"""What the row of a payment or expense shows of others, and what the prediction for its invoice needs."""


@dataclass(frozen=True, slots=True)
class FieldBack:
    """A field of an edit: what it says now, and what it would say again."""

    name: str
    now: str
    then: str


@dataclass(frozen=True, slots=True)
class Inverse:
    """What takes one record's change back.

    Attributes:
        key: tells the rows of a review apart.
        says: what is asked of the provider, a sentence without its full stop.
        why_not: why it cannot be taken back; empty where it can.
        lost: what does not come back.
        warning: what a person has to know before.
        minor, currency: the amount at stake, None where there is none.
    """

    key: str
    says: str
    draft: Draft | None = None
    why_not: str = ""
    lost: str = ""
    warning: str = ""
    fields: tuple[FieldBack, ...] = ()
    minor: int | None = None
    currency: str = ""


class Inverses:
    """Makes inverses over one open connection; `canonical` gives the local id a record goes by now."""

    def __init__(self, ground: Ground, canonical: Callable[[str, str], str | None]) -> None:
        self._ground = ground
        self._canonical = canonical

    def of(self, change: Change, attempt: int) -> tuple[Inverse, ...]:
        """The inverses of a change that the server has taken: one for each record it was about.

        The key names change and `attempt`, so that two workbenches that undo the same thing do it once.
        """
        key = key_of(change, attempt)
        if change.again:
            return (Inverse(key, "delete and record again", why_not=_EDITED_AGAIN),)
        ways = {Op.CREATE: self._delete, Op.UPDATE: self._edit_back}
        way = self._undelete if change.deletes else self._delete if change.restores else ways.get(change.op)
        if change.op is Op.ACTION and way is None:
            return tuple(
                self._counter(change, lid, f"{key}:{lid}" if change.is_bulk else key) for lid in change.records
            )
        if way is not None:
            return tuple(way(change, lid, f"{key}:{lid}" if change.is_bulk else key) for lid in change.records)
        return (Inverse(key, change.op.value, why_not=_FOR_GOOD),)

    # An action is taken back by another one, where its provider has it.

    def _counter(self, change: Change, done: str, key: str) -> Inverse:
        catalog = self._ground.catalog.resources[change.kind]
        action = find_action(catalog.actions(), change.action)
        counter = find_action(catalog.actions(), action.undone_by) if action else None
        lid = self._canonical(change.kind, done)
        row = None if lid is None else self._ground.reader.row(catalog.resource, lid)
        what = f"{catalog.resource.singular} {remote_id_of(lid or done) or ''}".rstrip()
        if counter is None:
            return Inverse(key, action.of(what) if action else change.action, why_not=_FOR_GOOD)
        if row is None:
            return Inverse(key, counter.of(what), why_not=_NOT_HERE)
        minor, currency = _money(row.values)
        draft = Draft(
            account=self._ground.account,
            op=Op.ACTION,
            kind=change.kind,
            lid=row.lid,
            pre={**said_of(catalog, row.values), **{name: row.values.get(name) for name in counter.expects}},
            action=counter.name,
            expects=counter.expected(self._ground.today(), [row.values]),
            key=key,
            undoes=change.seq,
        )
        lock = next((one for one in counter.locks if row.values.get(one.field) == one.value), None)
        warning = lock.reason if lock else ""
        says = counter.of(what) + _on(row.values)
        return Inverse(key, says, draft, warning=warning, minor=minor, currency=currency)

    # A record that was made is deleted.

    def _delete(self, change: Change, made: str, key: str) -> Inverse:
        catalog = self._ground.catalog.resources[change.kind]
        lid = self._canonical(change.kind, made)
        row = None if lid is None else self._ground.reader.row(catalog.resource, lid)
        says = f"delete {catalog.resource.singular} {remote_id_of(lid or made) or ''}".rstrip()
        if row is None or lid is None:
            return Inverse(key, says, why_not=_NOT_HERE)
        says += _on(row.values)
        minor, currency = _money(row.values)
        why_not = catalog.deletes or self._closed(catalog, row.values)
        lock = next((one for one in catalog.locks if row.values.get(one.field) == one.value), None)
        draft = Draft(
            account=self._ground.account,
            op=Op.DELETE,
            kind=change.kind,
            lid=row.lid,
            pre=said_of(catalog, row.values),
            hold_seconds=self._ground.hold_seconds,
            key=key,
            undoes=change.seq,
        )
        warning = lock.reason if lock else ""
        return Inverse(key, says, draft, why_not, warning=warning, minor=minor, currency=currency)

    # An edit gets its previous values.

    def _edit_back(self, change: Change, edited: str, key: str) -> Inverse:
        catalog = self._ground.catalog.resources[change.kind]
        lid = self._canonical(change.kind, edited)
        row = None if lid is None else self._ground.reader.row(catalog.resource, lid)
        says = f"give {catalog.resource.singular} {remote_id_of(lid or edited) or ''} its previous values"
        if row is None:
            return Inverse(key, says, why_not=_NOT_HERE)
        values = values_of(self._ground, catalog, row)
        asked, before = change.wanted(edited), change.before(edited)
        wanted = {name: before.get(name) for name in asked}
        moved = [name for name, arg in asked.items() if not _says(values.get(name), arg)]
        names = {field.key: field.name for field in catalog.form}
        later = ", ".join(names.get(name, name) for name in moved)
        draft = Draft(
            account=self._ground.account,
            op=Op.UPDATE,
            kind=change.kind,
            lid=row.lid,
            args=wanted,
            pre={**said_of(catalog, row.values), **{name: values.get(name) for name in wanted}},
            key=key,
            undoes=change.seq,
        )
        return Inverse(
            key,
            says + _on(row.values),
            draft,
            catalog.updates or self._closed(catalog, row.values) or self._closed(catalog, {**row.values, **wanted}),
            warning=f"Changed since then: {later}" if later else "",
            fields=tuple(self._fields_back(catalog, values, wanted)),
        )

    def _fields_back(self, catalog: ResourceCatalog, now: Values, then: Values) -> Iterator[FieldBack]:
        for field in catalog.form:
            if field.key in then:
                yield FieldBack(field.name, self._text(field, now, now), self._text(field, then, now))

    def _text(self, field: FormField, values: Values, record: Values) -> str:
        value = values.get(field.key)
        if field.picker and isinstance(value, str):
            found = self._ground.reader.lookup(field.picker, value) or {}
            return str(found.get("number" if field.picker == "invoices" else "name") or value)
        currency = str(record.get("currency") or "")
        text = show_field(field, value, currency, self._ground.style) or "(empty)"
        return f"{text} {currency}" if field.type is ValueType.AMOUNT and isinstance(value, int) else text

    # A record that was deleted comes back, or is made anew.

    def _undelete(self, change: Change, lid: str, key: str) -> Inverse:
        ground = self._ground
        catalog = ground.catalog.resources[change.kind]
        own = self._canonical(change.kind, lid)
        refused = any(one.restores and one.undoes == change.seq and own in one.records for one in ground.changes.all())
        if not catalog.restores or own is None or refused:
            return self._again(change, lid, key)
        said = change.before(lid)
        record_id = remote_id_of(own)
        draft = Draft(
            account=ground.account,
            op=Op.ACTION,
            kind=change.kind,
            lid=own,
            pre={**said, "id": record_id},
            action=RESTORE,
            expects={"id": record_id},
            key=key,
            undoes=change.seq,
        )
        minor, currency = _money(said)
        says = f"bring {catalog.resource.singular} {record_id} back{_on(said)}"
        why_not = self._closed(catalog, said)
        return Inverse(key, says, draft, why_not, warning=catalog.restores, minor=minor, currency=currency)

    def _again(self, change: Change, lid: str, key: str) -> Inverse:
        ground = self._ground
        catalog = ground.catalog.resources[change.kind]
        noun, said = catalog.resource.singular, change.before(lid)
        says = f"make {noun} {remote_id_of(lid) or ''} anew{_on(said)}".replace("  ", " ")
        args = {
            field.key: said[field.key] for field in catalog.form if field.on_create and said.get(field.key) is not None
        }
        required = [field for field in catalog.form if field.required]
        minor, currency = _money(said)
        if catalog.creates or any(field.key not in args for field in required):
            why_not = catalog.creates or "What it said was not kept when it was deleted"
            return Inverse(key, says, why_not=why_not, minor=minor, currency=currency)
        pre = {name: said.get(name) for name in _PARENT if name not in args and said.get(name) is not None}
        payment = change.kind == "payments"
        if payment:
            self._shape_payment(args, pre)
        marking = marking_of(ground, change.kind, args)
        draft = Draft(
            account=ground.account,
            op=Op.CREATE,
            kind=change.kind,
            lid=ground.new_lid(),
            args=args,
            pre=pre,
            idem=marking.idem,
            marker=marking.marker,
            hold_seconds=ground.hold_seconds if payment else 0.0,
            key=key,
            undoes=change.seq,
        )
        why_not = self._closed(catalog, said)
        return Inverse(key, says, draft, why_not, catalog.anew_loses, minor=minor, currency=currency)

    def _shape_payment(self, args: dict[str, Value], pre: dict[str, Value]) -> None:
        """A payment of an invoice, as its provider takes it: what is owed now is checked before it is sent."""
        invoice_id = args.get("invoice_id")
        if args.get("kind") not in (None, "write-off"):
            del args["kind"]
        if not isinstance(invoice_id, str):
            return
        invoice = self._ground.reader.lookup("invoices", invoice_id) or {}
        pre["outstanding"] = invoice.get("outstanding")
        if not self._ground.catalog.payments.part:
            pre["amount"] = args.pop("amount", None)

    def _closed(self, catalog: ResourceCatalog, values: Mapping[str, Arg]) -> str:
        until, day = self._ground.connection.closed_until, values.get(catalog.resource.day_field)
        try:
            closed = until is not None and isinstance(day, str) and parse_iso(day) <= until
        except DateError:
            return ""
        return f"The books are closed until {until.isoformat()}" if closed and until is not None else ""


def said_of(catalog: ResourceCatalog, values: Values) -> dict[str, Value]:
    """What a record says, for the journal and for making it anew: its form's fields, and what its row shows of others.

    What only identifies it at the server is left out. One that can be brought back says all that its row shows.
    """
    names = {field.key for field in catalog.form} | {*_PARENT, "date", "text", "category", "person", "marker"}
    if catalog.restores:
        names |= {field.name for field in catalog.resource.fields if field.stored and field.name != "id"}
    return {name: values[name] for name in sorted(names) if values.get(name) is not None}


def _says(value: Value, arg: Arg) -> bool:
    """Whether a record still says what an edit made of it; what the server read out of a raw text is its own."""
    return isinstance(arg, Raw) or (value or None) == (arg or None)


def _on(values: Mapping[str, Arg]) -> str:
    """` on INV-9`, ` "Taxi"`: what tells a person which one it is."""
    if isinstance(number := values.get("invoice"), str) and number:
        return f" on {number}"
    text = values.get("text")
    return f' "{text}"' if isinstance(text, str) and text else ""


def _money(values: Values) -> tuple[int | None, str]:
    minor, currency = values.get("amount"), values.get("currency")
    known = isinstance(minor, int) and not isinstance(minor, bool) and isinstance(currency, str)
    return (minor, currency) if known else (None, "")  # type: ignore[return-value]  # narrowed by `known`


def key_of(change: Change, attempt: int) -> str:
    """The key under which a change is taken back for the `attempt`th time."""
    return f"{UNDO_KEY}{change.mid}:{attempt}"
