"""What happens to the books when an expense report is handed in and decided. Source: api/kantata.md section 6.1."""

from __future__ import annotations

from collections.abc import Sequence

from kworkbench.sandbox.books.money_model import Expense, ExpenseReport, Resolution
from kworkbench.sandbox.books.store import Books, Value

DECISIONS = {
    "approve": ("approved", "approval"),
    "reject": ("rejected", "rejection"),
    "cancel": ("cancelled", "cancellation"),
}
"""What each verb makes of a report, and the type of the resolution it leaves."""


def submit_report(books: Books, values: dict[str, Value], expense_ids: Sequence[int]) -> int:
    """Records a report over these expenses and gives its id; `values` are its title, comment, project and person.

    Opens its own transaction.
    """
    now = books.now()
    with books.transaction():
        report_id = books.insert(ExpenseReport, status="new", created_at=now, updated_at=now, **values)
        for expense_id in expense_ids:
            books.update(Expense, expense_id, report_id=report_id, updated_at=now, **_BLANK | {"approval": "submitted"})
    return report_id


def decide_report(books: Books, report: ExpenseReport, verb: str, *, person_id: int, reason: str | None) -> None:
    """Approves, rejects or cancels a report, and its expenses with it. Opens its own transaction."""
    status, kind = DECISIONS[verb]
    now = books.now()
    with books.transaction():
        books.connection.execute("UPDATE resolutions SET current = 0 WHERE report_id = ?", (report.id,))
        books.insert(
            Resolution,
            report_id=report.id,
            type=kind,
            description=reason,
            person_id=person_id,
            created_at=now,
            updated_at=now,
        )
        books.update(ExpenseReport, report.id, status=status, updated_at=now)
        decided = _decided(status, person_id, reason, now)
        for expense in books.all(Expense, "WHERE report_id = ? AND deleted_at IS NULL", (report.id,)):
            books.update(Expense, expense.id, updated_at=now, **decided)


_BLANK: dict[str, Value] = {
    "approver_id": None,
    "approved_at": None,
    "rejecter_id": None,
    "rejected_at": None,
    "rejected_reason": None,
}


def _decided(status: str, person_id: int, reason: str | None, now: str) -> dict[str, Value]:
    """What a decision leaves on each expense."""
    if status == "approved":
        return _BLANK | {"approval": "approved", "approver_id": person_id, "approved_at": now}
    if status == "rejected":
        return _BLANK | {
            "approval": "rejected",
            "rejecter_id": person_id,
            "rejected_at": now,
            "rejected_reason": reason,
        }
    return _BLANK | {"approval": "none"}
