"""Stories, Kantata's tasks. Source: seed 001, api/kantata.md section 6. Figures the books do not keep are 0."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kworkbench.sandbox.books.model import Project, Story
from kworkbench.sandbox.books.moments import whole_seconds
from kworkbench.sandbox.kantata.call import Look
from kworkbench.sandbox.kantata.collection import Collection, Include, Record, absent, linked, linked_by
from kworkbench.sandbox.kantata.errors import unreadable
from kworkbench.sandbox.kantata.filters import Condition, Filter, changes, either, flag, number, numbers
from kworkbench.sandbox.kantata.helpers import ATTACHMENTS
from kworkbench.sandbox.kantata.people import USERS
from kworkbench.sandbox.kantata.workspaces import WORKSPACES

TYPES = ("task", "deliverable", "milestone", "issue")
ENDED = ("completed", "accepted", "fixed", "resolved")
"""The states that count as completed (ours)."""

_FIGURES = (
    "budget_estimate_in_cents", "budget_used_in_cents", "invoiced_balance_in_cents", "uninvoiced_balance_in_cents",
    "logged_billable_time_in_minutes", "logged_nonbillable_time_in_minutes", "time_estimate_in_minutes",
    "sub_stories_billable_time_in_minutes", "sub_stories_budget_estimate_in_cents",
    "sub_stories_budget_used_in_cents", "sub_stories_time_estimate_in_minutes",
)  # fmt: skip


def story_record(row: Story, look: Look) -> Record:
    """A task of a project; its manager counts as its creator. A priority is a number as the seed prints it."""
    project = look.one(Project, row.project_id)
    return {
        "id": str(row.id),
        "title": row.title,
        "description": row.description,
        "story_type": row.story_type,
        "state": row.state,
        "archived": row.archived,
        "billable": row.billable,
        "fixed_fee": False,
        "time_trackable": row.time_trackable,
        "project_plan": True,
        "percentage_complete": 100 if row.state in ENDED else 0,
        "position": row.position,
        "priority": row.priority,
        "start_date": row.start_date,
        "due_date": row.due_date,
        "workspace_id": str(row.project_id),
        "parent_id": _id(row.parent_id),
        "root_id": _id(row.parent_id),
        "creator_id": _id(project.manager_id if project else None),
        **dict.fromkeys(_FIGURES, 0),
        "deleted_at": whole_seconds(row.deleted_at) if row.deleted_at else None,
        "created_at": whole_seconds(row.created_at),
        "updated_at": whole_seconds(row.updated_at),
    }


def _id(row_id: int | None) -> str | None:
    return None if row_id is None else str(row_id)


def _prepare(look: Look, rows: Sequence[Story]) -> None:
    look.warm(Project, {row.project_id for row in rows})


def _subs(row: Story, look: Look) -> int:
    return look.books.scalar("SELECT count(*) FROM stories WHERE parent_id = ? AND deleted_at IS NULL", (row.id,))


def _always(value: object) -> Callable[[Story, Look], object]:
    return lambda _row, _look: value


def _type() -> Filter:
    """`story_type`: one of the four types."""

    def read(name: str, value: str, _look: Look) -> Condition:
        if value not in TYPES:
            raise unreadable(f"{name} must be one of {', '.join(TYPES)}.")
        return Condition("s.story_type = ?", (value,))

    return Filter(read)


def _creators(look: Look, rows: Sequence[Story]) -> dict[int, list[int]]:
    projects = look.warm(Project, {row.project_id for row in rows})
    return {
        row.id: [manager]
        for row in rows
        if (project := projects.get(row.project_id)) and (manager := project.manager_id) is not None
    }


_COMPLETED = f"s.state IN {ENDED!r}"
_BELOW = "SELECT parent_id, id FROM stories WHERE parent_id IN {} ORDER BY 1, 2"

# Associations that the books keep nothing for: their collection and member.
_UNKEPT = {
    "assigned_role": ("roles", "assigned_role_id"),
    "current_assignments": ("assignments", "current_assignment_ids"),
    "custom_field_values": ("custom_field_values", "custom_field_value_ids"),
    "external_references": ("external_references", "external_reference_ids"),
    "google_documents": ("google_documents", "google_document_ids"),
    "potential_workspace_resources": ("workspace_resources", "potential_workspace_resource_ids"),
    "potential_workspace_resources_with_unnamed": (
        "workspace_resources",
        "potential_workspace_resources_with_unnamed_ids",
    ),
    "proofs": ("proofs", "proof_ids"),
    "replies": ("posts", "reply_ids"),
    "source_dependencies": ("story_dependencies", "source_dependency_ids"),
    "target_dependencies": ("story_dependencies", "target_dependency_ids"),
    "story_state_changes": ("story_state_changes", "story_state_change_ids"),
    "story_tasks": ("story_tasks", "story_task_ids"),
    "tags": ("tags", "tag_ids"),
    "workspace_resources": ("workspace_resources", "workspace_resource_ids"),
    "workspace_resources_with_unnamed": ("workspace_resources", "workspace_resources_with_unnamed_ids"),
}

# Members that come only when `optional_fields` names them; which of the seed's these are is our reading of it.
_CONSTANT = {
    "archived_editable": True, "assignment_timestamped_at": None, "can_align_time": False, "can_edit": False,
    "can_post": False, "has_out_of_bounds_sads": False, "has_proofing_access": False, "read_only": True,
    "render_description_markdown": False, "weight": None,
}  # fmt: skip

STORIES: Collection[Story] = Collection(
    name="stories",
    kind=Story,
    alias="s",
    record=story_record,
    orders={
        "updated_at": "s.updated_at",
        "created_at": "s.created_at",
        "due_date": "s.due_date",
        "start_date": "s.start_date",
        "priority_level": "s.priority",
        "position": "s.position",
        "title": "fold(s.title)",
    },
    default_order="updated_at:desc",
    filters=changes("s.")
    | {
        "workspace_id": number("s.project_id = ?"),
        "with_projects": numbers("s.project_id IN {}"),
        "story_type": _type(),
        "completed": flag(_COMPLETED),
        "uncompleted": flag(f"NOT {_COMPLETED}"),
        "parents_only": flag("s.parent_id IS NULL"),
        "time_trackable_on_workspace_id": number("s.time_trackable AND s.project_id = ?"),
        "show_archived": either("", "NOT s.archived", "false"),
        "show_deleted": either("", "s.deleted_at IS NULL", "false"),
        "show_todos": either("", "NOT s.todo", "false"),
        "show_from_archived_workspaces": either(
            "", "s.project_id IN (SELECT id FROM projects WHERE archived_at IS NULL)", "false"
        ),
    },
    includes={
        "workspace": Include(WORKSPACES.side(), linked(lambda row: row.project_id)),
        "creator": Include(USERS.side(), _creators),
        "assignees": absent(USERS.side(), "assignee_ids"),
        "followers": absent(USERS.side(), "follower_ids"),
        "attachments": absent(ATTACHMENTS.side(), "attachment_ids"),
        **{name: absent(collection, member) for name, (collection, member) in _UNKEPT.items()},
    },
    optional={
        "ancestry_depth": lambda row, _look: 0 if row.parent_id is None else 1,
        "subtree_depth": lambda row, look: int(_subs(row, look) > 0),
        "sub_story_count": _subs,
        "formatted_description": lambda row, _look: row.description,
        "parsed_description": lambda row, _look: row.description,
        "is_time_trackable_type": lambda row, _look: row.story_type != "milestone",
        **{name: _always(value) for name, value in _CONSTANT.items()},
    },
    search=("s.title", "s.description"),
    prepare=_prepare,
)

_SIDE = STORIES.side()
_PARENT: Include[Story] = Include(_SIDE, linked(lambda row: row.parent_id))

ROUTED_STORIES: Collection[Story] = STORIES.including(
    parent=_PARENT,
    root=_PARENT,
    ancestors=Include(_SIDE, linked(lambda row: row.parent_id), "ancestor_ids"),
    sub_stories=Include(_SIDE, linked_by(_BELOW), "sub_story_ids"),
    descendants=Include(_SIDE, linked_by(_BELOW), "descendant_ids"),
)
"""Stories as their own routes give them: with the associations among themselves."""
