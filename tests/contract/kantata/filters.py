"""Every list parameter of payments, expenses and invoices: a value that bites, and one that is no value."""

from __future__ import annotations

from collections.abc import Callable
from statistics import mode
from typing import Any

from tests.contract.kantata.api import Row
from tests.contract.kantata.cases import Bad, Filter
from tests.contract.kantata.world import World, middle, moment, splitting

NOBODY = "987654321"


def after(resource: str, param: str, field: str) -> Filter:
    """Strictly later than a moment in the middle."""
    return Filter(
        resource,
        param,
        lambda world: str(middle(world.all(resource), field)),
        lambda _world, row, value: moment(row[field]) > moment(value),
    )


def before(resource: str, param: str, field: str) -> Filter:
    """Strictly earlier than a moment in the middle."""
    return Filter(
        resource,
        param,
        lambda world: str(middle(world.all(resource), field)),
        lambda _world, row, value: moment(row[field]) < moment(value),
    )


def same(resource: str, param: str, field: str) -> Filter:
    """The same id; numbers and texts are compared as texts."""
    return Filter(
        resource,
        param,
        lambda world: str(splitting(world.all(resource), lambda row: row[field])),
        lambda _world, row, value: str(row[field]) == value,
    )


def flag(resource: str, param: str, keep: Callable[[World, Row], bool]) -> tuple[Filter, Filter]:
    """`true` keeps some rows; `false` restricts nothing."""
    return (
        Filter(resource, param, lambda _: "true", lambda world, row, _: keep(world, row)),
        Filter(resource, param, lambda _: "false", lambda *_: True, bites=False, label="false"),
    )


def answer(resource: str, param: str, value: str, keep: Callable[[World, Row], bool]) -> Filter:
    """A boolean of which both values restrict."""
    return Filter(resource, param, lambda _: value, lambda world, row, _: keep(world, row), label=value)


def times(resource: str) -> tuple[Filter, ...]:
    """The four moments that every list has."""
    fields = ("created", "updated")
    afters = [after(resource, f"{field}_after", f"{field}_at") for field in fields]
    return (*afters, *(before(resource, f"{field}_before", f"{field}_at") for field in fields))


def reference(resource: str, param: str, member: str) -> Filter:
    """A member of any of the row's external references."""

    def value(world: World) -> str:
        rows = world.all(resource)
        return str(splitting(rows, lambda row: next((ref[member] for ref in world.references(resource, row)), None)))

    def keep(world: World, row: Row, value: str) -> bool:
        return any(str(ref[member]) == value for ref in world.references(resource, row))

    return Filter(resource, param, value, keep)


def references(resource: str) -> tuple[Filter, ...]:
    """The nine parameters about external references."""
    members = ("external_message", "external_status", "service_model", "service_model_ref", "service_name", "status")
    first = [reference(resource, f"external_reference_{member}", member) for member in members]
    refs = reference(resource, "external_reference_service_model_refs", "service_model_ref")

    def one_of(world: World, row: Row, value: str) -> bool:
        return any(ref["service_model_ref"] in value.split(",") for ref in world.references(resource, row))

    name = reference(resource, "without_external_reference_service_name", "service_name")
    return (
        *first,
        Filter(resource, refs.param, lambda world: f"{refs.value(world)},{NOBODY}", one_of),
        answer(resource, "has_external_references", "true", lambda world, row: bool(world.references(resource, row))),
        answer(resource, "has_external_references", "false", lambda world, row: not world.references(resource, row)),
        Filter(resource, name.param, name.value, lambda world, row, value: not name.keep(world, row, value)),
    )


def only(resource: str) -> Filter:
    """Two rows by their ids; unknown ones and words among them are dropped."""
    return Filter(
        resource,
        "only",
        lambda world: ",".join([*(row["id"] for row in world.all(resource)[1:3]), NOBODY, "word"]),
        lambda _world, row, value: row["id"] in value.split(","),
    )


def _approved(world: World, row: Row) -> bool:
    report = world.report(row)
    on_approved = report is not None and report["status"] == "approved"
    return on_approved or not world.workspace(row)["require_expense_approvals"]


def _on_own_account(world: World, row: Row) -> bool:
    own = mode(each["account_id"] for each in world.all("workspaces"))
    return bool(world.workspace(row)["account_id"] == own)


def _active_invoices(world: World) -> dict[str, set[str]]:
    """The expenses of each invoice that is not cancelled."""
    invoices = world.all("invoices")
    return {row["id"]: set(row["expense_ids"]) for row in invoices if row["status"] != "cancelled"}


def _an_active_invoice(world: World) -> str:
    return next(id_ for id_, expenses in _active_invoices(world).items() if expenses)


def _on_any_invoice(world: World, row: Row) -> bool:
    return any(row["id"] in expenses for expenses in _active_invoices(world).values())


def _report_with(world: World, link: str, *statuses: str) -> str:
    for row in world.all("expenses"):
        report = world.report(row, link)
        if report is not None and report["status"] in statuses:
            return str(report["id"])
    raise AssertionError(f"the books hold no expense whose {link} is {' or '.join(statuses)}")


def _day_range(world: World) -> str:
    days = sorted({row["date"] for row in world.all("expenses")})
    return f"{days[len(days) // 4]}:{days[3 * len(days) // 4]}"


def _within(field: str) -> Callable[[World, Row, str], bool]:
    def keep(_world: World, row: Row, value: str) -> bool:
        first, _, last = value.partition(":")
        return (not first or row[field][:10] >= first) and (not last or row[field][:10] <= last)

    return keep


def _reports(world: World) -> str:
    """A report that was refused or withdrawn, and another one."""
    gone = _report_with(world, "recent_submission_id", "rejected", "cancelled")
    return f"{gone},{_report_with(world, 'recent_submission_id', 'approved', 'new')}"


