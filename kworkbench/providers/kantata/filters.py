"""Every list filter that Kantata documents for payments, expenses and invoices.

Sources: api/kantata.md sections 3.2, 4.2 and 5.2; paging, `order`, `include` and `optional_fields` are no filters. What
a presence flag leaves out when it is false is our assumption there: nothing, so `no` is all that `yes` is not.
"""

from __future__ import annotations

from kworkbench.domain.catalog import Control, Filter, Option, ValueType

C = Control

_PARTIES = "people and projects"
_ELSEWHERE = "external references"

_ONLY_YES = (Option("yes", "true"),)
_BOTH = (Option("yes", "true"), Option("no", "false"))

_TIMES = (
    Filter("created", "created_after,created_before", C.DATES, "dates", on_cache="created"),
    Filter("updated", "updated_after,updated_before", C.DATES, "dates", on_cache="updated"),
)

_BY_ID = (Filter("id", "only", C.IDS, "by id", on_cache="id"),)

_REFERENCES = (
    Filter("has_ref", "has_external_references", C.YES_NO, _ELSEWHERE, on_cache="has_ref", options=_BOTH),
    Filter("ref_service", "external_reference_service_name", C.TEXT, _ELSEWHERE, on_cache="ref_service"),
    Filter(
        "without_ref_service",
        "without_external_reference_service_name",
        C.TEXT,
        _ELSEWHERE,
        on_cache="ref_service",
        inverse=True,
    ),
    Filter("ref_model", "external_reference_service_model", C.TEXT, _ELSEWHERE, on_cache="ref_model"),
    Filter("ref_id", "external_reference_service_model_ref", C.IDS, _ELSEWHERE, on_cache="ref_id"),
    Filter("ref_ids", "external_reference_service_model_refs", C.IDS, _ELSEWHERE, on_cache="ref_id"),
    Filter(
        "ref_status",
        "external_reference_status",
        C.CHOICE,
        _ELSEWHERE,
        on_cache="ref_status",
        options=(Option("successful", "successful"), Option("failed", "failed"), Option("pending", "pending")),
    ),
    Filter(
        "ref_external_status",
        "external_reference_external_status",
        C.TEXT,
        _ELSEWHERE,
        on_cache="ref_external_status",
    ),
    Filter("ref_message", "external_reference_external_message", C.TEXT, _ELSEWHERE, on_cache="ref_message"),
)

PAYMENTS = (
    *_TIMES,
    Filter("project_id", "workspace_id", C.PICKER, _PARTIES, on_cache="project_id"),
    Filter("creator_id", "user_id", C.PICKER, _PARTIES, on_cache="creator_id"),
    Filter("invoice_id", "invoice_id", C.IDS, "by id", on_cache="invoice_id"),
    *_BY_ID,
)

EXPENSES = (
    Filter("cleared", "approved", C.YES_NO, "status", on_cache="cleared", options=_ONLY_YES),
    Filter("submitted", "submitted,unsubmitted", C.YES_NO, "status", on_cache="submitted"),
    Filter("invoiced", "invoiced,uninvoiced", C.YES_NO, "status", on_cache="invoiced"),
    Filter("reimbursable", "reimbursable", C.YES_NO, "status", on_cache="reimbursable", options=_BOTH),
    Filter(
        "needs_approval", "with_expense_approvals", C.YES_NO, "status", on_cache="needs_approval", options=_ONLY_YES
    ),
    Filter("date", "date_expensed_between", C.DATES, "dates", on_cache="date"),
    *_TIMES,
    Filter(
        "archived",
        "from_archived_workspaces",
        C.YES_NO,
        _PARTIES,
        on_cache="archived",
        hides="false",
        options=(Option("no", "false"), Option("any", "true")),
    ),
    Filter(
        "external",
        "on_my_account",
        C.YES_NO,
        _PARTIES,
        on_cache="external",
        hides="true",
        options=(Option("no", "true"), Option("any", "false")),
    ),
    Filter("project_id", "workspace_id", C.PICKER, _PARTIES, on_cache="project_id"),
    Filter("mine", "mine", C.YES_NO, _PARTIES, on_cache="mine", options=_ONLY_YES),
    Filter("person_id", "created_by", C.PICKER, _PARTIES, on_cache="person_id"),
    *_REFERENCES,
    Filter("in_invoice", "in_active_invoice_id", C.IDS, "by id"),
    Filter("report_id", "with_expense_report_id", C.IDS, "by id", on_cache="report_id"),
    Filter("recent_report_id", "with_recent_expense_report_ids", C.IDS, "by id", on_cache="recent_report_id"),
    *_BY_ID,
)

INVOICES = (
    Filter(
        "settled",
        "paid",
        C.YES_NO,
        "status",
        options=(Option("yes", "true", ("settlement:paid",)), Option("no", "", ("-settlement:paid",))),
    ),
    Filter(
        "awaiting_payment",
        "pending",
        C.YES_NO,
        "status",
        options=(
            Option("yes", "true", ("state:open settlement:unpaid",)),
            Option("no", "", ("-state:open", "-settlement:unpaid")),
        ),
    ),
    Filter(
        "without_drafts",
        "without_drafts",
        C.YES_NO,
        "status",
        options=(Option("yes", "true", ("-state:draft",)), Option("no", "", ("state:draft",))),
    ),
    Filter("within", "within_dates", C.DATES, "dates", on_cache="created"),
    *_TIMES,
    Filter("project_ids", "workspace_id", C.PICKER, _PARTIES, on_cache="project_ids"),
    *_REFERENCES,
    Filter("numbers", "user_invoice_number", C.IDS, "by id", on_cache="number", type=ValueType.ID),
    *_BY_ID,
)
