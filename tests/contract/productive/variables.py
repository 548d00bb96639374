"""Values that Productive's scenarios take from the books."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.contract.productive.api import Row, attribute, link
from tests.contract.productive.world import World
from tests.contract.steps import Variables
from tests.contract.wires import today


def variables(world: World) -> Variables:
    """What scenarios may name without having saved it."""
    return Variables(
        {
            "company": lambda: _first(world, "invoices", lambda row: bool(link(row, "company")), "company"),
            "person": lambda: world.all("people")[1]["id"],
            "me": lambda: link(world.all("organization_memberships")[0], "person"),
            "subsidiary": lambda: world.all("subsidiaries")[0]["id"],
            "tax_rate": lambda: _tax_rate(world),
            "other_tax_rate": lambda: _tax_rate(world, 1),
            "service": lambda: _first(world, "services", _takes_expenses),
            "hourly_service": lambda: _first(world, "services", lambda row: attribute(row, "unit_id") == 1),
            "closed_service": lambda: _first(world, "services", _takes_none),
            "deal": lambda: link(world.one("services", _first(world, "services", _takes_expenses)), "deal"),
            "foreign_invoice": lambda: _first(world, "invoices", _is_foreign),
            "document_type": lambda: world.all("document_types")[0]["id"],
            "days_ago_7": lambda: str(today() - timedelta(days=7)),
            "days_ago_30": lambda: str(today() - timedelta(days=30)),
        }
    )


def _first(world: World, resource: str, fits: Callable[[Row], bool], relationship: str = "") -> str:
    for row in world.all(resource):
        if fits(row):
            return str(link(row, relationship) if relationship else row["id"])
    raise AssertionError(f"the books hold no such row among {resource}")


def _takes_expenses(row: Row) -> bool:
    return attribute(row, "unit_id") == 2 and attribute(row, "expense_tracking_enabled") is True


def _takes_none(row: Row) -> bool:
    return attribute(row, "unit_id") == 2 and attribute(row, "expense_tracking_enabled") is False


def _is_foreign(row: Row) -> bool:
    """Finalized, open and not in the organization's currency."""
    return bool(
        attribute(row, "currency") != attribute(row, "currency_default")
        and attribute(row, "amount_unpaid") > 100_000
        and attribute(row, "finalized_at")
    )


def _tax_rate(world: World, number: int = 0) -> str:
    """One of the tax rates that are in use; each has another value."""
    live = {attribute(row, "primary_component_value"): row["id"] for row in world.all("tax_rates")}
    assert len(live) > number, "the books hold too few tax rates"
    return str([*live.values()][number])
