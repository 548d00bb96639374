"""The rows of the firm's side of the books: one frozen dataclass per table, its fields the table's columns in order.

Money is in minor units of the row's `currency` unless `schema.py` says otherwise. Days are ISO texts, moments UTC
texts. How to read and write them: `store.Books` (`one`, `all`, `insert`, `update`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol


class Row(Protocol):
    """What every row has: its table's name and a whole id."""

    TABLE: ClassVar[str]

    @property
    def id(self) -> int:
        """Unique in its table."""
        ...


@dataclass(frozen=True, slots=True)
class Organization:
    """The one organization whose books these are. `owner_id` is the person that the token belongs to."""

    TABLE: ClassVar[str] = "organization"
    id: int
    name: str
    default_currency: str
    company_id: int
    owner_id: int
    offset_minutes: int
    expense_approvals: bool


@dataclass(frozen=True, slots=True)
class Company:
    """The organization itself, a client or a vendor (`kind`: own, client, vendor)."""

    TABLE: ClassVar[str] = "companies"
    id: int
    kind: str
    name: str
    billing_name: str | None
    vat: str | None
    default_currency: str | None
    description: str | None
    due_days: int | None
    archived_at: str | None
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class Role:
    """A role a person works in (Kantata only)."""

    TABLE: ClassVar[str] = "roles"
    id: int
    name: str
    deleted_at: str | None
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class Person:
    """Staff who sign in (`is_user`) or a contact at a client."""

    TABLE: ClassVar[str] = "people"
    id: int
    first_name: str
    last_name: str
    email: str
    title: str | None
    company_id: int
    role_id: int | None
    role_number: int
    is_user: bool
    joined_at: str | None
    last_seen_at: str | None
    invited_at: str | None
    deactivated_at: str | None
    archived_at: str | None
    created_at: str
    updated_at: str

    @property
    def full_name(self) -> str:
        """First and last name with a space between."""
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True, slots=True)
class Project:
    """A project of a client; Kantata's workspace. Its client there is `client_lead_id`."""

    TABLE: ClassVar[str] = "projects"
    id: int
    number: str
    title: str
    description: str | None
    company_id: int
    currency: str
    external: bool
    require_expense_approvals: bool
    client_lead_id: int | None
    manager_id: int | None
    start_date: str | None
    due_date: str | None
    archived_at: str | None
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class Story:
    """A task of a project (Kantata only). `story_type`: task, deliverable, milestone, issue; `todo`: a personal one."""

    TABLE: ClassVar[str] = "stories"
    id: int
    project_id: int
    parent_id: int | None
    title: str
    description: str | None
    story_type: str
    state: str
    priority: int
    position: int
    start_date: str | None
    due_date: str | None
    billable: bool
    time_trackable: bool
    todo: bool
    archived: bool
    deleted_at: str | None
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class Deal:
    """A project's budget (Productive). `budget` is in minor units of `currency`, which is the project's."""

    TABLE: ClassVar[str] = "deals"
    id: int
    name: str
    number: str
    deal_type: int
    project_id: int
    company_id: int
    currency: str
    budget: int
    purchase_order_number: str | None
    closed_at: str | None
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class ServiceType:
    """An expense category of either vendor."""

    TABLE: ClassVar[str] = "service_types"
    id: int
    name: str
    description: str | None
    archived_at: str | None
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class Service:
    """What a budget sells (Productive); expenses hang on those with unit piece (2) that track expenses."""

    TABLE: ClassVar[str] = "services"
    id: int
    name: str
    deal_id: int
    service_type_id: int
    position: int
    unit_id: int
    billing_type_id: int
    billable: bool
    expense_tracking_enabled: bool
    price: int
    quantity: str
    created_at: str
    updated_at: str
    section_id: int | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A receipt; `size` in bytes."""

    TABLE: ClassVar[str] = "attachments"
    id: int
    kind: str
    filename: str
    content_type: str
    size: int
    creator_id: int | None
    deleted_at: str | None
    created_at: str
    updated_at: str


FIRM_ROWS: tuple[type[Row], ...] = (
    Organization, Company, Role, Person, Project, Story, Deal, ServiceType, Service, Attachment,
)  # fmt: skip
