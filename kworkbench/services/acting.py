"""Actions and edits of several records, through the review: what they ask, what would go, what is sent.

Source: product.md sections 5 (`i`, `e` on marked rows) and 9. The tables are the catalog's (`domain.actions`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future

from kworkbench.domain.actions import Action, find_action
from kworkbench.domain.catalog import Lock, ResourceCatalog
from kworkbench.domain.changes import Args, Change, Draft, Idem, Op
from kworkbench.domain.numbers import PLAIN, format_money
from kworkbench.domain.query import Comparison, Operand, Query, Term
from kworkbench.domain.records import Value, Values
from kworkbench.lean import replace
from kworkbench.services.changes import NotPossible
from kworkbench.services.deletes import closed_before
from kworkbench.services.ground import Ground
from kworkbench.services.record_values import values_of
from kworkbench.services.review import Group, Review, ReviewRow, ReviewVerb
from kworkbench.store.reader import Reader, Row

MOST_TOGETHER = 2000
"""Rows that one request may bring into a review besides those that were asked for."""

_KEPT = (
    "number",
    "invoice",
    "invoice_id",
    "kind",
    "client",
    "amount",
    "currency",
    "date",
    "text",
    "project",
    "project_id",
    "report_id",
)

EDIT = Action("edit", "edit", "edit the marked rows together")


class ActionService:
    """Actions of one connection."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def actions(self, resource: str) -> tuple[Action, ...]:
        """What can be done with records of this list."""
        return self._ground.catalog.resources[resource].actions()

    def action(self, resource: str, name: str) -> Action:
        """The action of that name.

        Raises:
            NotPossible: the provider has none.
        """
        found = find_action(self.actions(resource), name)
        if found is None:
            raise NotPossible(f"{self._ground.catalog.title} has no {name} of {resource}.")
        return found

    def review_of(
        self,
        resource: str,
        action: Action,
        args: Args,
        rows: Sequence[Row],
        in_view: Callable[[Row], bool],
        hidden_by: str = "",
        reader: Reader | None = None,
    ) -> Review:
        """The review of doing this with these rows; `reader` reads what else belongs to it, on the caller's thread.

        Raises:
            NotPossible: none of the rows is here, or it is done with one record at a time.
        """
        catalog, reader = self._ground.catalog.resources[resource], reader or self._ground.reader
        noun = catalog.resource.singular
        if not rows:
            raise NotPossible(f"There is no {noun} to {action.title} here.")
        if action.alone and len(rows) > 1:
            raise NotPossible(f"This is done with one {noun} at a time. Esc clears the marks.")
        locks = catalog.edit_locks if action.name == EDIT.name else action.locks
        whole = _with_rare(catalog, action, locks, rows, reader)
        seen = [in_view(row) for row in rows]
        found = [self._row(catalog, action, locks, row, seen=one) for row, one in zip(whole, seen, strict=True)]
        if action.whole:
            found = [*found, *self._others(catalog, action, found, reader)]
        if action.tells:
            found = [replace(each, notes=self._notes(action, each.row, reader, args)) for each in found]
        order = tuple(Group)
        ordered = tuple(sorted(found, key=lambda one: order.index(one.group)))
        return Review(catalog, ordered, hidden_by, ReviewVerb.ACT, action=action, args={**action.sets, **args})

    def confirm(self, review: Review) -> Future[tuple[Change, ...]]:
        """Do it with what the review has going, as one gesture."""
        return self._ground.changes.submit(self.drafts(review))

    def drafts(self, review: Review) -> tuple[Draft, ...]:
        """The changes of a review: one for each request.

        Raises:
            NotPossible: it is the review of something else.
        """
        action = review.action
        if action is None:
            raise NotPossible("There is no action to be done.")
        rows = [one.row for one in review.going]
        drafts = tuple(self._draft(review, action, part) for part in self._parts(review.catalog, action, rows))
        return (replace(drafts[0], replaces=review.replaces), *drafts[1:]) if drafts else ()

    def _parts(self, catalog: ResourceCatalog, action: Action, rows: Sequence[Row]) -> Iterable[Sequence[Row]]:
        """The rows of each request."""
        if action.together:
            shared: dict[Value, list[Row]] = {}
            for row in rows:
                shared.setdefault(row.values.get(action.together), []).append(row)
            return shared.values()
        most = catalog.bulk_update if action.request is None else action.most
        sent = [row for row in rows if row.id] if most > 1 else []
        bulk = [sent[at : at + most] for at in range(0, len(sent), most)] if most > 1 else []
        return [*bulk, *([row] for row in rows if row not in sent)]

    def _draft(self, review: Review, action: Action, rows: Sequence[Row]) -> Draft:
        ground = self._ground
        updates = action.request is None
        several = len(rows) > 1 or bool(action.together)
        befores = {row.lid: self._before(review, action, row) for row in rows}
        first = befores[rows[0].lid]
        shared = {key: first[key] for key in (action.together, "project_id") if action.together and key in first}
        return Draft(
            account=ground.account,
            op=Op.UPDATE if updates else Op.ACTION,
            kind=review.catalog.resource.name,
            lid=ground.new_lid() if several else rows[0].lid,
            args={key: arg for key, arg in review.args.items() if updates or arg is not None},
            pre=shared if several else first,
            targets=tuple(row.lid for row in rows) if several else (),
            befores=befores if several else {},
            idem=Idem.UNMARKED if action.unrepeatable else Idem.NATURAL,
            hold_seconds=ground.hold_seconds if action.held else 0.0,
            action="" if updates else action.name,
            expects=action.expected(ground.today(), self._with_days(review.catalog, action, rows)),
        )

    def _with_days(self, catalog: ResourceCatalog, action: Action, rows: Sequence[Row]) -> list[Values]:
        """What is known of the rows, where the days of the action depend on it."""
        return [values_of(self._ground, catalog, row) for row in rows] if action.days else []

    def _before(self, review: Review, action: Action, row: Row) -> Values:
        """What a record says before of what is changed, and what names it."""
        values = values_of(self._ground, review.catalog, row)
        changed = {key: values.get(key) for key in (*review.args, *action.expects)}
        named = {key: values[key] for key in _KEPT if values.get(key) is not None}
        return {**named, **(changed if action.request is None else {key: changed[key] for key in action.expects})}

    def _row(
        self, catalog: ResourceCatalog, action: Action, locks: tuple[Lock, ...], row: Row, *, seen: bool
    ) -> ReviewRow:
        closed = closed_before(self._ground, catalog, row) if action.request is None else ""
        if closed:
            return ReviewRow(row, Group.EXPECTED_REFUSED, reason=closed, barred=True)
        lock = next((one for one in locks if row.values.get(one.field) == one.value), None)
        if lock is not None:
            unasked = bool(action.together) and row.values.get(action.together) is None
            return ReviewRow(row, Group.EXPECTED_REFUSED, reason=lock.reason, barred=unasked)
        if not seen:
            return ReviewRow(row, Group.NOT_IN_VIEW)
        return ReviewRow(row, Group.WILL_GO, going=True)

    def _others(
        self, catalog: ResourceCatalog, action: Action, found: Sequence[ReviewRow], reader: Reader
    ) -> list[ReviewRow]:
        """Every other record that a request concerns because it shares the value that names the request."""
        asked = {each.row.lid for each in found}
        going = {each.row.values.get(action.together) for each in found if each.going}
        shared = dict.fromkeys(each.row.values.get(action.together) for each in found if not each.barred)
        others: list[ReviewRow] = []
        for value in shared:
            term = Term(action.together, (Operand(Comparison.HAS, str(value)),))
            listed = reader.rows(catalog.resource, Query((term,))).fetch(0, MOST_TOGETHER)
            rows = _with_rare(catalog, action, (), listed, reader)
            more = [row for row in rows if row.lid not in asked and row.values.get(action.together) == value]
            others += [ReviewRow(row, Group.TOGETHER, going=value in going) for row in more]
        return others

    def _notes(self, action: Action, row: Row, reader: Reader, args: Args) -> tuple[str, ...]:
        notes: list[str] = []
        if "recipients" in action.tells:
            notes.append(f"to {self._recipients(row, reader, args)}")
        if "payments" in action.tells:
            payments = reader.payments_of(row.id) if row.id else ()
            notes += [self._payment(each.values) for each in payments] or ["no payments"]
        return tuple(notes)

    def _recipients(self, row: Row, reader: Reader, args: Args) -> str:
        typed = ", ".join(str(args[key]) for key in ("to", "cc", "bcc") if args.get(key))
        if typed:
            return typed
        client = reader.lookup("clients", str(row.values.get("client_id") or "")) or {}
        person = (reader.said("invoices", row.id or "") or {}).get("recipient_id")
        of_invoice = reader.lookup("people", str(person or "")) or {}
        known = client.get("recipients") or of_invoice.get("email") or of_invoice.get("name")
        return str(known) if known else f"whom {self._ground.catalog.title} has for the client; nobody is named here"

    def _payment(self, values: Values) -> str:
        minor, currency = values.get("amount"), str(values.get("currency") or "")
        figure = format_money(minor, currency, self._ground.style or PLAIN) if isinstance(minor, int) else ""
        return f"{values.get('kind') or 'payment'} {values.get('date') or ''} {figure}".strip()


def _with_rare(
    catalog: ResourceCatalog, action: Action, locks: Sequence[Lock], rows: Sequence[Row], reader: Reader
) -> Sequence[Row]:
    """The rows with their rare fields, which lists are read without, where the action looks at one of those."""
    rare = {field.name for field in catalog.resource.rare}
    if rare.isdisjoint({action.together, *(lock.field for lock in locks)}):
        return rows
    return [reader.row(catalog.resource, row.lid) or row for row in rows]
