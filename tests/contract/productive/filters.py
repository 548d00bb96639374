"""Every filter of payments and invoices, with the operations that its type has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

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
    single,
    split_by,
    texts,
)
from tests.contract.productive.cases import Filter, Split
from tests.contract.productive.world import World, splitting
from tests.contract.wires import today

P = "payments"
I = "invoices"  # noqa: E741 - the letters of the lists


def company_of_payment(world: World, row: Row) -> str | None:
    """The company of the payment's invoice."""
    return link(world.invoice(row), "company")


def budgets_of(world: World, row: Row) -> set[str]:
    """The ids of an invoice's budgets."""
    return {each["id"] for each in world.budgets(row)}


def projects_of(world: World, row: Row) -> set[str]:
    """The ids of the projects of an invoice's budgets."""
    return {str(link(each, "project")) for each in world.budgets(row)}


def _number_of(world: World, row: Row) -> str | None:
    found: str | None = attribute(world.invoice(row), "number")
    return found


PAYMENTS: tuple[Filter, ...] = (
    *ids(P, "invoice_id", of_link("invoice")),
    *ids(P, "company_id", company_of_payment),
    *ids(P, "project_id", lambda world, row: projects_of(world, world.invoice(row))),
    *ids(P, "budget_id", lambda world, row: budgets_of(world, world.invoice(row))),
    *bounds(P, "paid", of_attribute("paid_on")),
    *dates(P, "paid_on"),
    *dates(P, "written_off_on"),
    *numbers(P, "amount"),
    *texts(P, "external_id"),
    *texts(P, "number", _number_of),
    marked(
        P,
        "note",
        "subsidiary_id",
        lambda w: w.all("subsidiaries")[0]["id"],
        "contract: of a subsidiary",
        "contract: plain",
    ),
)


def _is_draft(_world: World, row: Row) -> bool:
    return _is_draft_row(row)


def _is_open(row: Row) -> bool:
    """Finalized, clearly not settled, and not cancelled since (Kantata's cases cancel some)."""
    settled = attribute(row, "amount_unpaid") <= 0 or attribute(row, "deleted_at")
    return attribute(row, "finalized_at") is not None and not settled


def _is_odd(row: Row) -> bool:
    """Nothing was due, a part was written off, or it is a draft, deleted or not sent."""
    nothing_due = attribute(row, "amount_with_tax") <= 0 or attribute(row, "amount_written_off")
    return bool(nothing_due or attribute(row, "deleted_at") or not attribute(row, "sent_on") or _is_draft_row(row))


def _is_draft_row(row: Row) -> bool:
    return attribute(row, "finalized_at") is None


def _is_paid(row: Row) -> bool | None:
    """Whether money settled it; None where that is a matter of opinion."""
    if _is_odd(row):
        return None
    return bool(attribute(row, "amount_unpaid") <= 0)


def _late(row: Row) -> int | None:
    """By how many days an open invoice is overdue; None where nothing is due or the day is near a border."""
    if not _is_open(row) or attribute(row, "pay_on") is None:
        return None
    days = (today() - date.fromisoformat(attribute(row, "pay_on"))).days
    return None if any(abs(days - border) < 2 for border in (0, 15, 45)) else days


def _aged(low: int, high: int) -> Callable[[World, Row], bool | None]:
    def keep(_world: World, row: Row) -> bool | None:
        days = _late(row)
        return None if days is None else low < days < high

    return keep


def _status(late: bool) -> Callable[[World, Row], bool | None]:
    """Sent, not paid, and overdue or not."""

    def keep(_world: World, row: Row) -> bool | None:
        days = _late(row)
        if attribute(row, "finalized_at") is None:
            return False
        return None if days is None or not attribute(row, "sent_on") else (days > 0) == late

    return keep


def _unsent(_world: World, row: Row) -> bool | None:
    if _is_draft_row(row) or attribute(row, "sent_on"):
        return False
    return True if _is_open(row) else None


def _is_credit_note(row: Row) -> bool:
    return bool(attribute(row, "invoice_type_id") == 2 or attribute(row, "subject") == "contract: credit note")


_STATES: dict[str, Callable[[World, Row], bool | None]] = {
    "0": _unsent,
    "1": lambda _, row: _is_paid(row),
    "2": _status(late=True),
    "3": _status(late=False),
    "4": _is_draft,
}


def _part_paid(_world: World, row: Row) -> bool | None:
    return None if _is_odd(row) else bool(attribute(row, "amount_paid") > 0 and attribute(row, "amount_unpaid") > 0)


def _unpaid(_world: World, row: Row) -> bool | None:
    return None if _is_paid(row) is None else bool(attribute(row, "amount_paid") == 0)


def _person(world: World) -> str:
    """Whom the setup names; not the caller."""
    return str(world.all("people")[1]["id"])


