"""Small makers for changes and records."""

from __future__ import annotations

from typing import Any

from kworkbench.domain.changes import Change, Idem, Op, State
from kworkbench.domain.records import Record, Values

ACCOUNT = "productive|embedded:||"
NOW = "2026-03-04T09:41:00.000+00:00"
NOW_MS = 1_772_617_260_000
MARKER = "kw:ABCDEFGH23"


def a_change(seq: int = 1, **fields: Any) -> Change:
    """A change, by default a marked payment of 100.00 EUR on invoice 9."""
    values: dict[str, Any] = {
        "seq": seq,
        "mid": f"m{seq}",
        "account": ACCOUNT,
        "op": Op.CREATE,
        "kind": "payments",
        "lid": f"new:{seq}",
        "targets": (),
        "lane": "invoice:invoices:9",
        "gesture": f"g{seq}",
        "args": {"invoice_id": "9", "amount": 10000, "date": "2026-03-04"},
        "pre": {"outstanding": 10000, "currency": "EUR"},
        "idem": Idem.MARKED,
        "marker": MARKER,
        "state": State.QUEUED,
        "created_at": NOW,
    }
    return Change(**(values | fields))


def an_edit(seq: int = 1, **fields: Any) -> Change:
    """An edit of expense 5, its text from "a" to "b"."""
    values: dict[str, Any] = {
        "op": Op.UPDATE,
        "kind": "expenses",
        "lid": "expenses:5",
        "lane": "expenses:expenses:5",
        "args": {"text": "b"},
        "pre": {"text": "a"},
        "idem": Idem.NATURAL,
        "marker": None,
    }
    return a_change(seq, **(values | fields))


def a_bulk(seq: int = 1, **fields: Any) -> Change:
    """A bulk delete of expenses 1, 2 and 3."""
    values: dict[str, Any] = {
        "op": Op.BULK_DELETE,
        "kind": "expenses",
        "lane": f"expenses:new:{seq}",
        "args": {},
        "pre": {},
        "targets": ("expenses:1", "expenses:2", "expenses:3"),
        "idem": Idem.NATURAL,
        "marker": None,
    }
    return a_change(seq, **(values | fields))


def an_invoice(outstanding: int = 10000) -> Record:
    """Invoice 9."""
    values: Values = {"number": "INV-9", "outstanding": outstanding, "total": 10000, "currency": "EUR"}
    return Record("invoices", "9", {**values, "state": "open", "kind": "invoice"})


def a_payment(record_id: str = "77", marker: str | None = MARKER, amount: int = 10000) -> Record:
    """A payment of invoice 9."""
    return Record("payments", record_id, {"invoice_id": "9", "amount": amount, "marker": marker})


def an_expense(record_id: str = "5", **values: str) -> Record:
    """An expense."""
    return Record("expenses", record_id, values)
