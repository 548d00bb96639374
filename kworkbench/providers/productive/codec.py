"""From Productive's resources to records. Sources: api/productive.md sections 7 to 12; words: product.md section 3."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

from kworkbench.domain.marker import split_marker
from kworkbench.domain.records import Record, Value, Values
from kworkbench.domain.settlement import settlement_of
from kworkbench.providers.known import Known
from kworkbench.providers.marked import without_marker
from kworkbench.providers.productive.documents import (
    Attribution,
    Deal,
    Expense,
    ExpenseAttributes,
    ExpenseLinks,
    Invoice,
    InvoiceAttributes,
    Named,
    One,
    Payment,
)
from kworkbench.providers.productive.extras import extras, recipients
from kworkbench.providers.productive.links import KINDS, Document, Links, Party, as_text, key_of
from kworkbench.providers.productive.own_fields import SENT, lines_of
from kworkbench.providers.rare import without_empty
from kworkbench.providers.scalars import read
from kworkbench.providers.wire import day, moment, raw_text, several

CREDIT_NOTE = "2"
"""The value of `invoice_type_id` of a credit note."""


def decode(document: Document, links: Links) -> Record | None:
    """The record of a resource, or None for a type that is none of ours.

    Raises:
        UnreadableAnswerError: the resource is not of its type's shape.
    """
    wire_type, record_id = key_of(document)
    kind = KINDS.get(wire_type)
    if kind is None:
        return None
    values = _READERS[kind](document, links)
    attributes = document.get("attributes")
    updated = attributes.get("updated_at") if isinstance(attributes, dict) else None
    return Record(
        kind, record_id, {"id": record_id, **without_empty(kind, values)}, raw_text(document), moment(updated)
    )


def payment(document: Document, links: Links) -> Values:
    """A payment: money in minor units of its currency, the note without its marker."""
    found = read(Payment, document)
    of = found.attributes
    before = links.known("payments", found.id)
    link = found.relationships.invoice
    invoice_id = link.data.id if link.data else None if link.sent("data") else as_text(before.get("invoice_id"))
    invoice = links.invoice(link)
    parent = links.known("invoices", invoice_id)
    parties = invoice_parties(invoice, links) if invoice else parent or before
    note, marker = split_marker(of.note or "")
    return {
        "date": of.written_off_on or of.paid_on,
        "invoice": _number(invoice.attributes) if invoice else parent.get("number", before.get("invoice")),
        "invoice_id": invoice_id,
        **{key: parties.get(key) for key in _PARTY_KEYS},
        "kind": _payment_kind(of.written_off_on, of.amount),
        "amount": of.amount,
        "currency": of.currency,
        "note": note or None,
        "marker": marker,
        "archived": bool(parties.get("archived")),
        "external": False,
        "paid_on": of.paid_on,
        "written_off_on": of.written_off_on,
        "external_id": of.external_id,
        "created": day(of.created_at),
    }


def invoice(document: Document, links: Links) -> Values:
    """An invoice: money in minor units of its currency, `outstanding` as sent."""
    found = read(Invoice, document)
    of = found.attributes
    before = links.known("invoices", found.id)
    paid, written_off = of.amount_paid, of.amount_written_off
    return {
        "number": _number(of),
        "kind": _invoice_kind(of),
        "issued": of.invoiced_on,
        "due": of.pay_on,
        "state": _state(of, before),
        "settlement": settlement_of(
            total=of.amount_with_tax or 0,
            paid=paid or 0,
            written_off=written_off or 0,
            outstanding=of.amount_unpaid or 0,
        ),
        "total": of.amount_with_tax,
        "outstanding": of.amount_unpaid,
        "paid": paid,
        "written_off": written_off,
        "currency": of.currency,
        "subject": of.subject,
        **invoice_parties(found, links),
        "external": False,
        **extras("invoices", document, before),
        "created": day(of.created_at),
        "paid_on": of.paid_on,
        "cancelled": day(of.deleted_at),
        "net": of.amount,
        "tax": of.amount_tax,
        **_later(of, before),
        **_made_by(found.relationships.creator, links, before),
        "exported": of.exported_at is not None,
        "tag": several(of.tag_list),
        **_own_fields(of.custom_fields),
    }


def _later(of: InvoiceAttributes, before: Values) -> dict[str, Value]:
    """What not every document of an invoice carries; where it does not, as it was known."""
    read = {
        "updated": ("last_activity_at", day(of.last_activity_at)),
        "finalized": ("finalized_at", day(of.finalized_at)),
        "credit_net": ("amount_credited", of.amount_credited),
        "credit_total": ("amount_credited_with_tax", of.amount_credited_with_tax),
        "has_credit": ("credited", of.credited),
    }
    return {key: value if of.sent(name) else before.get(key) for key, (name, value) in read.items()}


def _own_fields(sent: str | None) -> dict[str, Value]:
    return {"custom_field": lines_of(sent), SENT: sent} if sent else {"custom_field": None}


def _made_by(creator: One, links: Links, before: Values) -> dict[str, Value]:
    person = links.party(creator, "people", before, "creator")
    return {"creator": person.name, "creator_id": person.id}


def invoice_parties(found: Invoice, links: Links) -> dict[str, Value]:
    """Client and project of an invoice; where the document does not tell, as they were known."""
    before = links.known("invoices", found.id)
    client = links.party(found.relationships.company, "clients", before, "client")
    parties: dict[str, Value] = {"client": client.name, "client_id": client.id}
    budgets = _budgets(found, links)
    if budgets is None:
        return parties | {key: before.get(key) for key in _PROJECT_KEYS}
    by_id = {project.id: project for _, project in budgets if project.id is not None}
    projects = list(by_id.values())
    names = ", ".join(project.name or "" for project in projects)
    is_shared = len(projects) > 1
    return parties | {
        "project": f"{len(projects)} projects: {names}" if is_shared else names or None,
        "project_id": projects[0].id if len(projects) == 1 else None,
        "project_ids": several(by_id),
        "budget": ", ".join(sorted(budget.name for budget, _ in budgets if budget.name)) or None,
        "budget_ids": several(dict.fromkeys(budget.id for budget, _ in budgets)),
        "several_projects": is_shared,
        "archived": bool(projects) and all(links.archived(project.id) for project in projects),
    }


def expense(document: Document, links: Links) -> Values:
    """An expense: money in minor units of its currency, `amount` being quantity times unit cost."""
    found = read(Expense, document)
    of, to = found.attributes, found.relationships
    before = links.known("expenses", found.id)
    service = links.party(to.service, "services", before, "service")
    offered = links.known("services", service.id)
    category = links.party(to.service_type, "categories", Known(lambda: {**offered, **before}), "category")
    person = links.party(to.person, "people", before, "person")
    return {
        "date": of.date,
        "category": category.name,
        "category_id": category.id,
        **without_marker("expenses", of.name),
        "person": person.name,
        "person_id": person.id,
        "service": service.name,
        "service_id": service.id,
        "amount": of.total_amount if of.total_amount is not None else _times(of.quantity, of.amount),
        "unit_amount": of.amount,
        "quantity": of.quantity or "1",
        "billable_amount": of.billable_amount,
        "currency": of.currency,
        "billable": (of.billable_amount or 0) > 0,
        "reimbursable": bool(of.reimbursable),
        "invoiced": bool(of.invoiced),
        "approval": _approval(found),
        "receipt": bool(to.attachment.data) if to.attachment.sent("data") else before.get("receipt", False),
        **_budget(links.find(Deal, to.deal.data), offered, before, links),
        "external": False,
        **extras("expenses", document, before),
        **_expense_days(of),
        **_made_by(to.creator, links, before),
        **_others_of(to, links, before),
        "section": offered.get("section"),
        "draft": of.draft,
        "profit": of.profit,
        "revenue": of.recognized_revenue,
        "gross": of.amount_with_tax,
        **_own_fields(of.custom_fields),
        "note": of.note,
    }


def _expense_days(of: ExpenseAttributes) -> dict[str, Value]:
    return {
        "created": day(of.created_at),
        "updated": day(of.updated_at),
        "approved_on": day(of.approved_at),
    }


def _others_of(to: ExpenseLinks, links: Links, before: Values) -> dict[str, Value]:
    """Who approved it, and to whom it was paid."""
    approver = links.party(to.approver, "people", before, "approver")
    vendor = links.party(to.vendor, "clients", before, "vendor")
    return {
        "approver": approver.name,
        "approver_id": approver.id,
        "vendor": vendor.name,
    }


def _budget(deal: Deal | None, offered: Values, before: Values, links: Links) -> dict[str, Value]:
    """Project and client of an expense: by its deal, else by its service as known, else as they were."""
    project = links.party(deal.relationships.project, "projects", before, "project") if deal else _of(offered, before)
    client = links.party(deal.relationships.company, "clients", before, "client") if deal else Party()
    owner = links.known("projects", project.id)
    return {
        "project": project.name,
        "project_id": project.id,
        "client": client.name or owner.get("client"),
        "client_id": client.id or owner.get("client_id"),
        "archived": links.archived(project.id),
        "budget": deal.attributes.name if deal else before.get("budget"),
        "budget_id": deal.id if deal else before.get("budget_id"),
    }


def named(document: Document, links: Links) -> Values:
    """A record behind a picker."""
    found = read(Named, document)
    of = found.attributes
    values: dict[str, Value] = {"name": found.label, "archived": bool(of.archived_at or of.deactivated_at)}
    kind = KINDS[key_of(document)[0]]
    if kind == "clients":
        attributes = document.get("attributes")
        listed = attributes.get("invoice_email_recipients") if isinstance(attributes, dict) else None
        return {**values, "currency": of.default_currency, "recipients": recipients(listed)}
    if kind in ("projects", "budgets"):
        client = links.party(found.relationships.company, "clients", links.known(kind, found.id), "client")
        values |= {"client": client.name, "client_id": client.id}
        return values | _budget_named(found, links) if kind == "budgets" else values
    if kind == "services":
        return values | _service(found, links)
    return values


def _budget_named(found: Named, links: Links) -> dict[str, Value]:
    """A budget goes by its own name and its project's: `Phase 1` is what many of them are called."""
    project = links.party(found.relationships.project, "projects", links.known("budgets", found.id), "project")
    name = ", ".join(part for part in (found.label, project.name) if part)
    place = {"project": project.name, "project_id": project.id, "currency": found.attributes.currency}
    return {"name": name, "called": found.label, **place}


