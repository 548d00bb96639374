"""Sample expense reports: one for each project and person in a month, and what was decided on them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from kworkbench.sandbox.books.money_model import Expense
from kworkbench.sandbox.books.samples.dice import after, chance, moment
from kworkbench.sandbox.books.samples.scenery import Scenery
from kworkbench.sandbox.books.store import Value

FIRST_REPORT = 9001
APPROVAL = {"new": "submitted", "approved": "approved", "rejected": "rejected", "cancelled": "none"}
"""What an expense's approval is by the status of its latest report."""

RESOLUTION = {"approved": "approval", "rejected": "rejection", "cancelled": "cancellation"}


class Reports:
    """Puts expenses on reports. `rows` and `resolutions` hold what the present month needs written."""

    def __init__(self, dice: Random, today: date, scenery: Scenery) -> None:
        self.dice = dice
        self.today = today
        self.approver = scenery.staff[0]
        self.approving = {site.id for site in scenery.sites if site.approvals}
        self.rows: list[tuple[Value, ...]] = []
        self.resolutions: list[tuple[Value, ...]] = []
        self.next_id = FIRST_REPORT

    def forget(self) -> None:
        """Drops what is written."""
        self.rows.clear()
        self.resolutions.clear()

    def submit(self, expenses: list[Expense]) -> list[Expense]:
        """The month's expenses with their reports: only projects that ask for approval have them."""
        open_since = (self.today - timedelta(days=12)).isoformat()
        reports: dict[tuple[int, int], tuple[int, str, str]] = {}
        done = []
        for expense in expenses:
            if expense.project_id not in self.approving:
                done.append(self._without_report(expense))
                continue
            if expense.date >= open_since or chance(self.dice, 0.06):
                done.append(expense)
                continue
            key = (expense.project_id, expense.person_id)
            if key not in reports:
                reports[key] = self._report(expense)
            done.append(self._on_report(expense, *reports[key]))
        return done

    def _without_report(self, expense: Expense) -> Expense:
        if not chance(self.dice, 0.5):
            return expense
        return replace(expense, approval="approved", approver_id=self.approver, approved_at=expense.updated_at)

    def _report(self, expense: Expense) -> tuple[int, str, str]:
        """Writes a report; gives its id, status and the moment it was decided (or handed in)."""
        report_id, self.next_id = self.next_id, self.next_id + 1
        day = date.fromisoformat(expense.created_at[:10])
        handed_in = moment(self.dice, after(self.dice, day, 1, 5, self.today))
        decided = max(handed_in, moment(self.dice, after(self.dice, day, 6, 15, self.today)))
        fresh = expense.date > (self.today - timedelta(days=45)).isoformat()
        status = self.dice.choices(
            ("new", "approved", "rejected", "cancelled"), (60, 30, 8, 2) if fresh else (1, 89, 7, 3)
        )[0]
        title = f"Expenses {expense.date[:7]}"
        changed = handed_in if status == "new" else decided
        self.rows.append((report_id, title, None, status, expense.project_id, expense.person_id, handed_in, changed))
        if status in RESOLUTION:
            reason = "Receipt is missing" if status == "rejected" else None
            self.resolutions.append((report_id, RESOLUTION[status], reason, self.approver, 1, decided, decided))
        return report_id, status, changed

    def _on_report(self, expense: Expense, report_id: int, status: str, changed: str) -> Expense:
        expense = replace(
            expense, report_id=report_id, approval=APPROVAL[status], updated_at=max(changed, expense.updated_at)
        )
        if status == "approved":
            return replace(expense, approver_id=self.approver, approved_at=changed)
        if status == "rejected":
            return replace(
                expense, rejecter_id=self.approver, rejected_at=changed, rejected_reason="Receipt is missing"
            )
        return expense
