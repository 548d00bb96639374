"""Writing invoices, and what can be done with them (api/productive.md section 10)."""

from __future__ import annotations

import secrets

from starlette.responses import Response

from kworkbench.sandbox.books.moments import local_day
from kworkbench.sandbox.books.money_model import Invoice
from kworkbench.sandbox.books.productive_invoicing import delete_invoice, finalize
from kworkbench.sandbox.books.totals import credit_parent, total_invoice
from kworkbench.sandbox.productive import values
from kworkbench.sandbox.productive.assembly import Assembly
from kworkbench.sandbox.productive.bodies import read_action, read_item
from kworkbench.sandbox.productive.call import Call
from kworkbench.sandbox.productive.checks import FieldChecks
from kworkbench.sandbox.productive.errors import Problem, conflict, forbidden, invalid
from kworkbench.sandbox.productive.invoice_checks import InvoiceCheck
from kworkbench.sandbox.productive.invoice_tables import INVOICES
from kworkbench.sandbox.productive.query import wishes_of
from kworkbench.sandbox.productive.reads import shown_row
from kworkbench.sandbox.productive.wire import answer, empty

DRAFT = "is a draft"
NOT_EXPORTED = "was not exported"


def create(call: Call) -> Response:
    """201 with a draft; the issuer is the creator unless another is named."""
    assembly = _assembly(call)
    checked = InvoiceCheck(call.books, read_item(call.body, "invoices"), None)
    found = checked.values()
    checked.refuse()
    owner, now = call.books.organization().owner_id, call.books.now()
    found.setdefault("issuer_id", owner)
    with call.books.transaction():
        invoice_id = call.books.insert(
            Invoice,
            **found,
            state="draft",
            creator_id=owner,
            email_key=secrets.token_hex(16),
            created_at=now,
            updated_at=now,
        )
    return answer(assembly.single(shown_row(INVOICES, Invoice, call, invoice_id)), 201)


def update(call: Call) -> Response:
    """200; an invoice that is finalized may be edited (ours)."""
    assembly, invoice = _assembly(call), _invoice(call)
    checked = InvoiceCheck(call.books, read_item(call.body, "invoices", invoice.id), invoice)
    found = checked.values()
    checked.refuse()
    with call.books.transaction():
        call.books.update(Invoice, invoice.id, **found, updated_at=call.books.now())
        if "discount" in found:
            total_invoice(call.books, invoice.id)
        if found.get("parent_invoice_id", invoice.parent_invoice_id) != invoice.parent_invoice_id:
            credit_parent(call.books, invoice.parent_invoice_id)
            credit_parent(call.books, int(found["parent_invoice_id"] or 0) or None)
    return _shown(call, assembly, invoice.id)


def delete(call: Call) -> Response:
    """204 for a draft; a finalized invoice is in conflict (ours)."""
    invoice = _invoice(call)
    if invoice.finalized_at is not None:
        raise conflict("A finalized invoice can't be deleted")
    delete_invoice(call.books, invoice)
    return empty()


def finalize_one(call: Call) -> Response:
    """200; the body may carry a number, and a second time changes nothing (ours)."""
    assembly, invoice = _assembly(call), _invoice(call)
    checks = FieldChecks(call.books, read_action(call.body, "invoices", invoice.id), fresh=False)
    number = checks.unless_blank("number", values.text).get("number")
    checks.refuse()
    finalize(call.books, invoice, None if number is None else str(number))
    return _shown(call, assembly, invoice.id)


def send(call: Call) -> Response:
    """200 and marked as sent today; no mail leaves the sandbox. A draft is not sent (ours)."""
    assembly, invoice = _issued(call)
    with call.books.transaction():
        now = call.books.now()
        day = invoice.sent_on or local_day(now, call.books.organization().offset_minutes)
        call.books.update(Invoice, invoice.id, sent_on=day, updated_at=now)
    return _shown(call, assembly, invoice.id)


def export(call: Call) -> Response:
    """200 and marked as exported; a draft is not exported (ours)."""
    assembly, invoice = _issued(call)
    _mark_exported(call, invoice)
    return _shown(call, assembly, invoice.id)


def export_update(call: Call) -> Response:
    """200 for what was exported before (ours)."""
    assembly, invoice = _issued(call)
    if invoice.exported_at is None:
        raise invalid([Problem("base", NOT_EXPORTED)])
    _mark_exported(call, invoice)
    return _shown(call, assembly, invoice.id)


def send_einvoice(call: Call) -> Response:
    """403: the sandbox's organization has no e-invoicing (ours)."""
    _invoice(call)
    raise forbidden()


def _mark_exported(call: Call, invoice: Invoice) -> None:
    now = call.books.now()
    with call.books.transaction():
        call.books.update(Invoice, invoice.id, exported_at=now, updated_at=now)


def _issued(call: Call) -> tuple[Assembly, Invoice]:
    """An invoice that is no draft; what the body says is checked for its form only.

    Raises:
        ApiError: 422 for a draft.
    """
    assembly, invoice = _assembly(call), _invoice(call)
    read_action(call.body, "invoices", invoice.id)
    if invoice.state == "draft":
        raise invalid([Problem("base", DRAFT)])
    return assembly, invoice


def _assembly(call: Call) -> Assembly:
    return Assembly(call.context, INVOICES.kind, wishes_of(call.pairs))


def _shown(call: Call, assembly: Assembly, invoice_id: int) -> Response:
    return answer(assembly.single(shown_row(INVOICES, Invoice, call, invoice_id)))


def _invoice(call: Call) -> Invoice:
    return shown_row(INVOICES, Invoice, call, call.row_id())
