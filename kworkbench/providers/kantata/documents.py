"""Kantata's wire documents as pydantic models: the members that are read. Source: api/kantata.md sections 2 to 6."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from kworkbench.providers.scalars import Day, Flag, Id, Minor, Moment, Quantity, RequiredId, Text, Wire


def _ids(value: object) -> object:
    return () if value is None else value


def _group(value: object) -> object:
    """An object that is null or of another shape says nothing."""
    return value if isinstance(value, dict) else {}


class Result(Wire):
    """One entry of `results`: which record of which collection stands here."""

    key: str
    id: RequiredId


class Meta(Wire):
    """The paging figures; both numbers are 0 where nothing matched."""

    page_count: Annotated[int | None, Field(ge=0)] = None
    page_number: Annotated[int | None, Field(ge=0)] = None


class Envelope(Wire):
    """What every answer is in; the collections beside it are read one record at a time."""

    count: int = Field(ge=0)
    results: tuple[Result, ...]
    meta: Meta = Meta()


class Payment(Wire):
    """An external payment; `amount_in_cents` in minor units of its project's currency."""

    invoice_id: Id = None
    workspace_id: Id = None
    amount_in_cents: Minor = None
    message: Text = None
    user_id: Id = None
    created_at: Text = None
    updated_at: Text = None


class Invoice(Wire):
    """An invoice; `balance_in_cents`, in minor units of `currency`, is its total also when it is paid."""

    user_invoice_number: Text = None
    user_invoice_title: Text = None
    status: Text = None
    draft: Flag = None
    balance_in_cents: Minor = None
    currency: Text = None
    invoice_date: Day = None
    due_date: Day = None
    payment_schedule: Minor = None
    message: Text = None
    purchase_order: Text = None
    project_code: Text = None
    tax_rate: Quantity = None
    recipient_id: Id = None
    workspace_ids: Annotated[tuple[RequiredId, ...] | None, BeforeValidator(_ids)] = None
    external_reference_ids: Annotated[tuple[RequiredId, ...] | None, BeforeValidator(_ids)] = None
    user_id: Id = None
    created_at: Text = None
    updated_at: Text = None


class Foreign(Wire):
    """What an expense was in another currency, in that currency's main units."""

    source_value: Quantity = None
    source_currency: Text = None


class Expense(Wire):
    """An expense; `amount_in_cents` in minor units of `currency`."""

    date: Day = None
    category: Text = None
    expense_category_id: Id = None
    notes: Text = None
    workspace_id: Id = None
    user_id: Id = None
    amount_in_cents: Minor = None
    currency: Text = None
    is_billable: Flag = None
    is_invoiced: Flag = None
    reimbursable: Flag = None
    receipt_id: Id = None
    vendor_id: Id = None
    story_id: Id = None
    expense_budget_id: Id = None
    active_submission_id: Id = None
    recent_submission_id: Id = None
    role_id: Id = None
    taxable: Flag = None
    foreign_exchange_amount: Annotated[Foreign, BeforeValidator(_group)] = Foreign()
    external_reference_ids: Annotated[tuple[RequiredId, ...] | None, BeforeValidator(_ids)] = None
    created_at: Text = None
    updated_at: Text = None


class Reference(Wire):
    """A record's counterpart in another system."""

    service_name: Text = None
    service_model: Text = None
    service_model_ref: Text = None
    status: Text = None
    external_status: Text = None
    external_message: Text = None


class Submission(Wire):
    """An expense report; both `new` and `pending` mean that it waits."""

    status: Text = None


class Permissions(Wire):
    """What the person signed in may do on a workspace."""

    is_guest_on_project: Flag = None


class Workspace(Wire):
    """A project; its client is known by the client lead's name, sent where it is asked for."""

    title: Text = None
    currency: Text = None
    archived: Flag = None
    account_id: Id = None
    client_lead_name: Text = None
    require_expense_approvals: Flag = None
    permissions: Permissions | None = None
    updated_at: Moment = None


class User(Wire):
    """A person."""

    full_name: Text = None
    email_address: Text = None
    account_id: Id = None


class Vendor(Wire):
    """Somebody that is paid for expenses."""

    name: Text = None
    archived: Flag = None


class Category(Wire):
    """An expense category; deleting one only marks it."""

    name: Text = None
    deleted_at: Text = None


class ExpenseBudget(Wire):
    """A plan for the expenses of a project. No source tells its members: what it is called is looked for."""

    title: Text = None
    name: Text = None
    workspace_id: Id = None
