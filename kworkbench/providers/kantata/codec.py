"""From Kantata's records to ours. Sources: api/kantata.md sections 3 to 6; words of product.md section 3."""

from __future__ import annotations

from collections.abc import Callable

from kworkbench.domain.marker import split_marker
from kworkbench.domain.records import Record, Value, Values
from kworkbench.lean import dataclass
from kworkbench.providers.kantata.documents import (
    Category,
    Expense,
    Invoice,
    Payment,
    Submission,
    User,
    Vendor,
    Workspace,
)
from kworkbench.providers.kantata.envelope import Answer, Document
from kworkbench.providers.scalars import read
from kworkbench.providers.wire import day, moment, raw_text

PAID = "accepted payment"
CANCELLED = "cancelled"

_REPORT = {"approved": "approved", "rejected": "rejected", "cancelled": "none", "canceled": "none"}


@dataclass(frozen=True, slots=True)
class Codec:
    """Reads the records of one answer.

    Attributes:
        own_account: the account that the person signed in belongs to, empty while it is not known.
    """

    answer: Answer
    own_account: str = ""

    def record(self, kind: str, record_id: str, document: Document) -> Record:
        """One record.

        Raises:
            UnreadableAnswerError: it is not of its kind's shape.
        """
        values = _READERS[kind](self, record_id, document)
        updated = moment(document.get("updated_at"))
        return Record(kind, record_id, {"id": record_id, **values}, raw_text(document), updated)

    def payment(self, record_id: str, document: Document) -> Values:
        """A payment; `date` is the day it was recorded, for Kantata keeps no other."""
        found = read(Payment, document)
        invoice = self.answer.find(Invoice, "invoices", found.invoice_id)
        parent = self.answer.known("invoices", found.invoice_id)
        project = self._project(found.workspace_id)
        before = self.answer.known("payments", record_id)
        number = invoice.user_invoice_number if invoice else parent.get("number", before.get("invoice"))
        currency = (invoice.currency if invoice else parent.get("currency")) or project.get("currency")
        note, marker = split_marker(found.message or "")
        return {
            "date": day(found.created_at),
            "invoice": number if found.invoice_id else None,
            "invoice_id": found.invoice_id,
            "project": project.get("name"),
            "project_id": found.workspace_id,
            "kind": "payment" if found.invoice_id else "project",
            "amount": found.amount_in_cents,
            "currency": currency or before.get("currency"),
            "note": note or None,
            "marker": marker,
            **_place(project),
        }

    def invoice(self, record_id: str, document: Document) -> Values:
        """An invoice; Kantata knows no part payment, so outstanding is the whole balance or nothing."""
        found = read(Invoice, document)
        total = found.balance_in_cents
        paid = found.status == PAID
        closed = paid or found.status == CANCELLED
        return {
            "number": found.user_invoice_number or "",
            "kind": "invoice",
            "issued": found.invoice_date,
            "due": found.due_date,
            "state": "draft" if found.draft else CANCELLED if found.status == CANCELLED else "open",
            "settlement": "paid" if paid else "unpaid",
            "total": total,
            "outstanding": 0 if closed else total,
            "paid": total if paid else 0,
            "written_off": 0,
            "currency": found.currency,
            "subject": found.user_invoice_title,
            "draft": bool(found.draft),
            **_said(
                payment_schedule=found.payment_schedule,
                message=found.message,
                purchase_order=found.purchase_order,
                project_code=found.project_code,
                tax_rate=found.tax_rate,
                recipient_id=found.recipient_id,
            ),
            **self._parties(record_id, found.workspace_ids),
        }

    def expense(self, record_id: str, document: Document) -> Values:
        """An expense; amounts in minor units of its project's currency."""
        found = read(Expense, document)
        before = self.answer.known("expenses", record_id)
        project = self._project(found.workspace_id)
        user = self.answer.find(User, "users", found.user_id)
        with_category = found.sent("expense_category_id")
        return {
            "date": found.date,
            "category": found.category,
            "category_id": found.expense_category_id if with_category else before.get("category_id"),
            "text": found.notes,
            "project": project.get("name"),
            "project_id": found.workspace_id,
            "person": _label(user) if user else self.answer.known("people", found.user_id).get("name"),
            "person_id": found.user_id,
            "amount": found.amount_in_cents,
            "currency": found.currency,
            "billable": bool(found.is_billable),
            "reimbursable": bool(found.reimbursable),
            "invoiced": bool(found.is_invoiced),
            "approval": self._approval(found),
            "receipt": found.receipt_id is not None if found.sent("receipt_id") else before.get("receipt", False),
            **_place(project),
            **_said(
                report_id=found.active_submission_id,
                receipt_id=found.receipt_id if found.sent("receipt_id") else before.get("receipt_id"),
                vendor_id=found.vendor_id if found.sent("vendor_id") else before.get("vendor_id"),
                story_id=found.story_id,
                expense_budget_id=found.expense_budget_id
                if found.sent("expense_budget_id")
                else before.get("expense_budget_id"),
            ),
        }

    def project(self, record_id: str, document: Document) -> Values:
        """A workspace; a side-loaded one lacks what must be asked for, which stays as it was known."""
        return self._workspace(read(Workspace, document), self.answer.known("projects", record_id))

    def person(self, _record_id: str, document: Document) -> Values:
        """A user."""
        found = read(User, document)
        return {"name": _label(found), "email": found.email_address, "account_id": found.account_id, "archived": False}

    def vendor(self, _record_id: str, document: Document) -> Values:
        """A vendor."""
        found = read(Vendor, document)
        return {"name": found.name or "", "archived": bool(found.archived)}

    def category(self, _record_id: str, document: Document) -> Values:
        """An expense category."""
        found = read(Category, document)
        return {"name": found.name or "", "archived": found.deleted_at is not None}

    def _project(self, workspace_id: str | None) -> Values:
        """What is known of a workspace, the answer's own side-load first."""
        known = self.answer.known("projects", workspace_id)
        found = self.answer.find(Workspace, "workspaces", workspace_id)
        return self._workspace(found, known) if found else known

    def _workspace(self, found: Workspace, before: Values) -> Values:
        with_client = found.sent("client_lead_name")
        return {
            "name": found.title or "",
            "currency": found.currency,
            "archived": bool(found.archived),
            "external": self._external(found),
            "client": found.client_lead_name if with_client else before.get("client"),
            "client_id": None,
        }

    def _external(self, found: Workspace) -> bool:
        """Whether a workspace belongs to another account; a guest's rights tell it while our own is not known."""
        if self.own_account and found.account_id:
            return found.account_id != self.own_account
        return bool(found.permissions and found.permissions.is_guest_on_project)

    def _parties(self, record_id: str, workspace_ids: tuple[str, ...] | None) -> Values:
        before = self.answer.known("invoices", record_id)
        if workspace_ids is None:
            return {key: before.get(key) for key in _PARTY_KEYS}
        projects = [self._project(workspace_id) for workspace_id in dict.fromkeys(workspace_ids)]
        names = ", ".join(str(project.get("name") or "") for project in projects)
        clients = dict.fromkeys(str(project["client"]) for project in projects if project.get("client"))
        several = len(projects) > 1
        return {
            "client": ", ".join(clients) or None,
            "client_id": None,
            "project": f"{len(projects)} projects: {names}" if several else names or None,
            "project_id": workspace_ids[0] if len(projects) == 1 else None,
            "several_projects": several,
            "archived": bool(projects) and all(project.get("archived") is True for project in projects),
            "external": bool(projects) and all(project.get("external") is True for project in projects),
        }

    def _approval(self, found: Expense) -> str:
        """An active report is new or approved; without one, only a rejection still says something."""
        active = found.active_submission_id
        report = self.answer.find(Submission, "expense_report_submissions", active or found.recent_submission_id)
        status = report.status if report and report.status else ""
        word = _REPORT.get(status.lower(), "submitted")
        if active:
            return word
        return "rejected" if word == "rejected" else "none"


def _place(project: Values) -> dict[str, Value]:
    """Client and whereabouts that a record has from its project."""
    return {
        "client": project.get("client"),
        "client_id": project.get("client_id"),
        "archived": project.get("archived") is True,
        "external": project.get("external") is True,
    }


def _said(**values: Value) -> dict[str, Value]:
    """Those of these values that something is said of: no list shows them."""
    return {key: value for key, value in values.items() if value is not None}


def _label(user: User) -> str:
    return user.full_name or user.email_address or ""


_PARTY_KEYS = ("client", "client_id", "project", "project_id", "several_projects", "archived", "external")

_READERS: dict[str, Callable[[Codec, str, Document], Values]] = {
    "payments": Codec.payment,
    "invoices": Codec.invoice,
    "expenses": Codec.expense,
    "projects": Codec.project,
    "people": Codec.person,
    "categories": Codec.category,
    "vendors": Codec.vendor,
}
