"""Productive's wire documents as pydantic models: the members that are read, of both eras.

Source: api/productive.md sections 2 and 15.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from kworkbench.providers.scalars import Day, Flag, Minor, Moment, Quantity, RequiredId, Text, Wire
from kworkbench.providers.wire import raw_text


def _group(value: object) -> object:
    return {} if value is None else value


def _tags(value: object) -> object:
    """A list of texts, or one text with commas; anything else says nothing."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()


def _own_fields(value: object) -> object:
    """Fields of an organization's own, as they were sent: a JSON text, None for none."""
    return raw_text(value) if isinstance(value, dict) and value else None


def _stub(value: object) -> object:
    """A relationship that is no object says nothing, like the stub `{"meta": {"included": false}}`."""
    return value if isinstance(value, dict) else {}


class Linkage(Wire):
    """The type and id of a related resource; organizations' ids may be JSON integers."""

    type: str
    id: RequiredId


class One(Wire):
    """A relationship to one resource. Without `data` it was not sent, which is not the same as null."""

    data: Linkage | None = None


class Many(Wire):
    """A relationship to several resources; without `data` it was not sent."""

    data: tuple[Linkage, ...] | None = None


ToOne = Annotated[One, BeforeValidator(_stub)]
ToMany = Annotated[Many, BeforeValidator(_stub)]


class Resource(Wire):
    """What every resource has."""

    id: RequiredId


class _PaymentAttributes(Wire):
    paid_on: Day = None
    written_off_on: Day = None
    note: Text = None
    external_id: Text = None
    created_at: Text = None
    currency: Text = None
    amount: Minor = None


class _PaymentLinks(Wire):
    invoice: ToOne = One()


class Payment(Resource):
    """A payment, refund or write-off; money in minor units of `currency`."""

    attributes: Annotated[_PaymentAttributes, BeforeValidator(_group)] = _PaymentAttributes()
    relationships: Annotated[_PaymentLinks, BeforeValidator(_group)] = _PaymentLinks()


class InvoiceAttributes(Wire):
    """What an invoice says of itself; drafts of the modern era have `finalized_at` null."""

    number: Text = None
    subject: Text = None
    invoiced_on: Day = None
    pay_on: Day = None
    deleted_at: Text = None
    finalized_at: Text = None
    updated_at: Text = None
    invoice_type_id: Text = None
    paid_on: Day = None
    exported_at: Text = None
    created_at: Text = None
    last_activity_at: Text = None
    tag_list: Annotated[tuple[str, ...], BeforeValidator(_tags)] = ()
    custom_fields: Annotated[str | None, BeforeValidator(_own_fields)] = None
    credited: Flag = None
    amount: Minor = None
    amount_tax: Minor = None
    amount_credited: Minor = None
    amount_credited_with_tax: Minor = None
    currency: Text = None
    amount_with_tax: Minor = None
    amount_paid: Minor = None
    amount_written_off: Minor = None
    amount_unpaid: Minor = None


class _InvoiceLinks(Wire):
    company: ToOne = One()
    creator: ToOne = One()
    invoice_attributions: ToMany = Many()


class Invoice(Resource):
    """An invoice or credit note; money in minor units of `currency`."""

    attributes: Annotated[InvoiceAttributes, BeforeValidator(_group)] = InvoiceAttributes()
    relationships: Annotated[_InvoiceLinks, BeforeValidator(_group)] = _InvoiceLinks()


class _AttributionLinks(Wire):
    budget: ToOne = One()


class Attribution(Resource):
    """The part of an invoice that belongs to one budget."""

    relationships: Annotated[_AttributionLinks, BeforeValidator(_group)] = _AttributionLinks()


class _DealAttributes(Wire):
    name: Text = None
    currency: Text = None


class _DealLinks(Wire):
    project: ToOne = One()
    company: ToOne = One()


class Deal(Resource):
    """A project's budget."""

    attributes: Annotated[_DealAttributes, BeforeValidator(_group)] = _DealAttributes()
    relationships: Annotated[_DealLinks, BeforeValidator(_group)] = _DealLinks()


class ExpenseAttributes(Wire):
    """What an expense says of itself."""

    name: Text = None
    date: Day = None
    invoiced: Flag = None
    approved: Flag = None
    rejected: Flag = None
    draft: Flag = None
    reimbursable: Flag = None
    currency: Text = None
    amount: Minor = None
    total_amount: Minor = None
    quantity: Quantity = None
    billable_amount: Minor = None
    profit: Minor = None
    recognized_revenue: Minor = None
    amount_with_tax: Minor = None
    approved_at: Text = None
    note: Text = None
    custom_fields: Annotated[str | None, BeforeValidator(_own_fields)] = None
    created_at: Text = None
    updated_at: Text = None


class ExpenseLinks(Wire):
    """What an expense is linked to."""

    deal: ToOne = One()
    service_type: ToOne = One()
    service: ToOne = One()
    person: ToOne = One()
    attachment: ToOne = One()
    creator: ToOne = One()
    approver: ToOne = One()
    vendor: ToOne = One()


class Expense(Resource):
    """An expense; `amount` is the unit cost, money in minor units of `currency`."""

    attributes: Annotated[ExpenseAttributes, BeforeValidator(_group)] = ExpenseAttributes()
    relationships: Annotated[ExpenseLinks, BeforeValidator(_group)] = ExpenseLinks()


class _NamedAttributes(Wire):
    name: Text = None
    archived_at: Text = None
    deactivated_at: Text = None
    default_currency: Text = None
    first_name: Text = None
    last_name: Text = None
    email: Text = None
    currency: Text = None
    expense_tracking_enabled: Flag = None
    unit_id: Text = None
    updated_at: Moment = None


class _NamedLinks(Wire):
    company: ToOne = One()
    deal: ToOne = One()
    service_type: ToOne = One()
    section: ToOne = One()
    project: ToOne = One()


class Named(Resource):
    """A resource behind a picker: company, project, person, service or service type."""

    attributes: Annotated[_NamedAttributes, BeforeValidator(_group)] = _NamedAttributes()
    relationships: Annotated[_NamedLinks, BeforeValidator(_group)] = _NamedLinks()

    @property
    def label(self) -> str:
        """Its name; a person's first and last name, the mail address of one without a name."""
        of = self.attributes
        return of.name or " ".join(part for part in (of.first_name, of.last_name) if part) or of.email or ""


class Meta(Wire):
    """The paging figures of a list."""

    current_page: Annotated[int, Field(ge=0)] = 1
    total_pages: int = Field(ge=0)
    total_count: int = Field(ge=0)


class _MembershipLinks(Wire):
    person: ToOne = One()
    organization: ToOne = One()


class Membership(Resource):
    """Who is signed in, in which organization."""

    relationships: Annotated[_MembershipLinks, BeforeValidator(_group)] = _MembershipLinks()
