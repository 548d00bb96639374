"""Users, roles and vendors. Source: api/kantata.md sections 6 and 6.3."""

from __future__ import annotations

from kworkbench.sandbox.books.model import Company, Person, Role
from kworkbench.sandbox.books.moments import whole_seconds
from kworkbench.sandbox.kantata.call import Call, Look
from kworkbench.sandbox.kantata.collection import Collection, Include, Record, envelope, linked
from kworkbench.sandbox.kantata.filters import Condition, boolean, changes, either, number, starts, text

_NAME = "(u.first_name || ' ' || u.last_name)"

# People who share a project with the caller, and the caller; what `on_my_account` replaces.
_SHARED = (
    "u.id = ?1 OR u.id IN (SELECT m.person_id FROM memberships m JOIN memberships mine USING (project_id) "
    "WHERE mine.person_id = ?1)"
)


def user_record(row: Person, look: Look) -> Record:
    """A person as a Kantata user; clients' contacts are users too."""
    return {
        "id": str(row.id),
        "full_name": row.full_name,
        "email_address": row.email,
        "headline": row.title,
        "photo_path": f"/images/users/{row.id}.png",
        "account_id": str(look.organization.id) if row.is_user else None,
    }


def _shared(call: Call) -> Condition | None:
    """The plain list shows people of shared projects; asked for an account or a project it shows all of those."""
    wanted = call.params.get("on_my_account")
    if (wanted is not None and boolean("on_my_account", wanted)) or call.params.get("participant_in") is not None:
        return None
    caller = call.look.caller
    return Condition(_SHARED.replace("?1", "?"), (caller, caller))


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
    used = look.books.scalar("SELECT EXISTS (SELECT 1 FROM expenses WHERE vendor_id = ?)", (row.id,))
    return {
        "id": str(row.id),
        "name": row.name,
        "archived": row.archived_at is not None,
        "in_use": bool(used),
        "externally_managed": False,
    }


ROLES = Collection(
    name="roles",
    kind=Role,
    alias="r",
    record=role_record,
    orders={"alphabetical": "r.name COLLATE NOCASE"},
    default_order="alphabetical:asc",
    filters=changes("r.") | {"matching": starts("r.name"), "only_active": either("r.deleted_at IS NULL", "", "true")},
)

USERS = Collection(
    name="users",
    kind=Person,
    alias="u",
    record=user_record,
    orders={"alphabetical": f"{_NAME} COLLATE NOCASE"},
    default_order="alphabetical:asc",
    filters={
        "on_my_account": either("u.is_user", ""),
        "show_disabled": either("", "u.deactivated_at IS NULL", "false"),
        "participant_in": number("u.id IN (SELECT person_id FROM memberships WHERE project_id = ?)"),
        "by_full_name": text(f"lower({_NAME}) = lower(?)"),
        "by_email_address": text("lower(u.email) = lower(?)"),
        "matching": starts("u.first_name", "u.last_name", _NAME),
        "account_id": number("u.is_user AND (SELECT id FROM organization LIMIT 1) = ?"),
    },
    includes={"role": Include(ROLES.side(), linked(lambda row: row.role_id), "role_id")},
    optional={
        "last_site_activity": lambda row, _look: whole_seconds(row.last_seen_at) if row.last_seen_at else None,
        "classification": lambda row, _look: "consultant" if row.is_user else "client",
        **{
            name: lambda _row, _look: None
            for name in ("bio", "website", "city", "state", "country", "abbreviated_timezone")
        },
    },
    scope=_shared,
    search=f"{_NAME} LIKE ? ESCAPE '\\' OR u.email LIKE ? ESCAPE '\\'",
)


def show_me(call: Call) -> Record:
    """The person the token belongs to, in the usual envelope."""
    return envelope(USERS, call, call.books.all(Person, "WHERE id = ?", (call.look.caller,)))


VENDORS = Collection(
    name="vendors",
    kind=Company,
    alias="c",
    record=vendor_record,
    orders={"alphabetical": "c.name COLLATE NOCASE"},
    default_order="alphabetical:asc",
    visible="c.kind = 'vendor'",
    filters={"archived": either("c.archived_at IS NOT NULL", "c.archived_at IS NULL")},
)
