"""The standing part of the sample books: the firm, its people, clients, vendors, projects, budgets and services."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from kworkbench.sandbox.books.model import (
    Company,
    Deal,
    Organization,
    Person,
    Project,
    Role,
    Service,
    ServiceType,
    Story,
)
from kworkbench.sandbox.books.samples import names
from kworkbench.sandbox.books.samples.dice import DAYS, chance, moment, pick, scaled, stream
from kworkbench.sandbox.books.store import Books, Value

OWN, FIRST_CLIENT, FIRST_PERSON, FIRST_PROJECT, FIRST_DEAL = 101, 111, 201, 301, 401


@dataclass(frozen=True, slots=True)
class Client:
    """A client as the other parts need it; `lead_id` is the person invoices go to. `tax` in percent."""

    id: int
    lead_id: int
    currency: str
    tax: str
    days: int


@dataclass(frozen=True, slots=True)
class Site:
    """A project as the other parts need it, with its budgets and, by category id, the service expenses hang on."""

    id: int
    client: Client
    deals: tuple[int, ...]
    services: dict[int, int]
    members: tuple[int, ...]
    stories: tuple[int, ...]
    approvals: bool
    started: date
    ended: date | None

    def runs(self, first: date, last: date) -> bool:
        """Whether work went on all through these days."""
        return self.started <= first and (self.ended is None or last <= self.ended)


@dataclass(frozen=True, slots=True)
class Scenery:
    """What the books stand on."""

    clients: tuple[Client, ...]
    sites: tuple[Site, ...]
    staff: tuple[int, ...]
    vendors: tuple[int, ...]
    roles: tuple[int, ...]


def write_scenery(books: Books, size: int) -> Scenery:
    """Writes everything that is neither invoice nor payment nor expense."""
    dice = stream(books.seed, books.today, "scenery")
    born = moment(dice, books.today - timedelta(days=DAYS + 30))
    names_of_clients = list(_client_names(dice, scaled(12, size, 12)))
    clients = tuple(
        Client(FIRST_CLIENT + place, FIRST_PERSON + len(names.STAFF) + place, name.currency, name.tax, name.days)
        for place, name in enumerate(names_of_clients)
    )
    roles = _roles(books, born)
    vendors = _companies(books, names_of_clients, born)
    staff = _people(books, names_of_clients, clients, roles, born)
    _categories(books, born)
    sites = tuple(_sites(books, dice, clients, staff, scaled(40, size, 40)))
    books.insert(
        Organization,
        id=names.ORGANIZATION_ID,
        name=names.ORGANIZATION,
        default_currency="EUR",
        company_id=OWN,
        owner_id=staff[2],
        offset_minutes=60,
        expense_approvals=1,
    )
    return Scenery(clients, sites, staff, vendors, roles)


def _client_names(dice: Random, count: int) -> Iterator[names.ClientName]:
    yield from names.CLIENTS[:count]
    for number in range(count - len(names.CLIENTS)):
        model = names.CLIENTS[number % len(names.CLIENTS)]
        first, last = pick(dice, names.MORE_CLIENTS_FIRST), pick(dice, names.MORE_CLIENTS_LAST)
        first_name, last_name = pick(dice, names.CLIENTS).first_name, pick(dice, names.CLIENTS).last_name
        yield names.ClientName(
            f"{first} {last} {number + 1}",
            model.currency,
            model.tax,
            model.days,
            first_name,
            last_name,
            f"client{number + 1}.example",
        )


def _roles(books: Books, born: str) -> tuple[int, ...]:
    return tuple(books.insert(Role, name=name, created_at=born, updated_at=born) for name in names.ROLES)


def _companies(books: Books, clients: list[names.ClientName], born: str) -> tuple[int, ...]:
    books.insert(
        Company,
        id=OWN,
        kind="own",
        name=names.ORGANIZATION,
        default_currency="EUR",
        created_at=born,
        updated_at=born,
    )
    for place, client in enumerate(clients):
        books.insert(
            Company,
            id=FIRST_CLIENT + place,
            kind="client",
            name=client.name,
            billing_name=client.name,
            vat=f"VAT {40 + place}0{place * 7 % 97:02}19" if float(client.tax) else None,
            default_currency=client.currency,
            due_days=client.days,
            created_at=born,
            updated_at=born,
        )
    return tuple(
        books.insert(Company, kind="vendor", name=name, created_at=born, updated_at=born) for name in names.VENDORS
    )


def _people(
    books: Books,
    names_of_clients: list[names.ClientName],
    clients: tuple[Client, ...],
    roles: tuple[int, ...],
    born: str,
) -> tuple[int, ...]:
    staff = []
    for place, (first, last, title) in enumerate(names.STAFF):
        staff.append(FIRST_PERSON + place)
        left = f"{books.today - timedelta(days=200)}T16:00:00.000Z" if place == len(names.STAFF) - 1 else None
        books.insert(
            Person,
            id=FIRST_PERSON + place,
            first_name=first,
            last_name=last,
            email=f"person{place + 1}@harbourfinch.example",
            title=title,
            company_id=OWN,
            role_id=roles[place % len(roles)],
            joined_at=born,
            last_seen_at=left or f"{books.today - timedelta(days=1)}T15:{place:02}:00.000Z",
            deactivated_at=left,
            created_at=born,
            updated_at=born,
        )
    for client, name in zip(clients, names_of_clients, strict=True):
        books.insert(
            Person,
            id=client.lead_id,
            first_name=name.first_name,
            last_name=name.last_name,
            email=f"ap@{name.domain}",
            title="Client",
            company_id=client.id,
            is_user=0,
            created_at=born,
            updated_at=born,
        )
    return tuple(staff)


def _categories(books: Books, born: str) -> None:
    for name, description in names.CATEGORIES:
        books.insert(ServiceType, name=name, description=description, created_at=born, updated_at=born)
    gone = f"{books.today - timedelta(days=400)}T09:00:00.000Z"
    books.insert(ServiceType, name="Fax", description=None, archived_at=gone, created_at=born, updated_at=gone)


def _sites(
    books: Books, dice: Random, clients: tuple[Client, ...], staff: tuple[int, ...], count: int
) -> Iterator[Site]:
    next_deal = FIRST_DEAL
    for place in range(count):
        deals = tuple(range(next_deal, next_deal + (2 if chance(dice, 0.15) else 1)))
        next_deal += len(deals)
        yield _site(books, dice, place, clients, deals, staff)


def _site(
    books: Books, dice: Random, place: int, clients: tuple[Client, ...], deals: tuple[int, ...], staff: tuple[int, ...]
) -> Site:
    client = clients[place % len(clients)]
    project_id = FIRST_PROJECT + place
    start, end = _span(books.today, place, len(clients))
    born = moment(dice, start)
    approvals = chance(dice, 0.5)
    title = names.PROJECTS[place % len(names.PROJECTS)]
    books.insert(
        Project,
        id=project_id,
        number=str(4400 + place),
        title=title if place < len(names.PROJECTS) else f"{title} {place // len(names.PROJECTS) + 1}",
        company_id=client.id,
        currency=client.currency,
        external=int(place % 40 in {8, 19, 31, 38}),
        require_expense_approvals=int(approvals),
        client_lead_id=client.lead_id,
        manager_id=staff[3 + place % (len(staff) - 4)],
        start_date=start.isoformat(),
        due_date=end.isoformat() if end else None,
        archived_at=f"{end + timedelta(days=30 + place % 9)}T10:00:00.000Z" if end else None,
        created_at=born,
        updated_at=born,
    )
    members = tuple(sorted({staff[2], *dice.sample(staff[:-1], 5)}))
    rows = ((project_id, person) for person in (*members, client.lead_id))
    books.connection.executemany("INSERT INTO memberships (project_id, person_id) VALUES (?, ?)", rows)
    services: dict[int, int] = {}
    for step, deal in enumerate(deals):
        services = _deal(books, project_id, client, deal, step, born)
    stories = tuple(
        books.insert(Story, project_id=project_id, title=name, created_at=born, updated_at=born)
        for name in names.STORIES
    )
    return Site(project_id, client, deals, services, members, stories, approvals, start, end)


def _span(today: date, place: int, clients: int) -> tuple[date, date | None]:
    """First and last day of a project: one of each client runs all the years, the others begin one after another.

    Six of the others have ended, and are archived a month later.
    """
    if place < clients:
        return today - timedelta(days=DAYS + 29 - place % 20), None
    turn = (place - clients) % 28
    start = today - timedelta(days=DAYS + 15 - turn * 30)
    return start, start + timedelta(days=190 + turn % 5 * 30) if turn in {1, 5, 9, 14, 18, 22} else None


def _deal(books: Books, project_id: int, client: Client, deal_id: int, step: int, born: str) -> dict[int, int]:
    """Writes a budget with a service by the hour and one for each category; gives the latter by category id."""
    books.insert(
        Deal,
        id=deal_id,
        name=f"Phase {step + 1}",
        number=str(deal_id),
        project_id=project_id,
        company_id=client.id,
        currency=client.currency,
        budget=5_000_000,
        created_at=born,
        updated_at=born,
    )
    common: dict[str, Value] = {"deal_id": deal_id, "created_at": born, "updated_at": born}
    books.insert(Service, name="Design", service_type_id=1, unit_id=1, expense_tracking_enabled=0, **common)
    return {
        category: books.insert(Service, name=name, service_type_id=category, position=category + 1, **common)
        for category, (name, _) in enumerate(names.CATEGORIES, start=1)
    }