def _service(found: Named, links: Links) -> dict[str, Value]:
    before = links.known("services", found.id)
    deal = links.find(Deal, found.relationships.deal.data)
    project = links.party(deal.relationships.project, "projects", before, "project") if deal else _of(before, {})
    category = links.party(found.relationships.service_type, "categories", before, "category")
    currency = found.attributes.currency or (deal.attributes.currency if deal else None)
    section = links.party(found.relationships.section, "sections", before, "section")
    return {
        "section": section.name,
        "section_id": section.id,
        "project": project.name,
        "project_id": project.id,
        "category": category.name,
        "category_id": category.id,
        "budget": deal.attributes.name if deal else before.get("budget"),
        "currency": currency or before.get("currency"),
        "expense_tracking": found.attributes.expense_tracking_enabled,
    }


def _budgets(found: Invoice, links: Links) -> list[tuple[Party, Party]] | None:
    """The budgets an invoice is attributed to, each with its project; None where the document does not tell."""
    attributions = found.relationships.invoice_attributions
    if attributions.data is None:
        return None
    budgets: list[tuple[Party, Party]] = []
    for link in attributions.data:
        attribution = links.find(Attribution, link)
        deal = links.find(Deal, attribution.relationships.budget.data) if attribution else None
        if deal is None or not deal.relationships.project.sent("data"):
            return None
        project = links.party(deal.relationships.project, "projects", {}, "project")
        budgets.append((Party(deal.id, deal.attributes.name), project))
    return budgets


