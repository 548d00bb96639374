"""The resource types: which row, which attributes, which relationships, what is included unasked.

Closures marked "ours" follow the pattern of the seed, which prints only that of payments.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from kworkbench.sandbox.books.history_model import Activity, Webhook
from kworkbench.sandbox.books.model import Attachment, Company, Deal, Person, Project, Row, Service, ServiceType
from kworkbench.sandbox.books.money_model import Expense, Invoice, InvoiceAttribution, Payment
from kworkbench.sandbox.books.productive_model import (
    DeletedItem,
    DocumentType,
    ExchangeRate,
    LineItem,
    Section,
    Subsidiary,
    TaxRate,
)
from kworkbench.sandbox.productive import history_attributes as history
from kworkbench.sandbox.productive import money_attributes as money
from kworkbench.sandbox.productive import paper_attributes as paper
from kworkbench.sandbox.productive import picker_attributes as picker
from kworkbench.sandbox.productive.loaded import Loaded
from kworkbench.sandbox.productive.wire import Document


@dataclass(frozen=True, slots=True)
class Relation:
    """A relationship. `column` of the row holds the target's id; with `children` that column of the target holds ours.

    With `many` the column holds a JSON list of ids. A relation without target is always empty: the sandbox does not
    keep it. A target that is no type of ours is named, but has no row to include.

    Attributes:
        many: whether it is a to-many relationship.
        later: came after the seed; in the seed's shape only the lists of the resource itself show it (ours).
    """

    name: str
    target: str | None = None
    column: str | None = None
    children: str | None = None
    many: bool = False
    later: bool = False


@dataclass(frozen=True, slots=True)
class ResourceType:
    """One type of resource. `needs`: relations whose rows the attributes read; `closure`: paths included unasked.

    `extras` are attributes that only the lists of the resource itself show, `later` those of the modern shape.
    """

    name: str
    row: type[Row]
    attributes: Callable[[Any, Loaded], Document]
    relations: tuple[Relation, ...]
    needs: tuple[str, ...] = ()
    closure: tuple[str, ...] = ()
    extras: Callable[[Any, Loaded], Document] | None = None
    later: Callable[[Any, Loaded], Document] | None = None
    by_name: dict[str, Relation] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {relation.name: relation for relation in self.relations})


def _one(name: str, target: str, column: str | None = None, *, later: bool = False) -> Relation:
    return Relation(name, target, column or f"{name}_id", later=later)


PAYMENTS = ResourceType(
    "payments",
    Payment,
    money.payment,
    (_one("invoice", "invoices"),),
    needs=("invoice",),
    closure=("invoice.company", "invoice.creator.company", "invoice.document_type", "invoice.attachment"),
    later=money.payment_later,
)
INVOICES = ResourceType(
    "invoices",
    Invoice,
    money.invoice,
    (
        Relation("bill_to"),
        Relation("bill_from"),
        _one("company", "companies"),
        _one("document_type", "document_types"),
        _one("creator", "people"),
        Relation("invoice_attributions", "invoice_attributions", children="invoice_id", many=True),
        _one("attachment", "attachments"),
        _one("subsidiary", "subsidiaries", later=True),
        Relation("bank_account", later=True),
        _one("issuer", "people", later=True),
        _one("parent_invoice", "invoices", later=True),
        Relation("subscribers", "people", "subscribers", many=True, later=True),
    ),
    closure=("company", "creator.company", "document_type", "attachment"),  # ours
    extras=money.invoice_extras,
    later=money.invoice_later,
)
LINE_ITEMS = ResourceType(
    "line_items",
    LineItem,
    paper.line_item,
    (
        _one("invoice", "invoices"),
        _one("service", "services"),
        _one("expense", "expenses"),
        _one("tax_rate", "tax_rates"),
        _one("creator", "people"),
        _one("updater", "people"),
    ),
    needs=("invoice",),
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
        _one("tax_rate", "tax_rates", later=True),
        _one("purchase_order", "purchase_orders", later=True),
        Relation("approval_statuses", many=True, later=True),
    ),
    needs=("tax_rate",),
    closure=("deal", "service_type", "person", "service"),  # ours
    later=money.expense_later,
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
    (_one("deal", "deals"), _one("service_type", "service_types"), _one("section", "sections")),
    needs=("deal",),
)
SECTIONS = ResourceType("sections", Section, paper.section, (_one("deal", "deals"),))
SERVICE_TYPES = ResourceType("service_types", ServiceType, picker.service_type, ())
SUBSIDIARIES = ResourceType(
    "subsidiaries",
    Subsidiary,
    paper.subsidiary,
    (Relation("bill_from"), Relation("default_tax_rate"), Relation("default_document_type")),
)
TAX_RATES = ResourceType("tax_rates", TaxRate, paper.tax_rate, (_one("subsidiary", "subsidiaries"),))
DOCUMENT_TYPES = ResourceType(
    "document_types", DocumentType, paper.document_type, (_one("subsidiary", "subsidiaries"),)
)
EXCHANGE_RATES = ResourceType("exchange_rates", ExchangeRate, paper.exchange_rate, ())
DELETED_ITEMS = ResourceType("deleted_items", DeletedItem, paper.deleted_item, (_one("deleter", "people"),))
ATTACHMENTS = ResourceType(
    "attachments",
    Attachment,
    paper.attachment,
    (
        _one("creator", "people"),
        Relation("expense", "expenses", children="attachment_id"),
        Relation("invoice", "invoices", children="attachment_id"),
    ),
)
MEMBERSHIPS = ResourceType("organization_memberships", Person, picker.membership, (_one("person", "people", "id"),))
ACTIVITIES = ResourceType(
    "activities",
    Activity,
    history.activity,
    (
        _one("creator", "people"),
        _one("company", "companies"),
        _one("deal", "deals"),
        _one("invoice", "invoices"),
        _one("expense", "expenses"),
    ),
    needs=("company", "deal", "invoice"),
)
WEBHOOKS = ResourceType("webhooks", Webhook, history.webhook, ())

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
        SECTIONS,
        SERVICE_TYPES,
        LINE_ITEMS,
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
