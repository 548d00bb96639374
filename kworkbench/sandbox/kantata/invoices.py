"""Invoices: list and show. Source: api/kantata.md section 5."""

from __future__ import annotations

from kworkbench.sandbox.books.differences import KANTATA_INVOICES, KANTATA_STATUS, kantata_status
from kworkbench.sandbox.books.model import Invoice
from kworkbench.sandbox.books.moments import whole_seconds
from kworkbench.sandbox.kantata.call import Look
from kworkbench.sandbox.kantata.collection import Collection, Include, Record, Side, linked, linked_by
from kworkbench.sandbox.kantata.expenses import EXPENSES
from kworkbench.sandbox.kantata.filters import changes, days, flag, numbers
from kworkbench.sandbox.kantata.money import base_unit, symbol
from kworkbench.sandbox.kantata.people import USERS
from kworkbench.sandbox.kantata.references import reference_filters, reference_include
from kworkbench.sandbox.kantata.workspaces import WORKSPACES


def status_of(row: Invoice) -> str:
    """`new`, `cancelled` or `accepted payment`."""
    return kantata_status(row.state, paid=row.amount_paid, total=row.amount_total)


def invoice_record(row: Invoice, _look: Look) -> Record:
    """An invoice; `balance_in_cents` is its total whatever was paid (section 5.1)."""
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
        "project_code": None,
        "invoice_date": row.invoiced_on,
        "due_date": row.pay_on,
        "payment_schedule": row.payment_schedule,
        "tax_rate": float(row.tax_rate or 0),
        "user_id": str(row.creator_id),
        "recipient_id": None if row.recipient_id is None else str(row.recipient_id),
        "created_at": whole_seconds(row.created_at),
        "updated_at": whole_seconds(row.updated_at),
    }


def _absent(name: str) -> Include[Invoice]:
    """An association the books keep nothing for."""
    side = Side(name, lambda _look, _ids, _names: {})
    return Include(side, lambda _look, _rows: {}, f"{name.removesuffix('s').replace('entrie', 'entry')}_ids")


_PROJECTS = "SELECT invoice_id, project_id FROM invoice_projects WHERE invoice_id IN {} ORDER BY 1, 2"
_EXPENSES = "SELECT invoice_id, id FROM expenses WHERE invoice_id IN {} AND deleted_at IS NULL ORDER BY 1, 2"

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
        **{
            name: _absent(name)
            for name in ("additional_items", "billing_milestones", "fixed_fee_items", "time_entries")
        },
    },
)
