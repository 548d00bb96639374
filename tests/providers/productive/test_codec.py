from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kworkbench.domain.records import Record, Values
from kworkbench.providers.base import Identity, UnreadableAnswerError
from kworkbench.providers.productive.extras import extras, recipients
from kworkbench.providers.productive.provider import ProductiveProvider
from tests.providers.productive import documents as made
from tests.providers.productive.documents import Document
from tests.providers.support import answer, known, nothing_known

PROVIDER = ProductiveProvider()


def read(
    kind: str, document: Document, *included: Document, before: dict[tuple[str, str], Values] | None = None
) -> Record:
    page = PROVIDER.read_page(kind, answer(made.listing([document], list(included))), known(before or {}))
    return page.records[0]


def test_an_invoice_with_its_client_and_project() -> None:
    record = read("invoices", made.invoice("310", "700"), made.COMPANY, made.ATTRIBUTION, made.DEAL, made.PROJECT)
    assert record.values == {
        "id": "310",
        "number": "2026-104",
        "kind": "invoice",
        "issued": "2026-02-01",
        "due": "2026-03-01",
        "state": "open",
        "settlement": "unpaid",
        "total": 125050,
        "outstanding": 125050,
        "paid": 0,
        "written_off": 0,
        "currency": "EUR",
        "subject": "Phase 1",
        "client": "Harbour AG",
        "client_id": "16",
        "project": "Quay wall",
        "project_id": "7",
        "several_projects": False,
        "archived": True,
        "external": False,
        "budget": "Budget",
        "budget_ids": "70",
        "project_ids": "7",
        "exported": False,
        "finalized": "2026-02-01",
    }


def test_an_invoice_over_two_projects_names_both_and_belongs_to_neither() -> None:
    beside = (made.ATTRIBUTION, made.OTHER_ATTRIBUTION, made.DEAL, made.OTHER_DEAL, made.PROJECT, made.OTHER_PROJECT)
    values = read("invoices", made.invoice("310", "700", "800"), *beside).values
    assert values["project"] == "2 projects: Quay wall, Crane"
    assert values["project_id"] is None
    assert values["several_projects"] is True
    assert values["archived"] is False


@pytest.mark.parametrize(
    ("attributes", "state"),
    [
        ({}, "open"),
        ({"finalized_at": None}, "draft"),
        ({"finalized_at": None, "number": None}, "draft"),
        ({"deleted_at": "2026-02-05T10:00:00+01:00"}, "cancelled"),
    ],
)
def test_the_state_of_an_invoice(attributes: Document, state: str) -> None:
    assert read("invoices", made.invoice(**attributes)).values["state"] == state


@pytest.mark.parametrize(
    ("number", "before", "state"), [("7", None, "open"), (None, None, "draft"), ("7", "draft", "draft")]
)
def test_the_state_without_a_finalized_date_is_the_number_or_what_was_known(
    number: str | None, before: str | None, state: str
) -> None:
    document = made.invoice(number=number)
    attributes = document["attributes"]
    assert isinstance(attributes, dict)
    del attributes["finalized_at"]
    values = read("invoices", document, before={("invoices", "310"): {"state": before}}).values
    assert values["state"] == state
    assert values["number"] == (number or "")


@pytest.mark.parametrize(
    ("paid", "off", "unpaid", "word"),
    [
        (0, 0, 1000, "unpaid"),
        (400, 0, 600, "part-paid"),
        (1000, 0, 0, "paid"),
        (1500, 0, -500, "overpaid"),
        (0, 1000, 0, "written-off"),
    ],
)
def test_the_settlement_of_an_invoice(paid: int, off: int, unpaid: int, word: str) -> None:
    amounts = {"amount_with_tax": 1000, "amount_paid": paid, "amount_written_off": off, "amount_unpaid": unpaid}
    values = read("invoices", made.invoice(**amounts)).values
    assert (values["settlement"], values["outstanding"]) == (word, unpaid)


@pytest.mark.parametrize(
    ("attributes", "kind"),
    [
        ({"invoice_type_id": 2}, "credit-note"),
        ({"invoice_type_id": "2"}, "credit-note"),
        ({"amount_with_tax": -500}, "credit-note"),
        ({"invoice_type_id": 1, "credited": True}, "invoice"),
    ],
)
def test_credit_notes(attributes: Document, kind: str) -> None:
    assert read("invoices", made.invoice(**attributes)).values["kind"] == kind


