"""Workspaces, Kantata's projects. Source: api/kantata.md section 6. Figures the books do not keep are empty."""

from __future__ import annotations

from collections.abc import Sequence

from kworkbench.sandbox.books.model import Person, Project
from kworkbench.sandbox.books.moments import whole_seconds
from kworkbench.sandbox.kantata.call import Look
from kworkbench.sandbox.kantata.collection import Collection, Include, Record, absent, linked, linked_by
from kworkbench.sandbox.kantata.errors import unreadable
from kworkbench.sandbox.kantata.filters import Condition, Filter, changes, either, flag, number, numbers, starts
from kworkbench.sandbox.kantata.money import base_unit, money_text, symbol
from kworkbench.sandbox.kantata.people import USERS

_ARCHIVED = {"only": "w.archived_at IS NOT NULL", "exclude": "w.archived_at IS NULL", "include": "1"}


def workspace_record(row: Project, look: Look) -> Record:
    """A project as a workspace; its budget is the sum of its deals' budgets."""
    price, used = look.figure("price", row.id), look.figure("used", row.id)
    return (
        {
            "id": str(row.id),
            "title": row.title,
            "description": row.description,
            "access_level": "invitation",
            "account_id": look.organization.id + row.external,
            "archived": row.archived_at is not None,
            "start_date": row.start_date,
            "due_date": row.due_date,
            "effective_due_date": row.due_date,
            "creator_id": str(row.manager_id or look.caller),
            "primary_maven_id": str(row.manager_id or look.caller),
            "client_role_name": "Client",
            "consultant_role_name": "Consultants",
            "created_at": whole_seconds(row.created_at),
            "updated_at": whole_seconds(row.updated_at),
        }
        | _money(row, price, used)
        | _SETTINGS
        | {"has_active_expense_report_submissions": bool(look.figure("waiting", row.id))}
        | _rights(row)
    )


def _money(row: Project, price: int, used: int) -> Record:
    return {
        "currency": row.currency,
        "currency_symbol": symbol(row.currency),
        "currency_base_unit": base_unit(row.currency),
        "price": money_text(price, row.currency),
        "price_in_cents": price,
        "budgeted": price > 0,
        "budget_used": money_text(used, row.currency),
        "budget_used_in_cents": used,
        "budget_remaining": money_text(price - used, row.currency),
        "percent_of_budget_used": used * 100 // price if price > 0 else 0,
        "over_budget": 0 < price < used,
        "total_expenses_in_cents": used,
    }


def _rights(row: Project) -> Record:
    live = row.archived_at is None
    return {
        "can_create_line_items": live,
        "require_expense_approvals": row.require_expense_approvals,
        "status": {"color": "green" if live else "grey", "key": "325" if live else "350",
                   "message": "In Progress" if live else "Completed"},
        "permissions": {
            "access_level": "admin",
            **dict.fromkeys(_GRANTED, True),
            **dict.fromkeys(("is_guest_on_project", "restricted", "user_is_client"), False),
        },
    }  # fmt: skip


_PRICE = "SELECT sum(d.budget) FROM deals d WHERE d.project_id = {} AND d.deal_type = 2"
_FIGURES = {
    "price": _PRICE,
    "used": "SELECT sum(e.project_amount) FROM expenses e WHERE e.project_id = {} AND e.deleted_at IS NULL",
    "waiting": "SELECT EXISTS (SELECT 1 FROM expense_reports r WHERE r.project_id = {} AND r.status = 'new')",
}


def _gather(look: Look, rows: Sequence[Project]) -> None:
    ids = [row.id for row in rows]
    for name, sql in _FIGURES.items():
        look.gather(name, sql.format("value"), ids)


_GRANTED = (
    "can_change_price", "can_change_story_billable", "can_edit", "can_join", "can_post", "can_private_message",
    "can_see_financials", "can_upload_files", "is_participant", "team_lead",
)  # fmt: skip

_SETTINGS: Record = {
    "percentage_complete": 0,
    "rate_card_id": None,
    "target_margin": None,
    "default_rate": None,
    "workspace_invoice_preference_id": None,
    "external_link": {},
    "can_invite": True,
    "change_orders_enabled": False,
    "has_budget_access": True,
    "require_time_approvals": False,
    "require_notes_on_time_entries": False,
    "has_active_timesheet_submissions": False,
    "expenses_in_burn_rate": True,
    "actual_fees_includes_expenses": True,
    "actual_fees_includes_additional_line_items": True,
    "exclude_archived_stories_percent_complete": False,
    "posts_require_privacy_decision": False,
    "stories_are_fixed_fee_by_default": False,
    "tasks_default_non_billable": False,
    "time_trackable": True,
}


def _name(look: Look, person_id: int | None) -> str | None:
    person = look.one(Person, person_id)
    return person.full_name if person else None


def _invoiced(row: Project, look: Look) -> str:
    sql = (
        "SELECT sum(a.amount) FROM invoice_attributions a JOIN deals d ON d.id = a.deal_id "
        "JOIN invoices i ON i.id = a.invoice_id WHERE d.project_id = ? AND i.state = 'open' AND i.deleted_at IS NULL"
    )
    return money_text(look.books.scalar(sql, (row.id,)), row.currency)


