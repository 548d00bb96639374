"""Writing payments, with the documentation's own examples."""

from __future__ import annotations

from tests.contract.productive.api import BULK
from tests.contract.productive.build import (
    BLANK,
    NO_DATE,
    NO_NUMBER,
    NOT_FOUND,
    UNTYPED,
    attributes,
    bulk,
    invalid,
    invoice,
    line,
    patch,
    payment,
    post,
    refused,
    resource,
    to,
)
from tests.contract.productive.build import scenario as case
from tests.contract.steps import delete, get

_NEW = post("/invoices", invoice("of a payment"), save={"invoice": "id"})
_PAY = post("/payments", payment(), save={"payment": "id"})
_EMPTY = resource("payments", {"amount": ""})

PAYMENTS = (
    case(
        "the documented examples",
        _NEW,
        post(
            "/payments",
            payment(),
            values={
                **attributes(amount=10000, paid_on="2021-01-24", note=None, written_off_on=None, external_id=None),
                **attributes(currency="EUR", currency_normalized="EUR", amount_normalized=10000),
                "relationships/invoice/data": {"type": "invoices", "id": "$invoice"},
                "relationships/organization/data": {"type": "organizations", "id": 4711},
                "/included/0/id": "$invoice",
                "/included/0/attributes/amount_paid": 10000,
                "/included/0/attributes/amount_unpaid": -10000,
                "/included/1/type": "companies",
                "/included/2/type": "people",
                "/included/3/type": "companies",
            },
            save={"payment": "id"},
        ),
        post(
            "/payments",
            _EMPTY,
            **invalid(("invoice", BLANK), ("amount", BLANK), ("paid_on", BLANK), ("paid_on", NO_DATE)),
        ),
        patch(
            "/payments/{payment}",
            resource("payments", {"amount": 2000}),
            values={**attributes(amount=2000, amount_normalized=2000), "/included/0/attributes/amount_paid": 2000},
        ),
        patch("/payments/{payment}", _EMPTY, **invalid(("amount", BLANK))),
        get("/payments/{payment}", values=attributes(amount=2000, paid_on="2021-01-24")),
        delete("/payments/{payment}"),
        get("/payments/{payment}", **NOT_FOUND),
        delete("/payments/{payment}", **NOT_FOUND),
        patch("/payments/{payment}", resource("payments", {"amount": 1}), **NOT_FOUND),
        get("/invoices/{invoice}", values=attributes(amount_paid=0)),
        covers="payments operation: list, show, create, update, delete; payments write: amount, paid_on, invoice",
    ),
    case(
        "the invoice as an attribute, amounts as texts, notes and write-offs",
        _NEW,
        post(
            "/payments",
            resource(
                "payments", {"amount": "10000.0", "paid_on": "2026-02-03", "invoice_id": "$invoice", "note": "bank"}
            ),
            values={**attributes(amount=10000, note="bank"), "relationships/invoice/data/id": "$invoice"},
        ),
        post("/payments", payment(amount="250", external_id="X-1"), values=attributes(amount=250, external_id="X-1")),
        post("/payments", payment(amount=2.5), values=attributes(amount=3)),
        post(
            "/payments",
            payment(amount=700, paid_on=None, written_off_on="2026-02-04"),
            values={
                **attributes(amount=700, paid_on=None, written_off_on="2026-02-04"),
                "/included/0/attributes/amount_written_off": 700,
                "/included/0/attributes/amount_paid": 10253,
            },
        ),
        post("/payments", payment(amount=-250), values=attributes(amount=-250)),
        post("/payments", payment(colour="blue"), values=attributes(amount=10000), absent=("attributes/colour",)),
        covers="payments write: note, external_id, written_off_on",
    ),
    case(
        "money in another currency is converted with the invoice's rate",
        get("/invoices/{foreign_invoice}", save={"rate": "attributes/exchange_rate", "code": "attributes/currency"}),
        post(
            "/payments",
            resource(
                "payments", {"amount": 10000, "paid_on": "2026-02-03"}, invoice=to("invoices", "$foreign_invoice")
            ),
            values={**attributes(amount=10000, amount_normalized=10000, currency="$code", currency_normalized="$code")},
            save={"payment": "id"},
        ),
        delete("/payments/{payment}"),
    ),
    case(
        "paying in full sets the invoice's day, and taking it back clears it",
        _NEW,
        post("/line_items", line("of a payment", tax_name=None)),
        get("/invoices/{invoice}", values=attributes(paid_on=None), save={"due": "attributes/amount_unpaid"}),
        post(
            "/payments",
            payment(amount="$due", paid_on="2026-03-02"),
            values={"/included/0/attributes/paid_on": "2026-03-02", "/included/0/attributes/amount_unpaid": 0},
            save={"payment": "id"},
        ),
        patch(
            "/payments/{payment}",
            resource("payments", {"amount": 1}),
            values={"/included/0/attributes/paid_on": None, "/included/0/attributes/amount_paid": 1},
        ),
    ),
    case(
        "a payment moves to another invoice",
        _NEW,
        _PAY,
        post("/invoices", invoice("the other"), save={"other": "id"}),
        patch(
            "/payments/{payment}",
            resource("payments", {}, invoice=to("invoices", "$other")),
            values={"relationships/invoice/data/id": "$other"},
        ),
        get("/invoices/{invoice}", values=attributes(amount_paid=0)),
        get("/invoices/{other}", values=attributes(amount_paid=10000)),
    ),
    case(
        "a payment that is not valid",
        _NEW,
        post("/payments", payment(paid_on="soon"), **invalid(("paid_on", NO_DATE))),
        post("/payments", payment(amount="much"), **invalid(("amount", NO_NUMBER))),
        post("/payments", payment(paid_on=""), **invalid(("paid_on", BLANK), ("paid_on", NO_DATE))),
        post(
            "/payments",
            resource("payments", {"amount": 1, "paid_on": "2026-01-01"}, invoice=to("invoices", "987654321")),
            **invalid(("invoice", BLANK)),
        ),
        post("/payments", resource("invoices", {"amount": 1}), status=409),
        _PAY,
        patch(
            "/payments/{payment}", {"data": {"type": "payments", "id": "1", "attributes": {"amount": 1}}}, status=409
        ),
        patch(
            "/payments/{payment}",
            {"data": {"type": "payments", "id": "$payment", "attributes": {"amount": 3}}},
            values=attributes(amount=3),
        ),
        patch("/payments/{payment}", resource("payments", {"paid_on": "soon"}), **invalid(("paid_on", NO_DATE))),
        post("/payments", b"{", **refused(400)),
        post("/payments", {}, **refused(400)),
    ),
    case(
        "media types and the order of checks",
        _NEW,
        post("/payments", payment(), content_type="", **UNTYPED),
        post("/payments", payment(), content_type="application/json", **UNTYPED),
        post("/payments", b"{}", content_type="text/plain", headers={"x-auth-token": "wrong"}, **UNTYPED),
        bulk("POST", "/payments", [], **UNTYPED),
        post("/nothing", b"{}", content_type="text/plain", **refused(404)),
        get("/payments", content_type="", values={"/meta/page_size": 30}),
        get("/payments", content_type="text/plain", values={"/meta/page_size": 30}),
        get("/payments/", headers={"accept": "text/xml,*/*;q=0.5"}, values={"/meta/page_size": 30}),
        get("/payments", headers={"accept": f"{BULK}"}, values={"/meta/page_size": 30}),
        get("/payments", headers={"accept": "text/html"}, **refused(406, title="Not Acceptable")),
        post("/payments", payment(), content_type="application/vnd.api+json; charset=utf-8"),
    ),
    case(
        "who may come in",
        get(
            "/payments",
            headers={"x-auth-token": "wrong"},
            **refused(401, code="invalid_auth_token", title="Unauthenticated", detail="You are not authenticated"),
        ),
        get("/payments", headers={"x-auth-token": ""}, **refused(401, title="Unauthenticated")),
        get("/payments", headers={"x-organization-id": "1"}, **refused(403, title="Access Denied")),
        get("/payments?X-Organization-Id=4711", headers={"x-organization-id": ""}, values={"/meta/page_size": 30}),
        get("/payments?X-Organization-Id=1", headers={"x-organization-id": ""}, **refused(403, title="Access Denied")),
        get("/nothing", **refused(404)),
        get("/payments/987654321", **NOT_FOUND),
    ),
)
