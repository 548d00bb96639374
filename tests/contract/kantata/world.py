"""Everything a client can read of Kantata's books, so that expectations are computed outside the server."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from tests.contract.documented import data
from tests.contract.kantata.api import Kantata, Query, Row, records
from tests.contract.wires import Fresh

WIDEST: dict[str, Query] = {
    "external_payments": (),
    "expenses": (("from_archived_workspaces", "true"), ("on_my_account", "false")),
    "invoices": (),
    "workspaces": (("include_archived", "true"),),
    "users": (("on_my_account", "true"), ("show_disabled", "true")),
    "expense_categories": (("only_active", "false"),),
    "roles": (("only_active", "false"),),
    "vendors": (),
    "expense_report_submissions": (("all_on_account", "true"),),
    "stories": tuple((f"show_{what}", "true") for what in ("archived", "deleted", "todos", "from_archived_workspaces")),
}
"""The parameters under which nothing of a list is hidden."""


class World:
    """The books as read by the widest lists with every include; read again after each write."""

    def __init__(self, api: Kantata) -> None:
        self.api = api
        self._lists = {name: Fresh(api.wire, partial(self._read, name)) for name in WIDEST}
        self._me = Fresh(api.wire, self._who)

    def all(self, resource: str) -> list[Row]:
        """Every row of a resource."""
        return self._lists[resource].get()[0]

    def side(self, resource: str, collection: str) -> dict[str, Row]:
        """What a resource's widest list brings along of a collection."""
        return self._lists[resource].get()[1].get(collection, {})

    @property
    def me(self) -> Row:
        """The caller."""
        return self._me.get()

    def workspace(self, row: Row) -> Row:
        """The project of an expense."""
        return self.side("expenses", "workspaces")[row["workspace_id"]]

    def report(self, row: Row, link: str = "active_submission_id") -> Row | None:
        """The expense report that an expense names."""
        return self.side("expenses", "expense_report_submissions")[row[link]] if row[link] else None

    def references(self, resource: str, row: Row) -> list[Row]:
        """The external references of an expense or an invoice."""
        return [self.side(resource, "external_references")[id_] for id_ in row["external_reference_ids"]]

    def _who(self) -> Row:
        answer = self.api.ask("GET", "/users/me")
        assert answer.status == 200, answer
        found: Row = self.api.main(answer.json())
        return found

    def _read(self, resource: str) -> tuple[list[Row], dict[str, dict[str, Row]]]:
        known = data("kantata")["resources"].get(resource, {})
        query = [*WIDEST[resource]]
        if known.get("includes"):
            query.append(("include", ",".join(known["includes"])))
        if known.get("optional_fields"):
            query.append(("optional_fields", ",".join(known["optional_fields"])))
        rows: list[Row] = []
        side: dict[str, dict[str, Row]] = {}
        for page in self.api.pages(resource, query):
            rows += records(page)
            for name in {*known.get("includes", {}).values()}:
                side.setdefault(name, {}).update(page.get(name, {}))
        return rows, side


def moment(text: str) -> datetime:
    """A date-time of the wire."""
    return datetime.fromisoformat(text)


def splitting(rows: list[Row], of: Callable[[Row], Any]) -> Any:
    """The most frequent value that some rows have and others do not.

    Raises:
        AssertionError: there is none, so that no filter on it could bite.
    """
    values = [value for row in rows if (value := of(row)) is not None]
    counted = sorted(
        {value: values.count(value) for value in values}.items(), key=lambda pair: (-pair[1], str(pair[0]))
    )
    for value, count in counted:
        if count < len(rows):
            return value
    raise AssertionError(f"the books hold nothing that bites among {len(rows)} rows")


def middle(rows: list[Row], field: str) -> Any:
    """A value in the middle, so that rows lie on both sides of it."""
    values = sorted({row[field] for row in rows if row[field] is not None})
    assert len(values) > 2, f"the books hold too few values of {field}"
    return values[len(values) // 2]