@pytest.mark.parametrize(
    ("attributes", "kind", "date"),
    [
        ({}, "payment", "2026-03-04"),
        ({"amount": -5000}, "refund", "2026-03-04"),
        ({"paid_on": None, "written_off_on": "2026-03-05"}, "write-off", "2026-03-05"),
    ],
)
def test_kinds_of_payments(attributes: Document, kind: str, date: str) -> None:
    values = read("payments", made.payment(**attributes), made.invoice()).values
    assert (values["kind"], values["date"]) == (kind, date)


def test_a_marker_is_kept_beside_the_note_that_is_shown() -> None:
    values = read("payments", made.payment(note="Wire 7781 kw:ABCDEFGH23")).values
    assert (values["note"], values["marker"]) == ("Wire 7781", "kw:ABCDEFGH23")


def test_a_payment_takes_its_parties_from_the_included_invoice() -> None:
    values = read(
        "payments", made.payment(), made.invoice("310", "700"), made.COMPANY, made.ATTRIBUTION, made.DEAL
    ).values
    assert (values["invoice"], values["invoice_id"]) == ("2026-104", "310")
    assert (values["client"], values["project"], values["project_id"]) == ("Harbour AG", None, "7")


MODERN: dict[tuple[str, str], Values] = {
    ("invoices", "310"): {"number": "2026-104", "client": "Harbour AG", "client_id": "16", "project": "Quay wall"}
}


def test_without_an_included_invoice_the_known_one_tells() -> None:
    values = read("payments", made.payment(), before=MODERN).values
    assert (values["invoice"], values["client"], values["project"]) == ("2026-104", "Harbour AG", "Quay wall")


def test_a_modern_stub_changes_nothing_that_was_known() -> None:
    document = made.payment()
    document["relationships"] = {"invoice": made.STUB, "organization": made.STUB}
    before: dict[tuple[str, str], Values] = {**MODERN, ("payments", "41"): {"invoice_id": "310", "invoice": "2026-104"}}
    values = read("payments", document, before=before).values
    assert (values["invoice_id"], values["invoice"], values["client"]) == ("310", "2026-104", "Harbour AG")


def test_an_included_invoice_with_stubs_keeps_its_known_project() -> None:
    invoice = made.invoice()
    invoice["relationships"] = {"company": made.one("companies", "16"), "invoice_attributions": made.STUB}
    before: dict[tuple[str, str], Values] = {
        ("invoices", "310"): {"project": "Quay wall", "project_id": "7", "client_id": "16", "client": "Harbour AG"}
    }
    document = {"data": made.payment(), "included": [invoice]}
    _, found = PROVIDER.read_record("payments", answer(document), known(before))
    assert (found.values["project"], found.values["project_id"], found.values["client"]) == (
        "Quay wall",
        "7",
        "Harbour AG",
    )


def test_an_expense_with_everything_it_refers_to() -> None:
    beside = (made.DEAL, made.PROJECT, made.SERVICE, made.CATEGORY, made.PERSON, made.COMPANY)
    record = read("expenses", made.expense(quantity="1.5", updated_at="2026-03-02T09:00:00+01:00"), *beside)
    assert record.updated_at == "2026-03-02T08:00:00.000+00:00"
    assert record.values == {
        "id": "902",
        "date": "2026-03-01",
        "category": "Lodging",
        "category_id": "5",
        "text": "Hotel Basel",
        "project": "Quay wall",
        "project_id": "7",
        "client": "Harbour AG",
        "client_id": "16",
        "person": "Ada Berg",
        "person_id": "12",
        "service": "Travel",
        "service_id": "50",
        "amount": 15788,
        "unit_amount": 10525,
        "quantity": "1.5",
        "billable_amount": 0,
        "currency": "CHF",
        "billable": False,
        "reimbursable": True,
        "invoiced": False,
        "approval": "none",
        "receipt": False,
        "archived": True,
        "external": False,
        "budget": "Budget",
        "budget_id": "70",
        "updated": "2026-03-02",
    }


