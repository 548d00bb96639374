"""What a record looks like with its open changes folded in, before the server has said so.

One pure function per effect; rules in api/kantata.md section 3.3 and api/productive.md section 7.
The fold is `view(r) = apply(m_n, ... apply(m_1, base(r)))` over the changes of r in order (sync-engine.md section 5).
A payment at Kantata is always the whole invoice, so the same subtraction predicts both providers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from kworkbench.domain.changes import IN_VIEW, OPEN, Arg, Change, Op, Raw, State
from kworkbench.domain.conversion import given, is_to_come
from kworkbench.domain.records import Lookup, Value, Values
from kworkbench.domain.settlement import settlement_of
from kworkbench.lean import dataclass, field, replace

UNCLEAR = frozenset({State.AMBIGUOUS, State.NEEDS_YOU})
"""States whose row is shown and not summed, and moves no balance (product.md section 4, "What the numbers mean")."""

STOPPED = frozenset({State.REJECTED, State.CONFLICTED})
"""States out of the view."""

_URGENCY = (
    State.REJECTED,
    State.CONFLICTED,
    State.NEEDS_YOU,
    State.AMBIGUOUS,
    State.SENDING,
    State.BLOCKED,
    State.HELD,
    State.QUEUED,
)

_NAMED = (
    ("project_id", "projects", "project"),
    ("category_id", "categories", "category"),
    ("person_id", "people", "person"),
    ("service_id", "services", "service"),
    ("client_id", "clients", "client"),
)
"""Reference key, kind it points to, field that shows its name."""


@dataclass(frozen=True, slots=True)
class Folded:
    """A record's view.

    Attributes:
        values: what the row shows; a delete that waits keeps its row and bears the mark `-`.
        state: the most urgent open state among its own changes, or None.
        mark: the gutter's mark: `~ ? ! # * -` or empty.
        counted: False where the row is in no sum (waiting for its delete, unclear create, unreadable amount).
        predicted: names of fields whose value the server has not confirmed.
    """

    values: Values
    state: State | None = None
    mark: str = ""
    counted: bool = True
    predicted: frozenset[str] = frozenset()


@dataclass(slots=True)
class _View:
    """The fold's accumulator."""

    values: dict[str, Value] | None
    made_here: bool = False
    going: bool = False
    counted: bool = True
    predicted: set[str] = field(default_factory=set)


def fold(lid: str, base: Values | None, changes: Sequence[Change], lookup: Lookup) -> Folded | None:
    """The view of the record `lid`, or None where there is no row.

    `changes` are those that touch it, in seq order. States out of the view leave only their mark; a refused create
    leaves its own row too, as typed and in no sum, so that one key on it opens its form again.
    """
    view = _View(None if base is None else dict(base))
    for change in changes:
        if change.state in IN_VIEW:
            _apply(view, lid, change, lookup)
        elif change.state in STOPPED and change.op is Op.CREATE and lid != change.invoice_lid:
            _write(view, part_of(change, lid), lookup)
    if view.values is None:
        return None
    state = _most_urgent(changes)
    return Folded(view.values, state, _mark(view, state), view.counted, frozenset(view.predicted))


def _apply(view: _View, lid: str, change: Change, lookup: Lookup) -> None:
    if lid == change.invoice_lid and lid != change.lid:
        if view.values is not None and change.state not in UNCLEAR:
            _settle(view, change)
    elif change.deletes:
        if change.state is State.CONFIRMED:
            view.values = None
        view.going, view.counted = True, False
    elif change.op is Op.ACTION:
        _restore(view, change)
        if change.state not in UNCLEAR:
            _expect(view, change)
    else:
        _write(view, part_of(change, lid), lookup)


def part_of(change: Change, lid: str) -> Change:
    """What a bulk request wants of one of its records, as a change of that record alone; others are what they are."""
    if not change.is_bulk:
        return change
    return replace(change, lid=lid, targets=(), each={}, args=change.wanted(lid), pre=change.before(lid), befores={})


def _write(view: _View, change: Change, lookup: Lookup) -> None:
    """Fold a create or an update into the record itself."""
    if change.op is Op.CREATE:
        view.values = (
            {**_new_values(change, lookup), **(view.values or {})} if view.values else _new_values(change, lookup)
        )
        view.made_here = True
        view.counted = change.state not in UNCLEAR | STOPPED
    if view.values is None:
        return
    amount = view.values.get("amount")
    for key, arg in change.args.items():
        view.values[key] = _shown(key, arg)
        view.predicted.add(key)
    for key, kind, shown in _NAMED:
        if key in change.args:
            view.values[shown] = _name(lookup, kind, view.values.get(key))
            view.predicted.add(shown)
    _DERIVE[change.kind](view, change, lookup)
    _expect(view, change)
    if change.state in UNCLEAR and view.values.get("amount") != amount:
        view.counted = False


