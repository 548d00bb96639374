"""What the sample books' accounting system knows: a reference for each invoice and expense that was exported to it."""

from __future__ import annotations

from itertools import count

from kworkbench.sandbox.books.money_model import ExternalReference
from kworkbench.sandbox.books.store import Books, Value, field_names

FIRST_REFERENCE = 30001
SERVICE = "Ledger"
MODELS = {"invoices": "SalesInvoice", "expenses": "Bill"}
REFUSED_EVERY = 17
"""Every so many exports the other side refused."""


def write_references(books: Books) -> None:
    """Writes one reference for each row with a day of export."""
    number = count(FIRST_REFERENCE)
    for table, model in MODELS.items():
        sql = f"SELECT id, exported_at FROM {table} WHERE exported_at IS NOT NULL ORDER BY id"  # noqa: S608 - names of ours
        exported = books.connection.execute(sql)
        rows = (_reference(next(number), table, model, subject_id, at) for subject_id, at in exported)
        books.insert_many(ExternalReference, field_names(ExternalReference), rows)


def _reference(number: int, table: str, model: str, subject_id: int, at: str) -> tuple[Value, ...]:
    refused = number % REFUSED_EVERY == 0
    status = ("failed", "rejected", "Account code is missing") if refused else ("successful", "posted", None)
    link = f"https://ledger.example/{model.lower()}/{number}"
    what = (number, table, subject_id, SERVICE, model, str(number), *status, link)
    return (*what, 0, at, at, at)
