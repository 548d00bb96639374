"""Expense reports: list, show, hand in, approve, reject, cancel. Source: api/kantata.md sections 6 and 6.1.

Ours: `statuses` takes `pending` for `new`; only a report that is `new` is decided (else 422 on `base`); cancelling
another one's report is not allowed (403); an expense that is invoiced or on an active report is refused with 422.
"""

from __future__ import annotations

from kworkbench.sandbox.books.kantata_model import Mark
from kworkbench.sandbox.books.model import Person, Project
from kworkbench.sandbox.books.moments import whole_seconds
from kworkbench.sandbox.books.money_model import Expense, ExpenseReport, Resolution
from kworkbench.sandbox.books.report_rules import DECISIONS, decide_report, submit_report
from kworkbench.sandbox.kantata.call import Call, Look
from kworkbench.sandbox.kantata.collection import Collection, Include, Record, linked, linked_by
from kworkbench.sandbox.kantata.envelope import envelope
from kworkbench.sandbox.kantata.errors import Problem, forbidden, invalid, not_found, unreadable
from kworkbench.sandbox.kantata.expenses import EXPENSES
from kworkbench.sandbox.kantata.filters import Condition, Filter, changes, either, flag, number, numbers
from kworkbench.sandbox.kantata.helpers import REPORTS, TOTAL
from kworkbench.sandbox.kantata.people import USERS
from kworkbench.sandbox.kantata.reference_writes import keep_reference, read_reference
from kworkbench.sandbox.kantata.references import reference_include
from kworkbench.sandbox.kantata.values import Members, member
from kworkbench.sandbox.kantata.workspaces import WORKSPACES

STATUSES = ("new", "approved", "rejected", "cancelled")
MAX_TITLE = 255


def resolution_record(row: Resolution, _look: Look) -> Record:
    """A decision on a report; its id is a number."""
    return {
        "id": row.id,
        "type": row.type,
        "description": row.description,
        "target_type": "ExpenseReportSubmission",
        "target_id": row.report_id,
        "user_id": row.person_id,
        "current": row.current,
        "created_at": whole_seconds(row.created_at),
        "updated_at": whole_seconds(row.updated_at),
    }


RESOLUTIONS = Collection(
    name="resolutions",
    kind=Resolution,
    alias="o",
    record=resolution_record,
    orders={"id": "o.id"},
    default_order="id:asc",
)


def _statuses() -> Filter:
    """`statuses`: a comma list of words."""

    def read(name: str, value: str, _look: Look) -> Condition:
        words = ["new" if word.strip() == "pending" else word.strip() for word in value.split(",") if word.strip()]
        if not set(words) <= set(STATUSES):
            raise unreadable(f"{name} takes {', '.join(STATUSES)}.")
        return Condition(f"r.status IN ({', '.join('?' * len(words))})", tuple(words))

    return Filter(read)


_EXPENSES = "SELECT report_id, id FROM expenses WHERE report_id IN {} AND deleted_at IS NULL ORDER BY 1, 2"
_RESOLUTIONS = "SELECT report_id, id FROM resolutions WHERE report_id IN {} ORDER BY 1, 2"
_FIRST_DAY = "(SELECT min(date) FROM expenses WHERE report_id = r.id AND deleted_at IS NULL)"

