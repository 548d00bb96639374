"""External references: their records, and the filters and association of what has them.

Source: api/kantata.md sections 4.2, 5.2 and 6.3.
"""

from __future__ import annotations

from kworkbench.sandbox.books.moments import whole_seconds
from kworkbench.sandbox.books.money_model import ExternalReference
from kworkbench.sandbox.books.store import R
from kworkbench.sandbox.kantata.call import Look
from kworkbench.sandbox.kantata.collection import Collection, Include, Record, linked_by
from kworkbench.sandbox.kantata.filters import Filter, has, lacks, number, text, texts

MAX_REFS = 200

_TEXTS = ("service_name", "service_model", "status", "external_status", "external_message")

_SUBJECTS = {
    "expenses": "Expense",
    "invoices": "Invoice",
    "vendors": "Vendor",
    "roles": "Role",
    "expense_report_submissions": "ExpenseReportSubmission",
}


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
        "created_at": whole_seconds(row.created_at),
        "updated_at": whole_seconds(row.updated_at),
    }


REFERENCES = Collection(
    name="external_references",
    kind=ExternalReference,
    alias="x",
    record=reference_record,
    orders={"id": "x.id"},
    default_order="id:asc",
)


def reference_filters(subject: str, alias: str) -> dict[str, Filter]:
    """The filters of the rows of `subject` (expenses, invoices) whose table is called `alias`."""
    start = f"{alias}.id IN (SELECT x.subject_id FROM external_references x WHERE x.subject_type = '{subject}'"  # noqa: S608
    return {f"external_reference_{name}": text(f"{start} AND x.{name} = ?)") for name in _TEXTS} | {
        "external_reference_service_model_ref": number(f"{start} AND x.service_model_ref = ?)"),
        "external_reference_service_model_refs": texts(f"{start} AND x.service_model_ref IN {{}})", MAX_REFS),
        "has_external_references": has(f"{start})"),
        "without_external_reference_service_name": lacks(f"{start} AND x.service_name = ?)"),
    }


def reference_include(subject: str) -> Include[R]:
    """The association of the rows of `subject` with their references."""
    own = f"subject_type = '{subject}' AND subject_id IN {{}}"
    sql = f"SELECT subject_id, id FROM external_references WHERE {own} ORDER BY 1, 2"  # noqa: S608 - names of ours
    return Include(REFERENCES.side(), linked_by(sql), "external_reference_ids")
