"""The lists behind pickers: filters worth using, one line each (api/productive.md section 12)."""

from __future__ import annotations

from kworkbench.sandbox.productive import resources
from kworkbench.sandbox.productive.filter_table import (
    Filter,
    Kind,
    absent,
    choice,
    day,
    decimal,
    flag,
    ids,
    moment,
    search,
    text,
)
from kworkbench.sandbox.productive.invoice_tables import INVOICES, LINE_ITEMS
from kworkbench.sandbox.productive.list_tables import EXPENSES, PAYMENTS
from kworkbench.sandbox.productive.listing import Listing


def _status(alias: str) -> Filter:
    return choice(_1=f"{alias}.archived_at IS NULL", _2=f"{alias}.archived_at IS NOT NULL")


def _members(of: str, column: str) -> Filter:
    """People of a project; `of` is the expression that holds the project."""
    return ids(column, f"{of} IN (SELECT project_id FROM memberships WHERE {{}})")  # noqa: S608 - names of ours


COMPANIES = Listing(
    resources.COMPANIES,
    "c",
    "1",
    filters={
        "id": ids("c.id"),
        "name": text("c.name"),
        "query": search("c.name", "c.billing_name"),
        "company_code": text("NULL"),
        "last_activity_at": moment("c.updated_at"),
        "vat": text("c.vat"),
        "status": _status("c"),
        "project_id": ids("id", "c.id IN (SELECT company_id FROM projects WHERE {})"),
        "created_at": moment("c.created_at"),
        "archived_at": moment("c.archived_at"),
        "subsidiary_id": absent(),
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
        "query": search("n.first_name", "n.last_name", "n.email"),
        "company_id": ids("n.company_id"),
        "manager_id": absent(),
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
        "person_id": _members("r.id", "person_id"),
        "project_type": choice(_1="0", _2="1"),
        "status": _status("r"),
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
        "query": search("d.name", "d.number"),
        "type": choice(_1="d.deal_type = 1", _2="d.deal_type = 2"),
        "budget_status": choice(_1="d.closed_at IS NULL", _2="d.closed_at IS NOT NULL"),
        "subsidiary_id": absent(),
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
        "person_id": _members("d.project_id", "person_id"),
        "trackable_by_person_id": _members("d.project_id", "person_id"),
        "time_tracking_enabled": flag("(s.unit_id <> 2)"),
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
    filters={
        "id": ids("t.id"),
        "name": text("t.name"),
        "description": text("t.description"),
        "query": search("t.name", "t.description"),
        "person_id": absent(),
    },
    sorts={"name": "t.name"},
)
SUBSIDIARIES = Listing(
    resources.SUBSIDIARIES,
    "u",
    "1",
    filters={"id": ids("u.id"), "status": _status("u")},
    sorts={"name": "u.name"},
)
TAX_RATES = Listing(
    resources.TAX_RATES,
    "x",
    "1",
    filters={
        "id": ids("x.id"),
        "name": text("x.name"),
        "primary_component_name": text("x.primary_name"),
        "primary_component_value": decimal("x.primary_value"),
        "secondary_component_name": text("x.secondary_name"),
        "secondary_component_value": decimal("x.secondary_value"),
        "subsidiary.id": ids("x.subsidiary_id"),
        "subsidiary_id": ids("x.subsidiary_id"),
        "status": _status("x"),
    },
    sorts={"name": "x.name", "subsidiary_name": "u.name"},
    joins={"u": "subsidiaries u ON u.id = x.subsidiary_id"},
)
DOCUMENT_TYPES = Listing(
    resources.DOCUMENT_TYPES,
    "y",
    "1",
    filters={
        "id": ids("y.id"),
        "subsidiary_id": ids("y.subsidiary_id"),
        "exportable_type_id": ids("y.exportable_type_id"),
        "status": _status("y"),
    },
    sorts={"name": "y.name"},
)
EXCHANGE_RATES = Listing(
    resources.EXCHANGE_RATES,
    "f",
    "1",
    filters={
        "date": day("f.date"),
        "out_of_date": flag("(f.date < (SELECT max(date) FROM exchange_rates))"),
    },
    sorts={"date": "f.date"},
)
DELETED_ITEMS = Listing(
    resources.DELETED_ITEMS,
    "g",
    "1",
    filters={
        "id": ids("g.id"),
        "item_type": text("g.item_type"),
        "deleter_id": ids("g.deleter_id"),
        "name": text("g.name"),
        "location": text("g.location"),
        "created_at": moment("g.created_at"),
    },
    sorts={"created_at": "g.created_at", "name": "g.name"},
)
ATTACHMENTS = Listing(
    resources.ATTACHMENTS,
    "a",
    "a.deleted_at IS NULL",
    filters={"id": ids("a.id"), "comment_id": absent(), "page_id": absent(), "task_id": absent()},
    sorts={"created_at": "a.created_at"},
)
MEMBERSHIPS = Listing(
    resources.MEMBERSHIPS,
    "n",
    "n.id = (SELECT owner_id FROM organization)",
    filters={"organization_id": ids("(SELECT id FROM organization)"), "person_id": ids("n.id")},
    sorts={},
)
# What each of the three is about: an invoice's are its payments', too. Comments and e-mails are not kept.
ACTIVITIES = Listing(
    resources.ACTIVITIES,
    "h",
    "1",
    filters={
        "id": ids("h.id"),
        "after": Filter(Kind.MOMENT, "h.created_at", fixed="gt_eq"),
        "before": Filter(Kind.MOMENT, "h.created_at", fixed="lt_eq"),
        "invoice_id": ids("h.invoice_id"),
        "expense_id": ids("h.expense_id"),
        "company_id": ids("h.company_id"),
        "deal_id": ids("h.deal_id"),
        "event": text("h.event"),
        "item_type": text("h.item_type"),
        "type": choice(_1="0", _2="1", _3="0"),
    },
    sorts={"created_at": "h.created_at"},
)
WEBHOOKS = Listing(
    resources.WEBHOOKS,
    "w",
    "1",
    filters={"id": ids("w.id"), "event_id": ids("w.event_id")},
    sorts={"created_at": "w.created_at"},
)

LISTINGS: dict[str, Listing] = {
    listing.kind.name: listing
    for listing in (
        PAYMENTS,
        INVOICES,
        LINE_ITEMS,
        EXPENSES,
        COMPANIES,
        PEOPLE,
        PROJECTS,
        DEALS,
        SERVICES,
        SERVICE_TYPES,
        SUBSIDIARIES,
        TAX_RATES,
        DOCUMENT_TYPES,
        EXCHANGE_RATES,
        DELETED_ITEMS,
        ATTACHMENTS,
        MEMBERSHIPS,
        ACTIVITIES,
        WEBHOOKS,
    )
}
