"""The rows that hold money, and what hangs on them: invoices, payments, expenses, reports (conventions: `model`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from kworkbench.sandbox.books.model import Row


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice or credit note. `kind`: invoice, credit-note; `state`: draft, open, cancelled."""

    TABLE: ClassVar[str] = "invoices"
    id: int
    number: str | None
    sequence: int | None
    kind: str
    state: str
    subject: str | None
    note: str | None
    company_id: int
    creator_id: int
    recipient_id: int | None
    parent_invoice_id: int | None
    invoiced_on: str
    pay_on: str
    payment_schedule: int
    sent_on: str | None
    delivery_on: str | None
    paid_on: str | None
    currency: str
    exchange_rate: str
    exchange_date: str
    tax_name: str | None
    tax_rate: str | None
    discount: str | None
    amount_net: int
    amount_tax: int
    amount_total: int
    amount_paid: int
    amount_written_off: int
    amount_unpaid: int
    email_key: str
    purchase_order_number: str | None
    exported_at: str | None
    finalized_at: str | None
    cancelled_at: str | None
    deleted_at: str | None
    created_at: str
    updated_at: str
    # Productive only (`productive_schema`).
    subsidiary_id: int | None = None
    document_type_id: int | None = None
    issuer_id: int | None = None
    attachment_id: int | None = None
    tags: str = "[]"
    custom_fields: str | None = None
    tax2_name: str | None = None
    tax2_value: str | None = None
    footer: str | None = None
    export_invoice_url: str | None = None
    credited_net: int = 0
    credited_total: int = 0
    subscribers: str = "[]"
    invoicing_method: int = 1


@dataclass(frozen=True, slots=True)
class InvoiceAttribution:
    """The part of an invoice that belongs to one budget, in minor units of the invoice's currency."""

    TABLE: ClassVar[str] = "invoice_attributions"
    id: int
    invoice_id: int
    deal_id: int
    amount: int


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment of an invoice, or (Kantata only) of a project; a write-off when `written_off_on` is set."""

    TABLE: ClassVar[str] = "payments"
    id: int
    invoice_id: int | None
    project_id: int | None
    creator_id: int
    amount: int
    currency: str
    paid_on: str | None
    written_off_on: str | None
    note: str | None
    external_id: str | None
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class ExpenseReport:
    """A submission of expenses (Kantata). `status`: new, approved (both active), rejected, cancelled."""

    TABLE: ClassVar[str] = "expense_reports"
    id: int
    title: str
    comment: str | None
    status: str
    project_id: int
    person_id: int
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """What was decided on a report. `type`: approval, rejection, cancellation."""

    TABLE: ClassVar[str] = "resolutions"
    id: int
    report_id: int
    type: str
    description: str | None
    person_id: int
    current: bool
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class Expense:
    """One expense. `amount` (unit cost), `total`, `billable_amount` are of `currency`, only `project_amount` is not.

    `marks`, `vendor_name`, `folded` (the name) and `tax_parts` (the tax on top of it, in millionths) are kept by the
    tables themselves (`kept_schema`).
    """

    TABLE: ClassVar[str] = "expenses"
    id: int
    date: str
    name: str
    category: str
    service_type_id: int | None
    service_id: int | None
    deal_id: int | None
    project_id: int
    company_id: int
    person_id: int
    creator_id: int
    vendor_id: int | None
    attachment_id: int | None
    report_id: int | None
    invoice_id: int | None
    story_id: int | None
    role_id: int | None
    currency: str
    amount: int
    quantity: str
    total: int
    exchange_rate: str
    exchange_date: str
    project_rate: str
    project_currency: str
    project_amount: int
    billable: bool
    billable_amount: int
    taxable: bool | None
    reimbursable: bool
    reimbursed_on: str | None
    pay_on: str | None
    paid_on: str | None
    approval: str
    approver_id: int | None
    approved_at: str | None
    rejecter_id: int | None
    rejected_at: str | None
    rejected_reason: str | None
    position: int
    draft: bool
    exported_at: str | None
    deleted_at: str | None
    created_at: str
    updated_at: str
    expense_budget_id: int | None
    marks: int
    vendor_name: str | None
    folded: str
    tax_parts: int
    # Productive only (`productive_schema`).
    markup: str | None = None
    tax_rate_id: int | None = None
    tax_inclusion: str | None = None
    custom_fields: str | None = None
    note: str | None = None
    purchase_order_id: int | None = None

    @property
    def invoiced(self) -> bool:
        """Whether it stands on an invoice."""
        return self.invoice_id is not None


@dataclass(frozen=True, slots=True)
class ExternalReference:
    """A record's counterpart in another system (Kantata). `subject_type`: expenses, invoices."""

    TABLE: ClassVar[str] = "external_references"
    id: int
    subject_type: str
    subject_id: int
    service_name: str
    service_model: str
    service_model_ref: str
    status: str | None
    external_status: str | None
    external_message: str | None
    external_link: str | None
    locked: bool
    last_synced_at: str | None
    created_at: str
    updated_at: str


MONEY_ROWS: tuple[type[Row], ...] = (
    Invoice, InvoiceAttribution, Payment, ExpenseReport, Resolution, Expense, ExternalReference,
)  # fmt: skip
