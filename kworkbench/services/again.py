"""Deleting a payment and recording it again, where a provider cannot change one: one gesture of two steps.

Source: product.md section 8. The engine looks at the new payment's invoice before it deletes the old one, records the
new one only when the old one is known to be gone, and says so where that fails.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future

from kworkbench.domain.again import recorded_again
from kworkbench.domain.changes import Arg, Change, Draft, Op
from kworkbench.domain.records import Value, remote_id_of
from kworkbench.lean import dataclass, replace
from kworkbench.services.changes import NotPossible
from kworkbench.services.deletes import DeleteService
from kworkbench.services.form_state import FormState
from kworkbench.services.forms import FormService
from kworkbench.services.futures import chained
from kworkbench.services.ground import Ground
from kworkbench.services.inverse import FieldBack, said_of
from kworkbench.store.rows import Row


@dataclass(frozen=True, slots=True)
class AgainReview:
    """Both steps before they are saved.

    Attributes:
        old: the payment that is deleted.
        fields: what the new one says otherwise; `now` is the old one's value.
        lost: what does not come back.
    """

    old: Row
    drafts: tuple[Draft, Draft]
    fields: tuple[FieldBack, ...]
    lost: str
    minor: int | None
    currency: str

    @property
    def name(self) -> str:
        """The old payment as a person knows it: `payment 77 on INV-9`."""
        number = self.old.values.get("invoice")
        return f"payment {self.old.id or ''}" + (f" on {number}" if number else "")


class AgainService:
    """Payments deleted and recorded again, of one connection."""

    def __init__(self, ground: Ground, forms: FormService, deletes: DeleteService) -> None:
        self._ground = ground
        self._forms = forms
        self._deletes = deletes

    def form(self, resource: str, lid: str) -> FormState:
        """A form for the new record, filled from the old one.

        Raises:
            NotPossible: the provider changes such records in place or makes none, this one is not at the server yet or
                gone, or its period is closed.
        """
        catalog = self._ground.catalog.resources[resource]
        if not catalog.again:
            raise NotPossible(f"A {catalog.resource.singular} is edited in place here.")
        review = self._deletes.review(resource, (lid,), lambda _lid: True)
        row = review.rows[0]
        if row.barred:
            raise NotPossible(f"It cannot be deleted: {row.reason}.")
        if row.row.id is None:
            raise NotPossible("The server does not have it yet. u takes it back, p pays again.")
        state = self._forms.new(resource, copy_of=lid)
        texts = dict(state.texts)
        if texts.get("invoice_id") and not self._ground.catalog.payments.part:
            texts["amount"] = ""
        name = f"{catalog.resource.singular} {remote_id_of(row.row.lid) or ''}"
        return replace(state, title=f"Delete and record again: {name}", texts=texts, rows=(row.row,))

    def review(self, state: FormState, texts: Mapping[str, str]) -> AgainReview:
        """Both steps that the form's texts ask for.

        Raises:
            NotPossible: nothing differs.
        """
        old = state.rows[0]
        fields = tuple(self._differing(state, texts))
        if not fields:
            raise NotPossible("Nothing differs from what stands there. Esc leaves the form.")
        delete = Draft(
            account=self._ground.account,
            op=Op.DELETE,
            kind=state.resource.resource.name,
            lid=old.lid,
            pre=said_of(state.resource, old.values),
            hold_seconds=self._ground.hold_seconds,
        )
        create = self._create(self._forms.draft(state, texts), old)
        minor = create.args.get("amount", create.pre.get("amount"))
        return AgainReview(
            old,
            recorded_again(delete, create),
            fields,
            state.resource.anew_loses,
            minor if isinstance(minor, int) else None,
            str(old.values.get("currency") or ""),
        )

    def confirm(self, review: AgainReview) -> Future[Change]:
        """Save both as one gesture; the change is the recording again."""
        return chained(self._ground.changes.submit(review.drafts), lambda changes: changes[-1])

    def _create(self, draft: Draft, old: Row) -> Draft:
        """The new payment, with the balance its invoice has once the old one is gone."""
        args: dict[str, Arg] = dict(draft.args)
        pre: dict[str, Value] = {**draft.pre, "currency": old.values.get("currency")}
        freed = old.values.get("amount")
        owed = pre.get("outstanding")
        if args.get("invoice_id") == old.values.get("invoice_id") and isinstance(freed, int) and isinstance(owed, int):
            pre["outstanding"] = owed + freed
        if args.get("invoice_id") and not self._ground.catalog.payments.part:
            args.pop("amount", None)
            pre["amount"] = pre.get("outstanding")
        return replace(draft, args=args, pre=pre)

    def _differing(self, state: FormState, texts: Mapping[str, str]) -> list[FieldBack]:
        """The fields that the form says otherwise than it opened with, names in place of ids."""
        found: list[FieldBack] = []
        for field in state.fields:
            before, after = state.texts.get(field.key, ""), texts.get(field.key, "")
            if before != after:
                shown = [self._shown(field.picker, text) for text in (before, after)]
                found.append(FieldBack(field.name, *shown))
        return found

    def _shown(self, picker: str | None, text: str) -> str:
        found = self._ground.reader.lookup(picker, text) if picker and text else None
        name = (found or {}).get("number" if picker == "invoices" else "name")
        return str(name or text or "(empty)")