def _credited(world: World) -> str:
    return splitting(
        world.all(I), lambda row: {row["id"]} if attribute(row, "subject") == "contract: credited" else set()
    )


def _credit(_world: World, row: Row) -> int | None:
    """What was credited, where it is sent or the setup knows it."""
    known = {"contract: credited": 4000, "contract: plain": 0}
    found = attribute(row, "amount_credited")
    return found if found is not None else known.get(str(attribute(row, "subject")))


def _is_credited(_world: World, row: Row) -> bool | None:
    return {"contract: credited": True, "contract: plain": False}.get(str(attribute(row, "subject")))


def _mark(name: str, value: Callable[[World], str], inside: str) -> Filter:
    return marked(I, "subject", name, value, f"contract: {inside}", "contract: plain")


def _any_date(_world: World, row: Row, value: str) -> bool | None:
    if attribute(row, "invoiced_on") == value:
        return True
    return None if any(str(found)[:10] == value for found in row["attributes"].values()) else False


FUZZY = (
    Filter(I, "fuzzy_dates", "", dates(I, "invoiced_on")[0].value, _any_date),
    *fuzzy_people(I, "creator"),
)

_AMOUNTS = ("amount", "amount_paid", "amount_tax", "amount_unpaid", "amount_with_tax", "amount_written_off")
_DAYS = ("created_at", "last_activity_at", "delivery_on", "invoiced_on", "paid_on", "pay_on", "sent_on")

INVOICES: tuple[Filter, ...] = (
    *ids(I, "id", lambda _, row: row["id"]),
    *texts(I, "number"),
    *(searched(I, "number", name) for name in ("query", "full_query", "jump_query")),
    *FUZZY,
    Filter(I, "tags", "", lambda _: "contract", lambda _, row, value: value in attribute(row, "tag_list")),
    *(case for name in _AMOUNTS for case in numbers(I, name)),
    Filter(I, "amount_credited", "gt", lambda _: "0", lambda w, r, _: None if (n := _credit(w, r)) is None else n > 0),
    Filter(I, "amount_credited_with_tax", "gt", lambda _: "0", lambda w, r, _: _is_credited(w, r)),
    *booleans(I, "credited", _is_credited),
    *ids(I, "company_id", of_link("company")),
    *ids(I, "deal_id", budgets_of),
    *ids(I, "project_id", projects_of),
    *ids(I, "creator_id", of_link("creator")),
    _mark("issuer_id", _person, "issued by another"),
    _mark("subscriber_id", _person, "with a subscriber"),
    _mark("subsidiary_id", lambda world: world.all("subsidiaries")[0]["id"], "of a subsidiary"),
    _mark("parent_invoice_id", _credited, "credit note"),
    *(case for name in _DAYS for case in dates(I, name)),
    *texts(I, "currency"),
    *texts(I, "purchase_order_number"),
    Filter(
        I,
        "custom_fields",
        "",
        lambda _: "blue",
        lambda _, row, value: (attribute(row, "custom_fields") or {}).get("77") == value,
        member="77",
    ),
    single(I, "overdue_status", "1", _status(late=True)),
    single(I, "overdue_status", "2", lambda w, row: None if _is_draft_row(row) else _status(late=False)(w, row)),
    *enumerated(I, "invoice_state", {"1": _is_draft, "2": lambda w, row: not _is_draft(w, row)}),
    *enumerated(I, "invoice_status", _STATES),
    *enumerated(I, "status", _STATES),
    *enumerated(I, "payment_status", {"1": lambda _, row: _is_paid(row), "2": _unpaid, "3": _part_paid}),
    *enumerated(
        I,
        "sent_status",
        {"1": lambda _, row: bool(attribute(row, "sent_on")), "2": lambda _, row: not attribute(row, "sent_on")},
    ),
    *enumerated(
        I,
        "invoice_aging",
        {"1": _aged(0, 15), "2": _aged(15, 45), "3": _aged(45, 100_000), "4": _aged(-1_000_000, 0)},
    ),
    *enumerated(
        I,
        "invoice_type",
        {
            "1": lambda _, row: not _is_credit_note(row),
            "2": lambda _, row: _is_credit_note(row),
        },
    ),
    *enumerated(
        I,
        "export_status",
        {
            "1": lambda _, row: bool(attribute(row, "exported_at")),
            "2": lambda _, row: not attribute(row, "exported_at"),
        },
    ),
)

SPLITS: tuple[Split, ...] = (
    split_by(I, "responsible_id", "people"),
    Split(I, "invoicing_method", lambda _: ("1", "2", "3")),
    Split(I, "invoice_aging", lambda _: ("0", "1", "2", "3", "4"), whole=True),
    Split(I, "invoice_status", lambda _: ("0", "1", "2", "3", "4"), whole=True),
    Split(I, "payment_status", lambda _: ("1", "2", "3"), whole=True),
)
