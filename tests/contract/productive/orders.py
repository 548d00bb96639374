"""Every sort key of payments, invoices and expenses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.contract.productive.api import Row, attribute, link
from tests.contract.productive.cases import Of, Order
from tests.contract.productive.expense_filters import deal_of
from tests.contract.productive.filters import I, P, _credit
from tests.contract.productive.world import World

X = "expenses"


def _attribute(name: str) -> Of:
    return lambda _, row: attribute(row, name)


def _number(world: World, row: Row) -> Any:
    return attribute(world.invoice(row), "number")


def _budget(pick: Callable[[World, Row], Any]) -> Of:
    """Something of the only budget of a payment's invoice."""

    def of(world: World, row: Row) -> Any:
        found = world.budgets(world.invoice(row))
        return pick(world, found[0]) if found else None

    return of


def _one_budget(world: World, row: Row) -> bool:
    return len(world.budgets(world.invoice(row))) == 1


def _name(world: World, row: Row) -> Any:
    return attribute(row, "name")


def _linked_name(world: World, row: Row, relationship: str, resource: str) -> Any:
    id_ = link(row, relationship)
    return None if id_ is None else attribute(world.one(resource, id_), "name")


def _company(world: World, deal: Row) -> Any:
    return _linked_name(world, deal, "company", "companies")


def _project(world: World, deal: Row) -> Any:
    return _linked_name(world, deal, "project", "projects")


def _of_deal(pick: Callable[[World, Row], Any]) -> Of:
    return lambda world, row: pick(world, deal_of(world, row))


def _sent(name: str) -> Callable[[World, Row], bool]:
    """Only rows that send the attribute can be compared."""
    return lambda _, row: name in row["attributes"]


def _is_marked(world: World, row: Row) -> bool:
    return _credit(world, row) is not None


PAYMENTS = (
    *(Order(P, name, _attribute(name)) for name in ("amount", "paid_on", "written_off_on", "note")),
    Order(P, "invoice.number", _number),
    Order(P, "invoice_number", _number),
    Order(P, "date", lambda _, row: attribute(row, "paid_on") or attribute(row, "written_off_on")),
    Order(P, "invoice.deal.company.name", _budget(_company), _one_budget),
    Order(P, "invoice.deal.project.name", _budget(_project), _one_budget),
    Order(P, "invoice.deal.name", _budget(_name), _one_budget),
)

_INVOICE_ATTRIBUTES = (
    "amount amount_paid amount_tax amount_with_tax amount_written_off created_at deleted_at delivery_on invoiced_on "
    "last_activity_at number pay_on purchase_order_number sent_on subject"
)

INVOICES = (
    *(Order(I, name, _attribute(name), _sent(name)) for name in _INVOICE_ATTRIBUTES.split()),
    Order(I, "amount_credited", _credit, _is_marked),
    Order(I, "amount_credited_with_tax", _credit, _is_marked),
    Order(I, "credited", lambda w, row: (_credit(w, row) or 0) > 0, _is_marked),
    Order(I, "company_name", lambda world, row: _linked_name(world, row, "company", "companies")),
    Order(I, "custom_fields", lambda *_: None, lambda *_: False),
    Order(I, "discount", lambda _, row: float(found) if (found := attribute(row, "discount")) else None),
)

_EXPENSE_ATTRIBUTES = "name date pay_on paid_on amount billable_amount profit created_at draft"

EXPENSES = (
    *(Order(X, name, _attribute(name), _sent(name)) for name in _EXPENSE_ATTRIBUTES.split()),
    Order(X, "id", lambda _, row: int(row["id"])),
    *(Order(X, name, _of_deal(_name)) for name in ("deal.name", "deal_name")),
    *(Order(X, name, _of_deal(_company)) for name in ("deal.company.name", "deal_company_name")),
    *(Order(X, name, _of_deal(_project)) for name in ("deal.project.name", "deal_project_name")),
    *(
        Order(X, name, lambda world, row: _linked_name(world, row, "service_type", "service_types"))
        for name in ("service_type.name", "service_type_name")
    ),
    Order(X, "service_name", lambda world, row: _linked_name(world, row, "service", "services")),
    *(
        Order(X, name, _attribute(name), _sent(name))
        for name in ("amount_with_tax", "recognized_revenue", "tax_rate_id", "invoicing_status")
    ),
    Order(X, "custom_fields", lambda *_: None, lambda *_: False),
)

ORDERS: tuple[Order, ...] = (*PAYMENTS, *INVOICES, *EXPENSES)
