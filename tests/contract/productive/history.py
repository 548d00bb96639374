"""What was changed, who is told of it, and pages by cursor."""

from __future__ import annotations

from typing import Any

from tests.contract.productive.build import (
    BLANK,
    NOT_FOUND,
    attributes,
    expense,
    invalid,
    invoice,
    patch,
    payment,
    post,
    refused,
    resource,
)
from tests.contract.productive.build import scenario as case
from tests.contract.steps import Step, delete, get

_HOOK = {"target_url": "https://example.com/hook", "event_id": 33}
_OF = "/activities?filter[invoice_id]={invoice}"


def _some(found: Any) -> bool:
    return isinstance(found, int) and found > 0


def _count(query: str, found: Any) -> Step:
    return get(f"{_OF}&{query}", values={"/meta/total_count": found})


def _bad(query: str) -> Step:
    return get(f"/activities?{query}", **refused(400, title="Unsupported Filter Value"))


HISTORY = (
    case(
        "activities of a payment",
        post("/invoices", invoice("with a history"), save={"invoice": "id"}),
        post("/payments", payment(), save={"payment": "id"}),
        patch("/payments/{payment}", resource("payments", {"note": "bank"})),
        delete("/payments/{payment}"),
        get(
            f"{_OF}&filter[item_type]=payment",
            values={
                "/meta/total_count": 3,
                "/data/0/attributes/event": "create",
                "/data/0/attributes/item_id": "#payment",
                "/data/0/attributes/item_name": lambda found: found is None or isinstance(found, str),
                "/data/0/attributes/changeset": lambda found: {"amount": [None, 10000]} in found,
                "/data/1/attributes/changeset": [{"note": [None, "bank"]}],
                "/data/1/attributes/parent_type": "invoice",
                "/data/1/attributes/parent_id": "#invoice",
                "/data/1/attributes/parent_name": lambda found: found is None or isinstance(found, str),
                "/data/1/attributes/root_type": "company",
                "/data/1/attributes/root_id": "#company",
                "/data/1/attributes/root_name": lambda found: isinstance(found, str),
                "/data/1/attributes/created_at": lambda found: isinstance(found, str),
                "/data/2/attributes/event": "delete",
            },
            save={"activity": "/data/0/id"},
        ),
        get("/activities/{activity}", values={"type": "activities", **attributes(event="create", item_type="payment")}),
        get("/activities/987654321", **NOT_FOUND),
        covers="activities operation: list, show; activities member: event, changeset, item_id, item_type, item_name, "
        "parent_id, parent_type, parent_name, root_id, root_type, root_name, created_at",
    ),
    case(
        "filters of activities",
        post("/invoices", invoice("to be found"), save={"invoice": "id"}),
        patch("/invoices/{invoice}", resource("invoices", {"subject": "found"})),
        post("/expenses", expense("told of"), save={"expense": "id", "deal": "relationships/deal/data/id"}),
        _count("filter[event]=create", 1),
        _count("filter[event]=update", 1),
        _count("filter[event]=delete", 0),
        _count("filter[item_type]=invoice", 2),
        _count("filter[item_type]=expense", 0),
        _count("filter[type]=2", 2),
        _count("filter[type]=1", 0),
        _count("filter[type]=3", 0),
        _count("filter[after]=2000-01-01", 2),
        _count("filter[after]=2999-01-01", 0),
        _count("filter[before]=2999-01-01", 2),
        _count("filter[before]=2000-01-01", 0),
        _count("filter[company_id]={company}", 2),
        _count("filter[company_id]=987654321", 0),
        _count("filter[expense_id]={expense}", 0),
        get(
            "/activities?filter[expense_id]={expense}",
            values={"/meta/total_count": 1, "/data/0/attributes/item_type": "expense"},
        ),
        get("/activities?filter[deal_id]={deal}", values={"/meta/total_count": _some}),
        get("/activities?filter[deal_id]=987654321", values={"/meta/total_count": 0}),
        *(
            _bad(f"filter[{name}]=x")
            for name in ("after", "before", "invoice_id", "expense_id", "company_id", "deal_id")
        ),
        _bad("filter[type]=9"),
        covers="activities parameter: after, before, invoice_id, expense_id, company_id, deal_id, event, item_type, "
        "type",
    ),
    case(
        "webhooks",
        post("/webhooks", resource("webhooks", _HOOK), values=attributes(**_HOOK, state_id=3), save={"hook": "id"}),
        get("/webhooks/{hook}", values=attributes(**_HOOK)),
        get("/webhooks", values={"/meta/total_count": _some}),
        patch("/webhooks/{hook}", resource("webhooks", {"event_id": 2}), values=attributes(event_id=2)),
        post("/webhooks", resource("webhooks", {}), **invalid(("target_url", BLANK), ("event_id", BLANK))),
        delete("/webhooks/{hook}"),
        get("/webhooks/{hook}", **NOT_FOUND),
        covers="webhooks operation: list, show, create, update, delete; webhooks write: target_url, event_id",
    ),
    case(
        "pages by cursor",
        get(
            "/payments?page[after]=&page[size]=2",
            values={
                "/meta/page_size": 2,
                "/meta/max_page_size": 200,
                "/data/1/type": "payments",
                "/links/next": lambda found: "page%5Bafter%5D=" in found,
            },
            absent=("/meta/total_count", "/meta/current_page", "/data/2"),
        ),
        get("/payments?page[after]=&page[number]=1", **refused(400, code="keyset_conflict")),
        get("/payments?page[after]=&sort=note", **refused(400, code="keyset_unsupported_sort")),
        get("/payments?page[after]=nonsense", **refused(400, code="keyset_invalid_cursor")),
        covers="paging parameter: page[after]",
    ),
)
