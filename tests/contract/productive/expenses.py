"""Writing and deciding on expenses."""

from __future__ import annotations

from typing import Any

from tests.contract.productive.build import (
    BLANK,
    NO_DATE,
    NO_NUMBER,
    NOT_FOUND,
    attributes,
    bulk,
    expense,
    invalid,
    patch,
    post,
    problem,
    resource,
    to,
)
from tests.contract.productive.build import scenario as case
from tests.contract.steps import delete, get

_REQUIRED = (
    ("name", BLANK),
    ("date", BLANK),
    ("date", NO_DATE),
    ("currency", BLANK),
    ("amount", BLANK),
    ("service", BLANK),
)
_NEW = post("/expenses", expense("new"), save={"expense": "id"})
_WAITING = patch("/expenses/{expense}/unapprove", values=attributes(approved=False, approved_at=None))


def _named(id_: str, **values: Any) -> dict[str, Any]:
    return {"type": "expenses", "id": id_, **({"attributes": values} if values else {})}


def _two(first: dict[str, Any], second: dict[str, Any], **expected: Any) -> Any:
    return bulk("PATCH", "/expenses", [first, second], **expected)


EXPENSES = (
    case(
        "an expense and what follows from its service",
        post(
            "/expenses",
            expense("Eurostar"),
            values={
                **attributes(name="Eurostar", date="2026-02-03", currency="EUR", amount=10000, billable_amount=0),
                **attributes(profit=-10000, invoiced=False, paid_on=None, rejected=False, deleted_at=None),
                "relationships/service/data/id": "$service",
                "relationships/deal/data/id": "$deal",
                "relationships/creator/data/id": "$me",
                "relationships/service_type/data/type": "service_types",
            },
            save={"expense": "id"},
        ),
        patch(
            "/expenses/{expense}",
            resource("expenses", {"paid_on": "2026-02-05"}),
            values=attributes(paid_on="2026-02-05"),
        ),
        get("/expenses?filter[status]=1&filter[name]=Eurostar&sort=-id", values={"id": "$expense"}),
        delete("/expenses/{expense}"),
        get("/expenses/{expense}", **NOT_FOUND),
        delete("/expenses/{expense}", **NOT_FOUND),
        covers="expenses operation: list, show, create, update, delete; "
        "expenses write: name, date, currency, amount, paid_on",
    ),
    case(
        "every other member",
        post(
            "/expenses",
            resource(
                "expenses",
                {
                    "name": "full",
                    "date": "2026-02-03",
                    "currency": "EUR",
                    "amount": 10000,
                    "quantity": "2.0",
                    "billable_amount": 25000,
                    "pay_on": "2026-03-01",
                    "reimbursable": True,
                    "reimbursed_on": "2026-03-02",
                    "position": 4,
                    "custom_fields": {"5": "red"},
                    "rejected_reason": "late",
                    "service_id": "$service",
                    "person_id": "$person",
                    "vendor_id": "$company",
                    "purchase_order_id": 7,
                    "attachment_id": None,
                    "tax_rate_id": "$tax_rate",
                    "tax_inclusion": None,
                },
            ),
            values={
                **attributes(billable_amount=25000, pay_on="2026-03-01", reimbursable=True, position=4, profit=5000),
                **attributes(reimbursed_on="2026-03-02", total_amount=20000, quantity="2.0", rejected_reason="late"),
                "relationships/person/data/id": "$person",
                "relationships/vendor/data/id": "$company",
            },
        ),
        post(
            "/expenses",
            expense("marked up", markup="50.0", billable_amount=1),
            values=attributes(billable_amount=15000, profit=5000),
        ),
        covers="expenses write: quantity, billable_amount, pay_on, reimbursable, position, reimbursed_on, "
        "custom_fields, rejected_reason, service_id, person_id, vendor_id, purchase_order_id, attachment_id, "
        "tax_rate_id, tax_inclusion, markup",
    ),
    case(
        "an expense that is not valid",
        post("/expenses", resource("expenses", {}), **invalid(*_REQUIRED)),
        post("/expenses", expense("x", date="soon"), **invalid(("date", NO_DATE))),
        post("/expenses", expense("x", amount="much"), **invalid(("amount", NO_NUMBER))),
        post("/expenses", expense(""), **invalid(("name", BLANK))),
        post(
            "/expenses",
            resource(
                "expenses",
                {"name": "x", "date": "2026-02-03", "currency": "EUR", "amount": 1},
                service=to("services", "$hourly_service"),
            ),
            status=422,
            errors=({"source": {"pointer": "data/attributes/service"}},),
        ),
        _NEW,
        patch("/expenses/{expense}", resource("expenses", {"name": ""}), **invalid(("name", BLANK))),
        patch("/expenses/{expense}", resource("expenses", {"date": ""}), **invalid(("date", BLANK), ("date", NO_DATE))),
        patch("/expenses/{expense}", resource("invoices", {"name": "y"}), status=409),
        get("/expenses/{expense}", values=attributes(name="new", date="2026-02-03")),
    ),
    case(
        "approval and rejection",
        _NEW,
        _WAITING,
        patch("/expenses/{expense}/approve", values=attributes(approved=True, approved_at=bool)),
        get("/expenses?filter[approval_status]=1&sort=-id&page[size]=1", values={"id": "$expense"}),
        patch("/expenses/{expense}/reject", status=409),
        _WAITING,
        patch(
            "/expenses/{expense}/reject",
            resource("expenses", {"rejected_reason": "private", "note": "please pay it yourself"}),
            values=attributes(rejected=True, rejected_at=bool, rejected_reason="private"),
        ),
        patch("/expenses/{expense}/approve", status=409),
        patch("/expenses/{expense}/unreject", values=attributes(rejected=False, rejected_at=None)),
        patch("/expenses/{expense}/approve", resource("expenses", {"note": "fine"}), values=attributes(approved=True)),
        patch("/expenses/987654321/approve", **NOT_FOUND),
        covers="expenses operation: approve, unapprove, reject, unreject",
    ),
    case(
        "a copy",
        _NEW,
        post(
            "/expenses/copy",
            resource("expenses", {"template_id": "$expense", "name": "copied"}),
            values={
                **attributes(name="copied", amount=10000, date="2026-02-03"),
                "relationships/service/data/id": "$service",
            },
            save={"copy": "id"},
        ),
        get("/expenses/{copy}", values=attributes(name="copied")),
        get("/expenses/{expense}", values=attributes(name="new")),
        covers="expenses operation: copy",
    ),
    case(
        "export",
        _NEW,
        patch("/expenses/{expense}/export", status=(200, 409)),
        patch("/expenses/{expense}/export_update", status=(200, 409)),
        covers="expenses operation: export, export_update",
    ),
    case(
        "many at once",
        post("/expenses", expense("one"), save={"a": "id"}),
        post("/expenses", expense("two"), save={"b": "id"}),
        _two(
            _named("$a", paid_on="2026-03-01"),
            {**_named("$b", paid_on="2026-03-02"), "id": "#b"},
            values={"/data/0/attributes/paid_on": "2026-03-01", "/data/1/attributes/paid_on": "2026-03-02"},
        ),
        _two(
            _named("$a", paid_on="2026-03-09"),
            _named("$b", date=""),
            status=422,
            errors=tuple(
                {**problem("date", detail), "source": {"pointer": "data/1/attributes/date"}}
                for detail in (BLANK, NO_DATE)
            ),
        ),
        get("/expenses/{a}", values=attributes(paid_on="2026-03-01")),
        patch("/expenses/{a}/unapprove"),
        patch("/expenses/{b}/unapprove"),
        bulk("PATCH", "/expenses/bulk_approve", [_named("$a"), _named("$b")]),
        get("/expenses/{b}", values=attributes(approved=True)),
        bulk("DELETE", "/expenses", [_named("$a"), _named("987654321")], status=422),
        get("/expenses/{a}", values=attributes(name="one")),
        bulk("DELETE", "/expenses", [_named("$a"), _named("$b")], status=204),
        get("/expenses/{a}", **NOT_FOUND),
        get("/expenses/{b}", **NOT_FOUND),
        covers="expenses operation: bulk_update, bulk_delete, bulk_approve",
    ),
    case(
        "a deleted expense is found among the deleted and comes back",
        post("/expenses", expense("lost and found"), save={"expense": "id"}),
        delete("/expenses/{expense}"),
        get(
            "/deleted_items?filter[name]=lost%20and%20found&filter[item_type]=expense",
            values={"/meta/total_count": 1},
            save={"item": "id"},
        ),
        patch("/deleted_items/{item}/restore"),
        get("/expenses/{expense}", values=attributes(name="lost and found", deleted_at=None)),
    ),
)
