"""The members of an invoice in a write, read and checked. Source: api/kantata.md section 5.3.

Ours: the sentences; that the projects of one invoice share a currency; that a payment schedule is 0 to 3650 days, a tax
rate 0 to 100 percent, no day after 2199 and no list longer than 500 lines; that the books, which keep neither time
entries nor billing milestones, know none of either.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from kworkbench.domain.money import MoneyError, parse_minor
from kworkbench.sandbox.books.invoicing import Line, deal_of
from kworkbench.sandbox.books.kantata_model import Mark
from kworkbench.sandbox.books.model import Project, Story
from kworkbench.sandbox.books.money_model import Expense
from kworkbench.sandbox.books.store import Value
from kworkbench.sandbox.kantata.call import Call
from kworkbench.sandbox.kantata.values import MAX_AMOUNT, Members

MAX_DAYS = 3650
MAX_LINES = 500
MAX_TEXT = 255
LAST_DAY = date(2199, 12, 31)

_TEXTS = {
    "user_invoice_title": ("subject", "Title", MAX_TEXT),
    "message": ("note", "Message", None),
    "purchase_order": ("purchase_order_number", "Purchase order", MAX_TEXT),
}
_ITEMS = {"fixed_fee_items": ("fixed_fee", "Fixed fee items"), "additional_items": ("additional", "Additional items")}
_UNKEPT = {"time_entry_ids": "Time entry", "billing_milestone_ids": "Billing milestone"}


def read_projects(call: Call, members: Members) -> tuple[Project, ...]:
    """The projects of a new invoice: `workspace_ids`, or the one of `workspace_id`."""
    name = "workspace_ids" if members.given("workspace_ids") else "workspace_id"
    ids = members.ids(name, "Workspace")
    if not ids:
        if ids is not None or not members.problems:
            members.refuse(name, "Workspace is missing")
        return ()
    found = call.look.warm(Project, ids)
    if len(found) < len(ids):
        members.refuse(name, "Workspace does not exist")
    projects = tuple(found[row_id] for row_id in ids if row_id in found)
    if len({project.currency for project in projects}) > 1:
        members.refuse(name, "Workspaces must share a currency")
    for project in projects:
        if deal_of(call.books, project.id) is None:
            members.refuse(name, f"Workspace {project.id} cannot be invoiced")
    return projects


def read_columns(members: Members) -> dict[str, Value]:
    """The columns whose members are given, as they are."""
    columns: dict[str, Value] = {}
    for name, (column, label, limit) in _TEXTS.items():
        if members.has(name):
            columns[column] = members.text(name, label, limit)
    rate = members.decimal("tax_rate", "Tax rate")
    if rate is not None and not 0 <= rate <= 100:
        members.refuse("tax_rate", "Tax rate must be from 0 to 100")
    elif rate is not None:
        columns["tax_rate"] = format(rate, "f")
    number = members.whole("user_invoice_number", "Invoice number", 10**15)
    if number is not None and number <= 0:
        members.refuse("user_invoice_number", "Invoice number must be greater than zero")
    elif number is not None:
        columns["sequence"] = number
    return columns


def read_day(members: Members) -> date | None:
    """The day of the invoice."""
    day = members.day("invoice_date", "Invoice date")
    if day is not None and day > LAST_DAY:
        members.refuse("invoice_date", "Invoice date is out of range")
        return None
    return day


def read_schedule(members: Members, *, required: bool) -> int | None:
    """The days the client has to pay."""
    if not members.given("payment_schedule"):
        if required or members.has("payment_schedule"):
            members.refuse("payment_schedule", "Payment schedule is missing")
        return None
    days = members.whole("payment_schedule", "Payment schedule")
    if days is not None and not 0 <= days <= MAX_DAYS:
        members.refuse("payment_schedule", f"Payment schedule must be from 0 to {MAX_DAYS} days")
        return None
    return days


def read_lines(call: Call, members: Members, projects: tuple[Project, ...]) -> tuple[Line, ...]:
    """Fixed fees and additional items; amounts are in main units, a line without project belongs to the first."""
    lines: list[Line] = []
    for name, (kind, label) in _ITEMS.items():
        trees = members.objects(name, label) or []
        if len(trees) > MAX_LINES:
            members.refuse(name, f"{label} are more than {MAX_LINES}")
            trees = []
        for place, tree in enumerate(trees):
            inner = Members(tree)
            line = _line(call, inner, kind, projects)
            for problem in inner.problems:
                members.refuse(name, f"{label} {place + 1}: {problem.message}")
            if line is not None:
                lines.append(line)
    return tuple(lines)


def _line(call: Call, members: Members, kind: str, projects: tuple[Project, ...]) -> Line | None:
    project_id = members.whole("workspace_id", "Workspace") or (projects[0].id if projects else 0)
    if projects and project_id not in {project.id for project in projects}:
        members.refuse("workspace_id", "Workspace is not one of the invoice")
    story_id = members.whole("story_id", "Story") if kind == "fixed_fee" else None
    story = call.look.one(Story, story_id)
    if story_id is not None and (story is None or story.project_id != project_id):
        members.refuse("story_id", "Story does not exist")
    amount = _amount(members, projects[0].currency if projects else "EUR")
    notes, taxable = members.text("notes", "Notes"), members.flag("taxable", "Taxable") or False
    if members.problems or amount is None:
        return None
    return Line(kind, project_id, amount, notes, taxable, story_id)


def _amount(members: Members, currency: str) -> int | None:
    value = members.decimal("amount", "Amount")
    if value is None:
        if not members.problems:
            members.refuse("amount", "Amount is missing")
        return None
    try:
        amount = parse_minor(str(value), currency)
    except MoneyError:
        members.refuse("amount", f"Amount has more decimals than {currency}")
        return None
    if not 0 < abs(amount) <= MAX_AMOUNT:
        members.refuse("amount", "Amount is out of range" if amount else "Amount must not be zero")
        return None
    return amount


def read_expenses(
    call: Call, members: Members, projects: Iterable[int], invoice_id: int | None = None
) -> list[int] | None:
    """The expenses that are to stand on the invoice (`invoice_id` None: a new one); None if none were sent."""
    for name, label in _UNKEPT.items():
        for row_id in members.ids(name, f"{label} ids") or ():
            members.refuse(name, f"{label} {row_id} was not found")
    ids = members.ids("expense_ids", "Expense ids")
    covered = set(projects)
    rows = call.books.many(Expense, ids or ())
    for row_id in ids or ():
        row = rows.get(row_id)
        problem = _unfit(row, covered, invoice_id)
        if problem:
            members.refuse("expense_ids", f"Expense {row_id} {problem}")
    return ids


def _unfit(row: Expense | None, projects: set[int], invoice_id: int | None) -> str | None:
    """Why an expense cannot stand on an invoice. That it has to be approved first is documented."""
    if row is None or row.deleted_at is not None:
        return "was not found"
    if projects and row.project_id not in projects:
        return "belongs to another project"
    if row.invoice_id is not None and row.invoice_id != invoice_id:
        return "is invoiced already"
    if row.marks & Mark.NEEDS_APPROVAL and not row.marks & Mark.APPROVED and row.invoice_id is None:
        return "is not approved"
    return None
