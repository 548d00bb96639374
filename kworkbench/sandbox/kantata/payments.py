"""External payments: list, show, create, delete. Source: seed 000, api/kantata.md section 3."""

from __future__ import annotations

from kworkbench.sandbox.books.differences import KANTATA_PAYMENTS
from kworkbench.sandbox.books.model import Project
from kworkbench.sandbox.books.moments import local_day, whole_seconds
from kworkbench.sandbox.books.money_model import Invoice, Payment
from kworkbench.sandbox.books.rules import PaymentEntry, delete_payment, invoice_project_ids, record_payment
from kworkbench.sandbox.kantata.call import Call, Look
from kworkbench.sandbox.kantata.collection import Collection, Include, Record, linked
from kworkbench.sandbox.kantata.envelope import envelope
from kworkbench.sandbox.kantata.errors import invalid, not_found
from kworkbench.sandbox.kantata.filters import changes, number
from kworkbench.sandbox.kantata.invoices import INVOICES, status_of
from kworkbench.sandbox.kantata.people import USERS
from kworkbench.sandbox.kantata.values import MAX_AMOUNT, Members, member
from kworkbench.sandbox.kantata.workspaces import WORKSPACES

MAX_MESSAGE = 255


def payment_record(row: Payment, _look: Look) -> Record:
    """A payment; its links are integers as the seed prints them (section 9), its amount in the project's subunits."""
    return {
        "id": str(row.id),
        "amount_in_cents": row.amount,
        "created_at": whole_seconds(row.created_at),
        "invoice_id": row.invoice_id,
        "message": row.note,
        "updated_at": whole_seconds(row.updated_at),
        "user_id": row.creator_id,
        "workspace_id": row.project_id,
    }


PAYMENTS: Collection[Payment] = Collection(
    name="external_payments",
    kind=Payment,
    alias="p",
    record=payment_record,
    orders={"created_at": "p.created_at", "id": "p.id", "updated_at": "p.updated_at"},
    default_order="created_at:desc",
    visible=KANTATA_PAYMENTS,
    filters=changes("p.")
    | {
        "invoice_id": number("p.invoice_id = ?"),
        "user_id": number("p.creator_id = ?"),
        "workspace_id": number("p.project_id = ?"),
    },
    includes={
        "invoice": Include(INVOICES.side(), linked(lambda row: row.invoice_id)),
        "user": Include(USERS.side(), linked(lambda row: row.creator_id)),
        "workspace": Include(WORKSPACES.side(), linked(lambda row: row.project_id)),
    },
)


def create_payment(call: Call) -> Record:
    """Records a payment of a whole invoice, or of a project.

    That a payment makes its invoice `accepted payment`, and that an invoice already paid, cancelled, in draft or over
    several projects is refused with 422 on `invoice_id`, are our assumptions (section 3.3).

    Raises:
        Refusal: 422, one entry per problem.
    """
    members = Members(member(call.body, "external_payment"))
    project = _project(call, members)
    invoice = _invoice(call, members, project) if members.given("invoice_id") else None
    amount = invoice.amount_total if invoice else None
    if not members.given("invoice_id"):
        amount = _amount(members)
    message = members.text("message", "Message", MAX_MESSAGE)
    if members.problems or project is None or amount is None:
        raise invalid(members.problems)
    now = call.books.now()
    payment_id = record_payment(
        call.books,
        PaymentEntry(
            amount=amount,
            currency=invoice.currency if invoice else project.currency,
            creator_id=call.look.caller,
            invoice_id=invoice.id if invoice else None,
            project_id=project.id,
            paid_on=local_day(now, call.look.organization.offset_minutes),
            note=message,
        ),
    )
    return envelope(PAYMENTS, call, call.books.all(Payment, "WHERE id = ?", (payment_id,)))


def remove_payment(call: Call) -> None:
    """Deletes a payment for good; the invoice it paid is `new` again (our assumption, section 3.3).

    Raises:
        Refusal: 404, no such payment.
    """
    row = next(iter(call.books.all(Payment, f"p WHERE p.id = ? AND {KANTATA_PAYMENTS}", (call.row_id,))), None)
    if row is None:
        raise not_found()
    delete_payment(call.books, row)


def _project(call: Call, members: Members) -> Project | None:
    if not members.given("workspace_id"):
        members.refuse("workspace_id", "Workspace is missing")
        return None
    row_id = members.whole("workspace_id", "Workspace")
    project = call.look.one(Project, row_id)
    if row_id is not None and project is None:
        members.refuse("workspace_id", "Workspace does not exist")
    return project


def _amount(members: Members) -> int | None:
    """That a payment without invoice needs a positive amount is our assumption (section 3.3)."""
    if not members.given("amount_in_cents"):
        members.refuse("amount_in_cents", "Amount is missing")
        return None
    amount = members.whole("amount_in_cents", "Amount", MAX_AMOUNT)
    if amount is not None and amount <= 0:
        members.refuse("amount_in_cents", "Amount must be greater than zero")
        return None
    return amount


def _invoice(call: Call, members: Members, project: Project | None) -> Invoice | None:
    row_id = members.whole("invoice_id", "Invoice")
    if row_id is None:
        return None
    invoice = call.look.one(Invoice, row_id)
    if invoice is None or invoice.kind != "invoice" or invoice.deleted_at is not None:
        members.refuse("invoice_id", "Invoice does not exist")
        return None
    covered = invoice_project_ids(call.books, invoice.id)
    problem = _unpayable(invoice)
    if problem is None and len(covered) != 1:
        problem = "Invoice must belong to exactly one project"
    if problem is None and project is not None and project.id not in covered:
        problem = "Invoice belongs to another project"
    if problem is None:
        return invoice
    members.refuse("invoice_id", problem)
    return None


def _unpayable(invoice: Invoice) -> str | None:
    if invoice.state == "draft":
        return "Invoice is a draft"
    if invoice.amount_total <= 0:
        return "Invoice has nothing to pay"
    return {"cancelled": "Invoice is cancelled", "accepted payment": "Invoice is already paid"}.get(status_of(invoice))
