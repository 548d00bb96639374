"""Writing invoices."""

from __future__ import annotations

from tests.contract.kantata.build import MISSING, expense, invalid, invoice, post, put
from tests.contract.kantata.build import scenario as case
from tests.contract.kantata.setup import reference
from tests.contract.steps import delete, get

INVOICES = (
    case(
        "an invoice over an expense, and its cancellation",
        post("/expenses", expense(), save={"expense": "id"}),
        post(
            "/invoices?include=expenses,workspaces",
            invoice(fixed_fee_items=None, expense_ids=["#expense"], invoice_date="2026-03-01", payment_schedule=14),
            values={
                "balance_in_cents": 5000,
                "status": "new",
                "draft": False,
                "invoice_date": "2026-03-01",
                "due_date": "2026-03-15",
                "payment_schedule": 14,
                "expense_ids": lambda found: len(found) == 1,
                "workspace_ids": lambda found: len(found) == 1,
                "title": lambda found: found.startswith("Invoice #"),
                "user_id": "$me_text",
            },
            save={"invoice": "id"},
        ),
        get("/expenses/{expense}", values={"is_invoiced": True}),
        post("/invoices", invoice(fixed_fee_items=None, expense_ids=["#expense"]), **invalid("expense_ids")),
        delete("/invoices/{invoice}", status=422, errors=({"type": "validation"},)),
        put("/invoices/{invoice}/cancel", values={"status": "cancelled", "id": "$invoice"}),
        get("/expenses/{expense}", values={"is_invoiced": False}),
        get("/invoices/{invoice}?include=expenses", values={"expense_ids": lambda found: len(found) == 1}),
        put("/invoices/{invoice}", {"invoice": {"message": "late"}}, status=422, errors=({"type": "validation"},)),
        covers="invoices operation: list, show, create, cancel; "
        "invoices write: workspace_id, payment_schedule, expense_ids, invoice_date",
    ),
    case(
        "a draft is issued or deleted",
        post(
            "/invoices.json",
            invoice(draft=True),
            values={"draft": True, "status": "new", "title": lambda found: found.startswith("Draft Invoice #")},
            save={"draft": "id"},
        ),
        put("/invoices/{draft}", {"invoice": {"draft": False}}, values={"draft": False}),
        get("/invoices/{draft}", values={"title": lambda found: found.startswith("Invoice #")}),
        delete("/invoices/{draft}", status=422),
        post("/invoices", invoice(draft=True), save={"second": "id"}),
        delete("/invoices/{second}"),
        get("/invoices/{second}", **MISSING),
        delete("/invoices/{second}", **MISSING),
        covers="invoices operation: delete; invoices write: draft",
    ),
    case(
        "fixed fees and additional items are written in main units",
        post(
            "/invoices?include=fixed_fee_items,additional_items",
            invoice(
                additional_items=[
                    {"notes": "Prints", "amount": 12.5, "taxable": False, "workspace_id": "$eur_workspace"}
                ],
                workspace_id="$eur_workspace",
                fixed_fee_items=[{"notes": "A", "amount": 500, "taxable": False, "workspace_id": "$eur_workspace"}],
            ),
            values={
                "balance_in_cents": 51250,
                "fixed_fee_item_ids": lambda found: len(found) == 1,
                "additional_item_ids": lambda found: len(found) == 1,
            },
        ),
        covers="invoices write: fixed_fee_items, additional_items",
    ),
    case(
        "the remaining members, on creation and in a change",
        post(
            "/invoices",
            invoice(
                user_invoice_number=880001,
                message="Thank you",
                user_invoice_title="March",
                purchase_order="PO 7",
                project_code="HB",
                tax_rate=20,
                suppress_emails=True,
                external_reference=reference("netsuite", "88"),
            ),
            values={
                "user_invoice_number": 880001,
                "title": "Invoice #880001",
                "message": "Thank you",
                "user_invoice_title": "March",
                "purchase_order": "PO 7",
                "project_code": "HB",
                "tax_rate": 20,
            },
            save={"invoice": "id"},
        ),
        put(
            "/invoices/{invoice}",
            {
                "invoice": {
                    "message": "",
                    "purchase_order": "PO 8",
                    "payment_schedule": 10,
                    "invoice_date": "2026-02-01",
                }
            },
            values={"message": "", "purchase_order": "PO 8", "due_date": "2026-02-11", "project_code": "HB"},
        ),
        covers="invoices operation: update; invoices write: user_invoice_number, message, user_invoice_title, "
        "purchase_order, project_code, tax_rate, suppress_emails, external_reference",
    ),
    case(
        "the expenses of an invoice are overwritten as a whole",
        post("/expenses", expense(), save={"one": "id"}),
        post("/expenses", expense(amount_in_cents=700), save={"two": "id"}),
        post("/invoices", invoice(fixed_fee_items=None, expense_ids=["#one"]), save={"invoice": "id"}),
        put(
            "/invoices/{invoice}?include=expenses",
            {"invoice": {"expense_ids": ["#two"]}},
            values={"expense_ids": ["$two"], "balance_in_cents": 700},
        ),
        get("/expenses/{one}", values={"is_invoiced": False}),
        get("/expenses/{two}", values={"is_invoiced": True}),
        put("/invoices/{invoice}", {"invoice": {"expense_ids": []}}, status=422, errors=({"type": "validation"},)),
        get("/expenses/{two}", values={"is_invoiced": True}),
        post("/external_payments", {"external_payment": {"workspace_id": "$workspace", "invoice_id": "#invoice"}}),
        put("/invoices/{invoice}", {"invoice": {"message": "late"}}, status=422, errors=({"type": "validation"},)),
    ),
    case(
        "an invoice of two projects",
        post(
            "/invoices?include=workspaces",
            invoice(workspace_id=None, workspace_ids=["$workspace", "$other_workspace"]),
            values={"workspace_ids": lambda found: len(found) == 2},
        ),
        covers="invoices write: workspace_ids",
    ),
    case(
        "empty lists of times and milestones are no lines",
        post("/invoices", invoice(time_entry_ids=[], billing_milestone_ids=[]), values={"status": "new"}),
        post(
            "/invoices",
            invoice(fixed_fee_items=None, time_entry_ids=[], billing_milestone_ids=[]),
            status=422,
            errors=({"type": "validation"},),
        ),
        post("/invoices", invoice(time_entry_ids=[987654321]), **invalid("time_entry_ids")),
        post("/invoices", invoice(billing_milestone_ids=[987654321]), **invalid("billing_milestone_ids")),
        covers="invoices write: time_entry_ids, billing_milestone_ids",
    ),
    case(
        "an invoice that is not valid",
        post("/invoices", invoice(workspace_id=None), status=422, errors=({"type": "validation"},)),
        post("/invoices", invoice(payment_schedule=None), **invalid("payment_schedule")),
        post("/invoices", invoice(fixed_fee_items=None), status=422, errors=({"type": "validation"},)),
        post("/invoices", invoice(expense_ids=[987654321]), **invalid("expense_ids")),
        post(
            "/invoices",
            invoice(workspace_id="$approvals_workspace", fixed_fee_items=None, expense_ids=["#unapproved_expense"]),
            **invalid("expense_ids"),
        ),
        post("/expenses", expense(workspace_id="$other_workspace"), save={"elsewhere": "id"}),
        post("/invoices", invoice(expense_ids=["#elsewhere"]), **invalid("expense_ids")),
        get("/expenses/{elsewhere}", values={"is_invoiced": False}),
    ),
    case(
        "the next number",
        get(
            "/invoices/next_invoice_number",
            values={"/next_invoice_number": str.isdigit},
            save={"n": "/next_invoice_number"},
        ),
        post("/invoices", invoice(), save={"number": "user_invoice_number"}),
        get("/invoices?user_invoice_number={n}", values={"/count": 1, "user_invoice_number": "$number"}),
        covers="invoices operation: next_invoice_number",
    ),
)
