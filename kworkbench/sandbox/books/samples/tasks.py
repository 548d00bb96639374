"""What the sample books hold for Kantata alone: tasks, expense budgets, a vendor and a role of old."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from kworkbench.sandbox.books.kantata_model import ExpenseBudget
from kworkbench.sandbox.books.model import Company, Project, Role, Story
from kworkbench.sandbox.books.store import Books, Value

WITH_EXTRAS = 3
"""Every so many projects have the tasks that lists hide, and a second expense budget."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """A task: its type, state and priority, and the days after the project's start that it begins and is due."""

    title: str
    story_type: str
    state: str
    priority: int
    starts: int
    ends: int
    archived: bool = False
    todo: bool = False
    deleted: bool = False
    below: str | None = None


PLANS = (
    _Plan("Kick-off", "milestone", "completed", 3, 0, 7),
    _Plan("Concept", "task", "started", 2, 7, 35),
    _Plan("Production", "deliverable", "not started", 1, 35, 120),
    _Plan("Hand-over", "milestone", "not started", 2, 120, 127),
)
EXTRAS = (
    _Plan("Drafts", "task", "completed", 2, 7, 21, below="Concept"),
    _Plan("Wrong typeface in chapter 2", "issue", "new", 4, 60, 64, below="Production"),
    _Plan("Old moodboard", "task", "started", 1, 3, 10, archived=True),
    _Plan("Duplicate of Concept", "task", "not started", 1, 7, 35, deleted=True),
    _Plan("Ring the printer", "task", "not started", 2, 40, 41, todo=True),
)
BUDGETS = (("Travel and lodging", 500_000, False), ("Printing", 120_000, True))


def write_tasks(books: Books) -> None:
    """Completes the tasks that `scenery` named, and adds the rest."""
    named: dict[int, dict[str, int]] = defaultdict(dict)
    for project_id, title, story_id in books.connection.execute("SELECT project_id, title, id FROM stories"):
        named[project_id][title] = story_id
    for place, project in enumerate(books.all(Project, "ORDER BY id")):
        _stories(books, project, named[project.id], extras=place % WITH_EXTRAS == 0)
        for title, amount, fixed_fee in BUDGETS[: 2 if place % WITH_EXTRAS == 0 else 1]:
            books.insert(
                ExpenseBudget,
                project_id=project.id,
                title=title,
                amount=amount,
                fixed_fee=fixed_fee,
                created_at=project.created_at,
                updated_at=project.updated_at,
            )
    budget = "(SELECT min(b.id) FROM expense_budgets b WHERE b.project_id = expenses.project_id)"
    books.connection.execute("CREATE INDEX budgets_for_filling ON expense_budgets (project_id)")
    books.connection.execute(f"UPDATE expenses SET expense_budget_id = {budget} WHERE id % 20 = 0")  # noqa: S608
    books.connection.execute("DROP INDEX budgets_for_filling")
    books.connection.execute(_CODES)
    _closed(books)


def _stories(books: Books, project: Project, ids: dict[str, int], *, extras: bool) -> None:
    for position, plan in enumerate(PLANS + (EXTRAS if extras else ()), start=1):
        values = _values(project, plan, position, ids)
        if plan.title in ids:
            books.update(Story, ids[plan.title], **values)
        else:
            times: dict[str, Value] = {"created_at": project.created_at, "updated_at": project.updated_at}
            ids[plan.title] = books.insert(Story, project_id=project.id, title=plan.title, **(times | values))


def _values(project: Project, plan: _Plan, position: int, ids: dict[str, int]) -> dict[str, Value]:
    start = date.fromisoformat(project.start_date or project.created_at[:10])
    return {
        "parent_id": ids[plan.below] if plan.below else None,
        "description": f"{plan.title} of {project.title}",
        "story_type": plan.story_type,
        "state": plan.state,
        "priority": plan.priority,
        "position": position,
        "start_date": (start + timedelta(days=plan.starts)).isoformat(),
        "due_date": (start + timedelta(days=plan.ends)).isoformat(),
        "time_trackable": int(plan.story_type != "milestone"),
        "archived": int(plan.archived),
        "todo": int(plan.todo),
        "deleted_at": project.updated_at if plan.deleted else None,
    }


_CODES = """
    INSERT INTO invoice_notes (id, project_code)
    SELECT a.invoice_id, 'P-' || min(p.number) FROM invoice_attributions a JOIN deals d ON d.id = a.deal_id
    JOIN projects p ON p.id = d.project_id WHERE a.invoice_id % 4 = 0 GROUP BY 1"""


def _closed(books: Books) -> None:
    """A vendor nobody buys from any more and a role nobody has: what lists of active ones leave out."""
    gone = f"{books.today - timedelta(days=300)}T09:00:00.000Z"
    times: dict[str, Value] = {"created_at": gone, "updated_at": gone}
    books.insert(Company, kind="vendor", name="Reisebüro Sommer", archived_at=gone, **times)
    books.insert(Role, name="Typesetter", deleted_at=gone, **times)
