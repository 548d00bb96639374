from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kworkbench.domain.records import Record, Values
from kworkbench.providers.base import Identity, UnreadableAnswerError
from kworkbench.providers.kantata.envelope import COLLECTIONS
from kworkbench.providers.kantata.provider import KantataProvider
from tests.providers.kantata import documents as made
from tests.providers.kantata.documents import Document
from tests.providers.support import answer, known, nothing_known

PROVIDER = KantataProvider("9")

HARBOUR: dict[tuple[str, str], Values] = {
    ("projects", "88"): {
        "name": "Harbour rollout",
        "currency": "EUR",
        "client": "Mia Holm",
        "archived": True,
        "external": True,
    }
}


def read(
    kind: str,
    document: Document,
    *,
    before: dict[tuple[str, str], Values] | None = None,
    provider: KantataProvider = PROVIDER,
    **beside: object,
) -> Record:
    page = provider.read_page(
        kind, answer({**made.envelope(COLLECTIONS[kind], document), **beside}), known(before or {})
    )
    return page.records[0]


def test_a_payment_with_its_invoice_and_project() -> None:
    record = read("payments", made.payment(), invoices={"310": made.invoice()}, workspaces={"88": made.WORKSPACE})
    assert record.updated_at == "2026-03-04T09:30:00.000+00:00"
    assert record.values == {
        "id": "41",
        "date": "2026-03-04",
        "invoice": "104",
        "invoice_id": "310",
        "project": "Harbour rollout",
        "project_id": "88",
        "kind": "payment",
        "amount": 125000,
        "currency": "EUR",
        "note": "Wire 7781",
        "marker": None,
        "client": "Mia Holm",
        "client_id": None,
        "archived": False,
        "external": False,
        "created": "2026-03-04",
        "updated": "2026-03-04",
        "creator_id": "12",
    }


def test_a_payment_without_invoice_belongs_to_its_project() -> None:
    values = read("payments", made.payment(invoice_id=None, message=None), before=HARBOUR).values
    assert (values["kind"], values["invoice"], values["invoice_id"]) == ("project", None, None)
    assert (values["project"], values["currency"], values["note"]) == ("Harbour rollout", "EUR", None)


def test_ids_are_texts_however_they_are_sent() -> None:
    numbers = read("payments", made.payment(invoice_id=310, workspace_id=88))
    texts = read("payments", made.payment(invoice_id="310", workspace_id="88"))
    assert numbers.values == texts.values


def test_a_payment_without_side_loads_takes_its_parent_from_what_is_known() -> None:
    before: dict[tuple[str, str], Values] = {**HARBOUR, ("invoices", "310"): {"number": "104", "currency": "CHF"}}
    values = read("payments", made.payment(), before=before).values
    assert (values["invoice"], values["currency"], values["client"]) == ("104", "CHF", "Mia Holm")


def test_a_marker_is_kept_beside_the_message_that_is_shown() -> None:
    values = read("payments", made.payment(message="2026-03-01 wire kw:ABCDEFGH23")).values
    assert (values["note"], values["marker"]) == ("2026-03-01 wire", "kw:ABCDEFGH23")


def test_an_invoice_has_its_client_from_the_project() -> None:
    record = read("invoices", made.invoice(), workspaces={"88": made.WORKSPACE})
    assert record.updated_at == "2026-02-01T16:30:00.000+00:00"
    assert record.values == {
        "id": "310",
        "number": "104",
        "kind": "invoice",
        "issued": "2026-02-01",
        "due": "2026-03-03",
        "state": "open",
        "settlement": "unpaid",
        "total": 125000,
        "outstanding": 125000,
        "paid": 0,
        "written_off": 0,
        "currency": "EUR",
        "subject": "Phase 1",
        "draft": False,
        "client": "Mia Holm",
        "client_id": None,
        "project": "Harbour rollout",
        "project_id": "88",
        "several_projects": False,
        "archived": False,
        "external": False,
        "project_ids": "88",
        "updated": "2026-02-01",
    }