# `date` sorts by the first day an expense on the report is of; that is our reading.
SUBMISSIONS: Collection[ExpenseReport] = Collection(
    name=REPORTS.name,
    kind=ExpenseReport,
    alias="r",
    record=REPORTS.record,
    orders={
        "created_at": "r.created_at",
        "amount": f"({TOTAL.format('r.id')})",
        "date": _FIRST_DAY,
        "status": "r.status",
        "title": "fold(r.title)",
        "workspace_title": "(SELECT fold(title) FROM projects WHERE id = r.project_id)",
    },
    default_order="created_at:desc",
    filters=changes("r.")
    | {
        "all_on_account": either("", "r.person_id = ?", "false"),
        "active": flag("r.status IN ('new', 'approved')"),
        "not_cancelled": flag("r.status <> 'cancelled'"),
        "statuses": _statuses(),
        "user_ids": numbers("r.person_id IN {}"),
        "workspace_id": number("r.project_id = ?"),
        "workspace_ids": numbers("r.project_id IN {}"),
    },
    includes={
        "expenses": Include(EXPENSES.side(), linked_by(_EXPENSES), "expense_ids"),
        "external_references": reference_include(REPORTS.name),
        "resolutions": Include(RESOLUTIONS.side(), linked_by(_RESOLUTIONS), "resolution_ids"),
        "user": Include(USERS.side(), linked(lambda row: row.person_id)),
        "workspace": Include(WORKSPACES.side(), linked(lambda row: row.project_id)),
    },
    prepare=REPORTS.prepare,
)


def create_report(call: Call) -> Record:
    """Hands expenses of one project in.

    Raises:
        Refusal: 422, one entry per problem.
    """
    members = Members(member(call.body, "expense_report_submission"))
    ids = members.ids("line_item_ids", "Line item ids")
    if not ids and not members.problems:
        members.refuse("line_item_ids", "Line items are missing")
    title = members.text("title", "Title", MAX_TITLE)
    if not members.given("title"):
        members.refuse("title", "Title is missing")
    project_id = _workspace(call, members)
    person_id = members.whole("user_id", "User") or call.look.caller
    if call.look.one(Person, person_id) is None:
        members.refuse("user_id", "User does not exist")
    comment, reference = members.text("comment", "Comment"), read_reference(members)
    _check(call, members, ids or [], project_id)
    if members.problems:
        raise invalid(members.problems)
    values = {"title": title, "comment": comment, "project_id": project_id, "person_id": person_id}
    with call.books.transaction():
        report_id = submit_report(call.books, values, ids or [])
        keep_reference(call, REPORTS.name, report_id, reference)
    return _reply(call, report_id)


def resolve(verb: str, call: Call) -> Record:
    """Approves, rejects or cancels a report; `resolution[description]` says why.

    Raises:
        Refusal: 404; 403 when another one's report is to be cancelled; 422 when it is decided already.
    """
    report = call.books.one(ExpenseReport, call.row_id)
    if report is None:
        raise not_found()
    status, _ = DECISIONS[verb]
    if report.status != "new":
        raise invalid([Problem(f"Expense report is {report.status} and cannot be {status}", "base")])
    if verb == "cancel" and report.person_id != call.look.caller:
        raise forbidden("Only the one who handed an expense report in can cancel it.")
    members = Members(member(call.body, "resolution"))
    reason = members.text("description", "Description")
    if members.problems:
        raise invalid(members.problems)
    decide_report(call.books, report, verb, person_id=call.look.caller, reason=reason)
    return _reply(call, report.id)


def _reply(call: Call, report_id: int) -> Record:
    return envelope(SUBMISSIONS, call, call.books.all(ExpenseReport, "WHERE id = ?", (report_id,)))


def _workspace(call: Call, members: Members) -> int | None:
    if not members.given("workspace_id"):
        members.refuse("workspace_id", "Workspace is missing")
        return None
    row_id = members.whole("workspace_id", "Workspace")
    if row_id is not None and call.look.one(Project, row_id) is None:
        members.refuse("workspace_id", "Workspace does not exist")
    return row_id


def _check(call: Call, members: Members, ids: list[int], project_id: int | None) -> None:
    rows = call.books.many(Expense, ids)
    for row_id in ids:
        problem = _unfit(rows.get(row_id), project_id)
        if problem:
            members.refuse("line_item_ids", f"Expense {row_id} {problem}")


def _unfit(row: Expense | None, project_id: int | None) -> str | None:
    """Why an expense cannot be handed in. That all are of one project is documented."""
    if row is None or row.deleted_at is not None:
        return "was not found"
    if project_id is not None and row.project_id != project_id:
        return "belongs to another project"
    if row.invoiced:
        return "is invoiced"
    return "is on an active report" if row.marks & Mark.SUBMITTED else None
