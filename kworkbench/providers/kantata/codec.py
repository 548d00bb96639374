"""From Kantata's records to ours. Sources: api/kantata.md sections 3 to 6; words of product.md section 3."""

from __future__ import annotations

from collections.abc import Callable

from kworkbench.domain.marker import split_marker
from kworkbench.domain.records import Record, Value, Values
from kworkbench.lean import dataclass
from kworkbench.providers.kantata.documents import (
    Category,
    Expense,
    ExpenseBudget,
    Foreign,
    Invoice,
    Payment,
    Reference,
    Submission,
    User,
    Vendor,
    Workspace,
)
from kworkbench.providers.kantata.envelope import Answer, Document
from kworkbench.providers.marked import without_marker
from kworkbench.providers.rare import without_empty
from kworkbench.providers.scalars import read
from kworkbench.providers.wire import day, moment, raw_text, several

PAID = "accepted payment"
CANCELLED = "cancelled"

_REPORT = {"approved": "approved", "rejected": "rejected", "cancelled": "none", "canceled": "none"}


@dataclass(frozen=True, slots=True)
class Own:
    """Who is signed in: their account, and their own id; empty while that is not known."""

    account: str = ""
    user: str = ""


@dataclass(frozen=True, slots=True)
class Codec:
    """Reads the records of one answer for the person that is signed in."""

    answer: Answer
    own: Own = Own()

    def record(self, kind: str, record_id: str, document: Document) -> Record:
        """One record.

        Raises:
            UnreadableAnswerError: it is not of its kind's shape.
        """
        values = _READERS[kind](self, record_id, document)
        updated = moment(document.get("updated_at"))
        return Record(kind, record_id, {"id": record_id, **without_empty(kind, values)}, raw_text(document), updated)

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
            **self._origin(found),
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
            **self._origin(found),
            "recipient": self._person(found.recipient_id),
            **self._references(found.external_reference_ids, self.answer.known("invoices", record_id)),
        }

    def expense(self, record_id: str, document: Document) -> Values:
        """An expense; amounts in minor units of its project's currency."""
        found = read(Expense, document)
        before = self.answer.known("expenses", record_id)
        project = self._project(found.workspace_id)
        with_category = found.sent("expense_category_id")
        approval = self._approval(found)
        return {
            "date": found.date,
            "category": found.category,
            "category_id": found.expense_category_id if with_category else before.get("category_id"),
            **without_marker("expenses", found.notes),
            "project": project.get("name"),
            "project_id": found.workspace_id,
            "person": self._person(found.user_id),
            "person_id": found.user_id,
            "amount": found.amount_in_cents,
            "currency": found.currency,
            "billable": bool(found.is_billable),
            "reimbursable": bool(found.reimbursable),
            "invoiced": bool(found.is_invoiced),
            "approval": approval,
            "receipt": found.receipt_id is not None if found.sent("receipt_id") else before.get("receipt", False),
            **_place(project),
            **_said(
                receipt_id=found.receipt_id if found.sent("receipt_id") else before.get("receipt_id"),
                expense_budget_id=found.expense_budget_id
                if found.sent("expense_budget_id")
                else before.get("expense_budget_id"),
            ),
            "created": day(found.created_at),
            "updated": day(found.updated_at),
            **self._vendor(found, before),
            **_reported(found, approval, project),
            "mine": bool(self.own.user) and found.user_id == self.own.user,
            "taxable": found.taxable,
            "foreign": _foreign(found.foreign_exchange_amount),
            "story_id": found.story_id,
            "role_id": found.role_id if found.sent("role_id") else before.get("role_id"),
            **self._references(found.external_reference_ids, before),
        }

    def _origin(self, found: Payment | Invoice) -> Values:
        """When and by whom a record was made, days as written."""
        return {
            "created": day(found.created_at),
            "updated": day(found.updated_at),
            "creator": self._person(found.user_id),
            "creator_id": found.user_id,
        }

    def _person(self, user_id: str | None) -> Value:
        user = self.answer.find(User, "users", user_id)
        return _label(user) if user else self.answer.known("people", user_id).get("name")

    def _vendor(self, found: Expense, before: Values) -> Values:
        if not found.sent("vendor_id"):
            return {key: before.get(key) for key in ("vendor", "vendor_id")}
        vendor = self.answer.find(Vendor, "vendors", found.vendor_id)
        known = self.answer.known("vendors", found.vendor_id).get("name")
        return {"vendor": vendor.name if vendor else known, "vendor_id": found.vendor_id}

    def _references(self, ids: tuple[str, ...] | None, before: Values) -> Values:
        """What other systems know of the record; as it was known where the answer does not say."""
        if ids is None:
            return {key: before.get(key) for key in ("has_ref", *_REFERENCE)}
        found = [self.answer.find(Reference, "external_references", each) for each in ids]
        there = [reference for reference in found if reference is not None]
        said = {key: several(read_from(each) for each in there) for key, read_from in _REFERENCE.items()}
        return {"has_ref": bool(ids), **said}

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

    def budget(self, record_id: str, document: Document) -> Values:
        """An expense budget; it goes by its project's name too, for many bear the same one."""
        found = read(ExpenseBudget, document)
        project = self._project(found.workspace_id)
        parts = (found.title or found.name or f"Budget {record_id}", str(project.get("name") or ""))
        place = {"project_id": found.workspace_id, "currency": project.get("currency")}
        return {"name": ", ".join(part for part in parts if part), "archived": False, **place}

    def _project(self, workspace_id: str | None) -> Values:
        """What is known of a workspace, the answer's own side-load first."""
        known = self.answer.known("projects", workspace_id)
        found = self.answer.find(Workspace, "workspaces", workspace_id)
        return self._workspace(found, known) if found else known

    def _workspace(self, found: Workspace, before: Values) -> Values:
        with_client = found.sent("client_lead_name")
        with_approvals = found.sent("require_expense_approvals")
        return {
            "name": found.title or "",
            "currency": found.currency,
            "archived": bool(found.archived),
            "external": self._external(found),
            "client": found.client_lead_name if with_client else before.get("client"),
            "client_id": None,
            "needs_approval": found.require_expense_approvals if with_approvals else before.get("needs_approval"),
        }

    def _external(self, found: Workspace) -> bool:
        """Whether a workspace belongs to another account; a guest's rights tell it while our own is not known."""
        if self.own.account and found.account_id:
            return found.account_id != self.own.account
        return bool(found.permissions and found.permissions.is_guest_on_project)

    def _parties(self, record_id: str, workspace_ids: tuple[str, ...] | None) -> Values:
        before = self.answer.known("invoices", record_id)
        if workspace_ids is None:
            return {key: before.get(key) for key in _PARTY_KEYS}
        projects = [self._project(workspace_id) for workspace_id in dict.fromkeys(workspace_ids)]
        names = ", ".join(str(project.get("name") or "") for project in projects)
        clients = dict.fromkeys(str(project["client"]) for project in projects if project.get("client"))
        is_shared = len(projects) > 1
        return {
            "client": ", ".join(clients) or None,
            "client_id": None,
            "project": f"{len(projects)} projects: {names}" if is_shared else names or None,
            "project_id": workspace_ids[0] if len(projects) == 1 else None,
            "project_ids": several(dict.fromkeys(workspace_ids)),
            "several_projects": is_shared,
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


def _reported(found: Expense, approval: str, project: Values) -> dict[str, Value]:
    """The reports an expense stands or stood on, and whether it may be invoiced as far as approval goes."""
    needs = project.get("needs_approval") is True
    return {
        "submitted": found.active_submission_id is not None,
        "report_id": found.active_submission_id,
        "recent_report_id": found.recent_submission_id,
        "needs_approval": needs,
        "cleared": not needs or approval == "approved",
    }


def _foreign(found: Foreign) -> str | None:
    if found.source_value is None:
        return None
    return f"{found.source_value} {found.source_currency or ''}".rstrip()


def _label(user: User) -> str:
    return user.full_name or user.email_address or ""


_PARTY_KEYS = (
    "client",
    "client_id",
    "project",
    "project_id",
    "project_ids",
    "several_projects",
    "archived",
    "external",
)

_REFERENCE: dict[str, Callable[[Reference], str | None]] = {
    "ref_service": lambda of: of.service_name,
    "ref_model": lambda of: of.service_model,
    "ref_id": lambda of: of.service_model_ref,
    "ref_status": lambda of: "failed" if of.status == "fail" else of.status,
    "ref_external_status": lambda of: of.external_status,
    "ref_message": lambda of: of.external_message,
}
"""What is kept of a reference; `fail` is what the seed's filter calls a failed one."""

_READERS: dict[str, Callable[[Codec, str, Document], Values]] = {
    "payments": Codec.payment,
    "invoices": Codec.invoice,
    "expenses": Codec.expense,
    "projects": Codec.project,
    "people": Codec.person,
    "categories": Codec.category,
    "vendors": Codec.vendor,
    "expense_budgets": Codec.budget,
}
