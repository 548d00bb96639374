"""Expense categories, roles, vendors and currencies. Source: api/kantata.md sections 6 and 6.3."""

from __future__ import annotations

from collections.abc import Sequence

from kworkbench.domain.money import exponent
from kworkbench.sandbox.books.model import Company, Role, ServiceType
from kworkbench.sandbox.books.moments import whole_seconds
from kworkbench.sandbox.books.rates import IN_EUR
from kworkbench.sandbox.kantata.call import Call, Look
from kworkbench.sandbox.kantata.collection import Collection, Record
from kworkbench.sandbox.kantata.filters import changes, either, number, starts
from kworkbench.sandbox.kantata.money import NAMES, symbol
from kworkbench.sandbox.kantata.references import reference_include


def category_record(row: ServiceType, _look: Look) -> Record:
    """An expense category; archived means softly deleted here."""
    return {
        "id": str(row.id),
        "name": row.name,
        "deleted_at": whole_seconds(row.archived_at) if row.archived_at else None,
    }


def role_record(row: Role, _look: Look) -> Record:
    """A role people work in."""
    return {
        "id": str(row.id),
        "name": row.name,
        "created_at": whole_seconds(row.created_at),
        "updated_at": whole_seconds(row.updated_at),
        "deleted_at": whole_seconds(row.deleted_at) if row.deleted_at else None,
    }


def vendor_record(row: Company, look: Look) -> Record:
    """A vendor; in use once an expense names it."""
    return {
        "id": str(row.id),
        "name": row.name,
        "archived": row.archived_at is not None,
        "in_use": bool(look.figure("in_use", row.id)),
        "externally_managed": False,
    }


def _used(look: Look, rows: Sequence[Company]) -> None:
    look.gather("in_use", "EXISTS (SELECT 1 FROM expenses WHERE vendor_id = value)", [row.id for row in rows])


CATEGORIES = Collection(
    name="expense_categories",
    kind=ServiceType,
    alias="c",
    record=category_record,
    orders={"alphabetical": "fold(c.name)"},
    default_order="alphabetical:asc",
    filters={
        "matching": starts("c.name"),
        "only_active": either("c.archived_at IS NULL", "", "true"),
    },
)

# Those that a participant of the project has: that is our reading of `for_workspace`.
_HELD_IN = (
    "r.id IN (SELECT p.role_id FROM people p JOIN memberships m ON m.person_id = p.id "
    "WHERE m.project_id = ? AND p.role_id IS NOT NULL)"
)

ROLES = Collection(
    name="roles",
    kind=Role,
    alias="r",
    record=role_record,
    orders={"alphabetical": "fold(r.name)"},
    default_order="alphabetical:asc",
    filters=changes("r.")
    | {
        "matching": starts("r.name"),
        "for_workspace": number(_HELD_IN),
        "only_active": either("r.deleted_at IS NULL", "", "true"),
    },
    includes={"external_references": reference_include("roles")},
)

# That `archived=false` asks for those that are not archived is our assumption; without it all are listed.
VENDORS = Collection(
    name="vendors",
    kind=Company,
    alias="c",
    record=vendor_record,
    orders={"alphabetical": "fold(c.name)"},
    default_order="alphabetical:asc",
    visible="c.kind = 'vendor'",
    filters={"archived": either("c.archived_at IS NOT NULL", "c.archived_at IS NULL")},
    includes={"external_references": reference_include("vendors")},
    prepare=_used,
)


def list_currencies(call: Call) -> list[Record]:
    """The currencies that the books convert, as a bare list (that it is no envelope is documented, the list is ours).

    `matching` looks into code, name and symbol.
    """
    words = (call.params.get("matching") or "").casefold()
    rows: list[Record] = [
        {"iso_code": code, "name": NAMES[code], "symbol": symbol(code), "subunit_to_unit": 10 ** exponent(code)}
        for code in sorted(IN_EUR)
    ]
    return [row for row in rows if any(words in str(row[name]).casefold() for name in ("iso_code", "name", "symbol"))]