def _restore(view: _View, change: Change) -> None:
    """A record that is to come back says what it said when it was deleted."""
    if change.restores and view.values is None:
        view.values = dict(change.pre)
        view.predicted |= change.pre.keys()
        view.counted = change.state not in UNCLEAR


def _expect(view: _View, change: Change) -> None:
    """Fold in what the server is expected to change by itself, an action's effect among it."""
    if view.values is not None:
        view.values.update(change.expects)
        view.predicted |= change.expects.keys()


def _new_values(change: Change, lookup: Lookup) -> dict[str, Value]:
    """Values of a record made here that come from its parent: client, project, invoice number and currency."""
    values: dict[str, Value] = {"id": None, "archived": False, "external": False, **change.pre}
    invoice_id = change.args.get("invoice_id")
    invoice = lookup("invoices", invoice_id) if isinstance(invoice_id, str) else None
    if invoice is not None:
        for key in ("client", "client_id", "project", "project_id", "currency"):
            values[key] = invoice.get(key)
        values["invoice"] = invoice.get("number")
    project_id = change.args.get("project_id")
    if isinstance(project_id, str) and (project := lookup("projects", project_id)) is not None:
        for key in ("client", "client_id", "currency"):
            values.setdefault(key, project.get(key))
    if change.kind == "expenses":
        values = {"approval": "none", "invoiced": False, "receipt": False, "billable": False, **values}
        values.setdefault("reimbursable", False)
    return values


def _derive_payment(view: _View, change: Change, _lookup: Lookup) -> None:
    values = view.values
    if values is None:
        return
    amount = values.get("amount")
    if not isinstance(amount, int):
        view.counted = False
        values["amount"] = None
    if not values.get("kind"):
        values["kind"] = "project" if not values.get("invoice_id") else _payment_kind(amount)
    if isinstance(day := change.args.get("date"), str):
        kept = "written_off_on" if values.get("kind") == "write-off" else "paid_on"
        values[kept] = day
        view.predicted.add(kept)
    values.setdefault("date", change.created_at[:10])


def _payment_kind(amount: Value) -> str:
    return "refund" if isinstance(amount, int) and amount < 0 else "payment"


def _derive_expense(view: _View, change: Change, lookup: Lookup) -> None:
    values = view.values
    if values is None:
        return
    service_id = values.get("service_id")
    if "service_id" in change.args and isinstance(service_id, str):
        service = lookup("services", service_id) or {}
        for key in ("project", "project_id", "category", "category_id"):
            if service.get(key) is not None:
                values[key] = service[key]
    if "unit_amount" in change.args or "quantity" in change.args:
        values["amount"] = _times(values.get("quantity"), values.get("unit_amount"))
        view.predicted.add("amount")
    if is_to_come(change.expects):
        values["foreign"] = given(values.get("amount"), values.get("currency"))
        values["amount"] = None
        view.predicted |= {"foreign", *change.expects}
    if not isinstance(values.get("amount"), int):
        values["amount"] = None
        view.counted = False


def _derive_invoice(view: _View, change: Change, _lookup: Lookup) -> None:
    """A new invoice is a draft unless it is issued at once; what is on it adds up, and nothing of it is paid."""
    values = view.values
    if values is None:
        return
    if change.args.get("draft") is False:
        values["state"] = "open"
        view.predicted.add("state")
    if change.op is not Op.CREATE:
        return
    total = _lines_total(change, str(values.get("currency") or ""))
    foreseen: dict[str, Value] = {
        "kind": values.get("kind") or "invoice",
        "state": values.get("state") or "draft",
        "settlement": "unpaid",
        "total": total,
        "outstanding": total,
        "paid": 0,
        "written_off": 0,
        "due": values.get("due") or _days_after(values.get("issued"), change.args.get("payment_schedule")),
    }
    values.update(foreseen)
    view.predicted |= foreseen.keys()


def _lines_total(change: Change, currency: str) -> int:
    """What the lines of a new invoice come to with their tax, in minor units; 0 where it has none, or none is read."""
    lines = change.args.get("lines")
    if not isinstance(lines, str):
        return 0
    from kworkbench.domain.invoice_lines import gross_of, lines_in  # noqa: PLC0415 - few changes have lines

    rate = change.args.get("tax_rate")
    return gross_of(lines_in(lines), currency, rate if isinstance(rate, str) else "")


