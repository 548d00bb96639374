"""Every filter of expenses and line items, with the operations that its type has."""

from __future__ import annotations

from collections.abc import Callable

from tests.contract.productive.api import Row, attribute, link
from tests.contract.productive.build_filters import (
    booleans,
    bounds,
    dates,
    enumerated,
    fuzzy_people,
    ids,
    marked,
    numbers,
    of_attribute,
    of_link,
    searched,
    split_by,
    texts,
)
from tests.contract.productive.cases import Filter, Split
from tests.contract.productive.world import World, splitting

X = "expenses"
L = "line_items"


def deal_of(world: World, row: Row) -> Row:
    """The budget of an expense."""
    return world.one("deals", str(link(row, "deal")))


def _is_waiting(_world: World, row: Row) -> bool:
    return not attribute(row, "approved") and not attribute(row, "rejected")


def _approved(by_hand: bool) -> Callable[[World, Row], bool | None]:
    """Approved, by hand or by itself, which the approver tells where there is one."""

    def keep(_world: World, row: Row) -> bool | None:
        if not attribute(row, "approved"):
            return False
        return by_hand if link(row, "approver") else None

    return keep


def _any_date(_world: World, row: Row, value: str) -> bool | None:
    if attribute(row, "date") == value:
        return True
    return None if any(str(found)[:10] == value for found in row["attributes"].values()) else False


def _reimbursement(due: bool) -> Callable[[World, Row], bool | None]:
    def keep(_world: World, row: Row) -> bool | None:
        if attribute(row, "reimbursed_on"):
            return not due
        return bool(attribute(row, "reimbursable")) and due

    return keep


def _section(world: World, row: Row) -> str | None:
    """The name of the section of the service."""
    id_ = link(world.one("services", str(link(row, "service"))), "section")
    return str(attribute(world.included("services")["sections", id_], "name")) if id_ else None


def _is_blue(_world: World, row: Row, _value: str) -> bool | None:
    return {"contract: blue": True, "contract: plain": False}.get(str(attribute(row, "name")))


_ONE_LINKS = ("service_type", "service", "person", "creator", "vendor", "approver")

EXPENSES: tuple[Filter, ...] = (
    *ids(X, "deal_id", of_link("deal")),
    *ids(X, "quote_id", of_link("deal")),
    *ids(X, "company_id", lambda world, row: link(deal_of(world, row), "company")),
    *ids(X, "project_id", lambda world, row: link(deal_of(world, row), "project")),
    *(case for name in _ONE_LINKS for case in ids(X, f"{name}_id", of_link(name))),
    *(case for name in ("date", "pay_on", "paid_on") for case in bounds(X, name, of_attribute(name))),
    *(case for name in ("date", "pay_on", "paid_on", "reimbursed_on", "created_at") for case in dates(X, name)),
    *(case for name in ("amount", "billable_amount", "profit") for case in numbers(X, name)),
    *texts(X, "name"),
    *(searched(X, "name", name) for name in ("query", "full_query", "jump_query")),
    Filter(X, "fuzzy_dates", "", dates(X, "date")[0].value, _any_date),
    *fuzzy_people(X, "person"),
    *texts(X, "section_name", _section),
    marked(X, "name", "purchase_order_id", lambda _: "7", "contract: ordered", "contract: plain"),
    *booleans(X, "reimbursable", lambda _, row: bool(attribute(row, "reimbursable"))),
    *booleans(X, "invoiced", lambda _, row: attribute(row, "invoiced")),
    *enumerated(
        X,
        "status",
        {"1": lambda _, row: bool(attribute(row, "paid_on")), "2": lambda _, row: not attribute(row, "paid_on")},
    ),
    *enumerated(
        X,
        "approval_status",
        {
            "1": _approved(by_hand=True),
            "2": _is_waiting,
            "3": lambda _, row: attribute(row, "rejected"),
        },
    ),
    *enumerated(
        X,
        "reimbursement",
        {
            "1": lambda _, row: None if attribute(row, "reimbursed_on") else not attribute(row, "reimbursable"),
            "2": _reimbursement(due=True),
            "3": _reimbursement(due=False),
        },
    ),
    Filter(
        X,
        "invoicing_status",
        "",
        lambda _: "1",
        lambda _, row, _v: False if attribute(row, "invoiced") else None,
        bites=False,
    ),
    *enumerated(
        X,
        "export_status",
        {
            "1": lambda _, row: {"contract: exported": True, "contract: plain": False}.get(attribute(row, "name")),
            "2": lambda _, row: {"contract: exported": False, "contract: plain": True}.get(attribute(row, "name")),
        },
    ),
    Filter(X, "custom_fields", "", lambda _: "blue", _is_blue, member="77"),
)


def _line(name: str, value: Callable[[World], str], inside: str, outside: str) -> Filter:
    return marked(L, "description", name, value, f"contract: {inside}", f"contract: {outside}")


def _line_ids(world: World) -> str:
    return ",".join(row["id"] for row in world.all(L)[:2])


def _of_piece(world: World, kind: str) -> str:
    """The service, or its type, that the setup takes for its expenses and lines."""
    return splitting(
        world.all(X), lambda row: {str(link(row, kind))} if attribute(row, "name") == "contract: plain" else set()
    )


def _lined_expense(world: World) -> str:
    return splitting(world.all(X), lambda row: {row["id"]} if attribute(row, "name") == "contract: billed" else set())


LINES: tuple[Filter, ...] = (
    Filter(L, "id", "", _line_ids, lambda _, row, value: row["id"] in value.split(",")),
    *ids(L, "invoice_id", of_link("invoice")),
    _line("service_id", lambda world: _of_piece(world, "service"), "of a service", "plain"),
    _line("service_type_id", lambda world: _of_piece(world, "service_type"), "of a service", "plain"),
    _line("expense_id", _lined_expense, "of an expense", "plain"),
    _line("unit_id", lambda _: "3", "three days", "plain"),
    _line("discount", lambda _: "10", "cheaper", "plain"),
    *texts(L, "tax_name"),
    Filter(
        L,
        "tax_value",
        "",
        lambda world: splitting(world.all(L), lambda row: {str(attribute(row, "tax_value"))}),
        lambda _, row, value: attribute(row, "tax_value") == value,
    ),
    *texts(L, "description"),
)

SPLITS: tuple[Split, ...] = (
    split_by(X, "responsible_id", "people"),
    split_by(X, "invoice_id", "invoices"),
    Split(X, "recognized_revenue", lambda _: ("0", "0"), operations=("gt", "lt_eq"), whole=True),
    Split(X, "invoicing_status", lambda _: ("1", "2", "3"), whole=True),
    Split(X, "approval_status", lambda _: ("1", "2", "3", "4"), whole=True),
    Split(X, "export_status", lambda _: ("1", "2"), whole=True),
    split_by(L, "creator_id", "people"),
    split_by(L, "updater_id", "people"),
)