@pytest.mark.parametrize(
    ("attributes", "key", "value"),
    [
        ({"total_amount": 999, "quantity": "2.0"}, "amount", 999),
        ({"quantity": None}, "amount", 10525),
        ({"amount": None}, "amount", None),
        ({"billable_amount": 1}, "billable", True),
        ({"approved": True}, "approval", "approved"),
        ({"rejected": True}, "approval", "rejected"),
        ({"draft": False}, "approval", "submitted"),
        ({"draft": True}, "approval", "none"),
        ({"reimbursable": None}, "reimbursable", False),
    ],
)
def test_what_follows_from_an_expenses_attributes(attributes: Document, key: str, value: object) -> None:
    assert read("expenses", made.expense(**attributes)).values[key] == value


def test_an_expense_without_includes_takes_names_from_what_is_known() -> None:
    before: dict[tuple[str, str], Values] = {
        ("services", "50"): {"name": "Travel", "project": "Quay wall", "project_id": "7"},
        ("categories", "5"): {"name": "Lodging"},
        ("people", "12"): {"name": "Ada Berg"},
        ("projects", "7"): {"client": "Harbour AG", "client_id": "16", "archived": True},
    }
    document = made.expense()
    relationships = document["relationships"]
    assert isinstance(relationships, dict)
    relationships |= {"deal": made.STUB, "attachment": made.STUB}
    values = read("expenses", document, before=before | {("expenses", "902"): {"receipt": True}}).values
    assert [values[key] for key in ("service", "project", "category", "person")] == [
        "Travel",
        "Quay wall",
        "Lodging",
        "Ada Berg",
    ]
    assert (values["client"], values["archived"], values["receipt"]) == ("Harbour AG", True, True)


def test_a_receipt_is_a_linked_attachment() -> None:
    document = made.expense()
    relationships = document["relationships"]
    assert isinstance(relationships, dict)
    relationships["attachment"] = made.one("attachments", 3)
    assert read("expenses", document).values["receipt"] is True


@pytest.mark.parametrize(
    ("kind", "document", "values"),
    [
        ("clients", made.COMPANY, {"name": "Harbour AG", "currency": "CHF", "archived": False, "recipients": None}),
        ("projects", made.PROJECT, {"name": "Quay wall", "client": "Harbour AG", "client_id": "16", "archived": True}),
        ("people", made.PERSON, {"name": "Ada Berg", "archived": False}),
        ("categories", made.CATEGORY, {"name": "Lodging", "archived": False}),
        (
            "services",
            made.SERVICE,
            {
                "name": "Travel",
                "archived": False,
                "section": None,
                "section_id": None,
                "project": "Quay wall",
                "project_id": "7",
                "category": "Lodging",
                "category_id": "5",
                "budget": "Budget",
                "currency": "EUR",
                "expense_tracking": True,
            },
        ),
    ],
)
def test_records_behind_pickers(kind: str, document: Document, values: Values) -> None:
    record = read(kind, document, made.COMPANY, made.DEAL, made.PROJECT, made.CATEGORY)
    assert record.values == {"id": document["id"], **values}


def test_the_page_figures_are_the_servers() -> None:
    document = made.listing([made.payment()], current_page=3, total_pages=7, total_count=1201)
    page = PROVIDER.read_page("payments", answer(document), nothing_known)
    assert (page.number, page.pages, page.total) == (3, 7, 1201)


@pytest.mark.parametrize(
    "document",
    [
        [],
        {"data": {}, "meta": {}},
        {"data": []},
        {"data": [], "meta": {"current_page": 1}},
        made.listing([{"id": "1"}]),
        made.listing([made.invoice()]),
        made.listing([made.payment(amount="12.5")]),
        made.listing([made.payment(amount=True)]),
        made.listing([made.payment()], [{"type": "companies", "id": None}]),
        {"errors": []},
    ],
)
def test_a_page_that_is_none_is_unreadable(document: object) -> None:
    with pytest.raises(UnreadableAnswerError):
        PROVIDER.read_page("payments", answer(document), nothing_known)


def test_an_answer_without_record_is_unreadable() -> None:
    empty: tuple[Document, ...] = ({"data": None}, {"data": []}, {})
    for document in empty:
        with pytest.raises(UnreadableAnswerError):
            PROVIDER.read_record("payments", answer(document), nothing_known)


