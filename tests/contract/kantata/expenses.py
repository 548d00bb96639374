"""Writing expenses."""

from __future__ import annotations

from typing import Any

from tests.contract.kantata.build import MISSING, UNREADABLE, expense, invalid, post, put
from tests.contract.kantata.build import scenario as case
from tests.contract.kantata.payments import FORM
from tests.contract.kantata.setup import RECEIPT, reference
from tests.contract.steps import delete, get

_SEED_BULK = [
    {"workspace_id": "$workspace", "date": "2013-02-19T17:13:23-08:00", "category": "Food", "amount_in_cents": 5000},
    {"workspace_id": "$workspace", "date": "2015-02-19T17:13:23-08:00", "category": "Travel", "amount_in_cents": 10000},
]
_FRANCS = {"source_value": "210.50", "source_currency": "CHF"}


def _row(**members: Any) -> dict[str, Any]:
    found: dict[str, Any] = expense(**members)["expense"]
    return found


EXPENSES = (
    case(
        "an expense of the required members alone, and its defaults",
        post(
            "/expenses",
            expense(),
            values={
                "workspace_id": lambda found: isinstance(found, str),
                "date": "2026-03-01",
                "category": "Food",
                "amount_in_cents": 5000,
                "is_billable": False,
                "is_invoiced": False,
                "reimbursable": False,
                "taxable": None,
                "foreign_exchange_amount": {},
                "active_submission_id": None,
                "user_id": "$me_text",
                "/count": 1,
            },
            save={"expense": "id"},
        ),
        get("/expenses/{expense}.json", values={"category": "Food"}),
        delete("/expenses/{expense}"),
        get("/expenses/{expense}", **MISSING),
        delete("/expenses/{expense}", **MISSING),
        put("/expenses/{expense}", expense(), **MISSING),
        covers="expenses operation: list, show, create, delete; "
        "expenses write: workspace_id, date, category, amount_in_cents",
    ),
    case(
        "every other member",
        post("/attachments", **RECEIPT, save={"receipt": "id"}),
        post(
            "/expenses?include=receipt,vendor,expense_category,story,external_references&optional_fields=user_can_edit",
            expense(
                notes="Hotel Basel",
                billable=True,
                reimbursable=True,
                expense_category_id="$category",
                vendor_id="$vendor",
                story_id="$story",
                user_id="$me",
                receipt_id="#receipt",
                external_reference=reference("netsuite", "77", status="pending", locked=True),
            ),
            values={
                "notes": "Hotel Basel",
                "is_billable": True,
                "reimbursable": True,
                "user_can_edit": True,
                "user_id": "$me_text",
                "receipt_id": "$receipt",
                "expense_category_id": str.isdigit,
                "vendor_id": str.isdigit,
                "story_id": str.isdigit,
                "external_reference_ids": lambda found: len(found) == 1,
                "/external_references": lambda found: next(iter(found.values()))["service_model_ref"] == "77",
            },
            save={"expense": "id"},
        ),
        delete("/expenses/{expense}"),
        covers="expenses write: notes, billable, reimbursable, expense_category_id, vendor_id, story_id, user_id, "
        "receipt_id, external_reference; expenses operation: create",
    ),
    case(
        "a foreign amount overrides the amount",
        post(
            "/expenses",
            expense(workspace_id="$eur_workspace", amount_in_cents=7, foreign_exchange_amount=_FRANCS),
            values={
                "amount_in_cents": lambda found: 15_000 < found < 30_000,
                "foreign_exchange_amount/source_currency": "CHF",
                "foreign_exchange_amount/source_value": 210.5,
                "foreign_exchange_amount/rate": lambda found: found > 0,
                "currency": "EUR",
            },
            save={"expense": "id"},
        ),
        put("/expenses/{expense}", {"expense": {"foreign_exchange_amount": {**_FRANCS, "source_value": "1"}}}),
        get("/expenses/{expense}", values={"amount_in_cents": lambda found: 50 < found < 200}),
        post(
            "/expenses",
            expense(amount_in_cents=None, foreign_exchange_amount={"source_value": "1"}),
            **invalid("foreign_exchange_amount"),
        ),
        covers="expenses write: foreign_exchange_amount",
    ),
    case(
        "a budget in the place of a task is taken",
        post(
            "/expenses?include=expense_budget",
            expense(workspace_id="$budget_workspace", expense_budget_id="$budget"),
            values={"category": "Food"},
        ),
        post("/expenses", expense(expense_budget_id=987654321), **invalid("expense_budget_id")),
        covers="expenses write: expense_budget_id",
    ),
    case(
        "the documented bulk sample",
        post(
            "/expenses",
            {"expenses": _SEED_BULK},
            values={
                "/count": 2,
                "/results": lambda found: len(found) == 2,
                "date": "2013-02-19",
                "category": "Food",
                "amount_in_cents": 5000,
            },
            save={"one": "/results/0/id", "two": "/results/1/id"},
        ),
        get("/expenses/{two}", values={"date": "2015-02-19", "category": "Travel", "amount_in_cents": 10000}),
        delete(
            "/expenses?ids={one},{two}", status=200, values={"/count": 2, "/deleted": lambda found: len(found) == 2}
        ),
        get("/expenses/{one}", **MISSING),
        get("/expenses?only={one},{two}", values={"/count": 0}),
        covers="expenses operation: bulk_create, bulk_delete",
    ),
    case(
        "bulk requests are all or nothing",
        post(
            "/expenses",
            {"expenses": [_row(category="All or nothing"), _row(date=None)]},
            status=422,
            errors=({"type": "validation", "field": "date", "index": 1},),
        ),
        get("/expenses?order=created_at:desc&per_page=1", values={"category": lambda found: found != "All or nothing"}),
        post("/expenses", {"expenses": [_row()] * 101}, status=422),
        post("/expenses", expense(), save={"kept": "id"}),
        delete("/expenses?ids={kept},987654321,987654322", status=422, errors=({"type": "validation"},) * 2),
        get("/expenses/{kept}", values={"category": "Food"}),
        delete("/expenses?ids=" + ",".join(map(str, range(1, 102))), status=422),
        delete("/expenses", b'{"ids": "{kept}"}', status=200, values={"/count": 1, "/results/0/key": "expenses"}),
        get("/expenses/{kept}", **MISSING),
    ),
    case(
        "an expense that is not valid",
        post("/expenses", expense(workspace_id=None), **invalid("workspace_id")),
        post("/expenses", expense(workspace_id=987654321), **invalid("workspace_id")),
        post("/expenses", expense(date=None), **invalid("date")),
        post("/expenses", expense(date="soon"), **invalid("date")),
        post("/expenses", expense(category=None), **invalid("category")),
        post("/expenses", expense(amount_in_cents=None), **invalid("amount_in_cents")),
        post("/expenses", expense(amount_in_cents=0), **invalid("amount_in_cents")),
        post("/expenses", {"expense": {}}, **invalid("workspace_id", "date", "category", "amount_in_cents")),
        post("/expenses", expense(external_reference={"service_name": "netsuite"}), status=422),
        post("/expenses", expense(external_reference=reference("netsuite", "1", status="odd")), status=422),
        post("/expenses", expense(amount_in_cents=-500), values={"amount_in_cents": -500}),
        post("/expenses", b"[", **UNREADABLE),
        post("/expenses", b"[]", **UNREADABLE),
    ),
    case(
        "a change is partial and never moves the expense to another project",
        post("/expenses", expense(notes="before"), save={"expense": "id", "home": "workspace_id"}),
        put(
            "/expenses/{expense}",
            expense(workspace_id="$other_workspace", amount_in_cents=None, category="Travel", vendor_id="$vendor"),
            values={"workspace_id": "$home", "category": "Travel", "notes": "before", "amount_in_cents": 5000},
        ),
        put(
            "/expenses/{expense}.json",
            b"expense%5Breimbursable%5D=true&expense[billable]=true&expense[date]=2026-02-28&only=7",
            content_type=FORM,
            values={"reimbursable": True, "is_billable": True, "date": "2026-02-28", "category": "Travel"},
        ),
        put("/expenses/{expense}", {"expense": {"date": "never"}}, **invalid("date")),
        put("/expenses/{expense}", {"expense": {"category": ""}}, **invalid("category")),
        get("/expenses/{expense}", values={"date": "2026-02-28", "category": "Travel"}),
        covers="expenses operation: update",
    ),
    case(
        "expenses as a nested form and as an array of a form",
        post(
            "/expenses",
            b"expense[workspace_id]={eur_workspace}&expense[date]=2012/01/01&expense[category]=Food&expense[foreign_exchange_amount][source_value]=1.5"
            b"&expense[foreign_exchange_amount][source_currency]=CHF",
            content_type=FORM,
            values={"date": "2012-01-01", "foreign_exchange_amount/source_value": 1.5},
        ),
        post(
            "/expenses",
            b"expenses[][workspace_id]={workspace}&expenses[][date]=2026-01-01&expenses[][category]=A"
            b"&expenses[][amount_in_cents]=1&expenses[][workspace_id]={workspace}&expenses[][date]=2026-01-02"
            b"&expenses%5B%5D%5Bcategory%5D=B&expenses[][amount_in_cents]=2",
            content_type=FORM,
            values={"/count": 2, "category": "A", "date": "2026-01-01"},
        ),
    ),
    case(
        "locked expenses",
        put("/expenses/{invoiced_expense}", {"expense": {"notes": "late"}}, **invalid("base")),
        delete("/expenses/{invoiced_expense}", **invalid("base")),
        delete("/expenses?ids={invoiced_expense}", status=422, errors=({"type": "validation"},)),
        put("/expenses/{submitted_expense}", {"expense": {"notes": "late"}}, **invalid("base")),
        delete("/expenses/{submitted_expense}", **invalid("base")),
    ),
    case(
        "an expense of an archived project is found only when it is asked for",
        get("/expenses/{archived_expense}", **MISSING),
        get("/expenses/{archived_expense}?from_archived_workspaces=true", values={"id": "$archived_expense"}),
        get("/expenses?only={archived_expense}", values={"/count": 0}),
        get("/expenses?only={archived_expense}&from_archived_workspaces=true", values={"/count": 1}),
    ),
)
