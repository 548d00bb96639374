"""The checks of an expense, in the order name, date, currency, amount, service, then the rest (ours)."""

from __future__ import annotations

from collections.abc import Callable

from kworkbench.sandbox.books.expense_rules import cost_values
from kworkbench.sandbox.books.model import (
    Attachment,
    Company,
    Deal,
    Expense,
    Person,
    Project,
    Row,
    Service,
    ServiceType,
)
from kworkbench.sandbox.books.rates import known
from kworkbench.sandbox.books.store import Books, Value
from kworkbench.sandbox.productive import bodies
from kworkbench.sandbox.productive.bodies import FieldError, Item, blank
from kworkbench.sandbox.productive.errors import BLANK, MISSING, NOT_A_DATE, NOT_LISTED, Problem
from kworkbench.sandbox.productive.wire import Json

PIECE = 2
UNTRACKED = "must track expenses and be sold by the piece"

PLAIN: dict[str, Callable[[Json], Value]] = {
    "pay_on": bodies.day,
    "paid_on": bodies.day,
    "reimbursable": bodies.flag,
    "reimbursed_on": bodies.day,
    "rejected_reason": bodies.text,
}
"""Attributes that are written as they come."""

RELATED: dict[str, tuple[str, type[Row]]] = {
    "person": ("people", Person),
    "vendor": ("companies", Company),
    "attachment": ("attachments", Attachment),
}
"""To-one relations besides the service, with the type on the wire and in the books; only `person` may not be null."""


MONEY = {"amount", "quantity", "currency", "billable_amount", "project_id"}
"""Columns that the derived amounts follow from."""


class ExpenseCheck:
    """Checks one resource of a body. On an update (`expense` given) only what was sent is checked."""

    def __init__(self, books: Books, item: Item, expense: Expense | None) -> None:
        self.books = books
        self.item = item
        self.expense = expense
        self.problems: list[Problem] = []

    def values(self) -> dict[str, Value]:
        """The columns to write; `problems` is filled in passing."""
        values: dict[str, Value] = {}
        values |= self._required("name", bodies.text)
        values |= self._date()
        values |= self._required("currency", _currency)
        values |= self._required("amount", bodies.minor)
        values |= self._service()
        values |= self._optional("quantity", bodies.quantity) | self._optional("billable_amount", bodies.minor)
        for name, read in PLAIN.items():
            values |= self._optional(name, read)
        for name, (wire, kind) in RELATED.items():
            values |= self._relation(name, wire, kind)
        return values if self.problems else self._with_costs(values)

    def _fail(self, name: str, detail: str) -> dict[str, Value]:
        self.problems.append(Problem(name, detail))
        return {}

    def _read(self, name: str, read: Callable[[Json], Value]) -> dict[str, Value]:
        try:
            return {name: read(self.item.attributes[name])}
        except FieldError as problem:
            return self._fail(name, str(problem))

    def _required(self, name: str, read: Callable[[Json], Value]) -> dict[str, Value]:
        if self.expense is not None and not self.item.sent(name):
            return {}
        return self._fail(name, BLANK) if blank(self.item.attributes.get(name)) else self._read(name, read)

    def _optional(self, name: str, read: Callable[[Json], Value]) -> dict[str, Value]:
        if not self.item.sent(name):
            return {}
        if blank(self.item.attributes[name]) and name in {"quantity", "billable_amount"}:
            return {}
        return self._read(name, read)

    def _date(self) -> dict[str, Value]:
        """A blank date makes two errors, as a payment's does (ours)."""
        if self.expense is not None and not self.item.sent("date"):
            return {}
        if blank(self.item.attributes.get("date")):
            self._fail("date", BLANK)
            return self._fail("date", NOT_A_DATE)
        found = self._read("date", bodies.day)
        return found | {"exchange_date": found["date"]} if found else {}

    def _service(self) -> dict[str, Value]:
        """Budget, project, client and category are those of the service."""
        sent, service_id = self.item.related("service", "services")
        if self.expense is not None and not sent:
            return {}
        service = self.books.one(Service, service_id)
        if service is None:
            return self._fail("service", BLANK)
        if service.unit_id != PIECE or not service.expense_tracking_enabled:
            return self._fail("service", UNTRACKED)
        deal, category = self.books.one(Deal, service.deal_id), self.books.one(ServiceType, service.service_type_id)
        if deal is None or category is None:
            return self._fail("service", BLANK)
        return {
            "service_id": service.id,
            "deal_id": deal.id,
            "project_id": deal.project_id,
            "company_id": deal.company_id,
            "service_type_id": category.id,
            "category": category.name,
        }

    def _relation(self, name: str, wire: str, kind: type[Row]) -> dict[str, Value]:
        sent, row_id = self.item.related(name, wire)
        if not sent:
            return {}
        column = f"{name}_id"
        cleared = blank(self._raw(name))
        if cleared and name != "person":
            return {column: None}
        if cleared or self.books.one(kind, row_id) is None:
            return self._fail(name, MISSING)
        return {column: row_id}

    def _raw(self, name: str) -> Json:
        linkage = self.item.relationships.get(name)
        if isinstance(linkage, dict):
            return linkage.get("data")
        return self.item.attributes.get(f"{name}_id")

    def _with_costs(self, values: dict[str, Value]) -> dict[str, Value]:
        """Adds the derived amounts when anything they follow from is written."""
        kept = self.expense
        if kept is not None and not values.keys() & MONEY:
            return values
        project_id = values.get("project_id", kept.project_id if kept else None)
        project = self.books.one(Project, int(project_id or 0))
        if project is None:
            self._fail("service", BLANK)
            return values
        costs = cost_values(
            self.books,
            project,
            amount=int(values.get("amount", kept.amount if kept else 0) or 0),
            quantity=str(values.get("quantity", kept.quantity if kept else "1.0")),
            currency=str(values.get("currency", kept.currency if kept else project.currency)),
        )
        try:
            bodies.minor(costs["total"])
        except FieldError as problem:
            return self._fail("quantity", f"times amount {problem}")
        billable = int(values.get("billable_amount", kept.billable_amount if kept else 0) or 0)
        return values | costs | {"billable_amount": billable, "billable": int(billable != 0)}


def _currency(value: Json) -> str:
    code = bodies.text(value) or ""
    if not known(code.strip().upper()):
        raise FieldError(NOT_LISTED)
    return code.strip().upper()
