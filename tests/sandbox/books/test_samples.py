"""The sample books: what the specification counts, and that chance is reproducible."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from kworkbench.sandbox.books import differences
from kworkbench.sandbox.books.money_model import Expense, ExpenseReport, Invoice, Payment
from kworkbench.sandbox.books.rules import settle
from kworkbench.sandbox.books.store import Books

TODAY = date(2026, 3, 3)


def sample(size: int = 3000, seed: int = 1, today: date = TODAY) -> Books:
    return Books.open(None, seed=seed, today=today, size=size, clock=lambda: datetime(2026, 3, 3, 9, 40, tzinfo=UTC))


def dump(books: Books) -> list[str]:
    lines = [line for line in books.connection.iterdump() if '"meta"' not in line]
    books.close()
    return lines


@pytest.fixture(scope="module")
def books() -> Iterator[Books]:
    opened = sample()
    yield opened
    opened.close()


def count(books: Books, sql: str) -> int:
    return books.scalar(f"SELECT count(*) FROM {sql}")  # noqa: S608 - texts of this test


def test_the_same_seed_and_day_make_the_same_books() -> None:
    assert dump(sample(60)) == dump(sample(60))
    assert dump(sample(60)) != dump(sample(60, seed=2))
    assert dump(sample(60)) != dump(sample(60, today=date(2026, 3, 4)))


@pytest.mark.parametrize(
    ("what", "least", "most"),
    [
        ("companies WHERE kind = 'client'", 12, 12),
        ("projects", 40, 40),
        ("projects WHERE archived_at IS NOT NULL", 3, 10),
        ("projects WHERE external", 3, 10),
        ("(SELECT DISTINCT currency FROM invoices)", 5, 5),
        ("invoices", 400, 400),
        ("payments", 890, 930),
        ("expenses", 3000, 3000),
        ("invoices WHERE state = 'draft'", 3, 3),
        ("invoices WHERE state = 'cancelled'", 7, 7),
        ("invoices WHERE state = 'cancelled' AND amount_paid > 0", 1, 4),
        ("invoices WHERE kind = 'credit-note'", 5, 10),
        ("invoices WHERE state = 'open' AND kind = 'invoice' AND amount_unpaid > 0", 38, 38),
        ("invoices WHERE state = 'open' AND kind = 'invoice' AND amount_unpaid > 0 AND pay_on < '2026-03-03'", 26, 26),
        ("invoices WHERE state = 'open' AND amount_unpaid > 0 AND amount_paid > 0", 8, 14),
        ("invoices WHERE kind = 'invoice' AND amount_unpaid < 0", 3, 3),
        ("invoices WHERE amount_written_off <> 0 AND amount_unpaid = 0", 5, 5),
        ("(SELECT invoice_id FROM invoice_projects GROUP BY 1 HAVING count(*) > 1)", 10, 40),
        ("payments WHERE invoice_id IS NULL", 15, 60),
        ("invoices WHERE number GLOB 'INV-1[0-9][0-9][0-9]'", 380, 400),
        ("invoices WHERE number IS NULL", 1, 2),
        ("expenses WHERE attachment_id IS NOT NULL", 2000, 2800),
        ("expenses WHERE currency <> project_currency", 200, 500),
        ("expenses WHERE approval = 'submitted'", 20, 200),
        ("expenses WHERE approval = 'rejected'", 50, 300),
        ("expenses WHERE invoice_id IS NOT NULL", 800, 2000),
        ("expense_reports", 200, 900),
    ],
)
def test_the_books_hold_what_the_specification_counts(books: Books, what: str, least: int, most: int) -> None:
    assert least <= count(books, what) <= most


def test_there_are_possible_duplicates(books: Books) -> None:
    pairs = """expenses a JOIN expenses b ON a.id < b.id AND a.project_id = b.project_id AND a.amount = b.amount
        AND a.currency = b.currency AND abs(julianday(a.date) - julianday(b.date)) <= 3"""
    assert count(books, pairs) >= 20


def test_nothing_dangles(books: Books) -> None:
    assert books.connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_everything_happened_before_today(books: Books) -> None:
    for table, names in {
        "expenses": "date created_at updated_at approved_at reimbursed_on paid_on",
        "payments": "paid_on written_off_on created_at updated_at",
        "invoices": "invoiced_on created_at updated_at paid_on cancelled_at",
        "expense_reports": "created_at updated_at",
    }.items():
        for name in names.split():
            assert count(books, f"{table} WHERE {name} >= '2026-03-03'") == 0, (table, name)
    assert count(books, "expenses WHERE date < '2023-02-28'") == 0


def test_every_invoice_is_settled_by_its_payments(books: Books) -> None:
    for invoice in books.all(Invoice):
        result = settle(invoice.amount_total, books.all(Payment, "WHERE invoice_id = ?", (invoice.id,)))
        kept = (invoice.amount_paid, invoice.amount_written_off, invoice.amount_unpaid, invoice.paid_on)
        assert kept == (result.paid, result.written_off, result.unpaid, result.paid_on)
        assert invoice.amount_total == invoice.amount_net + invoice.amount_tax
        parts = "SELECT sum(amount) FROM invoice_attributions WHERE invoice_id = ?"
        assert books.scalar(parts, (invoice.id,)) == invoice.amount_net


def test_every_invoice_is_the_sum_of_its_lines(books: Books) -> None:
    wrong = """invoices i WHERE (i.amount_net, i.amount_tax) IS NOT (SELECT sum(l.amount), sum(l.amount_tax)
        FROM line_items l WHERE l.invoice_id = i.id)"""
    assert count(books, wrong) == 0
    apart = """invoice_attributions a WHERE a.amount IS NOT (SELECT sum(l.amount) FROM line_items l
        JOIN services s ON s.id = l.service_id WHERE l.invoice_id = a.invoice_id AND s.deal_id = a.deal_id)"""
    assert count(books, apart) == 0
    lined = "line_items l JOIN expenses e ON e.id = l.expense_id AND e.invoice_id = l.invoice_id"
    assert count(books, lined) == count(books, "expenses WHERE invoice_id IS NOT NULL") > 0


def test_expenses_agree_with_their_reports_and_invoices(books: Books) -> None:
    states = {report.id: report.status for report in books.all(ExpenseReport)}
    approval = {"new": "submitted", "approved": "approved", "rejected": "rejected", "cancelled": "none"}
    for expense in books.all(Expense):
        if expense.report_id is not None:
            assert expense.approval == approval[states[expense.report_id]]
        assert expense.billable is (expense.billable_amount != 0)
    wrong = """expenses e JOIN invoices i ON i.id = e.invoice_id WHERE e.date > i.invoiced_on
        OR e.project_id NOT IN (SELECT project_id FROM invoice_projects WHERE invoice_id = i.id)"""
    assert count(books, wrong) == 0


@pytest.mark.parametrize(
    ("what", "wrong"),
    [
        (
            "an expense or invoice outside the life of its project",
            """(SELECT e.date AS day, e.project_id FROM expenses e UNION ALL SELECT i.invoiced_on, x.project_id
            FROM invoices i JOIN invoice_projects x ON x.invoice_id = i.id) d JOIN projects p ON p.id = d.project_id
            WHERE d.day < p.start_date OR d.day > substr(p.archived_at, 1, 10)""",
        ),
        (
            "an invoice or money on a weekend",
            """(SELECT invoiced_on AS day FROM invoices
            UNION ALL SELECT coalesce(paid_on, written_off_on) FROM payments)
            WHERE strftime('%w', day) IN ('0', '6')""",
        ),
        (
            "more expenses on an invoice than it bills",
            """(SELECT i.id FROM expenses e JOIN invoices i ON i.id = e.invoice_id
            GROUP BY i.id HAVING sum(e.project_amount) > i.amount_net)""",
        ),
        (
            "a credit note for another client, or over more than it credits",
            """invoices n JOIN invoices i ON i.id = n.parent_invoice_id
            WHERE n.company_id <> i.company_id OR -n.amount_total > i.amount_total OR n.invoiced_on < i.invoiced_on""",
        ),
        (
            "a client without a running project",
            """companies c WHERE kind = 'client' AND NOT EXISTS
            (SELECT 1 FROM projects WHERE company_id = c.id AND archived_at IS NULL)""",
        ),
        (
            "an archived project that never cost anything",
            """projects p WHERE archived_at IS NOT NULL AND NOT EXISTS
            (SELECT 1 FROM invoice_projects WHERE project_id = p.id)""",
        ),
        (
            "money before its invoice",
            """payments p JOIN invoices i ON i.id = p.invoice_id
            WHERE p.paid_on < i.invoiced_on OR p.written_off_on < i.pay_on""",
        ),
    ],
)
def test_a_bookkeeper_finds_nothing_odd(books: Books, what: str, wrong: str) -> None:
    assert count(books, wrong) == 0, what


def test_what_was_exported_has_its_reference(books: Books) -> None:
    for table in ("invoices", "expenses"):
        exported = count(books, f"{table} WHERE exported_at IS NOT NULL")
        of_table = f"external_references WHERE subject_type = '{table}'"
        assert exported == count(books, of_table) > 100
        assert 0 < count(books, f"{of_table} AND status = 'failed'") < exported // 10


def test_texts_are_awkward(books: Books) -> None:
    names = "".join(expense.name for expense in books.all(Expense))
    assert {unicodedata.category(char) for char in names} >= {"Mn", "Cf", "Cc", "Lo"}
    assert {unicodedata.bidirectional(char) for char in names} >= {"R", "AL", "RLO"}
    for part in ('"', "[/]", "\x1b[", "=1+1", "会食"):
        assert part in names
    assert count(books, "payments WHERE length(note) > 255") == 0


def test_other_sizes_scale_what_hangs_on_them() -> None:
    small, large = sample(30), sample(6500)
    assert [count(one, "expenses") for one in (small, large)] == [30, 6500]
    assert count(large, "invoices") == 867
    assert count(large, "projects") == 87
    first_bill = (TODAY - timedelta(days=365 * 3 + 3)).isoformat()
    early = f"projects WHERE archived_at IS NULL AND start_date < '{first_bill}' AND company_id = c.id"
    late = f"companies c WHERE kind = 'client' AND NOT EXISTS (SELECT 1 FROM {early})"  # noqa: S608 - texts of this test
    assert count(large, late) == 0
    assert count(small, "projects") == 40
    small.close()
    large.close()


@pytest.mark.parametrize("size", [1, 40, 200])
@pytest.mark.parametrize("today", [date(1980, 1, 1), date(2024, 2, 29), date(2026, 3, 1), date(2199, 12, 31)])
def test_any_seed_day_and_size_make_books(today: date, size: int) -> None:
    books = sample(size, seed=size * today.year, today=today)
    assert count(books, "expenses") == size
    assert books.connection.execute("PRAGMA foreign_key_check").fetchall() == []
    books.close()


def test_the_dialects_show_what_the_table_of_differences_says(books: Books) -> None:
    hidden = count(books, "payments") - count(books, f"payments p WHERE {differences.KANTATA_PAYMENTS}")
    of_invoice = "payments p LEFT JOIN invoices i ON i.id = p.invoice_id"
    assert hidden == count(books, f"{of_invoice} WHERE written_off_on IS NOT NULL OR kind = 'credit-note'")
    assert count(books, f"invoices i WHERE {differences.KANTATA_INVOICES} AND kind = 'credit-note'") == 0
    for invoice in books.all(Invoice, "WHERE kind = 'invoice'"):
        word = differences.kantata_status(invoice.state, paid=invoice.amount_paid, total=invoice.amount_total)
        assert count(books, f"invoices i WHERE id = {invoice.id} AND {differences.KANTATA_STATUS} = '{word}'") == 1
        if invoice.state == "open" and 0 < invoice.amount_paid < invoice.amount_total:
            assert word == "new"
    topics = [one.fact for one in differences.DIFFERENCES]
    assert len(topics) == len(set(topics))