@pytest.mark.parametrize(
    ("members", "state", "settlement", "outstanding", "paid"),
    [
        ({"status": "accepted payment"}, "open", "paid", 0, 125000),
        ({"status": "cancelled"}, "cancelled", "unpaid", 0, 0),
        ({"draft": True}, "draft", "unpaid", 125000, 0),
    ],
)
def test_states_of_invoices(members: Document, state: str, settlement: str, outstanding: int, paid: int) -> None:
    values = read("invoices", made.invoice(**members)).values
    assert [values[key] for key in ("state", "settlement", "outstanding", "paid", "total")] == [
        state,
        settlement,
        outstanding,
        paid,
        125000,
    ]


def test_an_invoice_over_two_projects() -> None:
    beside = {"88": made.WORKSPACE, "89": made.OTHER_WORKSPACE}
    values = read("invoices", made.invoice(workspace_ids=[88, "89", 88]), workspaces=beside).values
    assert values["project"] == "2 projects: Harbour rollout, Crane"
    assert (values["project_id"], values["several_projects"], values["client"]) == (None, True, "Mia Holm")
    assert (values["archived"], values["external"]) == (False, False)


def test_an_invoice_beside_a_payment_keeps_its_known_project() -> None:
    beside = made.invoice(status="accepted payment")
    del beside["workspace_ids"]
    before: dict[tuple[str, str], Values] = {("invoices", "310"): {"project": "Harbour rollout", "project_id": "88"}}
    document = made.envelope("external_payments", made.payment(), invoices={"310": beside})
    first, second = PROVIDER.read_record("payments", answer(document), known(before))
    assert (first.kind, second.kind, second.values["settlement"]) == ("payments", "invoices", "paid")
    assert (second.values["project"], second.values["project_id"]) == ("Harbour rollout", "88")


def test_an_expense_with_everything_it_refers_to() -> None:
    record = read("expenses", made.expense(), workspaces={"88": made.WORKSPACE}, users={"12": made.USER})
    assert record.values == {
        "id": "902",
        "date": "2026-03-01",
        "category": "Lodging",
        "category_id": "5",
        "text": "Hotel Basel",
        "project": "Harbour rollout",
        "project_id": "88",
        "person": "Ada Berg",
        "person_id": "12",
        "amount": 22340,
        "currency": "EUR",
        "billable": True,
        "reimbursable": True,
        "invoiced": False,
        "approval": "none",
        "receipt": False,
        "client": "Mia Holm",
        "client_id": None,
        "archived": False,
        "external": False,
        "cleared": True,
        "foreign": "210.5 CHF",
        "mine": False,
        "needs_approval": False,
        "submitted": False,
        "updated": "2026-03-02",
    }


def test_an_expense_with_its_vendor_its_report_and_what_another_system_knows_of_it() -> None:
    references = {
        "3": {"service_name": "xero", "service_model": "Bill", "service_model_ref": 91, "status": "fail"},
        "4": {"service_name": "netsuite", "external_message": "two\nlines", "status": "pending"},
    }
    values = read(
        "expenses",
        made.expense(
            vendor_id=8,
            role_id="2",
            story_id=77,
            active_submission_id="4",
            recent_submission_id=4,
            taxable="true",
            foreign_exchange_amount={},
            created_at="2026-03-02T23:30:00-07:00",
            external_reference_ids=[3, "4"],
        ),
        workspaces={"88": {**made.WORKSPACE, "require_expense_approvals": True}},
        vendors={"8": {"name": "Rail & Sons"}},
        external_references=references,
        expense_report_submissions={"4": {"status": "approved"}},
    ).values
    assert {key: values.get(key) for key in ("vendor", "vendor_id", "role_id", "story_id", "foreign", "created")} == {
        "vendor": "Rail & Sons",
        "vendor_id": "8",
        "role_id": "2",
        "story_id": "77",
        "foreign": None,
        "created": "2026-03-02",
    }
    assert (values["submitted"], values["needs_approval"], values["cleared"], values["taxable"]) == (True,) * 4
    assert (values["report_id"], values["recent_report_id"]) == ("4", "4")
    assert values["has_ref"] is True
    assert {key: value for key, value in values.items() if key.startswith("ref_")} == {
        "ref_service": "xero\nnetsuite",
        "ref_model": "Bill",
        "ref_id": "91",
        "ref_status": "failed\npending",
        "ref_message": "two lines",
    }


