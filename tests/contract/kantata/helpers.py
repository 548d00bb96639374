"""Expense reports, receipts and the lists behind pickers."""

from __future__ import annotations

from typing import Any

from tests.contract.kantata.build import MISSING, expense, invalid, post, put
from tests.contract.kantata.build import scenario as case
from tests.contract.kantata.setup import RECEIPT
from tests.contract.steps import Step, delete, get

PENDING = ("new", "pending")


def _report(**members: Any) -> dict[str, Any]:
    body = {"title": "Trip", "workspace_id": "$approvals_workspace", "line_item_ids": ["#spent"], **members}
    return {"expense_report_submission": {name: value for name, value in body.items() if value is not None}}


_SPENT = post("/expenses", expense(workspace_id="$approvals_workspace"), save={"spent": "id"})
_SUBMIT = post("/expense_report_submissions", _report(), save={"report": "id"})


def _resolve(verdict: str, **expected: Any) -> Step:
    body = {"resolution": {"description": f"{verdict}d by hand"}}
    return put(f"/expense_report_submissions/{{report}}/{verdict}", body, **expected)


HELPERS = (
    case(
        "a report is submitted and approved",
        _SPENT,
        post(
            "/expense_report_submissions?include=expenses,user,workspace",
            _report(comment="three nights"),
            values={
                "status": lambda found: found in PENDING,
                "title": "Trip",
                "comment": "three nights",
                "line_item_total_in_cents": 5000,
                "expense_ids": ["$spent"],
                "user_id": "$me_text",
            },
            save={"report": "id"},
        ),
        get("/expenses/{spent}", values={"active_submission_id": "$report", "recent_submission_id": "$report"}),
        get("/expenses?approved=true&only={spent}", values={"/count": 0}),
        put("/expenses/{spent}", {"expense": {"notes": "late"}}, **invalid("base")),
        post("/expense_report_submissions", _report(), status=422, errors=({"type": "validation"},)),
        _resolve("approve", values={"status": "approved", "id": "$report"}),
        get("/expenses?approved=true&only={spent}", values={"/count": 1}),
        get(
            "/expense_report_submissions/{report}?include=resolutions,external_references",
            values={"resolution_ids": lambda found: len(found) == 1},
        ),
        get("/expense_report_submissions?statuses=approved&per_page=1", values={"status": "approved"}),
    ),
    case(
        "a rejected report lets its expenses go",
        _SPENT,
        _SUBMIT,
        _resolve("reject", values={"status": "rejected"}),
        get("/expenses/{spent}", values={"active_submission_id": None, "recent_submission_id": "$report"}),
        put("/expenses/{spent}", {"expense": {"notes": "better"}}, values={"notes": "better"}),
        get("/expenses?with_recent_expense_report_ids={report}", values={"/count": 1}),
        get("/expenses?with_expense_report_id={report}", values={"/count": 0}),
    ),
    case(
        "a report is cancelled, with the resolution as a form",
        _SPENT,
        _SUBMIT,
        put(
            "/expense_report_submissions/{report}/cancel.json",
            b"resolution[description]=a+mistake",
            content_type="application/x-www-form-urlencoded",
            values={"status": "cancelled"},
        ),
        get("/expenses/{spent}", values={"active_submission_id": None}),
        post("/expense_report_submissions", _report(title=None), **invalid("title")),
        put("/expense_report_submissions/987654321/approve", {}, **MISSING),
    ),
    case(
        "a receipt is uploaded, renamed and removed",
        post("/attachments", **RECEIPT, values={"filename": "hotel.txt", "filesize": 11}, save={"file": "id"}),
        put("/attachments/{file}", {"attachment": {"filename": "basel.txt"}}, values={"filename": "basel.txt"}),
        delete("/attachments/{file}"),
        delete("/attachments/{file}", **MISSING),
    ),
    case(
        "categories and vendors are kept",
        post(
            "/expense_categories", {"expense_category": {"name": "Fairs"}}, values={"name": "Fairs"}, save={"c": "id"}
        ),
        put("/expense_categories/{c}", {"expense_category": {"name": "Trade fairs"}}, values={"name": "Trade fairs"}),
        delete("/expense_categories/{c}"),
        get("/expense_categories?matching=Trade", values={"/count": 0}),
        get("/expense_categories?matching=Trade&only_active=false", values={"deleted_at": bool}),
        post("/vendors", {"vendor": {"name": "Print Works"}}, values={"archived": False}, save={"v": "id"}),
        put("/vendors/{v}", {"vendor": {"archived": True}}, values={"archived": True, "name": "Print Works"}),
        get("/vendors?archived=true&order=alphabetical:asc", values={"archived": True}),
        delete("/vendors/{v}"),
    ),
    case(
        "the lists behind pickers",
        get("/users/me", values={"/count": 1, "full_name": bool}, save={"me_id": "id"}),
        get("/users?on_my_account=true&order=alphabetical:asc", values={"/count": lambda found: found > 1}),
        get("/users/{me_id}", values={"id": "$me_id"}),
        get("/roles", values={"name": bool}),
        get("/roles?for_workspace={workspace}", values={"name": bool}),
        get("/roles?for_workspace=987654321", values={"/count": 0}),
        get("/stories?workspace_id={workspace}", values={"title": bool}),
        get("/workspaces?order=title:asc", values={"title": bool, "archived": False}, save={"project": "id"}),
        get("/workspaces/{project}", values={"id": "$project"}),
        get("/workspaces?archived=only", values={"archived": True}),
        get("/workspaces?requiring_expense_approval=true", values={"require_expense_approvals": True}),
        get("/currencies"),
    ),
)