def _of(first: Values, second: Values) -> Party:
    return Party(
        as_text(first.get("project_id")) or as_text(second.get("project_id")),
        as_text(first.get("project")) or as_text(second.get("project")),
    )


def _number(of: InvoiceAttributes) -> str:
    return of.number or ""


def _invoice_kind(of: InvoiceAttributes) -> str:
    """`credited` does not count: it says of an invoice that a credit note exists for it."""
    return "credit-note" if of.invoice_type_id == CREDIT_NOTE or (of.amount_with_tax or 0) < 0 else "invoice"


def _state(of: InvoiceAttributes, before: Values) -> str:
    """Seed documents have no `finalized_at`: there a missing number tells a draft, or what was known of it."""
    if of.deleted_at is not None:
        return "cancelled"
    if of.sent("finalized_at"):
        return "open" if of.finalized_at else "draft"
    return "draft" if of.number is None or before.get("state") == "draft" else "open"


def _payment_kind(written_off_on: str | None, amount: int | None) -> str:
    if written_off_on is not None:
        return "write-off"
    return "refund" if (amount or 0) < 0 else "payment"


def _approval(found: Expense) -> str:
    """Productive has no reports: what is neither approved nor rejected nor a draft waits for its approver."""
    of = found.attributes
    if of.rejected:
        return "rejected"
    if of.approved:
        return "approved"
    return "submitted" if of.draft is False else "none"


def _times(quantity: str | None, unit: int | None) -> int | None:
    if unit is None:
        return None
    return int((Decimal(quantity or "1") * unit).quantize(Decimal(1), rounding=ROUND_HALF_UP))


_PROJECT_KEYS = ("project", "project_id", "project_ids", "budget", "budget_ids", "several_projects", "archived")
_PARTY_KEYS = ("client", "client_id", "project", "project_id", "project_ids", "budget", "budget_ids")
"""What a payment has from its invoice."""

_READERS: dict[str, Callable[[Document, Links], Values]] = {
    "payments": payment,
    "invoices": invoice,
    "expenses": expense,
    "clients": named,
    "projects": named,
    "people": named,
    "categories": named,
    "services": named,
    "tax_rates": named,
    "document_types": named,
    "subsidiaries": named,
    "budgets": named,
}
