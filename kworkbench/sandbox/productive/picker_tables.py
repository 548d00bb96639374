"""The lists behind pickers: filters worth using, one line each (api/productive.md section 12)."""

from __future__ import annotations

from kworkbench.sandbox.productive import resources
from kworkbench.sandbox.productive.filter_table import choice, flag, ids, moment, search, text
from kworkbench.sandbox.productive.list_tables import EXPENSES, INVOICES, PAYMENTS, Listing

COMPANIES = Listing(
    resources.COMPANIES,
    "c",
    "1",
    filters={
        "id": ids("c.id"),
        "name": text("c.name"),
        "vat": text("c.vat"),
        "status": choice(_1="c.archived_at IS NULL", _2="c.archived_at IS NOT NULL"),
        "project_id": ids("id", "c.id IN (SELECT company_id FROM projects WHERE {})"),
        "created_at": moment("c.created_at"),
        "archived_at": moment("c.archived_at"),
        "subsidiary_id": ids("NULL"),
    },
    sorts={"name": "c.name", "created_at": "c.created_at"},
)
PEOPLE = Listing(
    resources.PEOPLE,
    "n",
    "1",
    filters={
        "id": ids("n.id"),
        "email": text("n.email"),
        "query": search("n.first_name || ' ' || n.last_name || ' ' || n.email"),
        "company_id": ids("n.company_id"),
        "role_id": ids("n.role_number"),
        "project_id": ids("project_id", "n.id IN (SELECT person_id FROM memberships WHERE {})"),
        "status": choice(_1="n.deactivated_at IS NULL", _2="n.deactivated_at IS NOT NULL"),
        "person_type": choice(_1="n.is_user", _2="NOT n.is_user", _3="0"),
    },
    sorts={"name": "n.first_name || ' ' || n.last_name", "first_name": "n.first_name", "email": "n.email"},
)
PROJECTS = Listing(
    resources.PROJECTS,
    "r",
    "1",
    filters={
        "id": ids("r.id"),
        "company_id": ids("r.company_id"),
        "responsible_id": ids("r.manager_id"),
        "person_id": ids("person_id", "r.id IN (SELECT project_id FROM memberships WHERE {})"),
        "project_type": choice(_1="0", _2="1"),
        "status": choice(_1="r.archived_at IS NULL", _2="r.archived_at IS NOT NULL"),
        "query": search("r.title"),
    },
    sorts={"name": "r.title", "number": "r.number", "created_at": "r.created_at"},
)
DEALS = Listing(
    resources.DEALS,
    "d",
    "1",
    filters={
        "id": ids("d.id"),
        "company_id": ids("d.company_id"),
        "project_id": ids("d.project_id"),
        "type": choice(_1="d.deal_type = 1", _2="d.deal_type = 2"),
        "budget_status": choice(_1="d.closed_at IS NULL", _2="d.closed_at IS NOT NULL"),
        "subsidiary_id": ids("NULL"),
    },
    sorts={"name": "d.name", "number": "d.number", "created_at": "d.created_at"},
)
SERVICES = Listing(
    resources.SERVICES,
    "s",
    "1",
    filters={
        "id": ids("s.id"),
        "name": text("s.name"),
        "deal_id": ids("s.deal_id"),
        "project_id": ids("d.project_id"),
        "service_type_id": ids("s.service_type_id"),
        "budget_status": choice(_1="d.closed_at IS NULL", _2="d.closed_at IS NOT NULL"),
        "unit": choice(_1="s.unit_id = 1", _2="s.unit_id = 2", _3="s.unit_id = 3"),
        "billing_type": choice(_1="s.billing_type_id = 1", _2="s.billing_type_id = 2", _3="s.billing_type_id = 3"),
        "expense_tracking_enabled": flag("s.expense_tracking_enabled"),
    },
    sorts={"name": "s.name", "position": "s.position"},
    joins={"d": "deals d ON d.id = s.deal_id"},
)
SERVICE_TYPES = Listing(
    resources.SERVICE_TYPES,
    "t",
    "1",
    filters={"id": ids("t.id"), "name": text("t.name"), "description": text("t.description")},
    sorts={"name": "t.name"},
)
MEMBERSHIPS = Listing(
    resources.MEMBERSHIPS,
    "n",
    "n.id = (SELECT owner_id FROM organization)",
    filters={"organization_id": ids("(SELECT id FROM organization)")},
    sorts={},
)

LISTINGS: dict[str, Listing] = {
    listing.kind.name: listing
    for listing in (
        PAYMENTS,
        INVOICES,
        EXPENSES,
        COMPANIES,
        PEOPLE,
        PROJECTS,
        DEALS,
        SERVICES,
        SERVICE_TYPES,
        MEMBERSHIPS,
    )
}
