"""What only Productive shows of the sample books: subsidiaries, tax rates, document types, invoice lines, credits.

Nothing here throws dice, so the rest of the books stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby

from kworkbench.sandbox.books.productive_model import DocumentType, ExchangeRate, LineItem, Subsidiary, TaxRate
from kworkbench.sandbox.books.samples import names
from kworkbench.sandbox.books.samples.dice import DAYS
from kworkbench.sandbox.books.samples.plan import Planned
from kworkbench.sandbox.books.store import Books, Value

SUBSIDIARIES = ("Harbour & Finch Studio GmbH", "Harbour & Finch (UK) Ltd", "Harbour & Finch Print")
"""The last of them is archived."""

MORE_TAX_RATES = (("Reverse charge", "0.0", None), ("VAT 25% (until 2019)", "25.0", None), ("GST + PST", "5.0", "7.0"))
DOCUMENT_TYPES = (("Invoice", 1, "en"), ("Credit note", 1, "en"), ("Rechnung", 1, "de"))
COMMON_LINE = ("position", "unit_id", "quantity")

# The tables have no indexes yet; what is grouped gets one of its own, a subquery for each row would walk all services.
_PARTS = """
    WITH first AS (SELECT deal_id, min(id) AS id FROM services GROUP BY deal_id),
    spent AS (
        SELECT invoice_id, project_id, sum(project_amount) AS amount FROM expenses
        WHERE invoice_id IS NOT NULL GROUP BY 1, 2
    ),
    parts AS (
        SELECT a.invoice_id, a.id AS part, NULL AS expense_id, i.subject AS text, f.id AS service_id,
            a.amount - coalesce(x.amount, 0) AS amount
        FROM invoice_attributions a JOIN invoices i ON i.id = a.invoice_id JOIN deals d ON d.id = a.deal_id
        LEFT JOIN first f ON f.deal_id = a.deal_id
        LEFT JOIN spent x ON x.invoice_id = a.invoice_id AND x.project_id = d.project_id
        UNION ALL
        SELECT a.invoice_id, a.id, e.id, e.name, iif(e.deal_id = a.deal_id, e.service_id, f.id), e.project_amount
        FROM expenses e JOIN deals d ON d.project_id = e.project_id
        JOIN invoice_attributions a ON a.invoice_id = e.invoice_id AND a.deal_id = d.id
        LEFT JOIN first f ON f.deal_id = a.deal_id
    )
    SELECT p.invoice_id, p.expense_id, p.text, p.service_id, p.amount,
        i.amount_net, i.amount_tax, i.tax_rate, i.creator_id, i.created_at
    FROM parts p JOIN invoices i ON i.id = p.invoice_id WHERE p.amount <> 0
    ORDER BY p.invoice_id, p.part, p.expense_id
"""
_LINE = (
    "invoice_id expense_id description service_id unit_price amount creator_id tax_rate_id tax_name tax_value "
    "amount_tax taxable kind manual_entry created_at updated_at"
).split()
_SECTIONS = """
    INSERT INTO sections (deal_id, name, position, created_at, updated_at)
    SELECT d.id, s.column2, s.column1, d.created_at, d.created_at
    FROM deals d JOIN (VALUES (1, 'Work'), (2, 'Travel'), (3, 'Third-party costs')) s WHERE d.id % 3 = 0 ORDER BY 1, 3
"""
_IN_SECTIONS = """
    UPDATE services SET section_id = x.id FROM sections x
    WHERE x.deal_id = services.deal_id AND x.position =
        CASE WHEN NOT services.expense_tracking_enabled THEN 1 WHEN services.service_type_id <= 3 THEN 2 ELSE 3 END
"""


def productive_head(planned: Planned, creator_id: int) -> dict[str, Value]:
    """The columns of an invoice that only Productive shows."""
    return {
        "subsidiary_id": 2 if planned.place % 4 == 3 else 1,
        "issuer_id": creator_id,
        "tags": '["retainer"]' if planned.place % 10 == 4 else "[]",
        "credited_net": 0,
        "credited_total": 0,
        "subscribers": "[]",
        "custom_fields": {1: '{"7001": "North"}', 5: '{"7001": "South", "7002": 3}'}.get(planned.place % 20),
        "invoicing_method": {4: 3, 7: 2}.get(planned.place % 10, 1),
    }


def write_paperwork(books: Books) -> None:
    """Writes what stands beside invoices that are there already."""
    born = f"{books.today - timedelta(days=DAYS + 30)}T09:00:00.000Z"
    rates = _standing(books, born)
    for statement in (_SECTIONS, _IN_SECTIONS):
        books.connection.execute(statement)
    books.insert_many(LineItem, (*COMMON_LINE, *_LINE), _lines(books, rates))
    # Both dialects' credit notes have one parent at most.
    books.connection.execute(
        "UPDATE invoices SET credited_net = -n.net, credited_total = -n.total FROM (SELECT parent_invoice_id AS parent,"
        " sum(amount_net) AS net, sum(amount_total) AS total FROM invoices WHERE kind = 'credit-note' GROUP BY 1) n"
        " WHERE invoices.id = n.parent"
    )


def _standing(books: Books, born: str) -> dict[str, int]:
    """Writes the pickers; gives the id of the tax rate of each percentage."""
    now: dict[str, Value] = {"created_at": born, "updated_at": born}
    gone = f"{books.today - timedelta(days=300)}T09:00:00.000Z"
    for place, name in enumerate(SUBSIDIARIES):
        archived = gone if place == 2 else None
        books.insert(Subsidiary, name=name, invoice_number_format="INV-{number}", archived_at=archived, **now)
    percentages = sorted({client.tax for client in names.CLIENTS if float(client.tax)}, key=float)
    rows = [(f"VAT {value.removesuffix('.0')}%", value, None) for value in percentages]
    found: dict[str, int] = {}
    for name, value, more in (*rows, *MORE_TAX_RATES):
        found[value] = books.insert(
            TaxRate,
            name=name,
            primary_name="GST" if more else "VAT",
            primary_value=value,
            secondary_name="PST" if more else None,
            secondary_value=more,
            subsidiary_id=1,
            archived_at=gone if value == "25.0" else None,
            **now,
        )
    for place, (name, kind, locale) in enumerate(DOCUMENT_TYPES):
        archived = gone if place == 2 else None
        books.insert(
            DocumentType,
            name=name,
            exportable_type_id=kind,
            locale=locale,
            subsidiary_id=1,
            archived_at=archived,
            footer="Thank you.",
            **now,
        )
    for months in range(36, -1, -1):
        books.insert(ExchangeRate, date=_day_of(books.today, months))
    return found


def _day_of(today: date, months: int) -> str:
    return (today - timedelta(days=30 * months)).isoformat()


def _lines(books: Books, rates: dict[str, int]) -> Iterator[tuple[Value, ...]]:
    """A line for each expense on an invoice, one for the rest of each budget; the last bears what rounding leaves."""
    for _, parts in groupby(books.connection.execute(_PARTS), key=lambda row: int(row[0])):
        left: int | None = None
        whole = list(parts)
        for place, row in enumerate(whole, start=1):
            invoice, expense, text, service, amount, net, tax, percent, creator, at = row
            left = tax if left is None else left
            share = left if place == len(whole) else tax * amount // net
            left -= share
            rate = (rates[percent], "VAT", percent) if tax else (rates["0.0"], None, "0.0")
            kind = "additional" if expense or invoice % 5 == 0 else "fixed_fee"
            head = (invoice, expense, text, service, amount, amount, creator)
            yield (place, 1, "1.0", *head, *rate, share, int(tax != 0), kind, int(expense is None), at, at)
