"""Kantata documents in the shape of api/kantata.md, made here."""

from __future__ import annotations

Document = dict[str, object]


def envelope(name: str, *records: Document, count: int | None = None, **beside: object) -> Document:
    total = len(records) if count is None else count
    pages = -(-total // 200)
    return {
        "count": total,
        "results": [{"key": name, "id": str(record["id"])} for record in records],
        name: {str(record["id"]): record for record in records},
        "meta": {"count": total, "page_count": pages, "page_number": min(1, pages), "page_size": 200},
        **beside,
    }


def payment(**members: object) -> Document:
    return {
        "id": "41",
        "amount_in_cents": 125000,
        "invoice_id": 310,
        "message": "Wire 7781",
        "user_id": 12,
        "workspace_id": 88,
        "created_at": "2026-03-04T09:30:00Z",
        "updated_at": "2026-03-04T09:30:00Z",
        **members,
    }


def invoice(**members: object) -> Document:
    return {
        "id": "310",
        "balance_in_cents": 125000,
        "currency": "EUR",
        "draft": False,
        "status": "new",
        "title": "Invoice #104",
        "user_invoice_number": 104,
        "user_invoice_title": "Phase 1",
        "invoice_date": "2026-02-01",
        "due_date": "2026-03-03",
        "workspace_ids": ["88"],
        "updated_at": "2026-02-01T09:30:00-07:00",
        **members,
    }


def expense(**members: object) -> Document:
    return {
        "id": "902",
        "date": "2026-03-01",
        "category": "Lodging",
        "expense_category_id": "5",
        "amount_in_cents": 22340,
        "currency": "EUR",
        "foreign_exchange_amount": {"source_currency": "CHF", "source_value": 210.5},
        "is_billable": True,
        "is_invoiced": False,
        "reimbursable": True,
        "taxable": None,
        "notes": "Hotel Basel",
        "workspace_id": "88",
        "user_id": "12",
        "receipt_id": None,
        "active_submission_id": None,
        "recent_submission_id": None,
        "updated_at": "2026-03-02T08:00:00Z",
        **members,
    }


WORKSPACE: Document = {
    "id": "88",
    "title": "Harbour rollout",
    "currency": "EUR",
    "archived": False,
    "account_id": 9,
    "client_lead_name": "Mia Holm",
}
OTHER_WORKSPACE: Document = {**WORKSPACE, "id": "89", "title": "Crane", "archived": True, "account_id": "10"}
USER: Document = {"id": "12", "full_name": "Ada Berg", "email_address": "ada@example.com", "account_id": "9"}
