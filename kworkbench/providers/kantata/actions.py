"""What Kantata does with expenses and invoices besides making, changing and deleting them.

Sources: api/kantata.md sections 5 and 6.1. Expenses are decided on by report: one request for all of a report.
"""

from __future__ import annotations

from kworkbench.domain.actions import Action, Endpoint
from kworkbench.domain.catalog import FormField, Lock, ValueType
from kworkbench.domain.records import Values

T = ValueType

_REPORTS = "/expense_report_submissions"
_NO_REPORT = Lock("report_id", None, "It is on no expense report that waits.")
_APPROVED = Lock("approval", "approved", "Its report is approved; Kantata is expected to refuse.")
_SUBMITTED = Lock("approval", "submitted", "On a report that waits; expected to be refused.")
_INVOICED = Lock("invoiced", True, "It is on an invoice; Kantata is expected to refuse.")
_PAID = Lock("settlement", "paid", "It is paid; Kantata is expected to refuse.")
_CANCELLED = Lock("state", "cancelled", "It is cancelled already.")


def _decision(name: str, about: str, expects: Values) -> Action:
    """A decision on whole reports; the gem and the docs send it as `resolution[description]`."""
    return Action(
        f"{name}-report",
        f"{name} report",
        about,
        Endpoint("PUT", f"{_REPORTS}/{{report_id}}/{name}", wrap="resolution"),
        phrase=f"{name} the report of {{}}",
        asks=(FormField("why", "description", T.TEXT, wire=("description",), hint="The person reads it."),),
        locks=(_NO_REPORT, _APPROVED),
        expects=expects,
        together="report_id",
        whole=True,
        other=True,
    )


EXPENSES = (
    Action(
        "submit-report",
        "submit report",
        "hand expenses in as one report for each project",
        Endpoint(
            "POST",
            _REPORTS,
            wrap="expense_report_submission",
            many="line_item_ids",
            also=(("workspace_id", "project_id"),),
        ),
        phrase="submit a report of {}",
        asks=(
            FormField("title", "title", T.TEXT, required=True, default="Expenses", wire=("title",)),
            FormField("comment", "comment", T.TEXT, wire=("comment",)),
        ),
        locks=(_INVOICED, _APPROVED, _SUBMITTED),
        expects={"approval": "submitted"},
        together="project_id",
        other=True,
    ),
    _decision("approve", "approve the whole expense report of these rows", {"approval": "approved"}),
    _decision("reject", "reject the whole expense report of these rows", {"approval": "rejected"}),
    _decision(
        "cancel",
        "take an expense report of your own back; only who handed it in can",
        {"approval": "none", "report_id": None},
    ),
)

INVOICES = (
    Action(
        "issue",
        "issue",
        "issue drafts; their expenses count as invoiced",
        sets={"draft": False},
        locks=(Lock("state", "open", "It is issued already."), _CANCELLED),
        expects={"state": "open"},
        outside=True,
        held=True,
        tells=("recipients",),
    ),
    Action(
        "cancel",
        "cancel",
        "cancel invoices; they stay listed, and what is on them can be invoiced again",
        Endpoint("PUT", "/invoices/{id}/cancel"),
        locks=(
            Lock("state", "draft", "A draft; expected to be refused. Delete it instead."),
            _PAID,
            _CANCELLED,
        ),
        expects={"state": "cancelled", "outstanding": 0},
        held=True,
        tells=("recipients", "payments"),
    ),
)
