"""Values to ask the sandbox's lists for, taken from its own books: common, rare and absent ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kworkbench.sandbox.books.store import Books
from kworkbench.sandbox.productive.filter_table import Filter, Kind
from kworkbench.sandbox.productive.listing import Listing

ABSENT = {Kind.DATE: "2199-12-31", Kind.MOMENT: "2199-12-31", Kind.TEXT: "zzzz", Kind.CUSTOM: "zzzz"}
"""What no row has; ids and numbers have their own."""

ELSEWHERE: Mapping[str, str] = {
    "project_id": "SELECT id FROM projects",
    "deal_id": "SELECT id FROM deals",
    "budget_id": "SELECT id FROM deals",
    "person_id": "SELECT person_id FROM memberships",
    "trackable_by_person_id": "SELECT person_id FROM memberships",
    "responsible_id": "SELECT manager_id FROM projects",
    "subscriber_id": "SELECT value FROM invoices, json_each(subscribers)",
    "section_name": "SELECT name FROM sections",
    "tags": "SELECT value FROM invoices, json_each(tags)",
    "fuzzy_people": "SELECT first_name FROM people",
    "full_query": "SELECT title FROM projects",
}
"""Where the values of a filter come from whose column stands in another table than the list's."""

KANTATA: Mapping[str, str] = {
    "workspace_id": "SELECT project_id FROM {table}",
    "invoices.workspace_id": "SELECT project_id FROM invoice_projects",
    "workspace_ids": "SELECT project_id FROM expense_reports",
    "with_projects": "SELECT project_id FROM stories",
    "time_trackable_on_workspace_id": "SELECT project_id FROM stories",
    "participant_in": "SELECT project_id FROM memberships",
    "invoice_id": "SELECT invoice_id FROM payments WHERE invoice_id IS NOT NULL",
    "in_active_invoice_id": "SELECT invoice_id FROM expenses WHERE invoice_id IS NOT NULL",
    "user_id": "SELECT creator_id FROM payments",
    "user_ids": "SELECT person_id FROM expense_reports",
    "created_by": "SELECT person_id FROM expenses",
    "account_id": "SELECT id FROM organization",
    "except": "SELECT id FROM projects",
    "financials_viewable_by_user": "SELECT person_id FROM memberships",
    "workspace_groups": "SELECT 1",
    "with_expense_report_id": "SELECT report_id FROM expenses WHERE report_id IS NOT NULL",
    "with_recent_expense_report_ids": "SELECT report_id FROM expenses WHERE report_id IS NOT NULL",
    "user_invoice_number": "SELECT sequence FROM invoices WHERE sequence IS NOT NULL",
    "statuses": "SELECT status FROM expense_reports",
    "archived": "SELECT 'only' UNION SELECT 'exclude' UNION SELECT 'include'",
    "vendors.archived": "SELECT 'true' UNION SELECT 'false'",
    "story_type": "SELECT story_type FROM stories",
    "by_full_name": "SELECT first_name || ' ' || last_name FROM people",
    "by_email_address": "SELECT email FROM people",
    "users.matching": "SELECT substr(first_name, 1, 2) FROM people",
    "workspaces.matching": "SELECT substr(title, 1, 2) FROM projects",
    "expense_categories.matching": "SELECT substr(name, 1, 2) FROM service_types",
    "roles.matching": "SELECT substr(name, 1, 2) FROM roles",
    "for_workspace": "SELECT project_id FROM memberships",
    "external_reference_service_name": "SELECT service_name FROM external_references",
    "without_external_reference_service_name": "SELECT service_name FROM external_references",
    "external_reference_service_model": "SELECT service_model FROM external_references",
    "external_reference_service_model_ref": "SELECT service_model_ref FROM external_references",
    "external_reference_service_model_refs": "SELECT service_model_ref FROM external_references",
    "external_reference_status": "SELECT status FROM external_references",
    "external_reference_external_status": "SELECT external_status FROM external_references",
    "external_reference_external_message": "SELECT external_message FROM external_references",
    **{
        f"{word}_{side}": f"SELECT {word}_at FROM {{table}}"  # noqa: S608 - names of ours
        for word in ("created", "updated")
        for side in ("after", "before")
    },
}
"""Where the values of a parameter come from, by its name or by list and name; all others are yes or no."""

RANGES = {
    "date_expensed_between": "SELECT date FROM expenses",
    "within_dates": "SELECT substr(created_at, 1, 10) FROM invoices",
}


def spread(books: Books, source: str, values: Sequence[str | int | None] = ()) -> list[str]:
    """The commonest and the rarest value of a column, and those at a tenth, the middle and nine tenths of its order.

    Args:
        books: whose values.
        source: a statement that gives one column.
        values: for its placeholders.
    """
    counted = f"SELECT value, count(*) AS n FROM (SELECT value FROM ({_named(source)})) WHERE value <> '' GROUP BY 1"  # noqa: S608
    rows = books.connection.execute(counted, values).fetchall()
    if not rows:
        return []
    by_count = sorted(rows, key=lambda row: int(row[1]))
    total, found, passed = sum(int(row[1]) for row in rows), [by_count[-1][0], by_count[0][0]], 0
    marks = [total // 10, total // 2, total * 9 // 10]
    for value, count in rows:
        while marks and passed + count > marks[0]:
            found.append(value)
            marks.pop(0)
        passed += count
    return list(dict.fromkeys(str(value) for value in found))


def _named(source: str) -> str:
    return f"SELECT NULL AS value WHERE 0 UNION ALL {source}"


def values_of(books: Books, listing: Listing, name: str, one: Filter) -> list[str]:
    """What to ask one of Productive's filters for."""
    if one.choices:
        return list(one.choices)
    if one.kind is Kind.FLAG:
        return ["true", "false"]
    if one.days:
        return [*spread(books, "SELECT substr(date, 1, 7) FROM expenses")[:3], "-1", "02-1", "zzzz"]
    if name in ELSEWHERE and (one.within != "{}" or one.places):
        found = spread(books, ELSEWHERE[name])
    elif one.kind is Kind.CUSTOM:
        found = []
    else:
        column = one.places[0].column if one.places else one.column
        found = spread(books, f"SELECT {column} {listing.source('1', column)}")
    return [*found, ABSENT.get(one.kind, "999999999")]


def parts_of(values: Sequence[str]) -> list[str]:
    """Pieces of texts for `contains`: one letter of the commonest, its first word, and what no text has."""
    words = [word for value in values for word in value.split() if len(word) > 1]
    return list(dict.fromkeys([*(word[-1] for word in words[:1]), *words[:2], "zzzz"]))
