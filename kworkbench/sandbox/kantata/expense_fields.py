"""The members of an expense in a write, read and checked into columns. Source: api/kantata.md section 4.3.

The sentences are ours throughout; so are the checks that a linked record exists and that an amount is not zero.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from kworkbench.domain.money import MoneyError, parse_minor
from kworkbench.sandbox.books.expense_rules import cost_values, service_for
from kworkbench.sandbox.books.kantata_model import ExpenseBudget
from kworkbench.sandbox.books.model import Attachment, Company, Person, Project, ServiceType, Story
from kworkbench.sandbox.books.money_model import Expense
from kworkbench.sandbox.books.rates import known
from kworkbench.sandbox.books.store import Value
from kworkbench.sandbox.kantata.bodies import Tree
from kworkbench.sandbox.kantata.call import Call, Look
from kworkbench.sandbox.kantata.values import MAX_AMOUNT, Members

Columns = dict[str, Value]

MAX_CATEGORY = 255
_DECIMAL = re.compile(r"[+-]?\d{1,12}(\.\d{1,6})?", re.ASCII)


def project_of(call: Call, members: Members) -> Project | None:
    """The project a new expense belongs to."""
    if not members.given("workspace_id"):
        members.refuse("workspace_id", "Workspace is missing")
        return None
    row_id = members.whole("workspace_id", "Workspace")
    project = call.look.one(Project, row_id)
    if row_id is not None and project is None:
        members.refuse("workspace_id", "Workspace does not exist")
    return project


def columns_of(call: Call, members: Members, project: Project, old: Expense | None) -> Columns:
    """The columns that the members change; for a new expense (`old` None) what is required must be there.

    Problems are noted in `members`; the columns are only good without any.
    """
    columns = _own(members, required=old is None)
    columns |= _links(call, members, project)
    columns |= _money(call, members, project, required=old is None)
    if "service_type_id" in columns or old is None:
        service_type = columns.get("service_type_id")
        service = service_for(call.books, project.id, service_type if isinstance(service_type, int) else None)
        columns |= {"service_id": service.id if service else None, "deal_id": service.deal_id if service else None}
    total = columns.get("total", old.total if old else 0)
    if "billable" in columns or "total" in columns:
        billable = columns.get("billable", old.billable if old else False)
        columns["billable_amount"] = total if billable else 0
    return columns


def _own(members: Members, *, required: bool) -> Columns:
    columns: Columns = {}
    for name, label in (("date", "Date"), ("category", "Category")):
        if (required or members.has(name)) and not members.given(name):
            members.refuse(name, f"{label} is missing")
    if (day := members.day("date", "Date")) is not None:
        columns |= {"date": day.isoformat(), "exchange_date": day.isoformat()}
    if members.given("category") and (category := members.text("category", "Category", MAX_CATEGORY)) is not None:
        columns["category"] = category
    if members.has("notes"):
        columns["name"] = members.text("notes", "Notes") or ""
    for name, column, label in (("billable", "billable", "Billable"), ("reimbursable", "reimbursable", "Reimbursable")):
        if (flag := members.flag(name, label)) is not None:
            columns[column] = flag
    return columns


def _links(call: Call, members: Members, project: Project) -> Columns:
    columns: Columns = {}
    for name, (column, label, exists) in _LINKS.items():
        row_id = members.whole(name, label)
        if row_id is not None:
            if exists(call.look, row_id, project):
                columns[column] = row_id
            else:
                members.refuse(name, f"{label} does not exist")
        elif members.has(name) and not members.given(name) and name != "user_id":
            columns[column] = None
    return columns


def _receipt(look: Look, row_id: int, _project: Project) -> bool:
    file = look.one(Attachment, row_id)
    return file is not None and file.deleted_at is None


def _story(look: Look, row_id: int, project: Project) -> bool:
    story = look.one(Story, row_id)
    return story is not None and story.project_id == project.id


def _vendor(look: Look, row_id: int, _project: Project) -> bool:
    company = look.one(Company, row_id)
    return company is not None and company.kind == "vendor"


def _budget(look: Look, row_id: int, project: Project) -> bool:
    budget = look.one(ExpenseBudget, row_id)
    return budget is not None and budget.project_id == project.id


# The books have no setting that allows only one of a story and a budget, so both are taken (ours).
# Member: its column, its name in a sentence, and whether a record with that id may be linked.
_LINKS: dict[str, tuple[str, str, Callable[[Look, int, Project], bool]]] = {
    "expense_category_id": (
        "service_type_id", "Expense category", lambda look, row_id, _: look.one(ServiceType, row_id) is not None,
    ),
    "user_id": ("person_id", "User", lambda look, row_id, _: look.one(Person, row_id) is not None),
    "receipt_id": ("attachment_id", "Receipt", _receipt),
    "story_id": ("story_id", "Story", _story),
    "vendor_id": ("vendor_id", "Vendor", _vendor),
    "expense_budget_id": ("expense_budget_id", "Expense budget", _budget),
}  # fmt: skip


def _money(call: Call, members: Members, project: Project, *, required: bool) -> Columns:
    """An amount in the project's currency, or a foreign one that overrides it."""
    foreign = members.group("foreign_exchange_amount", "Foreign exchange amount")
    if foreign and any(foreign.get(name) not in (None, "") for name in ("source_value", "source_currency")):
        return _foreign(call, members, project, foreign)
    if not members.given("amount_in_cents"):
        if required or members.has("amount_in_cents"):
            members.refuse("amount_in_cents", "Amount is missing")
        return {}
    amount = members.whole("amount_in_cents", "Amount", MAX_AMOUNT)
    if amount == 0:
        members.refuse("amount_in_cents", "Amount must not be zero")
    if not amount:
        return {}
    return cost_values(call.books, project, amount=amount, quantity="1.0", currency=project.currency)


def _foreign(call: Call, members: Members, project: Project, foreign: Tree) -> Columns:
    currency, value = (str(foreign.get(name) or "").strip() for name in ("source_currency", "source_value"))
    if not known(currency):
        members.refuse("foreign_exchange_amount", f"Source currency {currency[:10] or '(none)'} is not known")
        return {}
    amount = _minor(value, currency)
    if amount is not None and abs(amount) > MAX_AMOUNT:
        members.refuse("foreign_exchange_amount", "Source value is out of range")
        return {}
    if amount is None:
        members.refuse("foreign_exchange_amount", f"Source value is not an amount in {currency}")
        return {}
    columns = cost_values(call.books, project, amount=amount, quantity="1.0", currency=currency)
    if not columns["project_amount"]:
        members.refuse("foreign_exchange_amount", "Amount must not be zero")
    return columns


def _minor(value: str, currency: str) -> int | None:
    if not _DECIMAL.fullmatch(value):
        return None
    try:
        return parse_minor(value, currency)
    except MoneyError:
        return None
