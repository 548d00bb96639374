"""Orders and associations of payments, expenses and invoices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.contract.documented import data
from tests.contract.kantata.api import Row
from tests.contract.kantata.cases import Bad, Include, Order
from tests.contract.kantata.filters import bad_of
from tests.contract.kantata.world import World, moment

RESOURCES: tuple[str, ...] = ("external_payments", "expenses", "invoices")

BAD: tuple[Bad, ...] = tuple(
    case for name in RESOURCES for case in bad_of(name, data("kantata")["resources"][name]["filters"])
)


def _at(field: str) -> Callable[[World, Row], Any]:
    return lambda _, row: moment(row[field])


def _id(_world: World, row: Row) -> int:
    return int(row["id"])


def _plain(field: str) -> Callable[[World, Row], Any]:
    return lambda _, row: row[field]


def _vendor(world: World, row: Row) -> str | None:
    return world.side("expenses", "vendors")[row["vendor_id"]]["name"] if row["vendor_id"] else None


_PAYMENTS = (("created_at", _at("created_at")), ("id", _id), ("updated_at", _at("updated_at")))
_EXPENSES = (
    ("amount", _plain("amount_in_cents")),
    ("category", _plain("category")),
    ("created_at", _at("created_at")),
    ("date", _plain("date")),
    ("notes", _plain("notes")),
    ("vendor_name", _vendor),
)
_INVOICES = (*_PAYMENTS, ("invoice_date", _plain("invoice_date")))

ORDERS: tuple[Order, ...] = tuple(
    Order(resource, name, of)
    for resource, orders in zip(RESOURCES, (_PAYMENTS, _EXPENSES, _INVOICES), strict=True)
    for name, of in orders
)

_LINKS = {
    "external_references": "external_reference_ids",
    "workspaces": "workspace_ids",
    "expenses": "expense_ids",
    "time_entries": "time_entry_ids",
    "fixed_fee_items": "fixed_fee_item_ids",
    "additional_items": "additional_item_ids",
    "billing_milestones": "billing_milestone_ids",
}
_NOT_MADE_HERE = ("time_entries", "billing_milestones", "role")
"""Associations of which a client of these routes cannot make one."""

INCLUDES: tuple[Include, ...] = tuple(
    Include(resource, name, collection, _LINKS.get(name, f"{name}_id"), linked=name not in _NOT_MADE_HERE)
    for resource in RESOURCES
    for name, collection in data("kantata")["resources"][resource]["includes"].items()
)
