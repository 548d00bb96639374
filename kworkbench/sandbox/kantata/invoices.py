"""Invoices as records. Source: api/kantata.md section 5."""

from __future__ import annotations

from collections.abc import Sequence

from kworkbench.sandbox.books.differences import KANTATA_INVOICES, KANTATA_STATUS, kantata_status
from kworkbench.sandbox.books.kantata_model import InvoiceItem, InvoiceNote
from kworkbench.sandbox.books.moments import whole_seconds
from kworkbench.sandbox.books.money_model import Invoice
from kworkbench.sandbox.kantata.call import Look
from kworkbench.sandbox.kantata.collection import Collection, Include, Record, absent, linked, linked_by
from kworkbench.sandbox.kantata.expenses import EXPENSES
from kworkbench.sandbox.kantata.filters import changes, days, flag, numbers
from kworkbench.sandbox.kantata.invoice_items import ADDITIONAL_ITEMS, FIXED_FEE_ITEMS
from kworkbench.sandbox.kantata.money import base_unit, symbol
from kworkbench.sandbox.kantata.people import USERS
from kworkbench.sandbox.kantata.references import reference_filters, reference_include
from kworkbench.sandbox.kantata.workspaces import WORKSPACES


def status_of(row: Invoice) -> str:
    """`new`, `cancelled` or `accepted payment`."""
    return kantata_status(row.state, paid=row.amount_paid, total=row.amount_total)


def invoice_record(row: Invoice, look: Look) -> Record:
    """An invoice; `balance_in_cents` is its total whatever was paid (section 5.1)."""
    note = look.one(InvoiceNote, row.id)
    number = row.sequence if row.sequence is not None else row.id
    draft = row.state == "draft"
    return {
        "id": str(row.id),
        "balance_in_cents": row.amount_total,
        "currency": row.currency,
        "currency_symbol": symbol(row.currency),
        "currency_base_unit": base_unit(row.currency),
        "draft": draft,
        "status": status_of(row),
        "title": f"{'Draft ' if draft else ''}Invoice #{number}",
        "user_invoice_number": number,
        "user_invoice_title": row.subject,
        "message": row.note,
        "purchase_order": row.purchase_order_number,
        "project_code": note.project_code if note else None,
        "invoice_date": row.invoiced_on,
        "due_date": row.pay_on,
        "payment_schedule": row.payment_schedule,
        "tax_rate": float(row.tax_rate or 0),
        "user_id": str(row.creator_id),
        "recipient_id": None if row.recipient_id is None else str(row.recipient_id),
        "created_at": whole_seconds(row.created_at),
        "updated_at": whole_seconds(row.updated_at),
    }


def _prepare(look: Look, rows: Sequence[Invoice]) -> None:
    look.warm(InvoiceNote, {row.id for row in rows})


_PROJECTS = "SELECT invoice_id, project_id FROM invoice_projects WHERE invoice_id IN {} ORDER BY 1, 2"
# What a cancelled invoice listed stays listed, though it may stand on another one by now.
_EXPENSES = (
    "SELECT invoice_id, id FROM expenses WHERE invoice_id IN {} AND deleted_at IS NULL UNION "
    "SELECT n.id, e.id FROM invoice_notes n JOIN json_each(n.cancelled_expenses) j JOIN expenses e ON e.id = j.value "
    "WHERE n.id IN {} AND e.deleted_at IS NULL ORDER BY 1, 2"
)


def _items(collection: Collection[InvoiceItem], kind: str) -> Include[Invoice]:
    sql = f"SELECT invoice_id, id FROM invoice_items WHERE kind = '{kind}' AND invoice_id IN {{}} ORDER BY 1, 2"  # noqa: S608
    return Include(collection.side(), linked_by(sql), f"{kind}_item_ids")


# That cancelled invoices are not pending, and that within_dates looks at the day of creation, are our assumptions.
INVOICES: Collection[Invoice] = Collection(
    name="invoices",
    kind=Invoice,
    alias="i",
    record=invoice_record,
    orders={
        "created_at": "i.created_at",
        "id": "i.id",
        "invoice_date": "i.invoiced_on",
        "updated_at": "i.updated_at",
    },
    default_order="created_at:desc",
    visible=KANTATA_INVOICES,
    filters=changes("i.")
    | reference_filters("invoices", "i")
    | {
        "paid": flag(f"({KANTATA_STATUS}) = 'accepted payment'"),
        "pending": flag(f"i.state <> 'draft' AND ({KANTATA_STATUS}) = 'new'"),
        "without_drafts": flag("i.state <> 'draft'"),
        "user_invoice_number": numbers("coalesce(i.sequence, i.id) IN {}"),
        "within_dates": days("substr(i.created_at, 1, 10)"),
        "workspace_id": numbers("i.id IN (SELECT invoice_id FROM invoice_projects WHERE project_id IN {})"),
    },
    includes={
        "recipient": Include(USERS.side(), linked(lambda row: row.recipient_id)),
        "user": Include(USERS.side(), linked(lambda row: row.creator_id)),
        "workspaces": Include(WORKSPACES.side(), linked_by(_PROJECTS), "workspace_ids"),
        "expenses": Include(EXPENSES.side(), linked_by(_EXPENSES), "expense_ids"),
        "external_references": reference_include("invoices"),
        "additional_items": _items(ADDITIONAL_ITEMS, "additional"),
        "fixed_fee_items": _items(FIXED_FEE_ITEMS, "fixed_fee"),
        "billing_milestones": absent("billing_milestones", "billing_milestone_ids"),
        "time_entries": absent("time_entries", "time_entry_ids"),
    },
    prepare=_prepare,
)
