"""The example of seed 002 as rows of the books and as the documents the vendor's page prints for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from kworkbench.sandbox.books.model import Company, Organization, Person
from kworkbench.sandbox.books.money_model import Invoice, Payment
from kworkbench.sandbox.books.rules import settle_invoice
from kworkbench.sandbox.books.store import Books

DAY = "2021-01-24"
METERED = {
    "custom_fields": 15,
    "custom_fields_per_project": 10,
    "public_custom_reports": 100,
    "private_custom_reports": 30,
    "scheduling_placeholders": 5,
}
SWITCHES = """
multigrouping client_access_to_budgets subsidiaries time_approvals expenses_approvals timeoff_approvals autotracking
forecasting webhooks table_pivoting formula_fields single_sign_on duplicate_tasks billable_time_rounding payment_sync
booking_methods import_tasks_csv reactions time_week_view subtasks time_calendar_layout theming remove_branding
custom_invoicing_email google_calendar_layout
""".split()


@dataclass(frozen=True)
class Example:
    """The numbers in which the seed's examples differ; moments are what follows `2021-01-24T00:04:`."""

    organization: int
    payment: int
    invoice: int
    client: int
    person: int
    number: int
    email_key: str
    invoice_at: str
    client_at: str
    person_at: str
    seen_at: str
    own_at: str

    @property
    def own(self) -> int:
        return self.client - 1


LIST = Example(
    462, 2, 52, 1626, 1172, 1165, "e1c56d875fceb5423fb3fb4f0799fcfd", "43.325", "43.320", "43.300", "43.352", "43.298"
)
SHOW = Example(
    463, 3, 53, 1628, 1173, 1166, "31f87caaefe38f9b60d54d5ddd916467", "43.440", "43.436", "43.415", "43.466", "43.414"
)
CREATE = Example(
    464, 5, 54, 1630, 1174, 1167, "5b9d8cd9ebabd6f3a7e4b6b3388e1432", "43.561", "43.556", "43.533", "43.588", "43.531"
)
UPDATE = Example(
    467, 8, 57, 1636, 1177, 1170, "b49491d4c7628f2468b9566623930057", "43.902", "43.898", "43.877", "43.927", "43.876"
)


def stored(moment: str) -> str:
    return f"2021-01-23T23:04:{moment}Z"


def printed(moment: str) -> str:
    return f"2021-01-24T00:04:{moment}+01:00"


def open_example(example: Example, paid: dict[int, int]) -> Books:
    """Books that hold exactly the rows of an example; `paid` maps payment ids to amounts on its invoice."""

    def fill(books: Books, _size: int) -> None:
        write_example(books, example)
        for payment_id, amount in paid.items():
            write_payment(books, example, payment_id, amount)
        settle_invoice(books, example.invoice)

    return Books.open(None, today=date(2021, 1, 24), clock=lambda: datetime(2021, 1, 24, 0, 5, tzinfo=UTC), fill=fill)


def write_example(books: Books, example: Example) -> None:
    books.insert(
        Organization,
        id=example.organization,
        name="Organization",
        default_currency="USD",
        company_id=example.own,
        owner_id=example.person,
        offset_minutes=60,
    )
    for company, name, kind, currency, at in (
        (example.client, f"Client{example.number}", "client", None, example.client_at),
        (example.own, f"Organization{example.organization}", "own", "USD", example.own_at),
    ):
        books.insert(
            Company,
            id=company,
            kind=kind,
            name=name,
            default_currency=currency,
            created_at=stored(at),
            updated_at=stored(at),
        )
    books.insert(
        Person,
        id=example.person,
        first_name="test first name",
        last_name="test last name",
        email=f"user{example.number - 8}@email.com",
        company_id=example.own,
        joined_at=stored("43.000"),
        last_seen_at=stored(example.seen_at),
        created_at=stored(example.person_at),
        updated_at=stored(example.person_at),
    )
    books.insert(
        Invoice,
        id=example.invoice,
        number="2016/01",
        company_id=example.client,
        creator_id=example.person,
        invoiced_on=DAY,
        pay_on="2021-02-03",
        currency="EUR",
        exchange_rate="1.25",
        exchange_date=DAY,
        email_key=example.email_key,
        created_at=stored(example.invoice_at),
        updated_at=stored(example.invoice_at),
    )


def write_payment(books: Books, example: Example, payment_id: int, amount: int) -> None:
    books.insert(
        Payment,
        id=payment_id,
        invoice_id=example.invoice,
        creator_id=example.person,
        amount=amount,
        currency="EUR",
        paid_on=DAY,
        created_at=stored("44.000"),
        updated_at=stored("44.000"),
    )


def payment_resource(example: Example, amount: int) -> dict[str, Any]:
    return {
        "id": str(example.payment),
        "type": "payments",
        "attributes": {
            "paid_on": DAY,
            "written_off_on": None,
            "note": None,
            "external_id": None,
            "currency": "EUR",
            "currency_default": "USD",
            "currency_normalized": "EUR",
            "amount": amount,
            "amount_default": amount * 5 // 4,
            "amount_normalized": amount,
        },
        "relationships": {
            "organization": organization(example),
            "invoice": {"data": {"type": "invoices", "id": str(example.invoice)}},
        },
    }


