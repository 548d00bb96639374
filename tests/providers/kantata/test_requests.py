from __future__ import annotations

import pytest

from kworkbench.domain.changes import Args, Op, Raw
from kworkbench.domain.records import Values
from kworkbench.providers.base import NotOfferedError, Write
from kworkbench.providers.kantata.provider import KantataProvider
from tests.providers.support import known, nothing_known

PROVIDER = KantataProvider()
BESIDE_EXPENSES = (
    "include",
    "workspace,user,expense_category,receipt,vendor,active_submission,recent_submission,role,external_references",
)
LIFTED = [("from_archived_workspaces", "true"), ("on_my_account", "false")]
LOOKUP = known({("categories", "5"): {"name": "Lodging"}, ("projects", "88"): {"currency": "EUR"}})


@pytest.mark.parametrize(
    ("kind", "path", "query", "order"),
    [
        ("payments", "/external_payments", [("include", "invoice,workspace")], "id:asc"),
        ("invoices", "/invoices", [("include", "workspaces,external_references")], "id:asc"),
        ("expenses", "/expenses", [BESIDE_EXPENSES, *LIFTED], "created_at:asc"),
        (
            "projects",
            "/workspaces",
            [("include_archived", "true"), ("on_my_account", "false"), ("optional_fields", "client_lead_name")],
            "created_at:asc",
        ),
        ("people", "/users", [("on_my_account", "true"), ("show_disabled", "true")], "alphabetical:asc"),
        ("categories", "/expense_categories", [("only_active", "false")], "alphabetical:asc"),
    ],
)
def test_lists_lift_what_hides_rows(kind: str, path: str, query: list[tuple[str, str]], order: str) -> None:
    request = PROVIDER.list_page(kind, 3, 200)
    assert (request.method, request.path) == ("GET", path)
    assert list(request.query) == [*query, ("order", order), ("page", "3"), ("per_page", "200")]


def test_reads_by_id_lift_it_too() -> None:
    show = PROVIDER.show("expenses", "902")
    assert (show.path, list(show.query)) == ("/expenses/902", [BESIDE_EXPENSES, *LIFTED])
    many = PROVIDER.show_many("expenses", ["902", "903"])
    assert many is not None
    assert list(many.query) == [("only", "902,903"), BESIDE_EXPENSES, *LIFTED, ("per_page", "200")]
    assert PROVIDER.show("payments", "../users").path == "/external_payments/..%2Fusers"
    assert PROVIDER.show("categories", "5").query[0] == ("only", "5")
    assert PROVIDER.payments_of("310").query[0] == ("invoice_id", "310")
    assert PROVIDER.who().path == "/users/me.json"
    assert PROVIDER.auth("t", "31") == {"Authorization": "Bearer t"}


def body(kind: str, op: Op, args: Args, *, pre: Values | None = None, marker: str | None = None) -> object:
    record_id = None if op is Op.CREATE else "902"
    return PROVIDER.write(Write(op, kind, record_id, args=args, pre=pre or {}, marker=marker), LOOKUP).body


def test_an_invoice_payment_leaves_the_amount_to_kantata() -> None:
    wanted: Args = {"project_id": "88", "invoice_id": "310", "amount": 125000, "note": "Wire 7781"}
    request = PROVIDER.write(Write(Op.CREATE, "payments", args=wanted, marker="kw:ABCDEFGH23"), LOOKUP)
    assert (request.method, request.path, request.fresh) == ("POST", "/external_payments", True)
    assert request.query == (("include", "invoice,workspace"),)
    assert request.headers["Content-Type"] == "application/json"
    assert request.body == {
        "external_payment": {"workspace_id": 88, "invoice_id": 310, "message": "Wire 7781 kw:ABCDEFGH23"}
    }


