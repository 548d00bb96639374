"""Expenses: list and show. Source: api/kantata.md sections 4.1 and 4.2."""

from __future__ import annotations

from kworkbench.domain.money import decimal_text
from kworkbench.sandbox.books.differences import KANTATA_EXPENSES
from kworkbench.sandbox.books.kantata_model import Mark
from kworkbench.sandbox.books.moments import whole_seconds
from kworkbench.sandbox.books.money_model import Expense
from kworkbench.sandbox.kantata.budgets import BUDGETS
from kworkbench.sandbox.kantata.call import Look
from kworkbench.sandbox.kantata.collection import Collection, Include, Record, linked
from kworkbench.sandbox.kantata.filters import Condition, Filter, changes, days, either, flag, number, numbers, whole
from kworkbench.sandbox.kantata.helpers import ATTACHMENTS, REPORTS
from kworkbench.sandbox.kantata.money import base_unit, symbol
from kworkbench.sandbox.kantata.people import USERS
from kworkbench.sandbox.kantata.pickers import CATEGORIES, ROLES, VENDORS
from kworkbench.sandbox.kantata.references import reference_filters, reference_include
from kworkbench.sandbox.kantata.stories import STORIES
from kworkbench.sandbox.kantata.workspaces import WORKSPACES


def expense_record(row: Expense, _look: Look) -> Record:
    """An expense in its project's currency."""
    return {
        "id": str(row.id),
        "amount_in_cents": row.project_amount,
        "category": row.category,
        "currency": row.project_currency,
        "currency_symbol": symbol(row.project_currency),
        "currency_base_unit": base_unit(row.project_currency),
        "date": row.date,
        "foreign_exchange_amount": _foreign(row),
        "is_billable": row.billable,
        "is_invoiced": row.invoiced,
        "notes": row.name,
        "reimbursable": row.reimbursable,
        "taxable": row.taxable,
        "workspace_id": str(row.project_id),
        "user_id": str(row.person_id),
        "story_id": _id(row.story_id),
        "active_submission_id": _id(active_report(row)),
        "recent_submission_id": _id(row.report_id),
        "created_at": whole_seconds(row.created_at),
        "updated_at": whole_seconds(row.updated_at),
    }


def _foreign(row: Expense) -> Record:
    if row.currency == row.project_currency:
        return {}
    return {
        "date": f"{row.exchange_date}T00:00:00Z",
        "rate": float(row.project_rate),
        "source_currency": row.currency,
        "source_value": float(decimal_text(row.total, row.currency)),
    }


def active_report(row: Expense) -> int | None:
    """The id of the report the expense stands on while that is new or approved."""
    return row.report_id if row.marks & Mark.SUBMITTED else None


def _id(row_id: int | None) -> str | None:
    return None if row_id is None else str(row_id)


# The plus keeps SQLite from looking row by row at the many that are invoiced; one index holds all that is asked.
_INVOICED = "+e.invoice_id IS NOT NULL"


def _invoice_of() -> Filter:
    """`in_active_invoice_id`: an id, or true/false for on any or on none (our assumption)."""

    def read(name: str, value: str, _look: Look) -> Condition:
        lower = value.lower()
        if lower in ("true", "false"):
            return Condition(_INVOICED if lower == "true" else "e.invoice_id IS NULL")
        return Condition("e.invoice_id = ?", (whole(name, value),))

    return Filter(read)


# That created_by looks at the expense's user and with_expense_approvals at the project are our assumptions.
EXPENSES: Collection[Expense] = Collection(
    name="expenses",
    kind=Expense,
    alias="e",
    record=expense_record,
    orders={
        "amount": "e.project_amount",
        "category": "e.category",
        "created_at": "e.created_at",
        "date": "e.date",
        "notes": "e.name",
        "vendor_name": "e.vendor_name",
    },
    default_order="date:desc",
    visible=KANTATA_EXPENSES,
    filters=changes("e.")
    | reference_filters("expenses", "e")
    | {
        "approved": flag(f"e.marks & {Mark.APPROVED:d} OR NOT e.marks & {Mark.NEEDS_APPROVAL:d}"),
        "created_by": number("e.person_id = ?"),
        "date_expensed_between": days("e.date"),
        "from_archived_workspaces": either("", f"NOT e.marks & {Mark.ARCHIVED:d}", "false"),
        "on_my_account": either(f"NOT e.marks & {Mark.EXTERNAL:d}", "", "true"),
        "in_active_invoice_id": _invoice_of(),
        "invoiced": flag(_INVOICED),
        "uninvoiced": flag("e.invoice_id IS NULL"),
        "submitted": flag(f"e.marks & {Mark.SUBMITTED:d}"),
        "unsubmitted": flag(f"NOT e.marks & {Mark.SUBMITTED:d}"),
        "mine": flag("e.person_id = ?"),
        "reimbursable": either("e.reimbursable", "NOT e.reimbursable"),
        "with_expense_approvals": flag(f"e.marks & {Mark.NEEDS_APPROVAL:d}"),
        "with_expense_report_id": number(f"e.report_id = ? AND e.marks & {Mark.SUBMITTED:d}"),
        "with_recent_expense_report_ids": numbers("e.report_id IN {}"),
        "workspace_id": number("e.project_id = ?"),
    },
    includes={
        "active_submission": Include(
            REPORTS.side(),
            linked(active_report),
        ),
        "recent_submission": Include(REPORTS.side(), linked(lambda row: row.report_id)),
        "expense_category": Include(CATEGORIES.side(), linked(lambda row: row.service_type_id), "expense_category_id"),
        "external_references": reference_include("expenses"),
        "receipt": Include(ATTACHMENTS.side(), linked(lambda row: row.attachment_id), "receipt_id"),
        "role": Include(ROLES.side(), linked(lambda row: row.role_id), "role_id"),
        "expense_budget": Include(BUDGETS.side(), linked(lambda row: row.expense_budget_id), "expense_budget_id"),
        "story": Include(STORIES.side(), linked(lambda row: row.story_id)),
        "user": Include(USERS.side(), linked(lambda row: row.person_id)),
        "vendor": Include(VENDORS.side(), linked(lambda row: row.vendor_id), "vendor_id"),
        "workspace": Include(WORKSPACES.side(), linked(lambda row: row.project_id)),
    },
    optional={"user_can_edit": lambda row, _look: not row.invoiced and active_report(row) is None},
    walks={
        "date": "listed_by_date",
        "created_at": "listed_by_created",
        "amount": "listed_by_amount",
        "notes": "listed_by_notes",
        "category": "listed_by_category",
        "category:desc": "listed_by_category_down",
        "vendor_name": "listed_by_vendor",
        "vendor_name:desc": "listed_by_vendor_down",
    },
)
