"""What has been done to invoices, payments and expenses since the books were made, and who is to be told of it.

The tables write the history themselves, whichever dialect changes a row. Conventions are those of `schema`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

TABLES = """
-- event: create, update, delete. changeset: a JSON list of {attribute: [before, after]}. parent: what it hangs on.
CREATE TABLE activities (
    id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, item_type TEXT NOT NULL, item_id INTEGER NOT NULL,
    item_name TEXT, parent_type TEXT NOT NULL, parent_id INTEGER, company_id INTEGER, deal_id INTEGER,
    invoice_id INTEGER, expense_id INTEGER, creator_id INTEGER NOT NULL, changeset TEXT NOT NULL,
    created_at TEXT NOT NULL
);

-- event_id: what is told, by the vendor's numbers. state_id: 1 working, 2 issues, 3 waiting.
CREATE TABLE webhooks (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, target_url TEXT NOT NULL, event_id INTEGER NOT NULL,
    state_id INTEGER NOT NULL DEFAULT 3, signature_token TEXT NOT NULL, created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
)"""


@dataclass(frozen=True, slots=True)
class _Item:
    """One kind of item: its table, the attributes that are watched by their columns, and the SQL of what is around it.

    `{0}` in the SQL stands for the row, `old` or `new`; `gone` is the column that is set when it is deleted softly.
    """

    name: str
    table: str
    watched: Mapping[str, str]
    label: str
    parent: str
    parent_id: str
    company: str
    deal: str
    invoice: str = "NULL"
    expense: str = "NULL"
    shown: str = "1"
    gone: str = ""


def _same(*names: str, **others: str) -> dict[str, str]:
    return {name: name for name in names} | others


_NOW = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
"""For what leaves no row that could say when; nothing of ours is called, so that any program may write to the file."""

_PART = "(SELECT min(deal_id) FROM invoice_attributions WHERE invoice_id = {})"

_ITEMS = (
    _Item(
        "expense",
        "expenses",
        _same(
            "name", "date", "pay_on", "paid_on", "amount", "quantity", "currency", "billable_amount", "service_id",
            "person_id", "vendor_id", "tax_rate_id", "reimbursed_on", "rejected_reason", "note", "approval",
            "invoice_id", "attachment_id", "exported_at", "reimbursable",
        ),
        label="{0}.name",
        parent="deal",
        parent_id="{0}.deal_id",
        company="{0}.company_id",
        deal="{0}.deal_id",
        expense="{0}.id",
        gone="deleted_at",
    ),
    _Item(
        "invoice",
        "invoices",
        _same(
            "number", "subject", "note", "invoiced_on", "pay_on", "sent_on", "delivery_on", "paid_on", "currency",
            "discount", "purchase_order_number", "company_id", "finalized_at", "exported_at",
            "amount_tax", "amount_paid", "amount_written_off", "amount_unpaid",
            amount_net="amount", amount_total="amount_with_tax", cancelled_at="deleted_at",
        ),
        label="coalesce({0}.number, {0}.subject)",
        parent="company",
        parent_id="{0}.company_id",
        company="{0}.company_id",
        deal=_PART.format("{0}.id"),
        invoice="{0}.id",
        gone="deleted_at",
    ),
    _Item(
        "payment",
        "payments",
        _same("amount", "paid_on", "written_off_on", "note", "external_id", "invoice_id"),
        label="(SELECT number FROM invoices WHERE id = {0}.invoice_id)",
        parent="invoice",
        parent_id="{0}.invoice_id",
        company="(SELECT company_id FROM invoices WHERE id = {0}.invoice_id)",
        deal=_PART.format("{0}.invoice_id"),
        invoice="{0}.invoice_id",
        shown="{0}.invoice_id IS NOT NULL",
    ),
)  # fmt: skip


def _changes(item: _Item, before: str, after: str) -> str:
    """One row for each watched attribute that differs between two rows, of which one may be missing."""
    parts = []
    for column, name in item.watched.items():
        was, now = (f"{row}.{column}" if row else "NULL" for row in (before, after))
        parts.append(f"SELECT json_object('{name}', json_array({was}, {now})) AS change WHERE {was} IS NOT {now}")
    return " UNION ALL ".join(parts)


def _entry(item: _Item, event: str, row: str, changes: str) -> str:
    """The statement of a trigger that writes one entry; the token's person is who did it (ours)."""
    at = "new.updated_at" if row == "new" else _NOW
    parts = (item.label, f"'{item.parent}'", item.parent_id, item.company, item.deal, item.invoice, item.expense)
    around = ", ".join(part.format(row) for part in parts)
    return (
        "INSERT INTO activities (event, item_type, item_id, item_name, parent_type, parent_id, company_id, deal_id, "  # noqa: S608
        "invoice_id, expense_id, creator_id, changeset, created_at) "
        f"SELECT {event}, '{item.name}', {row}.id, {around}, (SELECT owner_id FROM organization), "
        f"(SELECT json_group_array(json(change)) FROM ({changes})), {at} WHERE {item.shown.format(row)};"
    )


def _triggers(item: _Item) -> list[str]:
    columns = [*item.watched, *([item.gone] if item.gone else [])]
    differs = " OR ".join(f"old.{column} IS NOT new.{column}" for column in columns)
    going = f"old.{item.gone} IS NULL AND new.{item.gone} IS NOT NULL" if item.gone else "0"
    made = _entry(item, "'create'", "new", _changes(item, "", "new"))
    changed = _entry(item, f"CASE WHEN {going} THEN 'delete' ELSE 'update' END", "new", _changes(item, "old", "new"))
    removed = _entry(item, "'delete'", "old", _changes(item, "old", ""))
    update = f"AFTER UPDATE OF {', '.join(columns)} ON {item.table} WHEN {differs}"
    return [
        f"CREATE TRIGGER {item.name}_was_made AFTER INSERT ON {item.table} BEGIN {made} END",
        f"CREATE TRIGGER {item.name}_was_changed {update} BEGIN {changed} END",
        f"CREATE TRIGGER {item.name}_was_removed AFTER DELETE ON {item.table} BEGIN {removed} END",
    ]


TRIGGERS = ";\n".join(trigger for item in _ITEMS for trigger in _triggers(item))
"""Run once the books are filled: the history of the sample books begins then (ours)."""

INDEXES = """
CREATE INDEX activities_by_creation ON activities (created_at, id);
CREATE INDEX activities_of_invoice ON activities (invoice_id) WHERE invoice_id IS NOT NULL;
CREATE INDEX activities_of_expense ON activities (expense_id) WHERE expense_id IS NOT NULL"""