@pytest.mark.parametrize(
    ("args", "sent"),
    [
        ({"project_id": "88", "amount": 5000}, {"workspace_id": 88, "amount_in_cents": 5000}),
        ({"project_id": "88", "amount": None, "invoice_id": ""}, {"workspace_id": 88, "amount_in_cents": ""}),
        (
            {"project_id": Raw("harbour"), "amount": Raw("1.250")},
            {"workspace_id": "harbour", "amount_in_cents": "'1.250'"},
        ),
        ({}, {}),
    ],
)
def test_a_project_payment(args: Args, sent: dict[str, object]) -> None:
    assert body("payments", Op.CREATE, args) == {"external_payment": sent}


def test_an_expense_in_the_projects_currency() -> None:
    wanted: Args = {
        "project_id": "88",
        "date": "2026-03-01",
        "category_id": "5",
        "amount": 21050,
        "currency": "EUR",
        "person_id": "12",
        "text": "Hotel Basel",
        "billable": True,
        "reimbursable": False,
    }
    assert body("expenses", Op.CREATE, wanted) == {
        "expense": {
            "workspace_id": 88,
            "date": "2026-03-01",
            "category": "Lodging",
            "expense_category_id": 5,
            "amount_in_cents": 21050,
            "user_id": 12,
            "notes": "Hotel Basel",
            "billable": True,
            "reimbursable": False,
        }
    }


def test_another_currency_goes_as_foreign_exchange_in_main_units() -> None:
    wanted: Args = {"project_id": "88", "amount": 21050, "currency": "CHF"}
    foreign = {"source_value": "210.50", "source_currency": "CHF"}
    sent = {"amount_in_cents": 0, "foreign_exchange_amount": foreign}
    assert body("expenses", Op.CREATE, wanted) == {"expense": {"workspace_id": 88, **sent}}
    pre: Values = {"project_id": "88", "currency": "EUR", "amount": 21050}
    assert body("expenses", Op.UPDATE, {"currency": "CHF"}, pre=pre) == {"expense": sent}


@pytest.mark.parametrize(
    ("args", "sent"),
    [
        ({"text": ""}, {"notes": None}),
        ({"date": None}, {"date": ""}),
        ({"date": Raw("32.1.")}, {"date": "32.1."}),
        ({"amount": 700}, {"amount_in_cents": 700}),
        ({"billable": Raw("maybe")}, {"billable": "maybe"}),
        ({"project_id": "99", "person_id": "13"}, {"user_id": 13}),
        ({"category_id": "5"}, {"category": "Lodging", "expense_category_id": 5}),
        ({"category_id": "6", "category": "Meals"}, {"category": "Meals", "expense_category_id": 6}),
        ({"category_id": Raw("mealz")}, {"category": "mealz", "expense_category_id": "mealz"}),
        ({"category_id": None}, {"category": ""}),
    ],
)
def test_an_update_carries_only_what_is_wanted(args: Args, sent: dict[str, object]) -> None:
    request = PROVIDER.write(Write(Op.UPDATE, "expenses", "902", args=args, pre={"currency": "EUR"}), LOOKUP)
    assert (request.method, request.path) == ("PUT", "/expenses/902")
    assert request.body == {"expense": sent}


def test_deletes_of_one_and_of_many() -> None:
    one = PROVIDER.write(Write(Op.DELETE, "payments", "41"), nothing_known)
    assert (one.method, one.path, one.body) == ("DELETE", "/external_payments/41", None)
    many = PROVIDER.write(Write(Op.BULK_DELETE, "expenses", targets=("902", "903")), nothing_known)
    assert (many.method, many.path, many.body) == ("DELETE", "/expenses", {"ids": "902,903"})


@pytest.mark.parametrize(
    "write",
    [
        Write(Op.UPDATE, "payments", "41", args={"note": "x"}),
        Write(Op.BULK_DELETE, "payments", targets=("41",)),
        Write(Op.BULK_DELETE, "invoices", targets=("41",)),
        Write(Op.UPDATE, "expenses", args={"text": "x"}),
    ],
)
def test_what_kantata_does_not_do_is_not_asked(write: Write) -> None:
    with pytest.raises(NotOfferedError):
        PROVIDER.write(write, nothing_known)
