"""The attributes of what money hangs on: companies, people, projects, budgets, services (api/productive.md 12)."""

from __future__ import annotations

from kworkbench.sandbox.books.model import Company, Deal, Person, Project, Service, ServiceType
from kworkbench.sandbox.productive.loaded import Loaded
from kworkbench.sandbox.productive.wire import Document


def company(row: Company, loaded: Loaded) -> Document:
    """A client, a vendor or the organization's own company, as the seed prints it."""
    return {
        "name": row.name,
        "billing_name": row.billing_name,
        "vat": row.vat,
        "default_currency": row.default_currency,
        "created_at": loaded.moment(row.created_at),
        "archived_at": loaded.moment(row.archived_at),
        "avatar_url": None,
        "invoice_email_recipients": {},
        "custom_fields": None,
        "description": row.description,
        "due_days": row.due_days,
        "tag_list": [],
        "contact": {},
    }


def person(row: Person, loaded: Loaded) -> Document:
    """Staff or a contact, as the seed prints it."""
    return {
        "first_name": row.first_name,
        "last_name": row.last_name,
        "email": row.email,
        "title": row.title,
        "joined_at": loaded.moment(row.joined_at),
        "last_seen_at": loaded.moment(row.last_seen_at),
        "deactivated_at": loaded.moment(row.deactivated_at),
        "archived_at": loaded.moment(row.archived_at),
        "role_id": row.role_number,
        "invited_at": loaded.moment(row.invited_at),
        "is_user": row.is_user,
        "tag_list": [],
        "avatar_url": None,
        "virtual": False,
        "custom_fields": None,
        "autotracking": False,
        "created_at": loaded.moment(row.created_at),
        "placeholder": False,
        "color_id": None,
        "private_custom_reports_used": 0,
        "contact": {},
    }


def project(row: Project, loaded: Loaded) -> Document:
    """A project; all of them are client projects (type 2)."""
    return {
        "name": row.title,
        "number": row.number,
        "project_number": row.number,
        "project_type_id": 2,
        "project_color_id": None,
        "archived_at": loaded.moment(row.archived_at),
        "created_at": loaded.moment(row.created_at),
        "last_activity_at": loaded.moment(row.updated_at),
    }


def deal(row: Deal, loaded: Loaded) -> Document:
    """A budget; `budget` tells it from a deal that is not won yet."""
    return {
        "name": row.name,
        "number": row.number,
        "deal_number": row.number,
        "budget": row.deal_type == 2,
        "currency": row.currency,
        "currency_default": loaded.organization.default_currency,
        "currency_normalized": row.currency,
        "budget_total": row.budget,
        "purchase_order_number": row.purchase_order_number,
        "payment_terms": None,
        "closed_at": loaded.moment(row.closed_at),
        "created_at": loaded.moment(row.created_at),
    }


def service(row: Service, loaded: Loaded) -> Document:
    """What a budget sells; its currency is the budget's."""
    owner = loaded.get(Deal, row.deal_id)
    currency = owner.currency if owner else loaded.organization.default_currency
    return {
        "name": row.name,
        "position": row.position,
        "billable": row.billable,
        "unit_id": row.unit_id,
        "billing_type_id": row.billing_type_id,
        "expense_tracking_enabled": row.expense_tracking_enabled,
        "quantity": row.quantity,
        "currency": currency,
        "currency_default": loaded.organization.default_currency,
        "currency_normalized": currency,
        "price": row.price,
        "created_at": loaded.moment(row.created_at),
    }


def service_type(row: ServiceType, loaded: Loaded) -> Document:
    """An expense category."""
    return {"name": row.name, "description": row.description, "archived_at": loaded.moment(row.archived_at)}


def membership(row: Person, loaded: Loaded) -> Document:
    """The seat of a person in the organization."""
    return {
        "role_id": row.role_number,
        "joined_at": loaded.moment(row.joined_at),
        "created_at": loaded.moment(row.created_at),
    }
