from __future__ import annotations

import pytest

from kworkbench.domain.changes import Args, Op, Raw
from kworkbench.domain.records import Values
from kworkbench.providers.base import NotOfferedError, Write
from kworkbench.providers.productive.provider import ProductiveProvider
from tests.providers.support import known, nothing_known

PROVIDER = ProductiveProvider()
PAGE = [("page[number]", "2"), ("page[size]", "200")]


@pytest.mark.parametrize(
    ("kind", "path", "query"),
    [
        ("payments", "/payments", [("include", "invoice.company,invoice.invoice_attributions.budget.project")]),
        (
            "invoices",
            "/invoices",
            [("include", "company,creator,invoice_attributions.budget.project"), ("sort", "created_at")],
        ),
        (
            "expenses",
            "/expenses",
            [("include", "deal.project,service,service_type,person,attachment,creator,approver,vendor")],
        ),
        ("clients", "/companies", []),
        ("categories", "/service_types", []),
        ("services", "/services", [("include", "deal.project,service_type,section")]),
    ],
)
def test_lists_ask_for_what_names_need(kind: str, path: str, query: list[tuple[str, str]]) -> None:
    request = PROVIDER.list_page(kind, 2, 200)
    assert (request.method, request.path, list(request.query)) == ("GET", path, query + PAGE)
    assert request.body is None


def test_reads_by_id() -> None:
    assert PROVIDER.show("payments", "41").path == "/payments/41"
    assert PROVIDER.show("payments", "4/1?x").path == "/payments/4%2F1%3Fx"
    assert PROVIDER.show_many("payments", ["41"]) is None
    many = PROVIDER.show_many("invoices", ["1", "2"])
    assert many is not None
    assert many.query[0] == ("filter[id]", "1,2")
    assert PROVIDER.payments_of("310").query[0] == ("filter[invoice_id]", "310")
    assert PROVIDER.who().path == "/organization_memberships"


def test_signing_in() -> None:
    assert PROVIDER.auth("t", "31") == {"X-Auth-Token": "t", "X-Organization-Id": "31"}
    assert PROVIDER.auth("t", None) == {"X-Auth-Token": "t"}


def body(kind: str, op: Op, args: Args, *, pre: Values | None = None, marker: str | None = None) -> dict[str, object]:
    record_id = None if op is Op.CREATE else "41"
    found = PROVIDER.write(Write(op, kind, record_id, args=args, pre=pre or {}, marker=marker), nothing_known).body
    assert isinstance(found, dict)
    return found


def test_a_payment_carries_its_marker_at_the_end_of_the_note() -> None:
    wanted: Args = {"invoice_id": "9001", "amount": 125050, "date": "2026-02-03", "note": "bank", "kind": "payment"}
    assert body("payments", Op.CREATE, wanted, marker="kw:ABCDEFGH23") == {
        "data": {
            "type": "payments",
            "attributes": {"amount": 125050, "paid_on": "2026-02-03", "note": "bank kw:ABCDEFGH23"},
            "relationships": {"invoice": {"data": {"type": "invoices", "id": "9001"}}},
        }
    }


def test_creates_use_a_fresh_connection() -> None:
    assert PROVIDER.write(Write(Op.CREATE, "payments", args={}), nothing_known).fresh
    assert not PROVIDER.write(Write(Op.UPDATE, "payments", "1", args={}), nothing_known).fresh


@pytest.mark.parametrize(
    ("op", "args", "pre", "sent"),
    [
        (
            Op.CREATE,
            {"amount": 5, "date": "2026-02-03", "kind": "write-off"},
            {},
            {"amount": 5, "written_off_on": "2026-02-03"},
        ),
        (Op.UPDATE, {"date": "2026-02-04"}, {"kind": "write-off"}, {"written_off_on": "2026-02-04"}),
        (Op.UPDATE, {"date": "2026-02-04"}, {"kind": "payment"}, {"paid_on": "2026-02-04"}),
        (Op.UPDATE, {"date": ""}, {}, {"paid_on": ""}),
        (Op.UPDATE, {"note": "x"}, {"marker": "kw:ABCDEFGH23"}, {"note": "x kw:ABCDEFGH23"}),
        (Op.UPDATE, {"note": ""}, {"marker": "kw:ABCDEFGH23"}, {"note": "kw:ABCDEFGH23"}),
        (Op.UPDATE, {"note": ""}, {}, {"note": None}),
        (Op.UPDATE, {"amount": 7}, {"marker": "kw:ABCDEFGH23"}, {"amount": 7}),
        (Op.CREATE, {"amount": Raw("12,50x"), "date": Raw("4.3.")}, {}, {"amount": "'12,50x'", "paid_on": "4.3."}),
        (Op.CREATE, {"amount": Raw("a lot"), "note": ""}, {}, {"amount": "a lot"}),
    ],
)
def test_attributes_of_payments(op: Op, args: Args, pre: Values, sent: dict[str, object]) -> None:
    assert body("payments", op, args, pre=pre)["data"] == {"type": "payments", "attributes": sent}


def test_an_edit_keeps_the_kind_and_the_marker_of_the_payment_as_it_is_known() -> None:
    before = known({("payments", "41"): {"kind": "write-off", "marker": "kw:ABCDEFGH23"}})
    wanted = Write(Op.UPDATE, "payments", "41", args={"date": "2026-02-04", "note": "x"}, pre={"amount": 5})
    sent = PROVIDER.write(wanted, before).body
    attributes = {"written_off_on": "2026-02-04", "note": "x kw:ABCDEFGH23"}
    assert sent == {"data": {"type": "payments", "attributes": attributes}}


def test_an_expense_goes_out_whole_or_only_what_is_wanted() -> None:
    wanted: Args = {
        "text": "Hotel Basel",
        "date": "2026-03-01",
        "currency": "CHF",
        "unit_amount": 21050,
        "quantity": "1",
        "service_id": "50",
        "person_id": "12",
        "billable_amount": None,
        "reimbursable": True,
    }
    assert body("expenses", Op.CREATE, wanted) == {
        "data": {
            "type": "expenses",
            "attributes": {
                "name": "Hotel Basel",
                "date": "2026-03-01",
                "currency": "CHF",
                "amount": 21050,
                "quantity": "1",
                "reimbursable": True,
            },
            "relationships": {
                "service": {"data": {"type": "services", "id": "50"}},
                "person": {"data": {"type": "people", "id": "12"}},
            },
        }
    }
    assert body("expenses", Op.UPDATE, {"reimbursable": False, "person_id": None}) == {
        "data": {
            "type": "expenses",
            "attributes": {"reimbursable": False},
            "relationships": {"person": {"data": None}},
        }
    }


def test_bulk_deletes_name_every_row_and_their_own_media_type() -> None:
    request = PROVIDER.write(Write(Op.BULK_DELETE, "expenses", targets=("902", "903")), nothing_known)
    assert (request.method, request.path) == ("DELETE", "/expenses")
    assert request.headers["Content-Type"] == "application/vnd.api+json; ext=bulk"
    assert request.body == {"data": [{"type": "expenses", "id": "902"}, {"type": "expenses", "id": "903"}]}


@pytest.mark.parametrize(
    "write",
    [
        Write(Op.BULK_DELETE, "invoices", targets=("1",)),
        Write(Op.BULK_DELETE, "payments", targets=("1",)),
        Write(Op.UPDATE, "payments", args={"amount": 1}),
        Write(Op.DELETE, "expenses"),
    ],
)
def test_what_productive_does_not_do_is_not_asked(write: Write) -> None:
    with pytest.raises(NotOfferedError):
        PROVIDER.write(write, nothing_known)