def _archived_words() -> Filter:
    """`archived`: only, exclude or include."""

    def read(name: str, value: str, _look: Look) -> Condition:
        if value not in _ARCHIVED:
            raise unreadable(f"{name} must be only, exclude or include.")
        return Condition(_ARCHIVED[value])

    return Filter(read)


def _people(member: str, also: str = "") -> Include[Project]:
    sql = (
        "SELECT m.project_id, m.person_id FROM memberships m JOIN people p ON p.id = m.person_id "  # noqa: S608
        f"WHERE m.project_id IN {{}} {also} ORDER BY 1, 2"
    )
    return Include(USERS.side(), linked_by(sql), member)


# That staff who take part see a project's financials, and may approve there, is our assumption.
_VIEWERS = (
    "w.id IN (SELECT m.project_id FROM memberships m JOIN people p ON p.id = m.person_id "
    "WHERE m.person_id = ? AND p.is_user)"
)
_MINUTES = ("billable_minutes", "non_billable_minutes", "minutes_logged", "estimated_minutes", "total_minutes_approved")

# Associations that the books keep nothing for: their collection and member.
_UNKEPT = {
    "account_color": ("account_colors", "account_color_id"),
    "current_status_report": ("status_reports", "current_status_report_id"),
    "current_user_participation": ("participations", "current_user_participation_id"),
    "next_uncompleted_milestone": ("stories", "next_uncompleted_milestone_id"),
    "primary_workspace_group": ("workspace_groups", "primary_workspace_group_id"),
    "account_insights_mappings": ("account_insights_mappings", "account_insights_mapping_ids"),
    "custom_field_values": ("custom_field_values", "custom_field_value_ids"),
    "external_references": ("external_references", "external_reference_ids"),
    "participations": ("participations", "participation_ids"),
    "status_reports": ("status_reports", "status_report_ids"),
    "timesheet_submissions": ("timesheet_submissions", "timesheet_submission_ids"),
    "workspace_groups": ("workspace_groups", "workspace_group_ids"),
    "workspace_resources": ("workspace_resources", "workspace_resource_ids"),
    "workspace_resources_with_unnamed": ("workspace_resources", "workspace_resources_with_unnamed_ids"),
}

# The books keep no groups of projects and nobody's visits: a group holds none, and `last_viewed` sorts by the last
# change. Both are our assumptions.
WORKSPACES: Collection[Project] = Collection(
    name="workspaces",
    kind=Project,
    alias="w",
    record=workspace_record,
    orders={
        "updated_at": "w.updated_at",
        "created_at": "w.created_at",
        "title": "fold(w.title)",
        "start_date": "w.start_date",
        "due_date": "w.due_date",
        "status": "w.archived_at IS NULL",
        "price": f"({_PRICE.format('w.id')})",
        "last_viewed": "w.updated_at",
    },
    default_order="updated_at:desc",
    filters=changes("w.")
    | {
        "include_archived": either("", "w.archived_at IS NULL", "false", unless="archived"),
        "archived": _archived_words(),
        "matching": starts("w.title", any_word=True),
        "can_create_line_items": either("w.archived_at IS NULL", "w.archived_at IS NOT NULL"),
        "requiring_expense_approval": either("w.require_expense_approvals", "NOT w.require_expense_approvals"),
        "on_my_account": flag("NOT w.external"),
        "has_participation": flag("w.id IN (SELECT project_id FROM memberships WHERE person_id = ?)"),
        "except": numbers("w.id NOT IN {}"),
        "financials_viewable_by_user": number(_VIEWERS),
        "workspace_groups": numbers("0 AND w.id IN {}"),
    },
    includes={
        "participants": _people("participant_ids"),
        "financial_viewers": _people("financial_viewer_ids", "AND p.is_user"),
        "possible_approvers": _people("possible_approver_ids", "AND p.is_user"),
        "creator": Include(USERS.side(), linked(lambda row: row.manager_id)),
        "primary_maven": Include(USERS.side(), linked(lambda row: row.manager_id)),
        "approver": Include(USERS.side(), linked(lambda row: row.manager_id), "approver_id"),
        "approvers": Include(USERS.side(), linked(lambda row: row.manager_id), "approver_ids"),
        "primary_counterpart": Include(USERS.side(), linked(lambda row: row.client_lead_id), "primary_counterpart_id"),
        **{name: absent(collection, member) for name, (collection, member) in _UNKEPT.items()},
    },
    optional={
        "client_lead_name": lambda row, look: _name(look, row.client_lead_id),
        "provider_lead_name": lambda row, look: _name(look, row.manager_id),
        "total_invoiced": _invoiced,
        "stage": lambda row, _look: "closed" if row.archived_at else "open",
        "lock_date": lambda _row, _look: None,
        "incoming_email_address": lambda row, _look: f"project-{row.id}@example.invalid",
        **{name: lambda _row, _look: 0 for name in _MINUTES},
    },
    search=("w.title", "w.description"),
    prepare=_gather,
)
