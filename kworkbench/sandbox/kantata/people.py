"""Users. Source: api/kantata.md sections 6 and 6.3."""

from __future__ import annotations

from kworkbench.sandbox.books.model import Person
from kworkbench.sandbox.books.moments import whole_seconds
from kworkbench.sandbox.kantata.call import Call, Look
from kworkbench.sandbox.kantata.collection import Collection, Include, Record, absent, linked
from kworkbench.sandbox.kantata.envelope import envelope
from kworkbench.sandbox.kantata.filters import Condition, boolean, either, number, starts, text
from kworkbench.sandbox.kantata.pickers import ROLES

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


# Associations that the books keep nothing for: their collection and member.
_UNKEPT = {
    "account_membership": ("account_memberships", "account_membership_id"),
    "manager": ("users", "manager_id"),
    "custom_field_values": ("custom_field_values", "custom_field_value_ids"),
    "external_references": ("external_references", "external_reference_ids"),
    "skills": ("skills", "skill_ids"),
    "skill_memberships": ("skill_memberships", "skill_membership_ids"),
    "work_samples": ("attachments", "work_sample_ids"),
}

USERS: Collection[Person] = Collection(
    name="users",
    kind=Person,
    alias="u",
    record=user_record,
    orders={"alphabetical": f"fold({_NAME})"},
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
    includes={
        "role": Include(ROLES.side(), linked(lambda row: row.role_id), "role_id"),
        **{name: absent(collection, member) for name, (collection, member) in _UNKEPT.items()},
    },
    optional={
        "last_site_activity": lambda row, _look: whole_seconds(row.last_seen_at) if row.last_seen_at else None,
        "classification": lambda row, _look: "consultant" if row.is_user else "client",
        **{
            name: lambda _row, _look: None
            for name in ("bio", "website", "city", "state", "country", "abbreviated_timezone")
        },
    },
    scope=_shared,
    search=(_NAME, "u.email"),
)


def show_me(call: Call) -> Record:
    """The person the token belongs to, in the usual envelope."""
    return envelope(USERS, call, call.books.all(Person, "WHERE id = ?", (call.look.caller,)))
