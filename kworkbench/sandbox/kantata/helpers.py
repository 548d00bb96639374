"""The collections behind side-loads that have no list of their own, or one made elsewhere: receipts and reports.

Source: api/kantata.md section 6.3.
"""

from __future__ import annotations

from collections.abc import Sequence

from kworkbench.sandbox.books.model import Attachment, Person, Project
from kworkbench.sandbox.books.moments import whole_seconds
from kworkbench.sandbox.books.money_model import ExpenseReport, Resolution
from kworkbench.sandbox.kantata.call import Look
from kworkbench.sandbox.kantata.collection import Collection, Record
from kworkbench.sandbox.kantata.money import base_unit, money_text, symbol


def _times(created_at: str, updated_at: str) -> Record:
    return {"created_at": whole_seconds(created_at), "updated_at": whole_seconds(updated_at)}


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


def _creators(look: Look, rows: Sequence[Attachment]) -> None:
    look.warm(Person, {row.creator_id for row in rows})


TOTAL = (
    "SELECT sum(project_amount) FROM expenses INDEXED BY listed_on_report "
    "WHERE report_id = {} AND report_id IS NOT NULL AND deleted_at IS NULL"
)
"""What the expenses of a report come to that it is the latest of, in the project's currency."""


def _prepare(look: Look, rows: Sequence[ExpenseReport]) -> None:
    ids = [row.id for row in rows]
    look.warm(Project, {row.project_id for row in rows})
    look.gather("total", TOTAL.format("value"), ids)
    look.gather("resolution", "SELECT max(id) FROM resolutions WHERE report_id = value AND current", ids)
    look.warm(Resolution, {look.figure("resolution", row_id) for row_id in ids})


def report_record(row: ExpenseReport, look: Look) -> Record:
    """An expense report. That only the one who handed it in cancels it, and resubmits a rejected one, is documented."""
    project = look.one(Project, row.project_id)
    currency = project.currency if project else look.organization.default_currency
    total = look.figure("total", row.id)
    current = look.one(Resolution, look.figure("resolution", row.id))
    waiting, own = row.status == "new", row.person_id == look.caller
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
            "can_cancel_submission": waiting and own,
            "can_reject_submission": waiting,
            "can_resubmit_submission": row.status == "rejected" and own,
        },
        "user_id": str(row.person_id),
        "workspace_id": str(row.project_id),
    } | _times(row.created_at, row.updated_at)


ATTACHMENTS = Collection(
    name="attachments",
    kind=Attachment,
    alias="a",
    record=attachment_record,
    orders={"id": "a.id"},
    default_order="id:asc",
    visible="a.deleted_at IS NULL",
    prepare=_creators,
)

REPORTS = Collection(
    name="expense_report_submissions",
    kind=ExpenseReport,
    alias="r",
    record=report_record,
    orders={"created_at": "r.created_at"},
    default_order="created_at:desc",
    prepare=_prepare,
)
