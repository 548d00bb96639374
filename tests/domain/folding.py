"""Records, changes that touch them, and what the view makes of both."""

from __future__ import annotations

from typing import Any

from kworkbench.domain.changes import Change, Idem, Op, Raw, State
from kworkbench.domain.predictions import Folded, fold
from kworkbench.domain.records import Value, Values

INVOICE: Values = {
    "id": "9",
    "number": "INV-9",
    "client": "Acme",
    "client_id": "3",
    "project": "Harbour",
    "project_id": "4",
    "state": "open",
    "kind": "invoice",
    "total": 10000,
    "outstanding": 10000,
    "paid": 0,
    "written_off": 0,
    "settlement": "unpaid",
    "currency": "EUR",
}
EXPENSE: Values = {
    "id": "5",
    "text": "taxi",
    "amount": 1200,
    "currency": "EUR",
    "category": "Travel",
    "date": "2026-03-01",
}
KNOWN: dict[tuple[str, str], Values] = {
    ("invoices", "9"): INVOICE,
    ("projects", "4"): {"name": "Harbour", "client": "Acme", "client_id": "3", "currency": "EUR"},
    ("categories", "2"): {"name": "Meals"},
    ("people", "1"): {"name": "Ada"},
    ("services", "6"): {
        "name": "Trips",
        "project": "Harbour",
        "project_id": "4",
        "category": "Travel",
        "category_id": "1",
    },
}


def lookup(kind: str, record_id: str) -> Values | None:
    return KNOWN.get((kind, record_id))


def a_change(op: Op = Op.CREATE, state: State = State.QUEUED, seq: int = 1, **more: Any) -> Change:
    values: dict[str, Any] = {
        "mid": f"m{seq}",
        "account": "a",
        "kind": "payments",
        "lid": "new:1",
        "targets": (),
        "lane": "l",
        "gesture": "g",
        "args": {},
        "pre": {},
        "idem": Idem.MARKED,
        "marker": None,
        "created_at": "2026-03-04T09:41:00+00:00",
    }
    return Change(seq=seq, op=op, state=state, **(values | more))


def a_payment(amount: Value | Raw = 4000, state: State = State.QUEUED, seq: int = 1, **more: Any) -> Change:
    args = {"invoice_id": "9", "amount": amount, "date": "2026-03-04"}
    return a_change(Op.CREATE, state, seq, **({"args": args, "pre": {"outstanding": 10000}} | more))


def an_edit(args: dict[str, Any], state: State = State.QUEUED, seq: int = 1) -> Change:
    return a_change(Op.UPDATE, state, seq, kind="expenses", lid="expenses:5", args=args)


def a_delete(state: State = State.QUEUED, seq: int = 1) -> Change:
    return a_change(Op.DELETE, state, seq, kind="expenses", lid="expenses:5")


def folded(lid: str, base: Values | None, *changes: Change) -> Folded:
    found = fold(lid, base, changes, lookup)
    assert found is not None
    return found


def invoice_with(*changes: Change, base: Values = INVOICE) -> tuple[Value, Value, Value, Value]:
    values = folded("invoices:9", base, *changes).values
    return values["outstanding"], values["paid"], values["written_off"], values["settlement"]
