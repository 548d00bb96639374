"""The small collections behind pickers and side-loads. Source: api/kantata.md sections 6 and 6.3."""

from __future__ import annotations

from kworkbench.sandbox.books.model import (
    Attachment,
    ExpenseReport,
    ExternalReference,
    Person,
    Resolution,
    ServiceType,
    Story,
)
from kworkbench.sandbox.books.moments import whole_seconds
from kworkbench.sandbox.kantata.call import Look
from kworkbench.sandbox.kantata.collection import Collection, Record
from kworkbench.sandbox.kantata.filters import changes, either, number, starts
from kworkbench.sandbox.kantata.money import base_unit, money_text, symbol


def _times(created_at: str, updated_at: str) -> Record:
    return {"created_at": whole_seconds(created_at), "updated_at": whole_seconds(updated_at)}


def category_record(row: ServiceType, _look: Look) -> Record:
    """An expense category; archived means softly deleted here."""
    return {
        "id": str(row.id),
        "name": row.name,
        "deleted_at": whole_seconds(row.archived_at) if row.archived_at else None,
    }


def story_record(row: Story, _look: Look) -> Record:
    """A task of a project; only what the books know of it."""
    return {
        "id": str(row.id),
        "title": row.title,
        "story_type": "task",
        "state": "not started",
        "archived": False,
        "billable": True,
        "workspace_id": str(row.project_id),
        "parent_id": None,
        "deleted_at": None,
    } | _times(row.created_at, row.updated_at)


def attachment_record(row: Attachment, look: Look) -> Record:
    """A receipt's file."""
    creator = look.one(Person, row.creator_id)
    return {
        "id": str(row.id),
        "filename": row.filename,
        "filesize": row.size,
        "url": f"/attachments/{row.id}/download",
        "previewable": row.content_type.startswith("image/"),
        "view_in_new_tab": True,
        "viewable": True,
        "deletable": True,
        "creator_name": creator.full_name if creator else None,
        "proof_url": None,
        "deleted_at": whole_seconds(row.deleted_at) if row.deleted_at else None,
    } | _times(row.created_at, row.updated_at)


def report_record(row: ExpenseReport, look: Look) -> Record:
    """An expense report; its total is that of the expenses it is the latest report of, in the project's currency."""
    sum_sql = "SELECT sum(project_amount) FROM expenses WHERE report_id = ? AND deleted_at IS NULL"
    total = look.books.scalar(sum_sql, (row.id,))
    sql = "SELECT currency FROM projects WHERE id = ?"
    currency = str(look.books.connection.execute(sql, (row.project_id,)).fetchone()[0])
    current = next(
        iter(look.books.all(Resolution, "WHERE report_id = ? AND current ORDER BY id DESC", (row.id,))), None
    )
    waiting = row.status == "new"
    return {
        "id": str(row.id),
        "title": row.title,
        "comment": row.comment,
        "status": row.status,
        "type": "ExpenseReportSubmission",
        "resolution_description": current.description if current else None,
        "current_resolution_description": current.description if current else None,
        "current_resolution_creator_id": current.person_id if current else None,
        "current_resolution_created_at_date": whole_seconds(current.created_at) if current else None,
        "line_item_total_in_cents": total,
        "line_item_total_formatted": money_text(total, currency),
        "currency": currency,
        "currency_symbol": symbol(currency),
        "currency_base_unit": base_unit(currency),
        "locked": False,
        "permissions": {
            "can_approve_submission": waiting,
            "can_cancel_submission": waiting,
            "can_reject_submission": waiting,
            "can_resubmit_submission": False,
        },
        "user_id": str(row.person_id),
        "workspace_id": str(row.project_id),
    } | _times(row.created_at, row.updated_at)


_SUBJECTS = {"expenses": "Expense", "invoices": "Invoice"}


def reference_record(row: ExternalReference, _look: Look) -> Record:
    """A record's counterpart in another system."""
    return {
        "id": str(row.id),
        "service_name": row.service_name,
        "service_model": row.service_model,
        "service_model_ref": row.service_model_ref,
        "status": row.status,
        "external_status": row.external_status,
        "external_message": row.external_message,
        "external_link": row.external_link,
        "locked": row.locked,
        "subject_id": row.subject_id,
        "subject_type": _SUBJECTS.get(row.subject_type, row.subject_type),
        "subject_ref": {"key": row.subject_type, "id": str(row.subject_id)},
        "last_synced_at": whole_seconds(row.last_synced_at) if row.last_synced_at else None,
    } | _times(row.created_at, row.updated_at)


CATEGORIES = Collection(
    name="expense_categories",
    kind=ServiceType,
    alias="c",
    record=category_record,
    orders={"alphabetical": "c.name COLLATE NOCASE"},
    default_order="alphabetical:asc",
    filters={
        "matching": starts("c.name"),
        "only_active": either("c.archived_at IS NULL", "", "true"),
    },
)

STORIES = Collection(
    name="stories",
    kind=Story,
    alias="s",
    record=story_record,
    orders={"updated_at": "s.updated_at", "created_at": "s.created_at"},
    default_order="updated_at:desc",
    filters=changes("s.") | {"workspace_id": number("s.project_id = ?")},
    search="s.title LIKE ? ESCAPE '\\'",
)

ATTACHMENTS = Collection(
    name="attachments",
    kind=Attachment,
    alias="a",
    record=attachment_record,
    orders={"id": "a.id"},
    default_order="id:asc",
)

REPORTS = Collection(
    name="expense_report_submissions",
    kind=ExpenseReport,
    alias="r",
    record=report_record,
    orders={"created_at": "r.created_at"},
    default_order="created_at:desc",
)

REFERENCES = Collection(
    name="external_references",
    kind=ExternalReference,
    alias="x",
    record=reference_record,
    orders={"id": "x.id"},
    default_order="id:asc",
)