SCALAR = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats(allow_nan=False, allow_infinity=False)
)
ODD = st.recursive(
    SCALAR, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
)
MONEY = {"amount", "amount_with_tax", "amount_paid", "amount_written_off", "amount_unpaid", "billable_amount"}


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_odd_attributes_and_relationships_do_not_stop_a_sync(data: st.DataObject) -> None:
    for kind, document in (("invoices", made.invoice()), ("payments", made.payment()), ("expenses", made.expense())):
        attributes = document["attributes"]
        assert isinstance(attributes, dict)
        for name in attributes.keys() - MONEY:
            attributes[name] = data.draw(ODD)
        attributes["unheard_of"] = data.draw(ODD)
        document["relationships"] = {"company": data.draw(SCALAR), "organization": data.draw(ODD), "deal": made.STUB}
        document["id"] = 310
        record = read(kind, document)
        assert record.id == "310"
        assert json.loads(record.raw) == document
        assert all(isinstance(value, str | int | None) for value in record.values.values())


def test_who_is_signed_in() -> None:
    links = {"person": made.one("people", "12"), "organization": made.one("organizations", 462)}
    document = made.listing([made.resource("organization_memberships", "1", {}, links)], [made.PERSON])
    assert PROVIDER.read_identity(answer(document)) == Identity("12", "Ada Berg", "", "462")


def test_the_organization_is_called_as_the_company_of_its_own_person() -> None:
    links = {"person": made.one("people", "12"), "organization": made.one("organizations", 462)}
    person = made.resource("people", "12", {"first_name": "Ada"}, {"company": made.one("companies", "7")})
    company = made.resource("companies", "7", {"name": "Harbour Agency"})
    document = made.listing([made.resource("organization_memberships", "1", {}, links)], [person, company])
    assert PROVIDER.read_identity(answer(document)).organization == "Harbour Agency"


@pytest.mark.parametrize("data", [[], [made.resource("organization_memberships", "1", {})]])
def test_nobody_signed_in_is_unreadable(data: list[Document]) -> None:
    with pytest.raises(UnreadableAnswerError):
        PROVIDER.read_identity(answer(made.listing(data)))


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ({}, None),
        (
            {"to": ["a@example.org", "b@example.org"], "cc": [{"email": "c@example.org"}]},
            "a@example.org, b@example.org, c@example.org",
        ),
        (["a@example.org", 7, None, "a@example.org"], "a@example.org"),
        ("nobody", None),
    ],
)
def test_recipients_are_found_in_whatever_shape(sent: object, read: str | None) -> None:
    assert recipients(sent) == read


def test_what_only_forms_show_is_kept_where_something_is_said() -> None:
    document = {
        "attributes": {
            "tag_list": ["blue", "red"],
            "discount": "5.0",
            "sent_on": "2026-02-30",
            "note": "",
            "footer": None,
        },
        "relationships": {"issuer": {"data": {"type": "people", "id": 7}}, "subsidiary": {"meta": {"included": False}}},
    }
    before = {"subsidiary_id": "2", "issuer_id": "1"}
    assert extras("invoices", document, before) == {
        "tags": "blue, red",
        "discount": "5.0",
        "issuer_id": "7",
        "subsidiary_id": "2",
    }
    assert extras("invoices", {"attributes": {"tag_list": "old"}, "relationships": []}, {}) == {"tags": "old"}


@pytest.mark.parametrize("kind", ["invoices", "expenses"])
def test_fields_of_an_organizations_own_are_lines_that_can_be_looked_up(kind: str) -> None:
    sent = {"77": "navy\nblue", "78": 5, "79": ["a", "b"], "80": None, "81": "", "82": True, "83": {"x": 1}, "84": []}
    make = made.invoice if kind == "invoices" else made.expense
    assert (
        read(kind, make(custom_fields=sent)).values["custom_field"]
        == '77=navy blue\n78=5\n79=a\n79=b\n82=true\n83={"x":1}'
    )
    nothing: list[object] = [None, {}, [], {"77": None}]
    for each in nothing:
        assert "custom_field" not in read(kind, make(custom_fields=each)).values
