"""Everything a client can read of Productive's books, so that expectations are computed outside the server."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from tests.contract.productive.api import Productive, Query, Row, link, links
from tests.contract.wires import Fresh

WIDEST: dict[str, Query] = {
    "payments": (("include", "invoice"),),
    "invoices": (("include", "invoice_attributions.budget"),),
    "expenses": (),
    "line_items": (),
    "companies": (),
    "people": (),
    "projects": (),
    "deals": (),
    "services": (("include", "section"),),
    "service_types": (),
    "subsidiaries": (),
    "tax_rates": (),
    "document_types": (),
    "organization_memberships": (),
}
"""The parameters of the lists that are read."""


class World:
    """The books as read by complete lists; read again after each write."""

    def __init__(self, api: Productive) -> None:
        self.api = api
        self._lists = {name: Fresh(api.wire, partial(self._read, name)) for name in WIDEST}

    def all(self, resource: str) -> list[Row]:
        """Every row of a resource."""
        return self._lists[resource].get()[0]

    def included(self, resource: str) -> dict[tuple[str, str], Row]:
        """What the complete list brings along, by type and id."""
        return self._lists[resource].get()[1]

    def one(self, resource: str, id_: str) -> Row:
        """The row of an id."""
        return next(row for row in self.all(resource) if row["id"] == id_)

    def budgets(self, invoice: Row) -> list[Row]:
        """The budgets that an invoice is attributed to."""
        found = self.included("invoices")
        attributions = [found["invoice_attributions", id_] for id_ in links(invoice, "invoice_attributions")]
        return [found["deals", str(link(each, "budget"))] for each in attributions]

    def invoice(self, payment: Row) -> Row:
        """The invoice of a payment."""
        return self.one("invoices", str(link(payment, "invoice")))

    def _read(self, resource: str) -> tuple[list[Row], dict[tuple[str, str], Row]]:
        pages = self.api.pages(resource, WIDEST[resource])
        rows = [row for page in pages for row in page["data"]]
        side = {(row["type"], row["id"]): row for page in pages for row in page.get("included", [])}
        return rows, side


def splitting(rows: list[Row], of: Callable[[Row], set[str]]) -> str:
    """The most frequent value that some rows have and others do not.

    Raises:
        AssertionError: there is none, so that no filter on it could bite.
    """
    counts: dict[str, int] = {}
    for row in rows:
        for value in of(row):
            counts[value] = counts.get(value, 0) + 1
    for value, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        if count < len(rows):
            return value
    raise AssertionError(f"the books hold nothing that bites among {len(rows)} rows")


def middle(rows: list[Row], of: Callable[[Row], Any]) -> Any:
    """A value in the middle, so that rows lie on both sides of it."""
    values = sorted({value for row in rows if (value := of(row)) is not None})
    assert len(values) > 2, "the books hold too few values"
    return values[len(values) // 2]
