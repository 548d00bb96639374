"""Forms: opened for a new record, an edit or a refused change; read, and saved as a durable change.

Source: product.md section 8. Local checks never forbid saving; what cannot be read is kept and sent as typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from datetime import datetime

from kworkbench.domain.catalog import FormField, ResourceCatalog, ValueType
from kworkbench.domain.changes import Arg, Change, Draft, Idem, Op, Raw, State
from kworkbench.domain.conversion import to_come
from kworkbench.domain.numbers import PLAIN, format_money
from kworkbench.domain.records import Value, Values, remote_id_of
from kworkbench.domain.validation import Reading, read_field, show_field
from kworkbench.services.changes import NotPossible
from kworkbench.services.form_state import FormState
from kworkbench.services.futures import chained, failed
from kworkbench.services.ground import Ground
from kworkbench.services.marking import marking_of
from kworkbench.services.record_values import values_of
from kworkbench.store.failing import SaveError
from kworkbench.store.reader import Choice, Row

_MOST_CHOICES = 50
UNCHANGED = "Nothing was saved: no field differs from what stands there. `Esc` leaves the form."

_HAVE_CURRENCY = (
    ("invoice_id", "invoices"),
    ("project_id", "projects"),
    ("service_id", "services"),
    ("client_id", "clients"),
)
"""What a form picks that has a currency of its own."""

_RELATED_NAME = {"invoices": "number"}


class FormService:
    """Forms of one connection."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def new(
        self, resource: str, copy_of: str | None = None, *, invoice_lid: str | None = None, said: Values | None = None
    ) -> FormState:
        """A form for a new record, empty, copied from another, for a payment on an invoice, or with what was `said`.

        Raises:
            NotPossible: the provider creates no such records here.
        """
        catalog = self._ground.catalog.resources[resource]
        if catalog.creates:
            raise NotPossible(catalog.creates)
        fields = tuple(field for field in catalog.form if field.on_create)
        values = self._values(catalog, copy_of) if copy_of else {**self._from_invoice(invoice_lid), **(said or {})}
        currency = _text(values.get("currency"))
        taken = values if copy_of is None else {key: values.get(key) for key in _copied(fields)}
        texts = {field.key: self._fill(field, taken, currency) for field in fields}
        return FormState(
            title=f"New {catalog.resource.singular}",
            resource=catalog,
            lid=None,
            fields=fields,
            texts=texts,
            names=self.names(fields, texts),
            currency=currency,
            begun=bool(said),
        )

    def edit(self, resource: str, lid: str) -> FormState:
        """A form over a record as the view shows it.

        Raises:
            NotPossible: the provider edits no such records, or it is gone.
        """
        catalog = self._ground.catalog.resources[resource]
        if catalog.updates:
            raise NotPossible(catalog.updates)
        values = self._values(catalog, lid)
        fields = tuple(field for field in catalog.form if field.on_update)
        currency = _text(values.get("currency"))
        texts = {field.key: show_field(field, values.get(field.key), currency, self._ground.style) for field in fields}
        return FormState(
            title=f"Edit {catalog.resource.singular} {remote_id_of(lid) or ''}".rstrip(),
            resource=catalog,
            lid=lid,
            fields=fields,
            texts=texts,
            names=self.names(fields, texts),
            currency=currency,
        )

    def reopen(self, seq: int) -> FormState:
        """The form of a refused or conflicting change: what was typed, and what the server said.

        Raises:
            NotPossible: the change has no form or is over.
        """
        change = next((one for one in self._ground.changes.all() if one.seq == seq), None)
        if change is None or change.op not in (Op.CREATE, Op.UPDATE) or change.is_bulk:
            raise NotPossible("This change has no form. `t` tries again, `d` discards it.")
        if change.state not in (State.REJECTED, State.CONFLICTED, State.QUEUED, State.HELD):
            raise NotPossible(f"This change is {change.shown.word}; there is nothing to correct.")
        catalog = self._ground.catalog.resources[change.kind]
        creating = change.op is Op.CREATE
        fields = tuple(field for field in catalog.form if (field.on_create if creating else field.on_update))
        before: Values = {**change.pre} if creating else {**self._values_or_nothing(catalog, change.lid), **change.pre}
        args: dict[str, Arg] = {**before, **change.args}
        currency = _text(_plain(args.get("currency")))
        texts = {field.key: show_field(field, args.get(field.key), currency, self._ground.style) for field in fields}
        verb = "New" if creating else "Edit"
        return FormState(
            title=f"{verb} {catalog.resource.singular} {remote_id_of(change.lid) or ''}".rstrip(),
            resource=catalog,
            lid=change.lid,
            fields=fields,
            texts=texts,
            names=self.names(fields, texts),
            errors=() if change.error is None else change.error.errors,
            refused_at=None if change.error is None else clock_time(change),
            currency=currency,
            change=change,
        )

    def read(self, state: FormState, field: FormField, text: str) -> Reading:
        """What a field's text means, with the message of the local check; what differs may be left as it is."""
        if field.key in state.differing and not text.strip():
            return Reading(None)
        return self._read(field, text, state.currency)

    def currency_of(self, state: FormState, texts: Mapping[str, str]) -> str:
        """The currency amounts are typed in: that of the field, of the invoice or of the project that is picked."""
        if texts.get("currency"):
            return texts["currency"].strip().upper()
        return self._currency_of_picked(texts) or state.currency

    def followed(self, state: FormState, texts: Mapping[str, str]) -> Mapping[str, str]:
        """What follows from the choices made so far for fields that are still empty: a client's or service's currency.

        It is written into the form, where it can be read and changed before it is sent.
        """
        if texts.get("currency") or not any(field.key == "currency" for field in state.fields):
            return {}
        currency = self._currency_of_picked(texts)
        return {"currency": currency} if currency else {}

    def _currency_of_picked(self, texts: Mapping[str, str]) -> str:
        for key, kind in _HAVE_CURRENCY:
            found = self._ground.reader.lookup(kind, texts[key]) if texts.get(key) else None
            if found is not None and found.get("currency"):
                return _text(found["currency"])
        return ""

    def choices(self, field: FormField, text: str) -> tuple[Choice, ...]:
        """What a picker offers for the letters typed so far."""
        if field.picker == "invoices":
            return tuple(self._invoice_choice(row) for row in self._ground.reader.find_invoices(text, _MOST_CHOICES))
        return self._ground.reader.related(field.picker, text, _MOST_CHOICES) if field.picker else ()

    def _invoice_choice(self, row: Row) -> Choice:
        values = row.values
        owed, currency = values.get("outstanding"), _text(values.get("currency"))
        shown = format_money(owed, currency, self._ground.style or PLAIN) if isinstance(owed, int) else ""
        return Choice(row.id or "", _text(values.get("number")), f"{_text(values.get('client'))}  {shown}", values)

    def save(self, state: FormState, texts: Mapping[str, str]) -> Future[Change]:
        """Save what the form holds as a change, durable when the future is done; fails with `SaveError`."""
        try:
            draft = self.draft(state, texts)
        except NotPossible as why:
            return failed(SaveError(f"Nothing was saved. {why}"))
        if draft.op is Op.UPDATE and not draft.args:
            return failed(SaveError(UNCHANGED))
        return chained(self._ground.changes.submit((draft,)), lambda changes: changes[-1])

    def draft(self, state: FormState, texts: Mapping[str, str]) -> Draft:
        """The change that a form's texts ask for; an edit carries only what differs.

        Raises:
            NotPossible: the record to be edited is no longer here.
        """
        currency = self.currency_of(state, texts)
        args = {field.key: self._read(field, texts.get(field.key, ""), currency).arg for field in state.fields}
        creating = state.lid is None or (state.change is not None and state.change.op is Op.CREATE)
        catalog = state.resource
        lid = state.lid or self._ground.new_lid()
        before = self._pre(state, args, currency) if creating else self._before(state, lid)
        wanted = {key: arg for key, arg in args.items() if arg is not None} if creating else _changed(args, before)
        kind = catalog.resource.name
        marking = marking_of(self._ground, kind, wanted) if creating else None
        return Draft(
            account=self._ground.account,
            op=Op.CREATE if creating else Op.UPDATE,
            kind=kind,
            lid=lid,
            args=wanted,
            pre=before,
            expects=self._expected(state, args, creating=creating),
            idem=marking.idem if marking else Idem.NATURAL,
            marker=marking.marker if marking else None,
            hold_seconds=self._ground.hold_seconds if creating and kind == "payments" else 0.0,
            replaces=None if state.change is None else state.change.seq,
        )

    def _read(self, field: FormField, text: str, currency: str) -> Reading:
        ground = self._ground
        return read_field(
            field, text, currency=currency, today=ground.today(), style=ground.style, date_order=ground.date_order
        )

    def _pre(self, state: FormState, args: Mapping[str, Arg], currency: str) -> dict[str, Value]:
        """What a new record's row shows until the server has answered; never sent."""
        pre: dict[str, Value] = {"currency": currency} if currency and "currency" not in args else {}
        invoice_id = _plain(args.get("invoice_id"))
        invoice = self._ground.reader.lookup("invoices", invoice_id) if isinstance(invoice_id, str) else None
        if state.resource.resource.name == "payments" and invoice is not None:
            pre |= {key: invoice.get(key) for key in ("client", "outstanding")} | {"invoice": invoice.get("number")}
            if not self._ground.catalog.payments.part:
                pre["amount"] = invoice.get("outstanding")
        return pre

    def _expected(self, state: FormState, args: Mapping[str, Arg], *, creating: bool) -> dict[str, Value]:
        """What is to come of an expense in another currency than its project's, where the provider converts it.

        An edit of one whose amount is still to come may give it in the project's own after all.
        """
        catalog = state.resource
        if catalog.resource.name != "expenses" or not self._ground.catalog.expenses.converts:
            return {}
        row = None if state.lid is None or creating else self._row(catalog, state.lid)
        if row is not None and not row.to_come:
            return {}
        project_id, currency, amount = (args.get(key) for key in ("project_id", "currency", "amount"))
        project = self._ground.reader.lookup("projects", project_id) if isinstance(project_id, str) else None
        own = _text(((project or {}) if row is None else row.values).get("currency"))
        if not own or not isinstance(currency, str) or not isinstance(amount, int):
            return {}
        if currency != own:
            return to_come(own)
        return {} if row is None else {"amount": amount, "currency": own}

    def _before(self, state: FormState, lid: str) -> Values:
        """What the record said before the edit; a corrected edit starts where the one it replaces did."""
        catalog = state.resource
        keys = {field.key for field in catalog.form} | {"invoice_id", "invoice", "client", "kind", "amount", "currency"}
        values = self._values(catalog, lid)
        earlier: Values = {} if state.change is None else state.change.pre
        return {**{key: values.get(key) for key in sorted(keys) if key in values}, **earlier}

    def _values(self, catalog: ResourceCatalog, lid: str) -> Values:
        row = self._row(catalog, lid)
        if row is None:
            raise NotPossible(f"This {catalog.resource.singular} is no longer here.")
        return values_of(self._ground, catalog, row)

    def _values_or_nothing(self, catalog: ResourceCatalog, lid: str) -> Values:
        row = self._row(catalog, lid)
        return {} if row is None else values_of(self._ground, catalog, row)

    def _row(self, catalog: ResourceCatalog, lid: str) -> Row | None:
        return self._ground.reader.row(catalog.resource, lid)

    def _from_invoice(self, lid: str | None) -> Values:
        if lid is None:
            return {}
        values = self._values(self._ground.catalog.resources["invoices"], lid)
        return {
            "invoice_id": remote_id_of(lid),
            "project_id": values.get("project_id"),
            "amount": values.get("outstanding"),
            "currency": values.get("currency"),
        }

    def _fill(self, field: FormField, values: Values, currency: str) -> str:
        value = values.get(field.key)
        if value is None:
            if field.type is ValueType.DATE and field.default == "today":
                return self._ground.today().isoformat()
            return field.default
        return show_field(field, value, currency, self._ground.style)

    def names(self, fields: tuple[FormField, ...], texts: Mapping[str, str]) -> dict[str, str]:
        """The display names of what pickers hold, by the field's `key`."""
        names: dict[str, str] = {}
        for field in fields:
            text = texts.get(field.key)
            found = self._ground.reader.lookup(field.picker, text) if field.picker and text else None
            if found is not None and field.picker:
                names[field.key] = _text(found.get(_RELATED_NAME.get(field.picker, "name")))
        return names


def clock_time(change: Change) -> str:
    """When a change was settled, as shown."""
    moment = change.closed_at or change.created_at
    return datetime.fromisoformat(moment).astimezone().strftime("%H:%M")


def _copied(fields: tuple[FormField, ...]) -> list[str]:
    """The keys that a copy takes over: what is one record's own (its number, its receipt) stays with it."""
    return [field.key for field in fields if field.copied]


def _changed(args: Mapping[str, Arg], before: Values) -> dict[str, Arg]:
    """The fields of an edit whose value differs from what stood there; empty and absent are the same."""
    return {key: arg for key, arg in args.items() if isinstance(arg, Raw) or (arg or None) != (before.get(key) or None)}


def _plain(arg: Arg) -> Value:
    return arg.text if isinstance(arg, Raw) else arg


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""