def organization(example: Example) -> dict[str, Any]:
    return {"data": {"type": "organizations", "id": example.organization}}


def invoice_resource(example: Example, paid: int) -> dict[str, Any]:
    nothing = {"data": None}
    return {
        "id": str(example.invoice),
        "type": "invoices",
        "attributes": {
            "number": "2016/01",
            "subject": None,
            "invoiced_on": DAY,
            "sent_on": None,
            "pay_on": "2021-02-03",
            "delivery_on": None,
            "paid_on": DAY,
            "discount": None,
            "tax1_name": None,
            "tax1_value": None,
            "tax2_name": None,
            "tax2_value": None,
            "deleted_at": None,
            "tag_list": [],
            "note": None,
            "exported_at": None,
            "export_integration_type_id": None,
            "note_interpolated": None,
            "email_key": example.email_key,
            "purchase_order_number": None,
            "export_invoice_url": None,
            "company_reference_id": None,
            "created_at": printed(example.invoice_at),
            "exchange_rate": "1.25",
            "exchange_date": DAY,
            "custom_fields": None,
            "currency": "EUR",
            "currency_default": "USD",
            "currency_normalized": "EUR",
            "amount": 0,
            "amount_default": 0,
            "amount_normalized": 0,
            "amount_tax": 0,
            "amount_tax_default": 0,
            "amount_tax_normalized": 0,
            "amount_with_tax": 0,
            "amount_with_tax_default": 0,
            "amount_with_tax_normalized": 0,
            "amount_paid": paid,
            "amount_paid_default": paid * 5 // 4,
            "amount_paid_normalized": paid,
            "amount_written_off": 0,
            "amount_written_off_default": 0,
            "amount_written_off_normalized": 0,
            "amount_unpaid": -paid,
            "amount_unpaid_default": -paid * 5 // 4,
            "amount_unpaid_normalized": -paid,
        },
        "relationships": {
            "organization": organization(example),
            "bill_to": nothing,
            "bill_from": nothing,
            "company": {"data": {"type": "companies", "id": str(example.client)}},
            "document_type": nothing,
            "creator": {"data": {"type": "people", "id": str(example.person)}},
            "invoice_attributions": {"data": []},
            "attachment": nothing,
        },
    }


def company_resource(example: Example, company: int, name: str, currency: str | None, at: str) -> dict[str, Any]:
    return {
        "id": str(company),
        "type": "companies",
        "attributes": {
            "name": name,
            "billing_name": None,
            "vat": None,
            "default_currency": currency,
            "created_at": printed(at),
            "archived_at": None,
            "avatar_url": None,
            "invoice_email_recipients": {},
            "custom_fields": None,
            "description": None,
            "due_days": None,
            "tag_list": [],
            "contact": {},
        },
        "relationships": {"organization": organization(example), "bill_to": {"data": None}},
    }


def person_resource(example: Example) -> dict[str, Any]:
    return {
        "id": str(example.person),
        "type": "people",
        "attributes": {
            "first_name": "test first name",
            "last_name": "test last name",
            "email": f"user{example.number - 8}@email.com",
            "title": None,
            "joined_at": printed("43.000"),
            "last_seen_at": printed(example.seen_at),
            "deactivated_at": None,
            "archived_at": None,
            "role_id": 1,
            "invited_at": None,
            "is_user": True,
            "tag_list": [],
            "avatar_url": None,
            "virtual": False,
            "custom_fields": None,
            "autotracking": False,
            "created_at": printed(example.person_at),
            "placeholder": False,
            "color_id": None,
            "private_custom_reports_used": 0,
            "contact": {},
        },
        "relationships": {
            "organization": organization(example),
            "company": {"data": {"type": "companies", "id": str(example.own)}},
            "subsidiary": {"data": None},
        },
    }


def included(example: Example, paid: int) -> list[dict[str, Any]]:
    own = f"Organization{example.organization}"
    return [
        invoice_resource(example, paid),
        company_resource(example, example.client, f"Client{example.number}", None, example.client_at),
        person_resource(example),
        company_resource(example, example.own, own, "USD", example.own_at),
    ]


def meta() -> dict[str, Any]:
    features: dict[str, Any] = {name: {"type": "metered", "limit": limit, "used": 0} for name, limit in METERED.items()}
    features |= {name: {"type": "switch", "available": True} for name in SWITCHES}
    return {"organization_features": features, "settings": {}}


def single(example: Example, amount: int, paid: int) -> dict[str, Any]:
    return {"data": payment_resource(example, amount), "included": included(example, paid), "meta": meta()}


def error(name: str, detail: str) -> dict[str, Any]:
    return {
        "status": "422",
        "code": "invalid_attribute",
        "title": "Invalid Attribute",
        "detail": detail,
        "source": {"pointer": f"data/attributes/{name}"},
    }
