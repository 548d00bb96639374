"""Forms that ask before a review: what an action takes, and one edit for several records.

Source: product.md sections 5 (`e` on marked rows: "12 different values") and 8.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kworkbench.domain.actions import Action
from kworkbench.domain.catalog import FormField, ResourceCatalog, ValueType
from kworkbench.domain.changes import Arg, Args, Change, Op, State
from kworkbench.domain.records import Value, Values
from kworkbench.domain.validation import show_field
from kworkbench.lean import replace
from kworkbench.services.acting import EDIT, ActionService
from kworkbench.services.changes import NotPossible
from kworkbench.services.form_state import FormState
from kworkbench.services.forms import FormService, clock_time
from kworkbench.services.ground import Ground
from kworkbench.services.record_values import values_of
from kworkbench.store.rows import Row

NOTHING_DIFFERS = "Nothing differs from what stands there. Esc leaves the form."


class AskingForms:
    """Forms for what a review is to do, of one connection."""

    def __init__(self, ground: Ground, forms: FormService, acting: ActionService) -> None:
        self._ground = ground
        self._forms = forms
        self._acting = acting

    def ask(self, resource: str, action: Action, rows: Sequence[Row], change: Change | None = None) -> FormState:
        """The form of what an action takes for these rows; with the refused `change` what was typed, and why not."""
        catalog = self._ground.catalog.resources[resource]
        fields = action.fields(len(rows))
        currency = _currency(rows)
        known = self._rare(catalog, fields, rows)
        texts = {field.key: self._default(field, known) for field in fields}
        if change is not None:
            style = self._ground.style
            texts |= {field.key: show_field(field, change.args.get(field.key), currency, style) for field in fields}
        return self._state(catalog, action, rows, fields, texts, change)

    def edit(self, resource: str, rows: Sequence[Row], change: Change | None = None) -> FormState:
        """One form for several records: what all of them share, and how many values the others have.

        Raises:
            NotPossible: the provider edits no such records, or there are none.
        """
        catalog = self._ground.catalog.resources[resource]
        if catalog.updates or not rows:
            raise NotPossible(catalog.updates or f"There is no {catalog.resource.singular} to edit here.")
        currency = _currency(rows)
        fields = tuple(field for field in catalog.form if field.on_update and (currency or not _needs_currency(field)))
        values = [values_of(self._ground, catalog, row) for row in rows]
        texts, differing = self._shared(fields, values, currency)
        if change is not None:
            texts |= {key: show_field(_of(fields, key), arg, currency, self._ground.style)
                      for key, arg in change.args.items() if any(field.key == key for field in fields)}  # fmt: skip
        return self._state(catalog, EDIT, rows, fields, texts, change, differing)

    def reopen(self, change: Change) -> FormState:
        """The form of a refused action, or of a refused edit of several records.

        Raises:
            NotPossible: it has no form, or is over.
        """
        if change.state not in (State.REJECTED, State.CONFLICTED, State.QUEUED, State.HELD):
            raise NotPossible(f"This change is {change.shown.word}; there is nothing to correct.")
        catalog = self._ground.catalog.resources[change.kind]
        rows = self._ground.reader.records(catalog.resource, change.records)
        if change.op is Op.UPDATE:
            return self.edit(change.kind, rows, change)
        return self.ask(change.kind, self._acting.action(change.kind, change.action), rows, change)

    def args(self, state: FormState, texts: Mapping[str, str]) -> tuple[Args, tuple[tuple[str, str], ...]]:
        """What a form's texts ask for, and the same as label and text for the review.

        Raises:
            NotPossible: an edit of several records in which nothing differs.
        """
        editing = state.action is EDIT
        args: dict[str, Arg] = {}
        told: list[tuple[str, str]] = []
        names = self._forms.names(state.fields, texts)
        state = replace(state, currency=self._forms.currency_of(state, texts))
        for field in state.fields:
            text = texts.get(field.key, "")
            if editing and text == state.texts.get(field.key, "") and not self._was_refused(state, field):
                continue
            arg = self._forms.read(state, field, text).arg
            if arg is None and not editing:
                continue
            args[field.key] = arg
            told.append((field.name, names.get(field.key) or (text.strip() if arg is not None else "nothing")))
        if editing and not args:
            raise NotPossible(NOTHING_DIFFERS)
        return args, tuple(told)

    def _was_refused(self, state: FormState, field: FormField) -> bool:
        """Whether a corrected edit asks for this field, changed or not."""
        return state.change is not None and field.key in state.change.args

    def _state(
        self,
        catalog: ResourceCatalog,
        action: Action,
        rows: Sequence[Row],
        fields: tuple[FormField, ...],
        texts: Mapping[str, str],
        change: Change | None,
        differing: Mapping[str, int] | None = None,
    ) -> FormState:
        noun = catalog.resource.singular
        what = f"this {noun}" if len(rows) == 1 else f"{len(rows)} {catalog.resource.name}"
        title = action.of(what)
        return FormState(
            title=title[:1].upper() + title[1:],
            resource=catalog,
            lid=None,
            fields=fields,
            texts=texts,
            names=self._forms.names(fields, texts),
            errors=() if change is None or change.error is None else change.error.errors,
            refused_at=None if change is None or change.error is None else clock_time(change),
            currency=_currency(rows),
            change=change,
            rows=tuple(rows),
            differing=differing or {},
            action=action,
        )

    def _rare(self, catalog: ResourceCatalog, fields: Sequence[FormField], rows: Sequence[Row]) -> Values:
        """The only record with all its fields, where the form begins with some of them."""
        if len(rows) != 1 or not any(field.begins for field in fields):
            return {}
        row = self._ground.reader.row(catalog.resource, rows[0].lid)
        return row.values if row else {}

    def _default(self, field: FormField, known: Values) -> str:
        if field.begins and isinstance(value := known.get(field.begins), str):
            return value.replace("\n", ",")
        if field.type is ValueType.DATE and field.default == "today":
            return self._ground.today().isoformat()
        return field.default

    def _shared(
        self, fields: Sequence[FormField], values: Sequence[Values], currency: str
    ) -> tuple[dict[str, str], dict[str, int]]:
        texts: dict[str, str] = {}
        differing: dict[str, int] = {}
        for field in fields:
            found: set[Value] = {each.get(field.key) or None for each in values}
            if len(found) > 1:
                texts[field.key], differing[field.key] = "", len(found)
            else:
                texts[field.key] = show_field(field, values[0].get(field.key), currency, self._ground.style)
        return texts, differing


def _currency(rows: Sequence[Row]) -> str:
    """The currency that all rows share, or an empty text."""
    found = {row.values.get("currency") for row in rows}
    only = found.pop() if len(found) == 1 else None
    return only if isinstance(only, str) else ""


def _needs_currency(field: FormField) -> bool:
    return field.type in (ValueType.AMOUNT, ValueType.LINES)


def _of(fields: Sequence[FormField], key: str) -> FormField:
    return next(field for field in fields if field.key == key)