@pytest.mark.parametrize(("needs", "status", "cleared"), [(True, "new", False), (False, "new", True)])
def test_an_expense_is_cleared_by_its_report_or_where_none_is_needed(needs: bool, status: str, cleared: bool) -> None:
    workspaces = {"88": {**made.WORKSPACE, "require_expense_approvals": needs}}
    reports = {"4": {"status": status}}
    expense = made.expense(active_submission_id="4")
    values = read("expenses", expense, workspaces=workspaces, expense_report_submissions=reports).values
    assert values["cleared"] is cleared


def test_what_an_answer_does_not_say_of_references_and_vendors_stays_as_it_was() -> None:
    before: Values = {"vendor": "Rail & Sons", "vendor_id": "8", "has_ref": True, "ref_service": "xero", "role_id": "2"}
    values = read("expenses", made.expense(), before={("expenses", "902"): before}).values
    assert {key: values[key] for key in before} == before


def test_ones_own_expenses_are_known_once_it_is_known_who_is_signed_in() -> None:
    own = KantataProvider().signed_in(Identity("12", "Ada", "", "9"))
    page = own.read_page("expenses", answer(made.envelope("expenses", made.expense())), nothing_known)
    assert page.records[0].values["mine"] is True


def test_an_expense_of_a_hidden_project_says_so() -> None:
    values = read("expenses", made.expense(), before=HARBOUR).values
    assert (values["archived"], values["external"]) == (True, True)


@pytest.mark.parametrize(
    ("active", "recent", "status", "approval"),
    [
        ("4", "4", "new", "submitted"),
        ("4", "4", "pending", "submitted"),
        ("4", "4", "approved", "approved"),
        ("4", "4", None, "submitted"),
        (None, "4", "rejected", "rejected"),
        (None, "4", "cancelled", "none"),
        (None, "4", None, "none"),
        (None, None, None, "none"),
        (4, "", "approved", "approved"),
    ],
)
def test_approval_follows_the_reports(active: object, recent: object, status: str | None, approval: str) -> None:
    reports = {} if status is None else {"4": {"id": "4", "status": status}}
    document = made.expense(active_submission_id=active, recent_submission_id=recent)
    assert read("expenses", document, expense_report_submissions=reports).values["approval"] == approval


def test_members_that_need_an_include_stay_as_they_were_known() -> None:
    document = made.expense(notes="")
    del document["receipt_id"], document["expense_category_id"]
    values = read("expenses", document, before={("expenses", "902"): {"receipt": True, "category_id": "5"}}).values
    assert (values["receipt"], values["category_id"], values["text"]) == (True, "5", None)


@pytest.mark.parametrize(
    ("provider", "members", "external"),
    [
        (PROVIDER, {}, False),
        (PROVIDER, {"account_id": "10"}, True),
        (KantataProvider(), {"account_id": "10"}, False),
        (KantataProvider(), {"permissions": {"is_guest_on_project": True}}, True),
        (KantataProvider().signed_in(Identity("12", "Ada", "", "9")), {"account_id": 10}, True),
    ],
)
def test_projects_of_other_accounts_are_external(provider: KantataProvider, members: Document, external: bool) -> None:
    assert read("projects", {**made.WORKSPACE, **members}, provider=provider).values["external"] is external


