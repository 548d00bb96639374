"""The checks of an expense, in the order name, date, currency, amount, service, then the rest (ours)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from kworkbench.sandbox.books.expense_rules import cost_values
from kworkbench.sandbox.books.model import Attachment, Company, Deal, Person, Project, Row, Service, ServiceType
from kworkbench.sandbox.books.money_model import Expense
from kworkbench.sandbox.books.productive_model import TaxRate
from kworkbench.sandbox.books.rates import half_up
from kworkbench.sandbox.books.store import Books, Value
from kworkbench.sandbox.productive import values
from kworkbench.sandbox.productive.bodies import Item
from kworkbench.sandbox.productive.checks import FieldChecks, Values
from kworkbench.sandbox.productive.errors import BLANK, MISSING
from kworkbench.sandbox.productive.values import FieldError, blank
from kworkbench.sandbox.productive.wire import Json

PIECE = 2
UNTRACKED = "must track expenses and be sold by the piece"

PLAIN: dict[str, Callable[[Json], Value]] = {
    "pay_on": values.day,
    "paid_on": values.day,
    "reimbursable": values.flag,
    "reimbursed_on": values.day,
    "rejected_reason": values.text,
    "tax_inclusion": values.one_of("exclusive", "inclusive"),
    "custom_fields": values.custom_fields,
}
"""Attributes that are written as they come. The words of `tax_inclusion` are ours."""

RELATED: dict[str, tuple[str, type[Row]]] = {
    "person": ("people", Person),
    "vendor": ("companies", Company),
    "attachment": ("attachments", Attachment),
    "tax_rate": ("tax_rates", TaxRate),
}
"""To-one relations besides the service, with the type on the wire and in the books; only `person` may not be null."""


MONEY = {"amount", "quantity", "currency", "billable_amount", "markup", "project_id"}
"""Columns that the derived amounts follow from."""


class ExpenseCheck(FieldChecks):
    """Checks one resource of a body. On an update (`expense` given) only what was sent is checked."""

    def __init__(self, books: Books, item: Item, expense: Expense | None) -> None:
        super().__init__(books, item, fresh=expense is None)
        self.expense = expense

    def values(self) -> Values:
        """The columns to write; `problems` is filled in passing."""
        found = self.required("name", values.text) | self._date()
        found |= self.required("currency", values.currency) | self.required("amount", values.minor)
        found |= self._service() | self.unless_blank("quantity", values.quantity)
        found |= self.unless_blank("billable_amount", values.minor) | self.optional("markup", values.percent)
        found |= self.unless_blank("position", values.place)
        for name, read in PLAIN.items():
            found |= self.optional(name, read)
        for name, (wire, kind) in RELATED.items():
            found |= self.relation(name, wire, kind, nullable=name != "person")
        found |= self._purchase_order()
        return found if self.problems else self._with_costs(found)

    def _date(self) -> Values:
        found = self.required_day("date")
        return found | {"exchange_date": found["date"]} if found else {}

    def _service(self) -> Values:
        """Budget, project, client and category are those of the service."""
        sent, service_id = self.item.related("service", "services")
        if self.expense is not None and not sent:
            return {}
        service = self.books.one(Service, service_id)
        if service is None:
            return self.fail("service", BLANK)
        if service.unit_id != PIECE or not service.expense_tracking_enabled:
            return self.fail("service", UNTRACKED)
        deal, category = self.books.one(Deal, service.deal_id), self.books.one(ServiceType, service.service_type_id)
        if deal is None or category is None:
            return self.fail("service", BLANK)
        return {
            "service_id": service.id,
            "deal_id": deal.id,
            "project_id": deal.project_id,
            "company_id": deal.company_id,
            "service_type_id": category.id,
            "category": category.name,
        }

    def _purchase_order(self) -> Values:
        """The sandbox keeps no purchase orders, only which one an expense belongs to (ours)."""
        sent, order_id = self.item.related("purchase_order", "purchase_orders")
        if sent and order_id is None and not blank(self.item.linkage("purchase_order")):
            return self.fail("purchase_order", MISSING)
        return {"purchase_order_id": order_id} if sent else {}

    def _with_costs(self, found: Values) -> Values:
        """Adds the derived amounts when anything they follow from is written."""
        kept = self.expense
        if kept is not None and not found.keys() & MONEY:
            return found
        project_id = found.get("project_id", kept.project_id if kept else None)
        project = self.books.one(Project, int(project_id or 0))
        if project is None:
            self.fail("service", BLANK)
            return found
        costs = cost_values(
            self.books,
            project,
            amount=int(found.get("amount", kept.amount if kept else 0) or 0),
            quantity=str(found.get("quantity", kept.quantity if kept else "1.0")),
            currency=str(found.get("currency", kept.currency if kept else project.currency)),
        )
        try:
            values.minor(costs["total"])
        except FieldError as problem:
            return self.fail("quantity", f"times amount {problem}")
        billable = int(found.get("billable_amount", kept.billable_amount if kept else 0) or 0)
        markup = found.get("markup")
        if markup is not None:
            # It wins over a billable amount that is sent with it (api/productive.md 11).
            billable = half_up(Decimal(int(costs["total"] or 0)) * (100 + Decimal(markup)) / 100)
        return found | costs | {"billable_amount": billable, "billable": int(billable != 0)}
