"""The resource types: which row, which attributes, which relationships, what is included unasked.

Closures marked "ours" follow the pattern of the seed, which prints only that of payments.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from kworkbench.sandbox.books.model import (
    Attachment,
    Company,
    Deal,
    Expense,
    Invoice,
    InvoiceAttribution,
    Payment,
    Person,
    Project,
    Row,
    Service,
    ServiceType,
)
from kworkbench.sandbox.productive import money_attributes as money
from kworkbench.sandbox.productive import picker_attributes as picker
from kworkbench.sandbox.productive.loaded import Loaded
from kworkbench.sandbox.productive.wire import Document


@dataclass(frozen=True, slots=True)
class Relation:
    """A relationship. `column` of the row holds the target's id; with `children` that column of the target holds ours.

    A relation without target is always null: the sandbox does not keep it.
    """

    name: str
    target: str | None = None
    column: str | None = None
    children: str | None = None


@dataclass(frozen=True, slots=True)
class ResourceType:
    """One type of resource. `needs`: relations whose rows the attributes read; `closure`: paths included unasked."""

    name: str
    row: type[Row]
    attributes: Callable[[Any, Loaded], Document]
    relations: tuple[Relation, ...]
    needs: tuple[str, ...] = ()
    closure: tuple[str, ...] = ()
    extras: Callable[[Any, Loaded], Document] | None = None
    by_name: dict[str, Relation] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {relation.name: relation for relation in self.relations})


def _one(name: str, target: str, column: str | None = None) -> Relation:
    return Relation(name, target, column or f"{name}_id")


PAYMENTS = ResourceType(
    "payments",
    Payment,
    money.payment,
    (_one("invoice", "invoices"),),
    needs=("invoice",),
    closure=("invoice.company", "invoice.creator.company"),
)
INVOICES = ResourceType(
    "invoices",
    Invoice,
    money.invoice,
    (
        Relation("bill_to"),
        Relation("bill_from"),
        _one("company", "companies"),
        Relation("document_type"),
        _one("creator", "people"),
        Relation("invoice_attributions", "invoice_attributions", children="invoice_id"),
        Relation("attachment"),
    ),
    closure=("company", "creator.company"),  # ours
    extras=money.invoice_extras,
)
ATTRIBUTIONS = ResourceType(
    "invoice_attributions",
    InvoiceAttribution,
    money.attribution,
    (_one("invoice", "invoices"), _one("budget", "deals", "deal_id")),
    needs=("invoice",),
)
EXPENSES = ResourceType(
    "expenses",
    Expense,
    money.expense,
    (
        _one("deal", "deals"),
        _one("service_type", "service_types"),
        _one("person", "people"),
        _one("creator", "people"),
        _one("approver", "people"),
        _one("rejecter", "people"),
        _one("vendor", "companies"),
        _one("service", "services"),
        _one("attachment", "attachments"),
    ),
    closure=("deal", "service_type", "person", "service"),  # ours
)
COMPANIES = ResourceType("companies", Company, picker.company, (Relation("bill_to"),))
PEOPLE = ResourceType("people", Person, picker.person, (_one("company", "companies"), Relation("subsidiary")))
PROJECTS = ResourceType(
    "projects",
    Project,
    picker.project,
    (_one("company", "companies"), _one("project_manager", "people", "manager_id"), Relation("workflow")),
)
DEALS = ResourceType("deals", Deal, picker.deal, (_one("company", "companies"), _one("project", "projects")))
SERVICES = ResourceType(
    "services",
    Service,
    picker.service,
    (_one("deal", "deals"), _one("service_type", "service_types"), Relation("section")),
    needs=("deal",),
)
SERVICE_TYPES = ResourceType("service_types", ServiceType, picker.service_type, ())
ATTACHMENTS = ResourceType("attachments", Attachment, picker.attachment, (_one("creator", "people"),))
MEMBERSHIPS = ResourceType("organization_memberships", Person, picker.membership, (_one("person", "people", "id"),))

TYPES: dict[str, ResourceType] = {
    one.name: one
    for one in (
        PAYMENTS,
        INVOICES,
        ATTRIBUTIONS,
        EXPENSES,
        COMPANIES,
        PEOPLE,
        PROJECTS,
        DEALS,
        SERVICES,
        SERVICE_TYPES,
        ATTACHMENTS,
        MEMBERSHIPS,
    )
}