X = "expenses"
EXPENSES = (
    *times(X),
    *references(X),
    only(X),
    *flag(X, "approved", _approved),
    same(X, "created_by", "user_id"),
    Filter(X, "date_expensed_between", _day_range, _within("date")),
    Filter(X, "date_expensed_between", lambda w: f"{_day_range(w)[:11]}", _within("date"), label="open end"),
    Filter(X, "date_expensed_between", lambda w: f"{_day_range(w)[10:]}", _within("date"), label="open start"),
    answer(X, "from_archived_workspaces", "false", lambda world, row: not world.workspace(row)["archived"]),
    Filter(X, "from_archived_workspaces", lambda _: "true", lambda *_: True, bites=False, label="true"),
    answer(X, "on_my_account", "true", _on_own_account),
    Filter(X, "on_my_account", lambda _: "false", lambda *_: True, bites=False, label="false"),
    Filter(
        X,
        "in_active_invoice_id",
        _an_active_invoice,
        lambda world, row, value: row["id"] in _active_invoices(world)[value],
        label="an id",
    ),
    answer(X, "in_active_invoice_id", "true", _on_any_invoice),
    answer(X, "in_active_invoice_id", "false", lambda world, row: not _on_any_invoice(world, row)),
    *flag(X, "invoiced", lambda _, row: row["is_invoiced"]),
    *flag(X, "uninvoiced", lambda _, row: not row["is_invoiced"]),
    *flag(X, "submitted", lambda _, row: row["active_submission_id"] is not None),
    *flag(X, "unsubmitted", lambda _, row: row["active_submission_id"] is None),
    *flag(X, "mine", lambda world, row: row["user_id"] == world.me["id"]),
    answer(X, "reimbursable", "true", lambda _, row: row["reimbursable"]),
    answer(X, "reimbursable", "false", lambda _, row: not row["reimbursable"]),
    *flag(X, "with_expense_approvals", lambda world, row: world.workspace(row)["require_expense_approvals"]),
    Filter(
        X,
        "with_expense_report_id",
        lambda world: _report_with(world, "active_submission_id", "new", "approved"),
        lambda _, row, value: row["active_submission_id"] == value,
    ),
    Filter(
        X,
        "with_expense_report_id",
        lambda world: _report_with(world, "recent_submission_id", "rejected", "cancelled"),
        lambda *_: False,
        bites=False,
        label="of a rejected or cancelled report",
    ),
    Filter(
        X,
        "with_recent_expense_report_ids",
        _reports,
        lambda _, row, value: row["recent_submission_id"] in value.split(","),
    ),
    same(X, "workspace_id", "workspace_id"),
)


def _another_user(world: World) -> str:
    """Somebody who recorded no payment; a client records all of its payments under its own name."""
    busy = {str(row["user_id"]) for row in world.all(P)}
    return str(next(row["id"] for row in world.all("users") if row["id"] not in busy))


P = "external_payments"
PAYMENTS = (
    *times(P),
    only(P),
    same(P, "invoice_id", "invoice_id"),
    Filter(
        P, "user_id", lambda w: w.me["id"], lambda _, row, value: str(row["user_id"]) == value, bites=False, half="in"
    ),
    Filter(
        P,
        "user_id",
        _another_user,
        lambda _, row, value: str(row["user_id"]) == value,
        bites=False,
        half="out",
        label="another",
    ),
    same(P, "workspace_id", "workspace_id"),
)

I = "invoices"  # noqa: E741 - the three letters of the three lists


def _numbers(world: World) -> str:
    return ",".join(str(row["user_invoice_number"]) for row in world.all(I)[1:3])


def _two_workspaces(world: World) -> str:
    found = sorted({row["workspace_ids"][0] for row in world.all(I)})
    return ",".join(found[:2])


def _created_range(world: World) -> str:
    days = sorted({row["created_at"][:10] for row in world.all(I)})
    return f"{days[len(days) // 4]}:{days[3 * len(days) // 4]}"


INVOICES = (
    *times(I),
    *references(I),
    only(I),
    *flag(I, "paid", lambda _, row: row["status"] == "accepted payment"),
    *flag(I, "pending", lambda _, row: row["status"] == "new" and not row["draft"]),
    *flag(I, "without_drafts", lambda _, row: not row["draft"]),
    Filter(
        I, "user_invoice_number", _numbers, lambda _, row, value: str(row["user_invoice_number"]) in value.split(",")
    ),
    Filter(
        I, "workspace_id", _two_workspaces, lambda _, row, value: bool({*row["workspace_ids"]} & {*value.split(",")})
    ),
    Filter(I, "within_dates", _created_range, _within("created_at")),
)

FILTERS = (*PAYMENTS, *EXPENSES, *INVOICES)

_WRONG: dict[str, tuple[str, Any]] = {
    "datetime": ("yesterday", "refused"),
    "integer": ("twelve", "refused"),
    "boolean": ("perhaps", "refused"),
    "range": ("2026-01-01", "refused"),
    "string": ("nothing has this text", "nothing"),
    "exclusion": ("nothing has this text", "ignored"),
    "list": (NOBODY, "nothing"),
    "ids": ("one,two", "nothing"),
    "page": ("first", "ignored"),
    "order": ("colour:asc", "ignored"),
    "names": ("colour", "ignored"),
}
"""What is no value of each type of parameter, and what comes of it."""


def bad_of(resource: str, kinds: dict[str, str]) -> tuple[Bad, ...]:
    """One wrong value for each documented parameter of a list."""
    return tuple(Bad(resource, param, *_WRONG[kind]) for param, kind in kinds.items())