def _days_after(day: Value, days: Arg) -> Value:
    try:
        return (date.fromisoformat(str(day)) + timedelta(days=days)).isoformat() if isinstance(days, int) else None
    except (ValueError, OverflowError):
        return None


_DERIVE: dict[str, Callable[[_View, Change, Lookup], None]] = {
    "payments": _derive_payment,
    "expenses": _derive_expense,
    "invoices": _derive_invoice,
}


def _times(quantity: Value, unit_minor: Value) -> int | None:
    """Quantity (decimal text) times a unit amount in minor units, rounded half up."""
    if not isinstance(unit_minor, int):
        return None
    try:
        exact = Decimal(str(quantity if quantity not in (None, "") else 1)) * unit_minor
        return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    except InvalidOperation:
        return None


def _settle(view: _View, change: Change) -> None:
    """Fold a payment's effect into its invoice: outstanding falls by what was paid or given up."""
    values = view.values
    delta = payment_effect(change)
    outstanding = None if values is None else values.get("outstanding")
    if values is None or not delta or not isinstance(outstanding, int) or _is_in(change, outstanding, delta):
        return
    given_up = (change.args.get("kind") or change.pre.get("kind")) == "write-off"
    column = "written_off" if given_up else "paid"
    values["outstanding"] = outstanding - delta
    _paid_on(view, change, outstanding - delta)
    values[column] = _int(values.get(column)) + delta
    values["settlement"] = settlement_of(
        total=_int(values.get("total")),
        paid=_int(values.get("paid")),
        written_off=_int(values.get("written_off")),
        outstanding=outstanding - delta,
    )
    view.predicted |= {"outstanding", "settlement", "status", "late", column}


def _paid_on(view: _View, change: Change, left: int) -> None:
    """The day of the payment that leaves nothing is the day it was paid on; no day where something is left again.

    Only a provider whose payments are sent with a day keeps one (api/productive.md section 7).
    """
    values = view.values
    if values is None:
        return
    before, day = values.get("paid_on"), change.args.get("date")
    is_settled = left >= 0 if _int(values.get("total")) < 0 else left <= 0
    after = (before or (day if isinstance(day, str) else None)) if is_settled else None
    if after != before:
        values["paid_on"] = after
        view.predicted.add("paid_on")


def _is_in(change: Change, outstanding: int, delta: int) -> bool:
    """True for a payment that reached the server, where the balance read since is what it leaves."""
    return change.state is State.CONFIRMED and change.pre.get("outstanding") == outstanding + delta


def payment_effect(change: Change) -> int | None:
    """By how many minor units a payment's change lowers its invoice's outstanding; None where it cannot be read."""
    before = change.pre.get("amount")
    wanted = change.args.get("amount", before)
    if change.op is Op.DELETE:
        return -before if isinstance(before, int) else None
    if not isinstance(wanted, int):
        return None
    if change.op is Op.CREATE:
        return wanted
    return wanted - before if isinstance(before, int) else None


@dataclass(frozen=True, slots=True)
class Unsure:
    """A payment of which nobody knows whether it is made: what is outstanding where it is, in minor units."""

    change: Change
    outstanding: int


def unsure_of(outstanding: int, changes: Sequence[Change]) -> Unsure | None:
    """What an invoice would still owe with all its unclear payments, named by the last; None where it has none."""
    unclear = [(one, delta) for one in changes if one.state in UNCLEAR and (delta := payment_effect(one))]
    if not unclear:
        return None
    return Unsure(unclear[-1][0], outstanding - sum(delta for _, delta in unclear))


def _shown(key: str, arg: Arg) -> Value:
    """An unreadable text is shown as typed, but never where an amount is expected."""
    if isinstance(arg, Raw):
        return None if key.endswith("amount") else arg.text
    return arg


def _int(value: Value) -> int:
    return value if isinstance(value, int) else 0


def _name(lookup: Lookup, kind: str, record_id: Value) -> Value:
    found = lookup(kind, record_id) if isinstance(record_id, str) else None
    return None if found is None else found.get("name")


def _most_urgent(changes: Sequence[Change]) -> State | None:
    states = {change.state for change in changes if change.state in OPEN}
    return next((state for state in _URGENCY if state in states), None)


def _mark(view: _View, state: State | None) -> str:
    if state is None:
        return ""
    if state in (State.REJECTED, State.CONFLICTED) or state in UNCLEAR:
        return {State.REJECTED: "!", State.CONFLICTED: "#"}.get(state, "?")
    if view.going:
        return "-"
    return "*" if view.made_here else "~"