def test_a_side_loaded_project_keeps_its_known_client() -> None:
    plain = {key: value for key, value in made.WORKSPACE.items() if key != "client_lead_name"}
    document = made.envelope("expenses", made.expense(), workspaces={"88": plain})
    page = PROVIDER.read_page("expenses", answer(document), known(HARBOUR))
    assert page.records[0].values["client"] == "Mia Holm"
    assert page.related[0].values == {
        "id": "88",
        "name": "Harbour rollout",
        "currency": "EUR",
        "archived": False,
        "external": False,
        "client": "Mia Holm",
        "client_id": None,
        "needs_approval": None,
    }


@pytest.mark.parametrize(
    ("kind", "document", "values"),
    [
        ("people", made.USER, {"name": "Ada Berg", "email": "ada@example.com", "account_id": "9", "archived": False}),
        ("categories", {"id": 5, "name": "Lodging", "deleted_at": None}, {"name": "Lodging", "archived": False}),
        ("categories", {"id": 5, "name": "", "deleted_at": "2020-01-01T00:00:00Z"}, {"name": "", "archived": True}),
    ],
)
def test_records_behind_pickers(kind: str, document: Document, values: Values) -> None:
    assert read(kind, document).values == {"id": str(document["id"]), **values}


def test_a_page_walks_results_in_their_order() -> None:
    document = made.envelope("external_payments", made.payment(id="7"), made.payment(id="5"), count=401)
    document["external_payments"] = {"5": made.payment(id="5"), "7": made.payment(id="7")}
    page = PROVIDER.read_page("payments", answer(document), nothing_known)
    assert [record.id for record in page.records] == ["7", "5"]
    assert (page.number, page.pages, page.total) == (1, 3, 401)
    assert json.loads(page.records[0].raw) == made.payment(id="7")


def test_an_empty_page() -> None:
    page = PROVIDER.read_page("expenses", answer(made.envelope("expenses")), nothing_known)
    assert (page.records, page.number, page.pages, page.total) == ((), 1, 0, 0)


@pytest.mark.parametrize(
    "document",
    [
        [],
        {},
        {"count": 0, "results": []},
        {"count": 1, "results": [{"key": "external_payments", "id": "1"}], "meta": {"page_count": 1}},
        made.envelope("expenses", made.expense()),
        made.envelope("external_payments", made.payment(amount_in_cents="12.50")),
        made.envelope("external_payments", made.payment(invoice_id=[1])),
        {"errors": [{"type": "system", "message": "Not found"}]},
    ],
)
def test_a_page_that_is_none_is_unreadable(document: object) -> None:
    with pytest.raises(UnreadableAnswerError):
        PROVIDER.read_page("payments", answer(document), nothing_known)


def test_an_answer_without_record_is_unreadable() -> None:
    with pytest.raises(UnreadableAnswerError):
        PROVIDER.read_record("payments", answer(made.envelope("external_payments")), nothing_known)


SCALAR = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats(allow_nan=False, allow_infinity=False)
)
ODD = st.recursive(
    SCALAR, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
)
STRICT = {"id", "amount_in_cents", "balance_in_cents", "workspace_ids"}


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_odd_members_do_not_stop_a_sync(data: st.DataObject) -> None:
    for kind, document in (("invoices", made.invoice()), ("payments", made.payment()), ("expenses", made.expense())):
        for name in document.keys() - STRICT:
            if not name.endswith("_id"):
                document[name] = data.draw(ODD)
        document["unheard_of"] = data.draw(ODD)
        record = read(kind, document)
        assert json.loads(record.raw) == document
        assert all(isinstance(value, str | int | None) for value in record.values.values())


def test_who_is_signed_in() -> None:
    assert PROVIDER.read_identity(answer(made.envelope("users", made.USER))) == Identity(
        "12", "Ada Berg", "account 9", "9"
    )
