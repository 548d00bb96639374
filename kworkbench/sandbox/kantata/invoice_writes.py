"""Writing, changing, cancelling and deleting invoices. Source: api/kantata.md section 5.3.

Ours: an invoice that is paid or cancelled is not changed (422 on `base`); one that is paid is not cancelled before its
payment is deleted; an issued one does not become a draft again; `invoice_date` is today unless sent.
"""

from __future__ import annotations

from datetime import date

from kworkbench.sandbox.books.invoicing import (
    InvoiceEntry,
    cancel_invoice,
    delete_draft,
    issued,
    next_number,
    put_expenses,
    recalculate,
    terms,
    write_invoice,
)
from kworkbench.sandbox.books.kantata_model import InvoiceItem, InvoiceNote
from kworkbench.sandbox.books.moments import local_day
from kworkbench.sandbox.books.money_model import Invoice
from kworkbench.sandbox.books.rules import invoice_project_ids
from kworkbench.sandbox.books.store import Value
from kworkbench.sandbox.kantata.call import Call
from kworkbench.sandbox.kantata.collection import Record
from kworkbench.sandbox.kantata.envelope import envelope
from kworkbench.sandbox.kantata.errors import Problem, invalid, not_found
from kworkbench.sandbox.kantata.invoice_fields import (
    MAX_TEXT,
    read_columns,
    read_day,
    read_expenses,
    read_lines,
    read_projects,
    read_schedule,
)
from kworkbench.sandbox.kantata.invoices import INVOICES, status_of
from kworkbench.sandbox.kantata.reference_writes import keep_reference, read_reference
from kworkbench.sandbox.kantata.values import Members, member

NO_LINE = "Invoice must have at least one line"


def show_next_number(call: Call) -> Record:
    """The number that the next invoice gets, as a text and without an envelope."""
    return {"next_invoice_number": str(next_number(call.books))}


def create_invoice(call: Call) -> Record:
    """Writes an invoice over one project or several.

    Raises:
        Refusal: 422, one entry per problem.
    """
    members = Members(member(call.body, "invoice"))
    projects = read_projects(call, members)
    schedule = read_schedule(members, required=True)
    expenses = read_expenses(call, members, (project.id for project in projects)) or []
    lines = read_lines(call, members, projects)
    columns = read_columns(members)
    day = read_day(members) or _today(call)
    draft = members.flag("draft", "Draft") or False
    members.flag("suppress_emails", "Suppress emails")
    code = members.text("project_code", "Project code", MAX_TEXT)
    reference = read_reference(members)
    if not expenses and not lines and not members.problems:
        members.refuse("base", NO_LINE)
    if members.problems or schedule is None:
        raise invalid(members.problems)
    number = columns.pop("sequence", None)
    entry = InvoiceEntry(
        projects=projects,
        creator_id=call.look.caller,
        invoiced_on=day,
        payment_schedule=schedule,
        sequence=number if isinstance(number, int) else next_number(call.books),
        draft=draft,
        columns=columns,
        project_code=code,
        lines=lines,
        expense_ids=tuple(expenses),
    )
    with call.books.transaction():
        invoice_id = write_invoice(call.books, entry)
        keep_reference(call, "invoices", invoice_id, reference)
    return _reply(call, invoice_id)


def update_invoice(call: Call) -> Record:
    """Changes the members sent; a list of expenses replaces the one before.

    Raises:
        Refusal: 404, or 422 with one entry per problem.
    """
    invoice = _invoice(call)
    status = status_of(invoice)
    if status != "new":
        word = "cancelled" if status == "cancelled" else "paid"
        raise invalid([Problem(f"Invoice is {word} and cannot be changed", "base")])
    members = Members(member(call.body, "invoice"))
    columns = read_columns(members) | _terms(members, invoice)
    expenses = read_expenses(call, members, invoice_project_ids(call.books, invoice.id), invoice.id)
    code = members.text("project_code", "Project code", MAX_TEXT)
    reference = read_reference(members)
    columns |= _issuing(call, members, invoice, str(columns.get("invoiced_on", invoice.invoiced_on)))
    if expenses == [] and not call.books.all(InvoiceItem, "WHERE invoice_id = ? LIMIT 1", (invoice.id,)):
        members.refuse("base", NO_LINE)
    if members.problems:
        raise invalid(members.problems)
    with call.books.transaction():
        call.books.update(Invoice, invoice.id, **columns, updated_at=call.books.now())
        if members.has("project_code"):
            _keep_code(call, invoice.id, code)
        if expenses is not None:
            put_expenses(call.books, invoice.id, expenses)
        if expenses is not None or "tax_rate" in columns:
            recalculate(call.books, invoice.id)
        keep_reference(call, "invoices", invoice.id, reference)
    return _reply(call, invoice.id)


def cancel(call: Call) -> Record:
    """Cancels an invoice that is neither a draft nor paid nor cancelled; its expenses can be invoiced again.

    Raises:
        Refusal: 404, or 422.
    """
    invoice = _invoice(call)
    status = status_of(invoice)
    if invoice.state == "draft":
        raise invalid([Problem("Invoice is a draft and cannot be cancelled. Delete it instead.", "base")])
    if status != "new":
        word = "cancelled already" if status == "cancelled" else "paid and cannot be cancelled"
        raise invalid([Problem(f"Invoice is {word}", "base")])
    cancel_invoice(call.books, invoice)
    return _reply(call, invoice.id)


def delete_invoice(call: Call) -> None:
    """Deletes a draft.

    Raises:
        Refusal: 404, or 422 when it is no draft.
    """
    invoice = _invoice(call)
    if invoice.state != "draft":
        raise invalid([Problem("Invoice is not a draft and cannot be deleted. Cancel it instead.", "base")])
    delete_draft(call.books, invoice)


def _invoice(call: Call) -> Invoice:
    row = call.books.one(Invoice, call.row_id)
    if row is None or row.kind != "invoice" or row.deleted_at is not None:
        raise not_found()
    return row


def _reply(call: Call, invoice_id: int) -> Record:
    return envelope(INVOICES, call, call.books.all(Invoice, "WHERE id = ?", (invoice_id,)))


def _today(call: Call) -> date:
    return date.fromisoformat(local_day(call.books.now(), call.look.organization.offset_minutes))


def _terms(members: Members, invoice: Invoice) -> dict[str, Value]:
    schedule = read_schedule(members, required=False)
    day = read_day(members)
    if schedule is None and day is None:
        return {}
    days = invoice.payment_schedule if schedule is None else schedule
    return terms(day or date.fromisoformat(invoice.invoiced_on), days)


def _issuing(call: Call, members: Members, invoice: Invoice, day: str) -> dict[str, Value]:
    draft = members.flag("draft", "Draft")
    if draft and invoice.state != "draft":
        members.refuse("draft", "An issued invoice cannot become a draft again")
    if draft is False and invoice.state == "draft":
        return issued(date.fromisoformat(day), call.books.now())
    return {}


def _keep_code(call: Call, invoice_id: int, code: str | None) -> None:
    if call.books.one(InvoiceNote, invoice_id) is None:
        call.books.insert(InvoiceNote, id=invoice_id)
    call.books.update(InvoiceNote, invoice_id, project_code=code)
