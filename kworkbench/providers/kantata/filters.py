"""Every list filter that Kantata documents for payments, expenses and invoices.

Sources: api/kantata.md sections 3.2, 4.2 and 5.2; paging, `order`, `include` and `optional_fields` are no filters.
"""

from __future__ import annotations

from kworkbench.domain.catalog import Control, Filter

C = Control

_TIMES = (
    Filter("created", "created_after,created_before", C.DATES, "dates"),
    Filter("updated", "updated_after,updated_before", C.DATES, "dates"),
)

_BY_ID = (Filter("only", "only", C.IDS, "by id", on_cache="id"),)

_REFERENCES = (
    Filter("ref-service", "external_reference_service_name", C.TEXT, "external references"),
    Filter("ref-model", "external_reference_service_model", C.TEXT, "external references"),
    Filter("ref-id", "external_reference_service_model_ref", C.TEXT, "external references"),
    Filter("ref-ids", "external_reference_service_model_refs", C.IDS, "external references"),
    Filter(
        "ref-status",
        "external_reference_status",
        C.CHOICE,
        "external references",
        choices=(("successful", "successful"), ("failed", "fail"), ("pending", "pending")),
    ),
    Filter("ref-external-status", "external_reference_external_status", C.TEXT, "external references"),
    Filter("ref-message", "external_reference_external_message", C.TEXT, "external references"),
    Filter("has-ref", "has_external_references", C.YES_NO, "external references"),
    Filter("without-ref-service", "without_external_reference_service_name", C.TEXT, "external references"),
)

PAYMENTS = (
    *_TIMES,
    Filter("project_id", "workspace_id", C.PICKER, "people and projects", on_cache="project_id"),
    Filter("user_id", "user_id", C.PICKER, "people and projects"),
    Filter("invoice_id", "invoice_id", C.IDS, "by id", on_cache="invoice_id"),
    *_BY_ID,
)

EXPENSES = (
    Filter("on-approved-report", "approved", C.YES_NO, "status"),
    Filter("submitted", "submitted,unsubmitted", C.YES_NO, "status"),
    Filter("invoiced", "invoiced,uninvoiced", C.YES_NO, "status", on_cache="invoiced"),
    Filter("reimbursable", "reimbursable", C.YES_NO, "status", on_cache="reimbursable"),
    Filter("needs-approval", "with_expense_approvals", C.YES_NO, "status"),
    Filter("date", "date_expensed_between", C.DATES, "dates", on_cache="date"),
    *_TIMES,
    Filter("archived", "from_archived_workspaces", C.YES_NO, "people and projects", on_cache="archived", hides="false"),
    Filter("external", "on_my_account", C.YES_NO, "people and projects", on_cache="external", hides="true"),
    Filter("project_id", "workspace_id", C.PICKER, "people and projects", on_cache="project_id"),
    Filter("mine", "mine", C.YES_NO, "people and projects"),
    Filter("created-by", "created_by", C.PICKER, "people and projects"),
    *_REFERENCES,
    Filter("in-invoice", "in_active_invoice_id", C.IDS, "by id"),
    Filter("report", "with_expense_report_id", C.IDS, "by id"),
    Filter("recent-report", "with_recent_expense_report_ids", C.IDS, "by id"),
    *_BY_ID,
)

INVOICES = (
    Filter("paid", "paid", C.YES_NO, "status"),
    Filter("awaiting-payment", "pending", C.YES_NO, "status"),
    Filter("without-drafts", "without_drafts", C.YES_NO, "status"),
    Filter("within", "within_dates", C.DATES, "dates"),
    *_TIMES,
    Filter("project_id", "workspace_id", C.PICKER, "people and projects"),
    *_REFERENCES,
    Filter("numbers", "user_invoice_number", C.IDS, "by id", on_cache="number"),
    *_BY_ID,
)
