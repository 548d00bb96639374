"""The checks of an invoice, in the order invoiced_on, currency, company, then the rest (ours)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta

from kworkbench.sandbox.books.model import Attachment, Company, Person, Row
from kworkbench.sandbox.books.money_model import Invoice
from kworkbench.sandbox.books.productive_model import DocumentType, Subsidiary
from kworkbench.sandbox.books.rates import rate, rate_text
from kworkbench.sandbox.books.store import Books, Value
from kworkbench.sandbox.productive import values
from kworkbench.sandbox.productive.bodies import Item
from kworkbench.sandbox.productive.checks import FieldChecks, Values
from kworkbench.sandbox.productive.errors import BLANK, MISSING
from kworkbench.sandbox.productive.money_attributes import INVOICE_TYPES
from kworkbench.sandbox.productive.wire import Json

USUAL_DAYS = 30
"""Days to pay when neither the invoice nor its client says so (ours)."""

PAID_ALREADY = "can't be changed once there are payments"

PLAIN: dict[str, tuple[str, Callable[[Json], Value]]] = {
    "number": ("number", values.text),
    "subject": ("subject", values.text),
    "sent_on": ("sent_on", values.day),
    "delivery_on": ("delivery_on", values.day),
    "discount": ("discount", values.percent),
    "tax1_name": ("tax_name", values.text),
    "tax1_value": ("tax_rate", values.percent),
    "tax2_name": ("tax2_name", values.text),
    "tax2_value": ("tax2_value", values.percent),
    "tag_list": ("tags", values.tags),
    "note": ("note", values.text),
    "footer": ("footer", values.text),
    "purchase_order_number": ("purchase_order_number", values.text),
    "export_invoice_url": ("export_invoice_url", values.text),
    "custom_fields": ("custom_fields", values.custom_fields),
}
"""Attributes that are written as they come, with their columns."""

RELATED: dict[str, tuple[str, type[Row]]] = {
    "document_type": ("document_types", DocumentType),
    "subsidiary": ("subsidiaries", Subsidiary),
    "issuer": ("people", Person),
    "parent_invoice": ("invoices", Invoice),
    "attachment": ("attachments", Attachment),
}
"""To-one relations that may be left out; `attachment` is writable by ours."""


class InvoiceCheck(FieldChecks):
    """Checks one invoice. On an update (`invoice` given) only what was sent is checked."""

    def __init__(self, books: Books, item: Item, invoice: Invoice | None) -> None:
        super().__init__(books, item, fresh=invoice is None)
        self.invoice = invoice

    def values(self) -> Values:
        """The columns to write; `problems` is filled in passing."""
        found = self.required_day("invoiced_on") | self._currency() | self._company()
        for name, (column, read) in PLAIN.items():
            found |= self.optional(name, read, column)
        found |= self.unless_blank("pay_on", values.day) | self._kind()
        for name, (wire, kind) in RELATED.items():
            found |= self.relation(name, wire, kind)
        found |= self._subscribers()
        return found if self.problems else found | self._followed(found)

    def _currency(self) -> Values:
        """Payments are of their invoice's currency, so it stays once there are any (ours)."""
        found = self.required("currency", values.currency)
        kept = self.invoice
        if kept is None or found.get("currency", kept.currency) == kept.currency:
            return found
        if self.books.scalar("SELECT count(*) FROM payments WHERE invoice_id = ?", (kept.id,)):
            return self.fail("currency", PAID_ALREADY)
        return found

    def _company(self) -> Values:
        """An unknown client counts as blank, as an unknown invoice does (ours)."""
        sent, company_id = self.item.related("company", "companies")
        if not self.fresh and not sent:
            return {}
        if self.books.one(Company, company_id) is None:
            return self.fail("company", BLANK)
        return {"company_id": company_id}

    def _subscribers(self) -> Values:
        """Every one of them must exist (ours)."""
        named = self.item.related_many("subscribers", "people")
        if named is None:
            return {}
        known = self.books.many(Person, [one for one in named if one is not None])
        if any(one not in known for one in named):
            return self.fail("subscribers", MISSING)
        return {"subscribers": json.dumps([*dict.fromkeys(named)])}

    def _kind(self) -> Values:
        """Whether it is an invoice (1) or a credit note (2); only a new one can choose (ours)."""
        if not self.fresh:
            return {}
        numbers = {number: kind for kind, number in INVOICE_TYPES.items()}
        chosen = self.unless_blank("invoice_type_id", values.number_of(*numbers))
        return {"kind": numbers[int(chosen.get("invoice_type_id") or 1)]}

    def _followed(self, found: Values) -> Values:
        """What follows from what was written: the rate, the due day and the days to pay."""
        kept = self.invoice
        if found.get("parent_invoice_id") is not None and kept is not None and found["parent_invoice_id"] == kept.id:
            return self.fail("parent_invoice", MISSING)
        more: Values = {}
        invoiced_on = str(found.get("invoiced_on") or (kept.invoiced_on if kept else ""))
        if "currency" in found:
            own = self.books.organization().default_currency
            more["exchange_rate"] = rate_text(rate(str(found["currency"]), own))
        if "invoiced_on" in found:
            more["exchange_date"] = invoiced_on
        if kept is None and "pay_on" not in found:
            more["pay_on"] = self._due(invoiced_on, int(found["company_id"] or 0))
        pay_on = str(found.get("pay_on") or more.get("pay_on") or (kept.pay_on if kept else ""))
        return more | {"payment_schedule": (date.fromisoformat(pay_on) - date.fromisoformat(invoiced_on)).days}

    def _due(self, invoiced_on: str, company_id: int) -> str:
        company = self.books.one(Company, company_id)
        days = company.due_days if company and company.due_days is not None else USUAL_DAYS
        day = date.fromisoformat(invoiced_on)
        return min(day, date.max - timedelta(days=days)).__add__(timedelta(days=days)).isoformat()
