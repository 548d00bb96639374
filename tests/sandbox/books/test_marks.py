"""What lists read from an expense is kept in step with its project, its report and its vendor by the tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest

from kworkbench.sandbox.books.kantata_model import Mark
from kworkbench.sandbox.books.model import Company, Expense, ExpenseReport, Project
from kworkbench.sandbox.books.store import Books

EXPECTED = """SELECT count(*) FROM expenses e JOIN projects p ON p.id = e.project_id
    LEFT JOIN expense_reports r ON r.id = e.report_id LEFT JOIN companies c ON c.id = e.vendor_id
    WHERE e.vendor_name IS NOT c.name OR e.marks <> (p.archived_at IS NOT NULL) + 2 * p.external
    + 4 * p.require_expense_approvals + CASE r.status WHEN 'new' THEN 8 WHEN 'approved' THEN 24 ELSE 0 END"""


@pytest.fixture
def books() -> Iterator[Books]:
    opened = Books.open(None, today=date(2026, 3, 3), size=300, clock=lambda: datetime(2026, 3, 3, tzinfo=UTC))
    yield opened
    opened.close()


def first(books: Books, where: str) -> Expense:
    return books.all(Expense, f"WHERE {where} ORDER BY id LIMIT 1")[0]


def test_sample_books_are_marked(books: Books) -> None:
    assert books.scalar(EXPECTED) == 0
    assert books.scalar("SELECT count(DISTINCT marks) FROM expenses") > 4


def test_every_change_that_marks_follow(books: Books) -> None:
    row = first(books, "report_id IS NOT NULL AND vendor_id IS NOT NULL AND marks & 8")
    assert Mark(row.marks) & Mark.SUBMITTED
    changes: list[Callable[[], None]] = [
        lambda: books.update(Project, row.project_id, archived_at=books.now()),
        lambda: books.update(Project, row.project_id, external=1, require_expense_approvals=0),
        lambda: books.update(ExpenseReport, row.report_id or 0, status="rejected"),
        lambda: books.update(ExpenseReport, row.report_id or 0, status="new"),
        lambda: books.update(Company, row.vendor_id or 0, name="Renamed"),
        lambda: books.update(Expense, row.id, report_id=None, vendor_id=None),
        lambda: books.update(Expense, row.id, project_id=301),
    ]
    for change in changes:
        before = books.one(Expense, row.id)
        change()
        assert books.scalar(EXPECTED) == 0
        after = books.one(Expense, row.id)
        assert before is not None
        assert after is not None
        assert (before.marks, before.vendor_name) != (after.marks, after.vendor_name)


def test_a_new_expense_is_marked(books: Books) -> None:
    row = first(books, "marks & 4 AND vendor_id IS NOT NULL")
    values = {name: getattr(row, name) for name in row.__slots__ if name not in {"id", "marks", "vendor_name"}}
    made = books.one(Expense, books.insert(Expense, **values))
    assert made is not None
    assert (made.marks, made.vendor_name) == (row.marks, row.vendor_name)
