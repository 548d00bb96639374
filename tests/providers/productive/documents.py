"""Productive documents in the shape of api/productive.md, made here."""

from __future__ import annotations

from collections.abc import Mapping

Document = dict[str, object]

STUB: Document = {"meta": {"included": False}}


def one(kind: str, record_id: object) -> Document:
    return {"data": {"type": kind, "id": record_id}}


def many(kind: str, *ids: str) -> Document:
    return {"data": [{"type": kind, "id": record_id} for record_id in ids]}


def resource(
    kind: str, record_id: object, attributes: Document, relationships: Mapping[str, object] | None = None
) -> Document:
    return {"id": record_id, "type": kind, "attributes": attributes, "relationships": relationships or {}}


def listing(data: list[Document], included: list[Document] | None = None, **meta: object) -> Document:
    figures = {"current_page": 1, "total_pages": 1, "total_count": len(data), "page_size": 200, "max_page_size": 200}
    return {"data": data, "included": included or [], "meta": {**figures, **meta}}


COMPANY = resource("companies", "16", {"name": "Harbour AG", "default_currency": "CHF", "archived_at": None})
PROJECT = resource(
    "projects",
    "7",
    {"name": "Quay wall", "archived_at": "2025-01-01T00:00:00+01:00"},
    {"company": one("companies", "16")},
)
OTHER_PROJECT = resource("projects", "8", {"name": "Crane", "archived_at": None}, {"company": one("companies", "16")})
DEAL = resource(
    "deals",
    "70",
    {"name": "Budget", "currency": "EUR"},
    {"project": one("projects", "7"), "company": one("companies", "16")},
)
OTHER_DEAL = resource("deals", "80", {"name": "Budget 2", "currency": "EUR"}, {"project": one("projects", "8")})
ATTRIBUTION = resource("invoice_attributions", "700", {"amount": 100}, {"budget": one("deals", "70")})
OTHER_ATTRIBUTION = resource("invoice_attributions", "800", {"amount": 100}, {"budget": one("deals", "80")})
PERSON = resource("people", "12", {"first_name": "Ada", "last_name": "Berg", "email": "ada@example.com"})
CATEGORY = resource("service_types", "5", {"name": "Lodging"})
SERVICE = resource(
    "services",
    "50",
    {"name": "Travel", "expense_tracking_enabled": True, "unit_id": 2},
    {"deal": one("deals", "70"), "service_type": one("service_types", "5")},
)


def invoice(record_id: object = "310", *attributions: str, **attributes: object) -> Document:
    figures: Document = {
        "number": "2026-104",
        "subject": "Phase 1",
        "invoiced_on": "2026-02-01",
        "pay_on": "2026-03-01",
        "deleted_at": None,
        "finalized_at": "2026-02-01T10:00:00+01:00",
        "currency": "EUR",
        "amount_with_tax": 125050,
        "amount_paid": 0,
        "amount_written_off": 0,
        "amount_unpaid": 125050,
    }
    links = {"company": one("companies", "16"), "invoice_attributions": many("invoice_attributions", *attributions)}
    return resource("invoices", record_id, figures | attributes, links)


def payment(**attributes: object) -> Document:
    figures: Document = {
        "paid_on": "2026-03-04",
        "written_off_on": None,
        "note": None,
        "currency": "EUR",
        "amount": 10000,
    }
    return resource("payments", "41", figures | attributes, {"invoice": one("invoices", "310")})


def expense(**attributes: object) -> Document:
    figures: Document = {
        "name": "Hotel Basel",
        "date": "2026-03-01",
        "invoiced": False,
        "approved": False,
        "rejected": False,
        "reimbursable": True,
        "currency": "CHF",
        "amount": 10525,
        "billable_amount": 0,
    }
    links = {
        "deal": one("deals", "70"),
        "service_type": one("service_types", "5"),
        "service": one("services", "50"),
        "person": one("people", "12"),
        "attachment": {"data": None},
    }
    return resource("expenses", "902", figures | attributes, links)
