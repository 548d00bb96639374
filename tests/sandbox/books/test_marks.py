"""What lists read from an expense is kept in step by the tables: with its project, report, invoice, vendor and tax."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest

from kworkbench.sandbox.books.kantata_model import Mark
from kworkbench.sandbox.books.model import Company, Project
from kworkbench.sandbox.books.money_model import Expense, ExpenseReport, Invoice
from kworkbench.sandbox.books.productive_model import TaxRate
from kworkbench.sandbox.books.store import Books

EXPECTED = """SELECT count(*) FROM expenses e JOIN projects p ON p.id = e.project_id
    LEFT JOIN expense_reports r ON r.id = e.report_id LEFT JOIN companies c ON c.id = e.vendor_id
    LEFT JOIN invoices i ON i.id = e.invoice_id
    LEFT JOIN tax_rates t ON t.id = e.tax_rate_id AND coalesce(e.tax_inclusion, '') <> 'inclusive'
    WHERE e.vendor_name IS NOT c.name OR e.folded <> fold(e.name)
    OR e.tax_parts <> coalesce(CAST(t.primary_value * 10000 AS INTEGER), 0)
    OR e.marks <> (p.archived_at IS NOT NULL) + 2 * p.external
    + 4 * p.require_expense_approvals + CASE r.status WHEN 'new' THEN 8 WHEN 'approved' THEN 24 ELSE 0 END
    + CASE WHEN i.state IS NULL THEN 0 WHEN i.state = 'draft' THEN 32 ELSE 64 END"""
KEPT = ("marks", "vendor_name", "folded", "tax_parts")


@pytest.fixture
def books() -> Iterator[Books]:
    opened = Books.open(None, today=date(2026, 3, 3), size=300, clock=lambda: datetime(2026, 3, 3, tzinfo=UTC))
    yield opened
    opened.close()


def first(books: Books, where: str) -> Expense:
    return books.all(Expense, f"WHERE {where} ORDER BY id LIMIT 1")[0]


def kept(row: Expense) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in KEPT)


def test_sample_books_are_marked(books: Books) -> None:
    assert books.scalar(EXPECTED) == 0
    assert books.scalar("SELECT count(DISTINCT marks) FROM expenses") > 4


def test_every_change_that_marks_follow(books: Books) -> None:
    free = "tax_rate_id IS NULL AND invoice_id IS NULL"
    row = first(books, f"report_id IS NOT NULL AND vendor_id IS NOT NULL AND marks & 8 AND {free}")
    invoice = books.all(Invoice, "WHERE state = 'open' ORDER BY id LIMIT 1")[0]
    tax = books.all(TaxRate, "WHERE secondary_value IS NULL ORDER BY id LIMIT 1")[0]
    assert Mark(row.marks) & Mark.SUBMITTED
    changes: list[Callable[[], None]] = [
        lambda: books.update(Project, row.project_id, archived_at=books.now()),
        lambda: books.update(Project, row.project_id, external=1, require_expense_approvals=0),
        lambda: books.update(ExpenseReport, row.report_id or 0, status="rejected"),
        lambda: books.update(ExpenseReport, row.report_id or 0, status="new"),
        lambda: books.update(Company, row.vendor_id or 0, name="Renamed"),
        lambda: books.update(Expense, row.id, invoice_id=invoice.id),
        lambda: books.update(Invoice, invoice.id, state="draft"),
        lambda: books.update(Expense, row.id, name="ÅNGSTRÖM"),
        lambda: books.update(Expense, row.id, tax_rate_id=tax.id, tax_inclusion="exclusive"),
        lambda: books.update(TaxRate, tax.id, primary_value="12.5"),
        lambda: books.update(Expense, row.id, tax_inclusion="inclusive"),
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
        assert kept(before) != kept(after)


def test_a_new_expense_is_marked(books: Books) -> None:
    row = first(books, "marks & 4 AND vendor_id IS NOT NULL")
    values = {name: getattr(row, name) for name in row.__slots__ if name not in {"id", *KEPT}}
    made = books.one(Expense, books.insert(Expense, **values))
    assert made is not None
    assert kept(made) == kept(row)
